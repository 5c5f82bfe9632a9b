"""How far a number may be off because something is not known of everybody: bounds without any assumption.

Sources: Manski CF (1989), Journal of Human Resources 24:343-360, and (2003), Partial Identification of Probability
Distributions, chapter 1. The lowest and the highest value are those with every unknown taken one way and the other;
about them stand the usual limits, so that both what is unknown and chance are in view, apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, overload

import numpy as np
from numpy.typing import ArrayLike

from nvap.statistics.difference import difference_of_proportions, ratio_of_proportions, ratio_of_rates
from nvap.statistics.interval import (
    BadNumber,
    Flags,
    Floats,
    Interval,
    Methods,
    Numbers,
    Texts,
    numbers,
    refuse_scalars,
    told,
)
from nvap.statistics.proportion import wilson_interval


@dataclass(frozen=True)
class Bounds(Generic[Numbers, Methods]):
    """A number as it is among those known, and the lowest and highest that it can be among all, each with limits.

    `lower` is the lower limit of the lowest and `upper` the upper limit of the highest: wide enough for chance and for
    whatever the unknown ones are. `unknown_share` is how much is not known: tell it first.
    """

    known: Interval[Numbers, Methods]
    lowest: Interval[Numbers, Methods]
    highest: Interval[Numbers, Methods]
    unknown_share: Numbers

    def __post_init__(self) -> None:
        if isinstance(self.unknown_share, np.ndarray):
            self.unknown_share.flags.writeable = False

    @property
    def lower(self) -> Numbers:
        """The lower limit of the lowest value."""
        return self.lowest.lower

    @property
    def upper(self) -> Numbers:
        """The upper limit of the highest value."""
        return self.highest.upper


One = Bounds[float, str]
Many = Bounds[Floats, Texts]


@overload
def proportion_bounds(count: float, total: float, unknown: float, *, confidence: float = ...) -> One: ...


@overload
def proportion_bounds(count: ArrayLike, total: ArrayLike, unknown: ArrayLike, *, confidence: float = ...) -> Many: ...


def proportion_bounds(
    count: ArrayLike, total: ArrayLike, unknown: ArrayLike, *, confidence: float = 0.95
) -> One | Many:
    """The share `count / total` where it is not known of `unknown` among the total, from none to all of these.

    Args:
        count: how many are known to have it.
        total: all, those unknown among them.
        unknown: of how many it is not known, such as "cannot tell" in an audit; with the count at most the total.
        confidence: two-sided level from 0.9 to 1, for Wilson's limits.

    Returns:
        Bounds of floats for scalars, of arrays for arrays; NaN (or None) in gives NaN out.

    Raises:
        BadNumber: for scalars below 0 or infinite, a total of 0, or more known and unknown than the total. In arrays
            such an element is NaN. Where nobody is known, `known` is NaN and the bounds are 0 and 1.
    """
    x, n, u = _checked(count=count, total=total, unknown=unknown)
    bad = refuse_scalars(
        [(x + u > n, f"unknown: found {told(u)} beside {told(x)} of {told(n)}; both together are at most the total.")]
    )
    x, n, u = (np.where(bad, np.nan, column) for column in (x, n, u))

    def limits(part: Floats, whole: Floats) -> Interval[Floats, Texts]:
        return wilson_interval(part, whole, confidence)

    return _bounds(
        limits,
        known=(x, np.where(n > u, n - u, np.nan)),
        lowest=(x, n),
        highest=(x + u, n),
        unknown=u,
        everything=n,
    )


@overload
def rate_ratio_bounds(
    count: float,
    population: float,
    other_count: float,
    other_population: float,
    unknown: float,
    *,
    confidence: float = ...,
) -> One: ...


@overload
def rate_ratio_bounds(
    count: ArrayLike,
    population: ArrayLike,
    other_count: ArrayLike,
    other_population: ArrayLike,
    unknown: ArrayLike,
    *,
    confidence: float = ...,
) -> Many: ...


def rate_ratio_bounds(
    count: ArrayLike,
    population: ArrayLike,
    other_count: ArrayLike,
    other_population: ArrayLike,
    unknown: ArrayLike,
    *,
    confidence: float = 0.95,
) -> One | Many:
    """The ratio of two groups' rates where of `unknown` events the group is not known, such as ethnicity not recorded.

    Lowest with all of the unknown in the other group, highest with all of them in the first. They may also be of
    neither group; that lies between.

    Args:
        count, population, other_count, other_population: as for `difference.ratio_of_rates`, of known events.
        unknown: how many events are of no known group, from 0 up.
        confidence: two-sided level from 0.9 to 1.

    Returns:
        Bounds as `proportion_bounds` gives them.

    Raises:
        BadNumber: for scalars that `ratio_of_rates` refuses, and an `unknown` below 0. In arrays such are
            NaN.
    """
    x, n, y, m, u = _checked(
        count=count, population=population, other_count=other_count, other_population=other_population, unknown=unknown
    )

    def limits(*groups: Floats) -> Interval[Floats, Texts]:
        return ratio_of_rates(*groups, confidence=confidence)

    return _bounds(
        limits,
        known=(x, n, y, m),
        lowest=(x, n, y + u, m),
        highest=(x + u, n, y, m),
        unknown=u,
        everything=x + y + u,
    )


@overload
def proportion_ratio_bounds(
    count: float,
    total: float,
    other_count: float,
    other_total: float,
    *,
    unknown_count: float,
    unknown_total: float,
    confidence: float = ...,
) -> One: ...


@overload
def proportion_ratio_bounds(
    count: ArrayLike,
    total: ArrayLike,
    other_count: ArrayLike,
    other_total: ArrayLike,
    *,
    unknown_count: ArrayLike,
    unknown_total: ArrayLike,
    confidence: float = ...,
) -> Many: ...


def proportion_ratio_bounds(
    count: ArrayLike,
    total: ArrayLike,
    other_count: ArrayLike,
    other_total: ArrayLike,
    *,
    unknown_count: ArrayLike,
    unknown_total: ArrayLike,
    confidence: float = 0.95,
) -> One | Many:
    """The ratio of two groups' shares where of `unknown_total` the group is not known, `unknown_count` of them cases.

    Lowest with the unknown cases in the other group and the rest of the unknown in the first; highest the other way
    round.

    Args:
        count, total, other_count, other_total: as for `difference.ratio_of_proportions`, of those known.
        unknown_count, unknown_total: cases, and all, of no known group.
        confidence: two-sided level from 0.9 to 1.

    Returns:
        Bounds as `proportion_bounds` gives them.

    Raises:
        BadNumber: for scalars that `ratio_of_proportions` refuses, and more unknown cases than unknown in all. In
            arrays such an element is NaN.
    """
    return _of_two(
        ratio_of_proportions, (count, total, other_count, other_total, unknown_count, unknown_total), confidence
    )


@overload
def proportion_difference_bounds(
    count: float,
    total: float,
    other_count: float,
    other_total: float,
    *,
    unknown_count: float,
    unknown_total: float,
    confidence: float = ...,
) -> One: ...


@overload
def proportion_difference_bounds(
    count: ArrayLike,
    total: ArrayLike,
    other_count: ArrayLike,
    other_total: ArrayLike,
    *,
    unknown_count: ArrayLike,
    unknown_total: ArrayLike,
    confidence: float = ...,
) -> Many: ...


def proportion_difference_bounds(
    count: ArrayLike,
    total: ArrayLike,
    other_count: ArrayLike,
    other_total: ArrayLike,
    *,
    unknown_count: ArrayLike,
    unknown_total: ArrayLike,
    confidence: float = 0.95,
) -> One | Many:
    """The difference of two groups' shares where of some the group is not known; all as `proportion_ratio_bounds`."""
    return _of_two(
        difference_of_proportions, (count, total, other_count, other_total, unknown_count, unknown_total), confidence
    )


