"""What a run, P, U, C, G, T, I or moving range chart is, and how one is put together from its periods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nvap.statistics.control_chart.anhoej import Runs, runs_of
from nvap.statistics.control_chart.checks import (
    check_baseline,
    check_dates,
    one_number,
    periods_of,
    places_of,
    starts_of,
)
from nvap.statistics.control_chart.individuals import FEWEST_FOR_LIMITS, RANGE_TO_SIGMA, SCREEN_FACTOR
from nvap.statistics.interval import Flags, Floats
from nvap.statistics.special_cause import NOISE

# One value has no range. Twelve or more are wanted; whoever shows a chart hides the limits of short periods.
FEWEST_IN_FROZEN: Final = 2


@dataclass(frozen=True)
class ProcessPoint:
    """One period's value with the lines around it; NaN where there is none."""

    value: float
    centre: float
    lower: float
    upper: float
    lower_two_sigma: float
    upper_two_sigma: float
    outside: bool
    excluded: bool
    period: int
    short: bool


@dataclass(frozen=True, eq=False)
class ProcessPoints:
    """All points of a chart as read-only arrays of one length; iterating or indexing gives each as a ProcessPoint.

    `lower` and `upper` lie three sigma from the centre; `outside` is strictly beyond them. `excluded` points stand on
    the chart and are held against its limits, but make neither centre, limits nor runs. `period` counts rebased
    periods from 0; `short` marks those with fewer than 13 values in use.
    """

    value: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    lower_two_sigma: Floats
    upper_two_sigma: Floats
    outside: Flags
    excluded: Flags
    period: NDArray[np.int64]
    short: Flags

    def __post_init__(self) -> None:
        for field in fields(self):
            getattr(self, field.name).flags.writeable = False

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, place: int) -> ProcessPoint:
        return ProcessPoint(**{field.name: getattr(self, field.name)[place].item() for field in fields(self)})

    def __iter__(self) -> Iterator[ProcessPoint]:
        return (self[place] for place in range(len(self)))


@dataclass(frozen=True, eq=False)
class ProcessChart:
    """The points, the runs of each period by Anhøj's rules, and how the lines were made.

    `name` is run, p, p_prime, u, u_prime, c, g, t, i or mr. `spread` is, for p_prime and u_prime, how much wider each
    period's points lie than chance alone would put them (1 is as chance has it); NaN for the others. `screened` is
    whether wide moving ranges were left out, None where a chart takes none. `short` is whether any period has fewer
    than 13 values in use; whoever shows the chart hides such a period's limits.
    """

    name: str
    points: ProcessPoints
    runs: tuple[Runs, ...]
    spread: tuple[float, ...]
    screened: bool | None
    baseline: int | None
    multiply: float
    short: bool

    @property
    def has_signal(self) -> bool:
        """Whether any point lies outside its limits, or any period's runs are unlike chance."""
        return bool(self.points.outside.any()) or any(runs.signal for runs in self.runs)


@dataclass(frozen=True)
class Settings:
    """How a chart is cut into periods, what makes its lines, and in which unit it is shown."""

    rebase: Iterable[int]
    baseline: int | None
    exclude: Iterable[int]
    multiply: float
    dates: Iterable[Any] | None
    screen: bool | None = None


@dataclass(frozen=True)
class Part:
    """One period: its values (NaN for a gap), their denominators (1 where a chart has none), and what makes its lines.

    `base` holds up to the last value of the baseline, gaps among them, since no moving range bridges a gap; excluded
    values are not in it, and ranges do bridge those.
    """

    value: Floats
    denominator: Floats
    base: Flags

    @property
    def base_values(self) -> Floats:
        """The values that make the lines, without gaps."""
        held: Floats = self.value[self.base & ~np.isnan(self.value)]
        return held


@dataclass(frozen=True)
class Lines:
    """The centre of one period, and at each of its points the limits at two and three sigma."""

    centre: float
    lower: Floats
    upper: Floats
    lower_two_sigma: Floats
    upper_two_sigma: Floats
    spread: float = np.nan


