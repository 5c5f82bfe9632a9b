"""`nvap demo truth`: what the measures recover of the made-up force's hidden truth, and what the dirt hides."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nvap.cli import window
from nvap.errors import UsageFault

if TYPE_CHECKING:
    from nvap.measures.recovered import Line


def truth(
    *,
    folder: Annotated[Path | None, typer.Option(help="Where the files are (default: in the workspace).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Hold every number that the made-up files show against what the measures find; exit 1 where one differs."""
    from nvap.measures.recovered import recovered
    from nvap.records.made_up import FORCE_CODE, made_in
    from nvap.records.workspace import open_workspace

    workspace = open_workspace()
    where = (folder or workspace.path / "made-up").absolute()
    made = made_in(where)
    if made is None:
        raise UsageFault(f"There is no made-up force in {where}. Make one with `nvap demo`, or name its --folder.")
    lines = recovered(workspace, workspace.force(FORCE_CODE), made)
    if as_json:
        print(json.dumps([{**asdict(each), "recovered": each.is_recovered} for each in lines], indent=2))
    else:
        for text in table(lines, window.width()):
            print(text)
    if not all(each.is_recovered for each in lines):
        raise typer.Exit(1)


def table(lines: Sequence[Line], width: int) -> list[str]:
    """The lines as a table: what, by which measure, as the files show it, as found; below each, what is hidden."""
    room = width - 2 * 12 - 4 - 14
    found = [f"{'made-up force, nothing is real':<{room}}  {'by':<12}{'shown':>12}{'found':>12}"]
    for each in lines:
        first, *more = textwrap.wrap(each.what, room, subsequent_indent="    ") or [""]
        indent = each.what[: len(each.what) - len(each.what.lstrip())]
        mark = "" if each.is_recovered else " !"
        found.append(f"{indent + first.strip():<{room}}  {each.by:<12}{each.shown:>12,.0f}{each.found:>12,.0f}{mark}")
        found += more
        found += textwrap.wrap(each.hidden, width, initial_indent="    - ", subsequent_indent="      ")
    equal = sum(each.is_recovered for each in lines)
    return [*found, f"{equal} of {len(lines)} numbers are recovered."]
