"""Run measures for a force: open its tables, scan each once, and give the result rows with their provenance."""

from __future__ import annotations

import datetime
import getpass
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from nvap.engine.connection import connect
from nvap.engine.expression import parse
from nvap.engine.interface import Answers
from nvap.errors import NotEnoughData, UsageFault, nearest
from nvap.measures.arrays import to_codes
from nvap.measures.asking import By, end_of, may_be_standardised, read_by, read_rule, start_of
from nvap.measures.breaks import Rebase, kept
from nvap.measures.charting import CHARTS, Source, charted
from nvap.measures.clock import localised
from nvap.measures.compile import AGE, PartPlan, Scan, scans, standardises
from nvap.measures.definition import definitions
from nvap.measures.frame import NOT_RECORDED, Frame, as_read, covered, lay_out
from nvap.measures.groups import words_of
from nvap.measures.held import Days, Held, held_tables
from nvap.measures.levels import groups_at_level, people_at_level, rows_at_level
from nvap.measures.own_words import with_own_words
from nvap.measures.population import People, PeopleOfGroups, read_groups, read_people, rows_by_area
from nvap.measures.readiness import obstacle
from nvap.measures.rows import SCHEMA, Place, message_row, part_rows
from nvap.measures.values import Layout
from nvap.packs import DEFAULT
from nvap.packs.measure import Measure, Part
from nvap.packs.measure_model import CLOCK, PEOPLE_BY, WHOLE_OR_YEAR
from nvap.packs.some_measures import HasMeasures, some_measures, unknown_measure
from nvap.records.area_levels import area_levels
from nvap.records.counting_rule import own_rules, rule_of
from nvap.records.current import open_tables
from nvap.records.workspace import Force, Workspace

Key = tuple[str, str]
"""A measure's id and a part's."""
Layouts = dict[Key, Frame]
PROVENANCE = b"nvap.provenance"
MANY_MEASURES, ROWS_COPIED = 8, 300_000
"""From so many measures on, tables of up to so many rows are read into the engine once: two fifths less work."""


@dataclass(frozen=True)
class Ask:
    """What is asked: measures, first and last day (None: all that is held), layout, counting rule, as-at date.

    `zone` is the force's time zone, on whose clock hours stand. `within` is the larger area of each area, where rows
    are laid out by a level of areas.
    """

    measures: tuple[Measure, ...]
    start: datetime.date | None
    end: datetime.date | None
    by: By
    rule: str
    as_at: datetime.date | None
    zone: str = "UTC"
    within: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        """Refuse days that stand the wrong way round."""
        if self.start and self.end and self.start > self.end:
            raise UsageFault(f"--from {self.start} lies after --to {self.end}; the first day comes first.")

    @property
    def days(self) -> Days:
        """The days asked for; from the first to the last there is, where none were named."""
        return self.start or datetime.date.min, self.end or datetime.date.max


@dataclass(frozen=True)
class Together:
    """What several forces are asked at once: the parts that any of them can give, and all the days of those."""

    parts: tuple[tuple[Measure, Part], ...]
    days: Days


@dataclass
class _Work:
    """One run in the making."""

    engine: Answers
    held: Mapping[str, Held]
    ask: Ask
    force: str
    pack: str
    frames: dict[tuple[str, str], Frame] = field(default_factory=dict)
    messages: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    sql: list[str] = field(default_factory=list)
    together: Together | None = None

    def place(self, part: Part) -> Place:
        """What a part's rows share."""
        rule = self.ask.rule if part.uses_rule else None
        return Place(self.force, rule, self.pack, _as_at(self.ask, self.held))


