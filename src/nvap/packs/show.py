"""One item, measure or whole pack, said in words for a terminal or given as plain values for JSON."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Collection, Iterator
from typing import Any

from nvap.packs.editions import PeelReference
from nvap.packs.item import Item, link_fields
from nvap.packs.items import (
    Activity,
    Evidence,
    Impact,
    Objective,
    OtherAction,
    Output,
    Question,
    Reference,
    Situation,
    Successor,
    SuggestedMeasure,
)
from nvap.packs.model import Pack
from nvap.packs.plain import line, plain
from nvap.packs.show_measure import measure_facts

_BASE = ("id", "objective", "title", "text", "source", "status", "note", "declared_at", "peel")
_SAID = {
    "why": "Why",
    "label": "Label",
    "prompt": "Prompt",
    "per": "Filled in per",
    "sides": "Sides",
    "side": "Side",
    "name": "Name",
    "effort_note": "Effort",
    "trigger": "Look out when",
    "mitigation": "What helps",
    "horizon": "Horizon",
    "basis": "Kind",
    "strength": "Strength",
    "year": "Year",
    "authors": "Authors",
    "publisher": "Publisher",
    "url": "Address",
    "date": "Date",
    "source_note": "Known from",
    "asks": "Answers",
    "comes_from": "Comes from",
}
_OF_OBJECTIVE = (Situation, Activity, Output, Impact, Question, SuggestedMeasure)
_NARROWEST = 30


def in_words(pack: Pack, item_id: str, width: int = 80, *, installed: Collection[str] = ()) -> str:
    """An item or measure, or the pack itself for its id or its action's number, wrapped to `width` columns.

    `installed` holds the numbers of the actions whose pack is installed. Raises UnknownItem with the nearest id.
    """
    width = max(width, _NARROWEST)
    if item_id in (pack.id, pack.action.number):
        lines = list(_pack_lines(pack, width, installed))
    else:
        own = pack.own_id(item_id)
        found = _measure_lines(pack, own, width) if own in pack.measures else _item_lines(pack, own, width)
        lines = [*found, *_tie_lines(pack, own, width), "", *_wrap(f"{pack.qualified(own)} in {pack.release}", width)]
    return "\n".join(lines)


def in_values(pack: Pack, item_id: str) -> dict[str, Any]:
    """The same as plain values, for JSON."""
    if item_id in (pack.id, pack.action.number):
        return _pack_values(pack)
    own = pack.own_id(item_id)
    thing: Any = pack.measures[own] if own in pack.measures else pack.items[own]
    said: dict[str, Any] = {
        "id": own,
        "qualified": pack.qualified(own),
        "release": pack.release,
        "kind": pack.kind(own),
    }
    for each in dataclasses.fields(thing):
        is_link = own in pack.items and each.name in link_fields(type(thing))
        if each.name != "id" and not is_link:
            said[each.name] = plain(getattr(thing, each.name))
    if own in pack.items:
        said["peel"] = [plain(each) for each in pack.peel_references(own)]
    links = ({"link": each.words, "id": each.other, "kind": pack.kind(each.other), "title": pack.label(each.other)}
             for each in pack.linked_to(own))  # fmt: skip
    return {**said, "links": list(links)}


def counts(pack: Pack) -> str:
    """How many of each kind the pack holds, in words."""
    kinds = [type(each) for each in pack.items.values()]
    found = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    parts = [f"{number} {kind.kind if number == 1 else kind.plural}" for kind, number in found.items()]
    computed = len(pack.measures)
    return ", ".join([*parts, f"{computed} measure{'' if computed == 1 else 's'} to compute"])


def _item_lines(pack: Pack, own: str, width: int) -> Iterator[str]:
    item = pack.items[own]
    yield from _wrap(f"{own}  {item.label}" if item.label != item.text else own, width)
    objective = pack.items.get(item.objective)
    belongs = f" of objective {item.objective}, {objective.label}" if objective is not None else ""
    yield from _wrap(f"{item.kind}{belongs}", width)
    yield ""
    yield from _wrap(item.citation if isinstance(item, Reference) else item.text, width)
    yield ""
    for label, said in _facts(pack, item):
        yield from _wrap(f"{label}: {said}", width, "  ")


def _facts(pack: Pack, item: Item) -> Iterator[tuple[str, str]]:
    for each in dataclasses.fields(item):
        found = getattr(item, each.name)
        is_text = found == item.text and each.name in item.text_from
        if each.name in _BASE or each.name in link_fields(type(item)) or not found or is_text:
            continue
        yield _SAID.get(each.name, each.name.replace("_", " ")), line(found)
    for reference in pack.peel_references(item.id):
        yield "PEEL", _peel_line(pack, reference)
    yield "Status", item.status_in_words
    yield "Source", item.source.in_words
    if item.note and item.status != "reconstructed":
        yield "Note", item.note
    if item.declared_at:
        yield "Written in", item.declared_at


def _peel_line(pack: Pack, reference: PeelReference) -> str:
    """A PEEL reference, and what stands for it in the editions that came later."""
    later = [each for each in pack.peel.values() if each.edition > reference.edition]
    said = "; ".join(f"in {each.edition}: {each.mapping_in_words(reference)}" for each in later)
    return f"{reference.in_words} ({said})" if said else reference.in_words


def _measure_lines(pack: Pack, own: str, width: int) -> Iterator[str]:
    measure = pack.measures[own]
    yield from _wrap(f"{own}  {measure.title}", width)
    yield from _wrap(f"measure of objective {measure.objective}, {pack.label(measure.objective)}", width)
    yield ""
    yield from _wrap(measure.says, width)
    yield from _wrap(measure.cannot_say, width)
    yield ""
    for said in measure_facts(pack, measure):
        yield from _wrap(said, width, "  ")
    for reference in pack.peel_references(own):
        yield from _wrap(f"PEEL: {_peel_line(pack, reference)}", width, "  ")


def _tie_lines(pack: Pack, own: str, width: int) -> Iterator[str]:
    """The links in both directions, under what each is called."""
    groups: dict[str, list[str]] = {}
    for each in pack.linked_to(own):
        groups.setdefault(each.words, []).append(each.other)
    if isinstance(pack.items.get(own), Objective):
        for kind in _OF_OBJECTIVE:
            groups[kind.plural.capitalize()] = [each.id for each in pack.of(kind, own)]
    for words, others in groups.items():
        if others:
            yield ""
            yield from _wrap(words, width)
            for other in others:
                yield from _wrap(f"{other}  {_named(pack, other)}", width, "  ", start="  ")


def _named(pack: Pack, item_id: str) -> str:
    item = pack.items.get(item_id)
    if isinstance(item, Reference):
        return f"{item.short}. {item.title}"
    if isinstance(item, Evidence) and not item.title:
        return textwrap.shorten(item.text, 120, placeholder="…")
    return pack.label(item_id)


def _pack_lines(pack: Pack, width: int, installed: Collection[str]) -> Iterator[str]:
    yield from _wrap(f"{pack.action.number}  {pack.action.title}", width)
    yield from _wrap(f"toolkit edition {pack.release}", width)
    yield ""
    yield from _wrap(pack.aim.text, width)
    yield ""
    edition = pack.edition
    published = f", published {edition.published}" if edition.published else ""
    yield from _wrap(f"Written from: {edition.name}, issued by {edition.issued_by}{published}", width, "  ")
    yield from _wrap(f"Contact: {edition.contact}", width, "  ")
    yield from _wrap(f"PEEL edition: {pack.peel_edition}", width, "  ")
    yield from _wrap(f"Owner: {pack.owner}; to be reviewed by {pack.review_date}", width, "  ")
    yield from _wrap(f"Holds: {counts(pack)}", width, "  ")
    yield ""
    yield "Objectives"
    for each in pack.objectives:
        yield from _wrap(f"{each.id}  {each.label}", width, "  ", start="  ")
    if pack.of(Successor):
        yield ""
        yield "What came after it"
    for later in pack.of(Successor):
        yield from _wrap(f"{later.date}: {later.text} Known from: {later.source_note}", width, "  ", start="  ")
    if pack.of(OtherAction):
        yield ""
        yield "Other actions it links to"
    for action in pack.of(OtherAction):
        state = "installed" if action.id in installed else "not installed"
        yield from _wrap(f"{action.id}  {action.title}: {state}", width, "  ", start="  ")
    yield ""
    yield "Measures shown first"
    for measure_id in pack.starting_set:
        yield from _wrap(f"{measure_id}  {pack.label(measure_id)}", width, "  ", start="  ")


def _pack_values(pack: Pack) -> dict[str, Any]:
    said = ("id", "version", "action", "edition", "peel_edition", "owner", "review_date", "starting_set")
    found: dict[str, Any] = {name: plain(getattr(pack, name)) for name in said}
    return {
        **found,
        "release": pack.release,
        "content_hash": pack.content_hash,
        "languages": list(pack.languages),
        "aim": pack.aim.text,
        "items": {each: {"kind": pack.kind(each), "title": pack.label(each)} for each in pack.ids()},
    }


def _wrap(text: str, width: int, later: str = "", start: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=start, subsequent_indent=start + later, break_on_hyphens=False
    ) or [""]
