"""Everything that a measure's page shows, put together from what is stored; no view or template works anything out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from nvap.charts.scale import day_name
from nvap.disclosure.table import Table
from nvap.measures.readiness import Readiness
from nvap.packs.items import MeasureToCome
from nvap.packs.measure import Benchmark, Measure
from nvap.packs.model import Pack
from nvap.records import store
from nvap.records.contract import contract
from nvap.records.store import Batch
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.results import calendar
from nvap.web.results.chart import Chart, benchmarks_of, chart_of, is_like_with_like, rule_of
from nvap.web.results.choices import (
    Choice,
    Option,
    Select,
    day_select,
    layout_options,
    rule_options,
    selects,
)
from nvap.web.results.headline import newest, shown_rows
from nvap.web.results.layouts import AREA
from nvap.web.results.numbers import Scale, language, period_words, plain, scale_of, span_words
from nvap.web.results.numbers import published as published_value
from nvap.web.results.pictures import BY_PERIOD, OnPage, files_of, funnel_on_page, mix_on_page, multiples_on_page
from nvap.web.results.restated import Restated, restated
from nvap.web.results.side_by_side import SideBySide, parts_beside, series_beside
from nvap.web.results.stored import Answer, Row, days_held
from nvap.web.results.tables import Line, lines, results_table
from nvap.web.results.words import LAYOUTS, METHODS, Words
from nvap.web.results.worked_out import WorkedOut, tables_of, worked_out


@dataclass(frozen=True)
class Latest:
    """The newest number, large."""

    value: str
    interval: str
    counted: str
    period: str
    method: Words
    not_known: int


@dataclass(frozen=True)
class Alongside:
    """A measure to read beside this one: the sentence that says why, and where it stands."""

    sentence: str
    words: str
    address: str
    is_to_come: bool


@dataclass(frozen=True)
class HeldAgainst:
    """A published figure: its value, where and when, who says so, and whether it may stand in the drawing."""

    value: str
    period: Words
    area: str
    year: str
    source: str
    reference: str
    is_drawn: bool
    address: str


@dataclass(frozen=True)
class TableOnPage:
    """The table under the drawing."""

    table: Table
    headings: list[str]
    lines: list[Line]

    @property
    def last_is_number(self) -> bool:
        """Whether the last column holds numbers, and no note."""
        return not self.table.has("note")


@dataclass(frozen=True)
class SetAside:
    """How many rows of a table were read and how many of them were set aside."""

    table: str
    read_words: str
    set_aside_words: str


@dataclass(frozen=True)
class MeasurePage:
    """The page of one measure as one reader chose it."""

    choice: Choice
    entry: object
    rule: Words
    latest: Latest | None
    chart: Chart | None
    area_sentence: str
    made_up: bool
    refusal: str
    layouts: list[Option]
    rules: list[Option]
    selects: list[Select]
    parts: SideBySide | None
    series: SideBySide | None
    benchmarks: list[HeldAgainst]
    table: TableOnPage | None
    worked_out: WorkedOut
    gaps: list[tuple[str, int]]
    set_aside: list[SetAside]
    csv: str
    restated: list[Restated]
    funnel: OnPage | None
    multiples: OnPage | None
    mix: OnPage | None
    chart_files: tuple[tuple[str, str], ...]
    period_files: tuple[tuple[str, str], ...]

    @property
    def now(self) -> str:
        """The same page as it stands now."""
        return self.choice.address(as_at="")

    @property
    def is_by_area(self) -> bool:
        """Whether the rows are areas instead of periods."""
        return self.choice.by == AREA


def measure_page(choice: Choice, held: Mapping[str, Answer], force: Force, ready: Readiness) -> MeasurePage:
    """The page of what was chosen; the layout chosen is held."""
    answer = held[choice.by]
    here = workspace.current().force(force.code)
    batches = store.all_batches(here)
    rows = shown_rows(choice, answer)
    scale = scale_of(choice.part, rows)
    tables = tables_of(choice.measure, choice.part, choice.rule)
    by_area = choice.by == AREA
    events = [] if by_area else calendar.events(here, tables, as_at=answer.entry.as_at_asked)
    last = None if by_area else newest(rows)
    return MeasurePage(
        choice=choice,
        entry=answer.entry,
        rule=rule_of(choice, answer),
        latest=_latest(choice, scale, last) if last else None,
        chart=None if by_area else chart_of(choice, answer, scale, rows, events),
        area_sentence=_area_sentence(scale, rows) if by_area else "",
        made_up=answer.is_made_up,
        refusal=_refusal(choice, answer, rows, ready),
        layouts=layout_options(choice, held, LAYOUTS),
        rules=rule_options(choice),
        selects=[*selects(choice, held), *day_select(choice, _days(choice, force))],
        parts=parts_beside(choice, held),
        series=series_beside(choice, held),
        benchmarks=[_held_against(choice, each, held) for each in benchmarks_of(choice)],
        table=_table(choice, answer, scale, rows),
        worked_out=worked_out(choice, answer, batches, force.code),
        gaps=_gaps(rows),
        set_aside=_set_aside(batches, tables),
        restated=restated(choice, answer, scale),
        funnel=funnel_on_page(choice, answer),
        multiples=multiples_on_page(choice, answer),
        mix=mix_on_page(choice, answer, events),
        chart_files=() if by_area else files_of(choice),
        period_files=() if by_area else files_of(choice, BY_PERIOD),
        csv=f"{reverse('measure-file', args=[choice.measure.id])}?{choice.query()}",
    )


def _days(choice: Choice, force: Force) -> list[tuple[date, str]]:
    """The days as at which the measure's stored runs stand, in words."""
    return [(day, day_name(day, language())) for day in days_held(force, choice.measure.id, choice.rule)]


