"""The plan's measures: pick them, define one's own, set a target, write down what was observed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nvap.plan.document import Thing
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.plans import editing, measured
from nvap.web.plans import measures as reader
from nvap.web.plans.actions import measuring, saving
from nvap.web.plans.actions.saving import NewThing
from nvap.web.plans.blanks import blanks_of
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.reading import name_of
from nvap.web.plans.views.plan import plan_step
from nvap.web.toolkit.page import Step, show

MEASURES = gettext_lazy("Measures in the plan")
_OWN = ("title", "numerator", "denominator", "unit")
_TARGET = ("target", "target_date", "target_reason")
_BASELINE = ("baseline_from", "baseline_to")
_REST = ("direction", "course", "guards", "not_measured", "not_measured_note")
_OBSERVED = ("first", "last", "numerator", "denominator", "unknown", "source", "link", "dated", "note")


@needs(Permission.READ_PLAN)
@require_safe
def measures(request: StandingRequest) -> HttpResponse:
    """The measures in the plan with their numbers, and the toolkit's to pick from."""
    desk = opened(request)
    may_change = may(request, Permission.EDIT_PLAN)
    told = measured.measured(request.force, desk.pack, desk.document)
    shown = {
        "plan": desk.plan,
        "measures": [each | {"because": reader.because(desk.document, each["key"])} for each in told],
        "picks": reader.picks(desk.pack, desk.document) if may_change else (),
        "may_change": may_change,
    }
    return show(request, "plans/measures.html", desk.pack, shown, trail=(plan_step(),))


@needs(Permission.EDIT_PLAN)
@require_POST
def pick(request: StandingRequest) -> HttpResponseBase:
    """Take the ticked measures into the plan."""
    desk = opened(request)
    chosen = request.POST.getlist("measure")
    try:
        came = measuring.pick(
            plan=desk.plan,
            pack=desk.pack,
            document=desk.document,
            measures=chosen,
            by=desk.user,
            reason=_("Picked for the plan"),
        )
    except saving.NotSaved:
        messages.error(desk.request, _("Nothing was saved: the plan cannot be changed while it stands as it does."))
        return redirect("plan-measures")
    words = ngettext(
        "%(count)d measure is now in the plan: %(names)s.",
        "%(count)d measures are now in the plan: %(names)s.",
        len(came),
    )
    messages.success(desk.request, words % {"count": len(came), "names": ", ".join(came)} if came else _("No change."))
    return redirect("plan-measures")


