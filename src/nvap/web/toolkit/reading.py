"""The toolkit as pages need it: the pack in the reader's language, and its items as lines of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language

from nvap import packs
from nvap.packs import Pack
from nvap.packs.items import Evidence, Item, Reference, Source
from nvap.web.toolkit.words import KINDS, PARTS, STATUSES, Words

PLAIN = "en"
LONGEST_NAME = 90


@dataclass(frozen=True)
class Line:
    """One item as a list shows it: what it is called, what it says, where its page is, where it comes from.

    `text` is empty where the label says it all; `to_come` marks a measure of the catalogue that nothing computes yet.
    """

    id: str
    kind: Words
    label: str
    text: str
    address: str
    standing: Standing
    to_come: bool = False
    year: str = ""
    cites: tuple[Line, ...] = ()

    @property
    def is_statement(self) -> bool:
        """Whether it has no name but a whole statement, too long to be a link."""
        return not self.text and len(self.label) > LONGEST_NAME

    @property
    def name(self) -> str:
        """Its label, or the beginning of a statement."""
        return Truncator(self.label).chars(LONGEST_NAME) if self.is_statement else self.label


@dataclass(frozen=True)
class Standing:
    """Where an item stands in the toolkit: its status in words, and the part and place of its source."""

    status: str
    status_words: Words
    note: str
    part: Words
    place: str


def pack_in_use() -> Pack:
    """The toolkit, with its words in the reader's language where they have been translated."""
    return packs.pack(language=get_language() or PLAIN)


def in_plain_language(pack: Pack) -> bool:
    """Whether the pack's words stand in another language than the page around them."""
    return pack.language != (get_language() or PLAIN)


def line(pack: Pack, item_id: str) -> Line:
    """An item or measure of the pack as a line."""
    own = pack.own_id(item_id)
    address = address_of(pack, own)
    if own in pack.measures:
        measure = pack.measures[own]
        return Line(own, KINDS["measure"][0], measure.title, measure.says, address, _standing(measure))
    item = pack.items[own]
    text = "" if item.text == item.label else item.text
    return Line(
        id=own,
        kind=KINDS[item.kind][0],
        label=item.citation if isinstance(item, Reference) else item.label,
        text="" if isinstance(item, Reference) else text,
        address=address,
        standing=_standing(item),
        to_come=pack.kind(own) == "measure",
        year=str(getattr(item, "year", None) or ""),
        cites=_cited(pack, item),
    )


def lines(pack: Pack, ids: Iterable[str]) -> tuple[Line, ...]:
    """Items of the pack as lines, in the order given, each once."""
    return tuple(line(pack, each) for each in dict.fromkeys(ids))


def of_items(pack: Pack, items: Iterable[Item]) -> tuple[Line, ...]:
    """Items at hand as lines."""
    return lines(pack, (each.id for each in items))


def address_of(pack: Pack, own_id: str) -> str:
    """Where an item's page is; a reference has a page of its own kind."""
    is_reference = isinstance(pack.items.get(own_id), Reference)
    return reverse("reference" if is_reference else "item", args=[own_id])


def _cited(pack: Pack, item: Item) -> tuple[Line, ...]:
    """The publications that a piece of evidence rests on, in short (authors and year)."""
    if not isinstance(item, Evidence):
        return ()
    found = (pack.items[each] for each in item.references)
    return tuple(
        Line(each.id, KINDS["reference"][0], each.short, "", address_of(pack, each.id), _standing(each))
        for each in found
        if isinstance(each, Reference)
    )


def _standing(thing: object) -> Standing:
    """Items and measures carry the same three: status, note, source."""
    status: str = getattr(thing, "status", "beside")
    source: Source = thing.source  # type: ignore[attr-defined]
    words: Mapping[str, Words] = STATUSES
    return Standing(
        status=status if status in words else "beside",
        status_words=words.get(status, words["beside"]),
        note=getattr(thing, "note", ""),
        part=PARTS[source.part],
        place=source.place,
    )
