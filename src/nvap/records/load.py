"""Check a file, load it, or prepare it for another machine.

`check` reports and stores nothing. `load` stores one immutable batch; the same file under the same mapping is stored
once. `prepare` writes what `load` would store into one file, pseudonyms and all, for a machine without the key.
"""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from zoneinfo import available_timezones

from nvap.engine.connection import Engine, literal, read_parquet
from nvap.errors import Refused, UsageFault, nearest
from nvap.records import learned, lock, prepared
from nvap.records.contract import contract
from nvap.records.current import same_key
from nvap.records.pseudonym import check_key, open_key, read_key, throw_away
from nvap.records.reading import begin, make_batch, reconciled, this_user, utc_now
from nvap.records.reconcile import Reconciled
from nvap.records.report import Report
from nvap.records.source import check_path, content_hash
from nvap.records.staging import working_engine
from nvap.records.store import ROWS, SET_ASIDE, Batch, batches, sweep, write_batch
from nvap.records.workspace import Force, Workspace


def check(
    file: Path,
    mapping_file: Path,
    *,
    table: str | None = None,
    force: Force | None = None,
    now: datetime.datetime | None = None,
    list_to: Path | None = None,
) -> Report:
    """Read a file under a mapping and say what a load would do; nothing is stored and no key is needed.

    `list_to` is a CSV file for the row, column and rule of every row that would be set aside.

    Raises FileRefused where nothing of the file can be read, InputFault with every fault where the mapping has any,
    UsageFault where a path is none.
    """
    check_path(file)
    reading = begin(file, mapping_file, table, now)
    zone = reading.zone(force.time_zone if force is not None else None)
    with (
        tempfile.TemporaryDirectory(prefix="nvap-check-") as folder,
        reconciled(reading, zone, throw_away(), Path(folder)) as found,
    ):
        if list_to is not None:
            found.list_set_aside(list_to)
        return found.report


def load(
    workspace: Workspace,
    force: Force,
    file: Path,
    mapping_file: Path | None = None,
    *,
    table: str | None = None,
    as_at: datetime.date | None = None,
    by: str | None = None,
    now: datetime.datetime | None = None,
    before_storing: Callable[[], None] = lambda: None,
) -> Batch:
    """Store a file as one batch, or give the batch that it gave before (`Batch.fresh` says which).

    `file` is an extract with its mapping, or a file that `prepare` wrote (without one). `as_at` is the day the extract
    stands at; without it the mapping's, else today. `by` is who loads, `now` naive UTC. `before_storing` is called when
    the file has been found good; what it raises keeps the batch from being stored. A copy of the mapping is kept, from
    which the draft of the next one learns.

    Raises Refused where practice and real would cross, another load of the table runs, the disk has no room or the key
    is not the workspace's; FileRefused where nothing of the file can be read or loaded; InputFault with every fault
    where the mapping has any.
    """
    check_path(file)
    by = by or this_user()
    if prepared.is_prepared(file):
        if mapping_file is not None or as_at is not None:
            raise UsageFault(
                f"{file.name} is a prepared file; its mapping and its as-at date are in it. Leave them out."
            )
        return _load_prepared(workspace, force, file, by=by, now=now, before_storing=before_storing)
    if mapping_file is None:
        raise UsageFault(f"{file.name} was not written by `nvap prepare`, so it needs a mapping: add --mapping FILE.")
    reading = begin(file, mapping_file, table, now)
    name = reading.mapping.contract.name
    _check_kind(workspace, reading.mapping.origin, mapping_file.name)
    hashed = content_hash(file)
    wanted = as_at or reading.mapping.as_at
    for held in batches(force, name):
        same = held.content_hash == hashed and held.mapping_hash == reading.mapping.hash
        if same and (wanted is None or held.as_at == wanted):
            learned.keep(force, mapping_file)
            return held
    with _table_held(force, name, file, by) as folder:
        pseudonyms = open_key(workspace) if reading.needs_key else throw_away()
        with reconciled(reading, reading.zone(force.time_zone), pseudonyms, folder) as found:
            batch = make_batch(reading, found, hashed=hashed, force=force, as_at=as_at, by=by)
            if reading.needs_key:
                batch = replace(batch, key_check=pseudonyms.check_value)
            before_storing()
            stored = _store(force, batch, found)
    learned.keep(force, mapping_file)
    return stored


