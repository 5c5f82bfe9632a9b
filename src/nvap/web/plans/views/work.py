"""What is missing in the plan, and handing over what somebody who left owned."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from nvap.plan.document import Place
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.plans import work
from nvap.web.plans.actions.handing_over import hand_over as hand_over_to
from nvap.web.plans.actions.saving import Identifying, NotSaved
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.document import present
from nvap.web.plans.views.plan import plan_step
from nvap.web.plans.work import Left
from nvap.web.toolkit.page import show

_LONGEST_REASON = 500


@dataclass(frozen=True)
class _Row:
    """One who left, and who was chosen to take over."""

    left: Left
    chosen: str


@needs(Permission.READ_PLAN)
@require_safe
def missing(request: StandingRequest) -> HttpResponseBase:
    """Owners, targets, evidence and updates that are missing, each with the page that mends it; and who has left."""
    desk = opened(request)
    shown: dict[str, object] = {
        "lists": work.lacking(desk.pack, desk.document, timezone.localdate()),
        "left": work.people_who_left(desk.pack, desk.document, present(request.force)),
        "may_change": may(request, Permission.EDIT_PLAN),
    }
    return show(request, "plans/work_missing.html", desk.pack, shown, trail=(plan_step(),))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: StandingRequest) -> HttpResponseBase:
    """Who takes over from those who left, with the reason, in one save."""
    desk = opened(request)
    people = present(request.force)
    left = work.people_who_left(desk.pack, desk.document, people)
    rows = tuple(_Row(each, request.POST.get(f"to-{each.number}", "")) for each in left)
    fault, may_identify = "", False
    if request.method == "POST":
        try:
            fault = _handed_over(desk, rows, people, request.POST)
        except Identifying:
            fault, may_identify = _("The reason may identify somebody: write it again, or say that it does not."), True
        except NotSaved:
            fault = _("Nothing was saved: the plan waits for sign-off, or somebody changed it. Open the page again.")
        if not fault:
            messages.success(request, _("Handed over."))
            return redirect("plan-hand-over")
    shown = {
        "rows": rows,
        "people": people,
        "reason": request.POST.get("reason", ""),
        "fault": fault,
        "may_identify": may_identify,
    }
    return show(request, "plans/hand_over.html", desk.pack, shown, trail=(plan_step(),))


def _handed_over(desk: Desk, rows: tuple[_Row, ...], people: dict[str, str], posted: QueryDict) -> str:
    """Hand over what was chosen; returns what is wrong with what was typed, if anything."""
    reason = posted.get("reason", "").strip()
    to: dict[Place, str] = {place: each.chosen for each in rows for place in each.left.places if each.chosen in people}
    if not to or not reason:
        return _("Choose who takes over, and say why.")
    if len(reason) > _LONGEST_REASON:
        return _("The reason has at most %(most)d characters.") % {"most": _LONGEST_REASON}
    accepted = posted.get("accept") == "yes"
    hand_over_to(plan=desk.plan, document=desk.document, to=to, by=desk.user, reason=reason, accepted=accepted)
    return ""
