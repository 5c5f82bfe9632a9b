"""The frame that rows are laid out in: every period asked for that an extract covers, and every area."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nvap.measures.asking import By, periods_between
from nvap.measures.held import SETTINGS, Days, Held, common
from nvap.packs.measure import Measure, Part

NOT_RECORDED = "not recorded"
"""Where rows without an area stand, so that the areas add up to the whole."""


@dataclass(frozen=True)
class Frame:
    """The periods of one part: their days, and what is to be said of those that are incomplete (empty: whole)."""

    periods: tuple[Days, ...]
    remarks: tuple[str, ...]

    @property
    def grid(self) -> NDArray[np.int64]:
        """The first day of each period, in days since 1970, in order."""
        return np.array([(first - _EPOCH).days for first, _ in self.periods], dtype=np.int64)


_EPOCH = datetime.date(1970, 1, 1)


def covered(measure: Measure, part: Part, held: Mapping[str, Held], rule: str) -> tuple[Days, ...]:
    """The days that every extract behind a part covers; tables of settings and histories are left out."""
    tables = {need.partition(".")[0] for need in measure.needs(part, rule)} - SETTINGS
    days: tuple[Days, ...] = held[part.table].ranges
    for table in sorted(tables - {part.table}):
        days = common(days, held[table].ranges)
    return days


def lay_out(part_tables: Sequence[Held], days: tuple[Days, ...], asked: Days, by: By) -> Frame:
    """The periods of a part: those asked for that touch the days covered, each with a remark where it is incomplete."""
    if not days:
        return Frame((), ())
    first, last = max(asked[0], days[0][0]), min(asked[1], days[-1][1])
    if first > last:
        return Frame((), ())
    whole = periods_between(first, last, by.period) if by.period else [(first, last)]
    held = [each for each in whole if any(a <= each[1] and b >= each[0] for a, b in days)]
    return Frame(tuple(held), tuple(_remark(each, part_tables, days, asked) for each in held))


def _remark(period: Days, tables: Sequence[Held], days: tuple[Days, ...], asked: Days) -> str:
    first, last = period
    if asked[0] > first or asked[1] < last:
        return f"Part of the period: {asked[0]} to {asked[1]} was asked for."
    for held in tables:
        if any(a <= last and b >= first for a, b in held.partial):
            return f"Part of the period: the mapping of {held.table} declares it incomplete."
    if not any(a <= first and b >= last for a, b in days):
        return f"Part of the period: the extracts cover {' and '.join(f'{a} to {b}' for a, b in days)}."
    for held in tables:
        if held.sample_days:
            return f"The extract of {held.table} holds a sample of days, not them all."
    return ""


def as_read(name: str) -> list[tuple[bool, int, str]]:
    """A key that sorts names as a reader expects: area 9 before area 10."""
    parts = re.findall(r"\d+|\D+", name)
    return [(not each.isdecimal(), int(each) if each.isdecimal() else 0, each) for each in parts]
