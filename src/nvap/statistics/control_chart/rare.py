"""Charts of rare events: not how many a month, but how many cases (G), or how long (T), between one and the next.

Formulas as in Montgomery (2009), Introduction to Statistical Quality Control, section 7.3.5; T by Nelson LS (1994), A
control chart for parts-per-million nonconforming items, Journal of Quality Technology 26(3):239-240; centre and cuts as
in qicharts2 0.8.1. On both charts up means rarer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from nvap.statistics.control_chart.checks import refuse_where, series_of
from nvap.statistics.control_chart.measured import mean
from nvap.statistics.control_chart.process import Lines, Part, ProcessChart, Settings, around, chart_of, moving_sigma

# To this root, times between chance events lie nearly as a normal distribution has it.
_ROOT: Final = 3.6


def g(
    cases_between: ArrayLike,
    *,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    exclude: Iterable[int] = (),
    multiply: float = 1,
    dates: Iterable[Any] | None = None,
) -> ProcessChart:
    """A G chart: how many cases passed between one rare event and the next, in time order, around their median.

    Limits are three sigma of the geometric distribution from the mean, cut at 0. Arguments, result and refusals are
    as for `run`; numbers below 0 are refused too.
    """
    series = series_of("cases_between", cases_between)
    refuse_where(series < 0, "cases_between", "a number below 0", "allowed are numbers of cases from 0 up")

    def lines(part: Part) -> Lines:
        centre = mean(part.base_values)
        limits = around(centre, np.full(len(part.value), math.sqrt(centre * (centre + 1))), lowest=0)
        middle = float(np.median(part.base_values)) if len(part.base_values) else math.nan
        return replace(limits, centre=middle)

    return chart_of("g", series, Settings(rebase, baseline, exclude, multiply, dates), lines)


def t(
    time_between: ArrayLike,
    *,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    exclude: Iterable[int] = (),
    multiply: float = 1,
    dates: Iterable[Any] | None = None,
    screen: bool = True,
) -> ProcessChart:
    """A T chart: how long it was between one rare event and the next, in time order, such as days.

    An individuals chart of the times' 3.6th root, shown in times again. Arguments, result and refusals are as
    for `i`; times of 0 or less are refused too: give two events of one day the hours between them.
    """
    series = series_of("time_between", time_between)
    refuse_where(series <= 0, "time_between", "a time of 0 or less", "allowed are times above 0, such as days or hours")

    def lines(part: Part) -> Lines:
        roots = part.value ** (1 / _ROOT)
        held = roots[part.base & ~np.isnan(roots)]
        sigma = np.full(len(roots), moving_sigma(roots[part.base], screen=screen))
        limits = around(mean(held), sigma, lowest=0)
        return Lines(
            centre=limits.centre**_ROOT,
            lower=limits.lower**_ROOT,
            upper=limits.upper**_ROOT,
            lower_two_sigma=limits.lower_two_sigma**_ROOT,
            upper_two_sigma=limits.upper_two_sigma**_ROOT,
        )

    return chart_of("t", series, Settings(rebase, baseline, exclude, multiply, dates, screen), lines)
