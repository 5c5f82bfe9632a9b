"""What a file would change in the plan, before and after, and in words why it was not saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nvap.packs import Pack
from nvap.plan.document import Document, Place, Written
from nvap.plan.form import KINDS
from nvap.plan.screening import Finding
from nvap.web.plans.actions.saving import Identifying, Locked, NewThing, NotSaved, ReasonNeeded, Stale, Typed
from nvap.web.plans.blanks import label_of
from nvap.web.plans.importing import with_all
from nvap.web.plans.reading import ABOUT, name_of
from nvap.web.plans.sections import in_words
from nvap.web.toolkit.words import SIDES


@dataclass(frozen=True)
class Row:
    """One place that would say something else: where it is, before and after, and what may identify somebody."""

    where: str
    before: str
    after: str
    found: str = ""


def rows(
    pack: Pack,
    document: Document,
    changes: Sequence[Typed],
    new: Sequence[NewThing] = (),
    found: Mapping[Place, Sequence[Finding]] | None = None,
) -> tuple[Row, ...]:
    """Every place that would change: thing by thing in the order of the plan, and then in the order of the file."""
    told = _named(with_all(document, new), changes)
    order = {key: number for number, key in enumerate(told.things)}
    in_order = sorted(changes, key=lambda each: order.get(each.place.entry, 0))
    return tuple(_row(pack, told, document, each, (found or {}).get(each.place, ())) for each in in_order)


def said(fault: NotSaved) -> str:
    """Why the changes were not saved, and what to do."""
    if isinstance(fault, Stale):
        return _(
            "Somebody changed %(count)d of these places since the file was made or read. Start again with the plan as"
            " it is now."
        ) % {"count": len(fault.clashes)}
    if isinstance(fault, Locked):
        return _("The plan waits for sign-off or is signed off, so it cannot be changed now.")
    if isinstance(fault, ReasonNeeded):
        return _("Some of this was signed off before: say why it changes.")
    if isinstance(fault, Identifying):
        return _("Some of these texts may identify somebody. Change them in the file, or say that they do not.")
    return str(fault)


def _named(told: Document, changes: Sequence[Typed]) -> Document:
    """The document in which what is new is called as the file calls it."""
    names = {
        each.place: Written(each.text, 0, "", timezone.now(), 0) for each in changes if each.place.field == "wording"
    }
    return replace(told, texts={**told.texts, **names})


def _row(pack: Pack, told: Document, stands: Document, typed: Typed, found: Sequence[Finding]) -> Row:
    place = typed.place
    field = KINDS[told.things[place.entry].kind].field(place.field)
    period = told.period(place.period)
    parts = (
        label_of(pack, field),
        str(SIDES.get(place.side, "")).lower(),
        date_format(period.first, "F Y") if period else "",
    )
    return Row(
        where=f"{_called(pack, told, stands, place.entry)}: {', '.join(filter(None, parts))}",
        before=in_words(pack, told, place, stands.text(place.entry, place.field, place.side, place.period)),
        after=in_words(pack, told, place, typed.text),
        found=", ".join(_(each.what) for each in found),
    )


def _called(pack: Pack, told: Document, stands: Document, entry: str) -> str:
    name = name_of(pack, told, entry)
    if entry not in stands.things:
        return _("New activity “%(name)s”") % {"name": name}
    return name if entry == ABOUT or told.things[entry].is_own else f"{entry} {name}"
