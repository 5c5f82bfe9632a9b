"""The plan's measures as others may see them: tables, sentences and charts in which no small count can be found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, cast

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nvap.charts.control_chart import describe, draw
from nvap.charts.options import ChartOptions
from nvap.charts.scale import Grain
from nvap.charts.series import control_chart_table, every_period, reading_of
from nvap.charts.words import chart_sentence
from nvap.disclosure.policy import HIDDEN
from nvap.disclosure.sharing import share
from nvap.disclosure.table import Column, Table
from nvap.documents.board_pack import Measure, Picture, Said
from nvap.packs import Pack
from nvap.packs.measure import Measure as Declared
from nvap.plan.document import Document, Thing
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.plans import reading
from nvap.web.results import calendar, stored
from nvap.web.results.chart import decided_for, judged_as_shown, rule_of, title_of
from nvap.web.results.choices import Choice, choose
from nvap.web.results.headline import shown_rows
from nvap.web.results.layouts import PERIODS, rules_of
from nvap.web.results.numbers import PERCENT, Scale, improvement, language, scale_of, span_words
from nvap.web.results.stored import Answer, Row
from nvap.web.results.tables import lines, results_table
from nvap.web.results.worked_out import tables_of

NO_CHART: Final = gettext_lazy(
    "There is no chart, because some of its numbers may not be shown to others: a drawing would give them away."
)
NO_NUMBERS: Final = gettext_lazy("There are no numbers for this measure yet.")
NEWEST_HIDDEN: Final = gettext_lazy("The newest number may not be shown to others.")
_MOST_ROWS: Final = 12
# Numbers in a note that count nobody: days, years, and the rule below which nothing is worked out.
_HARMLESS: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b|\b(?:19|20)\d\d\b|Fewer than \d+")
_PLANNED: Final = (
    "numerator", "denominator", "baseline_from", "baseline_to", "target", "target_date", "target_reason", "course",
    "not_measured", "not_measured_note",
)  # fmt: skip


@dataclass(frozen=True)
class _Shown:
    """One line of a measure's numbers: as it was chosen, and the table of it that others may see."""

    choice: Choice
    answer: Answer
    rows: list[Row]
    scale: Scale
    table: Table

    @property
    def hides(self) -> bool:
        """Whether any number of it may not be shown."""
        return any(HIDDEN in row for row in self.table.rows)


def measures_of(pack: Pack, document: Document) -> tuple[Measure, ...]:
    """Each measure of the plan, in its order."""
    things = document.of("measure")
    declared = [pack.measures[each.key] for each in things if each.key in pack.measures]
    held = _answers(document.force, declared)
    return tuple(_measure(pack, document, each, held.get(each.key, {})) for each in things)


def _answers(code: str, measures: Sequence[Declared]) -> dict[str, dict[str, Answer]]:
    force = Force(pk=code)  # the code alone is asked for
    found: dict[str, dict[str, Answer]] = {}
    for rule in {rules_of(each)[0] for each in measures}:
        found |= stored.answers(force, [each.id for each in measures if rules_of(each)[0] == rule], rule)
    return found


def _measure(pack: Pack, document: Document, thing: Thing, held: Mapping[str, Answer]) -> Measure:
    declared = pack.measures.get(thing.key)
    said = reading.answers(pack, document, thing.key, _PLANNED)
    begun = Measure(
        id=thing.key,
        title=reading.name_of(pack, document, thing.key),
        sentence="",
        cannot_say=declared.cannot_say if declared else "",
        facts=tuple(Said(each.label, each.text) for each in said if each.text),
    )
    if declared and any(by in held for by in PERIODS):
        shown = _chosen(declared, document.text(thing.key, "part"), held)
        return _with_results(begun, shown, document.force, _number(document.text(thing.key, "target")))
    return _with_observations(begun, document, thing)


def _chosen(measure: Declared, part: str, held: Mapping[str, Answer]) -> _Shown:
    """The finest layout in which everything may be shown; where there is none, the one that says most."""
    periods = {by: held[by] for by in PERIODS if by in held}
    names = [each.id for each in measure.parts]
    asked = [_shown(measure, each, "", periods) for each in ([part] if part in names else names)]
    first = next((each for each in asked if _has_value(each.rows)), asked[0])
    part = first.choice.part.id
    coarser = PERIODS[PERIODS.index(first.choice.by) + 1 :]
    tried = (_shown(measure, part, by, periods) for by in coarser if by in periods)
    if not first.hides:
        return first
    return next((each for each in tried if not each.hides and _has_value(each.rows)), first)


def _shown(measure: Declared, part: str, by: str, held: Mapping[str, Answer]) -> _Shown:
    choice = choose(measure, {"part": part, "by": by}, rules_of(measure)[0], held)
    if choice.by not in held:
        choice = replace(choice, by=next(iter(held)))
    answer = held[choice.by]
    rows = shown_rows(choice, answer)
    scale = scale_of(choice.part, rows)
    table = results_table(
        choice, answer, scale, [{**row, "reason": note_to_share(row["reason"] or "")} for row in rows]
    )
    return _Shown(choice, answer, rows, scale, share(table, sentence=""))


