"""Every version of the plan to read, two versions compared in words, an earlier text put back, words taken out."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from nvap.errors import UsageFault
from nvap.plan.document import Document, Place
from nvap.plan.form import STANDING, field_of
from nvap.plan.snapshot import thawed
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.plans import history, signed
from nvap.web.plans.actions import redacting
from nvap.web.plans.actions.saving import NotSaved, Typed, save, where
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.document import document_of, plan_of
from nvap.web.plans.models import Plan, Redaction, Save, Snapshot, Text
from nvap.web.plans.reading import name_of, shown
from nvap.web.plans.views.plan import plan_step
from nvap.web.toolkit.page import Step, show
from nvap.web.toolkit.reading import pack_in_use

VERSIONS_A_PAGE = 50


@needs(Permission.READ_PLAN)
@require_safe
def versions(request: StandingRequest) -> HttpResponse:
    """Every version, the last first: who made it, when, how and why."""
    pack, plan = pack_in_use(), _plan(request)
    saves = Save.objects.filter(plan=plan).select_related("by").prefetch_related("texts").order_by("-number")
    told = {
        "plan": plan,
        "page": Paginator(saves, VERSIONS_A_PAGE).get_page(request.GET.get("page")),
        "signed": dict(Snapshot.objects.filter(plan=plan).values_list("version", "number")),
        "redactions": Redaction.objects.filter(plan=plan).select_related("by"),
        "last_signed": signed.last_snapshot(plan),
        "may_redact": may(request, Permission.EDIT_PLAN),
    }
    return show(request, "plans/history.html", pack, told, trail=(plan_step(),))


@needs(Permission.READ_PLAN)
@require_safe
def version(request: StandingRequest, number: int) -> HttpResponse:
    """The whole plan as it stood at one version."""
    pack, plan = pack_in_use(), _plan(request)
    made = get_object_or_404(Save.objects.select_related("by"), plan=plan, number=number)
    told = {
        "plan": plan,
        "save": made,
        "before": number - 1,
        "is_last": number == plan.saves,
        "parts": history.whole(pack, document_of(plan, number)),
        "may_change": may(request, Permission.EDIT_PLAN),
    }
    return show(request, "plans/version.html", pack, told, trail=(plan_step(), _history_step()))


@needs(Permission.READ_PLAN, Permission.READ_SIGNED_OFF_PLAN)
@require_safe
def compare(request: StandingRequest) -> HttpResponse:
    """Two versions compared in words, field by field. An inspector compares what was signed off, and nothing else."""
    pack, plan = pack_in_use(), _plan(request)
    snapshots = Snapshot.objects.filter(plan=plan).defer("document").order_by("version")
    if not may(request, Permission.READ_PLAN):
        first, last = _asked(request, [each.version for each in snapshots])
        before, after = _signed(plan, first), _signed(plan, last)
        steps = {}
    else:
        first, last = _asked(request, list(range(1, plan.saves + 1)))
        before, after = document_of(plan, first), document_of(plan, last)
        steps = history.steps_between(plan, first, last)
    trail = (plan_step(), _history_step()) if may(request, Permission.READ_PLAN) else (plan_step(),)
    told = {
        "plan": plan,
        "first": first,
        "last": last,
        "snapshots": snapshots,
        "things": history.changed(pack, before, after, steps),
        "may_read": may(request, Permission.READ_PLAN),
        "may_change": may(request, Permission.EDIT_PLAN),
    }
    return show(request, "plans/compare.html", pack, told, trail=trail)


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: StandingRequest) -> HttpResponseBase:
    """Put a place back to what it said at an earlier version, with a reason."""
    desk = opened(request)
    asked = request.POST if request.method == "POST" else request.GET
    if not asked.get("place"):
        return redirect("plan-history")
    place = history.place_named(desk.document, asked["place"])
    number = _number(asked.get("version", ""))
    row = _row_at(desk.plan, place, number)
    fault = ""
    if request.method == "POST":
        try:
            _put_back(desk, place, row)
        except UsageFault as found:
            fault = str(found)
        else:
            messages.success(request, _("Put back as it was."))
            return redirect("plan-history")
    field = field_of(desk.document.things[place.entry].kind, place.field)
    stands = desk.document.texts.get(place)
    told = {
        "plan": desk.plan,
        "place": asked["place"],
        "version": number,
        "name": name_of(desk.pack, desk.document, place.entry),
        "label": history.label(desk.pack, desk.document, place),
        "then": shown(field, desk.document, row.text) if row else "",
        "now": shown(field, desk.document, stands.text) if stands else "",
        "standing": place.field == STANDING.name,
        "fault": fault,
        "reason": request.POST.get("reason", ""),
    }
    return show(request, "plans/history_restore.html", desk.pack, told, trail=(plan_step(), _history_step()))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def redact(request: StandingRequest) -> HttpResponseBase:
    """Take words out that should never have been typed: in every version, stored file and workbook."""
    desk = opened(request)
    fault = ""
    if request.method == "POST":
        try:
            place = history.place_named(desk.document, request.POST.get("place", "") or "about--standing----")
            made = redacting.redact(
                plan=desk.plan,
                pack=desk.pack,
                place=place,
                by=desk.user,
                reason=request.POST.get("reason", ""),
                words=request.POST.get("words", ""),
            )
        except UsageFault as found:
            fault = str(found)
        else:
            told = _("Taken out of %(count)d texts, in every version. The record of it stands below.")
            messages.success(request, told % {"count": made.replaced})
            return redirect("plan-history")
    context = {
        "plan": desk.plan,
        "places": tuple(_redactable(desk)),
        "chosen": request.POST.get("place") or request.GET.get("place", ""),
        "fault": fault,
        "reason": request.POST.get("reason", ""),
    }
    return show(request, "plans/redact.html", desk.pack, context, trail=(plan_step(), _history_step()))


def _put_back(desk: Desk, place: Place, row: Text | None) -> None:
    reason = desk.request.POST.get("reason", "").strip()
    if not reason:
        raise UsageFault(_("Say why it is put back."))
    if row is not None and row.redaction_id is not None:
        raise UsageFault(_("Words were taken out of that version, so it cannot be put back."))
    stands = desk.document.texts.get(place)
    typed = Typed(place, row.text if row else "", stands.version if stands else 0)
    try:
        # What is put back was looked at when it was written.
        saved = save(plan=desk.plan, typed=[typed], by=desk.user, reason=reason, accepted=True, how=Save.How.RESTORED)
    except NotSaved as fault:
        state = Plan.State(Plan.objects.get(pk=desk.plan.pk).state).label
        raise UsageFault(_("Nothing was changed: the plan's state is “%(state)s”.") % {"state": state}) from fault
    if not saved:
        raise UsageFault(_("It says so already."))


def _redactable(desk: Desk) -> Iterator[tuple[str, str]]:
    rows = Text.objects.filter(plan=desk.plan).exclude(text="")
    kinds = {key: thing.kind for key, thing in desk.document.things.items()}
    held = rows.values_list(*where(Place("", "")).keys()).distinct()
    for place in sorted(Place(*each) for each in held):
        if redacting.is_prose(kinds, place):
            yield history.named(place), f"{place.entry}: {history.label(desk.pack, desk.document, place)}"


def _row_at(plan: Plan, place: Place, number: int) -> Text | None:
    rows = Text.objects.filter(plan=plan, save_made__number__lte=number, **where(place))
    return rows.order_by("-version").first()


def _asked(request: StandingRequest, allowed: list[int]) -> tuple[int, int]:
    """The two versions, the earlier first; without any asked for, the last two there are."""
    if not allowed:
        raise Http404
    to, since = request.GET.get("to", ""), request.GET.get("from", "")
    last = _number(to) if to else allowed[-1]
    first = _number(since) if since else allowed[-2:][0]
    if first not in allowed or last not in allowed:
        raise Http404
    return min(first, last), max(first, last)


def _signed(plan: Plan, version: int) -> Document:
    return thawed(Snapshot.objects.filter(plan=plan, version=version).latest("number").document)[0]


def _number(text: str) -> int:
    return int(text[:9]) if text.isascii() and text[:9].isdecimal() else 0


def _plan(request: StandingRequest) -> Plan:
    plan = plan_of(request.force, pack_in_use())
    if plan is None:
        raise Http404
    return plan


def _history_step() -> Step:
    return (_("History"), reverse("plan-history"))
