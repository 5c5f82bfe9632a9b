"""Reading a file that came from outside, a workbook or a Word document: looked at, then read with little to lose."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from nvap.errors import FileRefused
from nvap.records.apart import read_apart
from nvap.records.workbook import Wanted, check_archive, old_workbook

MOST_MB = 10
_SECONDS = 60
_OLD = b"\xd0\xcf\x11\xe0"
_AGAIN = "Save it again without macros, without a password and without what is not the plan."
_WORKBOOK = Wanted("xl/workbook.xml", "workbook", "plan's workbook", _AGAIN, "Download the workbook again.")
_WORD = Wanted("word/document.xml", "Word document", "plan", _AGAIN, "Save the plan alone, as .docx.")


@dataclass(frozen=True)
class CellRead:
    """A cell that holds something: where, its text (a day as ISO), and whether it is a formula."""

    row: int
    column: int
    text: str
    is_formula: bool = False

    @property
    def name(self) -> str:
        """As a reader of the workbook names it."""
        return f"{chr(64 + self.column)}{self.row}"


@dataclass(frozen=True)
class SheetRead:
    """A sheet as it was read; a Word document is one sheet, with its paragraphs and its tables' rows in order."""

    name: str
    is_hidden: bool
    cells: tuple[CellRead, ...]


def read_workbook(path: Path) -> tuple[SheetRead, ...]:
    """Every sheet of a workbook, in a child process. Raises FileRefused for what is no plain workbook."""
    _check(path, (_WORKBOOK,), "Upload the .xlsx file that this page gives you.")
    return _read(path)


def read_plan_file(path: Path) -> tuple[SheetRead, ...]:
    """Everything in a workbook or a Word document, in a child process. Raises FileRefused for anything else."""
    _check(path, (_WORKBOOK, _WORD), "Upload a plan as .xlsx or .docx.")
    return _read(path)


def _read(path: Path) -> tuple[SheetRead, ...]:
    child = "nvap.documents.plan_reading.child"
    answer = json.loads(read_apart(path, child, str(path.absolute()), seconds=_SECONDS, instead=_AGAIN))
    if "fault" in answer:
        raise FileRefused(f"{path.name} {answer['fault']}")
    return tuple(
        SheetRead(each["name"], each["hidden"], tuple(CellRead(*cell) for cell in each["cells"]))
        for each in answer["sheets"]
    )


def _check(path: Path, wanted: tuple[Wanted, ...], instead: str) -> None:
    if path.stat().st_size > MOST_MB * 1024**2:
        raise FileRefused(f"{path.name} is larger than {MOST_MB} MB, which a plan never is.")
    with path.open("rb") as file:
        start = file.read(4)
    if start == _OLD:
        raise FileRefused(old_workbook(path))
    if not start.startswith(b"PK"):
        raise FileRefused(f"{path.name} is no {' and no '.join(each.words for each in wanted)}. {instead}")
    check_archive(path, next((each for each in wanted if _has(path, each.part)), wanted[0]))


def _has(path: Path, part: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return part in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
