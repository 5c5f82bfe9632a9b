"""A series of a measure's numbers as the chart that fits it: which, why, with which lines, and what stands out.

`choose` decides which chart; here its lines are put beside the numbers. Every chart is read by one set of rules, the
NHS Making Data Count rules of `nvap.statistics.special_cause`, so that a reader learns one way of reading.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from nvap.packs.measure import Part
from nvap.statistics.control_chart import (
    NOT_ENOUGH,
    ControlChart,
    Points,
    ProcessChart,
    c,
    choose,
    g,
    p,
    p_prime,
    t,
    u,
    u_prime,
    xmr,
)
from nvap.statistics.control_chart.choice import Choice, Kind
from nvap.statistics.interval import Floats
from nvap.statistics.special_cause import kinds, signals

Improvement = Literal["increase", "decrease"] | None

_KINDS: Final[dict[str, Kind]] = {
    "count": "count",
    "rate": "rate",
    "proportion": "proportion",
    "distribution": "proportion",
}
_UNDER = {"p": p, "p_prime": p_prime, "u": u, "u_prime": u_prime}
PERCENT: Final = 100.0
_SHARES: Final = ("proportion", "distribution", "share", "top_share", "pairs")
_OTHER: Final[dict[Improvement, Improvement]] = {"increase": "decrease", "decrease": "increase", None: None}
BETWEEN: Final = ("g", "t")


@dataclass(frozen=True, eq=False)
class Counted:
    """A part's numbers in time order, NaN where there is none: what was counted, of how many, and the value as shown.

    `multiply` leads from numerator over denominator to the value: 100 for a share, the rate's own multiplier.
    """

    kind: Kind
    numerator: Floats
    denominator: Floats
    value: Floats
    multiply: float


@dataclass(frozen=True, eq=False)
class Judged:
    """The chart that was chosen, in the form in which every chart is drawn, and the choice with its reason."""

    chart: ControlChart
    choice: Choice

    @property
    def needs_events(self) -> bool:
        """Whether events are too rare to be judged by period: what passes between them is judged instead."""
        return self.choice.chart in BETWEEN


@dataclass(frozen=True)
class Event:
    """A rare event: its local day, and what passed since the one before, in cases (G) or days (T)."""

    on: datetime.date
    since: float


def kind_of(part: Part, *, has_denominator: bool = True) -> Kind:
    """What kind of number a part gives; a category that stands beside its mix has no denominator and is a count."""
    kind = _KINDS.get(part.statistic, "value")
    return "count" if kind == "proportion" and not has_denominator else kind


def multiply_of(part: Part) -> float:
    """What a part's numerator over its denominator is multiplied with where it is shown."""
    return PERCENT if part.statistic in _SHARES else part.multiplier or 1.0


def counted(part: Part, numbers: Sequence[tuple[float | None, float | None, float | None]]) -> Counted:
    """A part's series as the choice of a chart takes it.

    Args:
        part: whose numbers they are; it says whether they are counts, shares, rates or values.
        numbers: (numerator, denominator, value as shown) of each period in time order; a period without a value is a
            gap, whatever was counted in it.
    """
    held = [
        (math.nan,) * 3 if value is None else (_number(top), _number(under), value) for top, under, value in numbers
    ]
    numerator, denominator, value = np.array(held, dtype=np.float64).reshape(-1, 3).T
    kind = kind_of(part, has_denominator=not bool(np.all(np.isnan(denominator))))
    return Counted(kind, numerator, denominator, value, multiply_of(part))


def judge(
    series: Counted,
    *,
    improvement: Improvement = None,
    target: float | None = None,
    rebase: Sequence[int] = (),
) -> Judged:
    """The chart that fits, with its lines and signals.

    Where events are rare the periods themselves are a plain line: `between` judges what passes from one to the next.

    Args:
        series: of `counted`.
        improvement: which direction is good; None colours nothing.
        target: what the last period's limits are held against, in the unit shown.
        rebase: the first places (from 0) of new periods, rising.

    Raises:
        BadNumber: for numbers that no chart takes, such as a count below 0.
    """
    choice = _choice(series, rebase)
    if choice.chart in _UNDER:
        made = _UNDER[choice.chart](series.numerator, series.denominator, rebase=rebase, multiply=series.multiply)
        return Judged(_read(made, improvement, target), choice)
    if choice.chart == "c":
        return Judged(_read(c(series.value, rebase=rebase), improvement, target), choice)
    plain = xmr(series.value, improvement=improvement, target=target, rebase=rebase)
    has_lines = choice.chart == "xmr" or choice.reason in ("too_few", "no_movement")
    return Judged(plain if has_lines else _without_lines(plain), choice)


