"""How long until something happens, where for some it has not happened yet: Kaplan-Meier.

Source: Kaplan EL, Meier P (1958), JASA 53:457-481; variance by Greenwood (1926); log-log limits as in Kalbfleisch JD,
Prentice RL (2002), The Statistical Analysis of Failure Time Data, section 1.4; restricted mean as in Klein JP,
Moeschberger ML (2003), Survival Analysis, section 4.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nvap.statistics.control_chart.checks import one_number, refuse_where, series_of
from nvap.statistics.interval import BadNumber, Flags, Floats, Interval, numbers, quantile

METHOD: Final = "Kaplan-Meier, log-log limits"
# A curve that should stand at one half can miss it by a rounding, and its median would be a whole step late.
_NOISE: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Survival:
    """The curve at each time at which something happened, as read-only arrays, and what it says.

    `share` is how many of all had not had the event after that time, with log-log limits and Greenwood's standard
    `error`; where nobody is left, error and limits are NaN. `at_risk` are those still followed just before the time,
    `events` those who had it then. `median` is the first time by which half had it, infinite where fewer than half
    did; its limits are the first times at which the curve's limits reach one half. `restricted_mean` is the mean time
    up to `horizon`, with normal limits. `total`, `happened` and `missing` count those followed, those of them with the
    event, and those left out because the time, or whether it happened, is not known.
    """

    time: Floats
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    share: Floats
    error: Floats
    lower: Floats
    upper: Floats
    median: Interval[float, str]
    restricted_mean: Interval[float, str]
    restricted_mean_error: float
    horizon: float
    followed_until: float
    total: int
    happened: int
    missing: int
    confidence: float

    def __post_init__(self) -> None:
        for field in fields(self):
            part = getattr(self, field.name)
            if isinstance(part, np.ndarray):
                part.flags.writeable = False

    def share_at(self, time: float) -> Interval[float, str]:
        """How many of all had not had the event after `time`, with limits; NaN beyond the longest time followed.

        Raises BadNumber for anything but one number from 0 up.
        """
        at = one_number("time", time)
        if at < 0:
            raise BadNumber(f"time: found {time!r}, allowed is one number from 0 up.")
        if not at <= self.followed_until:
            return Interval(math.nan, math.nan, math.nan, "")
        place = int(np.searchsorted(self.time, at, side="right")) - 1
        if place < 0:
            return Interval(1.0, 1.0, 1.0, METHOD)
        return Interval(float(self.share[place]), float(self.lower[place]), float(self.upper[place]), METHOD)


def kaplan_meier(
    durations: ArrayLike, observed: ArrayLike, *, horizon: float | None = None, confidence: float = 0.95
) -> Survival:
    """The Kaplan-Meier curve of times to an event, some of them cut off before it happened.

    Args:
        durations: for each person or case, how long it was followed; from 0 up. NaN or None is left out and counted.
        observed: for each, whether the event ended that time (1 or True), or the time was cut off before it (0 or
            False). NaN or None is left out and counted.
        horizon: the mean is restricted to times up to this; the longest time followed unless said.
        confidence: two-sided level from 0.9 to 1.

    Returns:
        A Survival. Who is cut off at the time of an event counts as at risk of it.

    Raises:
        BadNumber: for a negative or infinite time, an `observed` other than 0 and 1, or a horizon beyond the longest
            time followed, where nothing is known; the message names the argument.
    """
    z = quantile(confidence)
    time, happened, missing = _checked(durations, observed)
    until = float(time.max()) if len(time) else math.nan
    end = until if horizon is None else _checked_horizon(horizon, until)
    when, events = np.unique(time[happened], return_counts=True)
    at_risk = len(time) - np.searchsorted(np.sort(time), when, side="left")
    left = at_risk - events
    with np.errstate(divide="ignore", invalid="ignore"):
        share: Floats = np.cumprod(left / at_risk, dtype=np.float64)
        # Greenwood: the variance of the logarithm of the curve.
        variance = np.cumsum(events / (at_risk * left))
        error: Floats = share * np.sqrt(variance)
        stretch = np.exp(z * np.sqrt(variance) / np.log(share))
        lower, upper = share ** (1 / stretch), share**stretch
    for line in (error, lower, upper):
        line[left == 0] = np.nan
    mean, mean_error = _restricted_mean(when, share, events, at_risk, end)
    reach = z * mean_error if mean_error else 0.0
    return Survival(
        time=when,
        at_risk=at_risk,
        events=events,
        share=share,
        error=error,
        lower=lower,
        upper=upper,
        median=_median(when, share, lower, upper, len(time)),
        restricted_mean=Interval(mean, max(0.0, mean - reach), min(end, mean + reach), METHOD if len(time) else ""),
        restricted_mean_error=mean_error,
        horizon=end,
        followed_until=until,
        total=len(time),
        happened=int(happened.sum()),
        missing=missing,
        confidence=float(confidence),
    )


def _median(when: Floats, share: Floats, lower: Floats, upper: Floats, total: int) -> Interval[float, str]:
    if not total:
        return Interval(math.nan, math.nan, math.nan, "")
    return Interval(_reached(when, share), _reached(when, lower), _reached(when, upper), METHOD)


def _reached(when: Floats, line: Floats) -> float:
    """The first time at which the line is at one half or below, infinite where it never is."""
    places = np.flatnonzero(line <= 0.5 + _NOISE)
    return float(when[places[0]]) if len(places) else math.inf


def _restricted_mean(
    when: Floats, share: Floats, events: NDArray[np.int64], at_risk: NDArray[np.int64], end: float
) -> tuple[float, float]:
    """The area under the curve up to `end`, and its standard error."""
    within = when < end
    edges = np.concatenate([[0.0], when[within], [end]])
    areas = np.diff(edges) * np.concatenate([[1.0], share[within]])
    # What lies under the curve after each event's time: nothing after the last, where all had it.
    after = np.cumsum(areas[::-1])[::-1][1:]
    died, risk = events[within], at_risk[within]
    left = risk - died
    parts = np.divide(died * after**2, risk * left, out=np.zeros(len(after)), where=left > 0)
    return float(np.sum(areas)), float(np.sqrt(np.sum(parts)))


def _checked(durations: ArrayLike, observed: ArrayLike) -> tuple[Floats, Flags, int]:
    time, flag = series_of("durations", durations), numbers("observed", observed)
    if flag.shape != time.shape:
        raise BadNumber(f"durations and observed: found shapes {time.shape} and {flag.shape}; each has one.")
    refuse_where(time < 0, "durations", "a time below 0", "allowed are times from 0 up")
    refuse_where(~np.isin(flag, (0, 1)) & ~np.isnan(flag), "observed", "another number", "allowed are 0 and 1")
    known = ~np.isnan(time) & ~np.isnan(flag)
    return time[known], flag[known] == 1, int(np.sum(~known))


def _checked_horizon(horizon: float, until: float) -> float:
    end = one_number("horizon", horizon, above=0)
    if not end <= until:
        longest = (
            "nobody is followed" if math.isnan(until) else f"allowed are times above 0 up to {until:g}, the longest"
        )
        raise BadNumber(f"horizon: found {end:g}, {longest}.")
    return end
