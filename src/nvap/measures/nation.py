"""Measures of a nation's folder: each force's rows as it would get them alone, in one run on DuckDB or on Spark.

DuckDB takes one force after the other, so that its memory is that of the largest force. Spark is asked once for all
forces, each query comparing and grouping by the force (`nvap.engine.forces`).
"""

from __future__ import annotations

import datetime
import getpass
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from nvap.engine.connection import FORCE, connect
from nvap.engine.forces import of_each_force
from nvap.engine.interface import Answers, Reader
from nvap.engine.spark import spark
from nvap.errors import UsageFault, nearest
from nvap.measures.asking import read_by, read_rule
from nvap.measures.definition import definitions
from nvap.measures.nation_folder import Nation, NationForce
from nvap.measures.run import Ask, Together, asked_together, compute, wanted, with_provenance
from nvap.packs.some_measures import HasMeasures
from nvap.records.contract import contract

ENGINES = ("duckdb", "spark")


@dataclass
class NationRun:
    """One run over a nation: its rows come force by force; its provenance is whole once they have been read."""

    nation: Nation
    ask: Ask
    release: str
    engine: str
    memory_limit: str
    version: str = ""
    sql: dict[str, None] = field(default_factory=dict)

    def tables(self) -> Iterator[pa.Table]:
        """The result rows of each force, in the order of their codes. Raises EngineFault, UsageFault without Spark."""
        yield from {"duckdb": self._on_duckdb, "spark": self._on_spark}[self.engine]()

    def table(self) -> pa.Table:
        """The result rows of all forces, with their provenance in the table's metadata."""
        return with_provenance(pa.concat_tables(self.tables()), self.provenance)

    @property
    def provenance(self) -> dict[str, Any]:
        """How the rows came about, as `nvap.measures.run.run` says it of one force; extracts stand by force."""
        ask, forces = self.ask, self.nation.forces
        held = [each for force in forces for each in force.held.values()]
        dates = [each.as_at for each in held if each.as_at]
        return {
            "force": ", ".join(each.code for each in forces),
            "measures": [each.id for each in ask.measures],
            "pack": self.release,
            "rule": ask.rule,
            "by": ask.by.text,
            "from": ask.start.isoformat() if ask.start else None,
            "to": ask.end.isoformat() if ask.end else None,
            "as_at": max(dates).isoformat() if dates else None,
            "as_at_asked": None,
            "uses_rule": [each.id for each in ask.measures if any(part.uses_rule for part in each.parts)],
            "origins": sorted({origin for each in held for origin in each.origins}),
            "definitions": definitions(ask.measures),
            "extracts": {
                force.code: {name: list(each.batches) for name, each in force.held.items()} for force in forces
            },
            "when": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
            "engine": self.version,
            "sql": list(self.sql),
            "who": getpass.getuser(),
            "practice": self.nation.practice,
        }

    def _on_duckdb(self) -> Iterator[pa.Table]:
        for force in self.nation.forces:
            with connect(memory_limit=self.memory_limit) as engine:
                self.version = engine.version
                _open(engine, self.nation.only([force.code]), tuple(force.held))
                yield self._rows(engine, force)

    def _on_spark(self) -> Iterator[pa.Table]:
        with spark() as engine:
            self.version = engine.version
            _open(engine, self.nation, self.nation.tables)
            together = asked_together(engine, [each.held for each in self.nation.forces], self.ask)
            found: dict[str, pa.Table] = {}
            for force in self.nation.forces:
                yield self._rows(_OneOfAll(engine, force.code, found), force, together)

    def _rows(self, engine: Answers, force: NationForce, together: Together | None = None) -> pa.Table:
        rows, sql = compute(engine, force.held, self.ask, force=force.code, pack=self.release, together=together)
        self.sql.update(dict.fromkeys(sql))
        return rows


@dataclass(frozen=True)
class _OneOfAll:
    """One force's rows of queries that are asked once for all forces; `found` keeps what was asked already."""

    engine: Reader
    force: str
    found: dict[str, pa.Table]

    def query(self, sql: str) -> pa.Table:
        """This force's rows of a SELECT."""
        import pyarrow.compute as pc  # noqa: PLC0415 - as in nvap.measures.results

        if sql not in self.found:
            self.found[sql] = self.engine.query(of_each_force(sql))
        return self.found[sql].filter(pc.field(FORCE) == self.force).drop_columns([FORCE])


def check_engine(engine: str) -> None:
    """Raises UsageFault for an engine that there is not."""
    if engine not in ENGINES:
        raise UsageFault(f"--engine is {' or '.join(ENGINES)}; found `{engine}`.{nearest(engine, ENGINES)}")


def nation_run(
    nation: Nation,
    measure_ids: Sequence[str] = (),
    *,
    pack: HasMeasures,
    start: datetime.date | None = None,
    end: datetime.date | None = None,
    by: str | Sequence[str] = "month",
    rule: str = "R1",
    engine: str = "duckdb",
    memory_limit: str = "1500MB",
) -> NationRun:
    """A run of measures (none named: all of the pack) over a nation's forces; nothing is computed yet.

    Days, layout and rule are those of `nvap.measures.run.run`. `engine` is `duckdb`, whose memory is limited to
    `memory_limit`, or `spark`. Raises UsageFault for a wrong question.
    """
    check_engine(engine)
    measures = wanted(pack, measure_ids)
    ask = Ask(measures, start, end, read_by(by, measures), read_rule(rule), None)
    return NationRun(nation, ask, pack.release, engine, memory_limit)


def _batches(force: NationForce) -> dict[str, list[str]]:
    return {name: list(each.batches) for name, each in sorted(force.held.items())}


def _open(engine: Reader, nation: Nation, tables: Sequence[str]) -> None:
    for table in tables:
        engine.typed_parquet(table, nation.files(table), contract(table).stored_types)
