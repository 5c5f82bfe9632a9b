"""Charts of plain values: the run chart, and individuals (I) and moving ranges (MR) with three plain sigma.

Formulas as in Montgomery (2009), Introduction to Statistical Quality Control, chapter 6, and as qicharts2 0.8.1 uses
them: sigma is the average moving range over 1.128, screened once (Nelson 1982).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nvap.statistics.control_chart.checks import periods_of, series_of, starts_of
from nvap.statistics.control_chart.individuals import SCREEN_FACTOR
from nvap.statistics.control_chart.process import Lines, Part, ProcessChart, Settings, around, chart_of, moving_sigma
from nvap.statistics.interval import Floats


def run(
    values: ArrayLike,
    *,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    exclude: Iterable[int] = (),
    multiply: float = 1,
    dates: Iterable[Any] | None = None,
) -> ProcessChart:
    """A run chart: values in time order around their median, judged by Anhøj's rules alone; no limits.

    Args:
        values: one-dimensional numbers in time order; NaN or None is a gap, which runs pass over.
        rebase: first indices (from 0) of new periods, each with a centre of its own.
        baseline: the centre, and any limits, from the first this many values of each period; 2 or more.
        exclude: indices of values that stand on the chart but make neither centre, limits nor runs.
        multiply: the chart is shown in this many, such as 100 for percentages.
        dates: one a value, only to be checked: each must be later than the one before.

    Returns:
        A ProcessChart: its points with their centre in the unit shown, and the runs of each period.

    Raises:
        BadNumber: for an infinite value or any argument outside what is said above; the message names it.
    """
    return chart_of("run", series_of("values", values), Settings(rebase, baseline, exclude, multiply, dates), _median)


def i(
    values: ArrayLike,
    *,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    exclude: Iterable[int] = (),
    multiply: float = 1,
    dates: Iterable[Any] | None = None,
    screen: bool = True,
) -> ProcessChart:
    """An individuals chart: mean and three sigma, sigma by the average moving range over 1.128, with Anhøj's rules.

    `xmr` has the NHS's constant and rules and is what the product shows. Arguments, result and refusals are as for
    `run`; `screen` leaves out moving ranges of 3.267 times their average or more, once.
    """
    settings = Settings(rebase, baseline, exclude, multiply, dates, screen)

    def lines(part: Part) -> Lines:
        sigma = moving_sigma(part.value[part.base], screen=screen)
        return around(mean(part.base_values), np.full(len(part.value), sigma))

    return chart_of("i", series_of("values", values), settings, lines)


def mr(
    values: ArrayLike,
    *,
    rebase: Iterable[int] = (),
    baseline: int | None = None,
    exclude: Iterable[int] = (),
    multiply: float = 1,
    dates: Iterable[Any] | None = None,
) -> ProcessChart:
    """A moving range chart: each value's distance from the one before, up to 3.267 times their average.

    The first value of a period has none. Runs are counted but never a signal: neighbouring ranges share a value.
    Arguments, result and refusals are as for `run`, where `baseline` and `exclude` speak of ranges.
    """
    series = series_of("values", values)
    starts = starts_of(rebase, len(series))
    period = periods_of(starts, len(series))
    ranges = np.abs(np.diff(series, prepend=np.nan))
    ranges[np.diff(period, prepend=-1) > 0] = np.nan
    chart = chart_of("mr", ranges, Settings(starts, baseline, exclude, multiply, dates), _range_lines)
    return replace(chart, runs=tuple(replace(runs, signal=False) for runs in chart.runs))


def mean(values: Floats) -> float:
    """The plain mean, exact where all values are equal; NaN of none."""
    return float(values[0] + np.mean(values - values[0])) if len(values) else np.nan


def _median(part: Part) -> Lines:
    values, none = part.base_values, np.full(len(part.value), np.nan)
    return Lines(float(np.median(values)) if len(values) else np.nan, none, none, none, none)


def _range_lines(part: Part) -> Lines:
    centre, one = mean(part.base_values), np.ones(len(part.value))
    highest = SCREEN_FACTOR * centre * one
    return Lines(centre, 0 * one, highest, 0 * one, highest * 2 / 3)
