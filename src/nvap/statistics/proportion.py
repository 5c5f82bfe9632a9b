"""Proportions with Wilson score limits."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from nvap.statistics.interval import Floats, Interval, Texts, numbers, quantile, refuse_scalars, together, told


@overload
def wilson_interval(count: float, total: float, confidence: float = 0.95) -> Interval[float, str]: ...


@overload
def wilson_interval(count: ArrayLike, total: ArrayLike, confidence: float = 0.95) -> Interval[Floats, Texts]: ...


def wilson_interval(
    count: ArrayLike, total: ArrayLike, confidence: float = 0.95
) -> Interval[float, str] | Interval[Floats, Texts]:
    """The share `count / total` with its Wilson score limits, all within 0 and 1, without continuity correction.

    Args:
        count: how many had the thing counted; a number or an array; may be fractional (weighted).
        total: out of how many; a number or an array that fits the shape of `count`.
        confidence: two-sided level from 0.9 to 1; at 1 the limits are 0 and 1.

    Returns:
        An Interval of floats for scalars, of arrays for arrays; NaN (or None) in gives NaN out.

    Raises:
        BadNumber: for scalars where count < 0, total <= 0, count > total or either is infinite. In arrays such an
            element is NaN. A bad confidence always raises.

    Source: Wilson EB (1927), JASA 22:209-212; Newcombe RG (1998), Statistics in Medicine 17:857-872, method 3.
    """
    z = quantile(confidence)
    x, n = together(numbers("count", count), numbers("total", total), "count and total")
    bad = refuse_scalars(
        [
            ((x < 0) | np.isinf(x), f"count: found {told(x)}, allowed are finite numbers from 0 up."),
            ((n <= 0) | np.isinf(n), f"total: found {told(n)}, allowed are finite numbers above 0."),
            (x > n, f"count: found {told(x)} of a total of {told(n)}; a proportion's count is at most its total."),
        ]
    )
    usable = ~bad & np.isfinite(x) & np.isfinite(n)
    x, n = np.where(usable, x, np.nan), np.where(usable, n, np.nan)
    value, lower, upper = _limits(x, n, z)
    if value.ndim == 0:
        return Interval(float(value), float(lower), float(upper), "Wilson" if usable else "")
    return Interval(value, lower, upper, np.where(usable, "Wilson", ""))


def _limits(x: Floats, n: Floats, z: float) -> tuple[Floats, Floats, Floats]:
    value = x / n
    if np.isinf(z):
        return value, np.zeros_like(value) + 0 * value, np.ones_like(value) + 0 * value
    middle = 2 * x + z * z
    reach = z * np.sqrt(z * z + 4 * x * (1 - value))
    scale = 2 * (n + z * z)
    # In theory 0 of n starts at 0 and n of n ends at 1; floating point misses by 1e-18 and 2e-16.
    lower = np.where(x == 0, 0.0, np.clip((middle - reach) / scale, 0, 1))
    upper = np.where(x == n, 1.0, np.clip((middle + reach) / scale, 0, 1))
    return value, np.where(np.isnan(value), np.nan, lower), np.where(np.isnan(value), np.nan, upper)
