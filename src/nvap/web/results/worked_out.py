"""How a number was worked out: what is counted, under which rule, from which extracts, by which query, by whom."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from nvap.measures.asking import read_by
from nvap.measures.compile import scans
from nvap.packs.measurable import MHRI, RULE_COLUMNS, measurable
from nvap.packs.measure import Measure, Part
from nvap.packs.measure_model import Side
from nvap.records.contract import contract
from nvap.records.store import Batch
from nvap.web.results.choices import Choice
from nvap.web.results.stored import Answer
from nvap.web.results.words import Words


@dataclass(frozen=True)
class Condition:
    """One side of a fraction: in words over which table, and the condition as the toolkit writes it."""

    words: Words
    sql: str


@dataclass(frozen=True)
class Extract:
    """One extract behind the number."""

    table: str
    source: str
    file: str
    as_at: datetime.date
    loaded_at: datetime.datetime
    hash: str
    batch: str


@dataclass(frozen=True)
class WorkedOut:
    """All that somebody needs who wants to work the number out again."""

    rule: Words
    numerator: Condition
    denominator: Condition | None
    kept_apart: str
    terms: tuple[tuple[str, str], ...]
    extracts: tuple[Extract, ...]
    sql: str
    command: str
    pack: str
    run: str
    engine: str
    who: str
    when: datetime.datetime


def worked_out(choice: Choice, answer: Answer, batches: list[Batch], force: str) -> WorkedOut:
    """The account of what is shown."""
    part, measure, origin = choice.part, choice.measure, answer.provenance
    tables = tables_of(measure, part, choice.rule)
    return WorkedOut(
        rule=answer.rule_words,
        numerator=_numerator(part),
        denominator=_denominator(part),
        kept_apart=part.mix.by.text.strip() if part.mix else "",
        terms=tuple(_terms(part, choice.rule)),
        extracts=tuple(
            _extract(each)
            for each in batches
            if each.table in tables and each.id in origin["extracts"].get(each.table, ())
        ),
        sql=_sql(choice, answer),
        command=_command(choice, answer, force),
        pack=answer.entry.pack,
        run=answer.entry.run,
        engine=origin["engine"],
        who=answer.entry.computed_by,
        when=answer.entry.computed_at,
    )


def tables_of(measure: Measure, part: Part, rule: str) -> set[str]:
    """The tables that a part is counted from."""
    return {need.partition(".")[0] for need in measure.needs(part, rule if part.uses_rule else None)}


def _numerator(part: Part) -> Condition:
    if part.statistic == "distribution":
        return Condition(_("Count of %(table)s of one category") % {"table": contract(part.table).title.lower()}, "")
    return _side(part, part.numerator)


def _side(part: Part, side: Side) -> Condition:
    over = contract(side.table or part.table).title.lower()
    if side.sum is not None:
        words = _("Sum over %(table)s of") % {"table": over}
        sql = side.sum.text.strip()
        return Condition(words, sql if side.where is None else f"{sql}\nwhere {side.where.text.strip()}")
    words = _("Count of %(table)s") % {"table": over}
    return Condition(words, f"where {side.where.text.strip()}" if side.where else "")


def _denominator(part: Part) -> Condition | None:
    if part.statistic in ("count", "total"):
        return None
    if part.uses_population:
        return Condition(_("The people who live in the area, at the middle of the year"), "")
    if part.statistic == "mean":
        found = _side(part, part.denominator)
        return Condition(_("The number of those rows whose sum is known"), found.sql)
    if part.statistic == "share":
        side = Side(part.numerator.table, part.denominator.where, part.numerator.sum)
        return _side(part, side)
    if part.statistic == "distribution":
        return Condition(_("All rows of the same kind whose category is known"), "")
    return _side(part, part.denominator)


def _terms(part: Part, rule: str) -> Iterator[tuple[str, str]]:
    """Each word of the conditions that stands for more than a column, and what it means."""
    over = measurable(part.table)
    used = {name for each in part.expressions for name in each.columns}
    for name in sorted(used & over.derived.keys()):
        meant = RULE_COLUMNS.get(rule, name) if name == MHRI else name
        yield name, over.derived[meant].description


def _extract(batch: Batch) -> Extract:
    return Extract(
        table=contract(batch.table).title,
        source=batch.source.get("name", ""),
        file=str(batch.report.get("file", "")),
        as_at=batch.as_at,
        loaded_at=batch.loaded_at,
        hash=batch.content_hash,
        batch=batch.id,
    )


def _sql(choice: Choice, answer: Answer) -> str:
    """The query of this number alone; the worker asks for all measures of a table at once, from the same rows."""
    by = read_by(choice.by, [choice.measure])
    first, last = answer.entry.first or datetime.date.min, answer.entry.last or datetime.date.max
    found = scans([(choice.measure, choice.part)], by=by, rule=choice.rule, start=first, end=last)
    return ";\n\n".join(each.sql for each in found)


def _command(choice: Choice, answer: Answer, force: str) -> str:
    words: list[Any] = ["nvap measure", choice.measure.id, "--force", force, "--by", choice.by]
    if answer.entry.rule:
        words += ["--rule", answer.entry.rule]
    if answer.entry.first and answer.entry.last:
        words += ["--from", answer.entry.first, "--to", answer.entry.last]
    return " ".join(str(each) for each in words)
