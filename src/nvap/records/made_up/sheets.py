"""Extracts written from plain columns: one file of a table, and the mapping that goes with it, made from the contract.

Each column is called as the contract calls it, in capitals. Booleans are Y and N, and codes are the contract's own.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import compute as pc

from nvap.records.contract import Column, code_list, contract
from nvap.records.made_up import mappings, texts
from nvap.records.made_up.chance import Index
from nvap.records.made_up.clock import NEVER, Mask, Seconds, seconds, to_local
from nvap.records.made_up.files import ExtractWriter
from nvap.records.made_up.shape import MONTHS, Shape

Cells = Mapping[str, pa.Array]
FROM_MONTH = 36
"""The first month of these extracts: two years of records."""


def write_sheet(shape: Shape, folder: Path, table: str, cells: Cells, *, when: Seconds | None = None) -> ExtractWriter:
    """Write one extract of a table and its mapping.

    `when` places each row in time (UTC; local days where the table is placed by a day): rows outside the two years are
    left out. Without it the table holds no period, as configuration does.
    """
    as_at = shape.year_as_at(MONTHS // 12 - 1)
    rows = pa.table(dict(cells))
    if when is not None:
        rows = rows.filter(pa.array(within(shape, table, when)))
    rows = rows.rename_columns([name.upper() for name in rows.column_names])
    name = table.replace("_", "-")
    writer = ExtractWriter(folder, name, table, as_at)
    writer.describe(_mapping(shape, name, table, list(cells), as_at, dated=when is not None))
    writer.write(rows)
    return writer


def within(shape: Shape, table: str, when: Seconds) -> Mask:
    """Which rows lie within the two years, by the local day of the column that places them in time."""
    described = contract(table)
    local = to_local(when) if described.column(described.period_column).type == "instant" else when
    start, end = seconds(shape.month(FROM_MONTH)), seconds(shape.month(MONTHS))
    return np.asarray((when < NEVER) & (local >= start) & (local < end), dtype=np.bool_)


def _mapping(shape: Shape, name: str, table: str, columns: Sequence[str], as_at: datetime.date, *, dated: bool) -> str:
    described = contract(table)
    lines = [f"  {each}: {_source(described.column(each))}" for each in columns]
    head = mappings.further(shape, name, table, as_at, first_month=FROM_MONTH if dated else None)
    return f"{head}columns:\n" + "\n".join(lines) + "\n"


def _source(column: Column) -> str:
    source = column.name.upper()
    if column.type == "instant":
        return f'{{expr: {source}, format: "%d/%m/%Y %H:%M:%S"}}'
    if column.type == "date":
        return f'{{expr: {source}, format: "%d/%m/%Y"}}'
    if column.type == "boolean":
        return f'{{expr: {source}, values: {{"Y": true, "N": false}}}}'
    if column.code_list:
        codes = ", ".join(f'"{each}": "{each}"' for each in code_list(column.code_list).labels)
        return f"{{expr: {source}, values: {{{codes}}}}}"
    return source


def yes_no(yes: Mask, known: Mask | None = None) -> pa.Array:
    """Y and N; empty where it is not known."""
    return texts.codes(("N", "Y"), yes.astype(np.int64), known)


def drawn(words: Sequence[str | None], shares: Sequence[float], rng: np.random.Generator, count: int) -> pa.Array:
    """So many words drawn by their shares."""
    return texts.codes(words, rng.choice(len(words), size=count, p=np.array(shares) / sum(shares)))


def numbers(values: npt.NDArray[np.float64], known: Mask | None = None) -> pa.Array:
    """Numbers with one decimal; empty where they are not known."""
    written = pa.array([f"{each:.1f}" for each in values], pa.string())
    return written if known is None else pc.if_else(pa.array(known), written, pa.scalar(None, pa.string()))


def people(person: Index, known: Mask | None = None) -> pa.Array:
    """Person references as every system of the force writes them."""
    shown = person >= 0 if known is None else known & (person >= 0)
    return texts.references("P", np.maximum(person, 0), 7, shown)


def days(local: Seconds) -> pa.Array:
    """Days from local seconds; empty where NEVER."""
    return texts.dates(local, local < NEVER)


def later(base: Seconds, seconds_later: Seconds, happened: Mask) -> Seconds:
    """A time so much later; NEVER where it did not happen or the base did not."""
    return np.where(happened & (base < NEVER), base + seconds_later, NEVER).astype(np.int64)


def areas(shape: Shape, area: Index) -> pa.Array:
    """The names of areas; empty for -1."""
    return texts.codes(shape.areas, np.maximum(area, 0), area >= 0)
