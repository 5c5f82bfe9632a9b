"""`nvap results` and `nvap query`: stored runs and what changed between two of them, and a number's query run again."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nvap.cli.window import print_wrapped, width
from nvap.errors import UsageFault, nearest
from nvap.records.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nvap.measures.results import StoredRun

_DEFAULT_PACK = "nvap-2.1.2-mental-health"
_Force = Annotated[str | None, typer.Option(help="The force's code; may be left out where there is only one.")]
_PackId = Annotated[str, typer.Option("--pack", help="The id of an installed pack.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    group = typer.Typer(no_args_is_help=True, help="Stored results: every run that was kept, and two of them compared.")
    group.command("list")(list_runs)
    group.command("compare")(compare)
    app.add_typer(group, name="results")
    app.command("query")(query)


def list_runs(
    measure: Annotated[str | None, typer.Argument(help="Only runs of this measure.")] = None,
    *,
    force: _Force = None,
) -> None:
    """The stored runs, the newest first: id, as-at date, layout, counting rule, toolkit edition, measures."""
    from nvap.measures.results import runs

    found = runs(open_workspace().force(force))
    wanted = measure.upper().rpartition("/")[2] if measure else None
    kept = [each for each in found if wanted is None or wanted in each.provenance["measures"]]
    for each in kept:
        origin = each.provenance
        names = origin["measures"]
        told = ", ".join(names) if len(names) <= 4 else f"{len(names)} measures"
        print_wrapped(f"{each.id}  as at {each.as_at}  by {origin['by']}  {origin['rule']}  {origin['pack']}  {told}")
    if not kept:
        print("No run is stored. `nvap measure --store` keeps one.", file=sys.stderr)


def compare(
    one: Annotated[str, typer.Argument(metavar="RUN1", help="A run's id, or its first letters.")],
    other: Annotated[str, typer.Argument(metavar="RUN2", help="Another run of the same layout.")],
    *,
    force: _Force = None,
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    pack_id: _PackId = _DEFAULT_PACK,
) -> None:
    """What changed between two stored runs, and why: late records, new mapping, new rule, new toolkit edition."""
    if form not in ("text", "json"):
        raise UsageFault(f"--format is text or json; found `{form}`.{nearest(form, ['text', 'json'])}")
    from nvap.measures import comparing_words
    from nvap.measures.comparing import compare as compare_runs
    from nvap.measures.results import runs
    from nvap.packs.some_measures import some_measures

    here = open_workspace().force(force)
    stored, measures = runs(here), some_measures(pack_id, ()).measures
    found = compare_runs(here, _run(stored, one), _run(stored, other), measures)
    print(comparing_words.as_json(found) if form == "json" else comparing_words.in_words(found, measures, width()))


def query(
    file: Annotated[Path, typer.Argument(help="A file with one SELECT; `-` reads it from standard input.")],
    *,
    force: _Force = None,
    as_at: Annotated[str | None, typer.Option("--as-at", help="As at this day.")] = None,
) -> None:
    """Run a SELECT over the force's tables, such as `nvap measure D02 --query` shows; answers as CSV."""
    from nvap.engine.connection import connect
    from nvap.measures.asking import last_day
    from nvap.records.current import open_tables

    text = sys.stdin.read() if str(file) == "-" else _read(file)
    here = open_workspace().force(force)
    with connect(memory_limit="1500MB") as engine:
        open_tables(engine, here, as_at=last_day(as_at, "--as-at") if as_at else None)
        for statement in (each.strip() for each in text.split(";\n")):
            if statement.rstrip(";").strip():
                found = engine.query(f"SELECT * FROM ({statement.rstrip(';')})")
                writer = csv.writer(sys.stdout, lineterminator="\n")
                writer.writerow(found.column_names)
                writer.writerows(row.values() for row in found.to_pylist())


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault(f"{file} cannot be read: {error}.") from None


def _run(stored: Sequence[StoredRun], wanted: str) -> StoredRun:
    fitting = [each for each in stored if each.id.startswith(wanted)]
    if len(fitting) == 1 or any(each.id == wanted for each in fitting):
        return next((each for each in fitting if each.id == wanted), fitting[0])
    known = [each.id for each in stored]
    if not fitting:
        raise UsageFault(f"There is no stored run `{wanted}`; `nvap results list` names them.{nearest(wanted, known)}")
    raise UsageFault(f"`{wanted}` fits {len(fitting)} stored runs; write more of the id.")
