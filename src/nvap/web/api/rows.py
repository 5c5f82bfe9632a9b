"""Stored rows as they leave: never a bare number, but with its run, its layout, its unit and its standing.

This is the one place through which numbers go out of the API. What may be seen is decided before (`asker`): until
results go through disclosure control, only those who may see exact numbers come here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from nvap.disclosure.table import NOT_FOR_RELEASE
from nvap.errors import InputFault, nearest
from nvap.measures.export import spreadsheet_safe
from nvap.measures.results import StoredRun
from nvap.measures.rows import SCHEMA
from nvap.measures.words import banner
from nvap.packs.measure import Measure
from nvap.records.counting_rule import rule_name
from nvap.web.api.asked import OF_A_COLUMN, Wanted, short
from nvap.web.api.problems import Fault, asked_wrongly, not_there
from nvap.web.api.schemas import Row

# The columns of a row in the order in which they leave, as the description of the API lists them.
COLUMNS = tuple(Row.model_fields)
_ADDED = {name: pa.string() for name in ("by", "unit", "rule_name", "run", "standing")}
LEAVING = pa.schema([(name, _ADDED.get(name) or SCHEMA.field(name).type) for name in COLUMNS])
_WHOLE = ("numerator", "denominator", "multiplier")


@dataclass(frozen=True)
class Piece:
    """A stored run, the measures whose rows are wanted of it, and its layout."""

    run: StoredRun
    measures: tuple[Measure, ...]
    by: str


def rows_of(pieces: Sequence[Piece], wanted: Wanted) -> pa.Table:
    """The wanted rows of several runs, one after the other, each in its stored order.

    Raises Problem, 400, for a value of a column that none of the rows has.
    """
    held = pa.concat_tables([LEAVING.empty_table(), *(_whole(piece) for piece in pieces)])
    return _fitting(held, wanted)


def page_of(rows: pa.Table, offset: int, limit: int) -> list[dict[str, Any]]:
    """Some rows as plain values, whole numbers written whole; what is missing is None."""
    found: list[dict[str, Any]] = rows.slice(offset, limit).to_pylist()
    for row in found:
        for name in _WHOLE:
            if row[name] is not None and float(row[name]).is_integer():
                row[name] = int(row[name])
    return found


def as_csv(rows: pa.Table) -> bytes:
    """All rows as CSV with a header line; with a byte-order mark, without which spreadsheets misread Welsh letters."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in page_of(rows, 0, rows.num_rows):
        writer.writerow([spreadsheet_safe(row[name]) for name in COLUMNS])
    return target.getvalue().encode("utf-8-sig")


def as_parquet(rows: pa.Table) -> bytes:
    """All rows as Parquet."""
    target = io.BytesIO()
    pq.write_table(rows, target, compression="zstd")
    return target.getvalue()


def _whole(piece: Piece) -> pa.Table:
    """Every row of a run's measures, with what the run says of them."""
    try:
        held = piece.run.rows()
    except InputFault as fault:
        raise not_there(_("The rows of this run are damaged. Have the measures computed again.")) from fault
    held = held.filter(pc.field("measure").isin([each.id for each in piece.measures]))
    units = {(each.id, part.id): part.unit for each in piece.measures for part in each.parts}
    size = held.num_rows
    said = ". ".join(each for each in (str(NOT_FOR_RELEASE), banner(piece.run.provenance)) if each)
    keys = zip(held["measure"].to_pylist(), held["part"].to_pylist(), strict=True)
    added = {
        "by": pa.repeat(piece.by, size),
        "unit": pa.array([units.get(key) for key in keys], pa.string()),
        "rule_name": pa.array([rule and rule_name(rule) for rule in held["rule"].to_pylist()], pa.string()),
        "run": pa.repeat(piece.run.id, size),
        "standing": pa.repeat(said, size),
    }
    columns = [added[name] if name in added else held[name] for name in COLUMNS]
    return pa.Table.from_arrays(columns, schema=LEAVING)


def _fitting(held: pa.Table, wanted: Wanted) -> pa.Table:
    faults = [fault for name in OF_A_COLUMN if (fault := _none_has(held, name, wanted.columns.get(name)))]
    if faults:
        raise asked_wrongly(faults)
    found = held
    for name, value in wanted.columns.items():
        found = found.filter(pc.field(name) == value)
    # A row without days says why there is no number; it is never lost to a choice of days.
    if wanted.first is not None:
        starts = pc.field("period_start")
        found = found.filter(starts.is_null() | (starts >= pa.scalar(wanted.first)))
    if wanted.last is not None:
        ends = pc.field("period_end")
        found = found.filter(ends.is_null() | (ends <= pa.scalar(wanted.last)))
    return found


def _none_has(held: pa.Table, name: str, value: str | None) -> Fault | None:
    """The fault of a value that no row has, with those that there are."""
    if value is None or not held.num_rows:
        return None
    there = sorted(each for each in held[name].unique().to_pylist() if each is not None)
    if value in there:
        return None
    what = ", ".join(there) or _("nothing here")
    words = _("%(name)s is “%(found)s”; it may be %(what)s.") % {"name": name, "found": short(value), "what": what}
    return Fault(name, words + nearest(value, there))
