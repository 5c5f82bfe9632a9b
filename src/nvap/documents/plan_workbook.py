"""A plan as a workbook in the toolkit's form: a sheet about it, one for each objective, its measures, and guidance."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

MADE_BY = "NVAP Action Impact Toolkit"
ABOUT, MEASURES, GUIDANCE = "About", "Measures", "Guidance"
VERSION_REF = "plan.version"
REF_COLUMN = 4
_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook's dates have no zone; one day, so that the same plan is the same file
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST_LIST = 255


@dataclass(frozen=True)
class Slot:
    """What stands in a cell to write in: a text or a day. `choices` are the words to choose from."""

    value: str | date = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A line of a sheet: its words and its cells; a heading where it has no `ref`. `is_locked` is only to read."""

    label: str
    slots: tuple[Slot, ...] = ()
    ref: str = ""
    is_locked: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet by its name, with the names of its columns."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def xlsx(sheets: tuple[Sheet, ...], title: str) -> bytes:
    """The workbook's bytes: headings locked, choices to choose from, every text a text and never a formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = book.properties.lastModifiedBy = MADE_BY
    book.properties.title, book.properties.created = title, _DAY
    for each in sheets:
        _write(book.create_sheet(each.name), each)
    file = io.BytesIO()
    book.save(file)
    return _same_each_time(file.getvalue())


def _write(sheet: Worksheet, content: Sheet) -> None:
    sheet.protection.sheet = True
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCD", (34, 60, 60, 34), strict=True):
        sheet.column_dimensions[column].width = width
    for place, words in enumerate(content.header, start=1):
        _put(sheet.cell(1, place), words).font = Font(bold=True)
    for number, row in enumerate(content.rows, start=2):
        label = _put(sheet.cell(number, 1), row.label)
        label.font = Font(bold=True, size=11 if row.ref else 13)
        for place, slot in enumerate(row.slots, start=2):
            cell = _put(sheet.cell(number, place), slot.value)
            if row.ref and not row.is_locked:
                cell.protection = Protection(locked=False)
                cell.fill = PatternFill("solid", fgColor="FFF7E0")
                _offer(sheet, cell, slot.choices)
        if row.ref:
            _put(sheet.cell(number, REF_COLUMN), row.ref).font = Font(color="666666", size=9)


def _put(cell: Cell | MergedCell, value: str | date) -> Cell | MergedCell:
    """A text is kept as a text, whatever it begins with; a day is a real day."""
    if isinstance(value, date):
        cell.value, cell.number_format = value, "dd/mm/yyyy"
    else:
        cell.value = _UNSEEN.sub("", value)
        if value:
            cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _offer(sheet: Worksheet, cell: Cell | MergedCell, choices: tuple[str, ...]) -> None:
    told = ",".join(choices)
    if not choices or any("," in each or '"' in each for each in choices) or len(told) > _LONGEST_LIST:
        return
    offered = DataValidation(type="list", formula1=f'"{told}"', allow_blank=True, showErrorMessage=True)
    offered.add(cell.coordinate)
    sheet.add_data_validation(offered)


def _same_each_time(content: bytes) -> bytes:
    """The same parts without the clock: the same plan gives the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2026-01-01T00:00:00Z", part)
            new.writestr(zipfile.ZipInfo(entry.filename, (2026, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return file.getvalue()
