"""Two groups side by side: differences and ratios of their proportions and of their rates.

That two intervals overlap does not say that two groups are alike; the interval of their difference or ratio says how
far apart they may be. Where it is not known of all which group they are in, see `bounds`.

Sources: Newcombe RG (1998), Statistics in Medicine 17:873-890, method 10; Donner A, Zou GY (2012), Statistical Methods
in Medical Research 21:347-359, for ratios and for rates; logarithms as in Katz D and others (1978), Biometrics
34:469-474, and Breslow NE, Day NE (1987), Statistical Methods in Cancer Research II, IARC, chapter 3; exact ratios of
rates by Przyborowski J, Wilenski H (1940), Biometrika 31:313-323.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from nvap.statistics.control_chart.checks import check_choice, one_number
from nvap.statistics.interval import BadNumber, Flags, Floats, Interval, Texts, numbers, quantile, refuse_scalars, told
from nvap.statistics.proportion import wilson_interval
from nvap.statistics.rate import EXACT_BELOW, byars_interval

NEWCOMBE: Final = "Newcombe, from Wilson's limits"
RATIO_OF_SHARES: Final = "Donner and Zou, from Wilson's limits"
DIFFERENCE_OF_RATES: Final = "Donner and Zou, from exact and Byar's limits"
NORMAL: Final = "normal"
LOG: Final = "log normal"
EXACT: Final = "exact"

ByNewcombe = Literal["newcombe", "normal"]
ByScore = Literal["score", "log"]
ByByar = Literal["byars", "normal"]
ByCount = Literal["by count", "log", "exact"]
One = Interval[float, str]
Many = Interval[Floats, Texts]


@overload
def difference_of_proportions(
    count: float,
    total: float,
    other_count: float,
    other_total: float,
    *,
    method: ByNewcombe = ...,
    confidence: float = ...,
) -> One: ...


@overload
def difference_of_proportions(
    count: ArrayLike,
    total: ArrayLike,
    other_count: ArrayLike,
    other_total: ArrayLike,
    *,
    method: ByNewcombe = ...,
    confidence: float = ...,
) -> Many: ...


def difference_of_proportions(
    count: ArrayLike,
    total: ArrayLike,
    other_count: ArrayLike,
    other_total: ArrayLike,
    *,
    method: ByNewcombe = "newcombe",
    confidence: float = 0.95,
) -> One | Many:
    """The first group's share less the other's, from -1 to 1.

    Newcombe's limits are d - √((p₁ - l₁)² + (u₂ - p₂)²) and d + √((u₁ - p₁)² + (p₂ - l₂)²), with the Wilson limits l
    and u of each group; "normal" is d ± z√(p₁q₁/n₁ + p₂q₂/n₂), which is too narrow for small groups and rare things.

    Args:
        count, total: those of the first group; numbers or arrays.
        other_count, other_total: those of the group that it is held against.
        method: "newcombe" or "normal"; the result says which.
        confidence: two-sided level from 0.9 to 1.

    Returns:
        An Interval of floats for scalars, of arrays for arrays; NaN (or None) in gives NaN out.

    Raises:
        BadNumber: for scalars, what a proportion refuses, of either group. In arrays such an element is NaN.
    """
    check_choice("method", method, ("newcombe", "normal"))
    z, pair = quantile(confidence), _shares(count, total, other_count, other_total, confidence)
    value = pair.p - pair.q
    if method == "newcombe":
        # At a confidence of 1 the limits of each group are 0 and 1, and say nothing of their difference.
        lower, upper = _apart(pair) if np.isfinite(z) else (value * 0 - 1, value * 0 + 1)
        return pair.interval(value, lower, upper, NEWCOMBE)
    reach = _times(z, np.sqrt(pair.p * (1 - pair.p) / pair.n + pair.q * (1 - pair.q) / pair.m))
    return pair.interval(value, np.maximum(value - reach, -1), np.minimum(value + reach, 1), NORMAL)


@overload
def ratio_of_proportions(
    count: float,
    total: float,
    other_count: float,
    other_total: float,
    *,
    method: ByScore = ...,
    confidence: float = ...,
) -> One: ...


@overload
def ratio_of_proportions(
    count: ArrayLike,
    total: ArrayLike,
    other_count: ArrayLike,
    other_total: ArrayLike,
    *,
    method: ByScore = ...,
    confidence: float = ...,
) -> Many: ...


def ratio_of_proportions(
    count: ArrayLike,
    total: ArrayLike,
    other_count: ArrayLike,
    other_total: ArrayLike,
    *,
    method: ByScore = "score",
    confidence: float = 0.95,
) -> One | Many:
    """The first group's share over the other's: 1 where they are alike, infinite where the other has none.

    "score" finds the ratios at which the difference p₁ - ratio·p₂ has a limit of 0, from the Wilson limits of each
    group; "log" is the ratio times e^(±z√(1/x₁ - 1/n₁ + 1/x₂ - 1/n₂)), and has no limits where a count is 0.

    Arguments, result and refusals are as for `difference_of_proportions`; two groups without a case have no ratio.
    """
    check_choice("method", method, ("score", "log"))
    z, pair = quantile(confidence), _shares(count, total, other_count, other_total, confidence)
    value = pair.ratio()
    if method == "score":
        return pair.interval(value, *_times_apart(pair), RATIO_OF_SHARES)
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.sqrt(1 / pair.x - 1 / pair.n + 1 / pair.y - 1 / pair.m)
    return pair.interval(value, *_log_limits(value, errors, z), LOG)


@overload
def difference_of_rates(
    count: float,
    population: float,
    other_count: float,
    other_population: float,
    *,
    multiplier: float = ...,
    method: ByByar = ...,
    confidence: float = ...,
) -> One: ...


@overload
def difference_of_rates(
    count: ArrayLike,
    population: ArrayLike,
    other_count: ArrayLike,
    other_population: ArrayLike,
    *,
    multiplier: float = ...,
    method: ByByar = ...,
    confidence: float = ...,
) -> Many: ...


def difference_of_rates(
    count: ArrayLike,
    population: ArrayLike,
    other_count: ArrayLike,
    other_population: ArrayLike,
    *,
    multiplier: float = 1000,
    method: ByByar = "byars",
    confidence: float = 0.95,
) -> One | Many:
    """The first group's rate per `multiplier` less the other's.

    "byars" combines the limits of each rate as Newcombe's does those of shares; "normal" is d ± z√(x₁/n₁² + x₂/n₂²).

    Args:
        count, population: those of the first group; numbers or arrays.
        other_count, other_population: those of the group that it is held against.
        multiplier: the rates are per this many, above 0.
        method: "byars" or "normal"; the result says which.
        confidence: two-sided level from 0.9 to 1.

    Returns:
        An Interval of floats for scalars, of arrays for arrays; NaN (or None) in gives NaN out.

    Raises:
        BadNumber: for scalars, what a rate refuses, of either group. In arrays such an element is NaN.
    """
    check_choice("method", method, ("byars", "normal"))
    z, per = quantile(confidence), one_number("multiplier", multiplier, above=0)
    pair = _rates(count, population, other_count, other_population, confidence)
    value = (pair.p - pair.q) * per
    if method == "byars":
        lower, upper = _apart(pair)
        return pair.interval(value, lower * per, upper * per, DIFFERENCE_OF_RATES)
    reach = _times(z, np.sqrt(pair.x / pair.n**2 + pair.y / pair.m**2)) * per
    return pair.interval(value, value - reach, value + reach, NORMAL)


@overload
def ratio_of_rates(
    count: float,
    population: float,
    other_count: float,
    other_population: float,
    *,
    method: ByCount = ...,
    confidence: float = ...,
) -> One: ...


@overload
def ratio_of_rates(
    count: ArrayLike,
    population: ArrayLike,
    other_count: ArrayLike,
    other_population: ArrayLike,
    *,
    method: ByCount = ...,
    confidence: float = ...,
) -> Many: ...


def ratio_of_rates(
    count: ArrayLike,
    population: ArrayLike,
    other_count: ArrayLike,
    other_population: ArrayLike,
    *,
    method: ByCount = "by count",
    confidence: float = 0.95,
) -> One | Many:
    """The first group's rate over the other's: 1 where they are alike, infinite where the other has no event.

    "log" is the ratio times e^(±z√(1/x₁ + 1/x₂)), and has no limits where a count is 0; "exact" takes the first
    group's events as a binomial share of both groups' events, with Clopper and Pearson's limits. "by count" is exact
    where either group has fewer than 10 events, as a rate's own limits are, and log from there.

    Arguments, result and refusals are as for `difference_of_rates`; two groups without an event have no ratio.
    """
    check_choice("method", method, ("by count", "log", "exact"))
    z, pair = quantile(confidence), _rates(count, population, other_count, other_population, confidence)
    value = pair.ratio()
    with np.errstate(divide="ignore", invalid="ignore"):
        lower, upper = _log_limits(value, np.sqrt(1 / pair.x + 1 / pair.y), z)
    exact = np.full(value.shape, method == "exact")
    if method == "by count":
        exact = (pair.x < EXACT_BELOW) | (pair.y < EXACT_BELOW)
    if exact.any():
        exact_lower, exact_upper = _exact_limits(pair, float(confidence))
        lower, upper = np.where(exact, exact_lower, lower), np.where(exact, exact_upper, upper)
    return pair.interval(value, lower, upper, np.where(exact, EXACT, LOG))


@dataclass(frozen=True, eq=False)
class _Pair:
    """Two groups in arrays of one shape, NaN where they cannot be used: events, people, and p and q with limits."""

    x: Floats
    n: Floats
    y: Floats
    m: Floats
    p: Floats
    p_lower: Floats
    p_upper: Floats
    q: Floats
    q_lower: Floats
    q_upper: Floats
    alone: bool

    def ratio(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.p / self.q

    def interval(self, value: Floats, lower: Floats, upper: Floats, method: str | Texts) -> One | Many:
        none = np.isnan(value)
        lower, upper = np.where(none, np.nan, lower), np.where(none, np.nan, upper)
        methods: Texts = np.where(none, "", method)
        if self.alone:
            return Interval(float(value[0]), float(lower[0]), float(upper[0]), str(methods[0]))
        return Interval(value, lower, upper, methods)


def _shares(
    count: ArrayLike, total: ArrayLike, other_count: ArrayLike, other_total: ArrayLike, confidence: float
) -> _Pair:
    x, n, y, m, alone = _usable(
        (count, total, other_count, other_total), ("count", "total", "other_count", "other_total"), most=True
    )
    first, other = wilson_interval(x, n, confidence), wilson_interval(y, m, confidence)
    limits = (first.value, first.lower, first.upper, other.value, other.lower, other.upper)
    return _Pair(x, n, y, m, *limits, alone)


def _rates(
    count: ArrayLike, population: ArrayLike, other_count: ArrayLike, other_population: ArrayLike, confidence: float
) -> _Pair:
    x, n, y, m, alone = _usable(
        (count, population, other_count, other_population),
        ("count", "population", "other_count", "other_population"),
        most=False,
    )
    first, other = byars_interval(x, n, 1, confidence), byars_interval(y, m, 1, confidence)
    limits = (first.value, first.lower, first.upper, other.value, other.lower, other.upper)
    return _Pair(x, n, y, m, *limits, alone)


def _usable(
    given: tuple[ArrayLike, ...], names: tuple[str, str, str, str], *, most: bool
) -> tuple[Floats, Floats, Floats, Floats, bool]:
    """The four in arrays of one shape, NaN in all where one is missing or refused; and whether they are scalars."""
    columns = [numbers(name, each) for name, each in zip(names, given, strict=True)]
    try:
        x, n, y, m = np.broadcast_arrays(*columns)
    except ValueError:
        shapes = ", ".join(str(column.shape) for column in columns)
        raise BadNumber(f"{', '.join(names)}: found shapes {shapes}, which do not fit together.") from None
    checks: list[tuple[Flags, str]] = []
    for events, people, count, total in ((x, n, names[0], names[1]), (y, m, names[2], names[3])):
        checks += [
            ((events < 0) | np.isinf(events), f"{count}: found {told(events)}, allowed are finite numbers from 0 up."),
            ((people <= 0) | np.isinf(people), f"{total}: found {told(people)}, allowed are finite numbers above 0."),
        ]
        if most:
            checks.append(
                (
                    events > people,
                    f"{count}: found {told(events)} of {told(people)}; a share's count is at most its total.",
                )
            )
    bad = refuse_scalars(checks) | np.isnan(x + n + y + m)
    held = (np.atleast_1d(np.where(bad, np.nan, column)) for column in (x, n, y, m))
    return *held, x.ndim == 0  # type: ignore[return-value]


def _apart(pair: _Pair) -> tuple[Floats, Floats]:
    """Limits of p - q from those of each: Newcombe's method 10."""
    value = pair.p - pair.q
    below = np.hypot(pair.p - pair.p_lower, pair.q_upper - pair.q)
    above = np.hypot(pair.p_upper - pair.p, pair.q - pair.q_lower)
    return value - below, value + above


