"""What stands below a chart: what each mark and line is, the calendar's changes in words, and the table's standing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nvap.charts.drawn import Drawn
from nvap.charts.marks import badge, mark
from nvap.charts.options import ChartOptions, Event
from nvap.charts.plot import FONT, LINE, Plot
from nvap.charts.scale import Language, day_name, with_unit
from nvap.charts.sheet import standing
from nvap.charts.svg import QUIET, SHADE, element, lines_of_text
from nvap.charts.text import width, wrap
from nvap.charts.words import GRAINS, mark_words
from nvap.disclosure.table import Table
from nvap.statistics.control_chart import FEWEST_FOR_LIMITS
from nvap.wording import Translate, phrase

_ICON = 22.0
_DASHES = {"average": None, "limit": "5 3", "benchmark": "1 4", "target": "8 3 2 3"}


def draw(table: Table, plot: Plot, top: float, translate: Translate) -> tuple[str, float]:
    """The lines below a chart from `top` down, and where they end."""
    items = _marks_used(plot.points, plot.options, translate)
    if plot.narrow:
        items += [(named.icon, named.words) for named in line_names(plot, translate)]
    drawn, y = _rows(items, plot.across, top)
    for said in _remarks(plot, translate):
        lines = wrap(said, plot.across - 16, FONT)
        drawn += lines_of_text(8, y + 13, lines, LINE, fill=QUIET)
        y += len(lines) * LINE + 2
    for count, event in enumerate(plot.events, start=1):
        lines = wrap(event_words(event, plot.options.language, translate), plot.across - 48, FONT)
        drawn += badge(18, y + 12, count, FONT) + lines_of_text(36, y + 17, lines, LINE)
        y += len(lines) * LINE + 8
    for said, bold in standing(table, plot.options.language, translate):
        lines = wrap(said, plot.across - 16, FONT, bold=bold)
        drawn += lines_of_text(8, y + 17, lines, LINE, fill=QUIET, font_weight="bold" if bold else None)
        y += len(lines) * LINE + 2
    return drawn, y + 6


def event_words(event: Event, language: Language, translate: Translate) -> str:
    """A change on the calendar with its day, and that numbers do not compare across it where they do not."""
    said = f"{day_name(event.on, language)}: {event.words.rstrip('.')}."
    if event.anew:
        return f"{said} {translate('Average and limits begin anew here, by a recorded decision.')}"
    return f"{said} {translate('Numbers before and after do not compare.')}" if event.breaks else said


@dataclass(frozen=True)
class Named:
    """A line's height, its name with its number, and its style (latest, average, limit, benchmark or target).

    `icon` is what stands before the name in a key: the latest value's own marker, or a piece of the line.
    """

    height: float
    words: str
    style: str
    icon: str


def line_names(plot: Plot, translate: Translate) -> list[Named]:
    """What is named of the last stretch: its latest whole value, average and limits, with benchmark and target."""
    options, unit, last = plot.options, _short(plot.options.unit), plot.points[-1]
    latest = next((point for point in reversed(plot.points) if point.value is not None and not point.part), None)
    # The average of whole numbers seldom is one.
    finer = plot.decimals if plot.decimals or last.still else 1

    def name(height: float, words: str, style: str) -> Named:
        return Named(height, f"{translate(words)} {with_unit(height, finer, unit)}", style, style)

    names = []
    if latest is not None and latest.value is not None:
        words = f"{latest.period}: {with_unit(latest.value, plot.decimals, unit)}"
        names.append(Named(latest.value, words, "latest", latest.mark))
    if last.mean is not None:
        centre = phrase("Average so far") if last.short else phrase("Average")
        names.append(name(last.mean, phrase("Median") if options.centre == "median" else centre, "average"))
    for words, limit in zip((phrase("Lower limit"), phrase("Upper limit")), last.limits or (), strict=False):
        if plot.holds(limit):
            names.append(name(limit, words, "limit"))
    if options.benchmark and options.benchmark.like_with_like and options.benchmark.value is not None:
        names.append(name(options.benchmark.value, options.benchmark.words, "benchmark"))
    if options.target is not None:
        names.append(name(options.target, phrase("Target"), "target"))
    return names


def _short(unit: str) -> str:
    """A per cent sign stands with every number; a longer unit is named once, at the axis."""
    return unit if unit == "%" else ""


def _marks_used(points: Sequence[Drawn], options: ChartOptions, translate: Translate) -> list[tuple[str, str]]:
    items = []
    for shape in ("improvement", "concern", "high", "low"):
        if any(point.mark == shape and point.value is not None for point in points):
            items.append((shape, mark_words(shape, translate).capitalize()))
    if any(point.part and point.value is not None for point in points):
        one = translate(GRAINS[options.grain][0])
        items.append(("part", translate("Part {one}, not judged").format(one=one)))
    if any(point.value is None and not point.hidden for point in points):
        items.append(("gap", translate("No number")))
    if any(point.hidden for point in points):
        items.append(("gap", translate("Too small to show")))
    return items


def _remarks(plot: Plot, translate: Translate) -> list[str]:
    points, options, scale = plot.points, plot.options, plot.scale
    said = []
    many = translate(GRAINS[options.grain][1])
    if any(point.short for point in points):
        said.append(
            translate("No limits are drawn where there are fewer than {fewest} {many}.").format(
                fewest=FEWEST_FOR_LIMITS, many=many
            )
        )
    if any(point.still and not point.short for point in points):
        said.append(translate("No limits are drawn where the number has not moved."))
    lowest = [point.limits[0] for point in points if point.limits is not None]
    highest = [point.limits[1] for point in points if point.limits is not None]
    if any(limit < scale.low for limit in lowest):
        said.append(translate("The lower limit is below nought and not drawn."))
    if any(limit > scale.high for limit in highest):
        said.append(translate("The upper limit is above 100% and not drawn."))
    for point in points:
        if point.part and point.value is not None and not plot.holds(point.value):
            value = with_unit(point.value, plot.decimals, _short(options.unit))
            said.append(translate("{period} ({value}) lies beyond the axis.").format(period=point.period, value=value))
    if scale.low > 0:
        said.append(translate("The axis does not begin at nought."))
    if options.benchmark and not options.benchmark.like_with_like:
        said.append(options.benchmark.words)
    return said


def _rows(items: Sequence[tuple[str, str]], across: float, top: float) -> tuple[str, float]:
    """The marks with their words, as many beside each other as fit."""
    drawn, x, y = "", 8.0, top
    for shape, words in items:
        lines = wrap(words, across - 16 - _ICON, FONT)
        wide = _ICON + max(width(line, FONT) for line in lines) + 22
        if x > 8 and x + wide - 22 > across - 8:
            x, y = 8.0, y + LINE + 4
        drawn += _icon(shape, x + 8, y + 9) + lines_of_text(x + _ICON, y + 14, lines, LINE)
        x += wide
        if len(lines) > 1:
            x, y = 8.0, y + len(lines) * LINE + 4
    return drawn, y + (LINE + 6 if x > 8 else 0)


def _icon(shape: str, x: float, y: float) -> str:
    if shape == "gap":
        return element(
            "rect", class_="shade", x=x - 7, y=y - 7, width=14, height=14, fill=SHADE, stroke=QUIET, stroke_width=1
        )
    if shape in _DASHES:
        return element(
            "line", class_="line", x1=x - 8, x2=x + 8, y1=y, y2=y, stroke=QUIET, stroke_dasharray=_DASHES[shape],
            stroke_width=2,
        )  # fmt: skip
    return mark(shape, x, y)
