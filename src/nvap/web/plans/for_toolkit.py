"""What the plan adds to the toolkit's pages: beside an item, what this force wrote in the field that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.http import HttpRequest
from django.urls import reverse

from nvap.packs import Pack
from nvap.packs.items import LongTermImpact
from nvap.web.access import Permission, may, standing_of
from nvap.web.plans.actions import standing
from nvap.web.plans.fields import Blank, sections
from nvap.web.toolkit.offers import PlanEntry

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "objective": ("plan.impact-owner", "plan.impact-description"),
    "activity": ("plan.activity", "plan.progress"),
    "output": ("plan.output",),
    "impact": ("plan.impact-description",),
    "long-term impact": ("plan.impact-description",),
    "question": ("plan.impact-measurement",),
    "measure": ("plan.impact-measurement",),
    "suggested measure": ("plan.impact-measurement",),
    "consequence": ("plan.risks", "plan.risk-mitigation"),
}


def plan_entries(request: HttpRequest, pack: Pack, item_id: str) -> Iterator[PlanEntry]:
    """What the force's plan says in the fields that an item belongs to, for those who may read the plan."""
    asker = standing_of(request)
    found = list(_blanks(pack, item_id))
    if asker is None or not may(request, Permission.READ_PLAN) or not found:
        return
    stands = standing(request.force, pack)  # type: ignore[attr-defined]  # there, since the asker stands in a force
    for section_id, blank in found:
        row = stands.get(blank.place)
        label = f"{blank.place.objective}: {blank.full_label}" if blank.place.objective else blank.full_label
        yield PlanEntry(label, row.text if row else "", reverse("plan-section", args=[section_id]))


def _blanks(pack: Pack, item_id: str) -> Iterator[tuple[str, Blank]]:
    item = pack.items.get(item_id)
    if item is not None and item.kind == "plan field":
        fields: tuple[str, ...] = (item_id,)
    else:
        fields = _FIELDS.get(pack.kind(item_id), ())
    objectives = _objectives(pack, item_id)
    side = item.side if isinstance(item, LongTermImpact) else ""
    for section in sections(pack):
        for blank in section.every_blank:
            place = blank.place
            fits = place.field in fields and (not side or place.side == side)
            if fits and (not objectives or not place.objective or place.objective in objectives):
                yield section.id, blank


def _objectives(pack: Pack, item_id: str) -> tuple[str, ...]:
    """The objectives that an item belongs to; none for what belongs to the whole action."""
    if item_id in pack.measures:
        return (pack.measures[item_id].objective,)
    item = pack.items[item_id]
    own = (item.id,) if item.kind == "objective" else tuple(filter(None, (item.objective,)))
    return own or getattr(item, "objectives", ())
