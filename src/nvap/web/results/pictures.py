"""The pictures beside a measure's control chart, funnel by area and mix over time, and every picture as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from nvap.charts.beside import Beside, beside
from nvap.charts.options import Event
from nvap.documents.drawing import png
from nvap.documents.pictures import Line, Picture, control_chart_of, funnel_picture, mix_over_time, small_multiples_of
from nvap.errors import NotEnoughData
from nvap.web import workspace
from nvap.web.results import calendar
from nvap.web.results.chart import decided_for, rule_of
from nvap.web.results.choices import Choice
from nvap.web.results.headline import shown_rows
from nvap.web.results.layouts import AREA
from nvap.web.results.numbers import language
from nvap.web.results.stored import Answer, Row, month_by_area
from nvap.web.results.worked_out import tables_of

KINDS = {"svg": "image/svg+xml", "png": "image/png"}
MIX, MULTIPLES = "mix", "multiples"


@dataclass(frozen=True)
class OnPage:
    """A picture for a wide and for a narrow screen, its sentence, its table, and where it can be had as a file."""

    sentence: str
    wide: SafeString
    narrow: SafeString
    beside: Beside
    files: tuple[tuple[str, str], ...]


def funnel_on_page(choice: Choice, answer: Answer) -> OnPage | None:
    """The areas as a funnel; None where they do not stand by area, or are too few."""
    if choice.by != AREA:
        return None
    line = _line(choice, answer, shown_rows(choice, answer), ())
    return _on_page(choice, line, funnel_picture(line), "funnel")


def mix_on_page(choice: Choice, answer: Answer, events: Sequence[Event]) -> OnPage | None:
    """The whole mix of the group that is shown, over time; None for a number that is no mix."""
    if choice.by == AREA or choice.part.mix is None:
        return None
    line = _line(choice, answer, _of_group(choice, answer), events)
    return _on_page(choice, line, mix_over_time(line, choice.by), MIX)  # type: ignore[arg-type]  # a period, not an area


def multiples_on_page(choice: Choice, answer: Answer) -> OnPage | None:
    """Every area's own chart month by month; None where no run by month and area is stored."""
    by_month = month_by_area(answer) if choice.by == AREA else None
    if by_month is None:
        return None
    rows = _of_line(choice, by_month)
    line = _line(choice, by_month, rows, _changes(choice, by_month))
    return _on_page(choice, line, small_multiples_of(line, "month"), MULTIPLES)


def files_of(choice: Choice, picture: str = "") -> tuple[tuple[str, str], ...]:
    """The addresses of a picture as SVG and PNG, each with its kind in words."""
    more = f"&picture={picture}" if picture in (MIX, MULTIPLES) else ""
    return tuple(
        (kind.upper(), f"{reverse('measure-picture', args=[choice.measure.id, kind])}?{choice.query()}{more}")
        for kind in KINDS
    )


def file_of(choice: Choice, answer: Answer, picture: str, kind: str) -> bytes:
    """What is shown as a file of its own, SVG or PNG. Raises NotEnoughData where there is no such picture."""
    by_month = month_by_area(answer) if choice.by == AREA and picture == MULTIPLES else None
    if by_month is not None:
        line = _line(choice, by_month, _of_line(choice, by_month), _changes(choice, by_month))
        made = small_multiples_of(line, "month")
    else:
        rows = _of_group(choice, answer) if picture == MIX else shown_rows(choice, answer)
        line = _line(choice, answer, rows, _changes(choice, answer) if choice.by != AREA else ())
        made = _picture(choice, line, picture)
    if made is None:
        raise NotEnoughData(gettext("There is no such picture of these numbers."))
    svg = made.draw(line.sheet(f"file-{choice.measure.id.lower()}", standalone=True))
    return png(svg, title=made.table.title) if kind == "png" else svg.encode()


def _picture(choice: Choice, line: Line, picture: str) -> Picture | None:
    if choice.by == AREA:
        return funnel_picture(line)
    if picture == MIX:
        return mix_over_time(line, choice.by)  # type: ignore[arg-type]  # a period, not an area
    return control_chart_of(line, choice.by)  # type: ignore[arg-type]  # a period, not an area


def _line(choice: Choice, answer: Answer, rows: Sequence[Row], events: Sequence[Event]) -> Line:
    return Line(
        choice.measure,
        choice.part,
        rows,
        answer.provenance,
        events=events,
        translate=gettext,
        language=language(),
        rule_words=rule_of(choice, answer),
    )


def _changes(choice: Choice, answer: Answer) -> list[Event]:
    """The calendar's changes and the decisions that concern what is shown, in the order of their days."""
    here = workspace.current().force(answer.entry.force_id)
    tables = tables_of(choice.measure, choice.part, choice.rule)
    found = [*calendar.events(here, tables, as_at=answer.entry.as_at_asked), *decided_for(choice, answer)]
    return sorted(found, key=lambda event: event.on)


def _of_line(choice: Choice, answer: Answer) -> list[Row]:
    rows = [row for row in answer.of_part(choice.part.id) if choice.series.holds(row)]
    return [row for row in rows if row["numerator"] is not None]


def _of_group(choice: Choice, answer: Answer) -> list[Row]:
    rows = [row for row in answer.of_part(choice.part.id) if row["group"] == choice.series.group]
    return [row for row in rows if row["numerator"] is not None]


def _on_page(choice: Choice, line: Line, made: Picture | None, name: str) -> OnPage | None:
    if made is None:
        return None
    wide = line.sheet(f"{name}-{choice.measure.id.lower()}")
    narrow = line.sheet(f"{name}-{choice.measure.id.lower()}", narrow=True)
    return OnPage(
        made.table.sentence,
        mark_safe(made.draw(wide)),  # noqa: S308 - charts escape every text that they draw
        mark_safe(made.draw(narrow)),  # noqa: S308 - charts escape every text that they draw
        beside(made.table, wide),
        files_of(choice, name),
    )
