"""A measure's stored rows as one control chart, with its sentence, its calendar and what it is held against."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from nvap.charts.control_chart import describe, draw
from nvap.charts.options import Benchmark, ChartOptions, Event
from nvap.charts.scale import Grain
from nvap.charts.series import Reading, control_chart_table, every_period, first_places, reading_of
from nvap.charts.words import chart_sentence
from nvap.disclosure.table import Table
from nvap.documents.pictures import Line
from nvap.documents.rare_events import between_table
from nvap.measures.judging import Judged, counted, judge
from nvap.packs.measure import Benchmark as Published
from nvap.statistics.control_chart import NOT_ENOUGH, ControlChart
from nvap.web.results.choices import Choice
from nvap.web.results.numbers import Scale, improvement, language
from nvap.web.results.rebasing import decided, splitting
from nvap.web.results.stored import Answer, Row
from nvap.web.results.words import EACH


@dataclass(frozen=True)
class Between:
    """What passed between events too rare to be judged by period: the drawing twice, its sentence, its description."""

    sentence: str
    described: str
    wide: SafeString
    narrow: SafeString


@dataclass(frozen=True)
class Chart:
    """The drawing for a wide and for a narrow screen, the sentence above it, and what it tells who cannot see it.

    `why` says which chart it is and why it was chosen. Where events are rare, `between` is that chart, and this one
    shows their numbers by period; `is_missing_events` says that the stored result does not hold their days.
    """

    sentence: str
    described: str
    wide: SafeString
    narrow: SafeString
    is_short: bool
    variation: str = NOT_ENOUGH
    assurance: str | None = None
    why: str = ""
    between: Between | None = None
    is_missing_events: bool = False


def chart_of(
    choice: Choice,
    answer: Answer,
    scale: Scale,
    rows: Sequence[Row],
    events: Sequence[Event],
    *,
    target: float | None = None,
) -> Chart | None:
    """The chart of rows that stand by period; None where no row has a number. A `target` is as the values are shown."""
    if not any(row["value"] is not None for row in rows):
        return None
    grain = cast(Grain, choice.by)
    readings = every_period(
        [reading_of(row, scale.shown(row["value"])) for row in rows], grain, reason=gettext("No extract covers it.")
    )
    events = sorted([*events, *decided_for(choice, answer)], key=lambda event: event.on)
    fitting = judged_as_shown(choice, readings, events, target)
    judged = fitting.chart
    options = _options(choice, scale, events)
    table = control_chart_table(
        readings,
        judged,
        grain=grain,
        kind=scale.kind,
        headings={"value": scale.heading},
        unit=scale.unit,
        language=language(),
        title=title_of(choice),
        sentence="",
        counting_rule=rule_of(choice, answer),
        as_at=answer.entry.as_at,
        pack=answer.entry.pack,
        made_up=answer.is_made_up,
    )
    sentence = chart_sentence(table, options, gettext)
    table = table.with_rows(table.rows, sentence=sentence)
    passed = _between(choice, answer, fitting, options) if fitting.needs_events else None
    return Chart(
        sentence=sentence,
        described=describe(table, options, gettext),
        wide=_safe(draw(table, options, translate=gettext)),
        narrow=_safe(draw(table, options, narrow=True, translate=gettext)),
        is_short=bool(judged.short),
        variation=judged.variation if _can_be_judged(judged) else NOT_ENOUGH,
        assurance=judged.assurance if _can_be_judged(judged) else None,
        why=fitting.choice.why,
        between=passed,
        is_missing_events=fitting.needs_events and passed is None,
    )


def between_events(
    choice: Choice, answer: Answer, scale: Scale, rows: Sequence[Row], events: Sequence[Event]
) -> str | None:
    """The chart of what passed between rare events as a drawing that stands alone; None where events are not rare.

    `events` are all that mark the chart, decisions to begin new limits among them.
    """
    grain = cast(Grain, choice.by)
    readings = every_period(
        [reading_of(row, scale.shown(row["value"])) for row in rows], grain, reason=gettext("No extract covers it.")
    )
    fitting = judged_as_shown(choice, readings, events)
    made = _between_table(choice, answer, fitting, _options(choice, scale, events)) if fitting.needs_events else None
    return draw(*made, standalone=True, translate=gettext) if made else None


def _options(choice: Choice, scale: Scale, events: Sequence[Event]) -> ChartOptions:
    return ChartOptions(
        id=f"chart-{choice.measure.id.lower()}",
        unit=scale.unit,
        grain=cast(Grain, choice.by),
        improvement=improvement(choice.part),
        events=tuple(events),
        benchmark=_drawn_benchmark(choice, scale),
        decimals=scale.decimals,
        language=language(),
    )


def judged_as_shown(
    choice: Choice, readings: Sequence[Reading], events: Sequence[Event], target: float | None = None
) -> Judged:
    """The chart that fits what is shown, split where the events say that numbers do not compare."""
    breaks = first_places(readings, [event.on for event in splitting(events)])
    series = counted(choice.part, [_numbers(each) for each in readings])
    return judge(series, improvement=improvement(choice.part), target=target, rebase=breaks)


def decided_for(choice: Choice, answer: Answer) -> list[Event]:
    """Where somebody decided that limits begin anew for what is shown."""
    return decided(answer.entry.force_id, choice.measure.id, choice.part.id)


def _between(choice: Choice, answer: Answer, fitting: Judged, options: ChartOptions) -> Between | None:
    """The chart of what passed between rare events; None where the stored result does not hold their days."""
    made = _between_table(choice, answer, fitting, options)
    if made is None:
        return None
    table, options = made
    return Between(
        table.sentence,
        describe(table, options, gettext),
        _safe(draw(table, options, translate=gettext)),
        _safe(draw(table, options, narrow=True, translate=gettext)),
    )


def _between_table(
    choice: Choice, answer: Answer, fitting: Judged, options: ChartOptions
) -> tuple[Table, ChartOptions] | None:
    """What passed between rare events as the table that is drawn, and how it is drawn."""
    line = Line(
        choice.measure,
        choice.part,
        [{"category": choice.series.category, "group": choice.series.group}],
        answer.provenance,
        events=options.events,
        translate=gettext,
        language=language(),
        rule_words=rule_of(choice, answer),
    )
    return between_table(line, fitting, f"{options.id}-between", title_of(choice))


def _numbers(reading: Reading) -> tuple[float | None, float | None, float | None]:
    """What lines and limits are made of: nothing of a period that the extract holds only in part."""
    return reading.numerator, reading.denominator, None if reading.part else reading.value


def _can_be_judged(judged: ControlChart) -> bool:
    """Whether the newest period's limits say anything: enough periods before it, and some movement in them."""
    last = next((point for point in reversed(list(judged.points)) if point.kind), None)
    return last is not None and not last.short and not last.still and not math.isnan(last.upper)


