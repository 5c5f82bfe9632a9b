"""How many records an audit needs to look at.

Source: Cochran WG (1977), Sampling Techniques, third edition, sections 4.4 and 4.6.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from nvap.statistics.control_chart.checks import one_number
from nvap.statistics.interval import BadNumber, quantile

# A size that is whole but for a rounding is that size, and not one more.
_NOISE: Final = 1e-9
_LEAST_MARGIN: Final = 1e-6


@dataclass(frozen=True)
class SampleSize:
    """How many to draw at random, and how near the share found then lies to the true one.

    `size` is the answer, rounded up and never above the population; `unlimited` what it would be of a population
    without end, and `unrounded` both before rounding (of the population, and without end). `correction` is what the
    population's end takes off the margin, and `achieved` the margin that `size` gives at the expected share.
    """

    size: int
    unlimited: int
    unrounded: float
    unrounded_unlimited: float
    correction: float
    achieved: float
    margin: float
    expected: float
    population: int | None
    confidence: float


def proportion(
    margin: float, *, population: int | None = None, expected: float = 0.5, confidence: float = 0.95
) -> SampleSize:
    """How many records give a share within `margin` either way of the true one: n₀ = z²p(1 - p)/margin².

    Of N records in all, n = n₀/(1 + (n₀ - 1)/N), rounded up. This plans for the usual wide-open case: near 0 and 1,
    and for rare things, limits are not so symmetrical, and more records are wanted than this says. Records that cannot
    be read need others in reserve, drawn in the same go.

    Args:
        margin: half the width of the limits as a share, from 0.000001 and below 1: 0.05 for five points
            either way.
        population: how many records there are in all, whole, from 1 up; None where they do not end.
        expected: the share that is expected, above 0 and below 1; one half needs the most, and is the choice where
            nothing is known.
        confidence: two-sided level from 0.9 and below 1.

    Returns:
        A SampleSize: `size` is how many to draw.

    Raises:
        BadNumber: for anything else; the message names the argument.
    """
    z = quantile(confidence)
    if math.isinf(z):
        raise BadNumber(
            f"confidence: found {confidence!r}, allowed is a number from 0.9 and below 1: no sample is sure."
        )
    reach, share = _share("margin", margin, "0.05"), _share("expected", expected, "0.5")
    if reach < _LEAST_MARGIN:
        raise BadNumber(f"margin: found {margin!r}, allowed are {_LEAST_MARGIN:g} and more; no audit is finer.")
    everyone = _whole(population)
    spread = share * (1 - share)
    without_end = z * z * spread / reach**2
    needed = without_end if everyone is None else without_end / (1 + (without_end - 1) / everyone)
    size = max(1, _up(needed))
    if everyone is not None:
        size = min(size, everyone)
    correction = _correction(size, everyone)
    return SampleSize(
        size=size,
        unlimited=max(1, _up(without_end)),
        unrounded=needed,
        unrounded_unlimited=without_end,
        correction=correction,
        achieved=z * math.sqrt(spread / size) * correction,
        margin=reach,
        expected=share,
        population=everyone,
        confidence=float(confidence),
    )


def _correction(size: int, everyone: int | None) -> float:
    if everyone is None:
        return 1.0
    return math.sqrt((everyone - size) / (everyone - 1)) if everyone > 1 else 0.0


def _up(number: float) -> int:
    return math.ceil(number * (1 - _NOISE))


def _share(name: str, given: float, such: str) -> float:
    share = one_number(name, given, above=0)
    if share >= 1:
        percent = f" Did you mean {share / 100:g}?" if share < 100 else ""
        raise BadNumber(f"{name}: found {given!r}, allowed is a share above 0 and below 1, such as {such}.{percent}")
    return share


def _whole(population: int | None) -> int | None:
    if population is None:
        return None
    if isinstance(population, bool) or not isinstance(population, int | np.integer) or population < 1:
        raise BadNumber(f"population: found {population!r}, allowed are None and whole numbers from 1 up.")
    return int(population)
