"""The files of a problem profile: PDF, Word, and its tables as a workbook and as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from nvap.disclosure.table import Cell, Table
from nvap.documents.profile import ProfileDocument, pdf
from nvap.documents.profile_docx import docx
from nvap.errors import UsageFault
from nvap.measures.export import spreadsheet_safe
from nvap.wording import Translate

NAME: Final = "mental-health-problem-profile"
_SHEET_NAME: Final = 31
_NOT_IN_SHEET_NAME: Final = re.compile(r"[\[\]:*?/\\]")
_ON: Final = datetime(2000, 1, 1, tzinfo=UTC)


def file_name(document: ProfileDocument, force: str, kind: str) -> str:
    """What a file is called: the force, what it is, and whether it may leave."""
    made_up = "made-up-" if document.made_up else ""
    leaves = "for-partners" if document.audience == "partners" else "not-for-release"
    return f"{made_up}{force}-{NAME}-{leaves}.{kind}"


def write(document: ProfileDocument, folder: Path, force: str, translate: Translate = str) -> list[Path]:
    """Write the PDF, the Word document, the workbook and one CSV for each table into a folder; which files they are.

    Raises UsageFault where the folder cannot be made or written to.
    """
    contents: dict[str, bytes] = {
        file_name(document, force, "pdf"): pdf(document, translate),
        file_name(document, force, "docx"): docx(document, translate),
        file_name(document, force, "xlsx"): workbook(document, translate),
    }
    for name, table in document.tables:
        contents[f"tables/{name}.csv"] = as_csv(table, document, translate).encode("utf-8-sig")
    written = []
    try:
        for name, content in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.append(path)
    except OSError as fault:
        raise UsageFault(f"--out {folder} cannot be written to: {fault.strerror}.") from None
    return written


def as_csv(table: Table, document: ProfileDocument, translate: Translate = str) -> str:
    """A table as CSV; its first lines say what it is, how it may be used, under which rule and as at when."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    for line in _above(table, document, translate):
        writer.writerow([spreadsheet_safe(line)])
    writer.writerow([column.heading for column in _kept(table)])
    writer.writerows([[_plain(cell) for cell in row] for row in _cells(table)])
    return target.getvalue()


def workbook(document: ProfileDocument, translate: Translate = str) -> bytes:
    """Every table on a sheet of its own, numbers as numbers; the first rows say what it is and how it may be used."""
    # Loaded here: it takes longer to load than most commands take to run.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook()
    book.properties.creator = "NVAP"
    book.properties.title = f"{document.title}, {document.force}"
    book.properties.created = book.properties.modified = _ON.replace(tzinfo=None)
    book.remove(book.worksheets[0])
    for name, table in document.tables:
        sheet: Any = book.create_sheet(_NOT_IN_SHEET_NAME.sub(" ", name)[:_SHEET_NAME])
        above = list(_above(table, document, translate))
        for line in above:
            sheet.append([spreadsheet_safe(line)])
        sheet.append([column.heading for column in _kept(table)])
        for row in _cells(table):
            sheet.append([_plain(cell) for cell in row])
        for cell in (sheet.cell(1, 1), *sheet[len(above) + 1]):
            cell.font = Font(bold=True)
        sheet.freeze_panes = sheet.cell(len(above) + 2, 1)
        sheet.column_dimensions["A"].width = 34
        for at in range(1, len(_kept(table))):
            sheet.column_dimensions[sheet.cell(1, at + 1).column_letter].width = 16
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _above(table: Table, document: ProfileDocument, translate: Translate) -> Iterable[str]:
    yield f"{table.title}. {document.force}, {document.days}"
    yield document.marks(translate)
    rule = translate("Counting rule: {rule}.").format(rule=table.counting_rule)
    yield f"{rule} {translate('As at {day}.').format(day=table.as_at)} {table.pack}"


def _kept(table: Table) -> list[Any]:
    return [column for column in table.columns if column.kind != "flag"]


def _cells(table: Table) -> Iterable[list[Cell]]:
    kept = [at for at, column in enumerate(table.columns) if column.kind != "flag"]
    return ([row[at] for at in kept] for row in table.rows)


def _plain(cell: Cell) -> Any:
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else round(cell, 4)
    if isinstance(cell, date):
        return cell.isoformat()
    return spreadsheet_safe(cell)