def run(
    workspace: Workspace,
    force: Force,
    measure_ids: Sequence[str] = (),
    *,
    start: datetime.date | None = None,
    end: datetime.date | None = None,
    by: str | Sequence[str] = "month",
    rule: str = "R1",
    as_at: datetime.date | None = None,
    engine: str = "duckdb",
    pack: HasMeasures | None = None,
    asked_by: str | None = None,
    memory_limit: str = "1500MB",
    rebases: Sequence[Rebase] | None = None,
) -> pa.Table:
    """The result rows of measures (none named: all of the pack), with their provenance in the table's metadata.

    `start` and `end` are inclusive local days; None takes all that is held. `by` is a period (month, quarter, year),
    `area` (or `area:district`, a level of areas) and declared breakdowns, in one text or a list; `whole` for the whole
    time in one row. `rule` is a counting rule by id or name (one of the force's own too; `R1/event` counts events);
    `as_at` the day as at which to answer.
    `asked_by` is the person that provenance names. `rebases` are decisions to begin new limits (None: those recorded).
    Provenance says which chart each series gets, and why.

    Raises UsageFault for a wrong question, NotEnoughData where the force holds no extract at all. What a single measure
    cannot answer is a row with its status and reason.
    """
    if engine != "duckdb":
        raise UsageFault(f"--engine is duckdb; found `{engine}`.{nearest(engine, ['duckdb'])}")
    chosen = pack or some_measures(DEFAULT, measure_ids)
    measures = wanted(chosen, measure_ids)
    laid_out = read_by(by, measures)
    within = area_levels(force).within(laid_out.level) if laid_out.level else None
    counting = read_rule(rule, own_rules(force.folder))
    ask = Ask(measures, start, end, laid_out, counting, as_at, force.time_zone, within)
    with connect(memory_limit=memory_limit) as connection:
        copied = ROWS_COPIED if len(measures) >= MANY_MEASURES else 0
        tables = open_tables(connection, force, as_at=as_at, copied_up_to=copied)
        if not tables.held:
            when = f" as at {as_at}" if as_at else ""
            raise NotEnoughData(
                f"{force.name} ({force.code}) holds no extract{when}."
                " Load one with `nvap load FILE --table T --mapping M`."
            )
        held = held_tables(tables)
        found, sql = compute(connection, held, ask, force=force.code, pack=chosen.release)
        splits = kept(force) if rebases is None else rebases
        charts = charted(Source(connection, held, ask.rule, splits), measures, found) if _is_a_series(ask.by) else []
        version = connection.version
    said = {CHARTS: [each.as_json() for each in charts]}
    origin = said | {"engine": version, "sql": sql, "who": asked_by or _who(), "practice": workspace.is_practice}
    return with_provenance(found, {**_provenance(ask, held, force, chosen.release), **origin})


def _is_a_series(by: By) -> bool:
    return by.period is not None and not by.area and not by.breakdowns


def wanted(pack: HasMeasures, measure_ids: Sequence[str]) -> tuple[Measure, ...]:
    """The pack's measures with these ids, in the order asked; all of them for none. Raises UsageFault."""
    chosen = [each.upper().rpartition("/")[2] for each in measure_ids] or list(pack.measures)
    for each in chosen:
        if each not in pack.measures:
            raise unknown_measure(each, list(pack.measures))
    return tuple(pack.measures[each] for each in dict.fromkeys(chosen))


def compute(
    engine: Answers, held: Mapping[str, Held], ask: Ask, *, force: str, pack: str, together: Together | None = None
) -> tuple[pa.Table, list[str]]:
    """The result rows from tables that the engine can read already, and the SQL that gave them.

    With `together` the queries by period are those of all forces, so that each is the same for every one of them; each
    force's rows have its own codes and words.
    """
    ask = replace(ask, measures=tuple(with_own_words(each, held) for each in ask.measures))
    work = _Work(engine, held, ask, force, pack, together=together)
    possible = [(measure, part) for measure, part in _each_part(ask) if _is_possible(work, measure, part)]
    by_area = any(part.uses_population and not part.uses_groups_of_people for _, part in possible)
    people = read_people(engine, held["population"]) if by_area else None
    tables = dict(_computed(work, possible, people))
    ordered = []
    for measure in ask.measures:
        for part in measure.parts:
            key = (measure.id, part.id)
            ordered.append(tables[key] if key in tables else _message(work, measure, part))
    return pa.concat_tables(ordered) if ordered else SCHEMA.empty_table(), work.sql


