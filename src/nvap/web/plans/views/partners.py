"""What partners read of the plan, and what they report on."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.plans import shared
from nvap.web.plans.document import document_of, plan_of
from nvap.web.toolkit.page import show
from nvap.web.toolkit.reading import pack_in_use


@needs(Permission.READ_SHARED_PLAN, Permission.REPORT_PROGRESS)
@require_safe
def shared_plan(request: StandingRequest) -> HttpResponseBase:
    """The activities shared with partners, as partners and the lead read them; or those that the asker reports on."""
    pack = pack_in_use()
    plan = plan_of(request.force, pack)
    sees_shared = may(request, Permission.READ_SHARED_PLAN) or may(request, Permission.EDIT_PLAN)
    shown: dict[str, object] = {"sees_shared": sees_shared, "is_lead": may(request, Permission.EDIT_PLAN)}
    if plan is not None:
        document, user = document_of(plan), request.standing.user_id
        shown["activities"] = (
            shared.shared_with_partners(pack, document) if sees_shared else shared.of_owner(pack, document, user)
        )
        if not sees_shared:
            shown["reports"] = shared.reports_of(pack, document, user, timezone.localdate())
    return show(request, "plans/partner_plan.html", pack, shown)
