"""The rows of a nation as a whole: its forces' sums put together, where that may be done.

Each number is worked out from the forces' sums (or single values) as a force's own is from its rows, and never from
the forces' numbers. A period's row is of the forces that hold all of it and can tell the number; its reason says how
many those are, and which are not among them and why.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from nvap.engine.connection import FORCE
from nvap.measures.frame import covered
from nvap.measures.held import Days, Held, common
from nvap.measures.nation_folder import NationForce
from nvap.measures.nation_people import Areas
from nvap.measures.nation_standing import Spell, Standing, held_together, people_held, people_tables, spells
from nvap.measures.rows import SCHEMA, Place, message_row
from nvap.measures.run import Ask, Key, Together, asked_together, compute, layouts
from nvap.packs.measure import Measure, Part

ALL_FORCES = "all forces"
"""What stands in the column `force`; no force's code has a space."""
_NAMED = 5
_UNHELD = {False: "Not all of the period is held.", True: "Not all of the period is held, or no people for it."}

Gather = Callable[[str, Sequence[str]], pa.Table]
"""What gives the rows of a SELECT of some forces, each with its force's code in `_force`."""


@dataclass(frozen=True)
class Whole:
    """What is asked of all forces together: as of each, but of all its areas at once."""

    forces: tuple[NationForce, ...]
    ask: Ask
    pack: str
    gather: Gather


def whole_rows(whole: Whole) -> tuple[pa.Table, list[str]]:
    """The rows of all forces together, for each part of each measure, and the SQL that gave their sums.

    A part of which the forces' rows cannot be put together, or that no force tells, has one row with the reason.
    """
    engine = _Engine(whole.gather, ())
    standing = {each.code: _standing(whole, each) for each in whole.forces}
    together = asked_together(engine, [each.held for each in whole.forces], whole.ask)
    working = _Working(whole, standing, together)
    parts = [(measure, part) for measure in whole.ask.measures for part in measure.parts]
    found = working.computed(parts)
    ordered = [table for measure, part in parts for table in found[measure.id, part.id]]
    return pa.concat_tables([SCHEMA.empty_table(), *ordered]), working.sql


def _standing(whole: Whole, force: NationForce) -> Standing:
    engine = _Engine(whole.gather, (force.code,))
    frames, messages = layouts(engine, force.held, whole.ask)
    able = [part for each in whole.ask.measures for part in each.parts if (each.id, part.id) in frames]
    tables = sorted({name for part in able for name in people_tables(part, whole.ask.by)} & force.held.keys())
    people = {name: people_held(engine, force.held, name) for name in tables}
    return Standing(force, frames, messages, people)


class _Engine:
    """These forces' rows as if they were one force's; areas are told only of their people, and kept apart by force."""

    def __init__(self, gather: Gather, codes: tuple[str, ...]) -> None:
        self._gather, self._codes, self._areas = gather, codes, Areas(codes)

    def query(self, sql: str) -> pa.Table:
        """The rows of a SELECT."""
        found = self._gather(sql, self._codes)
        return self._areas.named(found) if "area" in found.column_names else found.drop_columns([FORCE])


