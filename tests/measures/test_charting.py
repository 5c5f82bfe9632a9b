"""What a run says of its charts: which, why, where split, and the events too rare to be judged by month."""

from __future__ import annotations

import datetime
import json
import math

import numpy as np
import pytest
from tests.measures.conftest import MAPPING, Load

from nvap.measures import results
from nvap.measures.breaks import Rebase, places
from nvap.measures.charting import Daily, between_events, of_provenance
from nvap.measures.run import provenance_of, run
from nvap.records.load import load
from nvap.records.workspace import Force, Workspace

DAY = datetime.date.fromisoformat


def _days(*days: str) -> np.ndarray:
    return np.array([(DAY(day) - datetime.date(1970, 1, 1)).days for day in days], dtype=float)


def test_a_stored_run_says_which_chart_each_series_gets_and_why(
    workspace: Workspace, kent: Force, load_incidents: Load
) -> None:
    load_incidents("a,2024-01-03,Y,East\nb,2024-02-04,N,East", "2024-03-01")

    stored = results.store(kent, run(workspace, kent, ["D01"]))

    said = list(of_provenance(results.runs(kent)[0].provenance))
    assert stored.id == results.runs(kent)[0].id
    assert {each.measure for each in said} == {"D01"}
    assert all(each.chart == "line" and "at least 13" in each.why for each in said)


def test_a_change_that_breaks_the_series_and_a_decision_to_rebase_are_said_with_their_reasons(
    workspace: Workspace, kent: Force, load_incidents: Load, tmp_path
) -> None:
    load_incidents("a,2024-01-03,Y,East\nb,2024-02-04,N,East", "2024-03-01")
    file, mapping = tmp_path / "calendar.csv", tmp_path / "calendar.yaml"
    file.write_text("day,note\n2024-02-01,New control room system.\n", encoding="utf-8")
    columns = {"date": "day", "kind": "'system'", "applies_to": "'incidents'", "note": "note", "breaks_series": "'yes'"}
    given = {"mapping": "c", "version": 1, "made_up": True, "table": "calendar", "columns": columns}
    mapping.write_text(json.dumps(given), encoding="utf-8")
    load(workspace, kent, file, mapping, as_at=DAY("2024-03-01"))

    found = run(workspace, kent, ["D01"], rebases=[Rebase("D01", None, DAY("2024-02-01"), "Street triage began")])

    said = next(of_provenance(provenance_of(found)))
    assert said.breaks == (("2024-02-01", "New control room system"),)
    assert said.rebased == (("2024-02-01", "Street triage began"),)


def test_rows_laid_out_by_area_say_nothing_of_charts(workspace: Workspace, kent: Force, load_incidents: Load) -> None:
    load_incidents("a,2024-01-03,Y,East", "2024-03-01")

    assert list(of_provenance(provenance_of(run(workspace, kent, ["D01"], by="month,area")))) == []


def test_days_between_events_are_counted_from_one_to_the_next_and_two_of_one_day_lie_half_a_day_apart() -> None:
    days, counts = _days("2024-01-01", "2024-01-11", "2024-01-31"), np.array([1.0, 2.0, 1.0])

    found = between_events(days, counts, None, [(DAY("2024-01-01"), DAY("2024-01-31"))])

    assert [each.since for each in found] == [9.75, 0.5, 19.75]
    assert found[-1].on == DAY("2024-01-31")


def test_cases_between_events_leave_both_events_out() -> None:
    days = _days("2024-01-01", "2024-01-02", "2024-01-03")
    counts, cases = np.array([1.0, 0.0, 1.0]), np.array([1.0, 40.0, 1.0])

    found = between_events(days, counts, cases, [(DAY("2024-01-01"), DAY("2024-01-31"))])

    assert [each.since for each in found] == [40.0]


def test_nothing_is_said_to_have_passed_across_a_month_that_no_extract_covers() -> None:
    covered = [(DAY("2024-01-01"), DAY("2024-01-31")), (DAY("2024-03-01"), DAY("2024-03-31"))]

    found = between_events(_days("2024-01-05", "2024-03-05"), np.array([1.0, 1.0]), None, covered)

    assert math.isnan(found[0].since)


@pytest.mark.parametrize(("day", "place"), [("2024-02-10", (2,)), ("2024-01-01", ()), ("2025-01-01", ())])
def test_a_break_within_a_month_splits_at_the_next_one(day: str, place: tuple[int, ...]) -> None:
    starts = [DAY("2024-01-01"), DAY("2024-02-01"), DAY("2024-03-01")]

    assert places(starts, [DAY(day)]) == place


def test_rare_outcomes_are_placed_by_day_in_their_own_group_whatever_the_order_of_rows() -> None:
    days = _days("2024-01-01", "2024-01-02", "2024-01-03")
    sums = {
        "k:2": np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]),
        "n": np.array([[5.0, 7.0, 9.0], [1.0, 1.0, 1.0]]),
        "u": np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]),
    }

    daily = Daily(days, ("with a factor", "without"), sums)

    assert [each.tolist() for each in daily.line("2", "with a factor")] == [[1, 0, 1], [5, 7, 9]]
    assert [each.tolist() for each in daily.line("not known", "with a factor")] == [[0, 2, 0], [5, 9, 9]]
    assert daily.line("2", "a group that was merged")[0].sum() == 0


def test_a_run_holds_the_days_of_events_too_rare_to_be_judged_by_month(
    workspace: Workspace, kent: Force, tmp_path
) -> None:
    flagged = [DAY("2020-01-10") + datetime.timedelta(days=75 * at) for at in range(16)]
    others = [DAY("2020-01-01") + datetime.timedelta(days=at) for at in range(0, 1200, 1)]
    rows = [f"f{at},{day},Y,East" for at, day in enumerate(flagged)]
    rows += [f"o{at},{day},N,East" for at, day in enumerate(others)]
    file, mapping = tmp_path / "many.csv", tmp_path / "many.yaml"
    file.write_text("ref,day,flag,area\n" + "\n".join(rows) + "\n", encoding="utf-8")
    mapping.write_text(MAPPING.replace("2024-01-01, to: 2024-02-29", "2020-01-01, to: 2023-04-14"), encoding="utf-8")
    load(workspace, kent, file, mapping, as_at=DAY("2023-05-01"))

    said = {each.part: each for each in of_provenance(provenance_of(run(workspace, kent, ["D01"])))}

    assert said["share"].chart == "g"
    assert said["count"].chart == "t"
    assert [each.since for each in said["count"].events] == [75.0] * 15
    assert said["share"].events[0].on == flagged[1]
    assert 74 <= said["share"].events[0].since <= 76
