"""Which points of a control chart are special causes: the NHS Making Data Count rules, all inequalities strict."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from nvap.statistics.interval import Flags, Floats, Texts

Direction = Literal["increase", "decrease"]
TwoInThree = Literal["beyond_two_sigma", "between_two_and_three_sigma"]
Ties = Literal["break", "skip"]

COMMON: Final = "Common Cause"
RULES: Final = ("beyond_two_sigma", "between_two_and_three_sigma")
TIES: Final = ("break", "skip")
_RUN: Final = 7
_HIGH: Final = ("Above UCL", "7 Point Trend (Increasing)", "2 in 3 Above CL", "7 Points Above CL")
# Rounding noise must not put a point beside the line that it lies on.
NOISE: Final = 1e-12


def signals(
    series: Floats,
    period: NDArray[np.int64],
    *,
    mean: Floats,
    reach: Floats,
    nearly_constant: Flags,
    two_in_three: TwoInThree,
    ties: Ties = "break",
) -> Texts:
    """The label of each point by the first rule that holds for it, "Common Cause" for none, empty for a gap.

    Args:
        series: values in time order, NaN for a gap.
        period: which rebased period each belongs to; no rule crosses from one to the next.
        mean, reach: the centre at each point, and how far above and below it the limits lie.
        nearly_constant: where the limits alone are judged.
        two_in_three: which points beyond two sigma count.
        ties: whether a tie in a trend, or a value on the centre in a shift, breaks the run or is skipped.

    Returns:
        Labels as NHSRplotthedots writes them.
    """
    away = series - mean
    far = np.abs(away)
    gap = np.isnan(series)
    noise = NOISE * np.maximum(np.abs(series), np.abs(mean))
    side = np.where(far > noise, np.sign(away), 0.0)
    moving = reach > 0
    outside = (far > reach + noise) & moving
    trend, rising = _trends(series, period, ties)
    shift = _in_runs(side, period, _RUN, skip=(side == 0) & ~gap if ties == "skip" else None)
    pairs = _two_in_three(side, period, far > reach * 2 / 3 + noise, outside, two_in_three) & moving
    judged = ~nearly_constant

    # Each line overrules those before it: limit over trend over two in three over shift.
    signal = np.full(len(series), COMMON, dtype="<U32")
    high = side > 0
    for flagged, above, below in (
        (shift & judged, "7 Points Above CL", "7 Points Below CL"),
        (pairs & judged, "2 in 3 Above CL", "2 in 3 Below CL"),
    ):
        signal[flagged & high], signal[flagged & ~high] = above, below
    signal[trend & judged & rising] = "7 Point Trend (Increasing)"
    signal[trend & judged & ~rising] = "7 Point Trend (Decreasing)"
    signal[outside & high], signal[outside & ~high] = "Above UCL", "Below LCL"
    signal[gap] = ""
    return signal


def _trends(series: Floats, period: NDArray[np.int64], ties: Ties) -> tuple[Flags, Flags]:
    """Which points lie in seven rising or falling in a row, and which of them rise."""
    step, after = np.zeros(len(series)), np.zeros(len(series))
    moved = np.sign(series[1:] - series[:-1])
    broken = np.isnan(moved) | (period[1:] != period[:-1])
    moved[broken] = 0
    step[1:] = after[:-1] = moved
    skip = None
    if ties == "skip":
        skip = np.zeros(len(series), dtype=np.bool_)
        skip[1:] = (moved == 0) & ~broken
    # Six steps of one sign are seven points: the point before the first step belongs to the trend.
    arrived = _in_runs(step, period, _RUN - 1, skip=skip)
    trend = arrived.copy()
    trend[:-1] |= arrived[1:]
    # At a peak shared by two trends the point takes the way on; at a tie between them, the way it came.
    both = trend.copy()
    both[:-1] &= trend[1:]
    return trend, np.where(both & (after != 0), after, step) > 0


def _two_in_three(side: Floats, period: NDArray[np.int64], beyond: Flags, outside: Flags, rule: TwoInThree) -> Flags:
    """Which points lie beyond two sigma in a window of three on one side of the mean that holds two such points."""
    counted = beyond & ~outside if rule == "between_two_and_three_sigma" else beyond
    flagged = np.zeros(len(side), dtype=np.bool_)
    if len(side) < 3:
        return flagged
    one_side = (side[:-2] != 0) & (side[:-2] == side[1:-1]) & (side[1:-1] == side[2:]) & (period[:-2] == period[2:])
    window = one_side & ((counted[:-2] & (counted[1:-1] | counted[2:])) | (counted[1:-1] & counted[2:]))
    for offset in range(3):
        flagged[offset : len(side) - 2 + offset] |= window
    return flagged & counted


def kinds(signal: Texts, improvement: Direction | None) -> Texts:
    """What each signal means where `improvement` is the good direction; neutral where there is none."""
    gap = signal == ""
    special = (signal != COMMON) & ~gap
    high = np.zeros(len(signal), dtype=np.bool_)
    for label in _HIGH:
        high |= signal == label
    kind = np.full(len(signal), "common_cause", dtype="<U32")
    if improvement is None:
        kind[special & high], kind[special & ~high] = "special_cause_neutral_high", "special_cause_neutral_low"
    else:
        good = high if improvement == "increase" else ~high
        kind[special & good], kind[special & ~good] = "special_cause_improvement", "special_cause_concern"
    kind[gap] = ""
    return kind


def _in_runs(sign: Floats, period: NDArray[np.int64], length: int, *, skip: Flags | None) -> Flags:
    """Which elements lie in a run of at least `length` equal non-zero signs within one period, `skip` passed over."""
    if skip is not None:
        flagged = np.zeros(len(sign), dtype=np.bool_)
        flagged[~skip] = _in_runs(sign[~skip], period[~skip], length, skip=None)
        return flagged
    new = np.zeros(len(sign), dtype=np.int64)
    new[1:] = (sign[1:] != sign[:-1]) | (period[1:] != period[:-1])
    run = np.cumsum(new)
    in_runs: Flags = (np.bincount(run)[run] >= length) & (sign != 0)
    return in_runs
