"""`nvap measure` and `nvap readiness`: the numbers, and what is missing for those that cannot be computed."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nvap.cli import window
from nvap.errors import UsageFault, nearest
from nvap.records.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from nvap.packs.measure import Measure

_FORMATS = ("table", "csv", "json", "parquet")
_Force = Annotated[str | None, typer.Option(help="The force's code; may be left out where there is only one.")]
_PackId = Annotated[str, typer.Option("--pack", help="The id of an installed pack.")]
_DEFAULT_PACK = "nvap-2.1.2-mental-health"


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command("measure")(measure)
    app.command("export-tables")(export_tables)
    app.command("readiness")(readiness)


def measure(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Measures; without one, all.")] = None,
    *,
    force: _Force = None,
    start: Annotated[str | None, typer.Option("--from", help="First day: 2014, 2014-01 or 2014-01-15.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day, included: 2014, 2014-01 or 2014-01-15.")] = None,
    by: Annotated[
        str, typer.Option(help="month, quarter, year or whole; area or area:district; breakdowns.")
    ] = "month",
    rule: Annotated[str, typer.Option(help="R1, R2, R3, or a name such as 'at opening or closure'.")] = "R1",
    as_at: Annotated[str | None, typer.Option("--as-at", help="Answer as at this day.")] = None,
    engine: Annotated[str, typer.Option(help="duckdb, or spark (Apache Spark).")] = "duckdb",
    tables: Annotated[
        Path | None, typer.Option("--tables", help="A folder of many forces' tables, in place of the workspace.")
    ] = None,
    rules: Annotated[
        Path | None, typer.Option("--rules", help="A file of counting rules for all forces of a folder of tables.")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--nation", help="Of a folder of tables, also the rows of all forces together.")
    ] = False,
    form: Annotated[
        str | None, typer.Option("--format", help="table, csv, json or parquet; by default what FILE ends with.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file.")] = None,
    standardised: Annotated[
        bool, typer.Option("--standardised", help="Give rates by population also as with the standard's ages.")
    ] = False,
    sql: Annotated[
        bool, typer.Option("--query", "--sql", help="Show the SQL that gives the numbers; `nvap query` runs it.")
    ] = False,
    store: Annotated[bool, typer.Option("--store", help="Keep the results in the workspace.")] = False,
    pack_id: _PackId = _DEFAULT_PACK,
) -> None:
    """Compute measures for a force, or for all forces of a folder of tables."""
    form = _form_of(form, out, sql=sql)
    from nvap.cli import nation
    from nvap.measures import asking, results
    from nvap.measures.nation import nation_run
    from nvap.measures.run import run
    from nvap.packs.some_measures import some_measures

    chosen, day = some_measures(pack_id, ids or ()), asking.last_day(as_at, "--as-at") if as_at else None
    asked: dict[str, Any] = {
        "start": asking.first_day(start) if start else None, "end": asking.last_day(end) if end else None,
        "by": f"{by},{asking.STANDARDISED}" if standardised else by, "rule": rule, "engine": engine, "pack": chosen,
    }  # fmt: skip
    whose = nation.Whose(engine, tables, force, rules, whole, day)
    whose.refuse_what_it_cannot(store=store)
    if whose.is_of_tables:
        with whose.opened() as held:
            answer = nation_run(held, ids or (), rules=whose.counting_rules, whole=whole, **asked)
            nation.give(answer, chosen.measures, form=form, out=out, sql=sql)
        return
    workspace = open_workspace()
    own = workspace.force(force)
    found = run(workspace, own, ids or (), as_at=day, **asked)
    if store:
        print(f"Stored as {results.store(own, found).id}.", file=sys.stderr)
    if sql:
        _show_queries(found)
    else:
        _give(found, chosen.measures, form, out)
    _end(found)


def _form_of(asked: str | None, out: Path | None, *, sql: bool) -> str:
    """The form that is asked for, or that the file's name asks for; a table without either."""
    ending = out.suffix.lower().lstrip(".") if out else ""
    form = asked or (ending if ending in _FORMATS else "table")
    if form not in _FORMATS:
        raise UsageFault(f"--format is {', '.join(_FORMATS)}; found `{form}`.{nearest(form, _FORMATS)}")
    if form == "parquet" and out is None and not sql:
        raise UsageFault("--format parquet needs --out FILE.")
    return form


