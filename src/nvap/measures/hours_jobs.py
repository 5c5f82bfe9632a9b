"""Jobs laid over the shifts that they run through: what is believed of their times, and hours by week and shift."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from zoneinfo import ZoneInfo

import numpy as np

from nvap.engine.connection import Engine, quoted
from nvap.errors import NotEnoughData
from nvap.measures.arrays import to_floats
from nvap.measures.held import Days, Held, common
from nvap.packs.derived.times import LONGEST_HOURS
from nvap.records.contract import contract
from nvap.records.derived import counted_under, flag_under
from nvap.statistics.interval import Flags, Floats, Interval
from nvap.statistics.mean import mean, quantile

Time = Literal["T1", "T2", "T3"]
TIMES: Final[Mapping[Time, str]] = {
    "T1": "hours from first arrival to the log's closing, whoever was there",
    "T2": "officer hours from arrival to clear",
    "T3": "officer hours from assigned to clear, travel included",
}
# As in measure D12: nobody believes a longer job; its end was likely set later.
LONGEST_MINUTES: Final = LONGEST_HOURS * 60.0
FEWEST_WEEKS: Final = 8
# Where more hours are unknown than known, no bound is worth its name. (Our own choice.)
MOST_UNKNOWN: Final = 0.5
# What an unknown job takes at most: as long as all but the longest hundredth of those known. (Our own choice.)
_AT_MOST: Final = 0.99
_LONG: Final = 0.9
_DAY: Final = 1440.0
WEEK: Final = datetime.timedelta(days=7)
_EPOCH: Final = datetime.date(1970, 1, 1)
_NEEDED: Final[Mapping[Time, tuple[str, ...]]] = {
    "T1": ("incidents.first_arrival", "incidents.closed", "deployments.incident_ref"),
    "T2": ("deployments.incident_ref", "deployments.arrived", "deployments.cleared", "deployments.officers"),
    "T3": ("deployments.incident_ref", "deployments.assigned", "deployments.cleared", "deployments.officers"),
}


@dataclass(frozen=True)
class Shift:
    """A shift by its name and the minute of the day at which it begins; it ends where the next one begins."""

    name: str
    starts: int

    @property
    def clock(self) -> str:
        """Its beginning as a clock shows it."""
        return f"{self.starts // 60:02}:{self.starts % 60:02}"


SHIFTS: Final = (Shift("early", 7 * 60), Shift("late", 15 * 60), Shift("night", 23 * 60))


@dataclass(frozen=True)
class Bounded:
    """Hours in a mean week: the estimate with its limits over weeks, and the least and most with unknown ones counted
    as nothing and as long as all but the longest hundredth."""

    estimate: Interval[float, str]
    at_least: float
    at_most: float


@dataclass(frozen=True)
class Cell:
    """One shift of one weekday (0: Monday, by the day on which the shift begins).

    `jobs` is how many began in it, `long` what nine in ten weeks did not pass, `minutes` how long the shift is.
    """

    weekday: int
    shift: Shift
    jobs: int
    hours: Bounded
    long: float
    minutes: int

    @property
    def officers(self) -> float:
        """How many officers the mean hours keep busy throughout the shift."""
        return self.hours.estimate.value * 60 / self.minutes


@dataclass(frozen=True)
class Stamps:
    """How many jobs there were in the weeks used, how many have a believable time, and what the others lack."""

    jobs: int
    known: int
    lacking: Mapping[str, int]
    without_flag: int

    @property
    def unknown(self) -> int:
        """Jobs whose hours are not known."""
        return self.jobs - self.known


@dataclass(frozen=True)
class Wanted:
    """What is asked: counting rule, first and last day (None: all that is held), shifts, which time, time zone."""

    rule: str
    start: datetime.date | None = None
    end: datetime.date | None = None
    shifts: tuple[Shift, ...] = SHIFTS
    time: Time = "T3"
    zone: str = "Europe/London"


class Jobs:
    """The jobs of one way of measuring time, laid over the shifts of the weeks that are held."""

    def __init__(self, engine: Engine, held: Mapping[str, Held], wanted: Wanted, time: Time) -> None:
        _refuse_missing(held, wanted.rule, time)
        self.engine, self.held, self.wanted, self.time = engine, held, wanted, time
        self.shifts = tuple(sorted(wanted.shifts, key=lambda each: each.starts))
        self.mondays, self.covered = _weeks(held, wanted.end)
        rows = engine.query(_sql(wanted.rule, time, self.mondays))
        self.without_flag = to_floats(rows["flagged"]) != 1
        begin, end, placed, officers = (to_floats(rows[name]) for name in ("began", "ended", "placed", "officers"))
        minutes = (end - begin) / 60
        filled_in = _local(np.nan_to_num(end), wanted.zone) % _DAY == 0
        believed = (minutes >= 0) & (minutes <= LONGEST_MINUTES)
        fits = believed & ~filled_in
        self.lacks = {
            "began": np.isnan(begin),
            "ended": ~np.isnan(begin) & np.isnan(end),
            "midnight": believed & filled_in,
            "span": ~np.isnan(minutes) & ~believed,
            "officers": fits & np.isnan(officers),
        }
        self.known = fits & ~np.isnan(officers)
        self.began = _local(np.where(np.isnan(begin), placed, begin), wanted.zone) - self._origin()
        self.grids = self._grids(np.where(fits, minutes, np.nan), officers)

    def used(self) -> Flags:
        """The whole weeks that lie in the days asked for. Raises NotEnoughData for too few, or too little known."""
        first, last = self.wanted.start or datetime.date.min, self.wanted.end or datetime.date.max
        inside = [monday >= first and monday + datetime.timedelta(days=6) <= last for monday in self.mondays]
        used = self.covered & np.array(inside, dtype=np.bool_)
        if used.sum() < FEWEST_WEEKS:
            raise NotEnoughData(
                f"Hours by shift need {FEWEST_WEEKS} whole weeks, from Monday's first shift to Sunday's last; the"
                f" extracts and the days asked for hold {used.sum()}."
            )
        stamps = self.stamps(used)
        if not stamps.known:
            raise NotEnoughData("No job in these weeks has a believable time. " + self._lacking(stamps))
        if stamps.unknown > MOST_UNKNOWN * stamps.jobs:
            raise NotEnoughData(
                f"The hours of {stamps.unknown:,} of {stamps.jobs:,} jobs are not known. {self._lacking(stamps)}"
            )
        return used

    def stamps(self, used: Flags) -> Stamps:
        """What is known of the jobs that began in these weeks."""
        within = self._in(used)
        rated = within & ~self.without_flag
        lacking = {name: int((each & rated).sum()) for name, each in self.lacks.items()}
        named = {_COLUMN[name].format(**_stamps_of(self.time)): many for name, many in lacking.items() if many}
        return Stamps(int(rated.sum()), int((self.known & rated).sum()), named, int((within & self.without_flag).sum()))

    def cell(self, used: Flags, weekday: int, at: int) -> Cell:
        """One shift of one weekday over these weeks."""
        values = [grid[used, weekday, at] for grid in self.grids]
        starts = [each.starts for each in self.shifts]
        minutes = int((starts[(at + 1) % len(starts)] - starts[at] - 1) % _DAY) + 1
        long = quantile(values[0], _LONG).value
        jobs = int((self._in(used) & ~self.without_flag & (self._slots() == weekday * len(starts) + at)).sum())
        return Cell(weekday, self.shifts[at], jobs, _bounded(values), long, minutes)

    def week(self, used: Flags) -> Bounded:
        """A whole week's hours over these weeks."""
        return _bounded([grid[used].sum(axis=(1, 2)) for grid in self.grids])

    def _lacking(self, stamps: Stamps) -> str:
        return "; ".join(f"{name}: {many:,}" for name, many in stamps.lacking.items()) + "."

    def _in(self, used: Flags) -> Flags:
        week = np.floor(self.began / (7 * _DAY)).astype(np.int64)
        inside: Flags = (week >= 0) & (week < len(used))
        return inside & used[np.clip(week, 0, len(used) - 1)]

    def _slots(self) -> Floats:
        """In which of the week's shifts each job began, from 0 (Monday's first)."""
        day = np.floor(self.began / _DAY)
        shift = np.searchsorted(self._edges(), self.began - day * _DAY, side="right") - 1
        return (day % 7) * len(self.shifts) + np.clip(shift, 0, len(self.shifts) - 1)

    def _origin(self) -> float:
        """The minute, since 1970 on the force's clock, at which the first shift of the first week begins."""
        return (self.mondays[0] - _EPOCH).days * _DAY + self.shifts[0].starts

    def _grids(self, minutes: Floats, officers: Floats) -> tuple[Floats, Floats, Floats]:
        """Hours by week, weekday and shift: the estimate, the least and the most."""
        rated = ~self.without_flag
        known = self.known & rated
        if not known.any():
            nothing = np.zeros((len(self.mondays), 7, len(self.shifts)))
            return nothing, nothing.copy(), nothing.copy()
        usual, longest = float(minutes[known].mean()), float(np.quantile(minutes[known], _AT_MOST))
        crew, most = float(officers[known].mean()), float(officers[known].max())
        estimate = self._laid(np.where(np.isnan(minutes), usual, minutes), np.where(np.isnan(officers), crew, officers))
        least = self._laid(np.where(self.known, minutes, 0), np.where(self.known, officers, 0))
        highest = self._laid(
            np.where(np.isnan(minutes), longest, minutes), np.where(np.isnan(officers), most, officers)
        )
        return estimate, least, highest

    def _laid(self, minutes: Floats, officers: Floats) -> Floats:
        """Officer hours laid over the shifts that each job runs through."""
        rated = ~self.without_flag
        return laid(self.began[rated], minutes[rated], officers[rated], (self._edges(), len(self.mondays)))

    def _edges(self) -> Floats:
        """Where the shifts begin within a day that begins with the first, and the day's end."""
        return np.array([each.starts - self.shifts[0].starts for each in self.shifts] + [_DAY], dtype=np.float64)


