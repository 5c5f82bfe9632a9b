"""A force's plan as a workbook: which place of the plan stands in which row, and the bytes of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from nvap.documents import plan_workbook as documents
from nvap.documents.plan_workbook import Row, Sheet, Slot
from nvap.packs import Pack
from nvap.packs.items import PlanField
from nvap.plan.document import SEPARATOR, Document, Period, Place
from nvap.plan.form import KINDS, YES, Field, field_of
from nvap.web.plans.blanks import label_of
from nvap.web.plans.reading import ABOUT, name_of
from nvap.web.plans.sections import Section, called, offered_for, sections


def xlsx(pack: Pack, document: Document, people: Mapping[str, str] | None = None) -> bytes:
    """The plan as a workbook to write in, in the toolkit's form; `people` can be named (default: all it knows)."""
    offered = document if people is None else replace(document, people={**people, **_named(document)})
    return documents.xlsx(tuple(_sheets(pack, offered)), _("Impact Realisation Plan"))


def newest_period(document: Document, today: date | None = None) -> Period | None:
    """The period that the workbook reports on: the one running today, else the last that has begun, else the first."""
    day = today or timezone.localdate()
    begun = [each for each in document.periods if each.first <= day]
    return begun[-1] if begun else next(iter(document.periods), None)


def ref_of(place: Place) -> str:
    """How a row names its place; the side is the column's."""
    return f"{place.entry}.{place.field}" + (f"@{place.period}" if place.period else "")


def sides() -> tuple[str, str]:
    """The heads of the columns with a text for each side."""
    return _("Organisational"), _("External")


def tabs(pack: Pack) -> tuple[str, ...]:
    """The sheets of a workbook, in order."""
    return (
        documents.ABOUT, *(each.id for each in pack.objectives), documents.MEASURES, documents.RISKS,
        documents.IMPACTS, documents.EVIDENCE, documents.GUIDANCE, documents.LISTS,
    )  # fmt: skip


def _named(document: Document) -> dict[str, str]:
    """Everybody whom the plan names already, also those who have left."""
    numbers = {
        written.text
        for place, written in document.places()
        if field_of(document.things[place.entry].kind, place.field).kind == "person"
    }
    return {number: document.people[number] for number in numbers if number in document.people}


def _sheets(pack: Pack, document: Document) -> Iterator[Sheet]:
    plain = (_("Heading"), _("What the plan says"), "", _("Ref"))
    sided = (_("Heading"), *sides(), _("Ref"))
    objectives = {each.id for each in pack.objectives}
    held = sections(pack, document)
    for tab in tabs(pack)[:-2]:
        rows = tuple(row for each in held if each.tab == tab for row in _rows(pack, document, each))
        version = (
            Row(_("Version of the plan"), (Slot(str(document.version)),), documents.VERSION_REF, is_locked=True),
        )
        yield Sheet(tab, sided if tab in objectives else plain, (*(version if tab == documents.ABOUT else ()), *rows))
    yield Sheet(documents.GUIDANCE, (_("Guidance"), "", "", ""), tuple(_guidance(pack)))


def _rows(pack: Pack, document: Document, section: Section) -> Iterator[Row]:
    thing, period = document.things[section.entry], newest_period(document)
    if section.entry != ABOUT:
        label = _(KINDS[thing.kind].label)
        own = "" if section.entry == section.tab else f"{label} {section.entry}: "
        yield Row(f"{own}{name_of(pack, document, section.entry)}")
    if section.note:
        yield Row(section.note, is_note=True)
    for name in section.names:
        field = KINDS[thing.kind].field(name)
        if not field.per_period or period is not None:
            yield _row(pack, document, section.entry, field, period)


def _row(pack: Pack, document: Document, entry: str, field: Field, period: Period | None) -> Row:
    when = period if field.per_period else None
    places = [Place(entry, field.name, side, when.key if when else "") for side in field.sides]
    label = f"{label_of(pack, field)}, {called(when)}" if when else label_of(pack, field)
    if field.kind == "choices":
        label = _("%(label)s (one on each line, from the sheet Lists)") % {"label": label}
    return Row(label, tuple(_slot(pack, document, field, each) for each in places), ref_of(places[0]))


def _slot(pack: Pack, document: Document, field: Field, place: Place) -> Slot:
    text = document.text(place.entry, place.field, place.side, place.period)
    if field.kind == "date":
        return Slot(date.fromisoformat(text) if text else "", is_day=True)
    if field.kind == "flag":
        return Slot(_("Yes") if text == YES else "", (_("Yes"), _("No")), _("Yes or no"))
    offered = offered_for(pack, document, place.entry, field)
    words = dict(offered)
    if field.kind == "person":
        return Slot(document.people.get(text, text), tuple(words.values()), _("People"))
    if field.kind in ("choice", "choices"):
        told = SEPARATOR.join(words.get(each, each) for each in text.split(SEPARATOR)) if text else ""
        return Slot(told, tuple(words.values()), label_of(pack, field), is_several=field.kind == "choices")
    return Slot(text)


def _guidance(pack: Pack) -> Iterator[Row]:
    for each in (
        _("Write in the shaded cells only. Headings and references are locked, and needed to read the file back."),
        _("Write texts, not formulas. Dates are day, month and year. Choose people and answers from the lists."),
        _("An activity has all of its rows once the plan says that it will do it or has it in place."),
        _("Do not write anything that identifies a victim, a suspect or anybody else outside the plan's team."),
        _("Upload the workbook on the page of the plan's files: every change is shown before anything is saved."),
    ):
        yield Row(each, is_note=True)
    for field in pack.of(PlanField):
        yield Row(f"{field.label}: {field.prompt or field.text}", is_note=True)
