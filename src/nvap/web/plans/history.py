"""The plan as it was and how it changed: whole versions, differences in words, and the versions of one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from itertools import groupby

from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nvap.packs import Pack
from nvap.plan.compare import Difference, Piece, differences, marked
from nvap.plan.document import Document, Place, Thing, Written
from nvap.plan.form import KINDS, STANDING, field_of
from nvap.web.plans.blanks import label_of
from nvap.web.plans.document import placed
from nvap.web.plans.models import Plan, Text
from nvap.web.plans.reading import name_of, shown
from nvap.web.toolkit.words import SIDES, Words

WHAT: Mapping[str, Words] = {
    "added": gettext_lazy("Added"),
    "changed": gettext_lazy("Changed"),
    "emptied": gettext_lazy("Emptied"),
    "removed": gettext_lazy("Removed from the plan"),
    "restored": gettext_lazy("Put back into the plan"),
}


@dataclass(frozen=True)
class Filled:
    """A place with something in it, as it is read."""

    place: Place
    label: str
    text: str
    written: Written

    @property
    def address(self) -> str:
        """The place as addresses and forms name it."""
        return named(self.place)


@dataclass(frozen=True)
class Part:
    """One thing of the plan with everything that is written about it."""

    key: str
    kind: str
    name: str
    removed: bool
    filled: tuple[Filled, ...]


@dataclass(frozen=True)
class Change:
    """One place that says something else than before: in words, word by word, and who changed it on the way."""

    place: Place
    label: str
    what: Words
    before: str
    after: str
    pieces: tuple[Piece, ...]
    steps: tuple[Written, ...]

    @property
    def address(self) -> str:
        """The place as addresses and forms name it."""
        return named(self.place)


@dataclass(frozen=True)
class Changed:
    """One thing of the plan with what changed of it."""

    key: str
    kind: str
    name: str
    changes: tuple[Change, ...]


def whole(pack: Pack, document: Document) -> tuple[Part, ...]:
    """The whole plan at the document's version, thing by thing; what is empty is left out."""
    by_thing: dict[str, list[Filled]] = {}
    for place, held in sorted(document.places(), key=lambda each: _reading_order(document, each[0])):
        if held.text and place.entry in document.things:
            by_thing.setdefault(place.entry, []).append(_filled(pack, document, place, held))
    return tuple(
        Part(key, _kind(thing), name_of(pack, document, key), document.is_removed(key), tuple(by_thing[key]))
        for key, thing in document.things.items()
        if key in by_thing
    )


def changed(
    pack: Pack, before: Document, after: Document, steps: Mapping[Place, tuple[Written, ...]] | None = None
) -> tuple[Changed, ...]:
    """What differs between two versions, thing by thing in the order of the plan. `steps` are the saves between."""
    things = {key: number for number, key in enumerate(after.things)}
    found = sorted(
        differences(before, after), key=lambda each: (things[each.place.entry], _reading_order(after, each.place))
    )
    return tuple(
        Changed(key, _kind(after.things[key]), name_of(pack, after, key), tuple(_changes(pack, after, each, steps)))
        for key, each in groupby(found, key=lambda each: each.place.entry)
    )


def steps_between(plan: Plan, first: int, last: int) -> dict[Place, tuple[Written, ...]]:
    """Every save of every place after one version and up to another, oldest first."""
    rows = Text.objects.filter(plan=plan, save_made__number__gt=first, save_made__number__lte=last)
    found: dict[Place, tuple[Written, ...]] = {}
    for place, written in placed(rows.order_by("version")):
        found[place] = (*found.get(place, ()), written)
    return found


def label(pack: Pack, document: Document, place: Place) -> str:
    """A place in words: its field, its side and its reporting period."""
    return label_in(pack, document.things[place.entry].kind, place)


def label_in(pack: Pack, kind: str, place: Place) -> str:
    """The same, of a thing of a kind."""
    if not place.field:
        return _("The whole of it")
    field = field_of(kind, place.field)
    words = [label_of(pack, field)]
    if place.side in SIDES:
        words.append(str(SIDES[place.side]).lower())
    if place.period:
        words.append(_("period from %(day)s") % {"day": date_format(date.fromisoformat(place.period), "j F Y")})
    return ", ".join(words)


def named(place: Place) -> str:
    """A place as addresses and forms name it."""
    return "--".join((place.entry, place.field, place.side, place.period))


def place_named(document: Document, name: str) -> Place:
    """The place of such a name, where the plan can have it; 404 for anything else."""
    parts = name.split("--")
    if len(parts) != len(fields(Place)) or parts[0] not in document.things:
        raise Http404
    place = Place(*parts)
    kind = KINDS[document.things[place.entry].kind]
    if place.field not in {"", STANDING.name, *(each.name for each in kind.fields)}:
        raise Http404
    periods = {"", *(each.key for each in document.periods)}
    if place.side not in {"", *SIDES} or (place.period not in periods and place not in document.texts):
        raise Http404
    return place


def _reading_order(document: Document, place: Place) -> tuple[int, str, int]:
    """A thing's places as its form lists them, the organisational side before the external one."""
    thing = document.things.get(place.entry)
    names = [each.name for each in KINDS[thing.kind].fields] if thing else []
    number = names.index(place.field) if place.field in names else len(names)
    return number, place.period, list(SIDES).index(place.side) if place.side in SIDES else -1


def _changes(
    pack: Pack, document: Document, found: Iterable[Difference], steps: Mapping[Place, tuple[Written, ...]] | None
) -> Iterator[Change]:
    for each in found:
        field = field_of(each.thing.kind, each.place.field)
        before, after = (shown(field, document, text) for text in (each.before, each.after))
        pieces = marked(before, after) if before and after and each.place.field != STANDING.name else ()
        told = (steps or {}).get(each.place) or (each.written,)
        yield Change(each.place, label(pack, document, each.place), WHAT[each.what], before, after, pieces, told)


def _filled(pack: Pack, document: Document, place: Place, held: Written) -> Filled:
    field = field_of(document.things[place.entry].kind, place.field)
    return Filled(place, label(pack, document, place), shown(field, document, held.text), held)


def _kind(thing: Thing) -> str:
    return _(KINDS[thing.kind].label)
