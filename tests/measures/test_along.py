"""Numbers counted along something they are not shown by: pairs, lifts, a standardised mix, busy places, waits."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from nvap.measures.along import numbers_along
from nvap.measures.groups import Along, Groups
from nvap.packs import pack
from nvap.statistics.lift import lift
from nvap.statistics.survival import kaplan_meier

from .world import answer, incident

AT = datetime.datetime.fromisoformat
WHOLE = "whole"


def incidents(count: int, *, start: int = 1, flagged: bool | None = True, **more: Any) -> list[dict[str, Any]]:
    return [incident(at, "2024-01-05 10:00", flagged=flagged, **more) for at in range(start, start + count)]


def flags(refs: Sequence[int], strand: str) -> list[dict[str, Any]]:
    return [{"incident_ref": f"I{at}", "strand": strand, "set_at": AT("2024-01-05 11:00")} for at in refs]


def rows_of(measure_id: str, part: str, tables: dict[str, Any], **more: Any) -> dict[Any, dict[str, Any]]:
    found = [row for row in answer(measure_id, tables=tables, **{"by": WHOLE, **more}) if row["part"] == part]
    return {row["category"]: row for row in found}


STRANDS = {
    "incidents": [*incidents(40), *incidents(60, start=41, flagged=False)],
    # 10 of the 40 and 5 of the 60 are missing; 8 of the 40 suicidal, 4 of them missing.
    "vulnerability_flags": [
        *flags(range(1, 11), "missing"),
        *flags(range(41, 46), "missing"),
        *flags(range(7, 15), "suicide"),
        *flags(range(1, 41), "mental_health"),
        *flags([1], "missing"),
    ],
}


def test_each_strand_is_held_against_mental_health_among_all_counted_incidents() -> None:
    row = rows_of("D18", "beside", STRANDS)["Missing people"]

    expected = lift(10, 40, 15, 100)
    assert (row["numerator"], row["denominator"], row["value"]) == (10, 100, pytest.approx(10 * 100 / (40 * 15)))
    assert (row["lower"], row["upper"]) == (pytest.approx(expected.lower), pytest.approx(expected.upper))


def test_a_pair_of_strands_is_told_as_count_share_and_lift_among_related_incidents() -> None:
    name = "Missing people and Suicide (local addition)"

    pair, both = rows_of("D18", "pairs", STRANDS)[name], rows_of("D18", "pairs_lift", STRANDS)[name]

    assert (pair["numerator"], pair["denominator"], pair["value"]) == (4, 40, 0.1)
    assert both["value"] == pytest.approx(4 * 40 / (10 * 8))
    assert both["lower"] < both["value"] < both["upper"]


def test_pairs_are_not_told_by_month() -> None:
    row = rows_of("D18", "pairs", STRANDS, by="month")[None]

    assert (row["status"], row["reason"]) == (
        "refused",
        "Told for a year or the whole time: a shorter time holds too few of a pair.",
    )


def crime(at: int, factor: str, outcome: str, offence: str | None) -> dict[str, Any]:
    return {"crime_ref": f"{factor}-{outcome}-{offence}-{at}", "recorded": AT("2024-01-02 10:00"), "mh_factor": factor,
            "outcome_type": outcome, "outcome_date": datetime.date(2024, 1, 20), "offence_group": offence}  # fmt: skip


def test_a_mix_is_standardised_by_the_references_shares_of_each_kind_of_offence() -> None:
    """A difference that comes from other kinds of offence alone goes away."""
    # Without: violence 80 of 100 charged, theft 10 of 100. With: 50 violence, 5 theft, charged alike.
    crimes = [crime(at, "none", "1" if at < 80 else "18", "violence") for at in range(100)]
    crimes += [crime(at, "none", "1" if at < 10 else "18", "theft") for at in range(100)]
    crimes += [crime(at, "suspect", "1" if at < 40 else "18", "violence") for at in range(50)]
    crimes += [crime(at, "suspect", "18", "theft") for at in range(5)]
    crimes += [crime(at, "suspect", "1", None) for at in range(3)]
    crimes += [crime(at, "suspect", "1", "fraud") for at in range(2)]

    rows = rows_of("J15", "standardised", {"crimes": crimes})

    assert (rows["1"]["numerator"], rows["1"]["denominator"]) == (40, pytest.approx(40.5))
    assert rows["1"]["unknown"] == 5
    assert rows["18"]["denominator"] == pytest.approx(50 * 0.2 + 5 * 0.9)
    assert rows["1"]["lower"] < 1 < rows["1"]["upper"]
    assert {row["group"] for row in rows.values()} == {"with a mental-health factor"}


def test_the_busiest_tenth_of_places_is_rounded_up_and_unknown_places_stand_apart() -> None:
    # Twelve places: one with 9, one with 8, ten with 1. A tenth of twelve, rounded up, is two.
    held = [*incidents(9, place_key="A"), *incidents(8, start=20, place_key="B")]
    held += [each for at in range(10) for each in incidents(1, start=40 + at, place_key=f"C{at}")]
    held += incidents(4, start=60, place_key=None)
    held += incidents(5, start=80, flagged=False, place_key="D")

    row = rows_of("P21", "busiest_places", {"incidents": held})[None]

    assert (row["numerator"], row["denominator"], row["unknown"]) == (17, 27, 4)
    assert (row["value"], row["lower"]) == (pytest.approx(17 / 27), None)


def wait(at: int, hours: float | None) -> dict[str, Any]:
    asked = AT("2024-01-05 00:00")
    done = asked + datetime.timedelta(hours=hours) if hours is not None else None
    return {"custody_ref": f"C{at}", "requested": asked, "professional": "hcp", "mha_requested": asked,
            "mha_done": done, "bed_requested": None, "bed_found": None, "seen": None}  # fmt: skip


def test_waits_that_are_still_open_count_for_as_long_as_they_have_lasted() -> None:
    hours: list[float | None] = [*range(1, 16), *([None] * 9)]
    waits = [wait(at, each) for at, each in enumerate(hours)]

    row = rows_of("J03", "mha_hours", {"custody_health": waits})[None]

    # As at 31 January 00:00, nine have been open for 26 days.
    expected = kaplan_meier([*range(1, 16), *[26 * 24] * 9], [1] * 15 + [0] * 9).median
    assert (row["numerator"], row["denominator"], row["value"]) == (15, 24, expected.value)
    assert row["value"] == 12
    assert row["lower"] == expected.lower


def test_a_middle_that_half_have_not_reached_is_not_told() -> None:
    waits = [wait(at, 5.0 if at < 8 else None) for at in range(24)]

    row = rows_of("J03", "mha_hours", {"custody_health": waits})[None]

    assert (row["value"], row["status"]) == (None, "not_enough_data")
    assert row["reason"] == "Fewer than half have ended, so the middle is not known yet."


def test_a_wait_that_ended_before_it_began_is_unknown_and_not_open() -> None:
    waits = [*(wait(at, 5.0) for at in range(24)), wait(99, -3.0)]

    row = rows_of("J03", "mha_hours", {"custody_health": waits})[None]

    assert (row["denominator"], row["unknown"], row["value"]) == (24, 1, 5)


def test_a_middle_of_nothing_at_all_is_said_and_no_fault() -> None:
    row = rows_of("J03", "minutes", {"custody_health": [wait(at, 5.0) for at in range(24)]})[None]

    assert (row["denominator"], row["unknown"], row["value"], row["status"]) == (0, 24, None, "not_enough_data")


def test_a_place_is_one_place_also_when_a_scan_tells_its_rows_apart() -> None:
    part = next(each for each in pack().measures["P21"].parts if each.id == "busiest_places")
    # Two rows of place A, told apart by what another part of the scan asks for: three incidents, and one at B.
    rows = Along(("A", "B"), np.array([0, 1, 0]), np.zeros(3, np.int64), {"k": np.array([1.0, 1.0, 2.0])})
    groups = Groups((None,), {"u": np.zeros((1, 1, 1))}, (1, 1, 1), None, along=rows)

    (made,) = numbers_along(part, groups, None)  # type: ignore[arg-type]

    assert (made.numerator.item(), made.denominator.item()) == (3, 4)


def test_the_busiest_places_of_nothing_at_all_are_said_and_no_fault() -> None:
    row = rows_of("P21", "busiest_places", {"incidents": incidents(3, flagged=False, place_key="A")})[None]

    assert (row["denominator"], row["value"], row["status"]) == (0, None, "not_enough_data")


def plan(ref: str, **more: Any) -> dict[str, Any]:
    day = datetime.date.fromisoformat
    return {"plan_ref": ref, "opened": day("2024-03-01"), "closed": day("2024-04-01"), "person_key": None, **more}


def test_a_fall_that_the_whole_force_had_too_is_no_change_beside_it() -> None:
    # At X 20 before and 10 after; in the force 40 before and 20 after.
    before = [*incidents(20, place_key="X"), *incidents(20, start=21, place_key="Y")]
    after = [incident(at, "2024-06-01", flagged=True, place_key="X" if at < 210 else "Y") for at in range(200, 220)]
    ends = [incident(900, "2023-01-01"), incident(901, "2024-12-31")]
    held = {"incidents": [*before, *after, *ends], "problem_plans": [plan("L", place_key="X")], "person_links": []}
    days = (datetime.date(2023, 1, 1), datetime.date(2024, 12, 31))
    held["person_links"] = [{"incident_ref": "I1", "record_date": datetime.date(2024, 1, 5), "person_key": "P",
                             "role": "caller"}]  # fmt: skip

    rows = rows_of("P20", "demand", held, days=days)

    assert (rows["as it is"]["numerator"], rows["as it is"]["denominator"], rows["as it is"]["value"]) == (10, 20, 0.5)
    assert (rows["beside the comparison"]["denominator"], rows["beside the comparison"]["value"]) == (10, 1)
    assert rows["beside the comparison"]["lower"] < 1 < rows["beside the comparison"]["upper"]


def test_a_plan_without_place_or_person_is_unknown() -> None:
    held = {
        "incidents": [incident(1, "2023-01-01"), incident(2, "2024-12-31")],
        "problem_plans": [plan("L", place_key=None)],
    }
    held["person_links"] = [{"incident_ref": "I1", "record_date": datetime.date(2023, 1, 1), "person_key": "P",
                             "role": "caller"}]  # fmt: skip

    row = rows_of("P20", "demand", held, days=(datetime.date(2023, 1, 1), datetime.date(2024, 12, 31)))["as it is"]

    assert (row["unknown"], row["value"], row["status"]) == (1, None, "not_enough_data")