def note_to_share(note: str) -> str:
    """A row's note as others may read it: one that tells a number, unless of a year, a day or a rule, is not shown."""
    told = any(letter.isdecimal() for letter in _HARMLESS.sub("", note))
    return _("There is a note on this number that may not be shown to others.") if told else note


def _has_value(rows: Sequence[Row]) -> bool:
    return any(row["value"] is not None for row in rows)


def _with_results(begun: Measure, shown: _Shown, force: str, target: float | None) -> Measure:
    if not _has_value(shown.rows):
        return replace(begun, notes=(str(NO_NUMBERS),))
    newest = shown.table.with_rows(tuple(reversed(shown.table.rows[-_MOST_ROWS:])))
    headings, table = lines(newest, shown.scale)
    notes = [title_of(shown.choice)]
    if len(shown.rows) > _MOST_ROWS:
        notes.append(
            _("The table holds the newest %(shown)s of %(all)s periods.")
            % {"shown": _MOST_ROWS, "all": len(shown.rows)}
        )
    chart, sentence = (None, _newest(newest, shown.scale)) if shown.hides else _chart(shown, force, target)
    if chart is None:
        notes.append(str(NO_CHART))
    return replace(
        begun,
        sentence=sentence,
        table=newest,
        headings=tuple(headings),
        rows=tuple((each.heading, *each.cells) for each in table),
        chart=chart,
        notes=tuple(notes),
    )


def _chart(shown: _Shown, force: str, target: float | None) -> tuple[Picture | None, str]:
    """The chart of numbers that may all be shown, and its sentence; the table refuses, should one of them not."""
    choice, scale = shown.choice, shown.scale
    grain = cast(Grain, choice.by)
    rows = [reading_of(row, scale.shown(row["value"])) for row in shown.rows]
    readings = every_period(rows, grain, reason=_("No extract covers it."))
    here = workspace.current().force(force)
    tables = tables_of(choice.measure, choice.part, choice.rule)
    events = calendar.events(here, tables, as_at=shown.answer.entry.as_at_asked)
    events = sorted([*events, *decided_for(choice, shown.answer)], key=lambda event: event.on)
    judged = judged_as_shown(choice, readings, events)
    if choice.part.uses_population:
        readings = [replace(each, denominator=None) for each in readings]
    options = ChartOptions(
        id=f"pack-{choice.measure.id.lower()}",
        unit=scale.unit,
        grain=grain,
        improvement=improvement(choice.part),
        target=target,
        events=tuple(events),
        decimals=scale.decimals,
        language=language(),
    )
    table = control_chart_table(
        readings,
        judged.chart,
        grain=grain,
        kind=scale.kind,
        headings={"value": scale.heading, "numerator": _("Counted"), "denominator": _("Of")},
        unit=scale.unit,
        language=language(),
        title=title_of(choice),
        sentence="",
        counting_rule=rule_of(choice, shown.answer),
        as_at=shown.answer.entry.as_at,
        pack=shown.answer.entry.pack,
        profile="shared",
        made_up=shown.answer.is_made_up,
    )
    table = table.with_rows(table.rows, sentence=chart_sentence(table, options, _))
    return Picture(draw(table, options, translate=_), describe(table, options, _)), table.sentence


def _newest(table: Table, scale: Scale) -> str:
    """The newest number of a shared table in words; that it may not be shown, where it is hidden."""
    record = next((each for each in table.records() if each["value"] is not None), None)
    if record is None:
        return str(NO_NUMBERS)
    value = record["value"]
    if not isinstance(value, int | float):
        return str(NEWEST_HIDDEN)
    stands = value / PERCENT if scale.is_share else value
    return _("%(period)s: %(value)s.") % {"period": record["name"], "value": scale.said(float(stands))}


def _with_observations(begun: Measure, document: Document, thing: Thing) -> Measure:
    """What was counted by hand, where nothing was computed."""
    rows = tuple(_observation(document, each.key) for each in document.of("observation", thing.key))
    if not rows:
        return replace(begun, notes=(str(NO_NUMBERS),))
    columns = (
        Column("name", _("Period")),
        Column("counted", _("Counted"), "count"),
        Column("of", _("Of"), "base"),
        Column("not_known", _("Not known"), "count"),
        Column("value", "%", "share", "%"),
        Column("source", _("Where it comes from")),
    )
    title = document.text(thing.key, "title") or begun.title
    table = share(Table(columns, rows, title, "", "", None, document.pack), sentence="")
    written = tuple(tuple(_written(cell) for cell in row) for row in table.rows)
    return replace(begun, table=table, headings=tuple(column.heading for column in columns), rows=written)


def _observation(document: Document, key: str) -> tuple[Any, ...]:
    first, last = document.day(key, "first"), document.day(key, "last")
    counts = [_number(document.text(key, name)) for name in ("numerator", "denominator", "unknown")]
    counted, of, _unknown = counts
    share_of = None if counted is None or not of else PERCENT * counted / of
    return (_days(first, last), *counts, share_of, document.text(key, "source"))


def _days(first: date | None, last: date | None) -> str:
    if first and last:
        return span_words(first, last)
    only = first or last
    return date_format(only, "j F Y") if only else ""


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _written(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell.is_integer() else f"{cell:,.1f}"
    return "" if cell is None else str(cell)
