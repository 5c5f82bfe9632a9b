"""Long text that saves in the background while somebody types."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from nvap.plan.document import Place
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.plans import drafts
from nvap.web.plans.actions.saving import Typed
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.forms import VersionField
from nvap.web.plans.progress import may_report


@needs(Permission.EDIT_PLAN, Permission.REPORT_PROGRESS)
@require_POST
def draft(request: StandingRequest) -> HttpResponseBase:
    """Keep one text as the writer's own draft; answers with the time at which it was kept."""
    desk = opened(request)
    place = _place(desk, request.POST.get("name", ""))
    base = VersionField().clean(request.POST.get("base", ""))
    text = request.POST.get("text", "").replace("\x00", "")
    at = drafts.keep(plan=desk.plan, user=desk.user, typed=[Typed(place, text, base)])
    return JsonResponse({"saved": timezone.localtime(at).strftime("%H:%M")})


def _place(desk: Desk, name: str) -> Place:
    place = drafts.place_named(desk.document, name)
    if place is None:
        raise Http404
    if not may(desk.request, Permission.EDIT_PLAN):
        thing = desk.document.things.get(place.entry)
        own = thing is not None and thing.kind == "activity" and place.period
        if not own or not may_report(desk.document, place.entry, str(desk.user.pk)):
            raise PermissionDenied(Permission.EDIT_PLAN.value)
    return place
