"""Individuals and moving range (XmR) charts with the NHS Making Data Count rules.

Source: NHS England, Making Data Count; constants and rules as in NHSRplotthedots 0.2.2 (MIT), with the differences that
docs/statistics.md lists. 2.66 = 3/1.128 as the NHS rounds it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, pairwise
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nvap.statistics.control_chart.checks import (
    check_baseline,
    check_choice,
    check_dates,
    one_number,
    periods_of,
    series_of,
    starts_of,
)
from nvap.statistics.interval import Flags, Floats, Texts
from nvap.statistics.special_cause import RULES, TIES, Direction, Ties, TwoInThree, kinds, signals

LIMIT_FACTOR: Final = 2.66
RANGE_TO_SIGMA: Final = 1.128
SCREEN_FACTOR: Final = 3.267
FEWEST_FOR_LIMITS: Final = 13
FEWEST_IN_BASELINE: Final = 12

NOT_ENOUGH: Final = "not_enough_data"

Factor = Literal["2.66", "3/1.128"]
Gaps = Literal["break", "bridge"]
OnLimit = Literal["every_value_decides", "hit_or_miss"]
_FACTORS: Final[dict[str, float]] = {"2.66": LIMIT_FACTOR, "3/1.128": 3 / RANGE_TO_SIGMA}
_GAPS: Final = ("break", "bridge")
_ON_LIMIT: Final = ("every_value_decides", "hit_or_miss")


@dataclass(frozen=True)
class Point:
    """One period's value with the lines around it; `signal` and `kind` are empty where the value is missing."""

    value: float
    mean: float
    lower: float
    upper: float
    signal: str
    kind: str
    period: int
    short: bool
    still: bool


@dataclass(frozen=True, eq=False)
class Points:
    """All points of a chart as read-only arrays of one length; iterating or indexing gives each as a Point.

    `signal` is the label of the first rule that holds, in the order limit, trend, two in three, shift ("Common Cause"
    for none). `kind` says what it means: common_cause, special_cause_improvement, special_cause_concern,
    special_cause_neutral_high or special_cause_neutral_low. `period` counts rebased periods from 0; `short` marks those
    with fewer than 13 values; `still` those without any movement, whose limits equal their mean and mean nothing.
    """

    value: Floats
    mean: Floats
    lower: Floats
    upper: Floats
    signal: Texts
    kind: Texts
    period: NDArray[np.int64]
    short: Flags
    still: Flags

    def __post_init__(self) -> None:
        for field in fields(self):
            getattr(self, field.name).flags.writeable = False

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, place: int) -> Point:
        return Point(**{field.name: getattr(self, field.name)[place].item() for field in fields(self)})

    def __iter__(self) -> Iterator[Point]:
        return (self[place] for place in range(len(self)))


@dataclass(frozen=True, eq=False)
class ControlChart:
    """The points, what they say together, and by which rules.

    `variation` is the kind of the last value held, or not_enough_data where its period has no limits. `assurance` is
    consistent_pass, consistent_fail, inconsistent or not_enough_data, and None without a target or a good direction.
    `short` is whether any period has fewer than 13 values; whoever shows the chart hides such a period's limits.
    """

    points: Points
    variation: str
    assurance: str | None
    short: bool
    improvement: Direction | None
    target: float | None
    screened: bool
    two_in_three: TwoInThree
    ties: Ties = "break"
    gaps: Gaps = "break"
    factor: Factor = "2.66"
    on_limit: OnLimit = "every_value_decides"


def xmr(
    values: ArrayLike,
    *,
    improvement: Direction | None = None,
    target: float | None = None,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    dates: Iterable[Any] | None = None,
    screen: bool = True,
    two_in_three: TwoInThree = "beyond_two_sigma",
    ties: Ties = "break",
    gaps: Gaps = "break",
    factor: Factor = "2.66",
    on_limit: OnLimit = "every_value_decides",
) -> ControlChart:
    """An XmR chart of values in time order, one a period; NaN or None is a gap that no range, run or trend crosses.

    Args:
        values: one-dimensional numbers in time order.
        improvement: which direction is good, "increase" or "decrease"; None colours nothing.
        target: what the last period's limits are held against.
        rebase: first indices (from 0) of new periods; every line and rule starts again there.
        baseline: mean and limits from the first this many values of each period; 12 or more.
        dates: one a value, only to be checked: each must be later than the one before.
        screen: leave out moving ranges of 3.267 times their average or more, once, before taking the limits.
        two_in_three: count every point beyond two sigma (Making Data Count since November 2023), or only those
            between two and three, as NHSRplotthedots does.
        ties: whether a tie in a trend, or a value on the mean in a shift, breaks the run or is skipped.
        gaps: whether a missing value breaks ranges and runs, or is bridged as if it were not there.
        factor: limits are this many average moving ranges from the mean: 2.66 as the NHS rounds, or 3/1.128.
        on_limit: whether a target on a limit is passed when every value meets it, or is always hit or miss.

    Returns:
        A ControlChart, always with limits where two neighbouring values exist. A series without movement has limits
        equal to its mean and no special cause by them. Where screening would leave no movement at all, the unscreened
        limits stand, and only they are judged: the one odd value pulls the mean off all the others.

    Raises:
        BadNumber: for an infinite value or any argument outside what is said above; the message names it.
    """
    series = series_of("values", values)
    check_dates(dates, len(series))
    settings = _Settings(improvement, target, baseline, screen, two_in_three, ties, gaps, factor, on_limit)
    return _charts([series], rebase, settings)[0]


