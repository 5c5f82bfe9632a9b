"""Ratios of several groups, each with its interval and with the bounds of what is not known; a dot plot, no ranking."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from nvap.charts.axes import GRID
from nvap.charts.marks import BETTER
from nvap.charts.scale import written
from nvap.charts.sheet import FONT, LINE, SMALL, KeyItem, Sheet, account, finished, heading, number_of
from nvap.charts.svg import INK, PAPER, QUIET, SHADE, element, lines_of_text, number, text
from nvap.charts.text import width, wrap
from nvap.disclosure.policy import HIDDEN
from nvap.disclosure.table import Cell, Column, Kind, Table
from nvap.errors import NotEnoughData, UsageFault

COLUMNS: Final = ("name", "value", "ratio_lower", "ratio_upper", "bounds_lower", "bounds_upper", "reference")
_TICKS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
_FARTHEST: Final = (_TICKS[0], _TICKS[-1])
_DASHES: Final = "2 4"
_BESIDE: Final = 9.0


@dataclass(frozen=True)
class Estimate:
    """One group's ratio with its interval, and its lowest and highest limit whatever group the unknown ones are of.

    `counted` of `of` says what it rests on. What is not known is None; an infinite limit runs to the edge.
    `is_reference` is the group that the others are held against: it has no ratio.
    """

    name: str
    counted: float | None
    of: float | None
    value: float | None
    lower: float | None = None
    upper: float | None = None
    lowest: float | None = None
    highest: float | None = None
    is_reference: bool = False
    note: str = ""


def ratios_table(
    estimates: Sequence[Estimate], *, headings: dict[str, str], base: Kind = "base", **standing: Any
) -> Table:
    """The groups as the table that is drawn and stands beside; `headings` for name, counted, of and value.

    Columns that hold nothing for any group (bounds, notes) are left out beside the drawing, not here.
    """
    columns = (
        Column("name", headings["name"]),
        Column("counted", headings["counted"], "count"),
        Column("of", headings["of"], base),
        Column("value", headings["value"], "line"),
        Column("ratio_lower", headings.get("interval", "95% interval"), "line"),
        Column("ratio_upper", headings.get("interval", "95% interval"), "line"),
        Column("bounds_lower", headings.get("bounds", "95% interval, whatever is not known"), "line"),
        Column("bounds_upper", headings.get("bounds", "95% interval, whatever is not known"), "line"),
        Column("note", headings.get("note", "Note")),
        Column("reference", "Reference", "flag"),
    )
    rows = tuple(
        (
            each.name,
            each.counted,
            each.of,
            _finite(each.value),
            _finite(each.lower),
            _finite(each.upper),
            _finite(each.lowest),
            _finite(each.highest),
            each.note,
            each.is_reference,
        )
        for each in estimates
    )
    return Table(columns=columns, rows=rows, **standing)


def without_empty(table: Table) -> Table:
    """The table without the bounds and the note where no group has one, as it stands beside the drawing."""
    empty = {"bounds_lower", "bounds_upper", "note"}
    kept = [
        at
        for at, column in enumerate(table.columns)
        if column.name not in empty or any(row[at] not in (None, "") for row in table.rows)
    ]
    return table.with_rows(
        tuple(tuple(row[at] for at in kept) for row in table.rows),
        columns=tuple(table.columns[at] for at in kept),
    )


def draw(table: Table, sheet: Sheet, *, level: str = "") -> str:
    """The groups below each other on a scale of ratios, on which half and double lie equally far from 1.

    A square is the ratio, a thick line its interval, a thin dashed line how far the limits reach whatever those are
    who are not known; a ring is the group that the others are held against. `level` says in words what 1 means.
    Raises UsageFault when the table lacks a column, NotEnoughData when no group has a ratio.
    """
    rows = _held(table)
    head, top = heading(table, sheet, next(each.heading for each in table.columns if each.name == "value"))
    across = _across(rows, sheet)
    body, y = [head], top + 4
    for at, row in enumerate(rows):
        drawn, tall = _row(row, across, y, sheet, banded=at % 2 == 0)
        body.append(drawn)
        y += tall
    body.append(_axis(across, y))
    return finished(
        table,
        sheet,
        body,
        y + 26,
        description=describe(table, sheet, level=level),
        key=_key(rows, sheet, level),
        remarks=_remarks(rows, sheet),
    )


def describe(table: Table, sheet: Sheet, *, level: str = "") -> str:
    """What someone who cannot see it is told: each group's ratio with its interval, and which intervals leave out 1."""
    say, said = sheet.translate, [f"{level}."] if level else []
    for row in _held(table):
        if row["reference"]:
            said.append(say("{name}: the reference group.").format(name=row["name"]))
        elif number_of(row["value"]) is not None:
            said.append(f"{row['name']}: {_words(row, sheet)}.")
    return account(table, sheet, said)