def _of_two(compare: Callable[..., Any], given: tuple[ArrayLike, ...], confidence: float) -> One | Many:
    names = ("count", "total", "other_count", "other_total", "unknown_count", "unknown_total")
    x, n, y, m, u, v = _checked(**dict(zip(names, given, strict=True)))
    bad = refuse_scalars([(u > v, f"unknown_count: found {told(u)} of {told(v)}; at most all that are unknown.")])
    x, n, y, m, u, v = (np.where(bad, np.nan, column) for column in (x, n, y, m, u, v))
    rest = v - u

    def limits(*groups: Floats) -> Interval[Floats, Texts]:
        found: Interval[Floats, Texts] = compare(*groups, confidence=confidence)
        return found

    return _bounds(
        limits,
        known=(x, n, y, m),
        lowest=(x, n + rest, y + u, m + u),
        highest=(x + u, n + u, y, m + rest),
        unknown=v,
        everything=n + m + v,
    )


def _bounds(
    limits: Callable[..., Interval[Floats, Texts]],
    *,
    known: tuple[Floats, ...],
    lowest: tuple[Floats, ...],
    highest: tuple[Floats, ...],
    unknown: Floats,
    everything: Floats,
) -> One | Many:
    with np.errstate(invalid="ignore"):
        share = np.divide(unknown, everything)
    found: Bounds[Any, Any] = Bounds(
        limits(*known), limits(*lowest), limits(*highest), share if np.ndim(share) else float(share)
    )
    return found


def _checked(**given: ArrayLike) -> list[Floats]:
    columns = {name: numbers(name, each) for name, each in given.items()}
    try:
        fitted = dict(zip(columns, np.broadcast_arrays(*columns.values()), strict=True))
    except ValueError:
        shapes = ", ".join(str(column.shape) for column in columns.values())
        raise BadNumber(f"{', '.join(columns)}: found shapes {shapes}, which do not fit together.") from None
    checks: list[tuple[Flags, str]] = [
        ((column < 0) | np.isinf(column), f"{name}: found {told(column)}, allowed are finite numbers from 0 up.")
        for name, column in fitted.items()
    ]
    bad = refuse_scalars(checks) | np.isnan(sum(fitted.values()))
    return [np.where(bad, np.nan, column) for column in fitted.values()]