def title_of(choice: Choice) -> str:
    """What is shown, in words: the part, its line, and the layout."""
    parts = [choice.part.title, choice.series.label, str(EACH[choice.by]).lower()]
    return ", ".join(each for each in parts if each)


def rule_of(choice: Choice, answer: Answer) -> str:
    """The counting rule that decides what is shown, by its name; empty where none does."""
    return str(answer.rule_words) if choice.part.uses_rule else ""


def benchmarks_of(choice: Choice) -> list[Published]:
    """The published figures about what is shown."""
    return [
        each
        for each in choice.measure.benchmarks
        if each.part == choice.part.id and each.category == choice.series.category
    ]


def is_like_with_like(choice: Choice, benchmark: Published) -> bool:
    """Whether the published figure is of the same period as what is shown: a yearly rate beside yearly ones."""
    return benchmark.period == choice.by


def _drawn_benchmark(choice: Choice, scale: Scale) -> Benchmark | None:
    """The published figure that gets a line: the only one of the same period; of several none is drawn."""
    fitting = [each for each in benchmarks_of(choice) if is_like_with_like(choice, each)]
    if len(fitting) != 1:
        return None
    words = f"{fitting[0].area}, {fitting[0].year}"
    return Benchmark(words, scale.shown(fitting[0].value), like_with_like=True)


def _safe(drawing: str) -> SafeString:
    return mark_safe(drawing)  # noqa: S308 - charts escape every text that they draw
