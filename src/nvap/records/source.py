"""An extract file as it was found: its format by content, its header, and its rows as text with their row numbers.

with open_source(path, settings) as source:
    source.header                       ("Log No", "Created", …), as the mapping may name them
    for batch in source.batches(used):  Arrow batches of text, the row number in ROW
        …
    source.read, source.row_faults      known once the batches are through
"""

from __future__ import annotations

import abc
import hashlib
import re
import stat
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as arrow_parquet

from nvap.errors import FileRefused, UsageFault, nearest
from nvap.records import workbook
from nvap.records.delimited import MAX_COLUMNS, Structure
from nvap.records.encoding import find_encoding, text_blocks

FORMATS = ("csv", "xlsx", "parquet")
ROW = "_nvap_row"
ERROR_CELL = "an error value such as #N/A"
NO_VALUE = "a formula without a stored value"
_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BATCH_ROWS = 65_536


@dataclass(frozen=True)
class FileSettings:
    """What a mapping declares of its file; None is "find out, and say what was found"."""

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class RowFault:
    """A row that cannot be used for what its file holds; `column` is None where the whole row is meant."""

    row: int
    column: str | None
    rule: str


class Source(abc.ABC):
    """One file, open for reading once. `header` is normalised; `statements` say how the file was read."""

    format: str
    # Whether a time may come as a cell of its own type, which reads as ISO whatever the mapping's format says.
    typed_times = False

    def __init__(self, path: Path, found: Sequence[str], statements: list[str]) -> None:
        self.path = path
        self.statements = statements
        self.row_faults: list[RowFault] = []
        self.read = 0
        self.header = _normalised(path, found, statements)

    @abc.abstractmethod
    def batches(self, used: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows as text, only the columns in `used`, with the row number in `ROW`."""


@contextmanager
def open_source(path: Path, settings: FileSettings) -> Iterator[Source]:
    """Open a file by what it holds, not by its name.

    Raises UsageFault for a path that is no file, FileRefused for a file that is not what it says or cannot be read.
    """
    check_path(path)
    found = file_format(path)
    _check_declared(path, found, settings)
    if found == "csv":
        yield _Delimited(path, settings)
    elif found == "parquet":
        yield _Parquet(path)
    else:
        with tempfile.TemporaryDirectory(prefix="nvap-workbook-") as folder:
            yield _Workbook(path, settings.sheet, Path(folder))


def check_path(path: Path) -> None:
    """Raise UsageFault where `path` is not a plain file that can be read."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        folder = path.parent if path.parent.is_dir() else Path()
        names = [each.name for each in folder.iterdir() if each.is_file()] if folder.is_dir() else []
        raise UsageFault(f"There is no file {path}.{nearest(path.name, names)}") from None
    except OSError as error:
        raise UsageFault(f"{path} cannot be read: {error.strerror}.") from None
    if stat.S_ISDIR(mode):
        raise UsageFault(f"{path} is a folder; name one file in it.")
    if not stat.S_ISREG(mode):
        raise UsageFault(f"{path} is not a plain file (a pipe or device cannot be read twice); save the extract first.")


def content_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex. Raises UsageFault where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageFault(f"{path} cannot be read: {error.strerror}.") from None


def file_format(path: Path) -> str:
    """`csv`, `xlsx` or `parquet`, by the first bytes. Raises FileRefused for anything else, saying what it is."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise UsageFault(f"{path} cannot be read: {error.strerror}.") from None
    if start[:4] == b"PAR1":
        return "parquet"
    if start[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        workbook.check_archive(path)
        return "xlsx"
    if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise FileRefused(workbook.old_workbook(path))
    for sign, name in _NOT_READ.items():
        if start.startswith(sign):
            raise FileRefused(f"{path.name} is {name}, which is not read. Save it as CSV UTF-8, .xlsx or Parquet.")
    return "csv"


_NOT_READ = {
    b"\x1f\x8b": "a gzip archive (unpack it first)",
    b"BZh": "a bzip2 archive (unpack it first)",
    b"\xfd7zXZ": "an xz archive (unpack it first)",
    b"\x28\xb5\x2f\xfd": "a zstd archive (unpack it first)",
    b"7z\xbc\xaf": "a 7-Zip archive (unpack it first)",
    b"Rar!": "a RAR archive (unpack it first)",
    b"%PDF": "a PDF",
    b"{\\rtf": "a rich text document",
    b"<html": "a web page",
    b"<!DOCT": "a web page",
    b"<?xml": "an XML file",
    b"SQLite f": "a SQLite database",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_SUFFIXES = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".parquet": "parquet", ".pq": "parquet"}
_IN_WORDS = {"csv": "delimited text (CSV)", "xlsx": "an Excel workbook (.xlsx)", "parquet": "a Parquet file"}


def _check_declared(path: Path, found: str, settings: FileSettings) -> None:
    named = _SUFFIXES.get(path.suffix.lower())
    if path.suffix.lower() in (".xls", ".xlsm", ".xlsb"):
        raise FileRefused(
            f"{path.name} is {_IN_WORDS[found]} by content, but is named {path.suffix}; save it as .xlsx or as CSV"
            " without macros."
        )
    if named is not None and named != found:
        raise FileRefused(
            f"{path.name} is not what its name says: it is named {path.suffix} but holds {_IN_WORDS[found]}. Rename it"
            " if that is right, or export it again."
        )
    if settings.format is not None and settings.format != found:
        raise FileRefused(f"{path.name}: the mapping declares {settings.format}, but it is {_IN_WORDS[found]}.")


def tidy_name(name: str) -> str:
    """A column's name without the spaces, no-break spaces and invisible characters around and doubled in it."""
    plain = _ZERO_WIDTH.sub("", unicodedata.normalize("NFKC", name))
    return " ".join(plain.split())


def _normalised(path: Path, found: Sequence[str], statements: list[str]) -> tuple[str, ...]:
    if len(found) > MAX_COLUMNS:
        raise FileRefused(f"{path.name} has {len(found)} columns; at most {MAX_COLUMNS} are read.")
    names = [tidy_name(name) or f"column {at}" for at, name in enumerate(found, start=1)]
    places: dict[str, list[int]] = {}
    for at, name in enumerate(names, start=1):
        places.setdefault(name.casefold(), []).append(at)
    twice = [(names[each[0] - 1], each) for each in places.values() if len(each) > 1]
    if twice:
        raise FileRefused(
            f"{path.name} has columns of one name, so none can be told from the other:",
            [f"  `{name}` in columns {', '.join(map(str, each))}" for name, each in twice],
        )
    changed = [
        f"`{new}` (column {at})" for at, (old, new) in enumerate(zip(found, names, strict=True), 1) if old != new
    ]
    if changed:
        statements.append(f"header tidied (spaces, invisible or missing names): {', '.join(changed)}")
    return tuple(names)


class _Delimited(Source):
    format = "csv"

    def __init__(self, path: Path, settings: FileSettings) -> None:
        encoding = find_encoding(path, settings.encoding)
        self._structure = Structure(path.name, text_blocks(path, encoding), settings.delimiter)
        found = self._structure.read_header()
        super().__init__(path, found, [encoding.statement, self._structure.statement])

    def batches(self, used: Sequence[str]) -> Iterator[pa.RecordBatch]:
        parse = arrow_csv.ParseOptions(delimiter=self._structure.delimiter, newlines_in_values=True)
        convert = arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(used, pa.string()),
            include_columns=list(used),
            # An empty field is missing, as it is in a workbook or Parquet: expressions see NULL in all three.
            strings_can_be_null=True,
            null_values=[""],
            check_utf8=False,
        )
        for records in self._structure.records():
            read = arrow_csv.ReadOptions(
                column_names=list(self.header), block_size=len(records.content) + 1, use_threads=False
            )
            table = arrow_csv.read_csv(pa.BufferReader(records.content), read, parse, convert)
            if table.num_rows != len(records.rows):
                raise FileRefused(f"{self.path.name}: the rows around row {int(records.rows[0])} cannot be told apart.")
            yield from table.append_column(ROW, pa.array(records.rows)).to_batches(_BATCH_ROWS)
        self.read = self._structure.read
        self.row_faults = [RowFault(row, None, rule) for row, rule in self._structure.set_aside]
        if self._structure.blank:
            self.statements.append(f"{self._structure.blank} empty lines passed over")


