"""Reporting periods: months and quarters from any day on, and what cannot stand."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvap.errors import UsageFault
from nvap.plan.document import Period
from nvap.plan.periods import faults, regular


def test_three_months_from_april_end_on_their_last_days_and_are_due_a_fortnight_later() -> None:
    found = regular("monthly", date(2026, 4, 1), 3, 14)

    assert [(each.first, each.last, each.due) for each in found] == [
        (date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 14)),
        (date(2026, 5, 1), date(2026, 5, 31), date(2026, 6, 14)),
        (date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 14)),
    ]


def test_quarters_cross_the_year() -> None:
    found = regular("quarterly", date(2026, 10, 1), 2, 0)

    assert [(each.first, each.last) for each in found] == [
        (date(2026, 10, 1), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 3, 31)),
    ]


@given(
    start=st.dates(date(2000, 1, 1), date(2080, 12, 31)),
    count=st.integers(1, 60),
    frequency=st.sampled_from(["monthly", "quarterly"]),
)
def test_periods_follow_each_other_without_gap_or_overlap(start: date, count: int, frequency: str) -> None:
    found = regular(frequency, start, count, 10)

    assert len(found) == count
    assert found[0].first == start
    assert all(after.first.toordinal() == one.last.toordinal() + 1 for one, after in pairwise(found))
    assert faults(found) == ()


@pytest.mark.parametrize(
    ("frequency", "count", "due", "says"),
    [
        ("weekly", 4, 7, "allowed are monthly and quarterly"),
        ("monthly", 0, 7, "allowed are 1 to 120"),
        ("monthly", 121, 7, "allowed are 1 to 120"),
        ("monthly", 4, 91, "allowed are 0 to 90"),
    ],
)
def test_what_cannot_be_is_refused_with_what_is_allowed(frequency: str, count: int, due: int, says: str) -> None:
    with pytest.raises(UsageFault, match=says):
        regular(frequency, date(2026, 1, 1), count, due)


def test_periods_of_ones_own_that_overlap_or_end_too_early_are_named() -> None:
    first, second = date(2026, 1, 1), date(2026, 2, 1)

    found = faults([Period(first, date(2026, 2, 15), date(2026, 3, 1)), Period(second, date(2026, 1, 20), second)])

    assert found == (
        "The period from 01/02/2026 ends before it begins, on 20/01/2026.",
        "The periods from 01/01/2026 and from 01/02/2026 overlap.",
    )


def test_a_report_is_not_due_before_its_period_has_ended() -> None:
    found = faults([Period(date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 30))])

    assert found == ("The period from 01/01/2026 is due on 30/01/2026, before it has ended.",)
