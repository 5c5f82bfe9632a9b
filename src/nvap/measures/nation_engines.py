"""A nation's tables open to be asked: force after force on DuckDB, or all at once on Spark.

Both give one force's rows as it would get them alone, and gather those of several for the nation as a whole, asking
nothing twice.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType

import pyarrow as pa

from nvap.engine.connection import FORCE, connect
from nvap.engine.forces import of_each_force
from nvap.engine.interface import Answers, Reader
from nvap.measures.nation_folder import Nation, NationForce
from nvap.records.contract import contract


def open_tables(engine: Reader, nation: Nation, tables: Sequence[str]) -> None:
    """Make a nation's tables readable; one that no force in hand holds is there and has no row."""
    for table in tables:
        engine.typed_parquet(table, nation.files(table), contract(table).stored_types)


class ForceByForce:
    """The forces of a nation on DuckDB, one after the other. Use as a context manager.

    What is kept of the forces' answers is not asked again; anything else is asked once for all of them, within the same
    limit of memory.
    """

    def __init__(self, nation: Nation, memory_limit: str) -> None:
        self.version = ""
        self._nation, self._memory_limit = nation, memory_limit
        self._found: dict[tuple[str, str], pa.Table] = {}
        self._at_once: AtOnce | None = None
        self._stack = contextlib.ExitStack()

    @contextlib.contextmanager
    def alone(self, force: NationForce) -> Iterator[Answers]:
        """One force's own tables."""
        with connect(memory_limit=self._memory_limit) as engine:
            self.version = engine.version
            open_tables(engine, self._nation.only([force.code]), tuple(force.held))
            yield engine

    @contextlib.contextmanager
    def kept(self, force: NationForce) -> Iterator[Answers]:
        """One force's tables, and without rows those that others hold; its answers are kept to be gathered."""
        with connect(memory_limit=self._memory_limit) as engine:
            self.version = engine.version
            open_tables(engine, self._nation.only([force.code]), self._nation.tables)
            yield _Kept(engine, force.code, self._found)

    def gather(self, sql: str, codes: Sequence[str]) -> pa.Table:
        """The rows of a SELECT of these forces, each with its force's code in `_force`. Raises EngineFault."""
        if not all((code, sql) in self._found for code in codes):
            return self._all().gather(sql, codes)
        return pa.concat_tables([_of_force(self._found[code, sql], code) for code in codes])

    def query(self, sql: str) -> pa.Table:
        """The same of all forces."""
        return self.gather(sql, [each.code for each in self._nation.forces])

    def _all(self) -> AtOnce:
        if self._at_once is None:
            engine = self._stack.enter_context(connect(memory_limit=self._memory_limit))
            open_tables(engine, self._nation, self._nation.tables)
            self._at_once = AtOnce(engine)
        return self._at_once

    def __enter__(self) -> ForceByForce:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def _of_force(found: pa.Table, code: str) -> pa.Table:
    return found.append_column(FORCE, pa.array([code] * found.num_rows, pa.string()))


@dataclass(frozen=True)
class _Kept:
    """One force's engine; `found` keeps its answers by force and SQL."""

    engine: Reader
    force: str
    found: dict[tuple[str, str], pa.Table]

    def query(self, sql: str) -> pa.Table:
        """The rows of a SELECT."""
        found = self.engine.query(sql)
        self.found[self.force, sql] = found
        return found


class AtOnce:
    """The forces of a nation in one engine: every query is asked once for all of them."""

    def __init__(self, engine: Reader) -> None:
        self._engine = engine
        self._found: dict[str, pa.Table] = {}

    def of(self, code: str) -> Answers:
        """One force's rows."""
        return _OneOfAll(self, code)

    def gather(self, sql: str, codes: Sequence[str]) -> pa.Table:
        """The rows of a SELECT of these forces, each with its force's code in `_force`. Raises EngineFault."""
        import pyarrow.compute as pc  # noqa: PLC0415 - as in nvap.measures.results

        return self.query(sql).filter(pc.field(FORCE).isin(list(codes)))

    def query(self, sql: str) -> pa.Table:
        """The same of all forces."""
        if sql not in self._found:
            self._found[sql] = self._engine.query(of_each_force(sql))
        return self._found[sql]


@dataclass(frozen=True)
class _OneOfAll:
    """One force's rows of queries that are asked once for all forces."""

    forces: AtOnce
    force: str

    def query(self, sql: str) -> pa.Table:
        """This force's rows of a SELECT."""
        return self.forces.gather(sql, [self.force]).drop_columns([FORCE])
