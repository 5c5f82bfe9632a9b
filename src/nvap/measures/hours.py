"""Hours that mental-health-related work takes, by shift and weekday, and what the weeks ahead may take.

Every job is laid over the shifts that it runs through, so that one begun late in the evening takes its later hours from
the night. The weeks are the sample: a mean's limits say how far it may be off because these weeks and no others were
seen. A job without a believable time is never taken as zero: the mean takes it as long as the known ones are on
average, and bounds beside it say how much hangs on that.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from nvap.engine.connection import Engine, connect
from nvap.errors import NotEnoughData, UsageFault, nearest
from nvap.measures.breaks import TABLE, Change, changes
from nvap.measures.held import Held, held_tables
from nvap.measures.hours_jobs import (
    LONGEST_MINUTES,
    SHIFTS,
    TIMES,
    WEEK,
    Bounded,
    Cell,
    Jobs,
    Shift,
    Stamps,
    Time,
    Wanted,
    laid,
)
from nvap.records.current import open_tables
from nvap.records.workspace import Force
from nvap.statistics.forecast import FEWEST_SEASONS, Forecast, seasonal_naive
from nvap.statistics.interval import Flags, Floats

SEASON: Final = 52
WEEKS_AHEAD: Final = 4


@dataclass(frozen=True)
class Total:
    """A week's hours under one way of measuring time; `why` says why there are none."""

    time: Time
    hours: Bounded | None
    stamps: Stamps | None
    why: str = ""


@dataclass(frozen=True, eq=False)
class Ahead:
    """The hours of the weeks ahead, in all and by shift, with how far such forecasts have missed.

    `history` are the hours of the weeks that it rests on.
    """

    weeks: tuple[datetime.date, ...]
    total: Forecast
    by_shift: Mapping[str, Forecast]
    history: tuple[tuple[datetime.date, float], ...]


@dataclass(frozen=True, eq=False)
class Hours:
    """Hours by shift and weekday, the whole weeks (their Mondays) that they rest on, and the weeks ahead.

    Where no forecast can be made, `ahead` is None and `no_forecast` says why.
    """

    time: Time
    rule: str
    shifts: tuple[Shift, ...]
    cells: tuple[Cell, ...]
    week: Bounded
    weeks: tuple[datetime.date, ...]
    stamps: Stamps
    by_time: tuple[Total, ...]
    ahead: Ahead | None
    no_forecast: str
    changes: tuple[Change, ...]
    as_at: datetime.date
    origins: frozenset[str]
    batches: Mapping[str, tuple[str, ...]]

    def cell(self, weekday: int, shift: str) -> Cell:
        """One cell by its weekday and the name of its shift."""
        return next(each for each in self.cells if (each.weekday, each.shift.name) == (weekday, shift))


def read_shifts(text: str) -> tuple[Shift, ...]:
    """Shifts from a text such as `early=07:00,late=15:00,night=23:00`, in the order in which they follow each other.

    Raises UsageFault for anything else: two shifts or more, each with another name and another beginning.
    """
    found = []
    for part in text.split(","):
        name, _, clock = (each.strip() for each in part.partition("="))
        try:
            at = datetime.datetime.strptime(clock, "%H:%M")  # noqa: DTZ007 - a time of day only
        except ValueError:
            at = None
        if not name or at is None:
            raise UsageFault(
                f"--shifts: found `{part.strip()}`; allowed is a name and when it begins, as in"
                " early=07:00,late=15:00,night=23:00."
            )
        found.append(Shift(name, at.hour * 60 + at.minute))
    found.sort(key=lambda each: each.starts)
    if len(found) < 2 or len({each.starts for each in found}) < len(found) or len({e.name for e in found}) < len(found):
        raise UsageFault(f"--shifts: found `{text}`; allowed are two or more, each with its own name and beginning.")
    return tuple(found)


def read_time(text: str) -> Time:
    """A way of measuring time by its name. Raises UsageFault."""
    for each in TIMES:
        if each == text.strip().upper():
            return each
    raise UsageFault(f"--time is {', '.join(TIMES)}; found `{text}`.{nearest(text.upper(), TIMES)}")