def asked_together(engine: Answers, forces: Iterable[Mapping[str, Held]], ask: Ask) -> Together | None:
    """What these forces can be asked at once; None where they must be asked apart, or none can answer."""
    can: set[tuple[str, str]] = set()
    days: list[Days] = []
    forces = list(forces)
    every = {f"{at} {name}": each for at, held in enumerate(forces) for name, each in held.items()}
    ask = replace(ask, measures=tuple(with_own_words(each, every) for each in ask.measures))
    for held in forces:
        work = _Work(engine, held, ask, "", "")
        can |= {(measure.id, part.id) for measure, part in _each_part(ask) if _is_possible(work, measure, part)}
        days += [(frame.periods[0][0], frame.periods[-1][1]) for frame in work.frames.values()]
    if not ask.by.period or not days:
        return None
    parts = tuple((measure, part) for measure, part in _each_part(ask) if (measure.id, part.id) in can)
    return Together(parts, (min(first for first, _ in days), max(last for _, last in days)))


def layouts(engine: Answers, held: Mapping[str, Held], ask: Ask) -> tuple[Layouts, dict[Key, tuple[str, str]]]:
    """The periods of each part that these tables can give, and of each other part its status and reason."""
    work = _Work(engine, held, ask, "", "")
    for measure, part in _each_part(ask):
        _is_possible(work, measure, part)
    return work.frames, work.messages


def _each_part(ask: Ask) -> list[tuple[Measure, Part]]:
    return [(measure, part) for measure in ask.measures for part in measure.parts]


def _is_possible(work: _Work, measure: Measure, part: Part) -> bool:
    """Whether a part can be computed; its frame or the reason why not is noted."""
    key = (measure.id, part.id)
    stopped = obstacle(measure, part, work.held, work.ask.rule)
    if stopped is not None:
        work.messages[key] = (stopped.status, stopped.reason)
        return False
    if part.statistic in WHOLE_OR_YEAR and work.ask.by.period not in (None, "year"):
        work.messages[key] = ("refused", "Told for a year or the whole time: a shorter time holds too few of a pair.")
        return False
    no_area = _area_unheld(work, part) if work.ask.by.area else None
    if no_area is not None:
        work.messages[key] = no_area
        return False
    unheld = _breakdowns_unheld(work, part)
    if unheld is not None:
        work.messages[key] = unheld
        return False
    if _cuts_a_month(work.ask, part, work.held[part.table]):
        work.messages[key] = (
            "not_enough_data",
            f"{part.table}.{part.period} is held by month only, so --from and --to must be whole months.",
        )
        return False
    days = covered(measure, part, work.held, work.ask.rule)
    tables = [work.held[name] for name in dict.fromkeys((part.table, *part.many))]
    frame = lay_out(tables, days, work.ask.days, work.ask.by)
    if not frame.periods:
        spans = " and ".join(f"{first} to {last}" for first, last in days) or "no day that all of them share"
        work.messages[key] = ("not_enough_data", f"No extract covers the days asked for; the extracts cover {spans}.")
        return False
    work.frames[key] = frame
    return True


def _area_unheld(work: _Work, part: Part) -> tuple[str, str] | None:
    """Why a part cannot be told apart by area, as status and reason; None where it can."""
    if work.ask.by.level and work.ask.within is None:
        return "not_enough_data", f"No lookup of this force's areas tells the level {work.ask.by.level}."
    linked = part.over.area_from
    if linked is None:
        return "refused", f"The table {part.table} has no area, and nothing leads from it to one."
    needs = {f"{part.table}.area"} if not linked else {f"{each}.area" for each in linked}
    needs = needs.union(*(part.over.links[each].needs for each in linked))
    missing = next((need for need in sorted(needs) if not _is_filled(work.held, need)), None)
    if missing is None:
        return None
    table, loaded = missing.partition(".")[0], missing.partition(".")[0] in work.held
    what = f"No mapping fills {missing}" if loaded else f"The table {table} is not loaded"
    return "not_enough_data", f"{what}, so areas cannot be told."