class _Parquet(Source):
    format = "parquet"
    typed_times = True

    def __init__(self, path: Path) -> None:
        try:
            self._file = arrow_parquet.ParquetFile(path)
        except (pa.ArrowException, OSError):
            raise FileRefused(f"{path.name} is a damaged Parquet file; export it again.") from None
        groups = (self._file.metadata.row_group(at).total_byte_size for at in range(self._file.metadata.num_row_groups))
        if max(groups, default=0) > 4 * 1024**3:
            raise FileRefused(f"{path.name} holds a row group of more than 4 GB; write it in smaller row groups.")
        super().__init__(path, self._file.schema_arrow.names, ["Parquet"])

    def batches(self, used: Sequence[str]) -> Iterator[pa.RecordBatch]:
        places = [self.header.index(name) for name in used]
        columns = [self._file.schema_arrow.names[at] for at in places]
        row = 2
        try:
            for batch in self._file.iter_batches(_BATCH_ROWS, columns=columns):
                arrays = [
                    _as_text(self.path, name, batch.column(column)) for name, column in zip(used, columns, strict=True)
                ]
                rows = pa.array(np.arange(row, row + batch.num_rows))
                row += batch.num_rows
                self.read += batch.num_rows
                yield pa.RecordBatch.from_arrays([*arrays, rows], [*used, ROW])
        except (pa.ArrowException, OSError):
            raise FileRefused(f"{self.path.name} is a damaged Parquet file; export it again.") from None


