"""Where a place of the plan is changed: the page, down to the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.urls import reverse

from nvap.plan.document import Document, Place
from nvap.plan.form import PURSUED, STANDING, field_of

_PAGES: Final[Mapping[str, str]] = {
    "about": "plan-change",
    "objective": "plan-change",
    "activity": "plan-activity-change",
    "measure": "plan-measure-change",
    "consequence": "plan-consequence-change",
    "impact": "plan-impact-change",
    "question": "plan-question",
}
_CHOSEN: Final = frozenset({"decision", "decision_reason", "review_date", "sides"})
_STAGED: Final = frozenset({"statements", "stage", "stage_reason"})


def change_address(document: Document, place: Place) -> str:
    """The page with the field to write in; empty for what is not written on a page of its own."""
    thing = document.things[place.entry]
    page = _activity(document, place) if thing.kind == "activity" else _page(thing.kind, place)
    if not page or not place.field or place.field == STANDING.name:
        return page
    return f"{page}#id_{'--'.join((place.entry, place.field, place.side, place.period))}"


def _page(kind: str, place: Place) -> str:
    return reverse(_PAGES[kind], args=[place.entry]) if kind in _PAGES else ""


def _activity(document: Document, place: Place) -> str:
    objective = document.things[place.entry].parent
    is_pursued = document.text(place.entry, "decision") in PURSUED
    if place.field in _CHOSEN or not is_pursued:
        return reverse("plan-choose", args=[objective])
    if place.field in _STAGED:
        return reverse("plan-stage", args=[place.entry])
    if place.field and field_of("activity", place.field).per_period and document.period(place.period):
        return reverse("plan-update", args=[place.period, place.entry])
    return reverse("plan-activity-change", args=[place.entry])
