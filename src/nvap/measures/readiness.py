"""What a force's tables can answer: for each measure computable, partly or not, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from nvap.engine.connection import connect
from nvap.measures.held import Held, held_tables
from nvap.packs.measurable import RULE_COLUMNS, rule_columns
from nvap.packs.measure import Measure, Part
from nvap.packs.some_measures import HasMeasures
from nvap.records.contract import contract
from nvap.records.counting_rule import rule_name, rule_of
from nvap.records.current import open_tables
from nvap.records.workspace import Force, Workspace

State = Literal["computable", "partly", "not"]


@dataclass(frozen=True)
class Obstacle:
    """Why a part cannot be computed: `refused` where the product declines, `not_enough_data` where data is missing.

    `missing` names each thing that is; without any, the reason says it all.
    """

    status: Literal["refused", "not_enough_data"]
    reason: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Readiness:
    """What a force can say of one measure; `missing` names each obstacle once, in words."""

    measure: Measure
    state: State
    parts: Mapping[str, Obstacle | None]
    missing: tuple[str, ...]


def readiness(
    workspace: Workspace, force: Force, pack: HasMeasures, as_at: date | None = None, *, rule: str | None = None
) -> list[Readiness]:
    """What each of the pack's measures can be computed from this force's batches; nothing is counted for it.

    Args:
        as_at: the day as at which the batches stand; None takes the newest.
        rule: the id of a counting rule (`asking.read_rule`); None takes each measure's first.

    Returns:
        One for each measure, in the pack's order.
    """
    with connect(memory_limit="256MB", threads=1) as engine:
        held = held_tables(open_tables(engine, force, as_at=as_at))
    return [
        ready(measure, held, rule or (measure.rules[0] if measure.rules else "R1"))
        for measure in pack.measures.values()
    ]


def ready(measure: Measure, held: Mapping[str, Held], rule: str) -> Readiness:
    """What one measure can be computed from these tables."""
    found = {part.id: obstacle(measure, part, held, rule) for part in measure.parts}
    stopped = [each for each in found.values() if each is not None]
    state: State = "computable" if not stopped else "not" if len(stopped) == len(found) else "partly"
    missing = dict.fromkeys(said for each in stopped for said in each.missing or (each.reason,))
    return Readiness(measure, state, found, tuple(missing))


def obstacle(measure: Measure, part: Part, held: Mapping[str, Held], rule: str) -> Obstacle | None:
    """Why a part cannot be computed from these tables under a counting rule, or None."""
    if part.uses_rule and not _answers(measure, rule):
        return Obstacle("refused", _rule_refused(measure, rule))
    missing = _missing(measure, part, held, rule)
    if missing:
        text = "; ".join(missing)
        return Obstacle("not_enough_data", f"{text[0].upper()}{text[1:]}.", missing)
    only = held[part.table].only
    if part.whole_coverage and only:
        return Obstacle(
            "refused",
            f"The mapping of {part.table} declares that only some records are held (only: {only}),"
            " so a share of them all cannot be told.",
        )
    return _too_coarse(measure, part, held)


def _answers(measure: Measure, rule: str) -> bool:
    """Whether a measure can be counted under a rule. One that reads history by R1 alone takes no other wording."""
    found = rule_of(rule)
    if found is None or not rule_columns(rule):
        return False
    return found.base in measure.rules if found.base else len(set(measure.rules) & set(RULE_COLUMNS)) > 1


def _rule_refused(measure: Measure, rule: str) -> str:
    if rule == "RA":
        return "The counting rule on review (RA) needs the results of a dip sample, and none is held."
    allowed = ", ".join(f"{each} ({rule_name(each)})" for each in measure.rules)
    return f"{measure.id} is not defined under the counting rule {rule}; it is under {allowed}."


def _missing(measure: Measure, part: Part, held: Mapping[str, Held], rule: str) -> tuple[str, ...]:
    """The tables that are not loaded and the columns that no mapping fills, in words."""
    needs = measure.needs(part, rule)
    tables = sorted({need.partition(".")[0] for need in needs} - held.keys())
    columns = sorted(
        need for need in needs if (table := need.partition(".")[0]) in held and not _filled(need, held[table])
    )
    words = [f"the table {table} is not loaded" for table in tables]
    return (*words, *(f"no mapping fills {_described(column)}" for column in columns))


def _described(need: str) -> str:
    """A column with the first words of what it holds, so that a reader need not look it up."""
    table, _, column = need.partition(".")
    text = contract(table).column(column).description.partition(";")[0].rstrip(".")
    return f"{need} ({text[:1].lower()}{text[1:]})" if text[1:2].islower() else f"{need} ({text})"


def _filled(need: str, held: Held) -> bool:
    return need.partition(".")[2] in held.columns


def _too_coarse(measure: Measure, part: Part, held: Mapping[str, Held]) -> Obstacle | None:
    for need in sorted(measure.needs(part, "R1" if part.uses_rule else None)):
        table, _, column = need.partition(".")
        if contract(table).column(column).type != "instant":
            continue
        if not held[table].is_finer_than(column, measure.precision):
            found = held[table].precision[column]
            return Obstacle(
                "not_enough_data",
                f"{need} is held by {found} only, and this needs it by {_IN_WORDS[measure.precision]}.",
            )
    return None


_IN_WORDS = {"month": "month", "day": "day", "hour": "hour", "instant": "minute"}
