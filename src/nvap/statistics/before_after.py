"""Before and after a change: segmented regression of an interrupted time series.

    value = level + slope·time + step·(1 from the change on) + bend·(time since the change) (+ a season's sine, cosine)

Sources: Wagner AK and others (2002), Journal of Clinical Pharmacy and Therapeutics 27:299-309; Bernal JL and others
(2017), International Journal of Epidemiology 46:348-355; errors by Newey WK, West KD (1987), Econometrica 55:703-708,
lag 4(n/100)^(2/9) in whole periods.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from nvap.statistics.control_chart.checks import check_choice, one_number, refuse_where, series_of
from nvap.statistics.interval import BadNumber, Flags, Floats, quantile
from nvap.statistics.regression import best_autocorrelation, least_squares, long_run, poisson, whitened

# With fewer values on a side its slope is a guess; with fewer than twelve it is marked short.
FEWEST_EACH_SIDE: Final = 8
SHORT_EACH_SIDE: Final = 12

Errors = Literal["newey_west", "ordinary"]
StepAt = Literal["change", "before"]
Spread = Literal["quasi", "poisson"]
_ERRORS: Final = ("newey_west", "ordinary")
_STEPS: Final = ("change", "before")
_SPREADS: Final = ("quasi", "poisson")
_NAMES: Final = ("level", "slope", "step", "bend", "season_sine", "season_cosine")


@dataclass(frozen=True)
class Term:
    """One number of the model with its standard error, limits and two-sided p value."""

    name: str
    estimate: float
    error: float
    lower: float
    upper: float
    p_value: float


@dataclass(frozen=True, eq=False)
class Segmented:
    """What a segmented regression found, and how.

    `terms` are level, slope, step and bend, then any seasonal ones: `step` is the jump at the change, or as it would
    have been one period before it (`step_at`); `bend` is the change of slope in each period. `effect_at_end` is how
    far the line stands, at the last value, from where it would have gone without the change. For counts all of these
    are logarithms of rates, and `ratio_at_end` is the effect as a ratio; otherwise it is None. `fitted` is the line
    and `without_change` where it would have gone; for counts as counts.

    `errors` is newey_west (with its `lag`), ordinary, ar1, quasi or poisson. `autocorrelation` is, for ar1, how alike
    neighbouring periods are; `dispersion`, for counts, how much more they vary than chance has it; both NaN otherwise.
    `durbin_watson` near 2 says that neighbouring residuals are unrelated; `r_squared` is the share explained, NaN for
    counts. `short` is whether either side has fewer than 12 values.
    """

    terms: tuple[Term, ...]
    effect_at_end: Term
    ratio_at_end: Term | None
    fitted: Floats
    without_change: Floats
    errors: str
    lag: int | None
    autocorrelation: float
    dispersion: float
    durbin_watson: float
    r_squared: float
    before: int
    after: int
    short: bool
    step_at: StepAt
    seasonal: float | None
    confidence: float

    def __post_init__(self) -> None:
        for field in fields(self):
            part = getattr(self, field.name)
            if isinstance(part, np.ndarray):
                part.flags.writeable = False

    def __getitem__(self, name: str) -> Term:
        return next(term for term in self.terms if term.name == name)


def segmented(
    values: ArrayLike,
    *,
    change: int,
    seasonal: float | None = None,
    errors: Errors = "newey_west",
    step_at: StepAt = "change",
    confidence: float = 0.95,
) -> Segmented:
    """Least squares on both sides of a change whose time was known beforehand.

    Args:
        values: one-dimensional numbers in time order, one a period; NaN or None is a gap and is left out.
        change: index (from 0) of the first value after the change; at least 8 values are needed on each side.
        seasonal: periods in a season, such as 12 for months, which adds one sine and one cosine; None for none.
        errors: Newey-West, which hold where neighbouring periods are alike, or ordinary.
        step_at: whether the step is told at the first period after the change, or at the one before it. The line and
            the effect at the end are the same.
        confidence: two-sided level from 0.9 to 1. Limits are by Student's t with n less the number of terms.

    Returns:
        A Segmented: each term with its limits, and the effect at the end, in the unit of the values (a bend is per
        period).

    Raises:
        BadNumber: for an infinite value, too few values on a side, or any argument outside what is said above; the
            message names it.
    """
    series = series_of("values", values)
    check_choice("errors", errors, _ERRORS)
    design = _design("values", series, change, seasonal, step_at)
    x, y = design.rows[design.held], series[design.held]
    estimates, bread = least_squares(x, y)
    residuals = np.where(design.held, series - design.rows @ estimates, np.nan)
    free = len(y) - x.shape[1]
    lag = int(4 * (len(y) / 100) ** (2 / 9)) if errors == "newey_west" else None
    if lag is None:
        covariance = bread * (float(np.nansum(residuals**2)) / free)
    else:
        scores = design.rows * np.nan_to_num(residuals)[:, None]
        covariance = bread @ long_run(scores, lag) @ bread * (len(y) / free)
    return _found(design, estimates, covariance, residuals, free=free, confidence=confidence, errors=errors, lag=lag)


def segmented_ar1(
    values: ArrayLike,
    *,
    change: int,
    seasonal: float | None = None,
    step_at: StepAt = "change",
    confidence: float = 0.95,
) -> Segmented:
    """The same line where each period is like the one before it: maximum likelihood with residuals of order one.

    Arguments, result and refusals are as for `segmented`; a gap makes the values on either side of it less alike, by
    its length.
    """
    series = series_of("values", values)
    design = _design("values", series, change, seasonal, step_at)
    x, y = design.rows[design.held], series[design.held]
    apart = np.diff(np.flatnonzero(design.held))
    alike = best_autocorrelation(x, y, apart)
    estimates, bread = least_squares(whitened(x, alike, apart), whitened(y, alike, apart))
    residuals = np.where(design.held, series - design.rows @ estimates, np.nan)
    left = whitened(residuals[design.held], alike, apart)
    free = len(y) - x.shape[1]
    covariance = bread * (float(left @ left) / free)
    return _found(
        design, estimates, covariance, residuals, free=free, confidence=confidence, errors="ar1", autocorrelation=alike
    )


def segmented_counts(
    counts: ArrayLike,
    population: ArrayLike | None = None,
    *,
    change: int,
    seasonal: float | None = None,
    errors: Spread = "quasi",
    step_at: StepAt = "change",
    confidence: float = 0.95,
) -> Segmented:
    """Poisson regression (log link) of counts on both sides of a change, by their population.

    Args:
        counts: counts in time order, one a period; NaN or None is a gap and is left out.
        population: of how many, above 0, one a count; None where the opportunity is the same in each period.
        errors: quasi, which widens the errors by the dispersion that the counts show (limits by Student's t), or
            poisson, as chance alone has it (limits by the normal distribution).
        change, seasonal, step_at, confidence: as for `segmented`.

    Returns:
        A Segmented whose terms are logarithms of rates; `ratio_at_end` is the effect as a ratio.

    Raises:
        BadNumber: for a negative count, a population of 0 or less, counts so few that no finite line fits them, or any
            argument outside what is said above; the message names it.
    """
    series = series_of("counts", counts)
    refuse_where(series < 0, "counts", "a number below 0", "allowed are counts from 0 up")
    check_choice("errors", errors, _SPREADS)
    offset = _offset(series, population)
    series[np.isnan(offset)] = np.nan
    design = _design("counts", series, change, seasonal, step_at)
    x, y = design.rows[design.held], series[design.held]
    estimates, bread = poisson(x, y, offset[design.held])
    expected = np.exp(design.rows @ estimates + offset)
    residuals = np.where(design.held, (series - expected) / np.sqrt(expected), np.nan)
    free = len(y) - x.shape[1]
    dispersion = float(np.nansum(residuals**2)) / free
    covariance = bread * (dispersion if errors == "quasi" else 1.0)
    return _found(
        design,
        estimates,
        covariance,
        residuals,
        free=free if errors == "quasi" else None,
        confidence=confidence,
        errors=errors,
        dispersion=dispersion,
        offset=offset,
    )


@dataclass(frozen=True)
class _Design:
    """The model's columns at every period, which of those are held, and what the effect at the end is made of."""

    rows: Floats
    held: Flags
    at_end: Floats
    values: Floats
    before: int
    after: int
    seasonal: float | None
    step_at: StepAt


def _design(name: str, series: Floats, change: int, seasonal: float | None, step_at: StepAt) -> _Design:
    check_choice("step_at", step_at, _STEPS)
    if isinstance(change, bool) or not isinstance(change, int | np.integer) or not 0 <= change <= len(series):
        raise BadNumber(
            f"change: found {change!r}, allowed is the index of the first value after it: 0 to {len(series)}."
        )
    held = ~np.isnan(series)
    before, after = int(held[:change].sum()), int(held[change:].sum())
    if min(before, after) < FEWEST_EACH_SIDE:
        raise BadNumber(
            f"{name}: found {before} before the change and {after} after it; at least {FEWEST_EACH_SIDE} are needed on "
            "each side."
        )
    time = np.arange(1, len(series) + 1, dtype=np.float64)
    post = (time > change).astype(np.float64)
    since = (time - change - (1 if step_at == "change" else 0)) * post
    columns = [np.ones(len(series)), time, post, since]
    if seasonal is not None:
        if not 2 < one_number("seasonal", seasonal) <= len(series):
            raise BadNumber(f"seasonal: found {seasonal!r}, allowed are None and periods above 2 up to {len(series)}.")
        columns += [np.sin(2 * math.pi * time / seasonal), np.cos(2 * math.pi * time / seasonal)]
    rows = np.column_stack(columns)
    at_end = np.zeros(rows.shape[1])
    at_end[2:4] = rows[np.flatnonzero(held)[-1], 2:4]
    return _Design(rows, held, at_end, series, before, after, seasonal, step_at)


def _offset(series: Floats, population: ArrayLike | None) -> Floats:
    if population is None:
        return np.zeros(len(series))
    people = series_of("population", population)
    if len(people) != len(series):
        raise BadNumber(f"counts and population: found {len(series)} and {len(people)} numbers; each has one.")
    refuse_where(people <= 0, "population", "a number of 0 or less", "allowed are numbers above 0")
    offset: Floats = np.log(people)
    return offset


def _found(
    design: _Design,
    estimates: Floats,
    covariance: Floats,
    residuals: Floats,
    *,
    free: int | None,
    confidence: float,
    errors: str,
    lag: int | None = None,
    autocorrelation: float = math.nan,
    dispersion: float = math.nan,
    offset: Floats | None = None,
) -> Segmented:
    contrasts = np.vstack([np.eye(len(estimates)), design.at_end])
    spread = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", contrasts, covariance, contrasts), 0.0))
    *terms, effect = _terms(
        (*_NAMES[: len(estimates)], "effect_at_end"), contrasts @ estimates, spread, free, confidence
    )
    line = design.rows @ estimates
    without = line - design.rows[:, 2:4] @ estimates[2:4]
    if offset is not None:
        with np.errstate(over="ignore"):
            line, without = np.exp(line + offset), np.exp(without + offset)
    return Segmented(
        terms=tuple(terms),
        effect_at_end=effect,
        ratio_at_end=_as_ratio(effect) if offset is not None else None,
        fitted=line,
        without_change=without,
        errors=errors,
        lag=lag,
        autocorrelation=autocorrelation,
        dispersion=dispersion,
        durbin_watson=_durbin_watson(residuals),
        r_squared=_r_squared(design.values, residuals) if offset is None else math.nan,
        before=design.before,
        after=design.after,
        short=min(design.before, design.after) < SHORT_EACH_SIDE,
        step_at=design.step_at,
        seasonal=design.seasonal,
        confidence=float(confidence),
    )


def _terms(names: Sequence[str], estimates: Floats, errors: Floats, free: int | None, confidence: float) -> list[Term]:
    # Loaded here: it takes longer to load than most commands take to run.
    from scipy.special import ndtr, stdtr, stdtrit  # noqa: PLC0415

    z = quantile(confidence)
    reach = z if free is None or math.isinf(z) else float(stdtrit(free, 0.5 + confidence / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = -np.abs(estimates / errors)
        p_values = 2 * (ndtr(tail) if free is None else stdtr(free, tail))
    return [
        Term(name, float(one), float(error), float(one - reach * error), float(one + reach * error), float(p_value))
        for name, one, error, p_value in zip(names, estimates, errors, p_values, strict=True)
    ]


def _as_ratio(effect: Term) -> Term:
    """The effect as a ratio; its error is the logarithm's, times the ratio."""
    # A slope from few events, carried on to the end, can pass what a double holds: then the limit is infinite.
    with np.errstate(over="ignore"):
        ratio, lower, upper = np.exp([effect.estimate, effect.lower, effect.upper]).tolist()
    return Term("ratio_at_end", ratio, effect.error * ratio, lower, upper, effect.p_value)


def _durbin_watson(residuals: Floats) -> float:
    total = float(np.nansum(residuals**2))
    return float(np.nansum(np.diff(residuals) ** 2)) / total if total else math.nan


def _r_squared(series: Floats, residuals: Floats) -> float:
    total = float(np.nansum((series - np.nanmean(series)) ** 2))
    return 1 - float(np.nansum(residuals**2)) / total if total else math.nan
