"""Batches: what one load stored, immutable, under `<force>/batches/<table>/<batch>/`.

    rows.parquet        the rows, in the contract's stored columns
    set_aside.parquet   row, column, rule of each row set aside; none of its values
    batch.json          where it came from, what it covers, how many rows of what fate

A batch is written in a folder beside and renamed in, so it is there whole or not at all.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from nvap.errors import InputFault
from nvap.records.own_codes import OwnCodes, own_codes_from_json, own_codes_to_json
from nvap.records.workspace import Force, write_json

Precision = Literal["instant", "hour", "day", "month"]
PRECISIONS: tuple[Precision, ...] = ("instant", "hour", "day", "month")
ROWS, SET_ASIDE, HEADER = "rows.parquet", "set_aside.parquet", "batch.json"
_MAKING = ".making-"


@dataclass(frozen=True)
class Extract:
    """What an extract holds: every row of its period (`full`: absent rows are withdrawn) or `changes` only."""

    kind: Literal["full", "changes"] = "changes"
    first: datetime.date | None = None
    last: datetime.date | None = None


@dataclass(frozen=True)
class Coverage:
    """What an extract is limited to: `only` one kind of row, part periods, a sample of days."""

    only: str | None = None
    note: str | None = None
    partial_periods: tuple[str, ...] = ()
    sample_days: bool = False


@dataclass(frozen=True)
class Batch:
    """One stored load. `report` holds the reconciliation's counts; `overlaps` how many keys it shares with others.

    `fresh` says that this very call stored it; a batch that was there before is not fresh.
    """

    id: str
    table: str
    force: str
    content_hash: str
    mapping_name: str
    mapping_version: str
    mapping_hash: str
    as_at: datetime.date
    loaded_at: datetime.datetime
    loaded_by: str
    source: Mapping[str, str]
    origin: str
    extract: Extract
    coverage: Coverage
    population_years: Mapping[int, int]
    precision: Mapping[str, Precision]
    columns_filled: tuple[str, ...]
    first_day: datetime.date | None
    last_day: datetime.date | None
    undated_rows: int
    report: Mapping[str, Any]
    overlaps: Mapping[str, int] = field(default_factory=dict)
    key_check: str | None = None
    own_codes: Mapping[str, OwnCodes] = field(default_factory=dict)
    folder: Path = Path()
    fresh: bool = field(default=False, compare=False)

    @property
    def rows(self) -> Path:
        """The Parquet file of the rows."""
        return self.folder / ROWS

    @property
    def order(self) -> tuple[datetime.date, datetime.datetime, str]:
        """Where the batch stands among others: the latest as-at date wins, then the latest load."""
        return (self.as_at, self.loaded_at, self.id)


def batch_id(content_hash: str, mapping_hash: str, as_at: datetime.date) -> str:
    """The id of the batch that this content gives under this mapping as at this date: always the same one."""
    made = hashlib.sha256(f"{content_hash}|{mapping_hash}|{as_at.isoformat()}".encode()).hexdigest()
    return f"{as_at.isoformat()}-{made[:12]}"


def batches(force: Force, table: str) -> list[Batch]:
    """Every batch of a table, the one that wins last. Raises InputFault where a batch is damaged."""
    folder = force.folder / "batches" / table
    found = [read_batch(path.parent) for path in folder.glob(f"*/{HEADER}") if not path.parent.name.startswith(".")]
    return sorted(found, key=lambda each: each.order)


def all_batches(force: Force) -> list[Batch]:
    """Every batch of a force, by table and then in the order in which they win."""
    tables = sorted(path.name for path in (force.folder / "batches").glob("*") if path.is_dir())
    return [each for table in tables for each in batches(force, table)]


def read_batch(folder: Path) -> Batch:
    """The batch in a folder. Raises InputFault where its header is damaged or its rows are missing."""
    try:
        content = json.loads((folder / HEADER).read_text(encoding="utf-8"))
        made = from_json(content, folder)
    except (ValueError, KeyError, TypeError) as error:
        raise InputFault(f"{folder / HEADER} is damaged; restore the batch from a backup or load it again.") from error
    if not made.rows.exists():
        raise InputFault(f"{folder}: {ROWS} is missing; restore the batch from a backup or load it again.")
    return made


def write_batch(force: Force, batch: Batch, write_files: Callable[[Path], None]) -> Batch:
    """Store one batch: `write_files` writes rows and set-aside list into the folder it is given.

    The folder is renamed in at the end; when anything fails, or the disk is full, nothing of it stays.
    """
    table = force.folder / "batches" / batch.table
    final = table / batch.id
    making = table / f"{_MAKING}{batch.id}-{os.getpid()}"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True, mode=0o700)
    try:
        write_files(making)
        write_json(making / HEADER, to_json(batch))
        for name in (ROWS, SET_ASIDE):
            _sync(making / name)
        _sync(making)
        if final.exists():
            # Another load of the same content came first; its batch is this one.
            shutil.rmtree(making)
            return read_batch(final)
        making.rename(final)
        _sync(table)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return replace(read_batch(final), fresh=True)


def sweep(force: Force, table: str) -> None:
    """Remove what a load that was ended by force left behind. Call only while holding the table's lock."""
    for left in (force.folder / "batches" / table).glob(f"{_MAKING}*"):
        shutil.rmtree(left, ignore_errors=True)


