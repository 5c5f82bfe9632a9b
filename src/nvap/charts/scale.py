"""Where numbers and months stand along an axis, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, Literal

from nvap.charts.text import width

Grain = Literal["month", "quarter", "year", "event"]
Language = Literal["en", "cy"]

MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "cy": ("Ion", "Chwe", "Maw", "Ebr", "Mai", "Meh", "Gorff", "Awst", "Medi", "Hyd", "Tach", "Rhag"),
}
_FULL: Final[dict[Language, tuple[str, ...]]] = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "cy": (
        "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin",
        "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr",
    ),
}  # fmt: skip
_STEPS: Final = {
    "month": (1, 2, 3, 6, 12, 24, 60, 120),
    "quarter": (1, 2, 4, 8, 20, 40),
    "year": (1, 2, 5, 10, 20),
    "event": (1, 2, 5, 10, 20, 50, 100),
}


@dataclass(frozen=True)
class Scale:
    """A stretch of numbers laid along a stretch of the drawing, with its ticks."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]
    decimals: int

    def at(self, value: float) -> float:
        """Where a number stands in the drawing."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def value_scale(
    values: Sequence[float],
    start: float,
    end: float,
    *,
    floor: float | None = None,
    ceiling: float | None = None,
    wanted: int = 5,
) -> Scale:
    """A scale that holds all values between round ticks, and does not pass `floor` or `ceiling`.

    It begins at nought unless that would press the values into the upper half: a control chart is read by its limits.
    """
    low, high = min(values), max(values)
    if low >= 0 and low < high / 2:
        low = 0.0
    if high - low <= max(abs(high), abs(low)) * 1e-9:
        spread = abs(high) / 2 or 1.0
        low, high = low - spread, high + spread
        low = low if floor is None else max(floor, low)
        high = high if ceiling is None else min(ceiling, high)
    step = _round_step((high - low) / wanted)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple(round(place * step, decimals + 2) for place in range(first, last + 1))
    return Scale(first * step, last * step, start, end, ticks, decimals)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))


def written(value: float, decimals: int) -> str:
    """A number as people read it: thousands apart, this many decimals, a true minus sign."""
    return f"{value:,.{decimals}f}".replace("-", "−")


def period_name(start: date, grain: Grain, language: Language = "en") -> str:
    """A period in full words: June 2015, January to March 2015, 2015, or 2015/16 for a year that begins later.

    An event, which has a day and no length, is named by its day.
    """
    months = _FULL[language]
    if grain == "event":
        return day_name(start, language)
    if grain == "month":
        return f"{months[start.month - 1]} {start.year}"
    if grain == "quarter":
        to = {"en": "to", "cy": "i"}[language]
        return f"{months[start.month - 1]} {to} {months[(start.month + 1) % 12]} {start.year + (start.month > 10)}"
    return str(start.year) if start.month == 1 else f"{start.year}/{(start.year + 1) % 100:02d}"


def period_ticks(
    starts: Sequence[date], grain: Grain, room_each: float, size: float, language: Language = "en"
) -> list[tuple[int, str, str]]:
    """Which periods are named along the axis, so that no two names touch: (place, upper line, lower line).

    The year stands on the lower line, once for each year.
    """
    if not starts:
        return []
    for step in _STEPS[grain]:
        named = _named(starts, grain, step, language)
        widest = max((width(label, size) for _, *labels in named for label in labels), default=0.0)
        closest = min((b[0] - a[0] for a, b in pairwise(named)), default=len(starts))
        if widest + size * 0.6 <= closest * room_each:
            return named
    return named[:1]


def _named(starts: Sequence[date], grain: Grain, step: int, language: Language) -> list[tuple[int, str, str]]:
    named: list[tuple[int, str, str]] = []
    last_year = None
    for place, start in enumerate(starts):
        if (place if grain == "event" else _ordinal(start, grain)) % step:
            continue
        if grain == "year":
            named.append((place, period_name(start, grain, language), ""))
            continue
        year = "" if start.year == last_year else str(start.year)
        last_year = start.year
        month = MONTHS[language][start.month - 1]
        named.append((place, f"{start.day} {month}" if grain == "event" else month, year))
    return named


def _ordinal(start: date, grain: Grain) -> int:
    """Counts periods so that a step of 12 months names each January, and of 24 each second one."""
    if grain == "year":
        return start.year
    months = start.year * 12 + start.month - 1
    return months if grain == "month" else months // 3


def day_name(day: date, language: Language = "en") -> str:
    """A day in full: 1 November 2026."""
    return f"{day.day} {_FULL[language][day.month - 1]} {day.year}"


def reading_decimals(values: Sequence[float]) -> int:
    """How many decimals a value is written with: none for whole numbers, else one more than the axis."""
    if all(value == round(value) for value in values):
        return 0
    return min(4, value_scale(values, 0, 1).decimals + 1)


def with_unit(value: float, decimals: int, unit: str) -> str:
    """A value with its unit: 12.5%, 0.61 per 1,000 people."""
    return written(value, decimals) + (unit if unit in ("", "%") else f" {unit}")
