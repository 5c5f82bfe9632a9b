"""Reading a workbook that came from outside: looked at, then read in a process with little to lose."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from nvap.errors import FileRefused
from nvap.records.workbook import check_archive, old_workbook

MOST_MB = 10
_SECONDS = 60
_OLD = b"\xd0\xcf\x11\xe0"


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
    """A sheet as it was read."""

    name: str
    is_hidden: bool
    cells: tuple[CellRead, ...]


def read_workbook(path: Path) -> tuple[SheetRead, ...]:
    """Every sheet of a workbook, in a child process. Raises FileRefused for what is no plain workbook."""
    _check(path)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "nvap.documents.plan_reading.child", str(path.absolute())],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    except subprocess.TimeoutExpired:
        raise FileRefused(f"{path.name} took longer than {_SECONDS} s to read. Download the workbook again.") from None
    if ended.returncode:
        raise FileRefused(f"{path.name} is too large or damaged to be read as a workbook. Download it again.")
    return tuple(
        SheetRead(each["name"], each["hidden"], tuple(CellRead(*cell) for cell in each["cells"]))
        for each in json.loads(ended.stdout)
    )


def _check(path: Path) -> None:
    if path.stat().st_size > MOST_MB * 1024**2:
        raise FileRefused(f"{path.name} is larger than {MOST_MB} MB, which a plan's workbook never is.")
    with path.open("rb") as file:
        start = file.read(4)
    if start == _OLD:
        raise FileRefused(old_workbook(path))
    if not start.startswith(b"PK"):
        raise FileRefused(f"{path.name} is no workbook. Upload the .xlsx file that this page gives you.")
    check_archive(path)
