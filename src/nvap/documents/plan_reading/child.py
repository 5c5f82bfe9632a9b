"""The process that reads a plan's workbook: `python -m nvap.documents.plan_reading.child PATH`; it answers in JSON.

It holds its own memory and time down where the system lets it, so that a hostile workbook ends this process alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from openpyxl import load_workbook

_MEMORY = 1024**3
_CPU_SECONDS = 50
_MOST_ROWS, _MOST_COLUMNS = 5_000, 8


def main(path: str) -> None:
    """Read every sheet and write the answer."""
    _hold_down()
    book = load_workbook(path, read_only=True, data_only=False)
    answer = [
        {"name": sheet.title, "hidden": sheet.sheet_state != "visible", "cells": list(_cells(sheet))}
        for sheet in book.worksheets
    ]
    json.dump(answer, sys.stdout)


def _hold_down() -> None:
    try:
        import resource  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))


def _cells(sheet: Any) -> Iterator[tuple[int, int, str, bool]]:
    for row, cells in enumerate(sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS), start=1):
        for column, cell in enumerate(cells, start=1):
            if cell.value is not None and cell.value != "":
                yield row, column, _text(cell.value), cell.data_type == "f"


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


if __name__ == "__main__":
    main(sys.argv[1])
