"""Anhøj's rules: whether a series runs on one side of its centre, or crosses it too seldom, to be chance.

Source: Anhøj J, Olesen AV (2014), Run charts revisited, PLoS ONE 9(11):e113825; Anhøj J (2015), Diagnostic value of run
chart analysis, PLoS ONE 10(3):e0121349.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nvap.statistics.interval import Floats
from nvap.statistics.special_cause import NOISE


@dataclass(frozen=True)
class Runs:
    """What the values on either side of a centre show; those on it, and gaps, are passed over.

    `useful` values lie on a side. `signal` is whether the longest run is longer than `longest_allowed`, or the centre
    is crossed fewer than `crossings_needed` times. Without a useful value all four are None and there is no signal.
    """

    useful: int
    longest: int | None
    longest_allowed: int | None
    crossings: int | None
    crossings_needed: int | None
    signal: bool


def runs_of(values: Floats, centre: float) -> Runs:
    """The runs of values in time order around their centre."""
    away = values - centre
    side = np.sign(away[np.abs(away) > NOISE * np.maximum(np.abs(values), abs(centre))])
    useful = len(side)
    if not useful:
        return Runs(0, None, None, None, None, signal=False)
    starts = np.flatnonzero(np.diff(side, prepend=0))
    longest = int(np.diff(starts, append=useful).max())
    crossings = len(starts) - 1
    allowed, needed = longest_allowed(useful), crossings_needed(useful)
    return Runs(useful, longest, allowed, crossings, needed, signal=longest > allowed or crossings < needed)


def longest_allowed(useful: int) -> int:
    """The longest run that chance gives `useful` values: log2 of their number, rounded, and three."""
    return round(math.log2(useful)) + 3


@lru_cache(maxsize=1024)
def crossings_needed(useful: int) -> int:
    """The fewest crossings that chance gives `useful` values: the 5% quantile of binomial(useful - 1, one half)."""
    places = useful - 1
    # What lies ten standard deviations below the middle adds nothing that a double can hold beside 0.05.
    crossings = max(0, int(places / 2 - 5 * math.sqrt(places)))
    ways = math.lgamma(places + 1) - math.lgamma(crossings + 1) - math.lgamma(places - crossings + 1)
    chance = math.exp(ways - places * math.log(2))
    total = chance
    while total < 0.05:
        chance *= (places - crossings) / (crossings + 1)
        crossings += 1
        total += chance
    return crossings
