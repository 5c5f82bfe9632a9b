"""What `nvap measure` does with a folder of many forces' tables, and with Spark."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from nvap.cli import window
from nvap.errors import UsageFault
from nvap.records.workspace import open_workspace

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from nvap.measures.nation import NationRun
    from nvap.measures.nation_folder import Nation
    from nvap.packs.measure import Measure


_NATION = "--nation puts all forces of a folder together; it goes with --tables FOLDER"


@dataclass(frozen=True)
class Whose:
    """Whose rows a measure is asked of: a force's in the workspace, or those of a folder of many forces' tables."""

    engine: str
    tables: Path | None
    force: str | None
    rules: Path | None
    whole: bool
    as_at: datetime.date | None

    @property
    def is_of_tables(self) -> bool:
        """Whether the answer is that of `nation_run`: for a folder of tables, and for Spark."""
        return self.tables is not None or self.engine != "duckdb"

    def refuse_what_it_cannot(self, *, store: bool) -> None:
        """Refuse an unknown engine, and options that have no meaning for what is asked. Raises UsageFault."""
        from nvap.measures.nation import check_engine

        check_engine(self.engine)
        if store and self.is_of_tables:
            raise UsageFault(
                "--store keeps a force's own results, computed by duckdb from the workspace; use --out FILE."
            )
        if self.as_at is not None and self.tables is not None:
            raise UsageFault(
                "--as-at is for the workspace: a folder of tables stands as it was exported (--as-at there)."
            )
        if self.tables is None and self.whole:
            raise UsageFault(f"{_NATION}.")
        if self.tables is None and self.rules is not None:
            raise UsageFault(
                "--rules is for a folder of tables (--tables FOLDER); a force's own rules stand in its folder of the"
                " workspace. `nvap rules` lists them."
            )
        if self.whole and self.force is not None:
            raise UsageFault(f"{_NATION}, without --force.")

    @contextlib.contextmanager
    def opened(self) -> Iterator[Nation]:
        """The nation in the folder (of one force, where it is named); without one, a force's own tables for a while."""
        from nvap.measures.nation_export import write_tables
        from nvap.measures.nation_folder import read_nation

        if self.tables is not None:
            yield read_nation(self.tables).only([self.force] if self.force else [])
            return
        workspace = open_workspace()
        # Beside the batches, and not in the system's temporary folder: it holds records about people.
        with tempfile.TemporaryDirectory(prefix=".tables-", dir=workspace.path) as folder:
            yield write_tables(workspace, [workspace.force(self.force)], Path(folder), as_at=self.as_at)

    @property
    def counting_rules(self) -> Path | None:
        """The file of counting rules: the one given, or without a folder of tables the force's own (None: neither)."""
        if self.tables is not None:
            return self.rules
        from nvap.records.counting_rule import FILE

        own = open_workspace().force(self.force).folder / FILE
        return own if own.is_file() else None


def give(run: NationRun, measures: Mapping[str, Measure], *, form: str, out: Path | None, sql: bool) -> None:
    """Compute, and print or write what was asked for; exit code 3 where there is no number at all."""
    from nvap.measures import export
    from nvap.measures.nation_export import write_results

    if form == "parquet" and out is not None and not sql:
        rows, numbers = write_results(out, run)
        print(f"{rows:,} rows of {counted(len(run.nation.forces), 'force')} ({run.version}) are in {out}.")
    else:
        found = run.table()
        numbers = bool(set(found["status"].to_pylist()) & {"ok", "part_period"})
        text = _text(found, run, measures, "sql" if sql else form)
        export.write_text(out, text) if out else print(text, end="")
    if not numbers:
        raise typer.Exit(3)


def counted(number: int, word: str) -> str:
    """A number of things in words: 1 force, 43 forces."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _text(found: pa.Table, run: NationRun, measures: Mapping[str, Measure], form: str) -> str:
    from nvap.measures import export
    from nvap.measures.nation_whole import ALL_FORCES

    if form == "sql":
        return ";\n\n".join(run.sql) + ";\n" if run.sql else "-- no query was run\n"
    if form == "csv":
        return export.as_csv(found)
    if form == "json":
        return export.as_json(found) + "\n"
    forces = run.nation.forces
    named = [(each.code, f"{each.name} ({each.code})" if each.name != each.code else each.code) for each in forces]
    named += [(ALL_FORCES, f"All forces ({len(forces):,})")] if run.whole else []
    return "\n\n".join(_of_force(found, run, code, heading, measures) for code, heading in named)


def _of_force(found: pa.Table, run: NationRun, code: str, heading: str, measures: Mapping[str, Measure]) -> str:
    """One force's rows in words, under its name."""
    import pyarrow.compute as pc

    from nvap.measures import words
    from nvap.measures.run import with_provenance

    own = with_provenance(found.filter(pc.field("force") == code), {**run.provenance, "force": code})
    return f"{heading}\n{'=' * len(heading)}\n{words.in_words(own, measures, window.width())}\n"
