"""The table that stands beside every drawing: the same cells as words, so that nothing is told by the picture alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nvap.charts.scale import Language, day_name, written
from nvap.charts.sheet import Sheet
from nvap.disclosure.table import Cell, Column, Table

_LOWER, _UPPER = "_lower", "_upper"


class InWords:
    """Headings and rows of words, as every table of words lays them out; `numbers` says which columns hold numbers."""

    headings: tuple[str, ...]
    numbers: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Each heading, and whether numbers stand below it."""
        return list(zip(self.headings, self.numbers, strict=True))

    @property
    def cells(self) -> list[list[tuple[str, bool]]]:
        """Each row's words, and which of them are numbers."""
        return [list(zip(row, self.numbers, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Beside(InWords):
    """A caption, headings, and rows of words, the first of each being its name; `numbers` says which hold numbers."""

    caption: str
    headings: tuple[str, ...]
    numbers: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


def beside(table: Table, sheet: Sheet) -> Beside:
    """A drawing's table in words; columns that only steer the drawing are left out.

    The first day of a period is left out where its name stands beside it.
    Two columns named `…_lower` and `…_upper` stand as one interval, under the heading of the first.
    """
    kept = [
        column
        for column in table.columns
        if column.kind != "flag"
        and not _is_upper(table, column)
        and not (column.name == "start" and table.has("period"))
    ]
    return Beside(
        caption=table.title,
        headings=tuple(sheet.translate(column.heading) for column in kept),
        numbers=tuple(column.kind not in ("text", "date") for column in kept),
        rows=tuple(tuple(_cell(row, column, table, sheet) for column in kept) for row in table.records()),
    )


def _is_upper(table: Table, column: Column) -> bool:
    """Whether a column stands in the one before it, as the upper end of an interval."""
    return column.name.endswith(_UPPER) and table.has(column.name.removesuffix(_UPPER) + _LOWER)


def _cell(row: dict[str, Cell], column: Column, table: Table, sheet: Sheet) -> str:
    """A cell in words; an interval whose one end is not there runs from nought, or without end."""
    words = _words(row[column.name], column, sheet.decimals, sheet.language)
    other = column.name.removesuffix(_LOWER) + _UPPER
    if not column.name.endswith(_LOWER) or not table.has(other):
        return words
    upper = _words(row[other], column, sheet.decimals, sheet.language)
    if not words and not upper:
        return ""
    return sheet.translate("{lower} to {upper}").format(lower=words or "0", upper=upper or "∞")


def _words(cell: Cell, column: Column, decimals: int, language: Language) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return day_name(cell, language)
    if isinstance(cell, bool | str):
        return str(cell)
    shown = decimals if column.kind in ("share", "rate", "line") else 0 if float(cell).is_integer() else 1
    if column.unit == "%":
        return f"{written(float(cell), min(shown, 1))}%"
    return written(float(cell), shown)
