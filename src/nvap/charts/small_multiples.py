"""The same control chart for many areas, small, on one scale: what differs can be seen, and nothing is ranked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from nvap.charts.axes import up_scale
from nvap.charts.drawn import Drawn, drawn_points
from nvap.charts.marks import mark
from nvap.charts.scale import Scale, with_unit, written
from nvap.charts.sheet import SMALL, KeyItem, Sheet, account, axis_words, finished, heading
from nvap.charts.svg import QUIET, element, number, text
from nvap.charts.text import wrap
from nvap.charts.words import mark_words
from nvap.disclosure.table import Cell, Column, Table
from nvap.errors import NotEnoughData, UsageFault

_GAP: Final = 14.0
_TALL: Final = 66.0
_HEAD: Final = 20.0
_SECOND_LINE: Final = 14.0
_DASHES: Final = "4 3"


@dataclass(frozen=True)
class Panel:
    """One area's chart: its name, and the table that `control_chart_table` made of it."""

    name: str
    table: Table


def multiples_table(panels: Sequence[Panel], *, heading_of_areas: str, **standing: Any) -> Table:
    """All panels as the one table that is drawn and stands beside: the columns of a control chart, the area first.

    Raises UsageFault without panels, and where an area stands twice.
    """
    names = [panel.name for panel in panels]
    if not panels or len(set(names)) != len(names):
        raise UsageFault("small multiples: found no area or one twice; each area has one panel.")
    columns = (Column("area", heading_of_areas), *panels[0].table.columns)
    rows = tuple((panel.name, *row) for panel in panels for row in _without_hidden_lines(panel.table))
    return Table(columns=columns, rows=rows, **standing)


def _without_hidden_lines(table: Table) -> Iterator[tuple[Cell, ...]]:
    """The rows without lines where there are too few periods, or no movement, to say what is usual."""
    lines = {column.name for column in table.columns} & {"mean", "lower", "upper"}
    for row in table.records():
        hidden = bool(row["short"]) or bool(row["still"])
        yield tuple(None if hidden and name in lines else cell for name, cell in row.items())