def table_of(choice: Choice, answer: Answer) -> Table:
    """The rows that are shown as the one table that may be shown; what the file holds."""
    rows = shown_rows(choice, answer)
    return results_table(choice, answer, scale_of(choice.part, rows), rows)


def alongside(pack: Pack, measure: Measure) -> list[Alongside]:
    """The measures to read beside this one."""
    found = []
    for each in measure.read_alongside:
        is_to_come = each.measure not in pack.measures
        address = reverse("item" if is_to_come else "measure", args=[each.measure])
        found.append(Alongside(each.sentence, f"{each.measure}, {pack.label(each.measure)}", address, is_to_come))
    return found


def to_come(pack: Pack, measure_id: str) -> MeasureToCome | None:
    """The measure of the catalogue that nothing computes yet, by this id."""
    item = pack.items.get(measure_id)
    return item if isinstance(item, MeasureToCome) else None


def _latest(choice: Choice, scale: Scale, row: Row) -> Latest:
    return Latest(
        value=scale.said(row["value"]),
        interval=scale.interval(row),
        counted=scale.counted(row),
        period=period_words(row, choice.by),
        method=METHODS.get(row["method"] or "", ""),
        not_known=row["unknown"] or 0,
    )


def _area_sentence(scale: Scale, rows: Sequence[Row]) -> str:
    """Between which areas the numbers lie; empty where fewer than two have one."""
    held = sorted((row for row in rows if row["value"] is not None), key=lambda row: row["value"])
    if len(held) < 2:
        return ""
    words = {
        "span": _span(rows),
        "low": scale.said(held[0]["value"]),
        "low_area": held[0]["area"],
        "high": scale.said(held[-1]["value"]),
        "high_area": held[-1]["area"],
    }
    return _("%(span)s: from %(low)s (%(low_area)s) to %(high)s (%(high_area)s).") % words


def _span(rows: Sequence[Row]) -> str:
    held = [row for row in rows if row["period_start"] and row["period_end"]]
    if not held:
        return ""
    return span_words(min(row["period_start"] for row in held), max(row["period_end"] for row in held))


def _refusal(choice: Choice, answer: Answer, rows: Sequence[Row], ready: Readiness) -> str:
    """Why there is no number at all; empty where there is one."""
    if any(row["value"] is not None for row in rows):
        return ""
    stopped = ready.parts.get(choice.part.id)
    told = [row["reason"] for row in (rows or answer.of_part(choice.part.id)) if row["reason"]]
    if told:
        return str(Counter(told).most_common(1)[0][0])
    return stopped.reason if stopped else _("The stored result cannot be read; have the measures computed again.")


def _held_against(choice: Choice, published: Benchmark, held: Mapping[str, Answer]) -> HeldAgainst:
    can_switch = published.period in held and published.period != choice.by
    return HeldAgainst(
        value=published_value(choice.part, published.value),
        period=LAYOUTS.get(published.period, ""),
        area=published.area,
        year=published.year,
        source=published.source,
        reference=published.reference,
        is_drawn=is_like_with_like(choice, published) and len(benchmarks_of(choice)) == 1,
        address=choice.address(by=published.period) if can_switch else "",
    )


def _table(choice: Choice, answer: Answer, scale: Scale, rows: Sequence[Row]) -> TableOnPage | None:
    if not rows:
        return None
    # The newest first for people; the file keeps the order of time.
    ordered = rows if choice.by == AREA else list(reversed(rows))
    table = results_table(choice, answer, scale, ordered)
    return TableOnPage(table, *lines(table, scale))


def _gaps(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """Each reason for which a number is withheld, and how often."""
    return Counter(row["reason"] or "" for row in rows if row["value"] is None).most_common()


def _set_aside(batches: Sequence[Batch], tables: set[str]) -> list[SetAside]:
    found = []
    for table in sorted(tables):
        own = [each.report for each in batches if each.table == table]
        if own:
            found.append(
                SetAside(
                    contract(table).title,
                    plain(sum(each["read"] for each in own)),
                    plain(sum(each["set_aside"] for each in own)),
                )
            )
    return found
