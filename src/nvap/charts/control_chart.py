"""A control chart as SVG, from a table that `nvap.charts.series` made; nothing is worked out here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Final

from nvap.charts import key
from nvap.charts.drawn import Drawn, drawn_points
from nvap.charts.marks import badge, mark
from nvap.charts.options import ChartOptions
from nvap.charts.place import spread
from nvap.charts.plot import BADGE, DASHES, FONT, LINE, Plot, across_levels, make_plot, within
from nvap.charts.scale import period_ticks, written
from nvap.charts.svg import INK, QUIET, SHADE, drawing, element, lines_of_text, number, text
from nvap.charts.text import width, wrap
from nvap.charts.words import chart_sentence, signal_words
from nvap.disclosure.table import Table
from nvap.wording import Translate, phrase

_BETTER: Final = {"increase": phrase("higher is better"), "decrease": phrase("lower is better")}


def draw(
    table: Table,
    options: ChartOptions,
    *,
    narrow: bool = False,
    standalone: bool = False,
    translate: Translate = str,
) -> str:
    """The chart as an SVG element.

    Values as a line with a marker each; average and limits stepping where a new stretch begins; special causes by
    shape and colour; gaps shaded; part periods hollow and not judged; changes of the calendar as numbered lines, named
    below; what is drawn and the table's standing below that.

    Args:
        table: of `control_chart_table`; its title, sentence and standing are drawn or said.
        options: unit, direction, events, benchmark; `options.id` is unique on the page.
        narrow: for a screen of 320 px: lines are named below instead of beside.
        standalone: a file of its own: with its title, its sentence, its paper, its size and its style.
        translate: from English to the reader's language.

    Raises:
        UsageFault: when the table lacks a column.
        NotEnoughData: when there is no value to draw.
    """
    points = drawn_points(table)
    across = 320.0 if narrow else 760.0
    heading = wrap(table.title, across - 16, 18, bold=True) if standalone else []
    sentence = wrap(table.sentence, across - 16, FONT) if standalone else []
    axis = wrap(_axis_words(table, options, translate), across - 16, FONT)
    begins = 8 + len(heading) * 24.0
    top = begins + len(sentence) * LINE + (8 if sentence else 0)
    plot = make_plot(points, options, top=top + len(axis) * LINE + 14, across=across, narrow=narrow)
    body = [
        lines_of_text(8, 24, heading, 24, font_size=18.0, font_weight="bold"),
        lines_of_text(8, begins + 14, sentence, LINE),
        lines_of_text(8, top + 14, axis, LINE),
        _gaps(plot),
        _value_axis(plot),
        _period_axis(plot),
        _events(plot),
        _lines(plot),
        _values(plot),
        "" if narrow else _named_lines(plot, translate),
    ]
    below, bottom = key.draw(table, plot, plot.bottom + 52, translate)
    return drawing(
        options.id + ("-narrow" if narrow else ""),
        (across, bottom + 8),
        *body,
        below,
        title=table.title,
        description=describe(table, options, translate),
        role="img",
        language=options.language,
        standalone=standalone,
    )


def describe(table: Table, options: ChartOptions, translate: Translate = str) -> str:
    """What someone who cannot see the chart is told: its sentence, each unusual period, the changes, its standing."""
    points = drawn_points(table)
    said = [table.sentence or chart_sentence(table, options, translate)]
    unusual = _unusual(points, translate)
    if unusual:
        said.append(translate("Unusual: {list}.").format(list="; ".join(unusual)))
    said += [key.event_words(event, options.language, translate) for event in within(points, options.events)]
    said += [translate(standing) + "." for standing in table.standing]
    return " ".join(said)


def _unusual(points: Sequence[Drawn], translate: Translate) -> list[str]:
    """Each stretch of unusual periods with the same signal, named by its first and last."""
    named = []
    for signal, run in groupby(points, key=lambda point: point.signal if point.mark != "plain" else ""):
        stretch = list(run)
        if signal:
            span = stretch[0].period
            if len(stretch) > 1:
                span = translate("{first} to {last}").format(first=span, last=stretch[-1].period)
            named.append(f"{span} ({signal_words(signal, translate)})")
    return named


def _axis_words(table: Table, options: ChartOptions, translate: Translate) -> str:
    heading = next(column.heading for column in table.columns if column.name == "value")
    named = heading if not options.unit or options.unit.lower() in heading.lower() else f"{heading} ({options.unit})"
    better = _BETTER.get(options.improvement or "")
    return f"{named}, {translate(better)}" if better else named


def _gaps(plot: Plot) -> str:
    shaded = []
    place = 0
    for empty, run in groupby(plot.points, key=lambda point: point.value is None):
        many = len(list(run))
        if empty:
            shaded.append(
                element(
                    "rect",
                    class_="shade",
                    x=plot.left + place * plot.each,
                    y=plot.top,
                    width=many * plot.each,
                    height=plot.bottom - plot.top,
                    fill=SHADE,
                )
            )
        place += many
    return "".join(shaded)


def _value_axis(plot: Plot) -> str:
    drawn = []
    for tick in plot.scale.ticks:
        y = plot.scale.at(tick)
        drawn.append(_level(plot.left, plot.right, y, stroke="#b1b4b6", stroke_width=0.75))
        label = written(tick, plot.scale.decimals)
        drawn.append(text(plot.left - 8, y + FONT * 0.35, label, text_anchor="end", fill=QUIET))
    return "".join(drawn)


def _period_axis(plot: Plot) -> str:
    drawn = [_level(plot.left, plot.right, plot.bottom, stroke=QUIET, stroke_width=1.5)]
    starts = [point.start for point in plot.points]
    for place, label, year in period_ticks(starts, plot.options.grain, plot.each, FONT, plot.options.language):
        x = plot.x(place)
        drawn.append(_upright(x, plot.bottom, plot.bottom + 5, stroke=QUIET, stroke_width=1.5))
        half = max(width(label, FONT), width(year, FONT)) / 2
        middle = min(max(x, half + 2), plot.across - half - 2)
        drawn.append(text(middle, plot.bottom + 20, label, text_anchor="middle", fill=QUIET))
        if year:
            drawn.append(text(middle, plot.bottom + 37, year, text_anchor="middle", fill=QUIET))
    return "".join(drawn)


def _events(plot: Plot) -> str:
    """Numbered lines at the calendar's changes; the numbers stand apart even where the lines do not."""
    at = [plot.left + _place_of(event.on, plot.points) * plot.each for event in plot.events]
    beside = spread(at, [BADGE] * len(at), 2, plot.left, plot.right)
    y = plot.top - BADGE / 2 - 8
    drawn = []
    for count, (x, middle) in enumerate(zip(at, beside, strict=True), start=1):
        foot = f"M{number(middle)} {number(y + BADGE / 2)}L{number(x)} {number(plot.top)}V{number(plot.bottom)}"
        drawn.append(
            element("path", class_="line", d=foot, fill="none", stroke=INK, stroke_width=1.5, stroke_dasharray="2 4")
        )
        drawn.append(badge(middle, y, count, FONT))
    return "".join(drawn)


