"""Everything about one item: what it says, where it comes from, and every link in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from django.urls import reverse

from nvap.packs import Pack
from nvap.packs.editions import PeelReference
from nvap.packs.items import Item, Objective, OtherAction, Reference
from nvap.packs.model import UnknownItem
from nvap.web.toolkit.reading import Line, line, lines
from nvap.web.toolkit.supporting import NewerEdition, newer_editions
from nvap.web.toolkit.words import CHOICE_NAMES, CHOICES, FACTS, KINDS, TIES, Words

MOST_SUGGESTIONS = 5
_LONG = 6


@dataclass(frozen=True)
class Fact:
    """Something the item says of itself beyond its text."""

    name: Words
    said: Words


@dataclass(frozen=True)
class Section:
    """The items at the other end of one kind of link; a long list starts closed."""

    heading: Words
    lines: tuple[Line, ...]
    is_long: bool


@dataclass(frozen=True)
class Peel:
    """A PEEL reference, and what it is in newer editions."""

    reference: PeelReference
    newer: tuple[NewerEdition, ...]


@dataclass(frozen=True)
class ItemPage:
    """One item's page."""

    line: Line
    qualified: str
    release: str
    objective: Line | None
    logic_model: str
    measure_page: str
    outside: str
    is_other_action: bool
    facts: tuple[Fact, ...]
    peel: tuple[Peel, ...]
    sections: tuple[Section, ...]


def item_page(pack: Pack, item_id: str) -> ItemPage:
    """The page of an item or a measure. Raises UnknownItem."""
    own = pack.own_id(item_id)
    item = pack.items.get(own)
    objective = _objective(pack, own)
    return ItemPage(
        line=line(pack, own),
        qualified=pack.qualified(own),
        release=pack.release,
        objective=line(pack, objective) if objective and objective != own else None,
        logic_model=reverse("logic-model", args=[objective]) if objective else "",
        measure_page=reverse("measure", args=[own]) if own in pack.measures else "",
        outside=getattr(item, "url", ""),
        is_other_action=isinstance(item, OtherAction),
        facts=tuple(_facts(item)) if item else (),
        peel=tuple(Peel(each, newer_editions(pack, each)) for each in _peel(pack, own)),
        sections=tuple(_sections(pack, own)),
    )


@dataclass(frozen=True)
class ReferencePage:
    """One publication, and what cites it, kind by kind."""

    line: Line
    url: str
    cited_by: tuple[Section, ...]


def reference_page(pack: Pack, reference_id: str) -> ReferencePage:
    """The page of a publication. Raises UnknownItem, also for an id that is no reference."""
    found = pack.item(reference_id)
    if not isinstance(found, Reference):
        raise UnknownItem(f"`{found.id}` is not a reference.")
    kinds: dict[str, list[str]] = {}
    for each in pack.citing(found.id):
        kinds.setdefault(each.kind, []).append(each.id)
    measures = [each.other for each in pack.linked_to(found.id) if each.other in pack.measures]
    if measures:
        kinds.setdefault("measure", []).extend(measures)
    groups = (Section(KINDS[kind][1], lines(pack, ids), False) for kind, ids in kinds.items())
    return ReferencePage(line(pack, found.id), found.url, tuple(groups))


def suggestions(pack: Pack, asked: str) -> tuple[Line, ...]:
    """The items whose ids come nearest to one that does not exist."""
    ids = {each.casefold(): each for each in pack.ids()}
    near = get_close_matches(asked.strip().casefold()[:60], ids, n=MOST_SUGGESTIONS, cutoff=0.5)
    return lines(pack, (ids[each] for each in near))


def _objective(pack: Pack, own: str) -> str:
    if own in pack.measures:
        return pack.measures[own].objective
    item = pack.items[own]
    return item.id if isinstance(item, Objective) else item.objective


def _peel(pack: Pack, own: str) -> Iterator[PeelReference]:
    if own in pack.items:
        yield from pack.peel_references(own)
        return
    codes = pack.measures[own].peel
    for code in codes.codes:
        found = pack.peel[codes.edition].reference(code)
        if found is not None:
            yield found


def _facts(item: Item) -> Iterator[Fact]:
    for name, words in CHOICE_NAMES.items():
        said = CHOICES[name].get(getattr(item, name, ""))
        if said is not None:
            yield Fact(words, said)
    for name, words in FACTS.items():
        found = getattr(item, name, "")
        if found and found != item.text:
            yield Fact(words, found)


def _sections(pack: Pack, own: str) -> Iterator[Section]:
    """The item's links by what they are called, in the order of `TIES`."""
    groups: dict[str, list[str]] = {}
    for each in pack.linked_to(own):
        groups.setdefault(each.words, []).append(each.other)
    for words in sorted(groups, key=list(TIES).index):
        found = lines(pack, groups[words])
        yield Section(TIES[words], found, len(found) > _LONG)
