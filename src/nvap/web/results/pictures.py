"""The pictures beside a measure's control chart, funnel by area and mix over time, and every picture as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from nvap.charts.beside import Beside, beside
from nvap.charts.options import Event
from nvap.charts.sheet import Sheet
from nvap.documents.drawing import png
from nvap.documents.pictures import Line, Picture, control_chart_of, funnel_picture, mix_over_time, small_multiples_of
from nvap.errors import NotEnoughData
from nvap.web import workspace
from nvap.web.results import calendar
from nvap.web.results.chart import between_events, decided_for, rule_of, title_of
from nvap.web.results.choices import Choice
from nvap.web.results.headline import shown_rows
from nvap.web.results.layouts import AREA
from nvap.web.results.numbers import language, scale_of
from nvap.web.results.stored import Answer, Row, month_by_area
from nvap.web.results.worked_out import tables_of

KINDS = {"svg": "image/svg+xml", "png": "image/png"}
MIX, MULTIPLES, BY_PERIOD = "mix", "multiples", "period"


@dataclass(frozen=True)
class OnPage:
    """A picture for a wide and for a narrow screen, its sentence, its table, and where it can be had as a file."""

    sentence: str
    wide: SafeString
    narrow: SafeString
    beside: Beside
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Drawn:
    """A picture with the line of numbers that it is made from, and the name that its files have."""

    name: str
    line: Line
    picture: Picture

    def sheet(self, id_: str, *, narrow: bool = False, standalone: bool = False) -> Sheet:
        """How it is drawn."""
        return self.picture.fit(self.line.sheet(id_, narrow=narrow, standalone=standalone))


def funnel_on_page(choice: Choice, answer: Answer) -> OnPage | None:
    """The areas as a funnel; None where they do not stand by area, or are too few."""
    if choice.by != AREA:
        return None
    drawn = _funnel(choice, answer)
    return on_page(drawn, f"funnel-{choice.measure.id.lower()}", files_of(choice)) if drawn else None


def mix_on_page(choice: Choice, answer: Answer, events: Sequence[Event]) -> OnPage | None:
    """The whole mix of the group that is shown, over time; None for a number that is no mix."""
    drawn = mix_drawn(choice, answer, events)
    return on_page(drawn, f"{MIX}-{choice.measure.id.lower()}", files_of(choice, MIX)) if drawn else None


def mix_drawn(choice: Choice, answer: Answer, events: Sequence[Event] | None = None) -> Drawn | None:
    """The whole mix of the group that is shown, over time, with the calendar's changes where no others are given."""
    if choice.by == AREA or choice.part.mix is None:
        return None
    line = line_of(choice, answer, _of_group(choice, answer), changes_of(choice, answer) if events is None else events)
    made = mix_over_time(line, choice.by)  # type: ignore[arg-type]  # a period, not an area
    return Drawn(MIX, line, made) if made else None


def multiples_on_page(choice: Choice, answer: Answer) -> OnPage | None:
    """Every area's own chart month by month; None where no run by month and area is stored."""
    by_month = month_by_area(answer, stood=bool(choice.as_at)) if choice.by == AREA else None
    drawn = multiples_drawn(choice, by_month) if by_month is not None else None
    return on_page(drawn, f"{MULTIPLES}-{choice.measure.id.lower()}", files_of(choice, MULTIPLES)) if drawn else None


def multiples_drawn(choice: Choice, by_month: Answer) -> Drawn | None:
    """Every area's own chart, from rows that stand by month and area."""
    line = line_of(choice, by_month, _of_line(choice, by_month), changes_of(choice, by_month))
    made = small_multiples_of(line, "month")
    return Drawn(MULTIPLES, line, made) if made else None


def files_of(choice: Choice, picture: str = "") -> tuple[tuple[str, str], ...]:
    """The addresses of a picture as SVG and PNG, each with its kind in words."""
    more = f"&picture={picture}" if picture in (MIX, MULTIPLES, BY_PERIOD) else ""
    return tuple(
        (kind.upper(), f"{reverse('measure-picture', args=[choice.measure.id, kind])}?{choice.query()}{more}")
        for kind in KINDS
    )


def file_of(choice: Choice, answer: Answer, picture: str, kind: str) -> bytes:
    """What is shown as a file of its own, SVG or PNG. Raises NotEnoughData where there is no such picture."""
    if choice.by == AREA:
        by_month = month_by_area(answer, stood=bool(choice.as_at)) if picture == MULTIPLES else None
        drawn = multiples_drawn(choice, by_month) if by_month is not None else _funnel(choice, answer)
    elif picture == MIX:
        drawn = mix_drawn(choice, answer)
    else:
        svg = None if picture == BY_PERIOD else _between_events(choice, answer)
        if svg is not None:
            return png(svg, title=title_of(choice)) if kind == "png" else svg.encode()
        drawn = _control_chart(choice, answer)
    if drawn is None:
        raise NotEnoughData(gettext("There is no such picture of these numbers."))
    return as_file(drawn, f"file-{choice.measure.id.lower()}", kind)


def as_file(drawn: Drawn, id_: str, kind: str) -> bytes:
    """A picture as a file of its own, SVG or PNG."""
    svg = drawn.picture.draw(drawn.sheet(id_, standalone=True))
    return png(svg, title=drawn.picture.table.title) if kind == "png" else svg.encode()


def _funnel(choice: Choice, answer: Answer) -> Drawn | None:
    line = line_of(choice, answer, shown_rows(choice, answer), ())
    made = funnel_picture(line)
    return Drawn("funnel", line, made) if made else None


def _between_events(choice: Choice, answer: Answer) -> str | None:
    """The chart of what passed between rare events, as the page shows it; None where events are not rare."""
    rows = shown_rows(choice, answer)
    return between_events(choice, answer, scale_of(choice.part, rows), rows, changes_of(choice, answer))


def _control_chart(choice: Choice, answer: Answer) -> Drawn | None:
    line = line_of(choice, answer, shown_rows(choice, answer), changes_of(choice, answer))
    made = control_chart_of(line, choice.by)  # type: ignore[arg-type]  # a period, not an area
    return Drawn("chart", line, made) if made else None


def line_of(choice: Choice, answer: Answer, rows: Sequence[Row], events: Sequence[Event]) -> Line:
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


def changes_of(choice: Choice, answer: Answer) -> list[Event]:
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


def on_page(drawn: Drawn, id_: str, files: tuple[tuple[str, str], ...]) -> OnPage:
    """A picture for both screens, with its table and its files."""
    made, wide = drawn.picture, drawn.sheet(id_)
    return OnPage(
        made.table.sentence,
        mark_safe(made.draw(wide)),  # noqa: S308 - charts escape every text that they draw
        mark_safe(made.draw(drawn.sheet(id_, narrow=True))),  # noqa: S308 - charts escape every text that they draw
        beside(made.table, wide),
        files,
    )
