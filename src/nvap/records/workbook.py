"""Excel workbooks: looked at before they are opened, and read in a process of their own with little to lose.

A workbook is a zip of XML, so a small file can unpack to anything, carry macros or hold sheets that nobody sees. The
directory is checked first; then a child process, which may use only so much memory and time, unpacks one sheet into an
Arrow file of texts.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from nvap.errors import FileRefused
from nvap.records.apart import read_apart

MAX_UNPACKED = 500 * 1024 * 1024
MAX_RATIO = 100
MAX_ENTRIES = 1_000
_SMALL = 1024 * 1024
_SECONDS = 300
_SAVE_AS = "Save it as .xlsx or CSV without macros and without a password."
_ARCHIVES = (".zip", ".xlsx", ".xlsm", ".xlsb", ".docx", ".7z", ".rar", ".gz", ".jar")


@dataclass(frozen=True)
class Sheet:
    """One sheet as texts: an Arrow file whose last column is the row number, and the cells that cannot be used."""

    header: tuple[str, ...]
    rows: Path
    faults: tuple[tuple[int, int, str], ...]
    statements: list[str]


@dataclass(frozen=True)
class Wanted:
    """What a zip has to be: the part that makes it so, its name in words, and what to do where it is something else."""

    part: str
    words: str
    holds: str
    save_as: str
    smaller: str


WORKBOOK = Wanted("xl/workbook.xml", "workbook", "table", _SAVE_AS, "Save it as CSV.")


def check_archive(path: Path, wanted: Wanted = WORKBOOK) -> None:
    """Raise FileRefused where a zip is not a plain file of the kind wanted, of reasonable size."""
    save_as = wanted.save_as
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise FileRefused(f"{path.name} is a damaged {wanted.words} or zip file. {save_as}") from None
    names = {entry.filename for entry in entries}
    if wanted.part not in names:
        raise FileRefused(f"{path.name} is {_other_zip(names)}, not a {wanted.words}. {save_as}")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused(f"{path.name} is a {wanted.words} with macros. {save_as}")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileRefused(f"{path.name} is encrypted. {save_as}")
    inside = sorted(name for name in names if name.lower().endswith(_ARCHIVES))
    if inside:
        raise FileRefused(
            f"{path.name} holds {len(inside)} archives inside it, which a plain {wanted.holds} does not. {save_as}"
        )
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    _check_size(path, wanted, (len(entries), unpacked, packed))


def _check_size(path: Path, wanted: Wanted, sizes: tuple[int, int, int]) -> None:
    entries, unpacked, packed = sizes
    if entries > MAX_ENTRIES:
        raise FileRefused(f"{path.name} holds {entries:,} parts; a {wanted.words} of at most {MAX_ENTRIES:,} is read.")
    if unpacked > MAX_UNPACKED:
        raise FileRefused(
            f"{path.name} unpacks to {unpacked // 1024**2:,} MB; at most {MAX_UNPACKED // 1024**2} MB are read."
            f" {wanted.smaller}"
        )
    if unpacked > _SMALL and unpacked > MAX_RATIO * max(packed, 1):
        raise FileRefused(
            f"{path.name} unpacks to more than {MAX_RATIO} times its size, as a zip bomb does. {wanted.smaller}"
        )


def _other_zip(names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return "a workbook"
    if "word/document.xml" in names:
        return "a Word document"
    if "mimetype" in names and "content.xml" in names:
        return "an OpenDocument file"
    if "xl/workbook.bin" in names:
        return "a binary workbook (.xlsb)"
    return "a zip of something else"


def old_workbook(path: Path) -> str:
    """What to say of a file in Microsoft's old container: an .xls workbook, or a workbook with a password."""
    with path.open("rb") as file:
        content = file.read(4 * 1024 * 1024)
    if "EncryptedPackage".encode("utf-16-le") in content:
        return f"{path.name} is a workbook with a password. {_SAVE_AS}"
    return f"{path.name} is an old Excel workbook (.xls) or another old Office file. {_SAVE_AS}"


def read_sheet(path: Path, sheet: str | None, folder: Path) -> Sheet:
    """Read one sheet in a child process into `folder`. Raises FileRefused where it cannot be read safely."""
    rows, answer = folder / "rows.arrow", folder / "answer.json"
    arguments = json.dumps({"path": str(path.absolute()), "sheet": sheet, "rows": str(rows), "answer": str(answer)})
    read_apart(path, "nvap.records.workbook_reader", arguments, seconds=_SECONDS, instead="Save it as CSV.")
    found = json.loads(answer.read_text(encoding="utf-8"))
    if "fault" in found:
        raise FileRefused(f"{path.name}: {found['fault']}")
    faults = tuple((int(row), int(place), str(kind)) for row, place, kind in found["faults"])
    return Sheet(tuple(found["header"]), rows, faults, list(found["statements"]))
