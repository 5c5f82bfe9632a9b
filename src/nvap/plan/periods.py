"""Reporting periods: monthly, quarterly or of the force's own making. A report is due some days after its period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from nvap.errors import UsageFault
from nvap.plan.document import Period
from nvap.wording import phrase

FREQUENCIES: Final = (
    ("monthly", phrase("Every month")),
    ("quarterly", phrase("Every quarter")),
    ("custom", phrase("Periods of our own")),
)
MOST_PERIODS: Final = 120
LONGEST_GRACE_DAYS: Final = 90
_MONTHS = {"monthly": 1, "quarterly": 3}


def regular(frequency: str, start: date, count: int, due_after_days: int) -> tuple[Period, ...]:
    """So many months or quarters from a first day on, each due so many days after it ends.

    A start within a month stays the first day; every later period begins on the same day of its month (or on the last
    day of a shorter one).

    Raises:
        UsageFault: for another frequency, fewer than 1 or more than 120 periods, or a due date over 90 days late.
    """
    if frequency not in _MONTHS:
        raise UsageFault(f"frequency: found {frequency!r}, allowed are monthly and quarterly.")
    if not 1 <= count <= MOST_PERIODS:
        raise UsageFault(f"periods: found {count}, allowed are 1 to {MOST_PERIODS}.")
    if not 0 <= due_after_days <= LONGEST_GRACE_DAYS:
        raise UsageFault(f"due after days: found {due_after_days}, allowed are 0 to {LONGEST_GRACE_DAYS}.")
    firsts = [_months_later(start, at * _MONTHS[frequency]) for at in range(count + 1)]
    grace = timedelta(days=due_after_days)
    return tuple(
        Period(first, after - timedelta(days=1), after - timedelta(days=1) + grace) for first, after in pairwise(firsts)
    )


def faults(periods: Sequence[Period]) -> tuple[str, ...]:
    """What is wrong with periods of the force's own making: each fault in a sentence; none when all is well."""
    found = []
    for each in periods:
        if each.last < each.first:
            found.append(f"The period from {each.first:%d/%m/%Y} ends before it begins, on {each.last:%d/%m/%Y}.")
        elif each.due < each.last:
            found.append(f"The period from {each.first:%d/%m/%Y} is due on {each.due:%d/%m/%Y}, before it has ended.")
    ordered = sorted(periods, key=lambda each: each.first)
    for one, other in pairwise(ordered):
        if other.first <= one.last:
            found.append(f"The periods from {one.first:%d/%m/%Y} and from {other.first:%d/%m/%Y} overlap.")
    return tuple(found)


def _months_later(day: date, months: int) -> date:
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (after - timedelta(days=1)).day))
