"""The process that reads a plan's file: `python -m nvap.documents.plan_reading.child PATH`; it answers in JSON.

It holds its own memory and time down where the system lets it, so that a hostile file ends this process alone.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from openpyxl import load_workbook

from nvap.documents.plan_reading.word import rows_of
from nvap.records.apart import hold_down

_MEMORY = 1024**3
_CPU_SECONDS = 50
_MOST_ROWS, _MOST_COLUMNS, _MOST_CHARACTERS = 5_000, 26, 5_000_000
_ENTITIES = tuple("<!DOCTYPE".encode(each) for each in ("utf-8", "utf-16-le", "utf-16-be"))

Cells = Iterator[tuple[int, int, str, bool]]


class TooMuch(Exception):
    """The file holds more than any plan; says what."""


def main(path: str) -> None:
    """Read everything and write the answer, or why it is not read."""
    hold_down(memory=_MEMORY, cpu_seconds=_CPU_SECONDS)
    try:
        json.dump({"sheets": _sheets(path)}, sys.stdout)
    except TooMuch as fault:
        json.dump({"fault": str(fault)}, sys.stdout)


def _sheets(path: str) -> list[dict[str, object]]:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        for name in names:
            if name.endswith((".xml", ".rels")) and any(each in archive.read(name) for each in _ENTITIES):
                raise TooMuch("declares entities in its XML, which no plan does. Save it again.")
    if "word/document.xml" in names:
        return [{"name": "Document", "hidden": False, "cells": _held(_word(path))}]
    book = load_workbook(path, read_only=True, data_only=False)
    return [
        {"name": sheet.title, "hidden": sheet.sheet_state != "visible", "cells": _held(_cells(sheet))}
        for sheet in book.worksheets
    ]


def _held(cells: Cells) -> list[tuple[int, int, str, bool]]:
    """The cells, as far as a plan may go: what stands beyond is no plan, and is never dropped unsaid."""
    found, characters = [], 0
    for each in cells:
        characters += len(each[2])
        if each[0] > _MOST_ROWS or each[1] > _MOST_COLUMNS:
            raise TooMuch(f"has something below row {_MOST_ROWS:,} or beyond column Z. Take it out.")
        if characters > _MOST_CHARACTERS:
            raise TooMuch(f"holds more than {_MOST_CHARACTERS:,} characters. Keep the plan alone in it.")
        found.append(each)
    return found


def _cells(sheet: Any) -> Cells:
    for cells in sheet.iter_rows():
        for cell in cells:
            if cell.value is not None and cell.value != "":
                yield cell.row, cell.column, _text(cell.value), cell.data_type == "f"


def _word(path: str) -> Cells:
    for row, cells in enumerate(rows_of(path), start=1):
        for column, text in cells:
            yield row, column, text, False


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    # Excel writes a carriage return so where a text came with one.
    return str(value).replace("_x000D_", "")


if __name__ == "__main__":
    main(sys.argv[1])
