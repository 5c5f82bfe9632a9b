"""Where a run chart's median may have moved: advice to a person, who decides and records a rebase or does not.

Rule as in runcharter 0.2: a baseline median; then the first run of enough values beside it makes a median of its own.
NHS England's Making Data Count advises against rebasing by machine, and nothing here does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nvap.statistics.control_chart.checks import check_choice, series_of
from nvap.statistics.interval import BadNumber, Floats
from nvap.statistics.special_cause import NOISE

Side = Literal["above", "below", "both"]


@dataclass(frozen=True)
class SustainedMedian:
    """A median and the first and last index of the values that it was taken from; the first is the baseline's."""

    median: float
    first: int
    last: int
    baseline: bool


def sustained_medians(
    values: ArrayLike, *, baseline: int, run_length: int, side: Side = "both"
) -> tuple[SustainedMedian, ...]:
    """The baseline's median, and each later one that a run of `run_length` values beside the last median suggests.

    Args:
        values: one-dimensional numbers in time order; NaN or None is a gap, which a run passes over.
        baseline: the first median is that of the first this many values held; 2 or more.
        run_length: so many values in a row on one side of the median, those on it passed over; 2 or more.
        side: whether runs above, below or on either side count.

    Returns:
        The medians in time order; empty where fewer values than the baseline are held. It changes no chart: to act on
        it, give `rebase` the first index, and record who decided so and why.

    Raises:
        BadNumber: for an infinite value or any argument outside what is said above; the message names it.
    """
    series = series_of("values", values)
    check_choice("side", side, ("above", "below", "both"))
    for name, given in (("baseline", baseline), ("run_length", run_length)):
        if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < 2:
            raise BadNumber(f"{name}: found {given!r}, allowed are whole numbers of values from 2 up.")
    held = np.flatnonzero(~np.isnan(series))
    if len(held) < baseline:
        return ()
    medians = [_median_of(series, held[:baseline], baseline=True)]
    streak: list[int] = []
    streak_side = 0
    for place in held[baseline:].tolist():
        now = _side_of(series[place], medians[-1].median)
        if not now:
            continue
        if now != streak_side:
            streak, streak_side = [], now
        streak.append(place)
        if len(streak) == run_length and side in ("both", "above" if now > 0 else "below"):
            medians.append(_median_of(series, streak, baseline=False))
            streak, streak_side = [], 0
    return tuple(medians)


def _side_of(value: float, median: float) -> int:
    away = value - median
    return 0 if abs(away) <= NOISE * max(abs(value), abs(median)) else (1 if away > 0 else -1)


def _median_of(series: Floats, places: Sequence[int] | NDArray[np.int64], *, baseline: bool) -> SustainedMedian:
    return SustainedMedian(float(np.median(series[places])), int(places[0]), int(places[-1]), baseline)