def laid(began: Floats, minutes: Floats, officers: Floats, shape: tuple[Floats, int]) -> Floats:
    """Officer hours of jobs by week, weekday and shift; what lies outside the weeks is left out.

    Args:
        began: minutes since the first shift of the first week began, one for each job.
        minutes: how long each took.
        officers: how many were there.
        shape: where shifts begin within a day, with the day's end (0, …, 1440), and how many weeks there are.

    Returns:
        Officer hours as (weeks, 7 weekdays, shifts); a job that goes on past a shift's end counts in each by its time.
    """
    edges, weeks = shape
    many = len(edges) - 1
    total = np.zeros(weeks * 7 * many)
    at, end, crew = began, began + minutes, officers
    while len(at):
        day = np.floor(at / _DAY)
        shift = np.clip(np.searchsorted(edges, at - day * _DAY, side="right") - 1, 0, many - 1)
        stop = np.minimum(end, day * _DAY + edges[shift + 1])
        slot = (day * many + shift).astype(np.int64)
        inside = (slot >= 0) & (slot < len(total))
        total += np.bincount(slot[inside], ((stop - at) * crew / 60)[inside], minlength=len(total))
        left = stop < end
        at, end, crew = stop[left], end[left], crew[left]
    return total.reshape(weeks, 7, many)