def to_json(batch: Batch) -> dict[str, Any]:
    """The batch as batch.json holds it."""
    extract, coverage = batch.extract, batch.coverage
    return {
        "id": batch.id,
        "table": batch.table,
        "force": batch.force,
        "content_hash": batch.content_hash,
        "mapping": {"name": batch.mapping_name, "version": batch.mapping_version, "hash": batch.mapping_hash},
        "as_at": batch.as_at.isoformat(),
        "loaded_at": batch.loaded_at.isoformat(timespec="microseconds"),
        "loaded_by": batch.loaded_by,
        "source": dict(batch.source),
        "origin": batch.origin,
        "extract": {"kind": extract.kind, "from": _iso(extract.first), "to": _iso(extract.last)},
        "coverage": {
            "only": coverage.only,
            "note": coverage.note,
            "partial_periods": list(coverage.partial_periods),
            "sample_days": coverage.sample_days,
        },
        "population_years": {str(year): served for year, served in batch.population_years.items()},
        "precision": dict(batch.precision),
        "columns_filled": list(batch.columns_filled),
        "days": {"first": _iso(batch.first_day), "last": _iso(batch.last_day), "undated_rows": batch.undated_rows},
        "report": dict(batch.report),
        "overlaps": dict(batch.overlaps),
        "key_check": batch.key_check,
        # Only where there are any: headers without them stay what they were.
        **({"own_codes": own_codes_to_json(batch.own_codes)} if batch.own_codes else {}),
    }


def from_json(content: Mapping[str, Any], folder: Path = Path()) -> Batch:
    """The batch that batch.json describes. Raises KeyError, ValueError or TypeError where it is damaged."""
    extract, coverage, mapping, days = content["extract"], content["coverage"], content["mapping"], content["days"]
    return Batch(
        id=content["id"],
        table=content["table"],
        force=content["force"],
        content_hash=content["content_hash"],
        mapping_name=mapping["name"],
        mapping_version=mapping["version"],
        mapping_hash=mapping["hash"],
        as_at=datetime.date.fromisoformat(content["as_at"]),
        loaded_at=datetime.datetime.fromisoformat(content["loaded_at"]),
        loaded_by=content["loaded_by"],
        source=content["source"],
        origin=content["origin"],
        extract=Extract(extract["kind"], _day(extract["from"]), _day(extract["to"])),
        coverage=Coverage(
            coverage["only"], coverage["note"], tuple(coverage["partial_periods"]), coverage["sample_days"]
        ),
        population_years={int(year): int(served) for year, served in content["population_years"].items()},
        precision=content["precision"],
        columns_filled=tuple(content["columns_filled"]),
        first_day=_day(days["first"]),
        last_day=_day(days["last"]),
        undated_rows=int(days["undated_rows"]),
        report=content["report"],
        overlaps={name: int(count) for name, count in content["overlaps"].items()},
        key_check=content["key_check"],
        own_codes=own_codes_from_json(content.get("own_codes", {})),
        folder=folder,
    )


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _sync(path: Path) -> None:
    """Make the system write a file or folder to the disk; Windows cannot do so for a folder."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
