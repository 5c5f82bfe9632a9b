"""A plain pair of axes: the rectangle that values are drawn in, its ticks, and levels across it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nvap.charts.scale import Scale, value_scale, written
from nvap.charts.sheet import FONT
from nvap.charts.svg import QUIET, element, number, text
from nvap.charts.text import width

GRID = "#b1b4b6"


@dataclass(frozen=True)
class Axes:
    """Where values stand: `across` from left to right, `up` from bottom to top."""

    across: Scale
    up: Scale

    @property
    def left(self) -> float:
        """The left edge."""
        return self.across.start

    @property
    def right(self) -> float:
        """The right edge."""
        return self.across.end

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.up.end

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.up.start

    def at(self, across: float, up: float) -> tuple[float, float]:
        """Where a pair of values stands; at the edge where the axes do not hold it."""
        return self.across.at(_within(across, self.across)), self.up.at(_within(up, self.up))


def up_scale(values: Sequence[float], top: float, bottom: float, *, percent: bool) -> Scale:
    """A scale from the bottom up that holds the values and nothing that cannot be."""
    floor = 0.0 if min(values) >= 0 else None
    ceiling = 100.0 if percent and max(values) <= 100 else None
    return value_scale(values, bottom, top, floor=floor, ceiling=ceiling)


def left_of(scale: Scale) -> float:
    """How far from the edge the drawing begins, so that the numbers of a scale stand beside it."""
    return 8 + max(width(written(tick, scale.decimals), FONT) for tick in scale.ticks) + 8


def value_lines(up: Scale, left: float, right: float) -> str:
    """A line and a number at each tick of the value axis."""
    drawn = []
    for tick in up.ticks:
        y = up.at(tick)
        drawn.append(element("line", class_="line", x1=left, x2=right, y1=y, y2=y, stroke=GRID, stroke_width=0.75))
        drawn.append(text(left - 8, y + FONT * 0.35, written(tick, up.decimals), text_anchor="end", fill=QUIET))
    return "".join(drawn)


def across_ticks(across: Scale, bottom: float, most: float) -> str:
    """The lower axis with its numbers, as many as stand apart; none beyond `most`."""
    drawn = [
        element(
            "line", class_="line", x1=across.start, x2=across.end, y1=bottom, y2=bottom, stroke=QUIET, stroke_width=1.5
        )
    ]
    free = -1e9
    for tick in across.ticks:
        label, x = written(tick, across.decimals), across.at(tick)
        half = width(label, FONT) / 2
        if x - half < free or x + half > most:
            continue
        free = x + half + 10
        drawn.append(
            element("line", class_="line", x1=x, x2=x, y1=bottom, y2=bottom + 5, stroke=QUIET, stroke_width=1.5)
        )
        drawn.append(text(x, bottom + 20, label, text_anchor="middle", fill=QUIET))
    return "".join(drawn)


def level(start: float, end: float, y: float, **attributes: str | float) -> str:
    """A level line."""
    return element("line", class_="line", x1=start, x2=end, y1=y, y2=y, **attributes)


def path(points: Sequence[tuple[float, float]], **attributes: str | float) -> str:
    """A line through points."""
    joined = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return element("polyline", class_="line", points=joined, fill="none", **attributes)


def _within(value: float, scale: Scale) -> float:
    return min(max(value, scale.low), scale.high)