def hours_needed(force: Force, wanted: Wanted, *, as_at: datetime.date | None = None) -> Hours:
    """Hours by shift and weekday in the whole weeks of the days asked for, and a forecast from all weeks up to then.

    Args:
        wanted: counting rule, days, shifts, way of measuring time and time zone.
        as_at: as at this day; None takes all that is loaded.

    Returns:
        Officer hours by shift and weekday, what is not known of the jobs, and the forecast.

    Raises:
        NotEnoughData: where a table or column is missing, fewer than 8 whole weeks are covered, or more than half of
            the jobs have no believable time; the message says which column lacks it.
    """
    with connect(memory_limit="1500MB") as engine:
        held = held_tables(open_tables(engine, force, as_at=as_at))
        return hours_of(engine, held, wanted)


def hours_of(engine: Engine, held: Mapping[str, Held], wanted: Wanted) -> Hours:
    """As `hours_needed`, from tables that the engine can read already."""
    chosen = Jobs(engine, held, wanted, wanted.time)
    used = chosen.used()
    bounded = [chosen.cell(used, weekday, at) for weekday in range(7) for at in range(len(wanted.shifts))]
    ahead, why = _ahead(chosen)
    tables = ("deployments", "incidents")
    return Hours(
        time=wanted.time,
        rule=wanted.rule,
        shifts=chosen.shifts,
        cells=tuple(bounded),
        week=chosen.week(used),
        weeks=tuple(chosen.mondays[at] for at in np.flatnonzero(used)),
        stamps=chosen.stamps(used),
        by_time=tuple(_total(chosen, each) for each in TIMES),
        ahead=ahead,
        no_forecast=why,
        changes=_changes(engine, held, chosen.mondays),
        as_at=max(held[each].as_at or datetime.date.min for each in tables),
        origins=frozenset().union(*(held[each].origins for each in tables)),
        batches={each: held[each].batches for each in tables},
    )


def _total(chosen: Jobs, time: Time) -> Total:
    try:
        jobs = chosen if chosen.time == time else Jobs(chosen.engine, chosen.held, chosen.wanted, time)
        used = jobs.used()
        return Total(time, jobs.week(used), jobs.stamps(used))
    except NotEnoughData as fault:
        return Total(time, None, None, str(fault))


def _ahead(jobs: Jobs) -> tuple[Ahead | None, str]:
    """The weeks ahead from the newest unbroken stretch of whole weeks, or why they cannot be forecast."""
    places = _newest_stretch(jobs.covered)
    needed = FEWEST_SEASONS * SEASON
    if len(places) < needed:
        return None, (
            f"A forecast by the same week of the year before needs {needed} whole weeks in a row, and {len(places)}"
            " are held."
        )
    grid = jobs.grids[0][places]
    by_shift = {each.name: _forecast(grid[:, :, at].sum(axis=1)) for at, each in enumerate(jobs.shifts)}
    totals = grid.sum(axis=(1, 2))
    last = jobs.mondays[places[-1]]
    history = tuple((jobs.mondays[place], float(total)) for place, total in zip(places, totals, strict=True))
    weeks = tuple(last + WEEK * (at + 1) for at in range(WEEKS_AHEAD))
    return Ahead(weeks, _forecast(totals), by_shift, history), ""


def _forecast(series: Floats) -> Forecast:
    found = seasonal_naive(series, season=SEASON, horizon=WEEKS_AHEAD)
    lower = np.maximum(found.lower, 0.0)
    return Forecast(found.value, lower, found.upper, found.season, found.confidence, found.deviation, found.missed)


def _newest_stretch(covered: Flags) -> list[int]:
    whole = [int(at) for at in np.flatnonzero(covered)]
    start = len(whole)
    while start and (start == len(whole) or whole[start - 1] == whole[start] - 1):
        start -= 1
    return whole[start:]


def _changes(engine: Engine, held: Mapping[str, Held], mondays: Sequence[datetime.date]) -> tuple[Change, ...]:
    if TABLE not in held:
        return ()
    last = mondays[-1] + datetime.timedelta(days=6)
    found = changes(engine)
    return tuple(each for each in found if each.touches(("incidents", "deployments")) and mondays[0] <= each.on <= last)


__all__ = [
    "LONGEST_MINUTES",
    "SHIFTS",
    "TIMES",
    "Ahead",
    "Bounded",
    "Cell",
    "Hours",
    "Shift",
    "Stamps",
    "Time",
    "Total",
    "Wanted",
    "hours_needed",
    "hours_of",
    "laid",
    "read_shifts",
    "read_time",
]
