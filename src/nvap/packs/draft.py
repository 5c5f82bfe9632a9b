"""A pack while it is being read: what each file said, before anyone knows whether it makes a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nvap.declarations import Faults, Node
from nvap.packs.claims import Claims
from nvap.packs.editions import PeelEdition
from nvap.packs.entries import Entry
from nvap.packs.item import Item
from nvap.packs.model import Action, ToolkitEdition
from nvap.packs.unread import Unread

if TYPE_CHECKING:
    from nvap.packs.measure import Measure


@dataclass(frozen=True)
class Facts:
    """What pack.yaml says of the pack itself; the names are Pack's."""

    id: str
    version: str
    action: Action
    edition: ToolkitEdition
    peel_edition: str
    owner: str
    review_date: str
    starting_set: tuple[str, ...]


@dataclass
class Draft:
    """Everything read from a pack's folder, and the faults so far.

    `repeated` are entries whose id was taken already; `claims` are of every measure, `measures` those without faults.
    """

    folder: Path
    faults: Faults
    entries: list[Entry] = field(default_factory=list)
    repeated: list[Entry] = field(default_factory=list)
    by_id: dict[str, Entry] = field(default_factory=dict)
    facts: Facts | None = None
    pack_node: Node | None = None
    measures: dict[str, Measure] = field(default_factory=dict)
    claims: list[Claims] = field(default_factory=list)
    peel: dict[str, PeelEdition] = field(default_factory=dict)
    overlays: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    overlay_lines: list[tuple[Path | str, str, str, dict[str, int]]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    unread_peel: list[Path] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Keep an entry; its id must be new to the pack, whatever its capitals."""
        first = next((each for key, each in self.by_id.items() if key.casefold() == entry.id.casefold()), None)
        if first is not None and entry.id:
            place = f"{Path(first.file).relative_to(self.folder).as_posix()}:{first.line}"
            entry.fault(self.faults, f"id `{entry.id}` is taken already by the {first.cls.kind} at {place}", "id")
            self.repeated.append(entry)
            return
        self.entries.append(entry)
        if entry.id:
            self.by_id[entry.id] = entry

    def of(self, cls: type[Item]) -> Iterator[Entry]:
        """The entries of one kind, with an id."""
        return (each for each in self.entries if each.cls is cls and each.id)

    def ids_of(self, kinds: tuple[str, ...]) -> list[str]:
        """The ids of the kinds named; `*` stands for every kind."""
        found = [each.id for each in self.by_id.values() if "*" in kinds or each.cls.kind in kinds]
        return found + [each.id for each in self.claims] if {"*", "measure"} & set(kinds) else found

    def may_hold(self, item_id: str, kinds: tuple[str, ...]) -> bool:
        """Whether an id that was not read may stand in a file that could not be read."""
        return any(each.may_hold(item_id, kinds) for each in self.unread)

    def may_be_named(self, entry: Entry) -> bool:
        """Whether a file that could not be read, or the unread rest of the entry's own, may hold a link to it."""
        return any(each.file == entry.file or each.may_name(entry.id, entry.cls.kind) for each in self.unread)
