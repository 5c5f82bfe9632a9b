"""Areas added up to the beat or district they lie in, by a lookup that the force keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nvap.errors import InputFault, UsageFault
from nvap.measures.asking import read_by
from nvap.measures.levels import NOT_IN_LOOKUP
from nvap.measures.run import provenance_of, run
from nvap.records.area_levels import FILE, area_levels, keep_area_levels
from nvap.records.load import load
from nvap.records.workspace import Force, Workspace

from .conftest import Load
from .test_cli_measures import nvap
from .world import measure

LOOKUP = "area,beat,district\nE1,Hill,North\nE2,Vale,North\nE3,Shore,South\n"
ROWS = "1,2024-01-05,Y,E1\n2,2024-01-06,Y,E2\n3,2024-01-07,Y,E3\n4,2024-01-08,Y,E9\n5,2024-01-09,Y,\n6,2024-01-10,N,E1"
POPULATION = """\
mapping: kent-people
version: 1
table: population
made_up: true
columns: {area: area, year: year, people: people}
"""


def keep(force: Force, folder: Path, text: str) -> None:
    file = folder / "lookup.csv"
    file.write_text(text, encoding="utf-8")
    keep_area_levels(force, file)


def people(workspace: Workspace, force: Force, folder: Path, rows: str) -> None:
    file, mapping = folder / "people.csv", folder / "people.yaml"
    file.write_text(f"area,year,people\n{rows}", encoding="utf-8")
    mapping.write_text(POPULATION, encoding="utf-8")
    load(workspace, force, file, mapping)


def rows_of(workspace: Workspace, force: Force, measure_id: str, by: str) -> dict[str, dict[str, Any]]:
    return {row["area"]: row for row in run(workspace, force, [measure_id], by=by).to_pylist()
            if row["part"] in ("count", "rate")}  # fmt: skip


def test_incidents_are_added_up_within_a_level_and_add_up_to_the_whole(
    workspace: Workspace, kent: Force, load_incidents: Load, tmp_path: Path
) -> None:
    load_incidents(ROWS, "2024-03-01")
    keep(kent, tmp_path, LOOKUP)

    districts, beats = (rows_of(workspace, kent, "D01", f"whole,area:{level}") for level in ("district", "beat"))

    assert {area: row["numerator"] for area, row in districts.items()} == {
        "North": 2, "South": 1, NOT_IN_LOOKUP: 1, "not recorded": 1,
    }  # fmt: skip
    assert {"Hill", "Vale", "Shore"} < set(beats)


def test_people_are_added_up_only_where_every_area_has_some(
    workspace: Workspace, kent: Force, load_incidents: Load, tmp_path: Path
) -> None:
    load_incidents(ROWS, "2024-03-01")
    keep(kent, tmp_path, LOOKUP)
    people(workspace, kent, tmp_path, "E1,2024,1000\nE2,2024,3000\nE9,2024,10\n")

    rows = rows_of(workspace, kent, "D02", "whole,area:district")

    assert (rows["North"]["denominator"], rows["North"]["value"]) == (4000, 0.5)
    assert (rows["South"]["value"], rows["South"]["reason"]) == (None, "No population is held for this area.")
    assert rows[NOT_IN_LOOKUP]["value"] is None


def test_people_held_for_the_district_itself_serve_it(
    workspace: Workspace, kent: Force, load_incidents: Load, tmp_path: Path
) -> None:
    load_incidents(ROWS, "2024-03-01")
    keep(kent, tmp_path, LOOKUP)
    people(workspace, kent, tmp_path, "South,2024,2000\n")

    assert rows_of(workspace, kent, "D02", "whole,area:district")["South"]["value"] == 0.5


def test_the_layout_is_told_and_can_be_asked_again(
    workspace: Workspace, kent: Force, load_incidents: Load, tmp_path: Path
) -> None:
    load_incidents(ROWS, "2024-03-01")
    keep(kent, tmp_path, LOOKUP)

    text = provenance_of(run(workspace, kent, ["D01"], by="month,area:district"))["by"]

    assert text == "month,area:district"
    assert read_by(text, [measure("D01")]).level == "district"


def test_a_level_that_is_not_held_names_those_that_are(workspace: Workspace, kent: Force, tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="none is held; `nvap force areas FILE` keeps a lookup"):
        run(workspace, kent, ["D01"], by="area:district")
    keep(kent, tmp_path, LOOKUP)
    with pytest.raises(UsageFault, match=r"`area:distrct` is no level of this force's areas: beat, district\. Did"):
        run(workspace, kent, ["D01"], by="area:distrct")


def test_areas_of_two_levels_are_refused() -> None:
    with pytest.raises(UsageFault, match="areas of one level; found area:beat and area"):
        read_by("month,area:beat,area", [measure("D01")])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the first line must be `area` and its levels"),
        ("beat,area\nx,y\n", "the first line must be `area`"),
        ("area,My District\nE1,x\n", "small letters, digits and `_`, as district; found `my district`"),
        ("area,beat,beat\nE1,x,y\n", "the column `beat` stands twice"),
        ("area,beat\nE1,x\nE1,y\n", ":3: this area stands twice"),
        ("area,beat\nE1,\n", ":2: an area and each of its levels must be filled: area, beat"),
        ("area,beat\n", "there is no area in it"),
    ],
)
def test_a_faulty_lookup_is_not_kept(kent: Force, tmp_path: Path, text: str, fault: str) -> None:
    keep(kent, tmp_path, LOOKUP)

    with pytest.raises(InputFault) as raised:
        keep(kent, tmp_path, text)

    assert fault in str(raised.value)
    assert set(area_levels(kent).of) == {"beat", "district"}


def test_the_command_keeps_a_lookup_and_says_what_it_holds(kent: Force, tmp_path: Path) -> None:
    (tmp_path / "lookup.csv").write_text(LOOKUP, encoding="utf-8")

    result = nvap("force", "areas", str(tmp_path / "lookup.csv"))

    assert result.exit_code == 0
    assert "district: 2 of 3 areas; --by area:district" in result.output
    assert (kent.folder / FILE).is_file()
