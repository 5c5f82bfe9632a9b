"""What a mental-health problem profile says: demand by rule, kind, place and hour, repeat contact, other vulnerability,
trend, hours needed, and what is not known. Only numbers and reasons here; documents put them into words.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Generic, TypeVar

import pyarrow as pa

from nvap.engine.connection import Engine, connect
from nvap.errors import NotEnoughData, Refused, UsageFault
from nvap.measures import profile_counts as counts
from nvap.measures.asking import end_of, start_of
from nvap.measures.breaks import TABLE, Change, changes
from nvap.measures.held import Days, Held, held_tables
from nvap.measures.hours import SHIFTS, Hours, Shift, Time, Wanted, hours_of
from nvap.measures.profile_counts import Kinds, Pairs, Repeats, Strand, Unknown
from nvap.measures.readiness import ready
from nvap.measures.run import provenance_of, run
from nvap.measures.week import Week, hours_of_week
from nvap.packs import DEFAULT
from nvap.packs.measurable import RULE_COLUMNS
from nvap.packs.measure import Measure
from nvap.packs.some_measures import some_measures
from nvap.records.counting_rule import rule_name, rule_of
from nvap.records.current import open_tables
from nvap.records.workspace import Force, Workspace

COUNT, RATE, HOURS, BESIDE, REPEAT = "D01", "D02", "D12", "D18", "P19"
MEASURES: Final = (COUNT, RATE, HOURS, BESIDE, REPEAT)
MONTHS: Final = 12
# Long enough for limits, short enough that one way of working stands behind them. (Our own choice.)
TREND_MONTHS: Final = 36
Row = Mapping[str, Any]
Value = TypeVar("Value")


@dataclass(frozen=True)
class Told(Generic[Value]):
    """What a part of the profile says; None, with the reason, where it can say nothing."""

    value: Value | None
    why: str = ""


@dataclass(frozen=True)
class ByRule:
    """Demand under one counting rule: the result rows of the count, its share of all incidents, and the rate."""

    rule: str
    count: Row
    share: Row
    rate: Row

    @property
    def words(self) -> str:
        """The rule's name."""
        return rule_name(self.rule)


@dataclass(frozen=True, eq=False)
class Rows:
    """Result rows of one measure with their provenance."""

    rows: tuple[Row, ...]
    provenance: Mapping[str, Any]


@dataclass(frozen=True)
class Wish:
    """What is asked: counting rule, days (None: the newest twelve whole months), shifts, way of measuring time, day."""

    rule: str = "R1"
    start: datetime.date | None = None
    end: datetime.date | None = None
    shifts: tuple[Shift, ...] = SHIFTS
    time: Time = "T3"
    as_at: datetime.date | None = None

    def __post_init__(self) -> None:
        """Refuse a rule that records alone cannot answer, and days that stand the wrong way round."""
        if rule_of(self.rule) is None:
            raise UsageFault(
                f"A profile is told under {', '.join(RULE_COLUMNS)}, or a rule of the force's own; found `{self.rule}`."
            )
        if self.start and self.end and self.start > self.end:
            raise UsageFault(f"--from {self.start} lies after --to {self.end}; the first day comes first.")


@dataclass(frozen=True, eq=False)
class Counted:
    """What a profile says that is counted from records, without a measure."""

    kinds: tuple[Told[Kinds], ...]
    people: Told[Repeats]
    people_sure: Told[Repeats]
    places: Told[Repeats]
    institutions: Told[Repeats]
    place_kinds: Told[Kinds]
    strands: Told[tuple[Strand, ...]]
    pairs: Told[Pairs]
    hours: Told[Hours]
    unknown: tuple[Unknown, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, eq=False)