def between(
    events: Sequence[Event], choice: Choice, *, improvement: Improvement = None, rebase: Sequence[int] = ()
) -> Judged:
    """The G or T chart of what passed between rare events. On it up means rarer, so the good direction turns round.

    Args:
        events: in the order of their days, each with the days or cases since the one before (NaN where not known).
        choice: what `judge` chose for the periods: G or T.
        improvement: which direction of the events' own number is good.
        rebase: the first places (from 0) of new periods, rising.
    """
    since = [event.since for event in events]
    made = g(since, rebase=rebase) if choice.chart == "g" else t(since, rebase=rebase)
    return Judged(_read(made, _OTHER[improvement], None), choice)


def _choice(series: Counted, rebase: Sequence[int]) -> Choice:
    if series.kind in ("proportion", "rate"):
        return choose(series.kind, series.numerator, series.denominator, rebase=rebase)
    return choose(series.kind, series.value, rebase=rebase)


def _read(made: ProcessChart, improvement: Improvement, target: float | None) -> ControlChart:
    """A chart of counts, shares or rates read by the rules that XmR charts are read by."""
    lines = made.points
    # Where one limit is cut at nought or at all, the other still says how far three sigma reach.
    reach = np.fmax(lines.upper - lines.centre, lines.centre - lines.lower)
    signal = signals(
        lines.value,
        lines.period,
        mean=lines.centre,
        reach=np.nan_to_num(reach),
        nearly_constant=np.zeros(len(lines), dtype=np.bool_),
        two_in_three="beyond_two_sigma",
    )
    # A cut limit cannot be passed, and limits about a mean are not symmetrical about the median (G) or a root (T).
    signal = _outside_by_the_limits(signal, made)
    points = Points(
        value=lines.value.copy(),
        mean=lines.centre.copy(),
        lower=lines.lower.copy(),
        upper=lines.upper.copy(),
        signal=signal,
        kind=kinds(signal, improvement),
        period=lines.period.copy(),
        short=lines.short.copy(),
        still=np.zeros(len(lines), dtype=np.bool_),
    )
    last = _last(points)
    return ControlChart(
        points=points,
        variation=NOT_ENOUGH if last is None else str(points.kind[last]),
        assurance=_assurance(points, last, improvement, target),
        short=made.short,
        improvement=improvement,
        target=target,
        screened=bool(made.screened),
        two_in_three="beyond_two_sigma",
    )


def _outside_by_the_limits(signal: np.ndarray, made: ProcessChart) -> np.ndarray:
    lines, found = made.points, signal.copy()
    said = (found == "Above UCL") | (found == "Below LCL")
    found[said & ~lines.outside] = "Common Cause"
    found[lines.outside & (lines.value > lines.centre)] = "Above UCL"
    found[lines.outside & (lines.value < lines.centre)] = "Below LCL"
    return found


def _without_lines(plain: ControlChart) -> ControlChart:
    nothing = np.full(len(plain.points), np.nan)
    points = replace(
        plain.points,
        mean=nothing.copy(),
        lower=nothing.copy(),
        upper=nothing.copy(),
        signal=np.where(np.isnan(plain.points.value), "", "Common Cause").astype(plain.points.signal.dtype),
        kind=np.where(np.isnan(plain.points.value), "", "common_cause").astype(plain.points.kind.dtype),
    )
    return replace(plain, points=points, variation=NOT_ENOUGH, assurance=None)


def _last(points: Points) -> int | None:
    held = np.flatnonzero(~np.isnan(points.value))
    return None if not len(held) or math.isnan(points.upper[held[-1]]) else int(held[-1])


def _assurance(points: Points, last: int | None, improvement: Improvement, target: float | None) -> str | None:
    """Whether the newest limits alone would pass or fail the target, as in `xmr`."""
    if improvement is None or target is None:
        return None
    if last is None:
        return NOT_ENOUGH
    sign = 1.0 if improvement == "increase" else -1.0
    worst, best = sorted((sign * float(points.lower[last]), sign * float(points.upper[last])))
    if sign * target < worst:
        return "consistent_pass"
    return "consistent_fail" if sign * target > best else "inconsistent"


def _number(given: float | None) -> float:
    return math.nan if given is None else float(given)