def _place_of(day: date, points: Sequence[Drawn]) -> float:
    """How many periods have gone by at the start of this day, with the part of the one it lies in."""
    place = max(at for at, point in enumerate(points) if point.start <= day)
    start = points[place].start
    end = points[place + 1].start if place + 1 < len(points) else None
    length = max((end - start).days, 1) if end else max((start - points[place - 1].start).days if place else 30, 1)
    return place + min((day - start).days / length, 1.0)


def _lines(plot: Plot) -> str:
    """Average and limits of each stretch, benchmark and target across all."""
    drawn = []
    place = 0
    for _, run in groupby(plot.points, key=lambda point: point.stretch):
        stretch = list(run)
        means = [point.mean for point in stretch]
        drawn.append(_steps(plot, place, means, stroke=QUIET, stroke_width=1.25))
        for side in (0, 1):
            limits = [point.limits[side] if point.limits is not None else None for point in stretch]
            held = [limit if limit is not None and plot.holds(limit) else None for limit in limits]
            drawn.append(_steps(plot, place, held, stroke=QUIET, stroke_width=1.5, stroke_dasharray=DASHES))
        place += len(stretch)
    drawn += [
        _level(plot.left, plot.right, plot.y(level), stroke=QUIET, stroke_width=2.25, stroke_dasharray=dashes)
        for level, dashes in across_levels(plot.options)
    ]
    return "".join(drawn)


