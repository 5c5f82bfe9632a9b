"""Every series with NumPy by hand, one after the other: the same rules, without gaps, breaks, checks or options.

python numpy_loop.py SERIES OUT
"""

import sys
import time

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

TARGET = 60


def spread(windows, length, points):
    """The points that lie in any flagged window."""
    flagged = np.zeros(points, dtype=bool)
    for offset in range(length):
        flagged[offset : offset + len(windows)] |= windows
    return flagged


def chart(values):
    points = len(values)
    mean = values.mean()
    ranges = np.abs(np.diff(values))
    average = ranges.mean()
    average = ranges[ranges < 3.267 * average].mean()
    reach = 2.66 * average
    away = values - mean
    side = np.sign(away)
    step = np.sign(np.diff(values))

    above, below = away > reach, away < -reach
    sixes = sliding_window_view(step, 6)
    rising, falling = spread((sixes == 1).all(1), 7, points), spread((sixes == -1).all(1), 7, points)
    threes, far = sliding_window_view(side, 3), np.abs(away) > reach * 2 / 3
    two_far = sliding_window_view(far, 3).sum(1) >= 2
    near_above = spread((threes == 1).all(1) & two_far, 3, points) & far
    near_below = spread((threes == -1).all(1) & two_far, 3, points) & far
    sevens = sliding_window_view(side, 7)
    shift_above, shift_below = spread((sevens == 1).all(1), 7, points), spread((sevens == -1).all(1), 7, points)

    signal = np.select(
        [above, below, rising, falling, near_above, near_below, shift_above, shift_below],
        [
            "Above UCL",
            "Below LCL",
            "7 Point Trend (Increasing)",
            "7 Point Trend (Decreasing)",
            "2 in 3 Above CL",
            "2 in 3 Below CL",
            "7 Points Above CL",
            "7 Points Below CL",
        ],
        "Common Cause",
    )
    high = np.char.find(signal, "Above") >= 0
    high |= np.char.find(signal, "Increasing") >= 0
    kind = np.where(
        signal == "Common Cause",
        "common_cause",
        np.where(high, "special_cause_concern", "special_cause_improvement"),
    )
    if mean + reach < TARGET:
        assurance = "consistent_pass"
    elif mean - reach > TARGET:
        assurance = "consistent_fail"
    else:
        assurance = "inconsistent"
    return mean, mean + reach, signal, kind[-1], assurance


source, out = sys.argv[1:3]
series = np.load(source)
began = time.process_time()
charts = [chart(values) for values in series]
spent = time.process_time() - began
mean, upper, signal, variation, assurance = zip(*charts, strict=True)
points = series.shape[1]
np.savez(
    out,
    seconds=spent,
    mean=np.repeat(np.array(mean)[:, None], points, axis=1),
    upper=np.repeat(np.array(upper)[:, None], points, axis=1),
    signal=np.array(signal),
    variation=np.array(variation),
    assurance=np.array(assurance),
)
