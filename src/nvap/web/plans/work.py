"""What is due, overdue and missing in a plan, and who is named in it and no longer of the force."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nvap.packs import Pack
from nvap.plan.document import Document, Period, Place
from nvap.plan.form import KINDS
from nvap.web.plans.history import label
from nvap.web.plans.measures import because, no_target
from nvap.web.plans.progress import is_reported
from nvap.web.plans.reading import name_of


@dataclass(frozen=True)
class Report:
    """One report that an owner still has to write: for which activity and period."""

    key: str
    name: str
    owner: str
    period: Period
    address: str

    def is_overdue(self, today: date) -> bool:
        """Whether its day has gone by."""
        return self.period.due < today


@dataclass(frozen=True)
class Lack:
    """One thing that is missing, and the page that mends it; `of` is what several lacks have in common."""

    words: str
    address: str
    of: str = ""


@dataclass(frozen=True)
class Lacks:
    """What is missing of one sort."""

    id: str
    title: str
    lacks: tuple[Lack, ...]


@dataclass(frozen=True)
class Left:
    """A person whom the plan names and who is of the force no more, with the places that name them."""

    number: str
    name: str
    places: tuple[Place, ...]
    said: tuple[str, ...] = ()


def reports_to_write(pack: Pack, document: Document, today: date, owner: str | None = None) -> tuple[Report, ...]:
    """The reports that are not written for periods that are over, of one owner where named.

    None is wanted of an activity for a period that ended before it starts.
    """
    return tuple(
        Report(each.key, name, whose, period, update_address(each.key, period.key))
        for each in document.pursued()
        for name, whose, start in [_asked(pack, document, each.key)]
        if owner in (None, whose)
        for period in document.periods
        if period.last < today and start <= period.last and not is_reported(document, each.key, period)
    )


def _asked(pack: Pack, document: Document, key: str) -> tuple[str, str, date]:
    """An activity's name, its owner, and the day from which it is reported on."""
    return name_of(pack, document, key), document.text(key, "owner"), document.day(key, "start") or date.min


def period_words(period: Period) -> str:
    """How a period is called: by its month, or by its first and last day."""
    if (period.first.year, period.first.month) == (period.last.year, period.last.month):
        return date_format(period.first, "F Y")
    days = {"first": date_format(period.first, "j F Y"), "last": date_format(period.last, "j F Y")}
    return _("%(first)s to %(last)s") % days


def update_address(key: str, period: str) -> str:
    """Where an activity is reported on; its own page where this version has no page to report on."""
    try:
        return reverse("plan-update", args=[period, key])
    except NoReverseMatch:
        return reverse("plan-activity", args=[key])


def lacking(pack: Pack, document: Document, today: date) -> tuple[Lacks, ...]:
    """What the lead has to see to: owners, targets, evidence and updates."""
    return (
        Lacks("owners", _("Owners"), tuple(_owners(pack, document))),
        Lacks("targets", _("Targets"), tuple(_targets(pack, document))),
        Lacks("evidence", _("Evidence"), tuple(_evidence(pack, document))),
        Lacks("updates", _("Updates"), tuple(_updates(pack, document, today))),
    )


def people_who_left(pack: Pack, document: Document, present: Container[str]) -> tuple[Left, ...]:
    """Those whom the plan names and who are not present in the force today, with the places in words."""
    places: dict[str, list[Place]] = {}
    for place, written in document.places():
        kind = KINDS[document.things[place.entry].kind] if place.entry in document.things else None
        is_person = kind is not None and any(each.name == place.field and each.kind == "person" for each in kind.fields)
        if is_person and written.text and written.text not in present and not document.is_removed(place.entry):
            places.setdefault(written.text, []).append(place)
    return tuple(
        Left(
            number,
            document.people.get(number, number),
            tuple(found),
            tuple(_words(pack, document, each) for each in found),
        )
        for number, found in places.items()
    )


def _words(pack: Pack, document: Document, place: Place) -> str:
    return f"{name_of(pack, document, place.entry)}: {label(pack, document, place)}"


def _owners(pack: Pack, document: Document) -> Iterator[Lack]:
    for each in pack.objectives:
        if not document.text(each.id, "owner"):
            yield Lack(f"{each.id} {each.label}", reverse("plan-change", args=[each.id]))
    for one in document.pursued():
        if not document.text(one.key, "owner"):
            yield Lack(name_of(pack, document, one.key), reverse("plan-activity-change", args=[one.key]))


def _targets(pack: Pack, document: Document) -> Iterator[Lack]:
    """Measures that were picked for themselves, may have a target, and have none."""
    for each in document.of("measure"):
        decided = document.text(each.key, "target") or document.text(each.key, "not_measured")
        if not (decided or because(document, each.key) or no_target(pack, document, each.key)):
            yield Lack(name_of(pack, document, each.key), reverse("plan-measure", args=[each.key]))


def _evidence(pack: Pack, document: Document) -> Iterator[Lack]:
    held = {each.parent for each in document.of("evidence")}
    for one in document.pursued():
        if one.key not in held:
            yield Lack(name_of(pack, document, one.key), reverse("plan-evidence-add", args=[one.key]))


def _updates(pack: Pack, document: Document, today: date) -> Iterator[Lack]:
    for each in reports_to_write(pack, document, today):
        yield Lack(period_words(each.period), each.address, each.name)
