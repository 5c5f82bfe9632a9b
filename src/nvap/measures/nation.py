"""Measures of a nation's folder: each force's rows as it would get them alone, in one run on DuckDB or on Spark.

DuckDB takes one force after the other, so that its memory is that of the largest force. Spark is asked once for all
forces, each query comparing and grouping by the force (`nvap.engine.forces`).
"""

from __future__ import annotations

import datetime
import getpass
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from nvap.engine.interface import Answers
from nvap.engine.spark import spark
from nvap.errors import UsageFault, nearest
from nvap.measures.asking import read_by, read_rule
from nvap.measures.definition import definitions
from nvap.measures.nation_engines import AtOnce, ForceByForce, open_tables
from nvap.measures.nation_folder import Nation, NationForce
from nvap.measures.nation_whole import Gather, Whole, whole_rows
from nvap.measures.run import Ask, Together, asked_together, compute, wanted, with_provenance
from nvap.packs.some_measures import HasMeasures
from nvap.records.counting_rule import FILE, CountingRule, own_rules, rule_of, rules_in

ENGINES = ("duckdb", "spark")


@dataclass
class NationRun:
    """One run over a nation: its rows come force by force; its provenance is whole once they have been read."""

    nation: Nation
    ask: Ask
    release: str
    engine: str
    memory_limit: str
    whole: bool = False
    version: str = ""
    sql: dict[str, None] = field(default_factory=dict)

    def tables(self) -> Iterator[pa.Table]:
        """The result rows of each force, in the order of their codes, and last those of all together (`whole`).

        Raises EngineFault, UsageFault without Spark.
        """
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
            "counting_rule": found.as_json() if (found := rule_of(ask.rule)) else None,
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
        with ForceByForce(self.nation, self.memory_limit) as forces:
            together = self._together(forces) if self.whole else None
            for force in self.nation.forces:
                with forces.kept(force) if self.whole else forces.alone(force) as engine:
                    self.version = forces.version
                    yield self._rows(engine, force, together)
            if self.whole:
                yield self._whole_rows(forces.gather)

    def _on_spark(self) -> Iterator[pa.Table]:
        with spark() as engine:
            self.version = engine.version
            open_tables(engine, self.nation, self.nation.tables)
            forces = AtOnce(engine)
            together = self._together(forces)
            for force in self.nation.forces:
                yield self._rows(forces.of(force.code), force, together)
            if self.whole:
                yield self._whole_rows(forces.gather)

    def _together(self, engine: Answers) -> Together | None:
        # Each force has its own lookup of areas; which parts can be told by area at all is the same for all of them.
        ask = replace(self.ask, within={}) if self.ask.by.level else self.ask
        return asked_together(engine, [each.held for each in self.nation.forces], ask)

    def _rows(self, engine: Answers, force: NationForce, together: Together | None) -> pa.Table:
        level = self.ask.by.level
        ask = replace(self.ask, zone=force.time_zone, within=force.areas.of.get(level) if level else None)
        rows, sql = compute(engine, force.held, ask, force=force.code, pack=self.release, together=together)
        self.sql.update(dict.fromkeys(sql))
        return rows

    def _whole_rows(self, gather: Gather) -> pa.Table:
        """The rows of all forces together; by area they are of all areas at once."""
        forces = self.nation.forces
        ask = replace(self.ask, by=replace(self.ask.by, area=False, level=None), zone=forces[0].time_zone)
        rows, sql = whole_rows(Whole(forces, ask, self.release, gather))
        self.sql.update(dict.fromkeys(sql))
        return rows


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
    rules: Path | None = None,
    whole: bool = False,
    engine: str = "duckdb",
    memory_limit: str = "1500MB",
) -> NationRun:
    """A run of measures (none named: all of the pack) over a nation's forces; nothing is computed yet.

    Days, layout and rule are those of `nvap.measures.run.run`. `rules` is a file of counting rules for all forces
    (None: `counting-rules.yaml` in the nation's folder, where it stands). `whole` also gives the rows of all forces
    together. `engine` is `duckdb`, whose memory is limited to `memory_limit`, or `spark`.

    Raises UsageFault for a wrong question, InputFault with every fault of the rules.
    """
    check_engine(engine)
    measures = wanted(pack, measure_ids)
    laid_out = read_by(by, measures)
    _check_level(nation, laid_out.level)
    ask = Ask(measures, start, end, laid_out, read_rule(rule, _rules(nation, rules)), None)
    return NationRun(nation, ask, pack.release, engine, memory_limit, whole)


def _rules(nation: Nation, file: Path | None) -> Sequence[CountingRule]:
    if file is None:
        return own_rules(nation.folder)
    if not file.is_file():
        raise UsageFault(f"There is no file {file}; --rules is a file of counting rules, in the form of {FILE}.")
    return rules_in(file)


def _check_level(nation: Nation, level: str | None) -> None:
    """Raises UsageFault for a level of areas that no force of the nation has."""
    if level is not None and not any(level in each.areas.of for each in nation.forces):
        known = list(dict.fromkeys(name for each in nation.forces for name in each.areas.of))
        said = ", ".join(known) or "none is held; `nvap export-tables` brings a force's lookup with its tables"
        raise UsageFault(f"`area:{level}` is no level of any force's areas: {said}.{nearest(level, known)}")
