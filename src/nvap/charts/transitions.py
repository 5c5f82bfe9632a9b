"""A transition matrix: from what records were to what they became, with counts and each row's shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any, Final

from nvap.charts.cells import Grid, cell, fits, legend, steps
from nvap.charts.scale import written
from nvap.charts.sheet import FONT, LINE, SMALL, KeyItem, Sheet, account, finished, heading, number_of
from nvap.charts.svg import INK, QUIET, element, lines_of_text, text
from nvap.charts.text import width, wrap
from nvap.disclosure.policy import HIDDEN
from nvap.disclosure.table import Cell, Column, Table
from nvap.errors import NotEnoughData, UsageFault

COLUMNS: Final = ("from_words", "to_words", "count", "share")
_TALL: Final = 46.0
_LEFT: Final = 0.32
"""The most of the width that the names beside the rows may have."""
_WORDS: Final = 15.0
_SMALLER: Final = 11.0
_SMALLEST: Final = 10.0
_MOST_LINES: Final = 4
_LONGEST_CODE: Final = 4


@dataclass(frozen=True)
class Transition:
    """How many records were one thing and became another, and their share of all that were that thing, in per cent."""

    was: str
    became: str
    count: float
    share: float | None


def transition_table(transitions: Sequence[Transition], *, headings: dict[str, str], **standing: Any) -> Table:
    """The transitions as the table that is drawn and stands beside: a row each, in the order given."""
    columns = (
        Column("from_words", headings["from"]),
        Column("to_words", headings["to"]),
        Column("count", headings["count"], "count"),
        Column("share", headings["share"], "share", "%"),
    )
    rows = tuple((each.was, each.became, each.count, each.share) for each in transitions)
    return Table(columns=columns, rows=rows, **standing)


def draw(table: Table, sheet: Sheet) -> str:
    """The matrix as an SVG element: rows say what records were, columns what they became; shaded by the row's share.

    What stayed the same has a thick frame. Raises UsageFault when the table lacks a column, NotEnoughData without rows.
    """
    held, rows, columns = _held(table)
    row_heading, column_heading = (column.heading for column in table.columns[:2])
    head, top = heading(table, sheet, f"{row_heading} ↓  {column_heading} →")
    names = _named(rows, columns, sheet)
    left = min(sheet.across * _LEFT, 16 + max(width(name, SMALL) for name in names.beside))
    above = max(len(lines) for lines in names.above) * _WORDS + 6
    grid = Grid(left, top + above, (sheet.across - left - 8) / len(columns), _TALL)
    ends, sizes = steps([100.0]), _sizes(held, grid.wide)
    cells = [
        _cell(grid, (across, down), held.get((was, became)), ends, sizes=sizes, stays=was == became)
        for down, was in enumerate(rows)
        for across, became in enumerate(columns)
    ]
    return finished(
        table,
        sheet,
        [head, *_written(names, grid), *cells],
        grid.top + len(rows) * _TALL,
        description=describe(table, sheet),
        key=[KeyItem(icon, words) for icon, words in legend(ends, 0, "%")],
        remarks=[
            *names.below,
            sheet.translate("Each row's shares add up to 100%. A thick frame: stayed the same."),
        ],
    )


@dataclass(frozen=True)
class _Names:
    """What stands above each column, beside each row, and below the matrix of what has no room there."""

    above: tuple[Sequence[str], ...]
    beside: tuple[str, ...]
    below: tuple[str, ...]


def _named(rows: Sequence[str], columns: Sequence[str], sheet: Sheet) -> _Names:
    """The names where they fit; where they do not, marks above, and beside the rows or below what the marks are."""
    left = min(sheet.across * _LEFT, 16 + max(width(name, SMALL) for name in rows))
    room = (sheet.across - left - 8) / len(columns) - 4
    if _fit(columns, room):
        return _Names(tuple(wrap(name, room, SMALL) for name in columns), tuple(rows), ())
    marks = _marks(columns)
    beside = [marks[name] if sheet.narrow else _marked(name, marks) for name in rows]
    below = [f"{_marked(name, marks)}." for name in columns if sheet.narrow or name not in rows]
    return _Names(tuple([marks[name]] for name in columns), tuple(beside), tuple(below))


def _written(names: _Names, grid: Grid) -> list[str]:
    """The names above the columns and beside the rows."""
    drawn = []
    for at, lines in enumerate(names.above):
        middle = grid.left + (at + 0.5) * grid.wide
        start = grid.top - 6 - (len(lines) - 1) * _WORDS
        drawn.append(lines_of_text(middle, start, lines, _WORDS, text_anchor="middle", fill=QUIET, font_size=SMALL))
    for at, name in enumerate(names.beside):
        lines = wrap(name, grid.left - 14, SMALL)
        start = grid.top + (at + 0.5) * _TALL + 4 - (len(lines) - 1) * _WORDS / 2
        drawn.append(lines_of_text(grid.left - 8, start, lines, _WORDS, text_anchor="end", fill=QUIET, font_size=SMALL))
    return drawn


def _fit(names: Sequence[str], room: float) -> bool:
    """Whether names can stand above their columns: no word broken, and few enough lines."""
    words = [word for name in names for word in name.split()]
    few = all(len(wrap(name, room, SMALL)) <= _MOST_LINES for name in names)
    return few and all(width(word, SMALL) <= room for word in words)


def _marks(names: Sequence[str]) -> dict[str, str]:
    """A short mark for each name: its own code (`16: …`), a letter where others have one, else a running number."""
    codes = {name: name.partition(": ")[0] for name in names if 0 < name.find(": ") <= _LONGEST_CODE}
    if not codes:
        return {name: str(at) for at, name in enumerate(names, start=1)}
    others = [name for name in names if name not in codes]
    return codes | dict(zip(others, ascii_uppercase, strict=False))


def _marked(name: str, marks: Mapping[str, str]) -> str:
    """A name with its mark before it, where it does not begin with it."""
    mark = marks.get(name)
    return name if mark is None or name.startswith(f"{mark}: ") else f"{mark}. {name}"


def describe(table: Table, sheet: Sheet) -> str:
    """What someone who cannot see it is told: the commonest changes, and what mostly stayed."""
    held, rows, _ = _held(table)
    say = sheet.translate
    moved = sorted(
        ((number_of(count), was, became) for (was, became), (count, _) in held.items() if was != became),
        key=lambda each: -(each[0] or 0),
    )
    said = [
        say("{count} went from {was} to {became}.").format(count=written(count, 0), was=was, became=became)
        for count, was, became in moved[:3]
        if count
    ]
    stayed = [(was, number_of(held[was, was][1])) for was in rows if (was, was) in held]
    kept = [f"{was} {written(share, 0)}%" for was, share in stayed if share is not None]
    if kept:
        said.append(say("Stayed the same: {list}.").format(list="; ".join(kept)))
    return account(table, sheet, said)


def _sizes(held: Mapping[tuple[str, str], tuple[Cell, Cell]], wide: float) -> tuple[float, float]:
    """The sizes of type in which every count and every share fit into a cell."""
    counts = [_count_label(count) for count, _ in held.values()]
    shares = [f"{number_of(share) or 0.0:.0f}%" for _, share in held.values()]
    return fits(counts, wide, (FONT, SMALL, _SMALLEST)), fits(shares, wide, (SMALL, _SMALLER, _SMALLEST))


def _count_label(count: Cell) -> str:
    return str(count) if count == HIDDEN else written(number_of(count) or 0.0, 0)


def _cell(
    grid: Grid,
    place: tuple[int, int],
    found: tuple[Cell, Cell] | None,
    ends: Sequence[float],
    *,
    sizes: tuple[float, float],
    stays: bool,
) -> str:
    count, share = found or (0.0, 0.0)
    percent, hidden = number_of(share), count == HIDDEN
    drawn = cell(grid, place, None if hidden else percent or 0.0, ends, label="", size=FONT)
    x, y = grid.place(*place)
    dark = percent is not None and not hidden and percent > ends[2]
    ink = "#ffffff" if dark else INK
    middle = x + grid.wide / 2
    label = _count_label(count)
    drawn += text(middle, y + 20, label, text_anchor="middle", fill=ink, font_weight="bold", font_size=sizes[0])
    if percent is not None and not hidden:
        drawn += text(middle, y + 20 + LINE, f"{percent:.0f}%", text_anchor="middle", fill=ink, font_size=sizes[1])
    if stays:
        drawn += element(
            "rect", class_="line", x=x + 2, y=y + 2, width=grid.wide - 4, height=grid.tall - 4, fill="none", stroke=INK,
            stroke_width=2,
        )  # fmt: skip
    return drawn


def _held(table: Table) -> tuple[dict[tuple[str, str], tuple[Cell, Cell]], list[str], list[str]]:
    missing = [name for name in COLUMNS if not table.has(name)]
    if missing:
        raise UsageFault(f"transitions of {table.title}: the table has no column {', '.join(missing)}.")
    held = {(str(row["from_words"]), str(row["to_words"])): (row["count"], row["share"]) for row in table.records()}
    if not held:
        raise NotEnoughData(f"{table.title}: there is no number to draw yet.")
    rows = list(dict.fromkeys(was for was, _ in held))
    # What records were stands in the same order across, so that what stayed lies on the diagonal.
    columns = [*rows, *dict.fromkeys(became for _, became in held if became not in rows)]
    return held, rows, columns