def prepare(
    file: Path,
    mapping_file: Path,
    out: Path,
    *,
    keys: Path,
    table: str | None = None,
    time_zone: str | None = None,
    as_at: datetime.date | None = None,
    by: str | None = None,
    now: datetime.datetime | None = None,
) -> Report:
    """Write to `out` what a load would store, for `load` on a machine without the key.

    `keys` is the folder of the key; `time_zone` serves where the mapping declares none. Raises as `load` does.
    """
    check_path(file)
    if time_zone is not None and time_zone not in available_timezones():
        raise UsageFault(f"Unknown time zone `{time_zone}`.{nearest(time_zone, available_timezones())}")
    reading = begin(file, mapping_file, table, now)
    pseudonyms = read_key(keys) if reading.needs_key else throw_away()
    hashed = content_hash(file)
    with tempfile.TemporaryDirectory(prefix=".nvap-prepare-", dir=out.absolute().parent) as temporary:
        folder = Path(temporary)
        with reconciled(reading, reading.zone(time_zone), pseudonyms, folder) as found:
            batch = make_batch(reading, found, hashed=hashed, force=None, as_at=as_at, by=by or this_user())
            if reading.needs_key:
                batch = replace(batch, key_check=pseudonyms.check_value)
            found.write_rows(folder / ROWS, batch.id)
            found.write_set_aside(folder / SET_ASIDE)
            prepared.write(out, batch, folder)
            return found.report


def _load_prepared(
    workspace: Workspace, force: Force, file: Path, *, by: str, now: datetime.datetime | None,
    before_storing: Callable[[], None],
) -> Batch:  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="nvap-prepared-") as temporary:
        unpacked = Path(temporary)
        batch = prepared.unpack(file, unpacked)
        _check_kind(workspace, batch.origin, file.name)
        for held in batches(force, batch.table):
            if held.id == batch.id:
                return held
        with _table_held(force, batch.table, file, by) as folder:
            if batch.key_check is not None:
                check_key(workspace, batch.key_check)
            loaded_at = (now or utc_now()).replace(tzinfo=datetime.UTC)
            batch = replace(batch, force=force.code, loaded_at=loaded_at, loaded_by=by)
            before_storing()
            for name in (ROWS, SET_ASIDE):
                shutil.copyfile(unpacked / name, folder / name)
            with working_engine(folder) as engine:
                return _store_written(engine, force, batch, folder)


def _store(force: Force, batch: Batch, found: Reconciled) -> Batch:
    folder = found.staged.path.parent
    found.write_rows(folder / ROWS, batch.id)
    found.write_set_aside(folder / SET_ASIDE)
    return _store_written(found.engine, force, batch, folder)


def _store_written(engine: Engine, force: Force, batch: Batch, folder: Path) -> Batch:
    batch = replace(batch, overlaps=_overlaps(engine, force, batch, folder / ROWS))

    def write(making: Path) -> None:
        for name in (ROWS, SET_ASIDE):
            (folder / name).replace(making / name)

    return write_batch(force, batch, write)


def _overlaps(engine: Engine, force: Force, batch: Batch, rows: Path) -> dict[str, int]:
    """How many keys the new rows share with each batch held, but for rows that this extract itself withdraws."""
    extract, described = batch.extract, contract(batch.table)
    replaces_all = extract.kind == "full" and extract.first is None
    held = [each for each in batches(force, batch.table) if not (replaces_all and each.order < batch.order)]
    if not held:
        return {}
    condition = ""
    earlier = [literal(each.id) for each in held if each.order < batch.order]
    if extract.kind == "full" and extract.first and extract.last and earlier:
        span = f"DATE '{extract.first.isoformat()}' AND DATE '{extract.last.isoformat()}'"
        withdrawn = f"held._batch IN ({', '.join(earlier)}) AND coalesce({described.period_day} BETWEEN {span}, false)"
        condition = f" AND NOT ({withdrawn})"
    found = engine.query(
        f"SELECT _batch, count(*) AS n FROM {read_parquet([each.rows for each in held])} AS held WHERE EXISTS (SELECT 1"
        f" FROM {read_parquet([rows])} AS newer WHERE {same_key(described, 'newer', 'held')}){condition} GROUP BY 1"
    )
    return {row["_batch"]: row["n"] for row in found.to_pylist()}


def _check_kind(workspace: Workspace, origin: str, name: str) -> None:
    if workspace.is_practice and origin == "own":
        raise Refused(
            f"{workspace.path} is a practice workspace: a force's own extracts do not go into it. Use a real workspace,"
            f" or say in {name} what the file is: `made_up: true`, or `source: {{published: true}}` for open data."
        )
    if not workspace.is_practice and origin == "made-up":
        raise Refused(
            f"{workspace.path} is a real workspace, and {name} says that the file is made up; nothing was stored."
        )


@contextmanager
def _table_held(force: Force, table: str, file: Path, by: str) -> Iterator[Path]:
    """A folder to work in while this process alone loads the table; the folder goes with the lock."""
    folder = force.folder / "batches" / table
    with lock.held(folder / ".lock", what=f"{table} of {force.code}", by=by):
        sweep(force, table)
        _check_room(force.folder, file)
        working = folder / ".making-staging"
        working.mkdir(mode=0o700)
        try:
            yield working
        finally:
            shutil.rmtree(working, ignore_errors=True)


def _check_room(folder: Path, file: Path) -> None:
    needed, free = 3 * file.stat().st_size, shutil.disk_usage(folder).free
    if free < needed:
        raise Refused(
            f"There is not room enough in {folder}: {free // 1024**2:,} MB are free, and loading {file.name} may take"
            f" {needed // 1024**2 + 1:,} MB. Free some space and try again; nothing was stored."
        )
