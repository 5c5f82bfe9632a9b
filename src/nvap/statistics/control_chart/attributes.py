"""Charts of counted things: P (shares), U (rates), C (counts), and Laney's P' and U' for big denominators.

Formulas as in Montgomery (2009), Introduction to Statistical Quality Control, chapter 7, and Laney DB (2002), Improved
control charts for attributes, Quality Engineering 14(4):531-537; cut and screened as qicharts2 0.8.1 does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nvap.statistics.control_chart.checks import refuse_where, series_of
from nvap.statistics.control_chart.measured import mean
from nvap.statistics.control_chart.process import Lines, Part, ProcessChart, Settings, around, chart_of, moving_sigma
from nvap.statistics.interval import BadNumber, Floats


def p(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    exclude: Iterable[int] = (),
    multiply: float = 1,
    dates: Iterable[Any] | None = None,
) -> ProcessChart:
    """A P chart: shares of their denominators around the share of all, with limits by chance (binomial) alone.

    Args:
        numerator: counts in time order, each no more than its denominator; NaN or None is a gap.
        denominator: of how many; where it is 0 or missing the point is a gap and has no limits.
        rebase: first indices (from 0) of new periods, each with lines of its own.
        baseline: the lines from the first this many points of each period; 2 or more.
        exclude: indices of points that stand on the chart but make neither centre, limits nor runs.
        multiply: the chart is shown in this many, such as 100 for percentages; limits are cut at 0 and all before it.
        dates: one a point, only to be checked: each must be later than the one before.

    Returns:
        A ProcessChart: its points with centre and limits in the unit shown, and the runs of each period.

    Raises:
        BadNumber: for a negative or infinite number, a numerator above its denominator, or any argument outside what
            is said above; the message names it.
    """
    settings = Settings(rebase, baseline, exclude, multiply, dates)
    return _ratio_chart("p", numerator, denominator, settings)


def p_prime(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    exclude: Iterable[int] = (),
    multiply: float = 1,
    dates: Iterable[Any] | None = None,
    screen: bool = True,
) -> ProcessChart:
    """Laney's P' chart: a P chart whose limits are as wide as the points' own movement from one to the next.

    For big denominators, where chance alone would flag nearly every point. Arguments, result and refusals are as for
    `p`; `screen` leaves out moving ranges of 3.267 times their average or more, once.
    """
    settings = Settings(rebase, baseline, exclude, multiply, dates, screen)
    return _ratio_chart("p_prime", numerator, denominator, settings)


def u(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    exclude: Iterable[int] = (),
    multiply: float = 1,
    dates: Iterable[Any] | None = None,
) -> ProcessChart:
    """A U chart: events per denominator around the rate of all, with limits by chance (Poisson) alone.

    Arguments, result and refusals are as for `p`, but a numerator may exceed its denominator; the lower limit is cut
    at 0.
    """
    settings = Settings(rebase, baseline, exclude, multiply, dates)
    return _ratio_chart("u", numerator, denominator, settings)


def u_prime(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    exclude: Iterable[int] = (),
    multiply: float = 1,
    dates: Iterable[Any] | None = None,
    screen: bool = True,
) -> ProcessChart:
    """Laney's U' chart: a U chart whose limits are as wide as the points' own movement from one to the next.

    Arguments, result and refusals are as for `u`; `screen` as for `p_prime`.
    """
    settings = Settings(rebase, baseline, exclude, multiply, dates, screen)
    return _ratio_chart("u_prime", numerator, denominator, settings)


def c(
    counts: ArrayLike,
    *,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    exclude: Iterable[int] = (),
    multiply: float = 1,
    dates: Iterable[Any] | None = None,
) -> ProcessChart:
    """A C chart: counts from equal opportunities around their mean, with limits by chance (Poisson) alone.

    Arguments, result and refusals are as for `run`; a count below 0 is refused, and the lower limit is cut at 0.
    """
    series = series_of("counts", counts)
    refuse_where(series < 0, "counts", "a number below 0", "allowed are counts from 0 up")

    def lines(part: Part) -> Lines:
        centre = mean(part.base_values)
        return around(centre, np.full(len(part.value), math.sqrt(centre)), lowest=0)

    return chart_of("c", series, Settings(rebase, baseline, exclude, multiply, dates), lines)


def _ratio_chart(name: str, numerator: ArrayLike, denominator: ArrayLike, settings: Settings) -> ProcessChart:
    is_share = name.startswith("p")
    above, below = _pairs(numerator, denominator, is_share=is_share)

    def lines(part: Part) -> Lines:
        made = part.base & ~np.isnan(part.value)
        weights = part.denominator[made]
        centre = float(np.sum(part.value[made] * weights) / np.sum(weights)) if len(weights) else math.nan
        if is_share:
            centre = min(centre, 1.0)
        sigma = np.sqrt((centre * (1 - centre) if is_share else centre) / part.denominator)
        spread = math.nan
        if settings.screen is not None:
            spread = _spread(part, centre, sigma, screen=settings.screen)
            sigma = sigma * spread
        return around(centre, sigma, lowest=0, highest=1 if is_share else np.inf, spread=spread)

    return chart_of(name, above / below, settings, lines, denominator=below)


def _spread(part: Part, centre: float, sigma: Floats, *, screen: bool) -> float:
    """Laney's sigma z: how far points move from one to the next, in the sigmas that chance alone gives them."""
    if np.all(sigma[part.base & ~np.isnan(sigma)] == 0):
        return 1.0
    return moving_sigma(((part.value - centre) / sigma)[part.base], screen=screen)


def _pairs(numerator: ArrayLike, denominator: ArrayLike, *, is_share: bool) -> tuple[Floats, Floats]:
    """Both series, missing together: where either is missing, or the denominator is 0, neither is held."""
    above, below = series_of("numerator", numerator), series_of("denominator", denominator)
    if len(above) != len(below):
        raise BadNumber(f"numerator and denominator: found {len(above)} and {len(below)} numbers; each has one.")
    refuse_where(above < 0, "numerator", "a number below 0", "allowed are counts from 0 up")
    refuse_where(below < 0, "denominator", "a number below 0", "allowed are numbers above 0, and 0 for none")
    if is_share:
        refuse_where(above > below, "numerator", "more than its denominator", "a share is of its whole")
    refuse_where((above > 0) & (below == 0), "numerator", "events of a denominator of 0", "leave a missing one as NaN")
    missing = np.isnan(above) | np.isnan(below) | (below == 0)
    above[missing] = below[missing] = np.nan
    return above, below