_COLUMN: Final[Mapping[str, str]] = {
    "began": "{began} missing",
    "ended": "{ended} missing",
    "midnight": "{ended} at midnight to the second, as systems fill it in",
    "span": "{ended} before {began}, or more than 36 hours after it",
    "officers": "deployments.officers missing",
}


def _stamps_of(time: Time) -> dict[str, str]:
    began, ended = [each for each in _NEEDED[time] if not each.endswith(("_ref", ".officers"))]
    return {"began": began, "ended": ended}


def _bounded(values: Sequence[Floats]) -> Bounded:
    found = mean(values[0])
    lower = max(0.0, found.lower) if not math.isnan(found.lower) else found.lower
    return Bounded(
        Interval(found.value, lower, found.upper, found.method), float(values[1].mean()), float(values[2].mean())
    )


def _refuse_missing(held: Mapping[str, Held], rule: str, time: Time) -> None:
    own = sorted(flag_under(rule).needs | counted_under(rule).needs)
    needs = ["incidents.incident_ref", "incidents.created", *own, *_NEEDED[time]]
    tables = sorted({need.partition(".")[0] for need in needs} - held.keys())
    if tables:
        raise NotEnoughData(f"Hours by shift: {' and '.join(f'the table {each} is not loaded' for each in tables)}.")
    for need in needs:
        table, _, name = need.partition(".")
        column = contract(table).column(name)
        if name not in held[table].columns:
            raise NotEnoughData(f"Hours by shift: no mapping fills {need} ({column.description.rstrip('.')}).")
        if need in _NEEDED[time] and column.type == "instant" and not held[table].is_finer_than(name, "instant"):
            raise NotEnoughData(f"Hours by shift: {need} is held by {held[table].precision[name]} only.")


