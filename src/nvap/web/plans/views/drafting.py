"""Long text that saves in the background while somebody types."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from nvap.plan.document import Place
from nvap.plan.form import field_of
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
    parts = name.split("--")
    if len(parts) != 4 or parts[0] not in desk.document.things:
        raise Http404
    place, thing = Place(*parts), desk.document.things[parts[0]]
    try:
        field = field_of(thing.kind, place.field)
    except KeyError:
        raise Http404 from None
    has_period = desk.document.period(place.period) is not None if field.per_period else not place.period
    if place.side not in field.sides or not has_period:
        raise Http404
    if not may(desk.request, Permission.EDIT_PLAN):
        own = thing.kind == "activity" and field.per_period
        if not own or not may_report(desk.document, thing.key, str(desk.user.pk)):
            raise PermissionDenied(Permission.EDIT_PLAN.value)
    return place