def draw(table: Table, sheet: Sheet) -> str:
    """The panels as an SVG element: one scale for all, special causes by shape, the newest number beside each name.

    Raises UsageFault when the table lacks a column, NotEnoughData when no area has a value.
    """
    panels = _panels(table)
    value = next(column for column in table.columns if column.name == "value")
    head, top = heading(table, sheet, axis_words(value, sheet.unit))
    across = 2 if sheet.narrow else 4
    wide = (sheet.room - (across - 1) * _GAP) / across
    up = _scale([points for _, points in panels], sheet)
    names = [wrap(name, wide - 60, SMALL)[:2] for name, _ in panels]
    above = _HEAD + (_SECOND_LINE if any(len(lines) > 1 for lines in names) else 0)
    body = [head]
    for at, (_, points) in enumerate(panels):
        x = 8 + (at % across) * (wide + _GAP)
        y = top + (at // across) * (above + _TALL + _GAP)
        body.append(_words(names[at], points, (x, y, wide), sheet))
        body.append(_panel(points, (x, y + above, wide), up, sheet))
    rows = math.ceil(len(panels) / across)
    return finished(
        table,
        sheet,
        body,
        top + rows * (above + _TALL + _GAP),
        description=describe(table, sheet),
        key=_key([point for _, points in panels for point in points], sheet),
        remarks=_remarks(panels, up, sheet),
    )


def describe(table: Table, sheet: Sheet) -> str:
    """What someone who cannot see them is told: each area's newest number, and whether it is unusual."""
    say, said = sheet.translate, []
    for name, points in _panels(table):
        latest = _latest(points)
        if latest is None or latest.value is None:
            said.append(say("{area}: no number").format(area=name))
            continue
        value = with_unit(latest.value, sheet.decimals, sheet.unit)
        judged = f", {mark_words(latest.mark, say)}" if latest.mark != "plain" else ""
        said.append(f"{name}: {value}{judged}")
    return account(table, sheet, ["; ".join(said) + "."])


def _panels(table: Table) -> list[tuple[str, list[Drawn]]]:
    if not table.has("area"):
        raise UsageFault(f"small multiples of {table.title}: the table has no column area.")
    found: list[tuple[str, list[Drawn]]] = []
    for name, rows in groupby(table.rows, key=lambda row: row[table.columns.index(_area(table))]):
        own = table.with_rows(tuple(rows))
        try:
            found.append((str(name), drawn_points(own)))
        except NotEnoughData:
            found.append((str(name), []))
    held = [points for _, points in found if points]
    if not held:
        raise NotEnoughData(f"{table.title}: there is no number to draw yet.")
    if len({tuple(point.start for point in points) for points in held}) > 1:
        raise UsageFault(f"small multiples of {table.title}: every area needs the same periods, gaps among them.")
    return found


def _area(table: Table) -> Column:
    return next(column for column in table.columns if column.name == "area")


def _scale(panels: Sequence[Sequence[Drawn]], sheet: Sheet) -> Scale:
    points = [point for panel in panels for point in panel]
    values = [point.value for point in points if point.value is not None and not point.part]
    values += [limit for point in points for limit in point.limits or () if limit >= 0]
    values = values or [point.value for point in points if point.value is not None]
    return up_scale([0.0, *values] if min(values) >= 0 else values, 0.0, _TALL, percent=sheet.unit == "%")


def _words(lines: Sequence[str], points: Sequence[Drawn], place: tuple[float, float, float], sheet: Sheet) -> str:
    """An area's name and its newest number above its panel."""
    x, y, wide = place
    latest = _latest(points)
    value = "" if latest is None or latest.value is None else _short(latest.value, sheet)
    drawn = [text(x, y + 13 + at * _SECOND_LINE, line, font_size=SMALL) for at, line in enumerate(lines)]
    drawn.append(text(x + wide, y + 13, value, text_anchor="end", font_size=SMALL, font_weight="bold"))
    return "".join(drawn)


def _panel(points: Sequence[Drawn], place: tuple[float, float, float], up: Scale, sheet: Sheet) -> str:
    x, top, wide = place
    drawn = [element("rect", class_="hollow", x=x, y=top, width=wide, height=_TALL, fill="none", stroke="#b1b4b6")]
    if not points:
        words = sheet.translate("No number")
        drawn.append(text(x + wide / 2, top + _TALL / 2 + 4, words, text_anchor="middle", fill=QUIET, font_size=SMALL))
        return "".join(drawn)
    each = wide / len(points)
    drawn.append(_lines(points, (x, top, each), up))
    drawn.append(_values(points, (x, top, each), up))
    return "".join(drawn)


def _lines(points: Sequence[Drawn], place: tuple[float, float, float], up: Scale) -> str:
    """Average and limits, each stretch of equal conditions one path: dashes that begin anew would look solid."""
    x, top, each = place
    drawn = []
    for which, dashes in ((_mean, None), (_lower, _DASHES), (_upper, _DASHES)):
        steps: list[str] = []
        last = -1
        for at, point in enumerate(points):
            line = which(point)
            if line is None or not up.low <= line <= up.high:
                continue
            joined = bool(steps) and last == at - 1 and points[last].stretch == point.stretch
            start, end, y = number(x + at * each), number(x + (at + 1) * each), number(top + up.at(line))
            steps.append(f"{'L' if joined else 'M'}{start} {y}H{end}")
            last = at
        if steps:
            drawn.append(
                element(
                    "path", class_="line", d="".join(steps), fill="none", stroke=QUIET, stroke_width=1,
                    stroke_dasharray=dashes,
                )
            )  # fmt: skip
    return "".join(drawn)


def _mean(point: Drawn) -> float | None:
    return point.mean


def _lower(point: Drawn) -> float | None:
    return point.limits[0] if point.limits else None


def _upper(point: Drawn) -> float | None:
    return point.limits[1] if point.limits else None


def _values(points: Sequence[Drawn], place: tuple[float, float, float], up: Scale) -> str:
    x, top, each = place

    def at(place: int, value: float) -> tuple[float, float]:
        return x + (place + 0.5) * each, top + up.at(min(max(value, up.low), up.high))

    drawn, start = [], 0
    for joined, run in groupby(points, key=lambda point: point.stretch if point.value is not None else None):
        stretch = list(run)
        if joined is not None and len(stretch) > 1:
            ends = [at(start + step, point.value or 0.0) for step, point in enumerate(stretch)]
            path = " ".join(f"{number(a)},{number(b)}" for a, b in ends)
            drawn.append(element("polyline", class_="line", points=path, fill="none", stroke=QUIET, stroke_width=1.5))
        start += len(stretch)
    latest = _latest(points)
    for step, point in enumerate(points):
        if point.value is not None and (point.mark != "plain" or point is latest):
            drawn.append(mark(point.mark, *at(step, point.value), 0.6))
    return "".join(drawn)


def _latest(points: Sequence[Drawn]) -> Drawn | None:
    return next((point for point in reversed(points) if point.value is not None and not point.part), None)


def _short(value: float, sheet: Sheet) -> str:
    return written(value, sheet.decimals) + ("%" if sheet.unit == "%" else "")


def _key(points: Sequence[Drawn], sheet: Sheet) -> list[KeyItem]:
    say = sheet.translate
    dashed = element("line", class_="line", x1=-9, x2=9, y1=0, y2=0, stroke=QUIET, stroke_dasharray=_DASHES)
    solid = element("line", class_="line", x1=-9, x2=9, y1=0, y2=0, stroke=QUIET)
    items = [KeyItem(mark("plain", 0, 0), say("Newest number")), KeyItem(solid, say("Average"))]
    if any(point.limits for point in points):
        items.append(KeyItem(dashed, say("Limits")))
    for shape in ("improvement", "concern", "high", "low"):
        if any(point.mark == shape for point in points):
            items.append(KeyItem(mark(shape, 0, 0), mark_words(shape, say).capitalize()))
    return items


def _remarks(panels: Sequence[tuple[str, Sequence[Drawn]]], up: Scale, sheet: Sheet) -> list[str]:
    say = sheet.translate
    held = [point for _, points in panels for point in points]
    starts = [point.period for point in sorted(held, key=lambda point: point.start)]
    ends = {name: with_unit(end, up.decimals, sheet.unit) for name, end in (("low", up.low), ("high", up.high))}
    said = [
        say("Every panel runs from {first} to {last} and from {low} to {high}.").format(
            first=starts[0], last=starts[-1], **ends
        ),
        say("Among {many} areas some stand out by chance alone. This is no league table.").format(many=len(panels)),
    ]
    if any(point.short for point in held):
        said.append(say("No limits are drawn where there are too few periods."))
    return said
