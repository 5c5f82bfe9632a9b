"""A measure's areas held against each other: the funnel that fits, and which areas lie outside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from nvap.measures.frame import NOT_RECORDED
from nvap.measures.judging import PERCENT
from nvap.packs.measure import Part
from nvap.statistics.funnel import Funnel, limits
from nvap.statistics.interval import BadNumber

Row = Mapping[str, Any]
FEWEST_AREAS: Final = 5
"""With fewer areas a funnel says no more than the table."""
_POINTS: Final = 80


@dataclass(frozen=True)
class Area:
    """One area in a funnel, its value as shown, and beyond which limits it lies."""

    name: str
    numerator: float
    denominator: float
    value: float
    outside: str
    high: bool


@dataclass(frozen=True)
class Areas:
    """The areas, the value of them all, and the limits along the denominators (lower and upper 95%, then 99.8%)."""

    areas: tuple[Area, ...]
    centre: float
    curve: tuple[tuple[float, float, float, float, float], ...]
    widened: bool


def funnel_of(part: Part, rows: Sequence[Row]) -> Areas | None:
    """The funnel of rows that stand by area; None for a number that has none, and for too few areas with a number.

    `rows` are result rows (`nvap.measures.rows.SCHEMA`) of one part, period, category and group, one for each area.
    A share is judged as one. A rate's events are judged against those expected of as many people at the common rate.
    """
    held = [row for row in rows if row["area"] not in (None, NOT_RECORDED) and row["value"] is not None]
    held = [row for row in held if row["denominator"]]
    if part.statistic not in ("proportion", "distribution", "rate") or len(held) < FEWEST_AREAS:
        return None
    count = np.array([row["numerator"] for row in held], dtype=np.float64)
    under = np.array([row["denominator"] for row in held], dtype=np.float64)
    is_rate = part.statistic == "rate"
    common = float(count.sum() / under.sum())
    if common <= 0 or (not is_rate and common >= 1):
        return None
    # For a rate the denominators become events expected, and the ratio to them is shown as the rate again.
    per = common if is_rate else 1.0
    found = _limits(count, under * per, is_rate, common * (part.multiplier or 1.0) if is_rate else PERCENT)
    grid = np.linspace(under.max() / _POINTS, under.max() * 1.02, _POINTS)
    drawn = found.drawn_at(grid * per)
    lines = (drawn.lower_95, drawn.upper_95, drawn.lower_998, drawn.upper_998)
    curve = tuple(
        (float(at), float(a), float(b), float(c), float(d)) for at, a, b, c, d in zip(grid, *lines, strict=True)
    )
    return Areas(tuple(_areas(held, found)), float(found.target), curve, found.overdispersed)


def _limits(count: np.ndarray, under: np.ndarray, is_rate: bool, multiplier: float) -> Funnel:
    kind = "ratio" if is_rate else "proportion"
    try:
        return limits(count, under, kind=kind, scale="square root", multiplier=multiplier)  # type: ignore[arg-type]
    except BadNumber:
        # Too few areas, or too far from each other, to say how much they vary beyond chance.
        return limits(count, under, kind=kind, overdispersion=False, multiplier=multiplier)  # type: ignore[arg-type]


def _areas(rows: Sequence[Row], found: Funnel) -> list[Area]:
    return [
        Area(
            row["area"],
            row["numerator"],
            row["denominator"],
            float(found.values[at]),
            "99.8" if found.outside_998[at] else "95" if found.outside_95[at] else "",
            bool(found.values[at] > found.target),
        )
        for at, row in enumerate(rows)
    ]
