"""The newest number of a measure in words: for lists of measures, the home page and the impact statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nvap.packs.measure import Measure
from nvap.web.results.choices import Choice, choose, series_of
from nvap.web.results.layouts import FIRST_RULE, rules_of
from nvap.web.results.numbers import period_words, scale_of
from nvap.web.results.stored import Answer, Row
from nvap.web.results.words import Words, rule_in_words


@dataclass(frozen=True)
class Headline:
    """The newest whole period with a number: the value, its interval, what was counted, and what it is of."""

    what: str
    value: str
    bare: str
    unit: str
    interval: str
    counted: str
    not_known: int
    period: str
    rule: Words
    has_rule: bool
    address: str


def headline(measure: Measure, held: Mapping[str, Answer]) -> Headline | None:
    """The newest number of a measure's first part; of the next part where the first has none. None without any."""
    for part in measure.parts:
        choice = choose(measure, {"part": part.id}, rules_of(measure)[0], held)
        found = _newest(choice, held)
        if found is not None:
            return _in_words(choice, held[choice.by], found)
    return None


def shown_rows(choice: Choice, answer: Answer) -> list[Row]:
    """The rows of one line of numbers, oldest first (by area: as they stand)."""
    rows = [row for row in answer.of_part(choice.part.id) if choice.series.holds(row) and row["numerator"] is not None]
    return sorted(rows, key=lambda row: row["period_start"]) if choice.by != "area" else rows


def newest(rows: list[Row]) -> Row | None:
    """The newest whole period that has a number."""
    return next((row for row in reversed(rows) if row["value"] is not None and row["status"] != "part_period"), None)


def _newest(choice: Choice, held: Mapping[str, Answer]) -> Row | None:
    return newest(shown_rows(choice, held[choice.by])) if choice.by in held else None


def _in_words(choice: Choice, answer: Answer, row: Row) -> Headline:
    scale = scale_of(choice.part, shown_rows(choice, answer))
    several = len(choice.measure.parts) > 1 or len(series_of(choice.part, {choice.by: answer})) > 1
    what = ", ".join(each for each in (choice.part.title, choice.series.label) if each)
    return Headline(
        what=what if several else "",
        value=scale.said(row["value"]),
        bare=scale.bare(row["value"]),
        unit="" if scale.is_share else scale.unit,
        interval=scale.interval(row),
        counted=scale.counted(row),
        not_known=row["unknown"] or 0,
        period=period_words(row, choice.by),
        rule=answer.rule_words if answer.entry.rule else rule_in_words(FIRST_RULE),
        has_rule=bool(answer.entry.rule) and choice.part.uses_rule,
        address=choice.address(),
    )
