"""The plan to read, and its pages about the plan, an objective and an activity to write."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from nvap.packs import Pack
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.plans import editing, reading, setting_up
from nvap.web.plans.actions.reviewing import approver_missing
from nvap.web.plans.blanks import blanks_of
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.document import document_of, plan_of, present
from nvap.web.plans.models import Snapshot
from nvap.web.toolkit.page import Step, show
from nvap.web.toolkit.reading import line, pack_in_use

PLAN = gettext_lazy("Plan")
ABOUT = "about"
_ABOUT_FIELDS = (
    "project_lead", "prepared_by", "date_prepared", "approver", "marking", "why", "aim", "success", "benefit",
    "tracking",
)  # fmt: skip
_OBJECTIVE_FIELDS = ("owner", "deputy", "description")
_ACTIVITY_FIELDS = (
    "wording", "owner", "deputy", "partner", "shared", "start", "due", "output", "measurement", "risks", "mitigation",
)  # fmt: skip


@needs(Permission.READ_PLAN, Permission.READ_SIGNED_OFF_PLAN, Permission.READ_SHARED_PLAN, Permission.REPORT_PROGRESS)
@require_safe
def plan(request: StandingRequest) -> HttpResponseBase:
    """The plan page by page; where there is none yet, how to start one."""
    pack = pack_in_use()
    if not (may(request, Permission.READ_PLAN) or may(request, Permission.READ_SIGNED_OFF_PLAN)):
        return redirect("plan-shared")
    if not may(request, Permission.READ_PLAN):
        if Snapshot.objects.filter(plan__force=request.force, plan__pack=pack.id).exists():
            return redirect("plan-signed-list")
        return show(request, "plans/nothing_signed_off.html", pack, {})
    found = plan_of(request.force, pack)
    if found is None:
        return show(request, "plans/not_started.html", pack, {"may_start": may(request, Permission.EDIT_PLAN)})
    document = document_of(found)
    shown = {
        "plan": found,
        "document": document,
        "overview": reading.overview(pack, document),
        "groups": setting_up.groups(pack, document, found),
        "missing": setting_up.missing(pack, document),
        "approver_missing": approver_missing(document),
        "impacts": [line(pack, each.key) for each in document.of("impact")],
        "may_change": may(request, Permission.EDIT_PLAN),
        "may_set_rules": may(request, Permission.SET_PLAN_RULES),
    }
    return show(request, "plans/plan.html", pack, shown)


@needs(Permission.READ_PLAN)
@require_safe
def section(request: StandingRequest, section: str) -> HttpResponseBase:
    """The page about the plan, or one objective with its activities, laid out as the toolkit's form."""
    desk = opened(request)
    own = _section(desk.pack, section)
    if own != section:
        return redirect("plan-section", own)
    shown = {
        "plan": desk.plan,
        "page": reading.section_page(desk.pack, desk.document, own),
        "put_off": () if own == ABOUT else setting_up.put_off(desk.pack, desk.document, own),
        "may_change": may(request, Permission.EDIT_PLAN),
    }
    return show(request, "plans/section.html", desk.pack, shown, trail=(plan_step(),))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StandingRequest, section: str) -> HttpResponseBase:
    """The page about the plan, or about one objective, to write."""
    desk = opened(request)
    own = _section(desk.pack, section)
    names = _ABOUT_FIELDS if own == ABOUT else _OBJECTIVE_FIELDS
    page = editing.Page(
        template="plans/change.html",
        title=_("About the plan") if own == ABOUT else line(desk.pack, own).label,
        done=reverse("plan-section", args=[own]),
        trail=(plan_step(),),
    )
    blanks = blanks_of(desk.pack, desk.document, own, names, people=present(request.force))
    return editing.answer(desk, blanks, page)


@needs(Permission.READ_PLAN)
@require_safe
def activity(request: StandingRequest, key: str) -> HttpResponseBase:
    """One activity: what is planned, how far it is, and what was reported."""
    desk = opened(request)
    desk.thing(key, "activity")
    shown = {
        "plan": desk.plan,
        "page": reading.activity_page(desk.pack, desk.document, key),
        "may_change": may(request, Permission.EDIT_PLAN),
    }
    return show(request, "plans/activity.html", desk.pack, shown, trail=(plan_step(),))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def change_activity(request: StandingRequest, key: str) -> HttpResponseBase:
    """What is planned for one activity, to write."""
    desk = opened(request)
    desk.thing(key, "activity")
    page = editing.Page(
        template="plans/change.html",
        title=reading.name_of(desk.pack, desk.document, key),
        done=reverse("plan-activity", args=[key]),
        trail=(plan_step(), activity_step(desk, key)),
    )
    blanks = blanks_of(desk.pack, desk.document, key, _ACTIVITY_FIELDS, people=present(request.force))
    return editing.answer(desk, blanks, page)


def plan_step() -> Step:
    """The plan as a step of the way back."""
    return (PLAN, reverse("plan"))


def activity_step(desk: Desk, key: str) -> Step:
    """An activity as a step of the way back."""
    return (reading.name_of(desk.pack, desk.document, key), reverse("plan-activity", args=[key]))


def _section(pack: Pack, asked: str) -> str:
    known = {each.casefold(): each for each in (ABOUT, *(objective.id for objective in pack.objectives))}
    if asked.casefold() not in known:
        raise Http404
    return known[asked.casefold()]
