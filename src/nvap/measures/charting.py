"""Which chart each series of a run gets and why, as the run's provenance says it; and the events of those too rare.

A series is split where the calendar says that numbers do not compare, and where somebody has decided to re-base it.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from nvap.engine.connection import Engine
from nvap.measures.asking import By
from nvap.measures.breaks import TABLE, Change, Rebase, changes, places
from nvap.measures.compile import scans
from nvap.measures.frame import Frame
from nvap.measures.groups import in_groups
from nvap.measures.held import Days, Held, joined
from nvap.measures.judging import Event, counted, judge
from nvap.measures.values import UNKNOWN_CATEGORY
from nvap.packs.measure import Measure, Part
from nvap.statistics.interval import Floats

Row = Mapping[str, Any]
CHARTS = "charts"
_BY_DAY = By("day", area=False, breakdowns=())
_EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True)
class Charted:
    """One series of a run: which chart it gets and why, where it is split, and its events where they are rare."""

    measure: str
    part: str
    category: str | None
    group: str | None
    chart: str
    reason: str
    why: str
    breaks: tuple[tuple[str, str], ...]
    rebased: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]

    def as_json(self) -> dict[str, Any]:
        """As provenance holds it."""
        return {**vars(self), "events": [[each.on.isoformat(), _kept(each.since)] for each in self.events]}


@dataclass(frozen=True, eq=False)
class Daily:
    """A part's sums day by day (days since 1970), each role's by group and day."""

    days: Floats
    names: tuple[str | None, ...]
    sums: Mapping[str, Floats]

    def line(self, category: str | None, group: str | None) -> tuple[Floats, Floats]:
        """How many events a line has on each day, and of how many cases; none of a group that is not told apart."""
        nothing = np.zeros(len(self.days))
        if group not in self.names:
            return nothing, nothing
        at = self.names.index(group)
        sums = {role: each[at] for role, each in self.sums.items()}
        cases = sums.get("n", nothing)
        if category == UNKNOWN_CATEGORY:
            return sums["u"], cases + sums["u"]
        return sums["k" if category is None else f"k:{category}"], cases


@dataclass(frozen=True)
class Source:
    """What series are charted from: the engine with its open tables, what is held of them, and what was decided."""

    engine: Engine
    held: Mapping[str, Held]
    rule: str
    rebases: Sequence[Rebase] = ()
    daily: dict[tuple[str, str], Daily] = field(default_factory=dict)


def charted(source: Source, measures: Sequence[Measure], found: pa.Table) -> list[Charted]:
    """The chart of every series of result rows that stand by period, for the whole force and without a breakdown.

    Args:
        source: where the rows were read from, for the calendar's changes and the days of rare events.
        measures: the measures of these rows.
        found: rows in `nvap.measures.rows.SCHEMA`, each series in time order.

    Returns:
        For each measure, part, category and group with a number: which chart, why, and where it is split. Rules and
        their source are in `nvap.statistics.control_chart`.
    """
    calendar = changes(source.engine) if TABLE in source.held else ()
    series: dict[tuple[str, str, str | None, str | None], list[Row]] = {}
    names = ["measure", "part", "category", "group", "period_start", "period_end"]
    for row in found.select([*names, "numerator", "denominator", "value", "status"]).to_pylist():
        if row["numerator"] is not None or row["value"] is not None:
            series.setdefault((row["measure"], row["part"], row["category"], row["group"]), []).append(row)
    known = {measure.id: measure for measure in measures}
    return [_chart(source, known[key[0]], key, rows, calendar) for key, rows in series.items()]


def of_provenance(provenance: Mapping[str, Any]) -> Iterator[Charted]:
    """What a stored run says of its charts; nothing for a run that was stored before charts were said."""
    for each in provenance.get(CHARTS, ()):
        events = tuple(Event(datetime.date.fromisoformat(on), _read(since)) for on, since in each["events"])
        pairs = {name: tuple((day, words) for day, words in each[name]) for name in ("breaks", "rebased")}
        yield Charted(**{**each, **pairs, "events": events})


def in_words(provenance: Mapping[str, Any], measures: Mapping[str, Measure]) -> Iterator[str]:
    """The charts of a run as sentences, one for each number; lines of one number with the same chart stand together."""
    said: dict[tuple[str, str], dict[str, int]] = {}
    splits: dict[str, None] = {}
    for each in of_provenance(provenance):
        lines = said.setdefault((each.measure, each.part), {})
        lines[each.why] = lines.get(each.why, 0) + 1
        splits |= dict.fromkeys(f"Split at {day}, by the calendar: {words}." for day, words in each.breaks)
        splits |= dict.fromkeys(f"Split at {day}, by decision: {words}." for day, words in each.rebased)
    for (measure, part), lines in said.items():
        title = measures[measure].part(part).title
        for why, many in lines.items():
            yield (
                f"{measure}, {title}: {why}"
                if len(lines) == 1
                else f"{measure}, {title} ({many} of {sum(lines.values())} lines): {why}"
            )
    yield from splits


def days_of(part: Part, measure: Measure, calendar: Sequence[Change], rule: str) -> list[Change]:
    """The changes that split a part's series."""
    tables = {need.partition(".")[0] for need in measure.needs(part, rule if part.uses_rule else None)}
    return [each for each in calendar if each.breaks and each.touches(tables)]


