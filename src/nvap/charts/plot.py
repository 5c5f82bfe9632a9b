"""Where a chart's inside stands in the drawing, and the scale of its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from nvap.charts.drawn import Drawn, value_decimals
from nvap.charts.options import ChartOptions, Event
from nvap.charts.scale import Scale, value_scale, written
from nvap.charts.text import width

FONT: Final = 14.0
LINE: Final = 18.0
BADGE: Final = 20.0

DASHES: Final = "7 5"
DOTS: Final = "1 5"
DASH_DOT: Final = "12 4 2 4"


@dataclass(frozen=True)
class Plot:
    """The chart's inner rectangle with what is drawn in it: points, and events that lie in their time."""

    left: float
    right: float
    top: float
    bottom: float
    across: float
    scale: Scale
    decimals: int
    points: tuple[Drawn, ...]
    events: tuple[Event, ...]
    options: ChartOptions
    narrow: bool

    @property
    def each(self) -> float:
        """The room of one period."""
        return (self.right - self.left) / len(self.points)

    def x(self, place: float) -> float:
        """The middle of the period at this place."""
        return self.left + (place + 0.5) * self.each

    def y(self, value: float) -> float:
        """Where a value stands; at the edge where the scale does not hold it."""
        return self.scale.at(min(max(value, self.scale.low), self.scale.high))

    def holds(self, value: float) -> bool:
        """Whether the scale holds a value."""
        return self.scale.low <= value <= self.scale.high


def make_plot(points: Sequence[Drawn], options: ChartOptions, *, top: float, across: float, narrow: bool) -> Plot:
    """The chart's inside, from `top` down, in a drawing `across` wide."""
    events = within(points, options.events)
    plot_top = top + (BADGE + 10 if events else 0)
    bottom = plot_top + (190 if narrow else 260)
    scale = _scale(points, options, bottom, plot_top)
    labels = max(width(written(tick, scale.decimals), FONT) for tick in scale.ticks)
    return Plot(
        left=8 + labels + 8,
        right=across - (10 if narrow else 168),
        top=plot_top,
        bottom=bottom,
        across=across,
        scale=scale,
        decimals=value_decimals(points, options),
        points=tuple(points),
        events=events,
        options=options,
        narrow=narrow,
    )


def _scale(points: Sequence[Drawn], options: ChartOptions, bottom: float, top: float) -> Scale:
    """A scale for the whole periods, the lines and nothing that cannot be: no less than no one, no more than all."""
    held = [point for point in points if point.value is not None]
    # A part period would press limits together; where it does not fit it is drawn at the edge, and the key says so.
    # Without limits the points are few, and each shows where it lies.
    has_limits = any(point.limits for point in points)
    values = [point.value or 0.0 for point in held if not (point.part and has_limits)]
    values = values or [point.value or 0.0 for point in held]
    lines = [line for point in points for line in (point.mean, *(point.limits or ())) if line is not None]
    lines += [level for level, _ in across_levels(options)]
    floor = 0.0 if min(values) >= 0 else None
    ceiling = 100.0 if options.unit == "%" and max(values) <= 100 else None
    lines = [line for line in lines if (floor is None or line >= floor) and (ceiling is None or line <= ceiling)]
    return value_scale(values + lines, bottom, top, floor=floor, ceiling=ceiling)


def across_levels(options: ChartOptions) -> list[tuple[float, str]]:
    """The levels that are drawn across the whole chart, each with its dashes: benchmark and target."""
    levels = []
    if options.benchmark and options.benchmark.like_with_like and options.benchmark.value is not None:
        levels.append((options.benchmark.value, DOTS))
    if options.target is not None:
        levels.append((options.target, DASH_DOT))
    return levels


def within(points: Sequence[Drawn], events: Sequence[Event]) -> tuple[Event, ...]:
    """The events of the time drawn; the last period ends where another like it would begin."""
    starts = [point.start for point in points]
    last = starts[-1] + (starts[-1] - starts[-2] if len(starts) > 1 else timedelta(days=30))
    return tuple(sorted((event for event in events if starts[0] <= event.on < last), key=lambda event: event.on))