def xmr_of_each(
    series: Sequence[ArrayLike],
    *,
    improvement: Direction | None = None,
    target: float | None = None,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    screen: bool = True,
    two_in_three: TwoInThree = "beyond_two_sigma",
    ties: Ties = "break",
    gaps: Gaps = "break",
    factor: Factor = "2.66",
    on_limit: OnLimit = "every_value_decides",
) -> list[ControlChart]:
    """What `xmr` says of each of many series under the same settings, such as one measure's areas, in one pass.

    Every argument is that of `xmr`; `rebase` holds for each series. Raises BadNumber as `xmr` does.
    """
    settings = _Settings(improvement, target, baseline, screen, two_in_three, ties, gaps, factor, on_limit)
    return _charts([series_of("values", values) for values in series], rebase, settings)


@dataclass(frozen=True)
class _Settings:
    """What every series of one call shares."""

    improvement: Direction | None
    target: float | None
    baseline: int | None
    screen: bool
    two_in_three: TwoInThree
    ties: Ties
    gaps: Gaps
    factor: Factor
    on_limit: OnLimit

    def __post_init__(self) -> None:
        check_choice("improvement", self.improvement, ("increase", "decrease"), none=True)
        check_choice("two_in_three", self.two_in_three, RULES)
        check_choice("ties", self.ties, TIES)
        check_choice("gaps", self.gaps, _GAPS)
        check_choice("factor", self.factor, tuple(_FACTORS))
        check_choice("on_limit", self.on_limit, _ON_LIMIT)
        check_baseline(self.baseline, FEWEST_IN_BASELINE)
        if self.target is not None:
            one_number("target", self.target)


def _charts(each: Sequence[Floats], rebase: Iterable[int], settings: _Settings) -> list[ControlChart]:
    stacked, period, ends = _stacked(each, rebase)
    points = _points(stacked, period, settings)
    return [_chart(_part(points, start, end), settings) for start, end in pairwise([0, *ends])]


def _chart(points: Points, settings: _Settings) -> ControlChart:
    last = _last_held(points)
    return ControlChart(
        points=points,
        variation=NOT_ENOUGH if last is None else str(points.kind[last]),
        assurance=_assurance(points, last, settings),
        short=bool(points.short.any()) or not len(points),
        improvement=settings.improvement,
        target=settings.target,
        screened=settings.screen,
        two_in_three=settings.two_in_three,
        ties=settings.ties,
        gaps=settings.gaps,
        factor=settings.factor,
        on_limit=settings.on_limit,
    )


def _points(series: Floats, period: NDArray[np.int64], settings: _Settings) -> Points:
    held = ~np.isnan(series)
    bridge = settings.gaps == "bridge"
    lines = _lines(series, period, held, baseline=settings.baseline, screen=settings.screen, bridge=bridge)
    mean, reach = lines.mean[period], _FACTORS[settings.factor] * lines.average_range[period]
    judged = held if bridge else np.ones(len(series), dtype=np.bool_)
    signal = np.full(len(series), "", dtype="<U32")
    signal[judged] = signals(
        series[judged],
        period[judged],
        mean=mean[judged],
        reach=reach[judged],
        nearly_constant=lines.nearly_constant[period[judged]],
        two_in_three=settings.two_in_three,
        ties=settings.ties,
    )
    return Points(
        value=series,
        mean=mean,
        lower=mean - reach,
        upper=mean + reach,
        signal=signal,
        kind=kinds(signal, settings.improvement),
        period=period,
        short=np.bincount(period[held], minlength=len(lines.mean))[period] < FEWEST_FOR_LIMITS,
        still=reach == 0,
    )


