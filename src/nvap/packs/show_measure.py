"""A measure said in words for a terminal: what it says and cannot, how it is counted, what it is held against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nvap.packs.item import STATUSES
from nvap.packs.plain import line

if TYPE_CHECKING:
    from nvap.packs.measure import Measure, Part, Side
    from nvap.packs.model import Pack

_WORDS = (
    ("A rise means", "rise_means"),
    ("Why", "why"),
    ("Expected course", "expected_course"),
    ("Horizon", "horizon"),
    ("Owner", "owner"),
)


def measure_facts(pack: Pack, measure: Measure) -> Iterator[str]:
    """Each fact about a measure, a line each, unwrapped."""
    for label, name in _WORDS:
        said = line(getattr(measure, name))
        if said:
            yield f"{label}: {said}"
    yield from (f"Caveat: {each}" for each in measure.caveats)
    yield from (f"Waits for: {each}" for each in measure.waits_for)
    rules = ", ".join(f"{pack.label(each)} ({each})" if each in pack else each for each in measure.rules)
    if rules:
        yield f"Counting rules: {rules}"
    yield f"Counted over: {measure.table}, by {measure.period}"
    for each in measure.parts:
        yield f"{each.id}: {_part(each, each.table)}"
    for held in measure.benchmarks:
        per = "" if held.period == "none" else f", a {held.period}"
        yield f"Benchmark: {held.value:g} {held.unit}{per}; {held.area}, {held.year}. {held.source}"
    note = f": {measure.note}" if measure.note else ""
    yield f"Status: {STATUSES[measure.status]}{note}"
    yield f"Source: {measure.source.in_words}"


def _part(part: Part, table: str) -> str:
    """`Title (rate, per 1,000 people): incidents where …, over population`."""
    unit = f"{part.statistic}, {part.unit}" if part.unit else part.statistic
    sides = [_side(part.numerator, table)]
    if part.denominator.table or part.denominator.where or part.denominator.sum:
        sides.append(_side(part.denominator, table))
    kept = "".join(f", by {each.title.lower()}" for each in part.groups)
    by = f", by {line(part.mix.by)}" if part.mix else ""
    return f"{part.title} ({unit}): {', over '.join(sides)}{by}{kept}"


def _side(side: Side, table: str) -> str:
    over = side.table or table
    said = f"the sum of {line(side.sum)} in {over}" if side.sum else over
    return f"{said} where {line(side.where)}" if side.where else said
