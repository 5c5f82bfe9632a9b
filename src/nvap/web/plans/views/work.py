"""What is missing in the plan, and handing over what somebody who left owned."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.plans import work
from nvap.web.plans.actions.handing_over import hand_over as hand_over_to
from nvap.web.plans.actions.saving import NotSaved
from nvap.web.plans.desk import opened
from nvap.web.plans.document import people_of, present
from nvap.web.plans.views.plan import plan_step
from nvap.web.toolkit.page import show


@needs(Permission.READ_PLAN)
@require_safe
def missing(request: StandingRequest) -> HttpResponseBase:
    """Owners, targets, evidence and updates that are missing, each with the page that mends it."""
    desk = opened(request)
    left = work.people_who_left(desk.document, present(request.force), people_of(request.force))
    shown: dict[str, object] = {"lists": work.lacking(desk.pack, desk.document, timezone.localdate()), "left": left}
    shown["may_change"] = may(request, Permission.EDIT_PLAN)
    return show(request, "plans/work_missing.html", desk.pack, shown, trail=(plan_step(),))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: StandingRequest) -> HttpResponseBase:
    """Who takes over from those who left."""
    desk = opened(request)
    people = present(request.force)
    left = work.people_who_left(desk.document, people, people_of(request.force))
    reason, fault = request.POST.get("reason", "").strip(), ""
    if request.method == "POST":
        chosen = {each.number: request.POST.get(f"to-{each.number}", "") for each in left}
        to = {place: chosen[each.number] for each in left for place in each.places if chosen[each.number] in people}
        if not to or not reason:
            fault = _("Choose who takes over, and say why.")
        else:
            try:
                hand_over_to(plan=desk.plan, document=desk.document, to=to, by=desk.user, reason=reason)
            except NotSaved:
                fault = _(
                    "Nothing was saved: the plan waits for sign-off, or somebody changed it. Open the page again."
                )
            else:
                messages.success(request, _("Handed over."))
                return redirect("plan-hand-over")
    shown = {"left": left, "people": people, "reason": reason, "fault": fault}
    return show(request, "plans/hand_over.html", desk.pack, shown, trail=(plan_step(),))
