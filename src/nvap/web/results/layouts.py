"""What is computed of a toolkit after a load: every measure by month, quarter, year and area, under every rule.

A rule of the force's own is one of them: it decides for every measure that the toolkit defines under several rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nvap.measures.asking import choices
from nvap.packs.measurable import RULE_COLUMNS
from nvap.packs.measure import Measure
from nvap.packs.model import Pack

PERIODS = ("month", "quarter", "year")
AREA = "area"
LAYOUTS = (*PERIODS, AREA)
FIRST_RULE = "R1"
MONTHS_BY_AREA = 12
"""By area the last whole months stand together: one month of one area is too small to say anything."""


@dataclass(frozen=True)
class Step:
    """One layout under one counting rule, for the measures that can be laid out so."""

    by: str
    rule: str
    measures: tuple[Measure, ...]


def steps(pack: Pack, own: Sequence[str] = ()) -> list[Step]:
    """Every step of a computation, also under the force's own rules; what most people open first comes first."""
    found = []
    for rule in (*RULE_COLUMNS, *own):
        measures = [each for each in pack.measures.values() if rule in rules_of(each, own)]
        for by in LAYOUTS:
            fitting = tuple(each for each in measures if by != AREA or has_area(each))
            if fitting:
                found.append(Step(by, rule, fitting))
    return found


def rules_of(measure: Measure, own: Sequence[str] = ()) -> Sequence[str]:
    """The counting rules under which a measure is computed; one that no rule decides is computed once.

    `own` are rules of the force's own; a measure that is defined under one rule alone takes no other.
    """
    if not any(part.uses_rule for part in measure.parts):
        return (FIRST_RULE,)
    shipped = tuple(rule for rule in measure.rules if rule in RULE_COLUMNS)
    return (*shipped, *own) if len(shipped) > 1 else shipped


def has_area(measure: Measure) -> bool:
    """Whether any number of a measure can be laid out by area."""
    return AREA in choices(measure)
