"""`nvap columns` and `nvap rules`: what measures count by, besides the columns of the extracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from nvap.cli.window import print_wrapped
from nvap.errors import UsageFault, nearest

if TYPE_CHECKING:
    from nvap.records.workspace import Force


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    app.command("columns")(columns)
    app.command("rules")(rules)


def columns(
    table: Annotated[str | None, typer.Argument(help="Only this contract table's columns.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the documentation page of them all.")] = False,
) -> None:
    """The columns that measures may name and no extract holds: what each means, needs, and when it is unknown."""
    from nvap.packs.derived.page import page
    from nvap.packs.measurable import measurable
    from nvap.records.contract import TABLES

    if markdown:
        print(page(), end="")
        return
    held = {name: measurable(name).derived for name in TABLES if measurable(name).derived}
    if table is not None and table not in held:
        raise UsageFault(f"`{table}` has no derived columns; known: {', '.join(held)}.{nearest(table, held)}")
    for name, derived in held.items():
        if table not in (None, name):
            continue
        for column, each in derived.items():
            print_wrapped(f"{name}.{column} ({each.type})")
            print_wrapped(each.description, indent="  ")
            print_wrapped(f"Unknown when: {each.unknown_when}", indent="  ")


def rules(
    force: Annotated[str | None, typer.Option(help="The force's code, where the workspace holds several.")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Every version of the force's own rules, with who, when and why.")
    ] = False,
) -> None:
    """The counting rules that `--rule` takes: the toolkit's, and those of the force; checks the force's file."""
    from nvap.records.counting_rule import FILE, UNITS, CountingRule, own_rules, shipped_rules
    from nvap.records.workspace import open_workspace

    if history:
        _history(open_workspace().force(force))
        return

    def told(rule: CountingRule) -> None:
        print_wrapped(f"{rule.id}  {rule.name}")
        print_wrapped(rule.says, indent="    ")
        options = {name: value for name, value in rule.as_json().items() if name not in ("id", "name", "says", "base")}
        shown = [
            f"{name}: {', '.join(value) if isinstance(value, tuple) else value}"
            for name, value in options.items()
            if value not in ((), None)
        ]
        print_wrapped("; ".join(shown), indent="    ")

    for rule in shipped_rules().values():
        told(rule)
    print_wrapped("RA  on review: by the answers of a dip sample")
    try:
        held = open_workspace().force(force)
    except UsageFault as fault:
        if force is not None:
            raise
        print_wrapped(f"No rules of a force are shown. {fault}")
        return
    own = own_rules(held.folder)
    for rule in own:
        told(rule)
    if not own:
        print_wrapped(f"{held.name} has no rules of its own; they stand in {held.folder / FILE}.")
    print_wrapped(f"Any rule counts by {', '.join(UNITS)}: `--rule R1/event`.")


def _history(force: Force) -> None:
    """The versions of a force's own rules, rule by rule, the oldest first."""
    from nvap.records import rule_book

    words = dict.fromkeys(each.rule.word for each in rule_book.history(force.folder))
    words |= dict.fromkeys(each.word for each in rule_book.learn(force.folder))
    if not words:
        print_wrapped(f"{force.name} has no counting rules of its own.")
    for word in words:
        for each in rule_book.versions(force.folder, word):
            print_wrapped(f"{each.rule.id}  {each.rule.name}")
            when = f"{each.when.astimezone(force.zone):%Y-%m-%d %H:%M}" if each.when else ""
            said = f"{each.did} by {each.by} on {when}: {each.why}" if when else "written into the file by hand"
            print_wrapped(said, indent="    ")
