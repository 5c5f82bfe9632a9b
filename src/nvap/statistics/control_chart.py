"""Individuals and moving range (XmR) charts with the NHS Making Data Count rules.

Source: NHS England, Making Data Count; constants and rules as in NHSRplotthedots 0.2.2 (MIT), with the differences that
docs/statistics.md lists. 2.66 = 3/1.128 as the NHS rounds it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from operator import index
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nvap.errors import nearest
from nvap.statistics.interval import BadNumber, Flags, Floats, Texts, numbers
from nvap.statistics.special_cause import RULES, Direction, TwoInThree, kinds, signals

LIMIT_FACTOR: Final = 2.66
SCREEN_FACTOR: Final = 3.267
FEWEST_FOR_LIMITS: Final = 13
FEWEST_IN_BASELINE: Final = 12

NOT_ENOUGH: Final = "not_enough_data"


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
    """The points, and what they say together.

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


@dataclass(frozen=True)
class _Lines:
    mean: float
    average_range: float
    nearly_constant: bool


def xmr(
    values: ArrayLike,
    *,
    improvement: Direction | None = None,
    target: float | None = None,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    screen: bool = True,
    two_in_three: TwoInThree = "beyond_two_sigma",
) -> ControlChart:
    """An XmR chart of values in time order, one a period; NaN or None is a gap that no range, run or trend crosses.

    Args:
        values: one-dimensional numbers in time order.
        improvement: which direction is good, "increase" or "decrease"; None colours nothing.
        target: what the last period's limits are held against.
        rebase: first indices (from 0) of new periods; every line and rule starts again there.
        baseline: mean and limits from the first this many values of each period; 12 or more.
        screen: leave out moving ranges of 3.267 times their average or more, once, before taking the limits.
        two_in_three: count every point beyond two sigma (Making Data Count since November 2023), or only those
            between two and three, as NHSRplotthedots does.

    Returns:
        A ControlChart, always with limits where two neighbouring values exist. A series without movement has limits
        equal to its mean and no special cause by them. Where screening would leave no movement at all, the unscreened
        limits stand, and only they are judged: the one odd value pulls the mean off all the others.

    Raises:
        BadNumber: for an infinite value or any argument outside what is said above; the message names it.
    """
    series = _checked_values(values)
    starts = _checked_rebase(rebase, len(series))
    _check_choices(improvement, target, baseline, two_in_three)
    period = np.zeros(len(series), dtype=np.int64)
    period[starts] = 1
    period = np.cumsum(period) - (1 if 0 in starts else 0)
    lines = [_lines(part, baseline, screen) for part in _split(series, period)]
    points = _points(series, period, lines, improvement, two_in_three)
    return ControlChart(
        points=points,
        variation=_variation(points),
        assurance=_assurance(points, improvement, target),
        short=bool(points.short.any()) or not len(series),
        improvement=improvement,
        target=target,
        screened=screen,
        two_in_three=two_in_three,
    )


def _lines(part: Floats, baseline: int | None, screen: bool) -> _Lines:
    """Mean and average moving range of one period; NaN where it holds too few values to say."""
    held = np.flatnonzero(~np.isnan(part))
    if not len(held):
        return _Lines(math.nan, math.nan, nearly_constant=False)
    if baseline is not None and len(held) > baseline:
        part = part[: held[baseline - 1] + 1]
    known = part[~np.isnan(part)]
    # A mean of equal values may miss them by a rounding, and every point would then lie beside it.
    mean = known[0] if np.all(known == known[0]) else math.fsum(known) / len(known)
    ranges = np.abs(np.diff(part))
    ranges = ranges[~np.isnan(ranges)]
    if not len(ranges):
        return _Lines(float(mean), math.nan, nearly_constant=False)
    average = float(np.mean(ranges))
    if not screen or average == 0:
        return _Lines(float(mean), average, nearly_constant=False)
    kept = float(np.mean(ranges[ranges < SCREEN_FACTOR * average]))
    return _Lines(float(mean), kept or average, nearly_constant=kept == 0)