def _breakdowns_unheld(work: _Work, part: Part) -> tuple[str, str] | None:
    """Why a part cannot be told apart by a breakdown that was asked for, as status and reason; None where it can."""
    told_by = [*work.ask.by.breakdowns, *([AGE] if standardises(part, work.ask.by) else [])]
    for name in told_by:
        if name in CLOCK:
            if name == "hour" and not _has_hours(work, part):
                return "not_enough_data", f"By hour: {part.table}.{part.period} is not held to the hour."
            continue
        if name not in part.over.tells_apart:
            return "refused", f"By {name}: the table {part.table} does not tell it."
        needs = set(part.over.needs([name], None))
        if part.uses_population and name in PEOPLE_BY:
            needs |= {f"population_groups.{each}" for each in ("people", "year", name)}
        tables = sorted({need.partition(".")[0] for need in needs} - work.held.keys())
        if tables:
            return "not_enough_data", f"By {name}: the table {tables[0]} is not loaded."
        missing = sorted(need for need in needs if not _is_filled(work.held, need))
        if missing:
            return "not_enough_data", f"By {name}: no mapping fills {missing[0]}."
    return None


def _has_hours(work: _Work, part: Part) -> bool:
    is_instant = part.over.columns.get(part.period) == "instant"
    return is_instant and work.held[part.table].is_finer_than(part.period, "hour")


def _is_filled(held: Mapping[str, Held], need: str) -> bool:
    table, _, column = need.partition(".")
    return table in held and column in held[table].columns


def _cuts_a_month(ask: Ask, part: Part, held: Held) -> bool:
    """Whether the days asked for cut a month of rows that are placed by month only."""
    if held.is_finer_than(part.period, "day"):
        return False
    inside = ask.start is not None and ask.start.day != 1
    return inside or (ask.end is not None and ask.end != end_of(start_of(ask.end, "month"), "month"))


def _computed(
    work: _Work, possible: Sequence[tuple[Measure, Part]], people: People | None
) -> Iterable[tuple[tuple[str, str], pa.Table]]:
    if not possible:
        return
    own = {(measure.id, part.id): part for measure, part in possible}
    for scan in _scans(work, possible):
        plans = [replace(plan, part=own[key]) for plan in scan.plans if (key := (plan.measure.id, plan.part.id)) in own]
        if not plans:
            continue
        found = rows_at_level(work.engine.query(scan.sql), work.ask.within)
        work.sql.append(scan.sql)
        named = {str(each) for each in to_codes(found["area"])[0]} if work.ask.by.area else set()
        unplaced = work.ask.by.area and found["area"].null_count > 0
        placed = people
        if people and people.summed and any(plan.part.uses_population for plan in plans):
            placed = people.beside(rows_by_area(work.engine, work.held[scan.table], scan.table))
        placed = people_at_level(placed, work.ask.within) if placed else None
        for plan in plans:
            key = (plan.measure.id, plan.part.id)
            groups, told_by = _groups_of_people(work, plan)
            whose = groups.everyone if groups else placed if plan.part.uses_population else None
            areas = _areas(work.ask.by, named, unplaced, whose)
            until = work.held[plan.part.table].as_at
            layout = Layout(work.frames[key], areas, placed, groups, told_by, until=until)
            if work.ask.by.standardised and may_be_standardised(plan.part):
                layout = replace(layout, standardised=True, ages=_people_by_age(work, plan) if plan.age else None)
            rows = part_rows(plan, localised(plan, found, work.ask.zone), layout, work.place(plan.part))
            if rows.num_rows:
                yield key, rows
            else:
                work.messages[key] = ("not_enough_data", "There was none to count in the days asked for.")


def _groups_of_people(work: _Work, plan: PartPlan) -> tuple[PeopleOfGroups | None, tuple[int, ...]]:
    """The people of each group of a rate or ratio, and the places of the dimensions that tell them apart."""
    words = words_of(plan)
    held = [(at, each, words[at]) for at, each in enumerate(plan.people_by) if each is not None]
    if not held:
        return None, ()
    found = read_groups(work.engine, [(each, names) for _, each, names in held], _years_served(work))
    if found.everyone.summed:
        beside = found.everyone.beside(rows_by_area(work.engine, work.held[plan.part.table], plan.part.table))
        found = replace(found, everyone=beside)
    return groups_at_level(found, work.ask.within), tuple(at for at, _, _ in held)


