"""The long-term impacts, each with its evidence and the lead's signed sentence, and the questions that test them."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from nvap.packs import Pack
from nvap.packs.items import LongTermImpact
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.plans import checks, editing
from nvap.web.plans.blanks import blanks_of
from nvap.web.plans.desk import opened
from nvap.web.plans.impacts import horizons
from nvap.web.plans.reading import name_of
from nvap.web.plans.views.plan import plan_step
from nvap.web.toolkit.page import show


@needs(Permission.READ_PLAN)
@require_safe
def impact(request: StandingRequest, key: str) -> HttpResponse:
    """One long-term impact: evidence for, against and missing by horizon, and what the lead concludes from it."""
    desk = opened(request)
    item = _impact(desk.pack, key)
    shown = {
        "plan": desk.plan,
        "impact": item,
        "horizons": horizons(request.force, desk.pack, desk.document, item),
        "sentence": desk.document.written(key, "sentence"),
        "missing": desk.document.text(key, "missing"),
        "may_change": may(request, Permission.EDIT_PLAN),
    }
    return show(request, "plans/impact.html", desk.pack, shown, trail=(plan_step(),))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def change_impact(request: StandingRequest, key: str) -> HttpResponseBase:
    """What the lead concludes, signed with the name of whoever writes it, and what is missing."""
    desk = opened(request)
    item = _impact(desk.pack, key)
    here = reverse("plan-impact", args=[key])
    page = editing.Page("plans/change.html", item.label, done=here, trail=(plan_step(), (item.label, here)))
    return editing.answer(desk, blanks_of(desk.pack, desk.document, key, ("sentence", "missing")), page)


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: StandingRequest, key: str) -> HttpResponseBase:
    """One question of the toolkit: what the answer says, and the answer."""
    desk = opened(request)
    desk.thing(key, "question")
    page = editing.Page(
        template="plans/change.html",
        title=name_of(desk.pack, desk.document, key),
        done=reverse("plan-question", args=[key]),
        trail=(plan_step(),),
        check=checks.answered,
    )
    return editing.answer(desk, blanks_of(desk.pack, desk.document, key, ("stance", "answer")), page)


def _impact(pack: Pack, key: str) -> LongTermImpact:
    found = pack.items.get(key)
    if not isinstance(found, LongTermImpact):
        raise Http404
    return found