def _points(
    series: Floats,
    period: NDArray[np.int64],
    lines: Sequence[_Lines],
    improvement: Direction | None,
    two_in_three: TwoInThree,
) -> Points:
    held = ~np.isnan(series)
    each = np.bincount(period[held], minlength=len(lines)) if len(series) else np.zeros(0)
    mean = np.array([line.mean for line in lines])[period] if len(series) else series.copy()
    reach = LIMIT_FACTOR * np.array([line.average_range for line in lines])[period] if len(series) else series.copy()
    nearly_constant = np.array([line.nearly_constant for line in lines], dtype=np.bool_)[period]
    signal = signals(series, period, mean=mean, reach=reach, nearly_constant=nearly_constant, two_in_three=two_in_three)
    return Points(
        value=series,
        mean=mean,
        lower=mean - reach,
        upper=mean + reach,
        signal=signal,
        kind=kinds(signal, improvement),
        period=period,
        short=each[period] < FEWEST_FOR_LIMITS,
        still=reach == 0,
    )


def _variation(points: Points) -> str:
    held = np.flatnonzero(~np.isnan(points.value))
    if not len(held) or math.isnan(points.lower[held[-1]]):
        return NOT_ENOUGH
    return str(points.kind[held[-1]])


def _assurance(points: Points, improvement: Direction | None, target: float | None) -> str | None:
    """Whether the last period would pass or fail its target by its limits alone.

    A target on a limit is passed only when every value of that period meets it, so that a measure constantly at its
    target is not called hit or miss.
    """
    if improvement is None or target is None:
        return None
    if _variation(points) == NOT_ENOUGH:
        return NOT_ENOUGH
    last = np.flatnonzero(~np.isnan(points.value))[-1]
    sign = 1.0 if improvement == "increase" else -1.0
    worst, best = sorted((sign * float(points.lower[last]), sign * float(points.upper[last])))
    wanted = sign * target
    values = points.value[(points.period == points.period[last]) & ~np.isnan(points.value)]
    on_a_limit = any(math.isclose(wanted, limit, rel_tol=1e-12) for limit in (worst, best))
    if on_a_limit:
        return "consistent_pass" if np.all(sign * values >= wanted) else "inconsistent"
    if wanted < worst:
        return "consistent_pass"
    return "consistent_fail" if wanted > best else "inconsistent"


def _split(series: Floats, period: NDArray[np.int64]) -> list[Floats]:
    if not len(series):
        return []
    return np.split(series, np.flatnonzero(np.diff(period)) + 1)


def _checked_values(values: ArrayLike) -> Floats:
    series = numbers("values", values)
    if series.ndim != 1:
        raise BadNumber(f"values: found {series.ndim} dimensions, allowed is one series of numbers in time order.")
    infinite = np.flatnonzero(np.isinf(series))
    if len(infinite):
        raise BadNumber(f"values: found an infinite number at index {infinite[0]}; leave a missing value as NaN.")
    return series.copy()


def _checked_rebase(rebase: Iterable[int], length: int) -> list[int]:
    try:
        starts = sorted({index(start) for start in rebase})
    except TypeError:
        raise BadNumber(
            f"rebase: found {rebase!r}, allowed are whole indices of the first values of new periods, such as (12, 24)."
        ) from None
    for start in starts:
        if not 0 <= start < length:
            raise BadNumber(f"rebase: found index {start}, allowed are 0 to {length - 1}: there are {length} values.")
    return starts


def _check_choices(improvement: str | None, target: float | None, baseline: int | None, two_in_three: str) -> None:
    if improvement not in ("increase", "decrease", None):
        hint = nearest(str(improvement), ("increase", "decrease"))
        raise BadNumber(f"improvement: found {improvement!r}, allowed are 'increase', 'decrease' and None.{hint}")
    if two_in_three not in RULES:
        hint = nearest(str(two_in_three), RULES)
        raise BadNumber(f"two_in_three: found {two_in_three!r}, allowed are {RULES[0]!r} and {RULES[1]!r}.{hint}")
    if target is not None:
        wanted = numbers("target", target)
        if wanted.ndim or not np.isfinite(wanted):
            raise BadNumber(f"target: found {target!r}, allowed are one finite number and None.")
    if baseline is None:
        return
    if isinstance(baseline, bool) or not isinstance(baseline, int | np.integer) or baseline < FEWEST_IN_BASELINE:
        raise BadNumber(f"baseline: found {baseline!r}, allowed are None and whole numbers of points from 12 up.")
