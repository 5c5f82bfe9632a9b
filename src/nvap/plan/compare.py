"""How two versions of a plan differ: thing by thing and field by field, with who changed it, when and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from nvap.plan.document import Document, Place, Thing, Written
from nvap.plan.form import REMOVED, STANDING

What = Literal["added", "changed", "emptied", "removed", "restored"]


@dataclass(frozen=True)
class Difference:
    """One place that says something else than before."""

    thing: Thing
    place: Place
    what: What
    before: str
    after: str
    written: Written


def differences(before: Document, after: Document) -> tuple[Difference, ...]:
    """Every place in which `after` differs from `before`, in the order of the plan."""
    return tuple(_differences(before, after))


@dataclass(frozen=True)
class Piece:
    """A run of words that both texts have (`same`), or that was put in (`in`) or taken out (`out`)."""

    kind: Literal["same", "in", "out"]
    text: str


def marked(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as one, word by word, with what was taken out and what was put in."""
    return tuple(_marked(_words(before), _words(after)))


def _marked(before: list[str], after: list[str]) -> Iterator[Piece]:
    for tag, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[first:last]))
            continue
        if last > first:
            yield Piece("out", "".join(before[first:last]))
        if end > start:
            yield Piece("in", "".join(after[start:end]))


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text)


def _differences(before: Document, after: Document) -> Iterator[Difference]:
    for place, written in after.places():
        said = before.text(place.entry, place.field, place.side, place.period)
        if said != written.text and place.entry in after.things:
            yield Difference(
                after.things[place.entry], place, _what(place, said, written.text), said, written.text, written
            )


def _what(place: Place, before: str, after: str) -> What:
    if place.field == STANDING.name:
        return "removed" if after == REMOVED else "restored"
    if not before:
        return "added"
    return "changed" if after else "emptied"
