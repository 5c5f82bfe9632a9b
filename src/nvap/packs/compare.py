"""Two packs compared in words: added, withdrawn, reworded, relinked, changed.

`compare(old, new)` finds each difference once; a link is one difference, whichever of its ends names it. Comparing the
other way round gives the same differences mirrored.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from nvap.packs.item import Item, link_fields, wording
from nvap.packs.model import Pack, Relation
from nvap.packs.plain import line, parts

CHANGES = ("added", "withdrawn", "reworded", "linked", "unlinked", "changed")
_HEADINGS = {
    "added": "Added",
    "withdrawn": "Withdrawn",
    "reworded": "Reworded",
    "linked": "Linked",
    "unlinked": "No longer linked",
    "changed": "Changed",
}
_OPPOSITE = {"added": "withdrawn", "withdrawn": "added", "linked": "unlinked", "unlinked": "linked"}
_LONGEST = 400
_PACK_FACTS = ("version", "action", "edition", "peel_edition", "owner", "review_date", "starting_set")
_NAMES = {"text": "text", "effort_note": "note on effort", "basis": "kind", "side": "side", "peel": "PEEL reference"}


@dataclass(frozen=True)
class Difference:
    """One difference: how (`CHANGES`), of which item, in which part of it, from what to what."""

    change: str
    item: str
    kind: str
    label: str
    part: str = ""
    before: str = ""
    after: str = ""

    def mirrored(self) -> Difference:
        """The same difference, seen from the new pack to the old."""
        change = _OPPOSITE.get(self.change, self.change)
        return dataclasses.replace(self, change=change, before=self.after, after=self.before)

    @property
    def sentence(self) -> str:
        """The difference in one plain sentence."""
        who = f"{_capital(self.kind)} {self.item}" if self.item else "The pack"
        if self.change in ("added", "withdrawn"):
            return f"{who} was {self.change}: {_quoted(self.after or self.before)}."
        if self.change in ("linked", "unlinked"):
            now = "is now linked" if self.change == "linked" else "is no longer linked"
            return f"{who} {_quoted(self.label)} {now} to {self.after or self.before} ({self.part.lower()})."
        if not self.before:
            return f"{who} now has a {self.part}: {_quoted(self.after)}."
        if not self.after:
            return f"{who} no longer has a {self.part}; it was {_quoted(self.before)}."
        how = "was reworded" if self.change == "reworded" else "changed"
        return f"{who}: the {self.part} {how} from {_quoted(self.before)} to {_quoted(self.after)}."


@dataclass(frozen=True)
class Comparison:
    """Every difference between two releases, in the order of `CHANGES`, then of the packs."""

    old: str
    new: str
    differences: tuple[Difference, ...]

    @cached_property
    def by_change(self) -> dict[str, tuple[Difference, ...]]:
        """The differences of each sort that has any."""
        found = {change: tuple(each for each in self.differences if each.change == change) for change in CHANGES}
        return {change: those for change, those in found.items() if those}

    def in_words(self) -> str:
        """The whole comparison as text: a heading for each sort of change, a sentence for each difference."""
        if not self.differences:
            return f"{self.old} and {self.new}: no difference."
        count = len(self.differences)
        lines = [f"From {self.old} to {self.new}: {count} difference{'s' if count != 1 else ''}."]
        for change, those in self.by_change.items():
            lines += ["", f"{_HEADINGS[change]} ({len(those)})", *(f"- {each.sentence}" for each in those)]
        return "\n".join(lines)


def compare(old: Pack, new: Pack) -> Comparison:
    """What changed from one pack to another, item by item, link by link, measure by measure."""
    found = [
        *_pack_facts(old, new),
        *_come_and_gone(old, new),
        *_items(old, new),
        *_relinked(old, new),
        *_measures(old, new),
        *_orders(old, new),
        *_editions(old, new),
    ]
    found.sort(key=lambda each: CHANGES.index(each.change))
    return Comparison(old.release, new.release, tuple(found))


def _pack_facts(old: Pack, new: Pack) -> Iterator[Difference]:
    for name in ("id", *_PACK_FACTS):
        before, after = line(getattr(old, name)), line(getattr(new, name))
        if before != after:
            part = "id" if name == "id" else name.replace("_", " ")
            yield Difference("changed", "", "pack", "", part, before, after)


def _come_and_gone(old: Pack, new: Pack) -> Iterator[Difference]:
    for change, here, there in (("added", new, old), ("withdrawn", old, new)):
        for item_id in here.ids():
            if item_id not in there:
                said = _of_item(here, item_id)
                before, after = ("", said) if change == "added" else (said, "")
                yield Difference(change, item_id, here.kind(item_id), here.label(item_id), "", before, after)


def _of_item(pack: Pack, item_id: str) -> str:
    """An item's words, with the links it has."""
    item = pack.items.get(item_id)
    said = item.text if item is not None else pack.label(item_id)
    ties = [f"{each.words.lower()} {each.other}" for each in pack.linked_to(item_id)]
    return f"{_short(said)} ({', '.join(ties)})" if ties else _short(said)