def _times_apart(pair: _Pair) -> tuple[Floats, Floats]:
    """Limits of p / q: the ratios r at which p - r·q has a limit of 0, each the root of a quadratic."""
    both = pair.p * pair.q
    with np.errstate(divide="ignore", invalid="ignore"):
        a, c = pair.q_upper * (2 * pair.q - pair.q_upper), pair.p_lower * (2 * pair.p - pair.p_lower)
        # Written so that nothing cancels: the plain root is 0/0 where q_upper is twice q.
        lower = np.where(c == 0, 0.0, c / (both + np.sqrt(np.maximum(both**2 - a * c, 0))))
        a, c = pair.q_lower * (2 * pair.q - pair.q_lower), pair.p_upper * (2 * pair.p - pair.p_upper)
        upper = np.where(a == 0, np.inf, (both + np.sqrt(np.maximum(both**2 - a * c, 0))) / a)
    return lower, upper


def _log_limits(value: Floats, errors: Floats, z: float) -> tuple[Floats, Floats]:
    stretch = np.exp(_times(z, np.where(np.isinf(errors), np.nan, errors)))
    return value / stretch, value * stretch


def _exact_limits(pair: _Pair, confidence: float) -> tuple[Floats, Floats]:
    # Loaded here: it takes longer to load than most commands take to run, and only small counts need it.
    from scipy.special import betaincinv  # noqa: PLC0415

    tail, x, y = (1 - confidence) / 2, pair.x, pair.y
    none, all_ = x == 0, y == 0
    low = np.where(none, 0.0, betaincinv(np.where(none, 1, x), y + 1, tail))
    high = np.where(all_, 1.0, betaincinv(x + 1, np.where(all_, 1, y), 1 - tail))
    with np.errstate(divide="ignore"):
        return low / (1 - low) * pair.m / pair.n, high / (1 - high) * pair.m / pair.n


def _times(z: float, errors: Floats) -> Floats:
    """z times the errors, and 0 where there is none, even at a confidence of 1."""
    return np.multiply(z, errors, out=np.zeros(errors.shape), where=errors != 0)
