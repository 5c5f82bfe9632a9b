"""`nvap demo`: the made-up force, as files and loaded into a practice workspace; a made-up nation of many forces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nvap.cli.truth import truth
from nvap.errors import Refused, UsageFault
from nvap.records import workspace as workspaces
from nvap.records.store import all_batches
from nvap.records.workspace import Force, Workspace

if TYPE_CHECKING:
    from nvap.records.made_up import MadeUp

_FOLDER = "made-up"
_SEED, _END = 212, "2026-09"


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    demos = typer.Typer(invoke_without_command=True)
    demos.callback()(demo)
    demos.command("nation")(nation)
    demos.command("truth")(truth)
    app.add_typer(demos, name="demo")


def demo(
    context: typer.Context,
    *,
    size: Annotated[str, typer.Option(help="small (20,000 logs a year) or force (300,000).")] = "small",
    seed: Annotated[int, typer.Option(help="The same seed gives the same files, byte for byte.")] = _SEED,
    end: Annotated[str, typer.Option(help="The last of its sixty months.")] = _END,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the files (default: made-up, in the workspace when loading).")
    ] = None,
    load: Annotated[bool, typer.Option("--load/--no-load", help="Load the files into the practice workspace.")] = True,
) -> None:
    """Make the made-up force: extracts with real-world dirt, their mappings, and the hidden truth beside them."""
    if context.invoked_subcommand is not None:
        return
    if not load:
        from nvap.records.made_up import make

        made = make((out or Path(_FOLDER)).absolute(), size=size, seed=seed, end=end, progress=print)
        print(f"Nothing in {made.folder} is real. Its files load in the order that made-up.json gives.")
        return
    workspace = _practice_workspace()
    made = fill(workspace, size=size, seed=seed, end=end, folder=out)
    print(f"The made-up force is in {workspace.path}; what truly happened is in {made.folder / 'truth'}.")
    print("Nothing in it is real. Next: `nvap readiness`, or `nvap measure D02 --by quarter`.")


def nation(
    *,
    out: Annotated[Path, typer.Option(help="The folder to write: one Parquet folder for each table and force.")],
    forces: Annotated[int, typer.Option(help="How many forces.")] = 43,
    rows: Annotated[int, typer.Option(help="Incidents in each force; the other tables in proportion.")] = 20_000,
    areas: Annotated[int, typer.Option(help="Areas in each force.")] = 40,
    workers: Annotated[int, typer.Option(help="How many processes write at once.")] = 2,
    seed: Annotated[int, typer.Option(help="The same seed gives the same rows, however many workers.")] = _SEED,
    end: Annotated[str, typer.Option(help="The last of its sixty months.")] = _END,
) -> None:
    """Make a made-up nation: loaded tables of many forces, for `nvap measure --tables`. An ended run goes on."""
    from nvap.records.made_up.nation import Nation, write_nation

    made = Nation(forces=forces, rows=rows, areas=areas, seed=seed, end=end)
    found = write_nation(out.absolute(), made, workers=workers, progress=print)
    print(f"{found:,} rows of {forces:,} {'force' if forces == 1 else 'forces'} are in {out}. Nothing in it is real.")


def fill(
    workspace: Workspace,
    *,
    size: str = "small",
    seed: int = _SEED,
    end: str = _END,
    folder: Path | None = None,
    progress: Callable[[str], None] = print,
) -> MadeUp:
    """Make the made-up force and load all of it; repeating it changes nothing.

    `folder` is where the files go (default: `made-up` in the workspace); a whole force of the same size, seed and end
    that is there already is used as it stands. Raises Refused where the workspace is a real one.
    """
    from nvap.records.load import load
    from nvap.records.made_up import FORCE_CODE, FORCE_NAME, TIME_ZONE, made_in, make, shape_of

    if not workspace.is_practice:
        raise Refused(f"{workspace.path} is a real workspace; a made-up force goes into a practice one only.")
    wanted = shape_of(size, seed, end)
    force = workspace.add_force(FORCE_CODE, FORCE_NAME, TIME_ZONE)
    _check_same(force, wanted.origin)
    where = (folder or workspace.path / _FOLDER).absolute()
    made = made_in(where)
    if made is None or made.origin != wanted.origin:
        made = make(where, size=size, seed=seed, end=end, progress=progress)
    fates: Counter[str] = Counter()
    for number, each in enumerate(made.files, start=1):
        batch = load(workspace, force, each.path, each.mapping, as_at=each.as_at)
        report = batch.report
        fates.update({name: report[name] for name in ("read", "loaded", "set_aside", "identical_duplicates")})
        fates["excluded"] += sum(report["excluded"].values())
        rows = f"{report['loaded']:,} of {report['read']:,} rows"
        progress(f"Loaded {number:2} of {len(made.files)}: {each.path.name}, {rows}")
    progress(
        f"{fates['read']:,} rows read = {fates['loaded']:,} loaded + {fates['set_aside']:,} set aside"
        f" + {fates['identical_duplicates']:,} identical duplicates + {fates['excluded']:,} excluded by a named rule"
    )
    return made


def _check_same(force: Force, origin: str) -> None:
    """Refuse to mix two made-up forces: each batch says what it was made from."""
    others = {batch.source["note"] for batch in all_batches(force) if origin not in batch.source.get("note", "")}
    if others:
        raise Refused(
            f"The workspace holds another made-up force already ({min(others)}); make a new workspace for this one,"
            f" or ask for that one again. Nothing was loaded."
        )


def _practice_workspace() -> Workspace:
    """The workspace that is there, or a new practice one."""
    try:
        workspaces.open_workspace()
    except UsageFault:
        made = workspaces.make_workspace(kind="practice")
        print(f"Made a practice workspace at {made.path}.")
    return workspaces.open_workspace()
