"""Which chart when, decided by the engine and said in words.

Rules as in Provost and Murray (2011), The Health Care Data Guide, chapter 5 (rare events), and Mohammed and others
(2013), BMJ Quality & Safety 22:362-368 (big denominators); the thresholds are ours and stand here only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from nvap.statistics.control_chart.checks import check_choice, periods_of, refuse_where, series_of, starts_of
from nvap.statistics.control_chart.individuals import FEWEST_FOR_LIMITS
from nvap.statistics.interval import BadNumber, Floats

Kind = Literal["count", "proportion", "rate", "value"]
Name = Literal["line", "xmr", "c", "p", "p_prime", "u", "u_prime", "g", "t"]
Reason = Literal[
    "too_few",
    "too_few_events",
    "no_movement",
    "rare_events",
    "rare_cases",
    "big_denominators",
    "big_counts",
    "shares",
    "rates",
    "counts",
    "values",
]

# Half of the periods without an event: then a chart of counts has nothing below its centre to show.
RARE_SHARE_OF_NOUGHTS: Final = 0.5
# From here on, of denominators or of events, chance alone is about 3% of the value or less, and real life moves more.
BIG: Final = 1000

_KINDS: Final = ("count", "proportion", "rate", "value")
_WHY: Final[dict[Reason, str]] = {
    "too_few": "A plain line, with no limits and no signals: {held} values in the longest period under the same "
    "conditions, and at least {fewest} are needed to say what is usual.",
    "too_few_events": "A plain line, with no limits and no signals: {events:,.0f} events in {held} periods. They are "
    "too rare for a chart of counts, and too few for one of what passes between them, which needs more than {fewest}.",
    "no_movement": "A plain line: every value is the same, so there is no usual variation to judge by.",
    "rare_events": "A T chart of the time between events: {noughts} of {held} periods have none, and a chart of counts "
    "cannot show that something so rare has become rarer.",
    "rare_cases": "A G chart of the cases between events: {noughts} of {held} periods have none, and a chart of shares "
    "cannot show that something so rare has become rarer.",
    "big_denominators": "{chart}, for big denominators: half of them are {denominator:,.0f} or more, with "
    "{middle:,.0f} events or more. Chance alone explains too little of the movement there, and ordinary limits would "
    "flag too many periods; these follow the movement from one period to the next.",
    "big_counts": "An XmR chart: half of the counts are {middle:,.0f} or more. Chance alone explains too little of the "
    "movement there, and a C chart would flag too many periods.",
    "shares": "A P chart: each value is a share, and its limits follow how many it is a share of.",
    "rates": "A U chart: each value is a rate, and its limits follow the size of what it is a rate of.",
    "counts": "A C chart: counts from about the same opportunity each period.",
    "values": "An XmR chart: single values, judged by their movement from one period to the next.",
}


@dataclass(frozen=True)
class Choice:
    """The chart that fits, the reason by name and in words, and the rebased periods too short for limits of their own.

    `chart` is line, or the name of the function that draws it up. g and t do not take the counts that were judged:
    they take what passed between one event and the next.
    """

    chart: Name
    reason: Reason
    why: str
    short_periods: tuple[int, ...]


def choose(
    kind: Kind, values: ArrayLike, denominator: ArrayLike | None = None, *, rebase: Iterable[int] = ()
) -> Choice:
    """Which chart fits a series, and why, in words.

    Args:
        kind: count (equal opportunity each period), proportion (numerators with denominators), rate (events with
            denominators) or value (anything else, such as a mean or a time).
        values: counts, numerators, events or values in time order; NaN or None is a gap.
        denominator: of how many, for a proportion or a rate, and for these only.
        rebase: first indices of new periods: a break splits the series, and each period needs values enough.

    Raises:
        BadNumber: for a negative or infinite number or any argument outside what is said above; the message names it.
    """
    check_choice("kind", kind, _KINDS)
    series = series_of("values", values)
    under = _denominators(kind, series, denominator)
    held = ~np.isnan(series) & ~(np.isnan(under) | (under == 0))
    period = periods_of(starts_of(rebase, len(series)), len(series))
    each = np.bincount(period[held], minlength=int(period[-1]) + 1) if len(series) else np.zeros(1, dtype=np.int64)
    short = tuple(int(place) for place in np.flatnonzero(each < FEWEST_FOR_LIMITS))
    chart, reason = _decide(kind, series[held], under[held], int(each.max()))
    why = _WHY[reason].format(
        chart="Laney's P' chart" if chart == "p_prime" else "Laney's U' chart",
        held=int(each.max()) if reason == "too_few" else int(held.sum()),
        fewest=FEWEST_FOR_LIMITS,
        noughts=int(np.sum(series[held] == 0)),
        events=float(np.sum(series[held])),
        middle=float(np.median(series[held])) if held.any() else 0,
        denominator=float(np.median(under[held])) if held.any() else 0,
    )
    if short and chart != "line":
        why += (
            f" {len(short)} of {len(each)} periods between breaks hold fewer than {FEWEST_FOR_LIMITS} values: a plain "
            "line there."
        )
    return Choice(chart, reason, why, short)


def _decide(kind: Kind, values: Floats, denominator: Floats, longest: int) -> tuple[Name, Reason]:
    if longest < FEWEST_FOR_LIMITS:
        return "line", "too_few"
    if np.all(values * denominator[0] == values[0] * denominator):
        return "line", "no_movement"
    if kind == "value":
        return "xmr", "values"
    if np.mean(values == 0) >= RARE_SHARE_OF_NOUGHTS:
        if np.sum(values) <= FEWEST_FOR_LIMITS:
            return "line", "too_few_events"
        return ("g", "rare_cases") if kind == "proportion" else ("t", "rare_events")
    if kind == "count":
        return ("xmr", "big_counts") if np.median(values) >= BIG else ("c", "counts")
    if max(np.median(denominator), np.median(values)) >= BIG:
        return ("p_prime" if kind == "proportion" else "u_prime"), "big_denominators"
    return ("p", "shares") if kind == "proportion" else ("u", "rates")


def _denominators(kind: Kind, series: Floats, denominator: ArrayLike | None) -> Floats:
    if kind != "value":
        refuse_where(series < 0, "values", "a number below 0", "allowed are counts from 0 up")
    if (denominator is not None) != (kind in ("proportion", "rate")):
        wanted = "none" if denominator is not None else "one for each value"
        raise BadNumber(f"denominator: found {'some' if wanted == 'none' else 'none'}, a {kind} has {wanted}.")
    if denominator is None:
        return np.ones(len(series))
    under = series_of("denominator", denominator)
    if len(under) != len(series):
        raise BadNumber(f"values and denominator: found {len(series)} and {len(under)} numbers; each has one.")
    refuse_where(under < 0, "denominator", "a number below 0", "allowed are numbers above 0, and 0 for none")
    return under
