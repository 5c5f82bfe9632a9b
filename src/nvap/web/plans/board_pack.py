"""The plan as a board pack: gathered from its texts, its drawings and its measures, and made into a PDF or a DOCX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nvap.charts.scale import period_name
from nvap.documents import board_pack as documents
from nvap.documents.board_pack import Activity, BoardPack, Entry, Objective, Picture, Said
from nvap.documents.board_pack_docx import docx as as_docx
from nvap.packs import Pack
from nvap.plan.document import Document, Place, Thing
from nvap.plan.form import KINDS
from nvap.plan.stages import STAGES
from nvap.web.plans import board_pack_measures, reading
from nvap.web.plans.blanks import label_of
from nvap.web.plans.models import Snapshot
from nvap.web.plans.overlay import marks_without_numbers
from nvap.web.results.numbers import language, span_words
from nvap.web.toolkit import drawing
from nvap.web.toolkit.words import SIDES

Measured = Sequence[Mapping[str, Any]]
_ABOUT: Final = ("project_lead", "prepared_by", "date_prepared", "why", "aim", "success", "benefit", "tracking")
_CONSEQUENCE: Final = ("text", "owner", "threshold", "mitigation", "status")
_PLANNED: Final = ("output", "measurement")
_REPORTED: Final = ("progress", "next_steps", "comments")
_RISKS: Final = ("risks", "mitigation")


def pdf(pack: Pack, document: Document, measured: Measured = ()) -> bytes:
    """The board pack as a PDF: A4, tagged, the marking on each page."""
    return documents.pdf(board_pack(pack, document, measured), _)


def docx(pack: Pack, document: Document, measured: Measured = ()) -> bytes:
    """The same pack as a Word document."""
    return as_docx(board_pack(pack, document, measured), _)


def board_pack(pack: Pack, document: Document, measured: Measured = ()) -> BoardPack:
    """What the pack holds, in the reader's language."""
    signed = signed_line(document)
    action = _("Action %(number)s, %(title)s. Toolkit edition %(release)s.")
    return BoardPack(
        title=_("Impact Realisation Plan"),
        force=document.force_name,
        action=action % {"number": pack.action.number, "title": pack.action.title, "release": pack.release},
        version=document.version,
        marking=marking_of(document),
        standing=signed or _("DRAFT, version %(version)s") % {"version": document.version},
        about=_said(pack, document, reading.ABOUT, _ABOUT),
        objectives=tuple(_objective(pack, document, each.id) for each in pack.objectives),
        consequences=_consequences(pack, document),
        impacts=_impacts(pack, document),
        measures=board_pack_measures.measures_of(pack, document),
        made_up=settings.NVAP_PRACTICE,
        is_draft=not signed,
        language=language(),
    )


def marking_of(document: Document) -> str:
    """The protective marking that stands on each page; OFFICIAL until another is chosen."""
    words = dict(KINDS["about"].field("marking").choices)
    return words.get(document.text(reading.ABOUT, "marking"), words["official"])


def signed_line(document: Document) -> str:
    """Who signed this version off, and when; empty for a draft."""
    found = Snapshot.objects.filter(
        plan__force=document.force, plan__pack=document.pack, plan__closed_at=None, version=document.version
    ).select_related("signed_by")
    signed = found.order_by("-number").first()
    if signed is None:
        return ""
    words = {
        "who": signed.signed_by.name,
        "day": date_format(signed.signed_at, "j F Y"),
        "number": signed.number,
        "version": document.version,
    }
    return _("Signed off by %(who)s on %(day)s (sign-off %(number)s, version %(version)s)") % words


def _objective(pack: Pack, document: Document, key: str) -> Objective:
    item = pack.items[key]
    return Objective(
        id=key,
        title=item.label,
        text=item.text,
        owner=document.person(key, "owner"),
        deputy=document.person(key, "deputy"),
        description=tuple(
            Said(f"{label_of(pack, KINDS['objective'].field('description'))}, {str(words).lower()}", text)
            for side, words in SIDES.items()
            if (text := document.text(key, "description", side))
        ),
        activities=tuple(_activity(pack, document, each) for each in document.pursued(key)),
        drawing=_drawing(pack, document, key),
    )