@dataclass(frozen=True)
class _Lines:
    """Mean and average moving range of each period; NaN where it holds too few values to say."""

    mean: Floats
    average_range: Floats
    nearly_constant: Flags


def _stacked(each: Sequence[Floats], rebase: Iterable[int]) -> tuple[Floats, NDArray[np.int64], list[int]]:
    """All series in one, the period of each value (no two series share one), and where each series ends."""
    given = list(rebase) if isinstance(rebase, Iterable) else rebase
    periods, next_period = [], 0
    for values in each:
        period = periods_of(starts_of(given, len(values)), len(values)) + next_period
        next_period = int(period[-1]) + 1 if len(period) else next_period
        periods.append(period)
    if not each:
        return np.zeros(0), np.zeros(0, dtype=np.int64), []
    return np.concatenate(each), np.concatenate(periods), list(accumulate(len(values) for values in each))


def _lines(
    series: Floats, period: NDArray[np.int64], held: Flags, *, baseline: int | None, screen: bool, bridge: bool
) -> _Lines:
    count = int(period[-1]) + 1 if len(period) else 0
    based = held.copy()
    if baseline is not None:
        owner = period[held]
        new = _starts(owner)
        based[held] = np.arange(len(owner)) - np.repeat(new, np.diff(new, append=len(owner))) < baseline
    values, owner = series[based], period[based]
    each = np.bincount(owner, minlength=count)
    with np.errstate(invalid="ignore"):
        # Sums of differences from the first value: a mean of equal values must not miss them by a rounding, or every
        # point would lie beside it.
        new = _starts(owner)
        first = np.full(count, np.nan)
        first[owner[new]] = values[new]
        mean = first + np.bincount(owner, values - first[owner], minlength=count) / each
        ranges, owner = _ranges(series, period, based, bridge=bridge)
        average = _average(ranges, owner, count)
        if not screen:
            return _Lines(mean, average, np.zeros(count, dtype=np.bool_))
        kept = ranges < SCREEN_FACTOR * average[owner]
        screened = _average(ranges[kept], owner[kept], count)
    nearly_constant = (screened == 0) & (average > 0)
    still = average == 0
    return _Lines(mean, np.where(nearly_constant | still, average, screened), nearly_constant)


def _ranges(
    series: Floats, period: NDArray[np.int64], based: Flags, *, bridge: bool
) -> tuple[Floats, NDArray[np.int64]]:
    """The moving ranges among values of the baseline, and the period of each."""
    if bridge:
        series, period = series[based], period[based]
        pairs = period[1:] == period[:-1]
    else:
        pairs = (period[1:] == period[:-1]) & based[1:] & based[:-1]
    return np.abs(series[1:] - series[:-1])[pairs], period[1:][pairs]


def _starts(owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each period's first value stands."""
    new = np.ones(len(owner), dtype=np.bool_)
    new[1:] = owner[1:] != owner[:-1]
    return np.flatnonzero(new)


def _average(values: Floats, owner: NDArray[np.int64], count: int) -> Floats:
    average: Floats = np.bincount(owner, values, minlength=count) / np.bincount(owner, minlength=count)
    return average


def _part(points: Points, start: int, end: int) -> Points:
    if end - start == len(points):
        return points
    part = {field.name: getattr(points, field.name)[start:end] for field in fields(points)}
    if start and start < end:
        part["period"] = part["period"] - part["period"][0]
    return Points(**part)


def _last_held(points: Points) -> int | None:
    """The place of the last value, None where there is none or its period has no limits."""
    held = np.flatnonzero(~np.isnan(points.value))
    return None if not len(held) or math.isnan(points.lower[held[-1]]) else int(held[-1])


def _assurance(points: Points, last: int | None, settings: _Settings) -> str | None:
    """Whether the last period would pass or fail its target by its limits alone.

    A target on a limit is passed only when every value of that period meets it, so that a measure constantly at its
    target is not called hit or miss.
    """
    if settings.improvement is None or settings.target is None:
        return None
    if last is None:
        return NOT_ENOUGH
    sign = 1.0 if settings.improvement == "increase" else -1.0
    worst, best = sorted((sign * float(points.lower[last]), sign * float(points.upper[last])))
    wanted = sign * settings.target
    if any(math.isclose(wanted, limit, rel_tol=1e-12) for limit in (worst, best)):
        values = points.value[(points.period == points.period[last]) & ~np.isnan(points.value)]
        met = settings.on_limit == "every_value_decides" and bool(np.all(sign * values >= wanted))
        return "consistent_pass" if met else "inconsistent"
    if wanted < worst:
        return "consistent_pass"
    return "consistent_fail" if wanted > best else "inconsistent"
