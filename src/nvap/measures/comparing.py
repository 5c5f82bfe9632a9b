"""Two stored runs beside each other: which numbers changed, and why, in words.

Both runs stay as they were stored. What a number hangs on stands in each run's provenance: the toolkit edition's
definition, the extracts, their mapping and the counting rule. Where only one of these differs, it is the cause. Where
several do, the number is worked out again with one after the other changed, so that each has its own share.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from nvap.engine.connection import Engine, connect
from nvap.errors import UsageFault
from nvap.measures.asking import read_by
from nvap.measures.definition import definition
from nvap.measures.held import held_tables
from nvap.measures.record_changes import Months, RecordChanges, record_changes, within
from nvap.measures.results import StoredRun
from nvap.measures.run import Ask, compute
from nvap.packs.measure import Measure
from nvap.records.current import open_tables
from nvap.records.store import Batch, all_batches
from nvap.records.workspace import Force

Cause = Literal["new pack", "late records", "new mapping", "new rule"]
Row = Mapping[str, Any]
Key = tuple[Any, ...]
_KEY: Final = ("measure", "part", "category", "group", "area", "period_start", "period_end")
_NUMBERS: Final = ("numerator", "denominator", "unknown", "value")
_UNTOLD: Final = (
    "Several things changed at once, and the installed toolkit edition counts otherwise than the newer run did, so "
    "their shares cannot be told apart."
)


@dataclass(frozen=True)
class Setting:
    """What a measure's numbers hang on."""

    pack: str
    definition: str
    rule: str
    extracts: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Step:
    """One thing that changed between two runs for a measure: what it is, in words, and how things stood after it."""

    cause: Cause
    words: str
    setting: Setting


@dataclass(frozen=True)
class Effect:
    """What one cause did to one number, and the records behind it where records are the cause."""

    cause: Cause
    before: float | None
    after: float | None
    records: RecordChanges | None = None


@dataclass(frozen=True)
class Changed:
    """One number that changed, as it was and as it is; without effects where their shares cannot be told apart."""

    before: Row
    after: Row
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Comparison:
    """Two runs: what changed and why, by measure, and how many numbers are the same, new or gone."""

    before: StoredRun
    after: StoredRun
    changed: tuple[Changed, ...]
    steps: Mapping[str, tuple[Step, ...]]
    same: int
    new: int
    gone: int
    untold: str = ""


def compare(
    force: Force, one: StoredRun, other: StoredRun, measures: Mapping[str, Measure], *, only: str | None = None
) -> Comparison:
    """Compare two stored runs of a force; the one that stands at the earlier day comes first.

    `measures` are those of the installed toolkit; of what it does not know, only the numbers are compared. `only` names
    one measure. Raises UsageFault for runs that are laid out otherwise, or that share no measure.
    """
    before, after = sorted((one, other), key=lambda each: (each.as_at, each.when, each.id))
    _refuse_unlike(before, after)
    was, now = _rows(before, only), _rows(after, only)
    differing = [key for key in now if key in was and _differs(was[key], now[key])]
    shared = [each for each in after.provenance["measures"] if each in before.provenance["measures"]]
    shared = [each for each in shared if only in (each, None)]
    batches = {each.id: each for each in all_batches(force)}
    steps = {each: _steps(before, after, each, measures.get(each), batches) for each in shared}
    with connect(memory_limit="1500MB") as engine:
        work = _Work(force, engine, before, after, measures, batches)
        changed = [found for each in shared for found in work.explained(each, differing, was, now, steps[each])]
    untold = _UNTOLD if any(not each.effects and len(steps[each.after["measure"]]) > 1 for each in changed) else ""
    return Comparison(
        before,
        after,
        tuple(changed),
        {name: found for name, found in steps.items() if found},
        same=sum(key in was for key in now) - len(differing),
        new=sum(key not in was for key in now),
        gone=sum(key not in now for key in was),
        untold=untold,
    )


def _refuse_unlike(before: StoredRun, after: StoredRun) -> None:
    layouts = [each.provenance["by"] for each in (before, after)]
    if layouts[0] != layouts[1]:
        raise UsageFault(
            f"{before.id} stands by {layouts[0]} and {after.id} by {layouts[1]}; compare runs of one layout."
        )
    if not set(before.provenance["measures"]) & set(after.provenance["measures"]):
        raise UsageFault(f"{before.id} and {after.id} have no measure in common.")