class Profile(Counted):
    """A force's mental-health problem profile for the days from `start` to `end`, as at a day."""

    force: str
    name: str
    rule: str
    start: datetime.date
    end: datetime.date
    as_at: datetime.date
    pack: str
    measures: Mapping[str, Measure]
    by_rule: tuple[ByRule, ...]
    months: Told[Rows]
    areas: Told[Rows]
    week: Told[Week]
    share_of_hours: Told[Row]
    not_ready: tuple[tuple[str, str, str], ...]
    extracts: Mapping[str, tuple[str, ...]]
    origins: frozenset[str]
    is_practice: bool

    @property
    def is_made_up(self) -> bool:
        """Whether any of it rests on the made-up force."""
        return self.is_practice or "made-up" in self.origins

    @property
    def chosen(self) -> ByRule:
        """Demand under the rule that was asked for."""
        return next(each for each in self.by_rule if each.rule == self.rule)


def profile(workspace: Workspace, force: Force, wish: Wish) -> Profile:
    """Gather everything that the profile says.

    Raises NotEnoughData where the force holds no incidents, or none that can be counted under the rule in those days.
    A part that lacks data is told with its reason, and the others still stand.
    """
    with connect(memory_limit="1500MB") as engine:
        held = held_tables(open_tables(engine, force, as_at=wish.as_at))
        start, end = days = days_of(held, wish)
        asked = counts.Asked(wish.rule, start, end)
        wanted = Wanted(wish.rule, start, end, wish.shifts, wish.time, force.time_zone)
        counted = _counted(engine, held, asked, wanted)
    pack = some_measures(DEFAULT, MEASURES)
    count = pack.measures[COUNT]
    ask = _Ask(workspace, force, wish.rule, wish.as_at)
    used = [each for name, each in sorted(held.items()) if name in counts.TABLES]
    return Profile(
        force=force.code,
        name=force.name,
        rule=wish.rule,
        start=start,
        end=end,
        as_at=wish.as_at or max(each.as_at for each in held.values() if each.as_at is not None),
        pack=pack.release,
        measures=dict(pack.measures),
        by_rule=_by_rules(ask, days),
        months=_told(lambda: _rows(ask, COUNT, by="month", days=(months_before(end, TREND_MONTHS), end))),
        areas=_told(lambda: _rows(ask, RATE, by="area", days=days)),
        week=_told(
            lambda: hours_of_week(
                force, count, count.part("count"), rule=wish.rule, start=start, end=end, as_at=wish.as_at
            )
        ),
        share_of_hours=_told(lambda: _share_of_hours(ask, days, wish.time)),
        not_ready=_not_ready(held, wish.rule),
        extracts={each.table: each.batches for each in used},
        origins=frozenset().union(*(each.origins for each in used)),
        is_practice=workspace.is_practice,
        **vars(counted),
    )


def _counted(engine: Engine, held: Mapping[str, Held], asked: counts.Asked, wanted: Wanted) -> Counted:
    has_kinds = "place_kind" in held["incidents"].columns
    return Counted(
        kinds=tuple(_told(partial(counts.kinds, engine, held, asked, each)) for each in counts.KINDS),
        people=_told(lambda: counts.people(engine, held, asked)),
        people_sure=_told(lambda: counts.people(engine, held, asked, sure=True)),
        places=_told(lambda: counts.places(engine, held, asked, institutions=False if has_kinds else None)),
        institutions=_told(lambda: counts.places(engine, held, asked, institutions=True)),
        place_kinds=_told(lambda: counts.kinds(engine, held, asked, counts.PLACE_KINDS)),
        strands=_told(lambda: counts.strands(engine, held, asked)),
        pairs=_told(lambda: counts.pairs(engine, held, asked)),
        hours=_told(lambda: hours_of(engine, held, wanted)),
        unknown=counts.unknown(engine, held, asked),
        changes=_changes(engine, held, (asked.start, asked.end)),
    )


def days_of(held: Mapping[str, Held], wish: Wish) -> Days:
    """The days asked for; without any, the newest twelve months that the incidents' extracts cover whole.

    Raises NotEnoughData where no incidents are held, or no extract covers the days.
    """
    if "incidents" not in held or not held["incidents"].ranges:
        raise NotEnoughData(
            "A profile needs incidents, and none are loaded. Load some with `nvap load FILE --table incidents"
            " --mapping M`."
        )
    ranges = held["incidents"].ranges
    end = wish.end or _last_whole_month(ranges[-1][1])
    start = wish.start or max(months_before(end, MONTHS), start_of(ranges[0][0], "month"))
    if start > end or not any(first <= end and start <= last for first, last in ranges):
        spans = " and ".join(f"{first} to {last}" for first, last in ranges)
        raise NotEnoughData(f"No extract of incidents covers {start} to {end}; the extracts cover {spans}.")
    return start, end


