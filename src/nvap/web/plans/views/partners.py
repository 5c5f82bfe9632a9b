"""What partners read of the plan."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.plans import shared
from nvap.web.plans.document import document_of, plan_of
from nvap.web.toolkit.page import show
from nvap.web.toolkit.reading import pack_in_use


@needs(Permission.READ_SHARED_PLAN, Permission.REPORT_PROGRESS)
@require_safe
def shared_plan(request: StandingRequest) -> HttpResponseBase:
    """The activities shared with partners, or those that the asker reports on."""
    pack = pack_in_use()
    plan = plan_of(request.force, pack)
    rows: tuple[shared.SharedActivity, ...] = ()
    if plan is not None:
        document = document_of(plan)
        if may(request, Permission.READ_SHARED_PLAN):
            rows = shared.shared_with_partners(pack, document)
        else:
            rows = shared.of_owner(pack, document, request.standing.user_id)
    return show(request, "plans/partner_plan.html", pack, {"activities": rows})
