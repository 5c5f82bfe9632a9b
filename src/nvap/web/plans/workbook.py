"""A force's plan as a workbook: which place of the plan stands in which row, and the bytes of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from nvap.documents import plan_workbook as documents
from nvap.documents.plan_workbook import Row, Sheet, Slot
from nvap.packs import Pack
from nvap.plan.document import Document, Period, Place
from nvap.plan.form import KINDS, SIDES, Field
from nvap.web.plans.blanks import label_of
from nvap.web.plans.reading import name_of, shown

_PLANNED = ("output", "measurement")
_REPORTED = ("progress", "next_steps")
_LAST = ("risks", "mitigation", "comments")
_PLAIN = ("decision", "owner", "start", "due")


def xlsx(pack: Pack, document: Document) -> bytes:
    """The plan as a workbook to write in, in the toolkit's form."""
    return documents.xlsx(tuple(_sheets(pack, document)), _("Impact Realisation Plan"))


def newest_period(document: Document, today: date | None = None) -> Period | None:
    """The period that the workbook reports on: the one running today, else the last that has begun, else the first."""
    day = today or timezone.localdate()
    begun = [each for each in document.periods if each.first <= day]
    return begun[-1] if begun else next(iter(document.periods), None)


def ref_of(place: Place) -> str:
    """How a row names its place; the side is the column's."""
    return f"{place.entry}.{place.field}" + (f"@{place.period}" if place.period else "")


def _sheets(pack: Pack, document: Document) -> Iterator[Sheet]:
    plain = (_("Heading"), _("What the plan says"), "", _("Ref"))
    sided = (_("Heading"), _("Organisational"), _("External"), _("Ref"))
    fields = [each.name for each in KINDS["about"].fields]
    version = Row(_("Version of the plan"), (Slot(str(document.version)),), documents.VERSION_REF, is_locked=True)
    yield Sheet(documents.ABOUT, plain, (version, *_rows(pack, document, "about", fields)))
    for each in pack.objectives:
        yield Sheet(each.id, sided, tuple(_objective(pack, document, each.id)))
    measures = tuple(
        Row(name_of(pack, document, each.key), (Slot(shown_of(document, each.key, "target")),))
        for each in document.of("measure")
    )
    yield Sheet(documents.MEASURES, (_("Measure"), _("Target"), "", ""), measures)
    yield Sheet(documents.GUIDANCE, (_("Guidance"), "", "", ""), tuple(Row("", (Slot(each),)) for each in _guidance()))


def _objective(pack: Pack, document: Document, key: str) -> Iterator[Row]:
    period = newest_period(document)
    yield Row(name_of(pack, document, key))
    yield from _rows(pack, document, key, ("owner", "deputy", "description"))
    for each in document.pursued(key):
        yield Row(f"{_('Activity')}: {name_of(pack, document, each.key)}")
        names = (*_PLAIN, *_PLANNED, *(_REPORTED if period else ()), *(_LAST if period else _LAST[:-1]))
        yield from _rows(pack, document, each.key, names, period)


def _rows(
    pack: Pack, document: Document, key: str, names: Iterable[str], period: Period | None = None
) -> Iterator[Row]:
    kind = KINDS[document.things[key].kind]
    for name in names:
        field = kind.field(name)
        when = period.key if period and field.per_period else ""
        places = [Place(key, name, side, when) for side in (SIDES if field.per_side else ("",))]
        yield Row(label_of(pack, field), tuple(_slot(document, field, each) for each in places), ref_of(places[0]))


def _slot(document: Document, field: Field, place: Place) -> Slot:
    text = document.text(place.entry, place.field, place.side, place.period)
    if field.kind == "date" and text:
        return Slot(date.fromisoformat(text))
    if field.kind == "person":
        return Slot(document.people.get(text, text), tuple(sorted(document.people.values())))
    words = tuple(words for _value, words in field.choices)
    return Slot(field.words(text), words) if field.kind == "choice" else Slot(text)


def shown_of(document: Document, key: str, name: str) -> str:
    """A field in words."""
    return shown(KINDS[document.things[key].kind].field(name), document, document.text(key, name))


def _guidance() -> tuple[str, ...]:
    return (
        _("Write in the shaded cells only. Headings and references are locked, and needed to read the file back."),
        _("Write texts, not formulas. Dates are day, month and year. Choose people and answers from the lists."),
        _("Do not write anything that identifies a victim, a suspect or anybody else outside the plan's team."),
        _("Upload the workbook on the page of the plan's files: every change is shown before anything is saved."),
    )
