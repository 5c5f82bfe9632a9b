"""The table that stands beside every drawing: the same cells as words, so that nothing is told by the picture alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nvap.charts.scale import Language, day_name, written
from nvap.charts.sheet import Sheet
from nvap.disclosure.table import Cell, Column, Table


@dataclass(frozen=True)
class Beside:
    """A caption, headings, and rows of words, the first of each being its name; `numbers` says which hold numbers."""

    caption: str
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


def beside(table: Table, sheet: Sheet) -> Beside:
    """A drawing's table in words; columns that only steer the drawing are left out."""
    kept = [at for at, column in enumerate(table.columns) if column.kind != "flag"]
    columns = [table.columns[at] for at in kept]
    return Beside(
        caption=table.title,
        headings=tuple(sheet.translate(column.heading) for column in columns),
        numbers=tuple(column.kind not in ("text", "date") for column in columns),
        rows=tuple(
            tuple(_words(row[at], table.columns[at], sheet.decimals, sheet.language) for at in kept)
            for row in table.rows
        ),
    )


def _words(cell: Cell, column: Column, decimals: int, language: Language) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return day_name(cell, language)
    if isinstance(cell, bool | str):
        return str(cell)
    shown = decimals if column.kind in ("share", "rate", "line") else 0 if float(cell).is_integer() else 1
    return written(float(cell), shown) + ("%" if column.unit == "%" else "")
