"""Which periods and areas a result has, and what is said of those that are incomplete."""

from __future__ import annotations

import datetime

import pytest

from nvap.measures.held import common, joined, period_days

from .world import answer, incident, people

D = datetime.date
QUARTER = (D(2024, 1, 1), D(2024, 3, 31))


def test_a_month_without_an_incident_inside_the_extract_is_zero_and_one_outside_is_absent() -> None:
    tables = {"incidents": [incident(1, "2024-01-05", flagged=True), incident(2, "2024-03-05", flagged=True)]}

    rows = answer("D01", tables=tables, days=QUARTER, asked=(D(2023, 12, 1), D(2024, 5, 31)))

    counts = [(str(row["period_start"]), row["numerator"], row["status"]) for row in rows if row["part"] == "count"]
    assert counts == [("2024-01-01", 1, "ok"), ("2024-02-01", 0, "ok"), ("2024-03-01", 1, "ok")]


def test_a_gap_between_two_extracts_is_absent() -> None:
    tables = {"incidents": [incident(1, "2024-01-05", flagged=True)]}
    ranges = ((D(2024, 1, 1), D(2024, 1, 31)), (D(2024, 3, 1), D(2024, 3, 31)))

    rows = answer("D01", tables=tables, changes={"incidents": {"ranges": ranges}})

    assert [str(row["period_start"]) for row in rows if row["part"] == "count"] == ["2024-01-01", "2024-03-01"]


def test_a_period_that_the_extract_cuts_is_a_part_period() -> None:
    tables = {"incidents": [incident(1, "2024-02-05", flagged=True)]}

    rows = answer("D01", tables=tables, days=(D(2024, 1, 1), D(2024, 2, 10)))

    assert [(row["status"], row["reason"]) for row in rows if row["part"] == "count"] == [
        ("ok", None),
        ("part_period", "Part of the period: the extracts cover 2024-01-01 to 2024-02-10."),
    ]


def test_a_period_declared_incomplete_is_a_part_period_in_the_quarter_too() -> None:
    tables = {"incidents": [incident(1, "2024-02-05", flagged=True)]}
    changes = {"incidents": {"partial": (period_days("2024-02"),)}}

    monthly = answer("D01", tables=tables, days=QUARTER, changes=changes)
    quarterly = answer("D01", tables=tables, days=QUARTER, changes=changes, by="quarter")

    assert [row["status"] for row in monthly if row["part"] == "count"] == ["ok", "part_period", "ok"]
    assert [row["status"] for row in quarterly if row["part"] == "count"] == ["part_period"]


def test_days_asked_for_that_cut_a_month_make_it_a_part_period() -> None:
    tables = {"incidents": [incident(1, "2024-01-05", flagged=True), incident(2, "2024-01-20", flagged=True)]}

    rows = answer("D01", tables=tables, asked=(D(2024, 1, 10), D(2024, 1, 31)))

    count = next(row for row in rows if row["part"] == "count")
    assert (count["numerator"], count["status"]) == (1, "part_period")
    assert count["reason"] == "Part of the period: 2024-01-10 to 2024-01-31 was asked for."


def test_rows_held_by_month_are_not_cut_within_a_month() -> None:
    tables = {"incidents": [incident(1, "2024-01-01", flagged=True)]}
    changes = {"incidents": {"precision": {"created": "month"}}}

    row = answer("D01", tables=tables, asked=(D(2024, 1, 10), None), changes=changes)[0]

    assert row["status"] == "not_enough_data"
    assert row["reason"] == "incidents.created is held by month only, so --from and --to must be whole months."


def test_a_sample_of_days_is_said_to_be_one() -> None:
    tables = {"incidents": [incident(1, "2024-01-05", flagged=True)]}

    row = answer("D01", tables=tables, changes={"incidents": {"sample_days": True}})[0]

    assert row["status"] == "part_period"
    assert "a sample of days" in row["reason"]


def test_days_that_no_extract_covers_are_not_enough_data() -> None:
    tables = {"incidents": [incident(1, "2024-01-05", flagged=True)]}

    row = answer("D01", tables=tables, asked=(D(2025, 1, 1), D(2025, 12, 31)))[0]

    assert row["status"] == "not_enough_data"
    assert row["reason"] == "No extract covers the days asked for; the extracts cover 2024-01-01 to 2024-01-31."