def _rows(run: StoredRun, only: str | None) -> dict[Key, Row]:
    return {tuple(row[name] for name in _KEY): row for row in run.rows(only).to_pylist()}


def _differs(was: Row, now: Row) -> bool:
    if was["status"] != now["status"]:
        return True
    return any(not _same(was[name], now[name]) for name in _NUMBERS)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-15)


def _setting(run: StoredRun, measure: str, tables: frozenset[str]) -> Setting:
    origin = run.provenance
    return Setting(
        pack=origin["pack"],
        definition=origin.get("definitions", {}).get(measure, origin["pack"]),
        rule=origin["rule"] if measure in origin["uses_rule"] else "",
        extracts={name: frozenset(ids) for name, ids in origin["extracts"].items() if not tables or name in tables},
    )


def _steps(
    before: StoredRun, after: StoredRun, name: str, measure: Measure | None, batches: Mapping[str, Batch]
) -> tuple[Step, ...]:
    """What changed for a measure, in the order in which it is worked out."""
    tables = _tables(measure, after.provenance["rule"]) if measure else frozenset[str]()
    start, end = _setting(before, name, tables), _setting(after, name, tables)
    found: list[Step] = []
    at = start
    if _is_defined_anew(before, after, name):
        at = replace(at, pack=end.pack, definition=end.definition)
        found.append(Step("new pack", _edition_words(start.pack, end.pack), at))
    mapped = _newly_mapped(start, end, batches)
    late = {table: ids - mapped for table, ids in end.extracts.items()}
    if late != dict(at.extracts):
        at = replace(at, extracts=late)
        found.append(Step("late records", _extract_words(start, late, batches), at))
    if mapped:
        at = replace(at, extracts=end.extracts)
        found.append(Step("new mapping", _mapping_words(mapped, batches), at))
    if start.rule != end.rule:
        found.append(Step("new rule", f"counting rule {start.rule} to {end.rule}", end))
    return tuple(found)


def _edition_words(before: str, after: str) -> str:
    if before == after:
        return f"the measure is defined otherwise, within toolkit edition {after}"
    return f"toolkit edition {before} to {after}"


def _is_defined_anew(before: StoredRun, after: StoredRun, name: str) -> bool:
    """Whether the measure counts otherwise; by the edition's release where a run is older than the marks."""
    marks = [each.provenance.get("definitions", {}).get(name) for each in (before, after)]
    if None in marks:
        return bool(before.provenance["pack"] != after.provenance["pack"])
    return bool(marks[0] != marks[1])


def _tables(measure: Measure, rule: str) -> frozenset[str]:
    needs = [need for part in measure.parts for need in measure.needs(part, rule if part.uses_rule else None)]
    return frozenset(need.partition(".")[0] for need in needs)


def _newly_mapped(start: Setting, end: Setting, batches: Mapping[str, Batch]) -> frozenset[str]:
    """The extracts that were read with a mapping, or a version of one, that no earlier extract of their table was.

    A mapping's hash does not decide: the days of an extract stand in its file too. The same file read again with
    another mapping is always one.
    """
    found = set()
    for table, ids in end.extracts.items():
        held = [batches[each] for each in start.extracts.get(table, ()) if each in batches]
        known = {(each.mapping_name, each.mapping_version) for each in held}
        files, hashes = {each.content_hash for each in held}, {each.mapping_hash for each in held}
        fresh = [batches[each] for each in ids - start.extracts.get(table, frozenset()) if each in batches]
        named = {each.id for each in fresh if (each.mapping_name, each.mapping_version) not in known}
        again = {each.id for each in fresh if each.content_hash in files and each.mapping_hash not in hashes}
        found |= again | (named if held else set())
    return frozenset(found)


