"""From a file to a staging file: every row read once, typed, judged and pseudonymised, in flat memory.

The staging file is Parquet in a folder of the load's own. No identifier reaches it: keys become pseudonyms on the way,
and columns that no expression reads are never looked at.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as arrow_parquet

from nvap.declarations import Faults
from nvap.engine.connection import Engine, EngineFault, OutOfDisk, connect
from nvap.errors import FileRefused, InputFault, NvapError
from nvap.records.contract import Domain
from nvap.records.identifying import NhsNumbers, identifying
from nvap.records.mapping import UNKNOWN_COLUMN, Bound, Mapping, bind
from nvap.records.pseudonym import Pseudonyms
from nvap.records.row_sql import UTC_ZONE, ZONE, RowQuery, map_table
from nvap.records.source import RowFault, Source, open_source
from nvap.records.zone import utc_days, zone_days

# A stream of wide rows holds some 150 MB for each thread, which cannot be spilled: 300 MB was too little for half
# a million deployments. More threads would only wait, since one reader feeds them all. The process stays below 1 GiB.
MEMORY = "500MB"
THREADS = 2
_SOURCE = "nvap_source"
_BATCH_ROWS = 65_536


def working_engine(folder: Path) -> Engine:
    """An engine in the memory that a load may use, the same on any machine; what is too much spills into `folder`."""
    return connect(memory_limit=MEMORY, threads=THREADS, temp_directory=folder)


@dataclass(frozen=True)
class Staged:
    """A staging file, with what is known of its rows besides."""

    path: Path
    query: RowQuery
    format: str
    read: int
    row_faults: tuple[RowFault, ...]
    statements: tuple[str, ...]


def stage(
    path: Path,
    mapping: Mapping,
    *,
    zone: ZoneInfo,
    now: datetime.datetime,
    pseudonyms: Pseudonyms,
    folder: Path,
    faults: Faults,
) -> Staged:
    """Read `path` under a mapping into `folder`.

    `now` is naive UTC; later moments are faults. Raises InputFault with every fault of mapping and file, also where
    columns that identify people fill anything but a key; FileRefused where only the file is at fault.
    """
    with open_source(path, mapping.file) as source:
        bound = bind(mapping, source.header, faults)
        if bound is not None:
            _check_identifying(mapping, bound, faults)
        _raise_misfit(mapping, path, faults)
        assert bound is not None  # noqa: S101 - a mapping that does not bind is a fault, raised above
        query = RowQuery(mapping, bound, now, source.typed_times)
        staged = folder / "staged.parquet"
        nhs = _read(source, query, zone, pseudonyms, staged)
        if nhs.found():
            names = ", ".join(f"`{name}`" for name in nhs.found())
            raise FileRefused(
                f"{path.name}: the values of {names} look like NHS numbers, which must not be loaded. Drop the column"
                " in the mapping; use the force's own reference. Nothing was stored."
            )
        if not source.read:
            raise FileRefused(f"{path.name} has a header and no rows.")
        return Staged(staged, query, source.format, source.read, tuple(source.row_faults), tuple(source.statements))


def _raise_misfit(mapping: Mapping, path: Path, faults: Faults) -> None:
    """Raise every fault so far: the file's alone where all of them are columns that it lacks, else the mapping's."""
    kind = FileRefused if all(UNKNOWN_COLUMN in fault for fault in faults.found) else InputFault
    if faults.found:
        raise kind(f"{mapping.path.name} does not fit {path.name}; nothing was read.", faults.found)


def _check_identifying(mapping: Mapping, bound: Bound, faults: Faults) -> None:
    """A fault for each identifying column that fills anything but a key."""
    for each in mapping.columns:
        if each.column.type == "key":
            continue
        for name in identifying(sorted(bound.columns[each.column.name].columns)):
            faults.add(
                mapping.path,
                each.line,
                f"`{each.column.name}` reads `{name}`, a column that identifies people; drop it. Names, birth dates,"
                " postcodes and phone numbers may only stand in a key, of which a pseudonym is made.",
            )


class _Stream:
    """A source's batches for the engine; a fault of the file stops the stream and is raised afterwards as it was."""

    def __init__(self, source: Source, used: tuple[str, ...]) -> None:
        # Something must be read for the rows to be counted, even where every expression is a constant.
        self._used = used or source.header[:1]
        self._source = source
        self.nhs = NhsNumbers()
        self.failure: BaseException | None = None

    def reader(self) -> pa.RecordBatchReader:
        schema = pa.schema([*((name, pa.string()) for name in self._used), ("_nvap_row", pa.int64())])
        return pa.RecordBatchReader.from_batches(schema, self._batches(schema))

    def _batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self._source.batches(self._used):
                self.nhs.look_at(batch, self._used)
                yield batch.cast(schema)
        except (NvapError, OSError, pa.ArrowException, MemoryError) as failure:
            self.failure = failure


