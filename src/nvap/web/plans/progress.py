"""What is due in a reporting period, from whom, and what the period before said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from nvap.packs import Pack
from nvap.plan.document import Document, Period, Place
from nvap.plan.form import KINDS
from nvap.web.plans.reading import name_of

REPORTED = ("progress", "next_steps", "comments")


@dataclass(frozen=True)
class Report:
    """One activity in one period: whether it has been reported on, and since when no word has changed, if none has."""

    key: str
    name: str
    owner: str
    owner_id: str
    is_reported: bool
    unchanged_since: Period | None
    may_write: bool
    address: str


def default_period(document: Document, today: date) -> Period | None:
    """The period that ended most recently, whose report is wanted now; the first one before any has ended."""
    ended = [each for each in document.periods if each.last < today]
    return ended[-1] if ended else next(iter(document.periods), None)


def may_report(document: Document, activity: str, person: str) -> bool:
    """Whether somebody answers for an activity: its owner, its deputy, or the owner of its objective."""
    parent = document.things[activity].parent
    named = (document.text(activity, "owner"), document.text(activity, "deputy"), document.text(parent, "owner"))
    return person in named


def reports(pack: Pack, document: Document, period: Period, *, person: str, may_edit: bool) -> tuple[Report, ...]:
    """Every activity that the force pursues, with what its report of a period lacks."""
    return tuple(
        Report(
            key=each.key,
            name=name_of(pack, document, each.key),
            owner=document.person(each.key, "owner"),
            owner_id=document.text(each.key, "owner"),
            is_reported=is_reported(document, each.key, period),
            unchanged_since=_since(document, each.key, period),
            may_write=may_edit or may_report(document, each.key, person),
            address=reverse("plan-update", args=[period.key, each.key]),
        )
        for each in document.pursued()
    )


def is_reported(document: Document, activity: str, period: Period) -> bool:
    """Whether somebody has written how far an activity got in a period."""
    return any(document.text(activity, "progress", side, period.key) for side in document.sides_of(activity))


@dataclass(frozen=True)
class Earlier:
    """What was last said in a place before a period, and in which period."""

    text: str
    period: Period


def earlier(document: Document, activity: str, period: Period) -> dict[Place, Earlier]:
    """What each place of a report said last before this period."""
    before = [each for each in reversed(document.periods) if each.first < period.first]
    found: dict[Place, Earlier] = {}
    for place in places_of(document, activity, period):
        said = ((document.text(activity, place.field, place.side, each.key), each) for each in before)
        text, when = next(((text, each) for text, each in said if text), ("", period))
        if text:
            found[place] = Earlier(text, when)
    return found


def unchanged(document: Document, activity: str, period: Period) -> dict[Place, Earlier]:
    """The places of a report that were saved with the words of an earlier period: no change since then."""
    found = earlier(document, activity, period)
    return {place: said for place, said in found.items() if _text(document, place) == said.text}


def carried(document: Document, activity: str, period: Period) -> dict[Place, Earlier]:
    """The words of an earlier period for the places where this period has none yet."""
    found = earlier(document, activity, period)
    return {place: said for place, said in found.items() if place not in document.texts}


def _since(document: Document, activity: str, period: Period) -> Period | None:
    """The period since which a whole report has not changed; None where any word of it is new."""
    said = [place for place in places_of(document, activity, period) if _text(document, place)]
    same = unchanged(document, activity, period)
    if not said or any(place not in same for place in said):
        return None
    return max((same[place].period for place in said), key=lambda each: each.first)


def _text(document: Document, place: Place) -> str:
    return document.text(place.entry, place.field, place.side, place.period)


def places_of(document: Document, activity: str, period: Period) -> tuple[Place, ...]:
    """The places of one activity's report."""
    fields = [KINDS["activity"].field(name) for name in REPORTED]
    sides = document.sides_of(activity)
    return tuple(Place(activity, field.name, side, period.key) for field in fields for side in sides)


def next_due(found: Sequence[Report], after: str, person: str) -> Report | None:
    """The next activity that the same person still has to report on."""
    return next(
        (each for each in found if each.may_write and not each.is_reported and each.key != after
         and each.owner_id in ("", person)),
        None,
    )  # fmt: skip
