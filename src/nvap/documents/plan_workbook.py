"""A plan as a workbook in the toolkit's form: a sheet for each part of it, guidance and lists."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

MADE_BY = "NVAP Action Impact Toolkit"
ABOUT, MEASURES, RISKS, IMPACTS, EVIDENCE = "About", "Measures", "Risks", "Impacts", "Evidence"
GUIDANCE, LISTS = "Guidance", "Lists"
VERSION_REF = "plan.version"
REF_COLUMN = 4
_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook's dates have no zone; one day, so that the same plan is the same file
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# The earliest and latest day of the plan's form, as the workbook counts days: 1 January 2000 and 31 December 2099.
_DAYS = ("36526", "73050")
_WIDTHS = (34, 60, 60, 34)


@dataclass(frozen=True)
class Slot:
    """What stands in a cell to write in: a text or a day. `choices` are the words to choose from, under `listed_as`."""

    value: str | date = ""
    choices: tuple[str, ...] = ()
    listed_as: str = ""
    is_several: bool = False
    is_day: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a sheet: its words and its cells; a heading or note without a `ref`. `is_locked`: to read only."""

    label: str
    slots: tuple[Slot, ...] = ()
    ref: str = ""
    is_locked: bool = False
    is_note: bool = False


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
    lists: _Lists = {}
    for each in sheets:
        _write(book.create_sheet(each.name), each, lists)
    _write_lists(book.create_sheet(LISTS), lists)
    file = io.BytesIO()
    book.save(file)
    return _same_each_time(file.getvalue())


# The words to choose from, each list once, with the label of the first row that uses it; in the order of their columns.
_Lists = dict[tuple[str, ...], str]


def _write(sheet: Worksheet, content: Sheet, lists: _Lists) -> None:
    _set_up(sheet, content.header, _WIDTHS)
    offers: dict[str, DataValidation] = {}
    for number, row in enumerate(content.rows, start=2):
        label = _put(sheet.cell(number, 1), row.label)
        label.font = Font(bold=not row.is_note, size=11 if row.ref or row.is_note else 13)
        if row.is_note:
            sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=REF_COLUMN - 1)
            sheet.row_dimensions[number].height = 15 * (1 + len(row.label) // 140)
        for place, slot in enumerate(row.slots, start=2):
            cell = _put(sheet.cell(number, place), slot.value)
            if row.ref and not row.is_locked:
                cell.protection = Protection(locked=False)
                cell.fill = PatternFill("solid", fgColor="FFF7E0")
                _offer(offers, cell, slot, _column(lists, slot.choices, slot.listed_as))
        if row.ref:
            _put(sheet.cell(number, REF_COLUMN), row.ref).font = Font(color="666666", size=9)
    for each in offers.values():
        sheet.add_data_validation(each)


def _set_up(sheet: Worksheet, header: tuple[str, ...], widths: tuple[int, ...]) -> None:
    """Locked, with its first row always in sight, and as wide as an A4 page lying down when it is printed."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, PageSetupProperties(fitToPage=True)
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for place, words in enumerate(header, start=1):
        _put(sheet.cell(1, place), words).font = Font(bold=True)


def _column(lists: _Lists, choices: tuple[str, ...], label: str) -> str:
    """Where a list of words stands, for a cell to choose from; empty where there is none."""
    if not choices:
        return ""
    lists.setdefault(choices, label)
    letter = get_column_letter(list(lists).index(choices) + 1)
    return f"{LISTS}!${letter}$2:${letter}${len(choices) + 1}"


def _write_lists(sheet: Worksheet, lists: _Lists) -> None:
    _set_up(sheet, tuple(lists.values()), (40,) * len(lists))
    for place, choices in enumerate(lists, start=1):
        for number, words in enumerate(choices, start=2):
            _put(sheet.cell(number, place), words)


def _offer(offers: dict[str, DataValidation], cell: Cell | MergedCell, slot: Slot, listed: str) -> None:
    if slot.is_day:
        made = DataValidation("date", _DAYS[0], _DAYS[1], showErrorMessage=True, allow_blank=True, operator="between")
    elif listed and not slot.is_several:
        made = DataValidation("list", listed, showErrorMessage=True, allow_blank=True)
    else:
        return
    offers.setdefault(made.formula1 or "", made).add(cell.coordinate)


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