@dataclass(frozen=True)
class _Across:
    """A scale of ratios from left to right: equal steps multiply."""

    low: float
    high: float
    left: float
    right: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        share = (math.log(inside) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return self.left + share * (self.right - self.left)


def _held(table: Table) -> list[dict[str, Cell]]:
    missing = [name for name in COLUMNS if not table.has(name)]
    if missing:
        raise UsageFault(f"ratios of {table.title}: the table has no column {', '.join(missing)}.")
    rows = table.records()
    if not any(number_of(row["value"]) is not None for row in rows if not row["reference"]):
        raise NotEnoughData(f"{table.title}: there is no number to draw yet.")
    return rows


def _across(rows: Sequence[dict[str, Cell]], sheet: Sheet) -> _Across:
    values = [1.0]
    for row in rows:
        found = [number_of(row[name]) for name in COLUMNS[1:6]]
        values += [min(max(each, _FARTHEST[0]), _FARTHEST[1]) for each in found if each is not None and each > 0]
    low = max(tick for tick in _TICKS if tick <= min(*values, 0.5))
    high = min(tick for tick in _TICKS if tick >= max(*values, 2.0))
    left = 16.0 if sheet.narrow else min(250.0, 24 + max(width(str(row["name"]), FONT) for row in rows))
    right = sheet.across - (16 if sheet.narrow else 190)
    return _Across(low, high, left, right, tuple(tick for tick in _TICKS if low <= tick <= high))


def _row(row: dict[str, Cell], across: _Across, y: float, sheet: Sheet, *, banded: bool) -> tuple[str, float]:
    """One group: its name and numbers in words (above its line on a narrow screen, beside it on a wide one)."""
    name, words = str(row["name"]), _words(row, sheet)
    size = SMALL if sheet.narrow else FONT
    if sheet.narrow:
        lines = [*wrap(name, sheet.room - 8, FONT, bold=True), *wrap(words, sheet.room - 8, SMALL)]
        tall = len(lines) * LINE + 26
        middle = y + len(lines) * LINE + 13
        bold = len(wrap(name, sheet.room - 8, FONT, bold=True))
        named = lines_of_text(12, y + 15, lines[:bold], LINE, font_weight="bold")
        named += lines_of_text(12, y + 15 + bold * LINE, lines[bold:], LINE, fill=QUIET, font_size=size)
    else:
        left, right = wrap(name, across.left - 24, size), wrap(words, sheet.across - across.right - 22, SMALL)
        tall = max(len(left) * LINE, len(right) * 15, 22) + 10
        middle = y + tall / 2
        named = lines_of_text(12, middle - (len(left) - 1) * LINE / 2 + 5, left, LINE)
        named += lines_of_text(
            across.right + 14, middle - (len(right) - 1) * 7.5 + 4, right, 15, fill=QUIET, font_size=SMALL
        )
    band = (
        element("rect", class_="hollow", x=8, y=y, width=sheet.across - 16, height=tall, fill=SHADE) if banded else ""
    )
    half = 13 if sheet.narrow else tall / 2
    return band + named + _line_at_one(across, middle - half, middle + half) + _drawn(row, across, middle), tall


def _drawn(row: dict[str, Cell], across: _Across, y: float) -> str:
    if row["reference"]:
        return _ring(across.at(1.0), y)
    value = number_of(row["value"])
    if value is None:
        return ""
    lowest, highest = number_of(row["bounds_lower"]), number_of(row["bounds_upper"])
    drawn = ""
    if lowest is not None or highest is not None:
        drawn += _reach(across, (lowest, highest), y, wide=1.5, dashes=_DASHES)
    lower, upper = number_of(row["ratio_lower"]), number_of(row["ratio_upper"])
    if lower is not None or upper is not None:
        drawn += _reach(across, (lower, upper), y, wide=4, dashes="")
    # Of a ratio that the scale does not hold the square stands beside the arrow, not on it.
    x = min(max(across.at(max(value, across.low)), across.left + _BESIDE), across.right - _BESIDE)
    return drawn + _square(x if value < across.low or value > across.high else across.at(value), y)


def _reach(across: _Across, ends: tuple[float | None, float | None], y: float, *, wide: float, dashes: str) -> str:
    """A line from one limit to the other; one that the scale does not hold ends in an arrow at its edge."""
    low, high = ends[0] or across.low / 2, ends[1] if ends[1] is not None else across.high * 2
    left, right = across.at(low), across.at(high)
    drawn = element(
        "line", class_="line", x1=left, x2=right, y1=y, y2=y, stroke=BETTER if not dashes else INK, stroke_width=wide,
        stroke_dasharray=dashes or None,
    )  # fmt: skip
    if low < across.low:
        drawn += _arrow(left, y, -1)
    elif dashes:
        drawn += _end(left, y)
    if high > across.high:
        drawn += _arrow(right, y, 1)
    elif dashes:
        drawn += _end(right, y)
    return drawn


def _arrow(x: float, y: float, way: int) -> str:
    points = f"{number(x + way * 8)},{number(y)} {number(x)},{number(y - 6)} {number(x)},{number(y + 6)}"
    return element("polygon", class_="mark", points=points, fill=INK)


def _end(x: float, y: float) -> str:
    return element("line", class_="line", x1=x, x2=x, y1=y - 5, y2=y + 5, stroke=INK, stroke_width=1.5)


def _square(x: float, y: float) -> str:
    return element("rect", class_="mark", x=x - 5.5, y=y - 5.5, width=11, height=11, fill=INK)


def _ring(x: float, y: float) -> str:
    return element("circle", class_="hollow", cx=x, cy=y, r=6, fill=PAPER, stroke=INK, stroke_width=2)


def _line_at_one(across: _Across, top: float, bottom: float) -> str:
    x = across.at(1.0)
    return element(
        "line", class_="line", x1=x, x2=x, y1=top, y2=bottom, stroke=QUIET, stroke_width=1.25, stroke_dasharray="7 5"
    )


def _axis(across: _Across, y: float) -> str:
    drawn = element("line", class_="line", x1=across.left, x2=across.right, y1=y, y2=y, stroke=GRID, stroke_width=1.5)
    free = -1e9
    for tick in across.ticks:
        label, x = f"{tick:g}", across.at(tick)
        half = width(label, FONT) / 2
        if x - half < free:
            continue
        free = x + half + 8
        drawn += element("line", class_="line", x1=x, x2=x, y1=y, y2=y + 5, stroke=QUIET, stroke_width=1.5)
        drawn += text(x, y + 19, label, text_anchor="middle", fill=QUIET)
    return drawn


def _words(row: dict[str, Cell], sheet: Sheet) -> str:
    """A group's numbers: 1.84 (1.40 to 2.42); between 1.12 and 2.60 whatever is not known."""
    say = sheet.translate
    if row["reference"]:
        return say("reference group")
    if HIDDEN in (row["value"], row["counted"]):
        return HIDDEN
    value = number_of(row["value"])
    if value is None:
        return str(row.get("note") or "") or say("no ratio")
    said = written(value, 2)
    if number_of(row["ratio_lower"]) is not None or number_of(row["ratio_upper"]) is not None:
        ends = [_limit(row[name], end) for name, end in (("ratio_lower", "0"), ("ratio_upper", "∞"))]
        said = say("{value} ({lower} to {upper})").format(value=said, lower=ends[0], upper=ends[1])
    if number_of(row["bounds_lower"]) is not None or number_of(row["bounds_upper"]) is not None:
        ends = [_limit(row[name], end) for name, end in (("bounds_lower", "0"), ("bounds_upper", "∞"))]
        said += "; " + say("{lowest} to {highest} whatever is not known").format(lowest=ends[0], highest=ends[1])
    return said


def _limit(cell: Cell, without: str) -> str:
    found = number_of(cell)
    return without if found is None else written(found, 2)


def _key(rows: Sequence[dict[str, Cell]], sheet: Sheet, level: str) -> list[KeyItem]:
    say = sheet.translate
    interval = element("line", class_="line", x1=-11, x2=11, y1=0, y2=0, stroke=BETTER, stroke_width=4)
    items = [KeyItem(_square(0, 0), say("The ratio")), KeyItem(interval, say("95% interval"))]
    if any(number_of(row["bounds_lower"]) is not None or number_of(row["bounds_upper"]) is not None for row in rows):
        dashed = element(
            "line", class_="line", x1=-11, x2=11, y1=0, y2=0, stroke=INK, stroke_width=1.5, stroke_dasharray=_DASHES
        )
        items.append(KeyItem(dashed, say("Limits, whatever group the unknown are in")))
    if any(row["reference"] for row in rows):
        items.append(KeyItem(_ring(0, 0), say("Reference group")))
    if level:
        one = element(
            "line", class_="line", x1=0, x2=0, y1=-9, y2=9, stroke=QUIET, stroke_width=1.25, stroke_dasharray="7 5"
        )
        items.append(KeyItem(one, level))
    return items


def _remarks(rows: Sequence[dict[str, Cell]], sheet: Sheet) -> list[str]:
    say, said = sheet.translate, []
    if any(number_of(row["value"]) is None and not row["reference"] for row in rows):
        names = ", ".join(str(row["name"]) for row in rows if number_of(row["value"]) is None and not row["reference"])
        said.append(say("Without a ratio: {names}.").format(names=names))
    said.append(say("Half and double lie equally far from 1. A difference is a question, not an answer."))
    return said


def _finite(value: float | None) -> float | None:
    """None for what is not there, and for a limit that is infinite or undefined: no table holds such a number."""
    return value if value is not None and math.isfinite(value) else None
