"""What measures ask of an engine, so that they run on DuckDB and on Spark alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa


class Answers(Protocol):
    """What answers SELECTs (written in DuckDB's dialect) over tables that were made readable before."""

    def query(self, sql: str) -> pa.Table:
        """The rows of a SELECT as an Arrow table. Raises EngineFault."""


class Reader(Answers, Protocol):
    """An engine: it answers SELECTs, and tables are made readable for it."""

    @property
    def version(self) -> str:
        """The engine's name and version, as provenance prints it."""

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable under `name` (replacing what stood there)."""

    def typed_parquet(self, name: str, paths: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make Parquet files readable under `name` with these columns and SQL types and, in `_force`, their force.

        The force is the `force=` folder that a file lies in; a column that a file does not have is missing in its rows.
        Without any file the table is there and has no row.
        """
