"""`nvap pack`: check, compare, show and list toolkit packs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from nvap import packs
from nvap.cli import window
from nvap.errors import UsageFault, nearest
from nvap.packs import show as showing
from nvap.packs.compare import compare as compare_packs
from nvap.packs.model import UnknownItem

_Pack = Annotated[str, typer.Option("--pack", help="An installed pack's id, or a pack's folder.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `app`."""
    group = typer.Typer(no_args_is_help=True, help="The toolkit as content: check, compare, look things up.")
    group.command("check")(check)
    group.command("compare")(compare)
    group.command("show")(show)
    group.command("list")(list_packs)
    app.add_typer(group, name="pack")


def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A pack's folder, or an installed pack's id.")],
) -> None:
    """Say everything that is wrong with a pack, with file and line; exit 1 if anything is, 2 without a pack.yaml."""
    known = packs.folders()
    pack = packs.read_pack(known[str(folder)] if str(folder) in known and not folder.is_dir() else folder)
    print(f"{pack.release}: no faults. It holds {showing.counts(pack)}, and {len(pack.relations())} links.")


def compare(
    old: Annotated[str, typer.Argument(help="A pack's folder, or an installed pack's id.")],
    new: Annotated[str, typer.Argument(help="A pack's folder, or an installed pack's id.")],
) -> None:
    """Say in words what was added, withdrawn, reworded and relinked between two packs."""
    print(compare_packs(_pack(old), _pack(new)).in_words())


def show(
    item: Annotated[str, typer.Argument(metavar="ID", help="`A1a`, `2.1.2/A1a`, a measure's id, or a pack's id.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    pack: _Pack = "",
    language: Annotated[str, typer.Option(help="Language of the words, where the pack has it: en, cy.")] = "en",
) -> None:
    """Show one item of a pack: its words, source and status, and what it is linked to."""
    found = (_pack(pack) if pack else _pack_with(item)).in_language(language)
    if as_json:
        print(json.dumps(showing.in_values(found, item), indent=2, ensure_ascii=False))
    else:
        actions = [each.action.number for each in packs.installed().values()]
        print(showing.in_words(found, item, window.width(), installed=actions))


def list_packs() -> None:
    """The installed packs, and whether each is without faults."""
    for name, each in packs.installed().items():
        print(f"{each.release}  {each.action.number} {each.action.title}")
        if name != each.id:
            print(f"  in folder {packs.folders()[name]}")
    for name, fault in packs.faulty().items():
        count = len(fault.faults)
        print(f"{name}  has {count} fault{'s' if count != 1 else ''}: nvap pack check {packs.folders()[name]}")


def _pack(name: str) -> packs.Pack:
    """A pack by its folder or its installed id."""
    if Path(name).is_dir():
        return packs.read_pack(Path(name))
    if "/" in name or "\\" in name:
        raise UsageFault(f"There is no folder `{name}`.")
    return packs.pack(name)


def _pack_with(item: str) -> packs.Pack:
    """The one installed pack that an id names or that holds it."""
    every_pack = list(packs.installed().values())
    named = [each for each in every_pack if item in (each.id, each.action.number)]
    knowing = named or [each for each in every_pack if _knows(each, item)]
    if len(knowing) > 1:
        ids = ", ".join(f"{each.action.number}/{item}" for each in knowing)
        raise UsageFault(f"`{item}` stands in {len(knowing)} packs; say which: {ids}.")
    if knowing:
        return knowing[0]
    every = [name for each in every_pack for name in (each.id, *each.ids())]
    raise UnknownItem(f"No item `{item}` in the installed packs.{nearest(item.rpartition('/')[2], every)}")


def _knows(pack: packs.Pack, item: str) -> bool:
    try:
        pack.own_id(item)
    except UnknownItem:
        return False
    return True
