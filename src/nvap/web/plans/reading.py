"""The plan as its pages show it: names of things, what stands in their fields, and how far each objective is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nvap.packs import Pack
from nvap.plan.document import SEPARATOR, Document, Place, Written
from nvap.plan.form import KINDS, YES, Field
from nvap.plan.stages import STAGES
from nvap.web.plans.blanks import label_of
from nvap.web.toolkit.reading import line
from nvap.web.toolkit.words import SIDES

ABOUT = "about"


@dataclass(frozen=True)
class Answer:
    """One field as it is read: its words, what stands in it, and who wrote it."""

    place: Place
    label: str
    text: str
    written: Written | None

    @property
    def address(self) -> str:
        """The place as addresses name it."""
        return "--".join((self.place.entry, self.place.field, self.place.side, self.place.period))


@dataclass(frozen=True)
class ActivityPage:
    """An activity as it is read."""

    key: str
    name: str
    is_own: bool
    removed: bool
    decision: str
    stage: str
    owner: str
    answers: tuple[Answer, ...]
    sides: tuple[tuple[str, tuple[Answer, ...]], ...]
    address: str
    change: str


@dataclass(frozen=True)
class SectionPage:
    """The page about the plan, or one objective with its activities."""

    id: str
    title: str
    text: str
    answers: tuple[Answer, ...]
    sides: tuple[tuple[str, tuple[Answer, ...]], ...]
    activities: tuple[ActivityPage, ...]
    change: str


@dataclass(frozen=True)
class Overview:
    """One page of the plan in the list of pages: who owns it, how many activities are pursued, who wrote last."""

    id: str
    title: str
    owner: str
    has_owner: bool
    activities: int
    last: Written | None
    address: str
    change: str


def name_of(pack: Pack, document: Document, key: str) -> str:
    """What a thing is called: the force's own words for it, else the toolkit's."""
    thing = document.things[key]
    own = document.text(key, "wording") or document.text(key, "title")
    if key == ABOUT:
        return _("About the plan")
    if own and (thing.is_own or thing.kind == "activity"):
        return own.splitlines()[0][:90]
    if key in pack:
        return pack.label(key)
    return own or key


def shown(field: Field, document: Document, text: str) -> str:
    """What stands in a field as people read it: dates, names and choices in words."""
    if not text:
        return ""
    if field.kind == "date":
        return date_format(date.fromisoformat(text), "j F Y")
    if field.kind == "person":
        return document.people.get(text, _("somebody who is not known any more"))
    if field.kind == "flag":
        return _("Yes") if text == YES else ""
    if field.kind in ("choice", "choices"):
        return "\n".join(_(field.words(each)) for each in text.split(SEPARATOR))
    return text


def answers(
    pack: Pack, document: Document, entry: str, names: Iterable[str], *, side: str = "", period: str = ""
) -> tuple[Answer, ...]:
    """Fields of one thing as they are read, on one side where they have sides."""
    kind = KINDS[document.things[entry].kind]
    found = []
    for name in names:
        field = kind.field(name)
        place = Place(entry, name, side if field.per_side else "", period if field.per_period else "")
        written = document.texts.get(place)
        found.append(
            Answer(place, label_of(pack, field), shown(field, document, written.text if written else ""), written)
        )
    return tuple(found)


def sided(
    pack: Pack, document: Document, entry: str, names: Iterable[str], period: str = ""
) -> tuple[tuple[str, tuple[Answer, ...]], ...]:
    """Fields that have sides, side by side."""
    serves = document.sides_of(entry) if document.things[entry].kind == "activity" else tuple(SIDES)
    names = tuple(names)
    return tuple((str(SIDES[side]), answers(pack, document, entry, names, side=side, period=period)) for side in serves)


def overview(pack: Pack, document: Document) -> tuple[Overview, ...]:
    """The plan's pages: the one about the plan, then each objective."""
    return tuple(_overview(pack, document, each) for each in (ABOUT, *(each.id for each in pack.objectives)))


def section_page(pack: Pack, document: Document, section: str) -> SectionPage:
    """The page about the plan, or one objective with the activities that the force pursues."""
    kind = KINDS[document.things[section].kind]
    plain = [each.name for each in kind.fields if not each.per_side]
    with_sides = [each.name for each in kind.fields if each.per_side]
    return SectionPage(
        id=section,
        title=name_of(pack, document, section),
        text="" if section == ABOUT else line(pack, section).text,
        answers=answers(pack, document, section, plain),
        sides=sided(pack, document, section, with_sides) if with_sides else (),
        activities=tuple(activity_page(pack, document, each.key) for each in document.pursued(section)),
        change=reverse("plan-change", args=[section]),
    )


def activity_page(pack: Pack, document: Document, key: str, period: str = "") -> ActivityPage:
    """One activity as it is read; with what was reported in a period, where one is named."""
    fields = KINDS["activity"].fields
    plain = [each.name for each in fields if not each.per_side and each.name not in ("wording", "statements")]
    with_sides = [each.name for each in fields if each.per_side and (period or not each.per_period)]
    thing = document.things[key]
    return ActivityPage(
        key=key,
        name=name_of(pack, document, key),
        is_own=thing.is_own,
        removed=document.is_removed(key),
        decision=_(KINDS["activity"].field("decision").words(document.text(key, "decision"))),
        stage=_(dict(STAGES)[document.stage(key).value]),
        owner=document.person(key, "owner"),
        answers=answers(pack, document, key, plain),
        sides=sided(pack, document, key, with_sides, period),
        address=reverse("plan-activity", args=[key]),
        change=reverse("plan-activity-change", args=[key]),
    )


def without_owner(pack: Pack, document: Document) -> tuple[str, ...]:
    """The objectives whose impact nobody is named to answer for."""
    return tuple(each.id for each in pack.objectives if not document.text(each.id, "owner"))


def _overview(pack: Pack, document: Document, section: str) -> Overview:
    own = {section, *(each.key for each in document.of("activity", section))}
    lasts = [written for place, written in document.texts.items() if place.entry in own]
    return Overview(
        id=section,
        title=name_of(pack, document, section),
        owner=document.person(section, "owner"),
        has_owner=section != ABOUT,
        activities=len(document.pursued(section)),
        last=max(lasts, key=lambda each: each.save, default=None),
        address=reverse("plan-section", args=[section]),
        change=reverse("plan-change", args=[section]),
    )
