"""`nvap profile`: the mental-health problem profile and the hours needed by shift and weekday, as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nvap.cli.window import print_wrapped
from nvap.records.workspace import open_workspace

if TYPE_CHECKING:
    from nvap.documents.profile import ProfileDocument


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    app.command("profile")(profile)


def profile(
    *,
    force: Annotated[
        str | None, typer.Option(help="The force's code; may be left out where there is only one.")
    ] = None,
    start: Annotated[str | None, typer.Option("--from", help="First day: 2025, 2025-01 or 2025-01-15.")] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Last day, included; without both, the newest 12 months.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("profile"),
    rule: Annotated[str, typer.Option(help="R1, R2, R3, one of the force's own, or a rule's name.")] = "R1",
    readers: Annotated[
        str, typer.Option("--for", help="inside, or partners: small numbers are then hidden.")
    ] = "inside",
    shifts: Annotated[
        str, typer.Option(help="The shifts and when each begins, on the force's own clock.")
    ] = "early=07:00,late=15:00,night=23:00",
    time: Annotated[
        str, typer.Option(help="Which time counts: T1 (incident), T2 (at the scene), T3 (with travel).")
    ] = "T3",
    marking: Annotated[str, typer.Option(help="OFFICIAL or OFFICIAL-SENSITIVE, on every page.")] = "OFFICIAL-SENSITIVE",
    as_at: Annotated[str | None, typer.Option("--as-at", help="Answer as at this day.")] = None,
) -> None:
    """Write the mental-health problem profile: PDF, Word, and its tables as XLSX and CSV."""
    from nvap.documents.profile import read_audience
    from nvap.documents.profile_files import write
    from nvap.documents.profile_sections import document
    from nvap.measures import asking
    from nvap.measures.hours import read_shifts, read_time
    from nvap.measures.profile import Wish
    from nvap.measures.profile import profile as gathered
    from nvap.records.counting_rule import own_rules

    audience = read_audience(readers)
    workspace = open_workspace()
    here = workspace.force(force)
    wish = Wish(
        rule=asking.read_rule(rule, own_rules(here.folder)),
        start=asking.first_day(start) if start else None,
        end=asking.last_day(end) if end else None,
        shifts=read_shifts(shifts),
        time=read_time(time),
        as_at=asking.last_day(as_at, "--as-at") if as_at else None,
    )
    made = document(gathered(workspace, here, wish), audience=audience, marking=marking)
    written = write(made, out, here.code)
    _tell(made, written)


def _tell(made: ProfileDocument, written: list[Path]) -> None:
    """What was written, what it says in short, and what could not be said."""
    print_wrapped(f"{made.title}, {made.force}, {made.days}. {made.marks()}.")
    print()
    for each in made.in_short:
        print_wrapped(f"- {each}")
    tables = [each for each in written if each.suffix == ".csv"]
    print("\nWritten:")
    for file in written:
        if file not in tables:
            print(f"  {file}")
    if tables:
        print(f"  {tables[0].parent} ({len(tables)} tables as CSV)")
    if made.not_said:
        print("\nWhat could not be said:")
        for each in made.not_said:
            print_wrapped(f"- {each}")
