"""What may be asked, and the nearest right word for what may not."""

from __future__ import annotations

import datetime

import pytest

from nvap.errors import UsageFault
from nvap.measures.asking import By, end_of, first_day, last_day, periods_between, read_by, read_rule

from .world import answer, incident, measure

D = datetime.date


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("month", By("month", False, ())),
        ("Month, Area", By("month", True, ())),
        ("area", By(None, True, ())),
        ("whole", By(None, False, ())),
        ("year,source", By("year", False, ("source",))),
    ],
)
def test_by_takes_a_period_an_area_and_declared_breakdowns(text: str, by: By) -> None:
    assert read_by(text, [measure("D01")]) == by


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("moth", "found `moth`. Did you mean `month`?"),
        ("month,year", "may hold one period; found month and year"),
        ("incident_ref", "found `incident_ref`"),
        ("month,offence_group", "found `offence_group`"),
    ],
)
def test_by_refuses_what_no_measure_has(text: str, message: str) -> None:
    with pytest.raises(UsageFault) as raised:
        read_by(text, [measure("D01")])

    assert message in str(raised.value)


def test_a_breakdown_that_one_of_several_measures_lacks_is_refused_by_name() -> None:
    with pytest.raises(UsageFault, match="P12 cannot be broken down by source; ask for the others alone"):
        read_by("month,source", [measure("D01"), measure("P12")])


def test_an_area_is_refused_where_the_table_has_none_and_the_other_measures_stand() -> None:
    tables = {**measure("D15").example.tables, "incidents": [incident(1, "2024-01-05", flagged=True)]}

    rows = answer("D01", "D15", tables=tables, by="month,area")

    assert {(row["measure"], row["status"]) for row in rows if row["part"] in ("count", "in_date")} == {
        ("D01", "ok"),
        ("D15", "refused"),
    }
    assert rows[-1]["reason"] == "The table staff has no area, and nothing leads from it to one."


def test_a_breakdown_shows_the_words_of_its_codes() -> None:
    tables = {"s136": [{"s136_ref": "A", "detained": datetime.datetime(2024, 1, 5), "sex": "F", "conveyance": "other"}]}  # noqa: DTZ001

    groups = {row["group"] for row in answer("P13", tables=tables, by="month,sex") if row["part"] == "conveyance"}

    assert groups == {"Female"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [("R1", "R1"), ("r2", "R2"), ("flagged at closure", "R1"), ("Plus-linked_records", "R3"), ("on review", "RA")],
)
def test_a_rule_goes_by_its_id_or_its_name(text: str, rule: str) -> None:
    assert read_rule(text) == rule


def test_an_unknown_rule_gets_the_nearest() -> None:
    with pytest.raises(UsageFault, match="Did you mean `flagged at closure`"):
        read_rule("flaged at closure")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", D(2024, 1, 1), D(2024, 12, 31)),
        ("2024-02", D(2024, 2, 1), D(2024, 2, 29)),
        ("2024-02-10", D(2024, 2, 10), D(2024, 2, 10)),
        ("9999-12", D(9999, 12, 1), D(9999, 12, 31)),
    ],
)
def test_a_year_or_month_means_its_first_or_its_last_day(text: str, first: D, last: D) -> None:
    assert (first_day(text), last_day(text)) == (first, last)


@pytest.mark.parametrize("text", ["2024-13", "2024-02-30", "January 2024", "24-01", ""])
def test_what_is_no_day_says_what_one_looks_like(text: str) -> None:
    with pytest.raises(UsageFault, match="--from is a day, a month or a year, as 2014-01-31, 2014-01 or 2014"):
        first_day(text)


def test_the_first_day_asked_for_comes_before_the_last() -> None:
    with pytest.raises(UsageFault, match="--from 2024-02-01 lies after --to 2024-01-01"):
        answer("D01", tables={"incidents": [incident(1, "2024-01-01")]}, asked=(D(2024, 2, 1), D(2024, 1, 1)))


def test_periods_are_whole_months_quarters_or_years() -> None:
    assert periods_between(D(2024, 1, 15), D(2024, 3, 1), "month")[-1] == (D(2024, 3, 1), D(2024, 3, 31))
    assert periods_between(D(2024, 2, 15), D(2024, 5, 1), "quarter") == [
        (D(2024, 1, 1), D(2024, 3, 31)),
        (D(2024, 4, 1), D(2024, 6, 30)),
    ]
    assert end_of(D(2024, 1, 1), "year") == D(2024, 12, 31)
    assert periods_between(D(9999, 12, 5), D.max, "year") == [(D(9999, 1, 1), D(9999, 12, 31))]
