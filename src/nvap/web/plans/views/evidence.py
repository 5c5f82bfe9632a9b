"""Evidence: added by its link into the force's own document store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nvap.plan.document import Thing
from nvap.web.access import Permission, StandingRequest, needs
from nvap.web.plans import editing, reading
from nvap.web.plans import evidence as reader
from nvap.web.plans.actions.saving import NewThing
from nvap.web.plans.blanks import blanks_of
from nvap.web.plans.desk import opened
from nvap.web.plans.views.plan import plan_step
from nvap.web.plans.views.progress import month, refuse_others

_FIELDS = ("title", "link", "dated", "period")


@needs(Permission.EDIT_PLAN, Permission.REPORT_PROGRESS)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StandingRequest, parent: str) -> HttpResponseBase:
    """A new piece of evidence beside an activity."""
    desk = opened(request)
    desk.thing(parent, "activity")
    refuse_others(desk, parent)
    period = request.GET.get("period", "")
    if period and desk.document.period(period) is None:
        raise Http404
    key = reader.next_key(desk.document.things)
    held = replace(desk.document, things={**desk.document.things, key: Thing(key, "evidence", parent)})
    offered = {"period": tuple((each.key, month(each)) for each in desk.document.periods)}
    blanks = blanks_of(desk.pack, held, key, _FIELDS, offered=offered)
    chosen = period or (desk.document.periods[0].key if desk.document.periods else "")
    page = editing.Page(
        template="plans/change.html",
        title=_("Evidence: %(name)s") % {"name": reading.name_of(desk.pack, desk.document, parent)},
        done=reverse("plan-update", args=[chosen, parent]),
        trail=(plan_step(),),
        first={each.place: period for each in blanks if each.place.field == "period"},
        check=_check,
    )
    return editing.answer(replace(desk, document=held), blanks, page, new=[NewThing(key, "evidence", parent)])


def _check(typed: Mapping[str, str]) -> Mapping[str, str]:
    faults = {}
    if not typed["title"]:
        faults["title"] = _("Say what it is.")
    if not typed["link"]:
        faults["link"] = _("Paste the address of the document in your force's own store.")
    return faults
