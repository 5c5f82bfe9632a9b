"""The process that reads one sheet of a workbook: `python -m nvap.records.workbook_reader '{"path": …}'`.

It answers with an Arrow file of texts and a JSON file; a fault of the workbook is an answer too. It holds its own
memory and time down where the system lets it, so that a hostile workbook ends this process and nothing else.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from nvap.records.apart import hold_down

_MEMORY = 3 * 1024**3
_CPU_SECONDS = 240
_CHUNK = 4 * 1024 * 1024
_MAX_XML = 8 * 1024 * 1024
_MAX_FAULTS = 100_000
_ERROR = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*\bt="e"')
_NO_VALUE = re.compile(
    rb'<c r="([A-Z]+)(\d+)"(?![^>]*\bt="str")[^>]*>\s*(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)\s*(?:<v>\s*</v>|<v/>)?\s*</c>'
)
_FORMULA = re.compile(rb"<f[ >/]")
_MERGED = re.compile(rb'<mergeCell ref="[A-Z]+(\d+):')
_HIDDEN_COLUMN = re.compile(rb'<col\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\bmin="(\d+)"[^>]*\bmax="(\d+)"')


class _Fault(Exception):
    """What is wrong with the workbook, in words."""


@dataclass
class _Sheet:
    name: str
    part: str
    hidden: bool


@dataclass
class _Found:
    faults: list[tuple[int, int, str]] = field(default_factory=list)
    formulas: int = 0
    merged_header: bool = False
    hidden_columns: list[str] = field(default_factory=list)


def main(arguments: dict[str, Any]) -> None:
    """Read the sheet that the arguments name, and write the answer."""
    hold_down(memory=_MEMORY, cpu_seconds=_CPU_SECONDS)
    answer = Path(arguments["answer"])
    try:
        content = _read(Path(arguments["path"]), arguments["sheet"], Path(arguments["rows"]))
    except _Fault as fault:
        content = {"fault": str(fault)}
    answer.write_text(json.dumps(content), encoding="utf-8")


def _read(path: Path, wanted: str | None, rows: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        _unpack_all(archive)
        sheets = _sheets(archive)
        sheet = _choose(sheets, wanted)
        found = _look_through(archive, sheet)
    if found.merged_header:
        raise _Fault(f"the header of sheet `{sheet.name}` has merged cells. Give each column one cell with its name.")
    header, count = _write_rows(path, sheet.name, rows)
    statements = [f"Excel workbook, sheet `{sheet.name}`"]
    hidden = [each.name for each in sheets if each.hidden]
    if hidden:
        statements.append(f"hidden sheets, not read: {', '.join(hidden)}")
    if found.hidden_columns:
        statements.append(f"hidden columns in the sheet: {', '.join(found.hidden_columns)}")
    left = found.formulas - sum(1 for each in found.faults if each[2] == "formula")
    if left > 0:
        statements.append(f"{left} cells are formulas; the value stored with each was read")
    return {"header": header, "rows": count, "faults": found.faults, "statements": statements}


def _unpack_all(archive: zipfile.ZipFile) -> None:
    """Unpack every part to nowhere: a part that holds more than the directory says, or is damaged, is found here."""
    try:
        for entry in archive.infolist():
            with archive.open(entry) as part:
                while part.read(_CHUNK):
                    pass
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        raise _Fault("a part of the workbook is damaged or not as large as it says. Save it again.") from None


def _sheets(archive: zipfile.ZipFile) -> list[_Sheet]:
    workbook = _xml(archive, "xl/workbook.xml")
    links = {each.get("Id"): each.get("Target") for each in _xml(archive, "xl/_rels/workbook.xml.rels")}
    found = []
    for each in workbook.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"):
        link = each.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
        target = str(links.get(link, ""))
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        found.append(_Sheet(str(each.get("name")), part, each.get("state") in ("hidden", "veryHidden")))
    if not found:
        raise _Fault("the workbook has no sheet that can be read.")
    return found


def _xml(archive: zipfile.ZipFile, part: str) -> Any:
    import defusedxml.ElementTree  # type: ignore[import-untyped]  # noqa: PLC0415 - only this process needs it
    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        with archive.open(part) as file:
            content = file.read(_MAX_XML + 1)
        if len(content) > _MAX_XML:
            raise _Fault(f"{part} is larger than a workbook's directory can be.")
        return defusedxml.ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise _Fault("its XML declares entities, which a plain workbook does not. It was not read.") from None
    except (KeyError, SyntaxError, ValueError):
        raise _Fault("its list of sheets is damaged. Save it again.") from None


def _choose(sheets: list[_Sheet], wanted: str | None) -> _Sheet:
    shown = [each for each in sheets if not each.hidden]
    names = ", ".join(f"`{each.name}`" for each in shown) or "none"
    hidden = [each.name for each in sheets if each.hidden]
    more = f" Hidden: {', '.join(f'`{name}`' for name in hidden)}." if hidden else ""
    if wanted is not None:
        for each in sheets:
            if each.name == wanted:
                return each
        raise _Fault(f"there is no sheet `{wanted}`. Sheets: {names}.{more}")
    if len(shown) != 1:
        example = shown[0].name if shown else "…"
        raise _Fault(f"which sheet? Sheets: {names}.{more} Say it in the mapping: `file: {{sheet: {example}}}`.")
    return shown[0]


def _look_through(archive: zipfile.ZipFile, sheet: _Sheet) -> _Found:
    """Find the cells of a sheet that hold an error, or a formula nobody computed, and a header that is merged."""
    found = _Found()
    for piece in _pieces(archive, sheet.part):
        if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
            raise _Fault("its XML declares entities, which a plain workbook does not. It was not read.")
        for kind, pattern in (("error", _ERROR), ("formula", _NO_VALUE)):
            if kind == "formula":
                formulas = len(_FORMULA.findall(piece))
                found.formulas += formulas
                if not formulas:
                    continue
            found.faults += [(int(row), _place(column), kind) for column, row in pattern.findall(piece)]
        if len(found.faults) > _MAX_FAULTS:
            raise _Fault(f"sheet `{sheet.name}` holds more than {_MAX_FAULTS:,} cells with errors. Mend its formulas.")
        found.merged_header |= any(int(row) == 1 for row in _MERGED.findall(piece))
        for first, last in _HIDDEN_COLUMN.findall(piece):
            found.hidden_columns.append(first.decode() if first == last else f"{first.decode()} to {last.decode()}")
    return found


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part in pieces that each end before the start of a cell, so that no cell is cut."""
    held = b""
    try:
        with archive.open(part) as file:
            while chunk := file.read(_CHUNK):
                held += chunk
                cut = held.rfind(b"<c ")
                if cut > 0:
                    yield held[:cut]
                    held = held[cut:]
    except KeyError:
        raise _Fault("the sheet itself is missing from the workbook. Save it again.") from None
    yield held