def _items(old: Pack, new: Pack) -> Iterator[Difference]:
    for item_id, after in new.items.items():
        before = old.items.get(item_id)
        if before is None or item_id not in new.items:
            continue
        if type(before) is not type(after):
            yield Difference("changed", item_id, "item", "", "kind", before.kind, after.kind)
            continue
        yield from _parts(before, after)


def _parts(before: Item, after: Item) -> Iterator[Difference]:
    """The parts of one item that differ, its links apart."""
    said = wording(type(after))
    for each in dataclasses.fields(after):
        if not each.compare or each.name == "id" or each.name in link_fields(type(after)):
            continue
        one, two = getattr(before, each.name), getattr(after, each.name)
        if one == two or (each.name == "text" and _repeats(before) and _repeats(after)):
            continue
        change = "reworded" if each.name in said else "changed"
        part = _NAMES.get(each.name, each.name.replace("_", " "))
        yield Difference(change, after.id, after.kind, "", part, line(one), line(two))


def _repeats(item: Item) -> bool:
    """Whether the text only says again what another field says."""
    return any(getattr(item, name) == item.text for name in item.text_from)


def _relinked(old: Pack, new: Pack) -> Iterator[Difference]:
    """Links between items that both packs hold; those of items that came or went are told with them."""
    before, after = set(old.relations()), set(new.relations())
    for change, here, gone in (("linked", new, after - before), ("unlinked", old, before - after)):
        for each in _in_order(here.relations(), gone):
            if all(end in pack for end in (each.start, each.end) for pack in (old, new)):
                yield _link(change, each, here)


def _link(change: str, each: Relation, pack: Pack) -> Difference:
    """A link that came or went, in the words of the pack that holds it."""
    other = f"{pack.kind(each.end)} {each.end} {_quoted(pack.label(each.end))}"
    before, after = ("", other) if change == "linked" else (other, "")
    return Difference(change, each.start, pack.kind(each.start), pack.label(each.start), each.ahead, before, after)


def _in_order(relations: Iterable[Relation], wanted: set[Relation]) -> list[Relation]:
    return [each for each in relations if each in wanted]


def _measures(old: Pack, new: Pack) -> Iterator[Difference]:
    for measure_id, after in new.measures.items():
        before = old.measures.get(measure_id)
        if before is None:
            if measure_id in old.items:
                yield Difference("changed", measure_id, "measure", "", "state", "still to come", "can be computed")
            continue
        one, two = parts(before), parts(after)
        for part in dict.fromkeys((*two, *one)):
            if one.get(part, "") != two.get(part, ""):
                yield Difference("changed", measure_id, "measure", "", part, one.get(part, ""), two.get(part, ""))
    for measure_id in old.measures:
        if measure_id in new.items:
            yield Difference("changed", measure_id, "measure", "", "state", "can be computed", "still to come")


def _orders(old: Pack, new: Pack) -> Iterator[Difference]:
    """The order within a kind, where what both packs hold stands otherwise than before."""
    kinds = dict.fromkeys(type(each) for each in new.items.values())
    for kind in kinds:
        before = [each for each, item in old.items.items() if type(item) is kind and type(new.items.get(each)) is kind]
        after = [each for each, item in new.items.items() if type(item) is kind and type(old.items.get(each)) is kind]
        if before != after:
            part = f"order of {kind.plural}"
            yield Difference("changed", "", "pack", "", part, ", ".join(before), ", ".join(after))


def _editions(old: Pack, new: Pack) -> Iterator[Difference]:
    for name in dict.fromkeys((*old.peel, *new.peel)):
        before, after = old.peel.get(name), new.peel.get(name)
        if before != after:
            part = f"PEEL edition {name}"
            yield Difference("changed", "", "pack", "", part, line(before), line(after))


def _quoted(text: str) -> str:
    return f"“{_short(text)}”"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1].rpartition(" ")[0] + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
