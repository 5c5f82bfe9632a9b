"""How much more often two things are found together than chance alone would have it, with limits.

Source: the delta method for a function of multinomial shares (Agresti A (2013), Categorical Data Analysis, 3rd edition,
section 16.1.4), applied to log lift: ln p₁₁ − ln p₁₊ − ln p₊₁. With a of n holding both, its variance is
1/a − 1/(a + b) − 1/(a + c) + (2L − 1)/n, where L is the lift, b those holding the first only, c the second only.
"""

from __future__ import annotations

import math
from typing import Final

from nvap.statistics.interval import BadNumber, Interval, quantile

LOG_LIFT: Final = "log normal"


def lift(both: float, first: float, second: float, total: float, *, confidence: float = 0.95) -> Interval[float, str]:
    """The share that holds both, over the share that would by chance: 1 where the two have nothing to do with another.

    Args:
        both: how many of `total` hold both.
        first, second: how many hold the first, and the second; those that hold both are among each.
        total: out of how many.
        confidence: two-sided level from 0.9 to 1.

    Returns:
        The lift with its limits. Where nobody holds both, it is 0 and has no limits (NaN).

    Raises:
        BadNumber: where a count is below 0, above what holds it, or `first`, `second` or `total` is 0.
    """
    _check(both, first, second, total)
    z = quantile(confidence)
    value = both * total / (first * second)
    if both == 0:
        return Interval(0.0, math.nan, math.nan, "")
    variance = 1 / both - 1 / first - 1 / second + (2 * value - 1) / total
    reach = z * math.sqrt(max(0.0, variance))
    return Interval(value, value * math.exp(-reach), value * math.exp(reach), LOG_LIFT)


def _check(both: float, first: float, second: float, total: float) -> None:
    if not all(math.isfinite(each) for each in (both, first, second, total)):
        raise BadNumber(f"lift: found {both}, {first}, {second} of {total}; allowed are finite numbers.")
    if min(first, second, total) <= 0:
        raise BadNumber(f"lift: found {first} and {second} of {total}; each must be above 0.")
    if not 0 <= both <= min(first, second) or first + second - both > total:
        raise BadNumber(f"lift: found {both} holding both of {first} and {second}, of {total}; that cannot be.")