def _show_queries(found: pa.Table) -> None:
    from nvap.measures.run import provenance_of

    queries = provenance_of(found)["sql"]
    print(";\n\n".join(queries) + ";" if queries else "-- no query was run")


def _give(found: pa.Table, measures: Mapping[str, Measure], form: str, out: Path | None) -> None:
    from nvap.measures import export, words

    if form == "parquet" and out is not None:
        export.write_parquet(out, found)
        return
    width = window.width()
    text = {
        "table": lambda: words.in_words(found, measures, width) + _charts(found, measures, width) + "\n",
        "csv": lambda: export.as_csv(found),
        "json": lambda: export.as_json(found) + "\n",
    }[form]()
    if out is not None:
        export.write_text(out, text)
    else:
        print(text, end="")


def _charts(found: pa.Table, measures: Mapping[str, Measure], width: int) -> str:
    """Which chart each number gets, and why; nothing where rows do not stand by period."""
    from nvap.measures.charting import in_words
    from nvap.measures.run import provenance_of

    said = [
        textwrap.fill(each, width, subsequent_indent="  ", break_on_hyphens=False)
        for each in in_words(provenance_of(found), measures)
    ]
    return "\n\nCharts\n" + "\n".join(said) if said else ""


def _end(found: pa.Table) -> None:
    """Leave with 3 when there is no number at all: every row was refused or lacks data."""
    statuses = set(found["status"].to_pylist())
    if statuses and not statuses & {"ok", "part_period"}:
        raise typer.Exit(3)


def export_tables(
    *,
    out: Annotated[Path, typer.Option(help="The folder: new, or one that this command made.")],
    force: Annotated[list[str] | None, typer.Option(help="A force's code; again for more. Without it, all.")] = None,
    as_at: Annotated[str | None, typer.Option("--as-at", help="The tables as at this day.")] = None,
) -> None:
    """Write forces' loaded tables as Parquet, for `nvap measure --tables` (pseudonymised, as they are stored)."""
    from nvap.cli.nation import counted
    from nvap.measures import asking
    from nvap.measures.nation_export import write_tables

    workspace = open_workspace()
    forces = [workspace.force(code) for code in force] if force else workspace.forces()
    if not forces:
        raise UsageFault(f"The workspace {workspace.path} holds no force yet. Add one with `nvap force add`.")
    written = write_tables(workspace, forces, out, as_at=asking.last_day(as_at, "--as-at") if as_at else None)
    codes = ", ".join(each.code for each in written.forces)
    tables, whose = counted(len(written.tables), "table"), counted(len(written.forces), "force")
    print(f"{out} holds {tables} of {whose}: {codes}.")
    print("They are records about people, under pseudonyms: pass them on only as personal data may be.")


def readiness(
    force: _Force = None,
    rule: Annotated[str | None, typer.Option(help="A counting rule; without it, each measure's first.")] = None,
    as_at: Annotated[str | None, typer.Option("--as-at", help="As at this day.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    pack_id: _PackId = _DEFAULT_PACK,
) -> None:
    """What each measure can be computed from, and what is missing."""
    from nvap.measures import asking, ready_words
    from nvap.measures.readiness import readiness as readiness_of
    from nvap.packs.some_measures import some_measures
    from nvap.records.counting_rule import own_rules

    workspace = open_workspace()
    found = readiness_of(
        workspace,
        workspace.force(force),
        some_measures(pack_id),
        rule=asking.read_rule(rule, own_rules(workspace.force(force).folder)) if rule else None,
        as_at=asking.last_day(as_at, "--as-at") if as_at else None,
    )
    width = window.width()
    print(ready_words.as_json(found) if as_json else ready_words.in_words(found, width))