@dataclass
class _Working:
    """One answer in the making."""

    whole: Whole
    standing: Mapping[str, Standing]
    together: Together | None
    sql: list[str] = field(default_factory=list)

    def computed(self, parts: Sequence[tuple[Measure, Part]]) -> dict[Key, list[pa.Table]]:
        """The rows of each part."""
        found: dict[Key, list[pa.Table]] = {(measure.id, part.id): [] for measure, part in parts}
        together: dict[Spell, list[tuple[Measure, Part]]] = {}
        for measure, part in parts:
            why = self._why_not(measure, part)
            if why is not None:
                found[measure.id, part.id].append(self._message(measure, part, why))
                continue
            for spell in spells(measure, part, list(self.standing.values()), self.whole.ask):
                if spell.codes:
                    together.setdefault(spell, []).append((measure, part))
                else:
                    found[measure.id, part.id] += self._unheld(measure, part, spell.periods)
        nothing: dict[Key, pa.Table] = {}
        counted: set[Key] = set()
        for spell, asked in together.items():
            for key, rows in self._of_spell(spell, asked):
                if _is_message(rows):
                    nothing.setdefault(key, rows)
                else:
                    found[key].append(rows)
                    counted.add(key)
        for key in nothing.keys() - counted:
            found[key].append(nothing[key])
        return {key: _in_order(tables) for key, tables in found.items()}

    def _of_spell(self, spell: Spell, asked: list[tuple[Measure, Part]]) -> Iterator[tuple[Key, pa.Table]]:
        """The rows of some parts in the periods that the same forces hold."""
        ask = replace(self.whole.ask, measures=_measures_of(asked))
        held = held_together([self.standing[code].force for code in spell.codes], spell.periods)
        engine = _Engine(self.whole.gather, spell.codes)
        rows, sql = compute(engine, held, ask, force=ALL_FORCES, pack=self.whole.pack, together=self.together)
        self.sql += sql
        for measure, part in asked:
            at = [m == measure.id and p == part.id for m, p in zip(*_columns(rows, "measure", "part"), strict=True)]
            yield (measure.id, part.id), self._with_forces(rows.filter(pa.array(at, pa.bool_())), measure, part, spell)

    def _with_forces(self, rows: pa.Table, measure: Measure, part: Part, spell: Spell) -> pa.Table:
        """The rows saying of how many forces they are; of some only, they are of a part."""
        note, all_of_them = self._note(measure, part, spell), len(spell.codes) == len(self.standing)
        statuses, reasons = _columns(rows, "status", "reason")
        if not all_of_them:
            statuses = ["part_period" if each == "ok" else each for each in statuses]
        reasons = [f"{each} {note}" if each else note for each in reasons]
        for name, values in (("status", statuses), ("reason", reasons)):
            rows = rows.set_column(rows.column_names.index(name), name, pa.array(values, pa.string()))
        return rows

    def _note(self, measure: Measure, part: Part, spell: Spell) -> str:
        number, without = len(self.standing), [code for code in self.standing if code not in spell.codes]
        if not without:
            return f"Of all {number:,} forces." if number > 1 else "Of 1 force."
        key = measure.id, part.id
        said: dict[str, list[str]] = {}
        for code in without:
            _, reason = self.standing[code].messages.get(key, ("", _UNHELD[part.uses_population]))
            said.setdefault(reason, []).append(code)
        why = "; ".join(f"{_listed(codes)}: {reason.removesuffix('.')}" for reason, codes in said.items())
        return f"Of {len(spell.codes):,} of {number:,} forces. Without {why}."

    def _why_not(self, measure: Measure, part: Part) -> tuple[str, str] | None:
        """Why there is no row of all forces together, as status and reason; None where there is one."""
        standing, ask, key = list(self.standing.values()), self.whole.ask, (measure.id, part.id)
        able = [each for each in standing if key in each.frames]
        if not able:
            said = [each.messages[key] for each in standing]
            status = "refused" if all(each[0] == "refused" for each in said) else "not_enough_data"
            reasons = " ".join(dict.fromkeys(reason for _, reason in said))
            return status, f"No force can tell it. {reasons}"
        forces = [each.force for each in able]
        refused = _cannot_be_added(part, forces, ask)
        return ("refused", refused) if refused else self._apart(measure, part, forces)

    def _apart(self, measure: Measure, part: Part, forces: Sequence[NationForce]) -> tuple[str, str] | None:
        """Why the whole time of the forces is not one time; None where it is, or is asked by period."""
        ask = self.whole.ask
        if ask.by.period or (ask.start and ask.end):
            return None
        key = measure.id, part.id
        times = {self.standing[each.code].frames[key].periods[0] for each in forces}
        if len(times) == 1:
            return None
        days = covered(measure, part, forces[0].held, ask.rule)
        for each in forces[1:]:
            days = common(days, covered(measure, part, each.held, ask.rule))
        asked = common(days, (ask.days,))
        shared = " and ".join(f"{first} to {last}" for first, last in asked)
        hint = f"Name days with --from and --to: all hold {shared}." if shared else "There is no day that all hold."
        return "refused", f"The forces hold different days, so their whole times cannot be put together. {hint}"

    def _unheld(self, measure: Measure, part: Part, periods: Sequence[Days]) -> list[pa.Table]:
        people = " and people for it" if part.uses_population else ""
        reason = f"No force holds all of this period{people}, so there is no number of them together."
        why = ("not_enough_data", reason)
        return [self._message(measure, part, why, each) for each in periods]

    def _message(self, measure: Measure, part: Part, why: tuple[str, str], days: Days | None = None) -> pa.Table:
        ask = self.whole.ask
        dates = [each.as_at for one in self.whole.forces for each in one.held.values() if each.as_at is not None]
        as_at = max(dates, default=datetime.date.max)
        place = Place(ALL_FORCES, ask.rule if part.uses_rule else None, self.whole.pack, as_at)
        return message_row(measure, part, asked=days or (ask.start, ask.end), why=why, place=place)


