"""What the plan adds to the toolkit's pages: beside an item, what this force wrote about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.http import HttpRequest
from django.urls import reverse

from nvap.packs import Pack
from nvap.plan.form import KINDS, STANDING
from nvap.web.access import Permission, may, standing_of
from nvap.web.plans.blanks import label_of
from nvap.web.plans.document import document_of, plan_of
from nvap.web.plans.overlay import marks_of
from nvap.web.plans.reading import shown
from nvap.web.toolkit.offers import Mark, PlanEntry
from nvap.web.toolkit.words import SIDES

_PAGES = {"activity": "plan-activity", "objective": "plan-section"}


def plan_marks(request: HttpRequest, pack: Pack) -> Mapping[str, Mark]:
    """What the force's plan says about the boxes of the logic model, for those who may read the plan."""
    if standing_of(request) is None or not may(request, Permission.READ_PLAN):
        return {}
    force = request.force  # type: ignore[attr-defined]  # there, since the asker stands in a force
    plan = plan_of(force, pack)
    return marks_of(force, pack, document_of(plan)) if plan else {}


def plan_entries(request: HttpRequest, pack: Pack, item_id: str) -> Iterator[PlanEntry]:
    """What the force's plan says about an item, for those who may read the plan."""
    if standing_of(request) is None or not may(request, Permission.READ_PLAN):
        return
    plan = plan_of(request.force, pack)  # type: ignore[attr-defined]  # there, since the asker stands in a force
    document = document_of(plan) if plan else None
    if document is None or item_id not in document.things:
        return
    kind = document.things[item_id].kind
    address = reverse(_PAGES[kind], args=[item_id]) if kind in _PAGES else reverse("plan")
    for place, written in document.places():
        if place.entry != item_id or place.field == STANDING.name or not written.text:
            continue
        field = KINDS[kind].field(place.field)
        parts = (label_of(pack, field), str(SIDES.get(place.side, "")), place.period)
        yield PlanEntry(", ".join(filter(None, parts)), shown(field, document, written.text), address)
