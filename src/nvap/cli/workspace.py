"""`nvap workspace` and `nvap force`: the folder everything lives in, and the forces in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nvap.errors import UsageFault
from nvap.records import workspace as workspaces


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    workspace = typer.Typer(no_args_is_help=True, help="The folder that holds extracts, results and the database.")
    force = typer.Typer(no_args_is_help=True, help="The forces of a workspace.")
    workspace.command("make")(make)
    workspace.command("show")(show)
    force.command("add")(add_force)
    force.command("list")(list_forces)
    force.command("areas")(areas)
    app.add_typer(workspace, name="workspace")
    app.add_typer(force, name="force")


def make(kind: Annotated[str, typer.Option(help="practice or real; fixed from then on.")]) -> None:
    """Make the workspace (NVAP_WORKSPACE, default ./workspace)."""
    if kind not in ("practice", "real"):
        raise UsageFault(f"--kind is practice or real; found `{kind}`.")
    made = workspaces.make_workspace(kind="practice" if kind == "practice" else "real")
    print(f"{made.kind} workspace at {made.path}; keys in {made.keys}")


def show() -> None:
    """Where the workspace is, and what it holds."""
    held = workspaces.open_workspace()
    print(f"{held.kind} workspace at {held.path}; keys in {held.keys}")
    for each in held.forces():
        print(f"  {each.code}  {each.name}  {each.time_zone}")


def add_force(
    code: str,
    name: Annotated[str, typer.Option(help="The force's name in words.")],
    time_zone: Annotated[str, typer.Option(help="IANA time zone.")] = "Europe/London",
) -> None:
    """Add a force; repeating it changes nothing."""
    added = workspaces.open_workspace().add_force(code, name, time_zone)
    print(f"{added.code}  {added.name}  {added.time_zone}")


def areas(
    file: Annotated[Path, typer.Argument(help="A CSV: area, then a column for each level, as area,beat,district.")],
    force: Annotated[
        str | None, typer.Option(help="The force's code; may be left out where there is only one.")
    ] = None,
) -> None:
    """Keep the lookup from areas to larger ones, for `nvap measure --by area:district`."""
    from nvap.records.area_levels import keep_area_levels

    here = workspaces.open_workspace().force(force)
    found = keep_area_levels(here, file)
    for level, within in found.of.items():
        print(f"{level}: {len(set(within.values())):,} of {len(within):,} areas; --by area:{level}")


def list_forces() -> None:
    """Every force of the workspace."""
    for each in workspaces.open_workspace().forces():
        print(f"{each.code}  {each.name}  {each.time_zone}")
