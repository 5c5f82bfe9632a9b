"""When in the week a measure's rows lie, on the force's own clock."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.measures.conftest import Load
from tests.measures.test_cli_measures import nvap
from tests.measures.world import measure

from nvap.errors import NotEnoughData
from nvap.measures.week import hours_of_week
from nvap.records.load import load
from nvap.records.workspace import Force, Workspace


@pytest.fixture
def timed(workspace: Workspace, kent: Force, tmp_path: Path) -> Force:
    """Four incidents with their minutes: two flagged on Monday evenings in winter and summer, one at night, one not."""
    file, mapping = tmp_path / "timed.csv", tmp_path / "timed.yaml"
    rows = ["a,2024-01-08 23:30,Y", "b,2024-07-08 23:30,Y", "c,2024-07-09 00:10,Y", "d,2024-01-08 23:40,N"]
    file.write_text("ref,at,flag\n" + "\n".join(rows) + "\n", encoding="utf-8")
    columns = {
        "incident_ref": "ref",
        "created": {"expr": "at", "format": "%Y-%m-%d %H:%M"},
        "closure_kind": {"expr": "'counted'"},
        "mh_at_closure": {"expr": "flag", "values": {"Y": True, "N": False}},
    }
    given = {"mapping": "t", "version": 1, "table": "incidents", "made_up": True, "time_zone": "Europe/London"}
    mapping.write_text(json.dumps({**given, "columns": columns}), encoding="utf-8")
    load(workspace, kent, file, mapping, as_at=date(2024, 8, 1))
    return kent


def test_an_hour_is_that_of_the_forces_own_clock_in_winter_and_in_summer(timed: Force) -> None:
    asked = measure("D01")

    found = hours_of_week(timed, asked, asked.parts[0], rule="R1")

    assert {hour: many for hour, many in found.counts.items() if many} == {(0, 23): 2, (1, 0): 1}
    assert len(found.counts) == 168


def test_only_the_days_asked_for_are_counted(timed: Force) -> None:
    asked = measure("D01")

    found = hours_of_week(timed, asked, asked.parts[0], rule="R1", start=date(2024, 7, 1), end=date(2024, 7, 8))

    assert sum(found.counts.values()) == 1


def test_days_without_hours_have_no_heat_map_and_it_is_said_why(kent: Force, load_incidents: Load) -> None:
    load_incidents("a,2024-01-03,Y,East", "2024-03-01")
    asked = measure("D01")

    with pytest.raises(NotEnoughData, match=r"incidents\.created is not held to the hour"):
        hours_of_week(kent, asked, asked.parts[0], rule="R1")


def test_an_analyst_draws_the_hours_of_the_week(timed: Force, tmp_path: Path) -> None:
    out = tmp_path / "week.svg"

    result = nvap("picture", "D01", str(out), "--by", "week")

    assert result.exit_code == 0
    assert "Most: Monday 23:00–23:59 (2)" in result.output
    assert "flagged at closure" in out.read_text(encoding="utf-8")