def _people_by_age(work: _Work, plan: PartPlan) -> PeopleOfGroups:
    """The people of each group in each age band, by the group's words and the band's code."""
    told = [(each, names) for each, names in zip(plan.people_by, words_of(plan), strict=True) if each is not None]
    found = read_groups(work.engine, [*told, (parse(AGE, {AGE: "code"}), {})], _years_served(work))
    return groups_at_level(found, work.ask.within)


def _years_served(work: _Work) -> dict[int, int]:
    """The mid-year that stands for a year: what the mapping of the population declares holds for its groups too."""
    tables = [work.held[name] for name in ("population", "population_groups") if name in work.held]
    return {year: served for each in tables for year, served in each.population_years.items()}


def _scans(work: _Work, possible: Sequence[tuple[Measure, Part]]) -> Iterable[Scan]:
    """The scans that answer: by period one for all days; otherwise one for each span of days that parts cover alike."""
    spans: dict[Days, list[tuple[Measure, Part]]] = {}
    for measure, part in possible:
        periods = work.frames[measure.id, part.id].periods
        spans.setdefault((periods[0][0], periods[-1][1]), []).append((measure, part))
    if work.ask.by.period:
        whole = (min(first for first, _ in spans), max(last for _, last in spans))
        spans = {whole: list(possible)}
        if work.together:
            spans = {work.together.days: list(work.together.parts)}
    for (first, last), parts in spans.items():
        start, end = max(work.ask.days[0], first), min(work.ask.days[1], last)
        yield from scans(parts, by=work.ask.by, rule=work.ask.rule, start=start, end=end)


def _areas(by: By, named: set[str], unplaced: bool, people: People | None) -> list[str | None]:
    """Every area that holds rows or people, in order, and last the place of rows without one (where there are any)."""
    if not by.area:
        return [None]
    areas = sorted(named | (people.areas if people else set()), key=as_read)
    return [*areas, NOT_RECORDED] if unplaced or not areas else list(areas)


def _message(work: _Work, measure: Measure, part: Part) -> pa.Table:
    why = work.messages[measure.id, part.id]
    return message_row(measure, part, asked=(work.ask.start, work.ask.end), why=why, place=work.place(part))


def _provenance(ask: Ask, held: Mapping[str, Held], force: Force, release: str) -> dict[str, Any]:
    return {
        "force": force.code,
        "measures": [each.id for each in ask.measures],
        "pack": release,
        "rule": ask.rule,
        "counting_rule": found.as_json() if (found := rule_of(ask.rule)) else None,
        "by": ask.by.text,
        "from": ask.start.isoformat() if ask.start else None,
        "to": ask.end.isoformat() if ask.end else None,
        "as_at": _as_at(ask, held).isoformat(),
        "as_at_asked": ask.as_at.isoformat() if ask.as_at else None,
        "uses_rule": [each.id for each in ask.measures if any(part.uses_rule for part in each.parts)],
        "origins": sorted({origin for each in held.values() for origin in each.origins}),
        "definitions": definitions(ask.measures),
        "extracts": {name: list(each.batches) for name, each in sorted(held.items())},
        "when": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
    }


def with_provenance(found: pa.Table, provenance: Mapping[str, Any]) -> pa.Table:
    """The table with its provenance in the schema's metadata, where Parquet keeps it too."""
    return found.replace_schema_metadata({PROVENANCE: json.dumps(provenance, ensure_ascii=False).encode()})


def provenance_of(found: pa.Table) -> dict[str, Any]:
    """The provenance of a table of result rows; empty where it has none."""
    held = (found.schema.metadata or {}).get(PROVENANCE)
    return dict(json.loads(held)) if held else {}


def _as_at(ask: Ask, held: Mapping[str, Held]) -> datetime.date:
    """The day as at which the answer stands: the day asked for, or that of the newest extract."""
    dates = [each.as_at for each in held.values() if each.as_at is not None]
    return ask.as_at or max(dates, default=datetime.date.max)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


__all__ = [
    "Ask", "PartPlan", "Scan", "Together", "asked_together", "compute", "layouts", "provenance_of", "run", "wanted",
    "with_provenance",
]  # fmt: skip
