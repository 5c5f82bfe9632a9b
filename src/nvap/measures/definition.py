"""What a measure counts, as one short mark: two toolkit editions with the same mark count the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from nvap.engine.expression import Expression
from nvap.packs.measurable import MHRI, RULE_COLUMNS, measurable
from nvap.packs.measure import Measure, Part
from nvap.packs.measure_model import Side


def definition(measure: Measure) -> str:
    """The mark of a measure's definition: of what it counts, not of its title or its words.

    The SQL of every derived column that the measure names, and of every counting rule that it may be counted under, is
    part of it. A force's own rule carries a mark of its own in its id.
    """
    content: list[object] = [measure.table, measure.period, [_part(each) for each in measure.parts]]
    worked_out = _worked_out(measure)
    if worked_out:
        content.append(worked_out)
    return hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).hexdigest()[:12]


def definitions(measures: Iterable[Measure]) -> dict[str, str]:
    """Each measure's mark, as a run's provenance holds it."""
    return {each.id: definition(each) for each in measures}


def _worked_out(measure: Measure) -> dict[str, str]:
    """The SQL behind each derived column that the measure names, as `table.column`."""
    named: set[tuple[str, str]] = set()
    for part in measure.parts:
        for name in [*(each for expression in part.expressions for each in expression.columns), *measure.breakdowns]:
            table, _, column = name.rpartition(".")
            named.add((table or part.table, column))
        named |= {(table, name) for table, sums in part.many.items() for each in sums for name in each.columns}
    for table, _ in [each for each in named if each[1] == MHRI]:
        named |= {(table, RULE_COLUMNS[rule]) for rule in measure.rules if rule in RULE_COLUMNS}
    found = {f"{table}.{name}": measurable(table).derived.get(name) for table, name in sorted(named)}
    return {name: each.sql for name, each in found.items() if each is not None}


def _part(part: Part) -> list[object]:
    mix = part.mix
    return [
        part.id,
        part.statistic,
        _side(part.numerator),
        _side(part.denominator),
        [_text(mix.by), [each.code for each in mix.categories], sorted(mix.unknown), sorted(mix.apart)]
        if mix
        else None,
        [[_text(each.by), dict(each.names)] for each in part.groups],
        [part.period, part.multiplier, part.table, part.at, part.whole_coverage, part.last_snapshot],
        # Only where there are any: the marks of measures without them stay what they were.
        *([part.reference] if part.reference else []),
        *[_text(each.people) for each in part.groups if each.people is not None and part.uses_groups_of_people],
    ]


def _side(side: Side) -> list[object]:
    return [side.table, _text(side.where), _text(side.sum)]


def _text(expression: Expression | None) -> str | None:
    return None if expression is None else " ".join(expression.text.split())