def _cannot_be_added(part: Part, forces: Sequence[NationForce], ask: Ask) -> str | None:
    """Why a part's rows of several forces must not be put together; None where they may be."""
    if part.statistic == "top_share":
        return "The busiest are found within each force: references of two forces cannot be compared."
    if part.counts_staff and (part.groups or ask.by.breakdowns):
        return "Groups of staff are not put together: a force's group of fewer than 10 could be found by subtraction."
    if part.statistic == "waiting" and len({_as_at(each.held, part) for each in forces}) > 1:
        return f"The forces' tables {part.table} stand as at different days, so waits still open cannot be compared."
    if "hour" in ask.by.breakdowns and len({each.time_zone for each in forces}) > 1:
        return "The forces' hours stand on the clocks of different time zones."
    return None


def _as_at(held: Mapping[str, Held], part: Part) -> object:
    return held[part.table].as_at


def _measures_of(asked: Sequence[tuple[Measure, Part]]) -> tuple[Measure, ...]:
    """The measures with those of their parts alone that are asked."""
    parts: dict[str, list[Part]] = {}
    measures = {measure.id: measure for measure, _ in asked}
    for measure, part in asked:
        parts.setdefault(measure.id, []).append(part)
    return tuple(replace(measure, parts=tuple(parts[measure.id])) for measure in measures.values())


def _listed(codes: Sequence[str]) -> str:
    more = len(codes) - _NAMED
    return ", ".join(codes[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _columns(rows: pa.Table, *names: str) -> list[list[str]]:
    return [rows[name].to_pylist() for name in names]


def _is_message(rows: pa.Table) -> bool:
    """Whether the one row says why there are none."""
    return rows.num_rows == 1 and all(rows[name].null_count for name in ("numerator", "denominator", "unknown"))


def _in_order(tables: list[pa.Table]) -> list[pa.Table]:
    """Rows of several spells of one part as they stand elsewhere: by category, group and period."""
    if len(tables) < 2:
        return tables
    rows = pa.concat_tables(tables)
    categories, groups, starts = _columns(rows, "category", "group", "period_start")
    of_category, of_group = ({name: at for at, name in enumerate(dict.fromkeys(each))} for each in (categories, groups))
    keys = list(zip(categories, groups, starts, strict=True))
    order = sorted(
        range(len(keys)),
        key=lambda at: (of_category[keys[at][0]], of_group[keys[at][1]], str(keys[at][2] or "")),
    )
    return [rows.take(pa.array(order))]
