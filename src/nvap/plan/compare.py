"""How two versions of a plan differ: thing by thing and field by field, with who changed it, when and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
