"""Rates per so many people, with exact Poisson limits for small counts and Byar's for the rest."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from nvap.statistics.interval import (
    BadNumber,
    Floats,
    Interval,
    Texts,
    numbers,
    quantile,
    refuse_scalars,
    together,
    told,
)

# Byar's approximation is good from here on; below it the exact limits are used, and the method says so.
EXACT_BELOW = 10


@overload
def byars_interval(
    count: float, population: float, multiplier: float = 1000, confidence: float = 0.95
) -> Interval[float, str]: ...


@overload
def byars_interval(
    count: ArrayLike, population: ArrayLike, multiplier: float = 1000, confidence: float = 0.95
) -> Interval[Floats, Texts]: ...


def byars_interval(
    count: ArrayLike, population: ArrayLike, multiplier: float = 1000, confidence: float = 0.95
) -> Interval[float, str] | Interval[Floats, Texts]:
    """The rate `count / population * multiplier` with its limits; method "Exact" for counts under 10, else "Byars".

    Sum counts and populations of groups before calling: rates are never averaged.

    Args:
        count: events; a number or an array; may be fractional; may exceed the population.
        population: people (or other denominator); a number or an array that fits the shape of `count`.
        multiplier: the rate is per this many, above 0.
        confidence: two-sided level from 0.9 to 1; at 1 the limits are 0 and infinity.

    Returns:
        An Interval of floats for scalars, of arrays for arrays; NaN (or None) in gives NaN out.

    Raises:
        BadNumber: for scalars where count < 0, population <= 0 or either is infinite. In arrays such an element is
            NaN. A bad multiplier or confidence always raises.

    Source: Byar's from Breslow NE, Day NE (1987), Statistical Methods in Cancer Research II, IARC, page 69; exact
    limits by chi-square quantiles (Ulm 1990), written as gamma quantiles; the switch at 10 as in PHE Technical Guide
    (2018).
    """
    z = quantile(confidence)
    per = numbers("multiplier", multiplier)
    if per.ndim or not (np.isfinite(per) and per > 0):
        raise BadNumber(f"multiplier: found {multiplier!r}, allowed is one finite number above 0.")
    x, n = together(numbers("count", count), numbers("population", population), "count and population")
    bad = refuse_scalars(
        [
            ((x < 0) | np.isinf(x), f"count: found {told(x)}, allowed are finite numbers from 0 up."),
            ((n <= 0) | np.isinf(n), f"population: found {told(n)}, allowed are finite numbers above 0."),
        ]
    )
    usable = ~bad & np.isfinite(x) & np.isfinite(n)
    x, n = np.where(usable, x, np.nan), np.where(usable, n, np.nan)
    lower, upper = _count_limits(x, float(confidence), z)
    scale = float(per) / n
    if x.ndim == 0:
        method = ("Exact" if x < EXACT_BELOW else "Byars") if usable else ""
        return Interval(float(x * scale), float(lower * scale), float(upper * scale), method)
    methods = np.where(usable, np.where(x < EXACT_BELOW, "Exact", "Byars"), "")
    return Interval(x * scale, lower * scale, upper * scale, methods)


def _count_limits(x: Floats, confidence: float, z: float) -> tuple[Floats, Floats]:
    lower, upper = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    few, many = x < EXACT_BELOW, x >= EXACT_BELOW
    if few.any():
        lower[few], upper[few] = exact_count_limits(x[few], confidence)
    lower[many], upper[many] = byars_count_limits(x[many], z)
    return lower, upper


def exact_count_limits(x: Floats, confidence: float) -> tuple[Floats, Floats]:
    """The exact Poisson limits, lower and upper, of counts `x` of events from 0 up; NaN gives NaN.

    `confidence` is two-sided, from 0.9 to 1 (not checked here). Source: Ulm (1990), as for `byars_interval`.
    """
    # Loaded here: it takes longer to load than most commands take to run, and only small counts need it.
    from scipy.special import gammaincinv  # noqa: PLC0415

    # Small counts repeat, and the gamma quantile is the slow part: work each different count once.
    different, back = np.unique(x, return_inverse=True)
    tail = (1 - confidence) / 2
    # gammaincinv is not defined at shape 0, where the lower limit is 0, nor near it, where it is below 1e-300.
    none = different < 1e-3
    lower = np.where(none, 0.0, gammaincinv(np.where(none, 1.0, different), tail))
    upper = gammaincinv(different + 1, 1 - tail)
    return lower[back], upper[back]


def byars_count_limits(x: Floats, z: float) -> tuple[Floats, Floats]:
    """Byar's limits, lower and upper, of counts `x` of events, at the normal quantile `z`, whatever their size.

    The lower limit is NaN where the formula has none: for no event, and where it falls below 0 (one event at 99.8%).
    """
    if np.isinf(z):
        return np.zeros_like(x), np.full_like(x, np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
    more = x + 1
    return np.where(lower < 0, np.nan, lower), more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