@needs(Permission.READ_PLAN)
@require_safe
def measure(request: StandingRequest, key: str) -> HttpResponse:
    """One measure of the plan: value, chart, verdict, baseline, target, observations, and what is read alongside."""
    desk = opened(request)
    desk.thing(key, "measure")
    svg = measured.chart_svg(request.force, desk.pack, key)
    shown = {
        "plan": desk.plan,
        "measure": measured.one(request.force, desk.pack, desk.document, key),
        "because": reader.because(desk.document, key),
        "removed": desk.document.is_removed(key),
        "no_target": reader.no_target(desk.pack, desk.document, key),
        "chart": mark_safe(svg) if svg else "",  # noqa: S308 - charts escape every text that they draw
        "alongside": [(each, _named(desk, each)) for each in desk.document.several(key, "guards")],
        "takes_observations": reader.takes_observations(desk.pack, key),
        "evidence": [(each.key, desk.document.text(each.key, "title")) for each in desk.document.of("evidence", key)],
        "may_change": may(request, Permission.EDIT_PLAN),
    }
    return show(request, "plans/measure.html", desk.pack, shown, trail=(plan_step(), measures_step()))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def change_measure(request: StandingRequest, key: str) -> HttpResponseBase:
    """A measure's baseline, target, direction and course, to write."""
    desk = opened(request)
    thing = desk.thing(key, "measure")
    return _written(desk, thing, name_of(desk.pack, desk.document, key))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def own_measure(request: StandingRequest, objective: str) -> HttpResponseBase:
    """A measure of the force's own."""
    desk = opened(request)
    desk.thing(objective, "objective")
    thing = Thing(reader.next_key(desk.document, "own-m"), "measure", objective)
    return _written(desk, thing, _("A measure of our own"), is_new=True)


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def observation(request: StandingRequest, key: str) -> HttpResponseBase:
    """Something that was counted by hand, for a measure that no data can give yet."""
    desk = opened(request)
    desk.thing(key, "measure")
    if not reader.takes_observations(desk.pack, key):
        raise Http404
    thing = Thing(reader.next_key(desk.document, "obs-"), "observation", key)
    page = editing.Page(
        template="plans/change.html",
        title=_("Observation for %(measure)s") % {"measure": name_of(desk.pack, desk.document, key)},
        done=reverse("plan-measure", args=[key]),
        trail=(plan_step(), measures_step(), _measure_step(desk, key)),
        check=reader.observation_faults,
    )
    blanks = blanks_of(desk.pack, reader.with_new(desk.document, thing), thing.key, _OBSERVED)
    return editing.answer(desk, blanks, page, new=[NewThing(thing.key, thing.kind, key)])


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: StandingRequest, key: str) -> HttpResponseBase:
    """Taking a measure, an observation or a risk of the force's own out of the plan, with a reason."""
    desk = opened(request)
    thing = desk.document.things.get(key)
    if thing is None or thing.kind not in ("measure", "observation", "consequence"):
        raise Http404
    back = _beside(thing)
    reason, fault = request.POST.get("reason", "").strip(), ""
    if request.method == "POST":
        fault = _take_out(desk, key, reason)
        if not fault:
            messages.success(request, _("Taken out of the plan. What was written about it is kept in its history."))
            return redirect(back)
    shown = {"plan": desk.plan, "name": _named(desk, key), "back": back, "fault": fault, "reason": reason}
    return show(request, "plans/measure_remove.html", desk.pack, shown, trail=(plan_step(), measures_step()))


def measures_step() -> Step:
    """The plan's measures as a step of the way back."""
    return (MEASURES, reverse("plan-measures"))


def _written(desk: Desk, thing: Thing, title: str, *, is_new: bool = False) -> HttpResponseBase:
    key, document = thing.key, reader.with_new(desk.document, thing)
    own = _OWN if thing.is_own else ()
    part = ("part",) if key in desk.pack.measures else ()
    why = "" if is_new else reader.no_target(desk.pack, document, key)
    # A measure whose number is chosen here may come to be one that may have a target, or one that may not.
    target = _TARGET if not why or part or own or document.text(key, "target") else ()
    page = editing.Page(
        template="plans/measure_change.html",
        title=title,
        done=reverse("plan-measures") if is_new else reverse("plan-measure", args=[key]),
        context={"no_target": why},
        trail=(plan_step(), measures_step()),
        check=lambda typed: reader.faults(desk.pack, document, key, typed),
    )
    names = (*own, *part, *_BASELINE, *target, *_REST)
    blanks = blanks_of(desk.pack, document, key, names, offered=reader.offered(desk.pack, document, key))
    return editing.answer(desk, blanks, page, new=[NewThing(key, "measure", thing.parent)] if is_new else ())


def _take_out(desk: Desk, key: str, reason: str) -> str:
    if not reason:
        return _("Say why it is taken out.")
    try:
        measuring.take_out(plan=desk.plan, document=desk.document, key=key, by=desk.user, reason=reason)
    except saving.Identifying:
        return _("The reason may identify somebody; write it without.")
    except saving.NotSaved:
        return _("Nothing was saved: the plan cannot be changed while it stands as it does.")
    return ""


def _beside(thing: Thing) -> str:
    """The page on which a thing of the plan stands with its like."""
    if thing.kind == "observation":
        return reverse("plan-measure", args=[thing.parent])
    return reverse("plan-measures" if thing.kind == "measure" else "plan-consequences")


def _named(desk: Desk, key: str) -> str:
    if key in desk.document.things:
        return name_of(desk.pack, desk.document, key)
    return desk.pack.label(key) if key in desk.pack else key


def _measure_step(desk: Desk, key: str) -> Step:
    return (name_of(desk.pack, desk.document, key), reverse("plan-measure", args=[key]))