def _extract_words(start: Setting, late: Mapping[str, frozenset[str]], batches: Mapping[str, Batch]) -> str:
    told = []
    for table, ids in sorted(late.items()):
        held = start.extracts.get(table, frozenset())
        days = sorted(batches[each].as_at for each in ids - held if each in batches)
        if days:
            told.append(f"{table} as at {', '.join(str(day) for day in dict.fromkeys(days))}")
        if held - ids:
            told.append(f"{table} without {len(held - ids)} earlier extract{'s' if len(held - ids) > 1 else ''}")
    return "newer extracts: " + "; ".join(told) if told else "other extracts"


def _mapping_words(mapped: frozenset[str], batches: Mapping[str, Batch]) -> str:
    named = sorted({f"{batches[each].mapping_name} version {batches[each].mapping_version}" for each in mapped})
    return "mapping " + ", ".join(named)


@dataclass(frozen=True)
class _Work:
    """What is needed to work numbers out again."""

    force: Force
    engine: Engine
    before: StoredRun
    after: StoredRun
    measures: Mapping[str, Measure]
    batches: Mapping[str, Batch]

    def explained(
        self, name: str, keys: Sequence[Key], was: Mapping[Key, Row], now: Mapping[Key, Row], steps: Sequence[Step]
    ) -> Iterator[Changed]:
        """Each changed number of a measure with what each step did to it."""
        own = [key for key in keys if key[0] == name]
        if not own:
            return
        between = self._between(name, steps)
        records = {step.cause: self._records(name, steps, at) for at, step in enumerate(steps)}
        for key in own:
            if between is None:
                yield Changed(was[key], now[key], ())
                continue
            values = [was[key]["value"], *(each.get(key) for each in between), now[key]["value"]]
            effects = [
                Effect(step.cause, values[at], values[at + 1], _of_row(records[step.cause], now[key]))
                for at, step in enumerate(steps)
            ]
            told = tuple(each for each in effects if not _same(each.before, each.after) or len(steps) == 1)
            yield Changed(was[key], now[key], told)

    def _between(self, name: str, steps: Sequence[Step]) -> list[dict[Key, float | None]] | None:
        """The values after each step but the last; None where the installed toolkit counts otherwise."""
        if not steps:
            return None
        if len(steps) == 1:
            return []
        measure = self.measures.get(name)
        if measure is None or definition(measure) != steps[-1].setting.definition:
            return None
        return [self._values(measure, each.setting) for each in steps[:-1]]

    def _values(self, measure: Measure, setting: Setting) -> dict[Key, float | None]:
        origin = self.after.provenance
        only = {**{name: frozenset(ids) for name, ids in origin["extracts"].items()}, **setting.extracts}
        held = held_tables(open_tables(self.engine, self.force, only=only))
        days = [datetime.date.fromisoformat(origin[each]) if origin[each] else None for each in ("from", "to")]
        by = read_by(origin["by"], [measure])
        ask = Ask((measure,), days[0], days[1], by, setting.rule or origin["rule"], None)
        found, _ = compute(self.engine, held, ask, force=self.force.code, pack=origin["pack"])
        return {tuple(row[name] for name in _KEY): row["value"] for row in found.to_pylist()}

    def _records(self, name: str, steps: Sequence[Step], at: int) -> list[Months]:
        """For a step of data, the records that changed in each table that the measure counts."""
        measure = self.measures.get(name)
        if measure is None or steps[at].cause not in ("late records", "new mapping"):
            return []
        start = {table: frozenset(ids) for table, ids in self.before.provenance["extracts"].items()}
        was = steps[at - 1].setting.extracts if at else start
        found = []
        for table in dict.fromkeys([measure.table, *(part.table for part in measure.parts)]):
            sides = [self._batches(table, ids) for ids in (was, steps[at].setting.extracts)]
            if sides[0] != sides[1]:
                found.append(record_changes(self.engine, table, *sides))
        return found

    def _batches(self, table: str, extracts: Mapping[str, frozenset[str]]) -> list[Batch]:
        ids = extracts.get(table, frozenset())
        return sorted((each for each in self.batches.values() if each.id in ids), key=lambda each: each.order)


def _of_row(months: Sequence[Months], row: Row) -> RecordChanges | None:
    if not months or row["period_start"] is None:
        return None
    span = (row["period_start"], row["period_end"])
    total = RecordChanges()
    for each in months:
        total += within(each, span, row["area"])
    return total
