"""Stored results: each run's rows as Parquet with its provenance beside them, and the newest run that answers.

    <force>/results/<run>/rows.parquet   the rows (their provenance in the metadata too)
    <force>/results/<run>/run.json       measures, pack, rule, days, extracts, engine, SQL, who, when

A run is written in a folder beside and renamed in, so it is there whole or not at all. Nothing stored is ever changed.
"""

from __future__ import annotations

import datetime
import errno
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nvap.errors import InputFault
from nvap.measures.rows import SCHEMA
from nvap.measures.run import provenance_of, with_provenance
from nvap.records.workspace import Force, write_json

ROWS, HEADER = "rows.parquet", "run.json"
_MAKING = ".making-"


@dataclass(frozen=True)
class StoredRun:
    """One stored run: its id, folder and provenance (`measures`, `rule`, `by`, `from`, `to`, `as_at`, `when`, …)."""

    id: str
    folder: Path
    provenance: dict[str, Any]

    @property
    def as_at(self) -> datetime.date:
        """The day as at which its rows stand."""
        return datetime.date.fromisoformat(self.provenance["as_at"])

    @property
    def when(self) -> str:
        """When it ran: UTC, as ISO text."""
        return str(self.provenance["when"])

    def rows(self, measure: str | None = None) -> pa.Table:
        """Its result rows, of one measure or of all. Raises InputFault where the file is damaged."""
        try:
            found = pq.read_table(self.folder / ROWS, schema=SCHEMA)
        except (OSError, pa.ArrowException) as error:
            raise InputFault(f"{self.folder / ROWS} is damaged; run the measures again.") from error
        if measure is not None:
            # Loaded here: a run that only stores need not wait for Arrow's functions.
            import pyarrow.compute as pc  # noqa: PLC0415

            found = found.filter(pc.field("measure") == measure)
        return with_provenance(found, self.provenance)


def store(force: Force, found: pa.Table) -> StoredRun:
    """Store the rows of `measures.run.run`; they are there whole when this returns.

    Raises InputFault where the disk does not take them; nothing of the run stays then.
    """
    provenance = provenance_of(found)
    stamp = datetime.datetime.fromisoformat(provenance["when"]).strftime("%Y%m%dT%H%M%S")
    made = hashlib.sha256(json.dumps(provenance, sort_keys=True).encode()).hexdigest()[:8]
    results = force.folder / "results"
    final, making = results / f"{stamp}-{made}", results / f"{_MAKING}{stamp}-{made}-{os.getpid()}"
    if final.exists():
        return _read(final)
    try:
        making.mkdir(parents=True, exist_ok=True)
        pq.write_table(found, making / ROWS, compression="zstd")
        _sync(making / ROWS)
        write_json(making / HEADER, provenance)
        making.rename(final)
    except OSError as error:
        why = "The disk is full" if error.errno == errno.ENOSPC else f"{results} cannot be written ({error.strerror})"
        raise InputFault(f"{why}; the results were not stored.") from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return _read(final)


def runs(force: Force) -> list[StoredRun]:
    """Every stored run of a force, the newest first. Raises InputFault where a header is damaged."""
    folders = [path.parent for path in (force.folder / "results").glob(f"*/{HEADER}")]
    found = [_read(each) for each in folders if not each.name.startswith(".")]
    return sorted(found, key=lambda each: (each.when, each.id), reverse=True)


def latest(
    force: Force, measure: str, *, by: str = "month", rule: str = "R1", as_at: datetime.date | None = None
) -> pa.Table | None:
    """The rows of a measure from the newest run that answers, or None.

    A run answers when it holds the measure laid out this way, for all the time that is held, under this counting rule
    (a measure without one is answered under any). `as_at` takes the run that stood on that day: of those as at that day
    or before, the newest; without it, the newest of all that were not asked as at an earlier day.
    """
    answering = [each for each in runs(force) if _answers(each, measure, by, rule)]
    if as_at is None:
        answering = [each for each in answering if each.provenance["as_at_asked"] is None]
    else:
        answering = [each for each in answering if each.as_at <= as_at]
        answering.sort(key=lambda each: (each.as_at, each.when), reverse=True)
    return answering[0].rows(measure) if answering else None


def _answers(run: StoredRun, measure: str, by: str, rule: str) -> bool:
    held = run.provenance
    in_rule = measure not in held["uses_rule"] or held["rule"] == rule
    whole = held["from"] is None and held["to"] is None
    return measure in held["measures"] and held["by"] == by and in_rule and whole


def _read(folder: Path) -> StoredRun:
    try:
        provenance = json.loads((folder / HEADER).read_text(encoding="utf-8"))
        made = StoredRun(folder.name, folder, provenance)
        _ = made.as_at, made.when
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputFault(f"{folder / HEADER} is damaged; remove the folder and run the measures again.") from error
    return made


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