def _place(letters: bytes) -> int:
    """A column's letters as its place, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _write_rows(path: Path, sheet: str, out: Path) -> tuple[list[str], int]:
    import fastexcel  # noqa: PLC0415 - only this process needs it
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    try:
        reader = fastexcel.read_excel(str(path))
        read = reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_arrow()
    except (fastexcel.FastExcelError, ValueError, OSError) as error:
        raise _Fault(f"the sheet cannot be read ({type(error).__name__}). Save it again, or as CSV.") from None
    if not read.num_rows:
        raise _Fault("the sheet is empty: it has no header and no rows.")
    header = [value or "" for value in (column[0].as_py() for column in read.columns)]
    while header and not header[-1]:
        header.pop()
    columns = [column.slice(1) for column in read.columns[: len(header)]]
    rows = pa.RecordBatch.from_arrays(
        [*columns, pa.array(np.arange(2, read.num_rows + 1))], [*map(str, range(len(header))), "row"]
    )
    filled = np.zeros(rows.num_rows, dtype=bool)
    for column in columns:
        filled |= ~np.asarray(column.is_null())
    rows = rows.filter(pa.array(filled))
    with pa.OSFile(str(out), "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
        writer.write_batch(rows)
    return header, rows.num_rows


def _usage() -> NoReturn:
    raise SystemExit("nvap.records.workbook_reader is started by nvap.records.workbook")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        _usage()
    main(json.loads(sys.argv[1]))