def _activity(pack: Pack, document: Document, thing: Thing) -> Activity:
    due = document.day(thing.key, "due")
    period = _last_reported(document, thing.key)
    sides = document.sides_of(thing.key)
    rows = [_row(pack, document, Place(thing.key, name), sides) for name in _PLANNED]
    rows += [_row(pack, document, Place(thing.key, name, period=period), sides) for name in _REPORTED if period]
    rows += [_row(pack, document, Place(thing.key, name), sides) for name in _RISKS]
    return Activity(
        id=thing.key,
        name=reading.name_of(pack, document, thing.key),
        stage=_(dict(STAGES)[document.stage(thing.key).value]),
        owner=document.person(thing.key, "owner"),
        due=date_format(due, "j F Y") if due else "",
        sides=tuple(str(SIDES[side]) for side in sides),
        rows=tuple(row for row in rows if any(row[1:])),
        said=(Said(_("Last reported"), _span(document, period)),) if period else (),
    )


def _row(pack: Pack, document: Document, place: Place, sides: Sequence[str]) -> tuple[str, ...]:
    """A field's words, and what is written in it on each side."""
    label = label_of(pack, KINDS["activity"].field(place.field))
    return (label, *(document.text(place.entry, place.field, side, place.period) for side in sides))


def _last_reported(document: Document, key: str) -> str:
    """The last period of which something is written about an activity; empty where there is none."""
    written = {place.period for place, found in document.texts.items() if place.entry == key and found.text}
    return max((each.key for each in document.periods if each.key in written), default="")


def _span(document: Document, key: str) -> str:
    period = document.period(key)
    if period is None:
        return key
    words = span_words(period.first, period.last)
    one_month = period_name(period.first, "month", language())
    return one_month if words == _("%(first)s to %(last)s") % {"first": one_month, "last": one_month} else words


def _said(pack: Pack, document: Document, entry: str, names: Sequence[str]) -> tuple[Said, ...]:
    found = reading.answers(pack, document, entry, names)
    return tuple(Said(each.label, each.text) for each in found if each.text)


def _consequences(pack: Pack, document: Document) -> tuple[Entry, ...]:
    """The risks and consequences that somebody has written about, with what was seen last."""
    entries = []
    for thing in document.of("consequence"):
        said = _said(pack, document, thing.key, _CONSEQUENCE)
        period = _last_reported(document, thing.key)
        watched = document.text(thing.key, "watched", period=period) if period else ""
        if watched:
            said = (*said, Said(f"{_('What was seen')}, {_span(document, period)}", watched))
        if said:
            entries.append(Entry(documents.tagged(thing.key, reading.name_of(pack, document, thing.key)), said))
    return tuple(entries)


def _impacts(pack: Pack, document: Document) -> tuple[Entry, ...]:
    found = [(thing, _said(pack, document, thing.key, ("sentence", "missing"))) for thing in document.of("impact")]
    return tuple(Entry(f"{each.key} {reading.name_of(pack, document, each.key)}", said) for each, said in found if said)


def _drawing(pack: Pack, document: Document, objective: str) -> Picture:
    """The drawing that shows the plan, with all its boxes and what each leads to in words."""
    # The newest numbers in the boxes are for people inside the force; here they stand in the shared tables alone.
    marks = marks_without_numbers(pack, document)
    return Picture(drawing.drawing_svg(pack, objective, marks), _drawing_in_words(pack, objective))


def _drawing_in_words(pack: Pack, objective: str) -> str:
    model = pack.logic_model(objective)
    columns = (
        (_("Activities"), model.activities),
        (_("Outputs"), model.outputs),
        (_("Short and medium term impacts"), model.impacts),
        (_("Long-term impacts"), model.long_term),
        (_("Unintended consequences to look out for"), model.consequences),
    )
    leads: dict[str, list[str]] = {}
    for start, end in model.arrows:
        leads.setdefault(start, []).append(end)
    said = [_("Logic model of objective %(id)s: %(title)s") % {"id": objective, "title": pack.label(objective)} + "."]
    for name, items in columns:
        boxes = (_box_in_words(each.id, each.label, leads.get(each.id, ())) for each in items)
        said.append(f"{name}: {'; '.join(boxes)}.")
    return " ".join(said)


def _box_in_words(key: str, words: str, leads: Sequence[str]) -> str:
    to = " ".join((_("leads to"), ", ".join(leads)))
    return f"{key} {words}" + (f" ({to})" if leads else "")
