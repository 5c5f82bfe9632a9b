"""A plan's workbook in a test: taken out, written in, and made a file again."""

from __future__ import annotations

import io
from typing import Any

import openpyxl


def downloaded(client: Any) -> Any:
    """The workbook of the plan, as its reader takes it out."""
    return openpyxl.load_workbook(io.BytesIO(client.get("/plan/files/plan.xlsx").content))


def cell_of(sheet: Any, ref: str) -> Any:
    """The first cell to write in of the row with this reference."""
    return next(sheet.cell(row[3].row, 2) for row in sheet.iter_rows() if row[3].value == ref)


def as_file(book: Any) -> Any:
    """The workbook as a file to upload."""
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "plan.xlsx"
    return file