def _weeks(held: Mapping[str, Held], end: datetime.date | None) -> tuple[list[datetime.date], Flags]:
    """The Mondays from the first to the last week that may be whole, and which of them the extracts cover whole.

    A week's last shift runs into the next Monday, so that day must be held too.
    """
    ranges = common(held["incidents"].ranges, held["deployments"].ranges)
    if not ranges:
        raise NotEnoughData("Hours by shift: no extract says which days it covers.")
    last_day = min(ranges[-1][1], end or datetime.date.max)
    monday = ranges[0][0] - datetime.timedelta(days=ranges[0][0].weekday())
    mondays = list[datetime.date]()
    while not mondays or monday + datetime.timedelta(days=6) <= last_day:
        mondays.append(monday)
        monday += WEEK
    partial = [days for each in ("incidents", "deployments") for days in held[each].partial]
    covered = [_is_whole(each, ranges, partial) for each in mondays]
    return mondays, np.array(covered, dtype=np.bool_)


def _is_whole(monday: datetime.date, ranges: Sequence[Days], partial: Sequence[Days]) -> bool:
    through = monday + WEEK
    held = any(first <= monday and through <= last for first, last in ranges)
    return held and not any(first <= through and monday <= last for first, last in partial)


def _sql(rule: str, time: Time, mondays: Sequence[datetime.date]) -> str:
    """Each job of a counted incident that is mental-health-related or not told apart, in seconds since 1970 (UTC)."""
    flag = flag_under(rule).sql
    # What began up to two days before may run into the first week.
    first, last = mondays[0] - datetime.timedelta(days=2), mondays[-1] + datetime.timedelta(days=8)
    within = f"BETWEEN DATE '{first}' AND DATE '{last}'"
    wanted = (
        f'SELECT "incident_ref", "created", "created_date", "first_arrival", "closed", ({flag}) AS flag'
        f' FROM "incidents" WHERE {counted_under(rule).sql} AND ({flag}) IS NOT FALSE'
    )
    flagged = "CASE WHEN flag THEN 1 END AS flagged"
    if time == "T1":
        sent = (
            ' AND EXISTS (SELECT 1 FROM "deployments" AS d WHERE d."incident_ref" = counted."incident_ref"'
            ' AND d."stood_down" IS NOT TRUE)'
        )
        return (
            f'SELECT {flagged}, epoch("first_arrival") AS began, epoch("closed") AS ended, epoch("created") AS placed,'
            f' 1.0 AS officers FROM ({wanted}) AS counted WHERE "created_date" {within}{sent}'
        )
    began = quoted("arrived" if time == "T2" else "assigned")
    down = ' AND d."stood_down" IS NOT TRUE' if time == "T2" else ""
    return (
        f'SELECT {flagged}, epoch(d.{began}) AS began, epoch(d."cleared") AS ended,'
        ' epoch(coalesce(d."assigned", d."arrived", i."created")) AS placed, d."officers" AS officers'
        f' FROM "deployments" AS d JOIN ({wanted}) AS i ON i."incident_ref" = d."incident_ref"'
        f' WHERE coalesce(d."assigned_date", d."arrived_date", i."created_date") {within}{down}'
    )


def _local(seconds: Floats, zone: str) -> Floats:
    """Minutes since 1970 on the force's own clock; a job keeps its length where the clock changes meanwhile."""
    hours, back = np.unique(np.floor(seconds / 3600).astype(np.int64), return_inverse=True)
    clock = ZoneInfo(zone)
    offsets = [_offset(int(each) * 3600, clock) for each in hours]
    return np.asarray(seconds / 60 + np.array(offsets, dtype=np.float64)[back])


def _offset(second: int, clock: ZoneInfo) -> float:
    moment = datetime.datetime.fromtimestamp(second, datetime.UTC).astimezone(clock)
    return (moment.utcoffset() or datetime.timedelta()).total_seconds() / 60