def test_areas_and_the_rows_without_one_add_up_to_the_whole_force() -> None:
    tables = {
        "incidents": [incident(at, "2024-01-05", flagged=True, area=area) for at, area in enumerate("EEWWW")]
        + [incident("n", "2024-01-06", flagged=True, area=None)],
        "population": [people("E", 100), people("W", 200)],
    }

    by_area = answer("D02", tables=tables, by="month,area")
    whole = answer("D02", tables=tables)

    assert [(row["area"], row["numerator"], row["denominator"]) for row in by_area] == [
        ("E", 2, 100),
        ("W", 3, 200),
        ("not recorded", 1, None),
    ]
    assert [(row["area"], row["numerator"], row["denominator"]) for row in whole] == [(None, 6, 300)]


def test_an_area_with_people_and_no_incident_is_zero() -> None:
    tables = {
        "incidents": [incident(1, "2024-01-05", flagged=True, area="E")],
        "population": [people("E", 100), people("W", 200)],
    }

    rows = answer("D02", tables=tables, by="area")

    assert [(row["area"], row["numerator"], row["value"]) for row in rows] == [("E", 1, 10.0), ("W", 0, 0.0)]


def test_an_area_without_people_keeps_its_count_and_has_no_rate() -> None:
    tables = {"incidents": [incident(1, "2024-01-05", flagged=True, area="X")], "population": [people("E", 100)]}

    rows = answer("D02", tables=tables, by="area")

    assert [(row["area"], row["numerator"], row["value"], row["status"]) for row in rows] == [
        ("E", 0, 0.0, "ok"),
        ("X", 1, None, "not_enough_data"),
    ]
    assert rows[1]["reason"] == "No population is held for this area."


def test_the_whole_time_stands_in_one_row_when_no_period_is_asked_for() -> None:
    tables = {"incidents": [incident(1, "2024-01-05", flagged=True), incident(2, "2024-03-05", flagged=True)]}

    rows = answer("D01", tables=tables, days=QUARTER, by="whole")

    count = next(row for row in rows if row["part"] == "count")
    assert (count["period_start"], count["period_end"], count["numerator"]) == (*QUARTER, 2)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2015-06", (D(2015, 6, 1), D(2015, 6, 30))),
        ("2015", (D(2015, 1, 1), D(2015, 12, 31))),
        ("2015-Q2", (D(2015, 4, 1), D(2015, 6, 30))),
        ("2015-06-14", (D(2015, 6, 14), D(2015, 6, 14))),
        ("last June", None),
    ],
)
def test_a_part_period_is_declared_by_year_quarter_month_or_day(text: str, days: tuple[D, D] | None) -> None:
    assert period_days(text) == days


def test_ranges_that_touch_are_one_and_common_days_lie_in_both() -> None:
    first, second, far = (
        (D(2024, 1, 1), D(2024, 1, 31)),
        (D(2024, 2, 1), D(2024, 2, 29)),
        (D(2025, 1, 1), D(2025, 1, 1)),
    )

    assert joined([far, second, first]) == ((D(2024, 1, 1), D(2024, 2, 29)), far)
    assert common(((D(2024, 1, 1), D(2024, 2, 29)),), ((D(2024, 2, 10), D(2024, 3, 31)), far)) == (
        (D(2024, 2, 10), D(2024, 2, 29)),
    )


def test_the_whole_time_of_a_part_is_what_its_own_extracts_cover() -> None:
    first, second = (D(2024, 1, 1), D(2024, 1, 31)), (D(2024, 2, 1), D(2024, 2, 29))
    logs = [incident(1, "2024-01-05", flagged=True), incident(2, "2024-02-05", flagged=True)]
    tables = {
        "incidents": logs,
        "incident_assessments": [
            {"incident_ref": "I2", "assessed": logs[1]["created"], "tool": "THRIVE", "complete": True}
        ],
    }
    changes = {"incidents": {"ranges": ((first[0], second[1]),)}, "incident_assessments": {"ranges": (second,)}}

    rows = answer("D01", "D08", tables=tables, by="whole", changes=changes)
    found = {row["part"]: (row["numerator"], row["period_start"]) for row in rows}

    # Assessments are held for February only, so the January incident is in no share of them.
    assert found["count"] == (2, D(2024, 1, 1))
    assert found["done"] == (1, D(2024, 2, 1))
    assert next(row["denominator"] for row in rows if row["part"] == "done") == 1
