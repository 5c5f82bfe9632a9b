"""Means with Student's t limits; medians and other quantiles with limits that are values of their own series.

Sources: Student (1908), Biometrika 6:1-25; Conover WJ (1999), Practical Nonparametric Statistics, third edition,
section 3.2; quantiles between two values as in Hyndman RJ, Fan Y (1996), American Statistician 50:361-365, type 7.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nvap.statistics.control_chart.checks import one_number, series_of
from nvap.statistics.interval import BadNumber, Floats, Interval, Texts, numbers, refuse_scalars, told
from nvap.statistics.interval import quantile as normal_quantile

T_METHOD: Final = "Student's t"
RANK_METHOD: Final = "order statistics"
# A tail that equals what is allowed can miss it by a rounding, and the limit would be one value further out.
_NOISE: Final = 1e-12


@dataclass(frozen=True)
class Mean(Interval[float, str]):
    """The mean of `count` values with its limits, their standard `deviation` (with n - 1), and how many were `missing`.

    One value has a mean and no limits (NaN); none has nothing.
    """

    count: int
    missing: int
    deviation: float


@dataclass(frozen=True)
class Quantile(Interval[float, str]):
    """A quantile of `count` values, between two of them, with limits that are values of the series.

    `coverage` is the confidence that these limits have: the least that is not below what was asked. A side where too
    few values lie to hold that confidence has no limit (NaN), and then there is no coverage either.
    """

    count: int
    missing: int
    share: float
    coverage: float


def mean(values: ArrayLike, *, confidence: float = 0.95) -> Mean:
    """The mean of one series of numbers, with limits by Student's t with n - 1 degrees of freedom.

    Args:
        values: one-dimensional numbers; NaN or None is left out and counted.
        confidence: two-sided level from 0.9 to 1.

    Returns:
        A Mean, in the unit of the values.

    Raises:
        BadNumber: for an infinite value, more dimensions than one, or a confidence outside its range.
    """
    held, missing = _held(values)
    if not len(held):
        normal_quantile(confidence)
        return Mean(math.nan, math.nan, math.nan, "", 0, missing, math.nan)
    deviation = float(np.std(held, ddof=1)) if len(held) > 1 else math.nan
    found = t_interval(float(np.mean(held)), deviation, len(held), confidence)
    return Mean(found.value, found.lower, found.upper, T_METHOD, len(held), missing, deviation)


@overload
def t_interval(average: float, deviation: float, count: float, confidence: float = 0.95) -> Interval[float, str]: ...


@overload
def t_interval(
    average: ArrayLike, deviation: ArrayLike, count: ArrayLike, confidence: float = 0.95
) -> Interval[Floats, Texts]: ...


def t_interval(
    average: ArrayLike, deviation: ArrayLike, count: ArrayLike, confidence: float = 0.95
) -> Interval[float, str] | Interval[Floats, Texts]:
    """The limits `average ± t · deviation / √count` of means that are already worked out, such as by the engine.

    Args:
        average: the mean; a number or an array.
        deviation: the standard deviation with n - 1, from 0 up; NaN where there is one value.
        count: how many values; 1 gives the value without limits.
        confidence: two-sided level from 0.9 to 1; at 1 the limits are infinite.

    Returns:
        An Interval of floats for scalars, of arrays for arrays; NaN (or None) in gives NaN out.

    Raises:
        BadNumber: for scalars where the average is infinite, the deviation below 0 or infinite, or the count not a
            whole number from 1 up. In arrays such an element is NaN. A bad confidence always raises.
    """
    # Loaded here: it takes longer to load than most commands take to run.
    from scipy.special import stdtrit  # noqa: PLC0415

    normal_quantile(confidence)
    y, s, n = _shaped(numbers("average", average), numbers("deviation", deviation), numbers("count", count))
    bad = refuse_scalars(
        [
            (np.isinf(y), f"average: found {told(y)}, allowed are finite numbers."),
            ((s < 0) | np.isinf(s), f"deviation: found {told(s)}, allowed are finite numbers from 0 up."),
            (
                (n < 1) | np.isinf(n) | (np.floor(n) < n),
                f"count: found {told(n)}, allowed are whole numbers from 1.",
            ),
        ]
    )
    usable = ~bad & np.isfinite(y) & np.isfinite(n) & (np.isfinite(s) | (n == 1))
    limited = usable & (n > 1)
    value = np.where(usable, y, np.nan)
    degrees = np.where(limited, n - 1, 1.0)
    reach = stdtrit(degrees, 0.5 + float(confidence) / 2) if confidence < 1 else np.full(n.shape, np.inf)
    # Values that are all alike have limits on them at any confidence, where 0 times infinity would be none.
    errors = s / np.sqrt(np.where(limited, n, 1.0))
    spread = np.multiply(reach, errors, out=np.zeros(n.shape), where=s > 0)
    lower, upper = np.where(limited, value - spread, np.nan), np.where(limited, value + spread, np.nan)
    if value.ndim == 0:
        return Interval(float(value), float(lower), float(upper), T_METHOD if usable else "")
    return Interval(value, lower, upper, np.where(usable, T_METHOD, ""))


def median(values: ArrayLike, *, confidence: float = 0.95) -> Quantile:
    """The median of one series, with limits by order statistics; as `quantile` with a share of one half."""
    return quantile(values, 0.5, confidence=confidence)


def quantile(values: ArrayLike, share: float, *, confidence: float = 0.95) -> Quantile:
    """The value below which `share` of a series lies (0.9: all but the longest tenth), with limits by order statistics.

    The limits are the l-th and u-th of the n sorted values: l the greatest and u the least at which binomial(n, share)
    is below l, and at u or above, with a probability of at most (1 - confidence)/2 each. They need no assumption but
    that the values are drawn alike, and values that tie only make them safer.

    Args:
        values: one-dimensional numbers; NaN or None is left out and counted.
        share: above 0 and below 1.
        confidence: two-sided level from 0.9 to 1; at 1 there are no limits.

    Returns:
        A Quantile, in the unit of the values.

    Raises:
        BadNumber: for an infinite value, more dimensions than one, a share or a confidence outside its range.
    """
    normal_quantile(confidence)
    at = _share(share)
    held, missing = _held(values)
    if not len(held):
        return Quantile(math.nan, math.nan, math.nan, "", 0, missing, at, math.nan)
    held.sort()
    below, above, coverage = _ranks(len(held), at, float(confidence))
    lower = float(held[below - 1]) if below else math.nan
    upper = float(held[above - 1]) if above else math.nan
    return Quantile(float(np.quantile(held, at)), lower, upper, RANK_METHOD, len(held), missing, at, coverage)


def quantiles(
    values: ArrayLike, of_group: ArrayLike, groups: int, share: float, *, confidence: float = 0.95
) -> Interval[Floats, Texts]:
    """The quantile of each of many series at once, as `quantile` gives it for one.

    Args:
        values: one-dimensional finite numbers, of all series together, in any order.
        of_group: for each value the place of its series, from 0.
        groups: how many series there are.
        share: above 0 and below 1.
        confidence: two-sided level from 0.9 to 1; at 1 there are no limits.

    Returns:
        An Interval of arrays (groups,), in the unit of the values; NaN for a series without a value, and for a limit
        where too few values lie to hold the confidence.

    Raises:
        BadNumber: for a value that is missing or infinite, a share or a confidence outside its range, or places that
            are not as many as the values or not from 0 to `groups` - 1.
    """
    normal_quantile(confidence)
    at, series, place = _share(share), series_of("values", values), np.asarray(of_group, dtype=np.int64)
    if np.isnan(series).any():
        raise BadNumber("values: found a missing one; leave them out first.")
    if place.shape != series.shape or (len(place) and not 0 <= place.min() <= place.max() < groups):
        raise BadNumber(f"of_group: one place from 0 to {groups - 1} for each of the {len(series)} values is needed.")
    order = np.lexsort((series, place))
    held, count = series[order], np.bincount(place, minlength=groups)
    some = np.flatnonzero(count)
    first = (np.cumsum(count) - count)[some]
    value, lower, upper = (np.full(groups, np.nan) for _ in range(3))
    value[some] = _between(held, first, count[some], at)
    sizes, which = np.unique(count[some], return_inverse=True)
    for limit, rank in ((lower, 0), (upper, 1)):
        ranks = np.array([_ranks(int(size), at, float(confidence))[rank] for size in sizes], dtype=np.int64)[which]
        limit[some] = np.where(ranks > 0, held[first + np.maximum(ranks, 1) - 1], np.nan)
    return Interval(value, lower, upper, np.where(count > 0, RANK_METHOD, ""))


def _between(held: Floats, first: NDArray[np.int64], count: NDArray[np.int64], share: float) -> Floats:
    """The quantile of each series of sorted values, between two of them (type 7)."""
    reach = (count - 1) * share
    below = np.floor(reach).astype(np.int64)
    part, low = reach - below, held[first + below]
    high = held[first + np.minimum(below + 1, count - 1)]
    # As NumPy does: from the nearer of the two, so that rounding never leaves their span.
    found: Floats = np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1 - part))
    return found


def _share(share: float) -> float:
    at = one_number("share", share, above=0)
    if at >= 1:
        raise BadNumber(f"share: found {share!r}, allowed is a number above 0 and below 1, such as 0.9.")
    return at


@lru_cache(maxsize=10_000)
def _ranks(count: int, share: float, confidence: float) -> tuple[int, int, float]:
    """The ranks of the two limits, from 1, with 0 for none, and the confidence that they hold."""
    from scipy.special import bdtr  # noqa: PLC0415

    if confidence == 1:
        return 0, 0, math.nan
    tail = (1 - confidence) / 2 + _NOISE
    # The chance of k or fewer of all values below the quantile, for each k from 0 to one less than all.
    under = bdtr(np.arange(count), count, share)
    below, above = int(np.sum(under <= tail)), count - int(np.sum(1 - under <= tail)) + 1
    if not below or above > count:
        return below, above % (count + 1), math.nan
    return below, above, float(under[above - 1] - under[below - 1])


def _held(values: ArrayLike) -> tuple[Floats, int]:
    series = series_of("values", values)
    missing = np.isnan(series)
    return series[~missing], int(missing.sum())


def _shaped(*parts: Floats) -> list[NDArray[np.float64]]:
    try:
        return list(np.broadcast_arrays(*parts))
    except ValueError:
        shapes = ", ".join(str(part.shape) for part in parts)
        raise BadNumber(f"average, deviation and count: found shapes {shapes}, which do not fit together.") from None