def months_before(end: datetime.date, months: int) -> datetime.date:
    """The first day of the stretch of so many months that ends with the month of `end`."""
    at = end.year * 12 + end.month - months
    return datetime.date(at // 12, at % 12 + 1, 1)


def _last_whole_month(last: datetime.date) -> datetime.date:
    if last == end_of(last.replace(day=1), "month"):
        return last
    return last.replace(day=1) - datetime.timedelta(days=1)


def _told(find: Callable[[], Value]) -> Told[Value]:
    try:
        return Told(find())
    except Refused as fault:
        return Told(None, str(fault))


@dataclass(frozen=True)
class _Ask:
    """What every run of measures shares."""

    workspace: Workspace
    force: Force
    rule: str
    as_at: datetime.date | None

    def run(self, *ids: str, by: str, days: Days) -> pa.Table:
        """The result rows of measures."""
        start, end = days
        return run(self.workspace, self.force, ids, start=start, end=end, by=by, rule=self.rule, as_at=self.as_at)


def _by_rules(ask: _Ask, days: Days) -> tuple[ByRule, ...]:
    """Demand under each rule. Raises NotEnoughData where the rule that was asked for has no number."""
    found = tuple(_by_rule(replace(ask, rule=rule), days) for rule in dict.fromkeys((*RULE_COLUMNS, ask.rule)))
    chosen = next(each for each in found if each.rule == ask.rule)
    if chosen.count["value"] is None:
        raise NotEnoughData(f"{COUNT} under {ask.rule}: {chosen.count['reason']}")
    return found


def _by_rule(ask: _Ask, days: Days) -> ByRule:
    found = ask.run(COUNT, RATE, by="whole", days=days)
    rows = {(row["measure"], row["part"]): row for row in found.to_pylist()}
    return ByRule(ask.rule, rows[COUNT, "count"], rows[COUNT, "share"], rows[RATE, "rate"])


def _rows(ask: _Ask, measure: str, *, by: str, days: Days) -> Rows:
    found = ask.run(measure, by=by, days=days)
    rows = tuple(found.to_pylist())
    if all(row["value"] is None for row in rows):
        raise NotEnoughData(next((row["reason"] for row in rows if row["reason"]), f"{measure} has no number."))
    return Rows(rows, provenance_of(found))


def _share_of_hours(ask: _Ask, days: Days, time: Time) -> Row:
    part = f"{time.lower()}_share"
    found = ask.run(HOURS, by="whole", days=days).to_pylist()
    row: Row = next(each for each in found if each["part"] == part)
    if row["value"] is None:
        raise NotEnoughData(row["reason"] or f"{HOURS} has no share of hours.")
    return row


def _not_ready(held: Mapping[str, Held], rule: str) -> tuple[tuple[str, str, str], ...]:
    """Measures about demand that cannot be computed: id, title, and what is missing."""
    pack = some_measures(DEFAULT, ())
    found = []
    for each in pack.measures.values():
        if each.objective == pack.measures[COUNT].objective:
            state = ready(each, held, rule if rule in each.rules else (each.rules[0] if each.rules else "R1"))
            if state.state != "computable":
                found.append((each.id, each.title, "; ".join(state.missing)))
    return tuple(found)


def _changes(engine: Engine, held: Mapping[str, Held], days: Days) -> tuple[Change, ...]:
    """The calendar's changes between the trend's first month and the last day."""
    if TABLE not in held:
        return ()
    first = months_before(days[1], TREND_MONTHS)
    return tuple(each for each in changes(engine) if first <= each.on <= days[1] and each.touches(counts.TABLES))
