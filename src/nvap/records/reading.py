"""One file being read under one mapping: the steps that a check, a load and a preparation share."""

from __future__ import annotations

import datetime
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from nvap.declarations import Faults
from nvap.errors import FileRefused, InputFault
from nvap.records.mapping import Mapping, read_mapping
from nvap.records.pseudonym import Pseudonyms
from nvap.records.reconcile import Reconciled, reconcile
from nvap.records.report import Report
from nvap.records.source import content_hash
from nvap.records.staging import stage, working_engine
from nvap.records.store import Batch, batch_id
from nvap.records.workspace import Force

DEFAULT_ZONE = "Europe/London"


@dataclass(frozen=True)
class Reading:
    """A file with its mapping and the mapping's faults so far, and the moment at which it is read (naive UTC)."""

    file: Path
    mapping: Mapping
    faults: Faults
    now: datetime.datetime

    @property
    def needs_key(self) -> bool:
        """Whether any pseudonym is made."""
        return any(each.column.type == "key" for each in self.mapping.columns)

    def zone(self, otherwise: str | None) -> ZoneInfo:
        """The zone of the file's local times: the mapping's, or else this one."""
        return ZoneInfo(self.mapping.time_zone or otherwise or DEFAULT_ZONE)


def begin(file: Path, mapping_file: Path, table: str | None, now: datetime.datetime | None) -> Reading:
    """Read the mapping; its faults are raised at once where nothing can be read under it, else with the file's."""
    faults = Faults()
    mapping = read_mapping(mapping_file, faults, table=table)
    if mapping is None:
        faults.raise_if_any(f"{mapping_file.name} has faults; nothing was read.")
    assert mapping is not None  # noqa: S101 - a mapping that cannot be read is a fault, raised above
    return Reading(file, mapping, faults, now or utc_now())


@contextmanager
def reconciled(reading: Reading, zone: ZoneInfo, pseudonyms: Pseudonyms, folder: Path) -> Iterator[Reconciled]:
    """The file's rows, staged in `folder` and judged."""
    staged = stage(
        reading.file,
        reading.mapping,
        zone=zone,
        now=reading.now,
        pseudonyms=pseudonyms,
        folder=folder,
        faults=reading.faults,
    )
    with working_engine(folder) as engine:
        found = reconcile(engine, staged)
        yield replace(found, report=_told(found.report, reading))


def make_batch(reading: Reading, found: Reconciled, *, hashed: str, force: Force | None, as_at: datetime.date | None,
               by: str) -> Batch:  # fmt: skip
    """The batch that these rows make. Raises FileRefused where none of them can be loaded, or the file has changed."""
    mapping, report = reading.mapping, found.report
    _check_loadable(report)
    if content_hash(reading.file) != hashed:
        raise FileRefused(f"{reading.file.name} changed while it was being read; nothing was stored. Try again.")
    stands, origin = _as_at(reading, found, force, as_at)
    return Batch(
        id=batch_id(hashed, mapping.hash, stands),
        table=mapping.contract.name,
        force=force.code if force is not None else "",
        content_hash=hashed,
        mapping_name=mapping.name,
        mapping_version=mapping.version,
        mapping_hash=mapping.hash,
        as_at=stands,
        loaded_at=reading.now.replace(tzinfo=datetime.UTC),
        loaded_by=by,
        source=mapping.source,
        origin=mapping.origin,
        extract=mapping.extract,
        coverage=mapping.coverage,
        population_years=mapping.population_years,
        own_codes=mapping.own_codes,
        precision=mapping.precision,
        columns_filled=tuple(found.staged.query.stored()),
        first_day=report.first_day,
        last_day=report.last_day,
        undated_rows=report.undated_rows,
        report={**report.counts(), "as_at": origin},
    )


def utc_now() -> datetime.datetime:
    """The present moment as naive UTC."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def this_user() -> str:
    """The name of the system's user, or `unknown`."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def _told(report: Report, reading: Reading) -> Report:
    """The report with the file's name, and with what is worth saying beside the counts."""
    warnings = [
        f"{column}: {count:,} local times stand in an hour that the clock showed twice; the first is taken unless the"
        " row's earlier times say otherwise"
        for column, count in report.ambiguous.items()
    ]
    if reading.mapping.extract.kind == "full" and report.set_aside:
        warnings.append(
            "a full extract replaces its whole period: rows set aside here are not shown from earlier extracts either"
        )
    return replace(report, file=reading.file.name, warnings=(*report.warnings, *warnings))


def _check_loadable(report: Report) -> None:
    if report.loaded:
        return
    rules = [
        f"  {count:,} × {rule}{f' in {column}' if column else ''}"
        for (rule, column), count in report.set_aside_rules.items()
    ]
    raise FileRefused(
        f"None of the {report.read:,} rows of {report.file} can be loaded into {report.table}; nothing was stored.",
        rules or ["  all were excluded by the mapping's rules"],
    )


def _as_at(
    reading: Reading, found: Reconciled, force: Force | None, asked: datetime.date | None
) -> tuple[datetime.date, str]:
    """The day the extract stands at, and where it comes from."""
    mapping = reading.mapping
    if asked is not None:
        return asked, "asked"
    if mapping.as_at_column is not None:
        row = found.engine.query(
            "SELECT max(TRY_CAST(left(_as_at, 10) AS DATE)) AS latest,"
            " count(*) - count(TRY_CAST(left(_as_at, 10) AS DATE)) AS bad FROM loading"
        ).to_pylist()[0]
        if row["bad"] or row["latest"] is None:
            raise InputFault(
                f"{mapping.path}:{mapping.lines['extract']}: `as_at_column` must give a date that begins with"
                f" year-month-day in every row; {row['bad']:,} rows give none."
            )
        return row["latest"], "declared"
    if mapping.as_at is not None:
        return mapping.as_at, "declared"
    zone = force.zone if force is not None else datetime.UTC
    return reading.now.replace(tzinfo=datetime.UTC).astimezone(zone).date(), "today"
