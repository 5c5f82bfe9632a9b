"""Runs over real batches, stored whole, and found again by measure, layout, rule and day."""

from __future__ import annotations

import datetime
import errno
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from nvap.errors import InputFault, NotEnoughData
from nvap.measures import results
from nvap.measures.readiness import readiness
from nvap.measures.rows import SCHEMA
from nvap.measures.run import provenance_of, run
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures
from nvap.records.workspace import Force, Workspace

from .conftest import Load

D = datetime.date
FIRST = "1,2024-01-05,Y,East\n2,2024-01-06,N,East\n3,2024-02-03,Y,West"
LATER = "1,2024-01-05,Y,East\n2,2024-01-06,Y,East\n3,2024-02-03,Y,West"


def flagged_in_january(found: object) -> float:
    rows = [row for row in found.to_pylist() if row["part"] == "count"]  # type: ignore[attr-defined]
    return float(rows[0]["numerator"])


def test_a_later_extract_restates_and_the_earlier_day_stays_answerable(
    workspace: Workspace, kent: Force, load_incidents: Load
) -> None:
    load_incidents(FIRST, "2024-03-01")
    load_incidents(LATER, "2024-04-01")

    now = run(workspace, kent, ["D01"])
    then = run(workspace, kent, ["D01"], as_at=D(2024, 3, 31))

    assert (flagged_in_january(now), flagged_in_january(then)) == (2.0, 1.0)
    assert {row["as_at"] for row in now.to_pylist()} == {D(2024, 4, 1)}
    assert {row["as_at"] for row in then.to_pylist()} == {D(2024, 3, 31)}


def test_rows_have_exactly_the_columns_that_were_agreed(
    workspace: Workspace, kent: Force, load_incidents: Load
) -> None:
    load_incidents(FIRST, "2024-03-01")

    assert " ".join(run(workspace, kent, ["D01"]).column_names) == (
        "force measure part category group area period_start period_end numerator denominator unknown value multiplier"
        " lower upper method rule status reason pack as_at"
    )


def test_a_stored_run_is_read_back_with_its_provenance(workspace: Workspace, kent: Force, load_incidents: Load) -> None:
    load_incidents(FIRST, "2024-03-01")
    found = run(workspace, kent, ["D01"], asked_by="Ben")

    stored = results.store(kent, found)

    assert results.runs(kent) == [stored]
    assert stored.rows().equals(found)
    assert stored.provenance["who"] == "Ben"
    assert stored.provenance["pack"] == "nvap-2.1.2-mental-health@1.0.0"
    assert stored.provenance["origins"] == ["made-up"]
    assert len(stored.provenance["extracts"]["incidents"]) == 1
    assert "count_if(" in stored.provenance["sql"][0]
    assert pq.read_schema(stored.folder / results.ROWS).equals(SCHEMA)


def test_storing_the_same_run_twice_keeps_one(workspace: Workspace, kent: Force, load_incidents: Load) -> None:
    load_incidents(FIRST, "2024-03-01")
    found = run(workspace, kent, ["D01"])

    assert results.store(kent, found) == results.store(kent, found)
    assert len(results.runs(kent)) == 1


def test_the_latest_answer_is_by_measure_layout_and_rule(
    workspace: Workspace, kent: Force, load_incidents: Load
) -> None:
    load_incidents(FIRST, "2024-03-01")
    results.store(kent, run(workspace, kent, ["D01"]))
    results.store(kent, run(workspace, kent, ["D01"], start=D(2024, 2, 1)))
    load_incidents(LATER, "2024-04-01")
    results.store(kent, run(workspace, kent, ["D01", "P12"]))

    latest = results.latest(kent, "D01")
    earlier = results.latest(kent, "D01", as_at=D(2024, 3, 15))

    assert latest is not None
    assert earlier is not None
    assert (flagged_in_january(latest), flagged_in_january(earlier)) == (2.0, 1.0)
    assert provenance_of(latest)["as_at"] == "2024-04-01"
    assert results.latest(kent, "D01", by="year") is None
    assert results.latest(kent, "D01", rule="R2") is None
    assert results.latest(kent, "D02") is None
    assert results.latest(kent, "P12", rule="R2") is not None


def test_a_run_that_cannot_be_written_leaves_nothing_behind(
    workspace: Workspace, kent: Force, load_incidents: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_incidents(FIRST, "2024-03-01")
    found = run(workspace, kent, ["D01"])

    def full(path: Path, content: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(results, "write_json", full)
    with pytest.raises(InputFault, match="The disk is full; the results were not stored"):
        results.store(kent, found)

    assert list((kent.folder / "results").iterdir()) == []


def test_a_damaged_run_says_so(workspace: Workspace, kent: Force, load_incidents: Load) -> None:
    load_incidents(FIRST, "2024-03-01")
    stored = results.store(kent, run(workspace, kent, ["D01"]))
    (stored.folder / results.ROWS).write_bytes(b"not Parquet")

    with pytest.raises(InputFault, match=r"rows\.parquet is damaged; run the measures again"):
        results.latest(kent, "D01")

    (stored.folder / results.HEADER).write_text("{", encoding="utf-8")
    with pytest.raises(InputFault, match=r"run\.json is damaged"):
        results.runs(kent)


def test_a_force_without_extracts_has_nothing_to_say(workspace: Workspace, kent: Force) -> None:
    with pytest.raises(NotEnoughData, match=r"Kent \(kent\) holds no extract\. Load one with"):
        run(workspace, kent, ["D01"])

    assert {each.state for each in readiness(workspace, kent, some_measures(DEFAULT))} == {"not"}


def test_readiness_reads_what_is_loaded(workspace: Workspace, kent: Force, load_incidents: Load) -> None:
    load_incidents(FIRST, "2024-03-01")

    found = {each.measure.id: each for each in readiness(workspace, kent, some_measures(DEFAULT))}

    assert found["D01"].state == "computable"
    assert found["D02"].missing == ("the table population is not loaded",)
