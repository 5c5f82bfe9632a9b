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
    noise = NOISE * np.maximum(np.abs(series), np.abs(mean))
    side = np.where(np.abs(away) > noise, np.sign(away), 0.0)
    side[np.isnan(series)] = 0
    outside = (np.abs(away) > reach + noise) & (reach > 0)
    trend, rising = _trends(series, period, ties)
    shift = _in_runs(side, period, _RUN, skip=_skipped(side == 0, series, ties))
    pairs = _two_in_three(side, period, np.abs(away) > reach * 2 / 3 + noise, outside, two_in_three) & (reach > 0)
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
    signal[np.isnan(series)] = ""
    return signal


def _trends(series: Floats, period: NDArray[np.int64], ties: Ties) -> tuple[Flags, Flags]:
    """Which points lie in seven rising or falling in a row, and which of them rise."""
    step = np.zeros(len(series))
    same = np.zeros(len(series), dtype=np.bool_)
    same[1:] = period[1:] == period[:-1]
    step[1:] = np.where(same[1:], np.nan_to_num(np.sign(np.diff(series))), 0.0)
    # Six steps of one sign are seven points: the point before the first step belongs to the trend.
    arrived = _in_runs(step, period, _RUN - 1, skip=_skipped(step == 0, np.diff(series, prepend=np.nan), ties) & same)
    left = np.append(arrived[1:], False)
    trend = arrived | left
    after = np.append(step[1:], 0.0)
    # At a peak shared by two trends the point takes the way on; at a tie between them, the way it came.
    both = trend & np.append(trend[1:], False) & (after != 0)
    return trend, np.where(both, after, step) > 0


def _two_in_three(side: Floats, period: NDArray[np.int64], beyond: Flags, outside: Flags, rule: TwoInThree) -> Flags:
    """Which points lie beyond two sigma in a window of three on one side of the mean that holds two such points."""
    counted = beyond & ~outside if rule == "between_two_and_three_sigma" else beyond
    flagged = np.zeros(len(side), dtype=np.bool_)
    if len(side) < 3:
        return flagged
    one_side = (side[:-2] != 0) & (side[:-2] == side[1:-1]) & (side[1:-1] == side[2:]) & (period[:-2] == period[2:])
    window = one_side & (counted[:-2].astype(int) + counted[1:-1] + counted[2:] >= 2)
    for offset in range(3):
        flagged[offset : len(side) - 2 + offset] |= window
    return flagged & counted


def kinds(signal: Texts, improvement: Direction | None) -> Texts:
    """What each signal means where `improvement` is the good direction; neutral where there is none."""
    special = (signal != COMMON) & (signal != "")
    high = np.isin(signal, _HIGH)
    kind = np.full(len(signal), "common_cause", dtype="<U32")
    if improvement is None:
        kind[special & high], kind[special & ~high] = "special_cause_neutral_high", "special_cause_neutral_low"
    else:
        good = high if improvement == "increase" else ~high
        kind[special & good], kind[special & ~good] = "special_cause_improvement", "special_cause_concern"
    kind[signal == ""] = ""
    return kind


def _skipped(level: Flags, series: Floats, ties: Ties) -> Flags:
    """Where neither side nor direction is taken and the rule passes over it; a gap is never passed over."""
    return level & ~np.isnan(series) if ties == "skip" else np.zeros(len(series), dtype=np.bool_)


def _in_runs(sign: Floats, period: NDArray[np.int64], length: int, *, skip: Flags) -> Flags:
    """Which elements lie in a run of at least `length` equal non-zero signs within one period, `skip` passed over."""
    flagged = np.zeros(len(sign), dtype=np.bool_)
    kept = np.flatnonzero(~skip)
    if not len(kept):
        return flagged
    sign, period = sign[kept], period[kept]
    new = np.ones(len(sign), dtype=np.bool_)
    new[1:] = (sign[1:] != sign[:-1]) | (period[1:] != period[:-1])
    run = np.cumsum(new) - 1
    flagged[kept] = (np.bincount(run)[run] >= length) & (sign != 0)
    return flagged
