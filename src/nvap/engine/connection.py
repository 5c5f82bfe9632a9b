"""The one connection to DuckDB: run SQL, read and write Parquet, and turn its errors into ours.

    with connect(memory_limit="1500MB") as engine:
        engine.parquet("incidents", paths)
        table = engine.query("SELECT count(*) AS n FROM incidents")

The engine never calls out: extensions are neither installed nor loaded by themselves, the session's time zone is UTC,
and the settings are locked once the connection is made.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa

from nvap.errors import NvapError

FORCE = "_force"
"""The column that names the force in the tables of a nation."""


class EngineFault(NvapError):
    """The engine could not run what it was given; the message holds no row's values."""


class OutOfDisk(EngineFault):
    """The disk is full: nothing that was stored before has changed."""


class OutOfMemory(EngineFault):
    """The query needs more memory than the engine may use."""


class Engine:
    """One DuckDB connection with a memory limit. Use as a context manager, or call `close`."""

    name = "duckdb"

    def __init__(self, *, memory_limit: str, threads: int | None, temp_directory: Path | None) -> None:
        self._own_temp = temp_directory is None
        self._temp = Path(tempfile.mkdtemp(prefix="nvap-engine-")) if temp_directory is None else temp_directory
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "threads": str(threads or os.cpu_count() or 1),
            "temp_directory": str(self._temp),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        try:
            self._connection = duckdb.connect(":memory:", config=settings)
        except duckdb.Error as error:
            self._remove_temp()
            raise EngineFault(f"DuckDB would not start: {_first_line(error)}") from None
        self.run("SET TimeZone = 'UTC'")
        # In a notebook without ipywidgets DuckDB shows no bar, and refuses to be told so.
        with contextlib.suppress(duckdb.InvalidInputException):
            self._connection.execute("SET enable_progress_bar = false")
        self.run("SET lock_configuration = true")

    @property
    def version(self) -> str:
        """The engine's name and version, as provenance prints it."""
        return f"duckdb {duckdb.__version__}"

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """The rows of a SELECT as an Arrow table. Raises EngineFault."""
        with _our_errors():
            return self._connection.sql(sql, params=list(parameters)).to_arrow_table()

    def batches(self, sql: str, parameters: Sequence[object] = (), *, rows: int = 100_000) -> Iterator[pa.RecordBatch]:
        """The rows of a SELECT as Arrow batches of at most `rows`, for results that may not fit in memory."""
        with _our_errors():
            reader = self._connection.sql(sql, params=list(parameters)).to_arrow_reader(rows)
        while True:
            try:
                with _our_errors():
                    batch = reader.read_next_batch()
            except StopIteration:
                return
            yield batch

    def run(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Run a statement whose rows nobody reads. Raises EngineFault."""
        with _our_errors():
            self._connection.execute(sql, list(parameters))

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable under `name` (replacing what stood there)."""
        with _our_errors():
            self._connection.register(name, table)

    def view(self, name: str, sql: str) -> None:
        """Make a SELECT readable under `name`."""
        self.run(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {sql}")

    def parquet(self, name: str, paths: Sequence[Path]) -> None:
        """Make Parquet files readable under `name`, columns matched by name. Raises EngineFault when there are none."""
        self.view(name, f"SELECT * FROM {read_parquet(paths)}")

    def typed_parquet(self, name: str, paths: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make Parquet files readable under `name` with these columns and SQL types and, in `_force`, their force.

        The force is the `force=` folder that a file lies in; a column that a file does not have is missing in its rows.
        Without any file the table is there and has no row. Raises EngineFault.
        """
        if not paths:
            nothing = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(column)}" for column, kind in columns.items())
            self.view(name, f"SELECT {nothing}, CAST(NULL AS VARCHAR) AS {quoted(FORCE)} WHERE FALSE")
            return
        by_force = "hive_partitioning = true, hive_types = {'force': VARCHAR}"
        source = read_parquet(paths).removesuffix(")") + f", {by_force})"
        held = set(self.query(f"DESCRIBE SELECT * FROM {source}")["column_name"].to_pylist())
        typed = [
            f"CAST({quoted(column) if column in held else 'NULL'} AS {kind}) AS {quoted(column)}"
            for column, kind in columns.items()
        ]
        self.view(name, f'SELECT {", ".join(typed)}, "force" AS {quoted(FORCE)} FROM {source}')

    def write_parquet(self, sql: str, path: Path, parameters: Sequence[object] = ()) -> None:
        """Write a SELECT's rows to one Parquet file (zstd). Raises OutOfDisk when the disk is full."""
        with _our_errors():
            self._connection.execute(
                f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)", list(parameters)
            )

    def close(self) -> None:
        """Close the connection and remove its temporary folder; closing twice does nothing."""
        self._connection.close()
        self._remove_temp()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _remove_temp(self) -> None:
        if self._own_temp:
            shutil.rmtree(self._temp, ignore_errors=True)


def connect(*, memory_limit: str = "1500MB", threads: int | None = None, temp_directory: Path | None = None) -> Engine:
    """A new engine in memory.

    `memory_limit` is a size with its unit (DuckDB spills to `temp_directory` beyond it); `threads` defaults to the
    machine's processors; `temp_directory` to a new folder that goes with the engine.
    """
    return Engine(memory_limit=memory_limit, threads=threads, temp_directory=temp_directory)


def quoted(identifier: str) -> str:
    """A SQL identifier in double quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A SQL text literal."""
    return "'" + text.replace("'", "''") + "'"


def read_parquet(paths: Sequence[Path]) -> str:
    """The table function that reads these Parquet files, columns matched by name."""
    if not paths:
        raise EngineFault("There is no Parquet file to read.")
    names = ", ".join(literal(_as_glob_literal(str(path))) for path in paths)
    return f"read_parquet([{names}], union_by_name = true)"


def _as_glob_literal(path: str) -> str:
    # DuckDB reads *, ? and [ in file names as patterns; a folder may hold them.
    return re.sub(r"([*?\[])", r"[\1]", path)


@contextlib.contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        if "disk" in str(error).lower() or "max_temp_directory_size" in str(error):
            raise OutOfDisk("The disk for temporary files is full. Free some space and run this again.") from None
        raise OutOfMemory(
            "This needs more memory than the engine may use: ask for a shorter period, or raise its memory limit."
        ) from None
    except duckdb.Error as error:
        if "no space left" in str(error).lower():
            raise OutOfDisk(
                "The disk is full. Nothing stored before has changed; free some space and try again."
            ) from None
        raise EngineFault(_first_line(error)) from None
    except OSError as error:
        # Arrow passes DuckDB's errors on as its own while rows are being read.
        if "no space left" in str(error).lower():
            raise OutOfDisk(
                "The disk is full. Nothing stored before has changed; free some space and try again."
            ) from None
        raise EngineFault(_first_line(error)) from None


def _first_line(error: Exception) -> str:
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    # A conversion error quotes the value that would not convert, and that may be a person's.
    quotes = r"'[^']*'" if '"' in line and "onversion" not in line else r"'[^']*'|\"[^\"]*\""
    return f"The engine could not run this: {re.sub(quotes, '(not shown)', line)}"