def _read(source: Source, query: RowQuery, zone: ZoneInfo, pseudonyms: Pseudonyms, staged: Path) -> NhsNumbers:
    stream = _Stream(source, query.bound.used)
    keys = {each.column.name: each.column.domain for each in query.mapping.columns if each.column.domain}
    with working_engine(staged.parent) as engine:
        _register(engine, query, zone)
        engine.register(_SOURCE, stream.reader())
        writer: arrow_parquet.ParquetWriter | None = None
        try:
            for batch in engine.batches(query.sql(_SOURCE), rows=_BATCH_ROWS):
                safe = _with_pseudonyms(batch, keys, pseudonyms)
                if writer is None:
                    writer = arrow_parquet.ParquetWriter(staged, safe.schema, compression="snappy")
                writer.write_batch(safe)
            if stream.failure is not None:
                raise stream.failure
            if writer is None:
                raise FileRefused(_nothing_left(source))
            writer.close()
        except OSError as error:
            raise full(error) from None
        except EngineFault as fault:
            raise _cast_fault(query, fault) from None
    return stream.nhs


def _cast_fault(query: RowQuery, fault: EngineFault) -> NvapError:
    """A cast that failed is the mapping's to mend; anything else of the engine's is told as it is."""
    if "Conversion Error" not in str(fault):
        return fault
    return InputFault(
        f"{query.mapping.path.name}: a CAST in one of its expressions fails on some row. Write TRY_CAST, which makes"
        " such a value missing, or give the column a `format`. Nothing was stored."
    )


def _nothing_left(source: Source) -> str:
    if not source.read:
        return f"{source.path.name} has a header and no rows."
    rules = sorted({fault.rule for fault in source.row_faults})
    return f"{source.path.name}: none of its {source.read:,} rows can be used ({'; '.join(rules)})."


def _register(engine: Engine, query: RowQuery, zone: ZoneInfo) -> None:
    last = query.now.date() + datetime.timedelta(days=3)
    engine.register(ZONE, zone_days(zone, last))
    engine.register(UTC_ZONE, utc_days(zone, last))
    for each in query.mapping.columns:
        if each.maps:
            rows = [(value, target, one.first, one.last) for one in each.maps for value, target in one.values.items()]
            columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
            types = (pa.string(), pa.string(), pa.date32(), pa.date32())
            arrays = [pa.array(list(column), kind) for column, kind in zip(columns, types, strict=True)]
            engine.register(map_table(each).strip('"'), pa.table(arrays, ["source", "target", "first", "last"]))


def _with_pseudonyms(batch: pa.RecordBatch, keys: dict[str, Domain], pseudonyms: Pseudonyms) -> pa.RecordBatch:
    arrays = [
        pseudonyms.of_all(batch.column(name), keys[name]) if name in keys else batch.column(name)
        for name in batch.schema.names
    ]
    return pa.RecordBatch.from_arrays(arrays, batch.schema.names)


def full(error: OSError) -> NvapError:
    """What to say of a write that failed: the disk is full, or the system's own words."""
    if error.errno in (28, 27, 122) or "no space left" in str(error).lower():
        return OutOfDisk("The disk is full. Nothing stored before has changed; free some space and try again.")
    return InputFault(f"A file could not be written: {error.strerror or type(error).__name__}.")
