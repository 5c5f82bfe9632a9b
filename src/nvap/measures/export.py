"""Result rows as files: CSV, JSON and Parquet, in the columns that every result has."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nvap.errors import InputFault
from nvap.measures.run import provenance_of
from nvap.measures.words import banner

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def as_json(found: pa.Table) -> str:
    """The rows as a JSON array, whole numbers written whole; what is missing is null."""
    return json.dumps(_rows(found), indent=1, ensure_ascii=False, default=str)


def as_csv(found: pa.Table) -> str:
    """The rows as CSV with a header line; what is missing is empty."""
    target = io.StringIO()
    writer = csv.DictWriter(target, found.column_names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: spreadsheet_safe(cell) for name, cell in row.items()} for row in _rows(found))
    return target.getvalue()


def spreadsheet_safe(cell: Any) -> Any:
    """The cell, with an apostrophe before a text that a spreadsheet would take for a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA) else cell


def write_text(path: Path, text: str) -> None:
    """Write a text file. Raises InputFault where that is not possible."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputFault(f"{path} cannot be written: {error.strerror}.") from None


def write_parquet(path: Path, found: pa.Table) -> None:
    """Write the rows as Parquet, provenance in its metadata. Raises InputFault where that is not possible."""
    try:
        pq.write_table(found, path, compression="zstd")
    except OSError as error:
        raise InputFault(f"{path} cannot be written: {error.strerror or error}.") from None


def _rows(found: pa.Table) -> list[dict[str, Any]]:
    """The rows as plain values; where they are not a force's own, each says so in its reason."""
    said = banner(provenance_of(found))
    rows: list[dict[str, Any]] = found.to_pylist()
    for row in rows:
        for name in ("numerator", "denominator", "multiplier"):
            if row[name] is not None and row[name].is_integer():
                row[name] = int(row[name])
        if said:
            row["reason"] = " ".join(each for each in (row["reason"], said) if each)
    return rows