def _as_text(path: Path, name: str, values: pa.Array) -> pa.Array:
    """A column as text: whole numbers without a point (what a missing value made a float stays an id)."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return _as_text(path, name, values.dictionary_decode())
    if (
        pa.types.is_floating(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_decimal(kind)
    ):
        return values.cast(pa.string())
    if (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_date(kind)
        or pa.types.is_timestamp(kind)
    ):
        return values.cast(pa.string())
    if pa.types.is_null(kind) or pa.types.is_time(kind) or pa.types.is_string_view(kind):
        return values.cast(pa.string())
    raise FileRefused(f"{path.name}: column `{name}` is of the type {kind}, which cannot be read as one value a row.")


class _Workbook(Source):
    format = "xlsx"
    typed_times = True

    def __init__(self, path: Path, sheet: str | None, folder: Path) -> None:
        self._sheet = workbook.read_sheet(path, sheet, folder)
        super().__init__(path, self._sheet.header, self._sheet.statements)

    def batches(self, used: Sequence[str]) -> Iterator[pa.RecordBatch]:
        places = [self.header.index(name) for name in used]
        with pa.ipc.open_file(str(self._sheet.rows)) as reader:
            for at in range(reader.num_record_batches):
                batch = reader.get_batch(at)
                arrays = [batch.column(place) for place in places]
                self.read += batch.num_rows
                rows = batch.column(batch.num_columns - 1)
                yield pa.RecordBatch.from_arrays([*arrays, rows], [*used, ROW])
        wanted = dict(zip(places, used, strict=True))
        rules = {"error": ERROR_CELL, "formula": NO_VALUE}
        self.row_faults = [
            RowFault(row, wanted[place], rules[kind]) for row, place, kind in self._sheet.faults if place in wanted
        ]