def _chart(
    source: Source,
    measure: Measure,
    key: tuple[str, str, str | None, str | None],
    rows: Sequence[Row],
    calendar: Sequence[Change],
) -> Charted:
    part = measure.part(key[1])
    rows = sorted(rows, key=lambda row: row["period_start"])
    breaks = days_of(part, measure, calendar, source.rule)
    rebased = [each for each in source.rebases if each.concerns(measure.id, part.id)]
    days = [*(each.on for each in breaks), *(each.on for each in rebased)]
    splits = places([row["period_start"] for row in rows], days)
    numbers = [
        (row["numerator"], row["denominator"], None if row["status"] == "part_period" else row["value"]) for row in rows
    ]
    found = judge(counted(part, numbers), rebase=splits)
    events: tuple[Event, ...] = ()
    if found.needs_events and _has_days(source, part):
        covered = [(row["period_start"], row["period_end"]) for row in rows]
        daily = _daily(source, measure, part, (covered[0][0], covered[-1][1]))
        counts, cases = daily.line(key[2], key[3])
        events = between_events(daily.days, counts, cases if found.choice.chart == "g" else None, covered)
    return Charted(
        *key,
        chart=found.choice.chart,
        reason=found.choice.reason,
        why=found.choice.why,
        breaks=tuple((each.on.isoformat(), each.note) for each in breaks),
        rebased=tuple((each.on.isoformat(), each.reason) for each in rebased),
        events=events,
    )


def _has_days(source: Source, part: Part) -> bool:
    """Whether single events can be placed: their days are held, and each is counted once and not at every snapshot."""
    return source.held[part.table].is_finer_than(part.period, "day") and not part.last_snapshot


def _daily(source: Source, measure: Measure, part: Part, span: Days) -> Daily:
    """A part day by day, read once for all of its lines."""
    key = (measure.id, part.id)
    if key not in source.daily:
        source.daily[key] = _read_daily(source, measure, part, span)
    return source.daily[key]


def _read_daily(source: Source, measure: Measure, part: Part, span: Days) -> Daily:
    many = (span[1] - span[0]).days + 1
    days = tuple(span[0] + datetime.timedelta(days=at) for at in range(many))
    frame = Frame(tuple((day, day) for day in days), ("",) * many)
    scan = scans([(measure, part)], by=_BY_DAY, rule=source.rule, start=span[0], end=span[1])[0]
    groups = in_groups(scan.plans[0], source.engine.query(scan.sql), frame, [None])
    sums = {role: each[:, 0, :] for role, each in groups.sums.items()}
    return Daily(frame.grid.astype(np.float64), tuple(groups.names), sums)


def between_events(days: Floats, counts: Floats, cases: Floats | None, covered: Sequence[Days]) -> tuple[Event, ...]:
    """The events of days (since 1970) with `counts` events each, and what passed between them.

    Days pass (T), or with `cases` the cases of each day (G). Several events of a day are taken to lie evenly in it,
    since only the day is known. Nothing is said to have passed across days that no extract covers; the first event
    only starts the clock.
    """
    spans = joined(covered)
    before = np.concatenate([[0.0], np.cumsum(cases)[:-1]]) if cases is not None and len(cases) else days
    within = cases if cases is not None else np.ones(len(days))
    found: list[Event] = []
    last: tuple[datetime.date, float] | None = None
    for day, many, start, length in zip(days, counts, before, within, strict=True):
        on = _EPOCH + datetime.timedelta(days=int(day))
        for place in range(int(many)):
            at = start + length * (place + 0.5) / many
            if last is not None:
                passed = at - last[1] if cases is None else max(0.0, round(at - last[1]) - 1.0)
                together = any(first <= last[0] and on <= end for first, end in spans)
                found.append(Event(on, passed if together else math.nan))
            last = on, at
    return tuple(found)


def _kept(since: float) -> float | None:
    return None if math.isnan(since) else round(since, 4)


def _read(since: float | None) -> float:
    return math.nan if since is None else float(since)
