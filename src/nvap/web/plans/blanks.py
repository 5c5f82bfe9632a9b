"""The places of a page to write in: each with the toolkit's words for it, what it takes, and what it offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from nvap.packs import Pack
from nvap.packs.items import PlanField
from nvap.plan.document import Document, Place
from nvap.plan.form import KINDS, Field
from nvap.web.plans.suggestions import Suggestion, suggestions
from nvap.web.toolkit.reading import line
from nvap.web.toolkit.words import SIDES


@dataclass(frozen=True)
class Blank:
    """A place to write in. `offered` are the values to choose from, with their words, where the plan decides them."""

    place: Place
    field: Field
    label: str
    hint: str
    address: str = ""
    offered: tuple[tuple[str, str], ...] = ()
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the form."""
        return "--".join((self.place.entry, self.place.field, self.place.side, self.place.period))

    @property
    def side(self) -> str:
        """Its side in words; empty where it has none."""
        return str(SIDES.get(self.place.side, ""))

    @property
    def full_label(self) -> str:
        """Its label with its side, for where labels of both sides stand together."""
        return f"{self.label}, {self.side.lower()}" if self.side else self.label


def blanks_of(
    pack: Pack,
    document: Document,
    entry: str,
    names: Iterable[str],
    *,
    period: str = "",
    people: Mapping[str, str] | None = None,
    offered: Mapping[str, tuple[tuple[str, str], ...]] | None = None,
) -> tuple[Blank, ...]:
    """The places of one thing's fields, in the order named; a field with sides gets one for each side it serves.

    Args:
        people: who may be named, by number, for person fields.
        offered: the choices of fields whose choices depend on the plan, by field name.
    """
    thing = document.things[entry]
    found = []
    for name in names:
        field = KINDS[thing.kind].field(name)
        serves = document.sides_of(entry) if thing.kind == "activity" and field.per_side else field.sides
        for side in serves:
            place = Place(entry, name, side, period if field.per_period else "")
            choices = (
                _people(document, place, people or {}) if field.kind == "person" else (offered or {}).get(name, ())
            )
            found.append(_blank(pack, field, place, choices, thing.parent or entry))
    return tuple(found)


def label_of(pack: Pack, field: Field) -> str:
    """A field's words: the toolkit's own where it is the toolkit's, else the product's."""
    item = pack.items.get(field.toolkit)
    if isinstance(item, PlanField):
        return item.label
    return item.text if item is not None else gettext(field.label)


def _blank(pack: Pack, field: Field, place: Place, choices: tuple[tuple[str, str], ...], objective: str) -> Blank:
    item = pack.items.get(field.toolkit)
    hint = gettext(field.hint) if field.hint else ""
    if isinstance(item, PlanField):
        hint = hint or item.prompt or (item.text if item.text != item.label else "")
    return Blank(
        place=place,
        field=field,
        label=label_of(pack, field),
        hint=hint,
        address=line(pack, item.id).address if item is not None else "",
        offered=choices,
        suggestions=suggestions(pack, field.toolkit, objective, place.side),
    )


def _people(document: Document, place: Place, people: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Those who may be named; somebody who is named already and has left stays on the list, marked."""
    named = document.text(place.entry, place.field, place.side, place.period)
    gone = (
        {named: gettext("%(name)s (has left)") % {"name": document.people[named]}}
        if named in document.people and named not in people
        else {}
    )
    return tuple((dict(people) | gone).items())
