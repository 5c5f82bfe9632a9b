"""The chart of what passed between rare events: a G or T chart, as the engine chose it, for the web and elsewhere."""

from __future__ import annotations

import math

from nvap.charts import control_chart
from nvap.charts.options import ChartOptions
from nvap.charts.scale import Grain
from nvap.charts.series import Reading, control_chart_table, every_period, first_places
from nvap.charts.words import chart_sentence
from nvap.disclosure.table import Table
from nvap.documents.pictures import Line, Picture, reading_of
from nvap.measures.charting import of_provenance
from nvap.measures.judging import Judged, between, counted, judge


def between_picture(line: Line, grain: Grain) -> Picture | None:
    """What passed between events, of rows that stand by period.

    None where events are not rare, or where the run does not hold their days.
    """
    readings = every_period([reading_of(line, row) for row in line.rows if row["period_start"] is not None], grain)
    numbers = [(each.numerator, each.denominator, None if each.part else each.value) for each in readings]
    splits = first_places(readings, [event.on for event in line.events if event.breaks or event.anew])
    fitting = judge(counted(line.part, numbers), improvement=line.improvement, rebase=splits)
    made = between_table(line, fitting, "picture-between") if fitting.needs_events else None
    if made is None:
        return None
    table, options = made
    return Picture(
        table,
        lambda sheet: control_chart.draw(
            table, options, narrow=sheet.narrow, standalone=sheet.standalone, translate=line.translate
        ),
        lambda sheet: control_chart.describe(table, options, line.translate),
    )


def between_table(line: Line, fitting: Judged, id_: str, title: str = "") -> tuple[Table, ChartOptions] | None:
    """What passed between events as the table that is drawn, and how; None where the run does not hold their days."""
    say = line.translate
    first = line.rows[0] if line.rows else {"category": None, "group": None}
    key = (line.measure.id, line.part.id, first["category"], first["group"])
    said = of_provenance(line.provenance)
    passed = next((each.events for each in said if (each.measure, each.part, each.category, each.group) == key), ())
    if not any(not math.isnan(each.since) for each in passed):
        return None
    readings = [Reading(each.on, None if math.isnan(each.since) else each.since) for each in passed]
    rebase = first_places(readings, [event.on for event in line.events if event.breaks or event.anew])
    judged = between(passed, fitting.choice, improvement=line.improvement, rebase=rebase).chart
    in_days = fitting.choice.chart == "t"
    heading = say("Days since the one before") if in_days else say("Cases since the one before")
    options = ChartOptions(
        id=id_,
        unit=say("days") if in_days else say("cases"),
        grain="event",
        improvement=judged.improvement,
        events=tuple(line.events),
        decimals=None,
        language=line.language,
        centre="average" if in_days else "median",
    )
    table = control_chart_table(
        readings,
        judged,
        grain="event",
        kind="line",
        headings={"value": heading},
        unit=options.unit,
        language=line.language,
        **line.standing(f"{title or line.title}: {heading.lower()}", ""),
    )
    return table.with_rows(table.rows, sentence=chart_sentence(table, options, say)), options
