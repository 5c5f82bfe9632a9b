"""The simplest forecast that knows seasons: what was, one season before; with how far it has missed.

Source: Hyndman RJ, Athanasopoulos G (2021), Forecasting: Principles and Practice, third edition, sections 5.2 (the
seasonal-naive and the mean method), 5.5 (prediction intervals), 5.8 (scaled errors) and 5.10 (rolling origins).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from nvap.statistics.control_chart.checks import refuse_where, series_of
from nvap.statistics.interval import BadNumber, Floats, quantile

# Two seasons give one whole season of residuals, the least from which a spread can be told.
FEWEST_SEASONS: Final = 2


@dataclass(frozen=True)
class Missed:
    """How far the forecast missed when it was made again and again from the past alone, at `origins` moments.

    `mean_error` is the mean absolute error over all steps ahead; `of_mean_method` that of the mean of all that was
    known; `relative` the one over the other (below 1: seasons help). `scaled` is the mean absolute scaled error: each
    error over the mean absolute seasonal difference of what was known. `inside` is the share of what came that lay
    inside the interval. All are NaN where the series is too short for any, `scaled` also where nothing ever moved.
    """

    origins: int
    steps: int
    mean_error: float
    of_mean_method: float
    scaled: float
    inside: float

    @property
    def relative(self) -> float:
        """The error over that of the mean method; NaN where there is none, infinite where the mean never missed."""
        if math.isnan(self.mean_error):
            return math.nan
        if self.of_mean_method:
            return self.mean_error / self.of_mean_method
        return math.inf if self.mean_error else math.nan


@dataclass(frozen=True, eq=False)
class Forecast:
    """The values ahead with their interval, as read-only arrays of one length, and how far the method has missed.

    `deviation` is the root of the mean squared residual; `season` how many values make a season.
    """

    value: Floats
    lower: Floats
    upper: Floats
    season: int
    confidence: float
    deviation: float
    missed: Missed

    def __post_init__(self) -> None:
        for part in (self.value, self.lower, self.upper):
            part.flags.writeable = False


def seasonal_naive(series: ArrayLike, *, season: int, horizon: int, confidence: float = 0.95) -> Forecast:
    """Forecast each value as that of one season before, with an interval from the method's own residuals.

    The interval of h steps ahead is value ± z · s · √k: s the root of the mean squared residual, k how many seasons
    ahead it lies (1 up to one season). The error is measured out of sample: from every moment after a season and a
    half, up to `horizon` steps ahead, with only what was known then.

    Args:
        series: one-dimensional, in time order, evenly spaced and without a gap; two full seasons or more.
        season: how many values make a season, from 1 up; 52 for weeks in a year.
        horizon: how many steps ahead, from 1 up.
        confidence: two-sided level from 0.9 to below 1.

    Returns:
        A Forecast of `horizon` values, in the unit of the series.

    Raises:
        BadNumber: for a gap, an infinite value, more dimensions than one, fewer than two full seasons, or a season,
            horizon or confidence outside its range.
    """
    values = series_of("series", series)
    refuse_where(np.isnan(values), "series", "a gap", "every step needs a value: nothing is filled in")
    every, ahead = _whole("season", season), _whole("horizon", horizon)
    z = quantile(confidence)
    if math.isinf(z):
        raise BadNumber("confidence: found 1, allowed is a number from 0.9 to below 1: every value would lie inside.")
    if len(values) < FEWEST_SEASONS * every:
        raise BadNumber(
            f"series: found {len(values)} values, allowed are {FEWEST_SEASONS * every} or more: two full seasons of"
            f" {every}."
        )
    value, reach, deviation = _ahead(values, every, ahead, z)
    missed = _rolling(values, every, ahead, z)
    return Forecast(value, value - reach, value + reach, every, float(confidence), deviation, missed)


def _ahead(known: Floats, season: int, horizon: int, z: float) -> tuple[Floats, Floats, float]:
    """The values ahead, how far their interval reaches to either side, and the root of the mean squared residual."""
    steps = np.arange(horizon)
    value = known[len(known) - season + steps % season]
    residuals = known[season:] - known[:-season]
    deviation = float(np.sqrt(np.mean(residuals**2)))
    return value, z * deviation * np.sqrt(steps // season + 1), deviation


def _rolling(values: Floats, season: int, horizon: int, z: float) -> Missed:
    """The errors of forecasts made at each moment from the past alone."""
    first = season + max(2, season // 2)
    errors, of_mean, scaled, inside = list[Floats](), list[Floats](), list[Floats](), list[Floats]()
    for origin in range(first, len(values)):
        known, came = values[:origin], values[origin : origin + horizon]
        value, reach, _ = _ahead(known, season, len(came), z)
        missed = np.abs(came - value)
        scale = float(np.mean(np.abs(known[season:] - known[:-season])))
        errors.append(missed)
        of_mean.append(np.abs(came - known.mean()))
        scaled.append(missed / scale if scale else np.full(len(came), np.nan))
        inside.append((missed <= reach).astype(np.float64))
    if not errors:
        return Missed(0, 0, math.nan, math.nan, math.nan, math.nan)
    together = [np.concatenate(each) for each in (errors, of_mean, scaled, inside)]
    averages = [float(np.mean(each)) for each in together]
    return Missed(len(errors), len(together[0]), *averages)


def _whole(name: str, given: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < 1:
        raise BadNumber(f"{name}: found {given!r}, allowed is a whole number from 1 up.")
    return int(given)