LinesOf: TypeAlias = Callable[[Part], Lines]


def chart_of(
    name: str, value: Floats, settings: Settings, lines_of: LinesOf, *, denominator: Floats | None = None
) -> ProcessChart:
    """The chart of `value`, where `lines_of` gives each period's lines."""
    length = len(value)
    period = periods_of(starts_of(settings.rebase, length), length)
    excluded = np.zeros(length, dtype=np.bool_)
    excluded[places_of("exclude", settings.exclude, length, "indices of values to leave out, such as (3, 17)")] = True
    check_baseline(settings.baseline, FEWEST_IN_FROZEN)
    check_dates(settings.dates, length)
    multiply = one_number("multiply", settings.multiply, above=0)
    denominators = np.ones(length) if denominator is None else denominator
    taken = ~np.isnan(value) & ~excluded
    lines, runs = [], []
    for start, end in pairwise([*np.flatnonzero(np.diff(period, prepend=-1)), length]):
        here = slice(start, end)
        base = ~excluded[here] & _within_baseline(taken[here], settings.baseline)
        lines.append(lines_of(Part(value[here], denominators[here], base)))
        runs.append(runs_of(value[here][taken[here]], lines[-1].centre))
    points = _points(value, period, excluded, lines, multiply)
    return ProcessChart(
        name=name,
        points=points,
        runs=tuple(runs),
        spread=tuple(each.spread for each in lines),
        screened=settings.screen,
        baseline=settings.baseline,
        multiply=multiply,
        short=bool(points.short.any()) or not length,
    )


def around(
    centre: float, sigma: Floats, *, lowest: float = -np.inf, highest: float = np.inf, spread: float = np.nan
) -> Lines:
    """Limits two and three sigma from the centre, cut where no value can be."""
    lower, upper, lower_two, upper_two = (np.clip(centre + times * sigma, lowest, highest) for times in (-3, 3, -2, 2))
    return Lines(centre, lower, upper, lower_two, upper_two, spread)


def moving_sigma(values: Floats, *, screen: bool) -> float:
    """Sigma as the average moving range over 1.128, NaN without neighbouring values.

    With `screen` the average is taken again without ranges of 3.267 times it or more, once; where that would leave no
    movement at all, the unscreened average stands.
    """
    ranges = np.abs(np.diff(values))
    ranges = ranges[~np.isnan(ranges)]
    if not len(ranges):
        return np.nan
    average = float(np.mean(ranges))
    if screen and average:
        average = float(np.mean(ranges[ranges < SCREEN_FACTOR * average])) or average
    return average / RANGE_TO_SIGMA


def _within_baseline(taken: Flags, baseline: int | None) -> Flags:
    within = np.ones(len(taken), dtype=np.bool_)
    places = np.flatnonzero(taken)
    if baseline is not None and len(places) > baseline:
        within[places[baseline - 1] + 1 :] = False
    return within


def _points(
    value: Floats, period: NDArray[np.int64], excluded: Flags, lines: Sequence[Lines], multiply: float
) -> ProcessPoints:
    drawn = {
        name: np.concatenate([getattr(each, name) for each in lines] or [np.zeros(0)]) * multiply
        for name in ("lower", "upper", "lower_two_sigma", "upper_two_sigma")
    }
    centre = np.array([each.centre for each in lines])[period] if lines else np.zeros(0)
    shown = value * multiply
    noise = NOISE * np.abs(shown)
    taken = np.bincount(period[~np.isnan(value) & ~excluded], minlength=len(lines))
    return ProcessPoints(
        value=shown,
        centre=centre * multiply,
        outside=(shown > drawn["upper"] + noise) | (shown < drawn["lower"] - noise),
        excluded=excluded,
        period=period,
        short=taken[period] < FEWEST_FOR_LIMITS,
        **drawn,
    )