def _steps(plot: Plot, first: int, heights: Sequence[float | None], **attributes: str | float) -> str:
    """A line through these heights, a period each: level where they are one, in steps where each period has its own."""
    drawn, place = [], first
    for height, run in groupby(heights):
        many = len(list(run))
        if height is not None:
            start, end = plot.left + place * plot.each, plot.left + (place + many) * plot.each
            drawn.append((start, end, plot.y(height)))
        place += many
    if len(drawn) == 1:
        start, end, y = drawn[0]
        return _level(start, end, y, **attributes)
    # One path, so that its dashes run on; it is broken where a period has no line.
    path = "".join(
        f"M{number(start)} {number(y)}H{number(end)}" if start != before else f"V{number(y)}H{number(end)}"
        for before, (start, end, y) in zip([None, *(end for _, end, _ in drawn)], drawn, strict=False)
    )
    return element("path", class_="line", d=path, fill="none", **attributes) if path else ""


def _values(plot: Plot) -> str:
    """The line, broken at gaps, between stretches and around part periods, with a marker on each value."""
    drawn, place = [], 0
    for joined, run in groupby(
        plot.points, key=lambda point: point.stretch if point.value is not None and not point.part else None
    ):
        stretch = list(run)
        if joined is not None and len(stretch) > 1:
            path = " ".join(
                f"{number(plot.x(place + at))},{number(plot.y(point.value or 0.0))}" for at, point in enumerate(stretch)
            )
            drawn.append(element("polyline", class_="line", points=path, fill="none", stroke=QUIET, stroke_width=2))
        place += len(stretch)
    size = min(1.0, max(0.6, plot.each / 9))
    for at, point in enumerate(plot.points):
        if point.value is not None:
            shape = "part" if point.part else point.mark
            drawn.append(mark(shape, plot.x(at), plot.y(point.value), size))
    return "".join(drawn)


def _named_lines(plot: Plot, translate: Translate) -> str:
    """The lines' names and numbers to the right of where they end, spread so that none touch."""
    room = plot.across - plot.right - 34
    wrapped = [
        (plot.y(named.height), wrap(named.words, room, FONT, bold=named.style == "latest"), named.style == "latest")
        for named in key.line_names(plot, translate)
    ]
    wrapped.sort(key=lambda name: name[0])
    sizes = [len(lines) * LINE for _, lines, _ in wrapped]
    middles = spread([y for y, _, _ in wrapped], sizes, 4, plot.top - 20, plot.bottom + 40)
    drawn = []
    for (y, lines, bold), middle, size in zip(wrapped, middles, sizes, strict=True):
        leader = f"M{number(plot.right + 3)} {number(y)}L{number(plot.right + 20)} {number(middle)}"
        drawn.append(element("path", class_="line", d=leader, fill="none", stroke="#b1b4b6", stroke_width=1))
        drawn.append(
            lines_of_text(
                plot.right + 24,
                middle - size / 2 + LINE * 0.75,
                lines,
                LINE,
                font_weight="bold" if bold else None,
            )
        )
    return "".join(drawn)


def _level(start: float, end: float, y: float, **attributes: str | float) -> str:
    return element("line", class_="line", x1=start, x2=end, y1=y, y2=y, **attributes)


def _upright(x: float, start: float, end: float, **attributes: str | float) -> str:
    return element("line", class_="line", x1=x, x2=x, y1=start, y2=end, **attributes)
