"""A plan that a force has in the toolkit's own layout: what was recognised, and where each text goes, before a save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nvap.documents.plan_reading.layout import Passage
from nvap.errors import FileRefused
from nvap.web.access import Permission, StandingRequest, needs
from nvap.web.plans import importing, uploading
from nvap.web.plans.actions import uploading as actions
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.document import present
from nvap.web.plans.importing import Choice, Outcome, Slot
from nvap.web.plans.models import Upload
from nvap.web.plans.sections import called
from nvap.web.plans.views.files import files_page
from nvap.web.plans.views.plan import plan_step
from nvap.web.toolkit.page import show
from nvap.web.toolkit.words import SIDES

_SHOWN = 2_000
# A page with more choices than these would be too long to use; what is beyond them stands on it as text.
_MOST_UNKNOWN = 100


@needs(Permission.EDIT_PLAN)
@require_POST
def import_plan(request: StandingRequest) -> HttpResponseBase:
    """Read a plan in the toolkit's layout; nothing is saved yet."""
    desk = opened(request)
    given = request.FILES.get("file")
    if given is None:
        return files_page(request, desk, refused=_("Choose the plan to upload."))
    try:
        with uploading.on_disk(given) as path:
            found = importing.recognised(path, desk.pack)
    except FileRefused as fault:
        return files_page(request, desk, refused=str(fault))
    kept = actions.keep_recognised(plan=desk.plan, by=desk.user, name=given.name or "", found=found)
    return redirect("plan-imported", kept.pk)


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def imported(request: StandingRequest, number: int) -> HttpResponseBase:
    """What was recognised in the file, and where each text goes; the comparison comes next."""
    desk = opened(request)
    held = actions.held_by(desk.plan, desk.user, number)
    if held is None or held.kind != actions.TOOLKIT:
        raise Http404
    if request.method == "POST" and request.POST.get("act") == "throw":
        actions.throw_away(upload=held, by=desk.user)
        messages.success(request, _("The upload was thrown away. Nothing in the plan changed."))
        return redirect("plan-files")
    found, people = actions.passages_of(held), present(request.force)
    if request.method != "POST":
        return _page(desk, held, importing.first_choice(desk.pack, desk.document, found, people), Outcome())
    choice = _chosen(request, found)
    outcome = importing.taken(desk.pack, desk.document, found, choice, people)
    if outcome.faults or outcome.unnamed:
        return _page(desk, held, choice, outcome)
    if not outcome.changes:
        messages.success(request, _("The plan says all of this already: there is nothing to take over."))
        return redirect("plan-files")
    actions.decide(upload=held, by=desk.user, changes=outcome.changes, new=outcome.new)
    return redirect("plan-uploaded", held.pk)


def _chosen(request: StandingRequest, found: Sequence[Passage]) -> Choice:
    rows = {number: request.POST.get(f"row-{number}", "") for number in range(len(found))}
    slots = {name.removeprefix("slot-"): request.POST[name] for name in request.POST if name.startswith("slot-")}
    return Choice({number: name for number, name in rows.items() if name}, slots, request.POST.get("period", ""))


def _page(desk: Desk, held: Upload, choice: Choice, outcome: Outcome) -> HttpResponse:
    found = actions.passages_of(held)
    activities = importing.slots(desk.pack, desk.document, found)
    rows = [_row(number, each, choice, outcome) for number, each in enumerate(found)]
    unknown = [each for each in rows if not each["known"] and not each["printed"]]
    shown = {
        "upload": held,
        "known": [each for each in rows if each["known"]],
        "unknown": unknown[:_MOST_UNKNOWN],
        "beyond": unknown[_MOST_UNKNOWN:],
        "printed": [each for each in rows if each["printed"]],
        "slots": [_slot(each, choice, outcome) for each in activities],
        "targets": importing.targets(desk.pack, activities),
        "periods": [(each.key, called(each)) for each in desk.document.periods],
        "period": choice.period,
        "faults": bool(outcome.faults or outcome.unnamed),
    }
    return show(desk.request, "plans/import.html", desk.pack, shown, trail=(plan_step(),))


def _row(number: int, passage: Passage, choice: Choice, outcome: Outcome) -> dict[str, Any]:
    side = str(SIDES.get(passage.side, "")).lower()
    told = f"{passage.text[:_SHOWN]} …" if len(passage.text) > _SHOWN else passage.text
    objective = _("Objective %(number)d") % {"number": passage.objective} if passage.objective else ""
    return {
        "number": number,
        "where": passage.where,
        "heading": ", ".join(filter(None, (objective, passage.heading, side))),
        "side_told": passage.side_told or not side,
        "text": told,
        "characters": len(passage.text) if len(passage.text) > _SHOWN else 0,
        "known": bool(passage.field) and not passage.printed,
        "printed": passage.printed,
        "chosen": choice.rows.get(number, ""),
        "note": choice.notes.get(number, ""),
        "fault": outcome.faults.get(number, ""),
    }


def _slot(slot: Slot, choice: Choice, outcome: Outcome) -> dict[str, Any]:
    unnamed = _("It has no words yet: send a text to its “Activity”, or choose an activity of the plan.")
    return {
        "id": slot.id,
        "words": slot.words[:300],
        "options": slot.options,
        "chosen": choice.slots.get(slot.id, ""),
        "fault": unnamed if slot.id in outcome.unnamed else "",
    }
