"""Setting a plan up: periods, planning questions, activities, owners, and the check before it is sent."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from nvap.errors import UsageFault
from nvap.plan.document import Document, Period, Place, Thing, Written
from nvap.plan.form import KINDS, REMOVED, STANDING, Field
from nvap.plan.periods import FREQUENCIES, MOST_PERIODS
from nvap.plan.values import read
from nvap.web.access import Permission, StandingRequest, needs
from nvap.web.plans import catalogue, editing, reading, setting_up
from nvap.web.plans.actions import saving, starting
from nvap.web.plans.actions.reviewing import approver_missing
from nvap.web.plans.actions.saving import NewThing, Typed
from nvap.web.plans.blanks import Blank, blanks_of
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.document import present
from nvap.web.plans.models import Snapshot
from nvap.web.plans.views.plan import plan_step
from nvap.web.results.overview import ready
from nvap.web.toolkit.page import show

_CHOOSING = ("wording", "decision", "decision_reason", "review_date")
_OWN = ("wording", "decision", "decision_reason", "review_date", "sides")
_DAY = Field("day", "", "date")


class PeriodsForm(forms.Form):
    """The reporting periods, one a line: first day, last day, day by which the report is due."""

    frequency = forms.ChoiceField(
        label=gettext_lazy("How often do you report?"),
        choices=[(value, gettext_lazy(words)) for value, words in FREQUENCIES],
        widget=forms.RadioSelect,
    )
    periods = forms.CharField(
        label=gettext_lazy("Reporting periods"),
        help_text=gettext_lazy(
            "One period a line: its first day, its last day, and the day its report is due, with commas between them. "
            "For example, 01/04/2026, 30/06/2026, 14/07/2026."
        ),
        max_length=10_000,
        widget=forms.Textarea({"rows": 14, "spellcheck": "false"}),
    )

    def clean_periods(self) -> tuple[Period, ...]:
        """The lines as periods; each line that is none is named."""
        lines = [each for each in self.cleaned_data["periods"].splitlines() if each.strip()]
        if len(lines) > MOST_PERIODS:
            raise forms.ValidationError(_("Write %(most)d periods at most.") % {"most": MOST_PERIODS})
        found, wrong = [], []
        for number, words in enumerate(lines, start=1):
            try:
                found.append(_period(words))
            except UsageFault as fault:
                wrong.append(_("Line %(number)d: %(fault)s") % {"number": number, "fault": fault})
        if wrong:
            raise forms.ValidationError(wrong)
        return tuple(found)


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def periods(request: StandingRequest) -> HttpResponseBase:
    """Change the reporting periods, to custom ones too."""
    desk = opened(request)
    lines = "\n".join(
        ", ".join(f"{day:%d/%m/%Y}" for day in (each.first, each.last, each.due)) for each in desk.document.periods
    )
    form = PeriodsForm(request.POST or None, initial={"frequency": desk.plan.frequency, "periods": lines})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            starting.set_periods(plan=desk.plan, frequency=asked["frequency"], periods=asked["periods"], by=desk.user)
        except UsageFault as fault:
            form.add_error("periods", str(fault))
        else:
            messages.success(request, _("The reporting periods are saved."))
            return redirect("plan")
    return show(request, "plans/choose_periods.html", desk.pack, {"form": form}, trail=(plan_step(),))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: StandingRequest) -> HttpResponseBase:
    """The five planning questions."""
    return _of_about(request, setting_up.QUESTIONS, _("Five planning questions"))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def about(request: StandingRequest) -> HttpResponseBase:
    """Who leads the plan, who prepared it when, and who signs it off."""
    return _of_about(request, setting_up.FACTS, _("About the plan"))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: StandingRequest, objective: str) -> HttpResponseBase:
    """What the force does with each activity of an objective, on one page."""
    desk = _of_objective(opened(request), objective)
    held = {each.measure.id: each for each in ready(desk.pack, request.force)}
    cards = catalogue.cards(desk.pack, desk.document, objective, held)
    blanks = [
        _for_key(each.key, blank)
        for each in cards
        for blank in blanks_of(desk.pack, desk.document, each.key, _CHOOSING)
    ]
    removed = catalogue.cards(desk.pack, desk.document, objective, {}, removed=True)
    page = editing.Page(
        template="plans/choose.html",
        title=_("Choose activities: %(id)s %(label)s") % {"id": objective, "label": desk.pack.items[objective].label},
        done=reverse("plan"),
        context={"cards": cards, "removed": removed, "objective": objective},
        trail=(plan_step(),),
    )
    prefilled = replace(desk, document=_with_toolkit_words(desk))
    return editing.answer(prefilled, blanks, page)


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def own_activity(request: StandingRequest, objective: str) -> HttpResponseBase:
    """An activity of the force's own."""
    desk = _of_objective(opened(request), objective)
    key = _next_key(desk.document, KINDS["activity"].own_prefix)
    if request.method == "POST":
        _renamed(request, key)
    things = {**desk.document.things, key: Thing(key, "activity", objective)}
    with_new = replace(desk, document=replace(desk.document, things=things))
    page = editing.Page(
        template="plans/change.html",
        title=_("An activity of your own"),
        done=reverse("plan-choose", args=[objective]),
        trail=(plan_step(),),
    )
    blanks = [replace(each, suggestions=()) for each in blanks_of(desk.pack, with_new.document, key, _OWN)]
    return editing.answer(with_new, blanks, page, new=(NewThing(key, "activity", objective),))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def owners(request: StandingRequest) -> HttpResponseBase:
    """Who owns each objective and each activity that the force pursues, and who stands in for them."""
    desk = opened(request)
    people = present(request.force)
    blanks = [
        replace(each, label=f"{key} {reading.name_of(desk.pack, desk.document, key)}: {each.label}")
        for objective in desk.pack.objectives
        for key in (objective.id, *(one.key for one in desk.document.pursued(objective.id)))
        for each in blanks_of(desk.pack, desk.document, key, ("owner", "deputy"), people=people)
    ]
    page = editing.Page(template="plans/change.html", title=_("Owners"), done=reverse("plan"), trail=(plan_step(),))
    return editing.answer(desk, blanks, page)


@needs(Permission.EDIT_PLAN)
@require_safe
def check(request: StandingRequest) -> HttpResponseBase:
    """Everything that was said in setting up, and what is missing, before the plan is sent."""
    desk = opened(request)
    shown = {
        "plan": desk.plan,
        "cards": setting_up.check_cards(desk.pack, desk.document),
        "missing": setting_up.missing(desk.pack, desk.document),
        "approver_missing": approver_missing(desk.document),
    }
    return show(request, "plans/check.html", desk.pack, shown, trail=(plan_step(),))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: StandingRequest) -> HttpResponseBase:
    """Take a thing out of the plan, or put it back."""
    desk = opened(request)
    key = request.POST.get("key") or request.GET.get("key", "")
    if not key:
        return redirect("plan")
    if key not in desk.document.things or KINDS[desk.document.things[key].kind].name in ("about", "objective"):
        raise Http404
    fault = ""
    if request.method == "POST":
        try:
            _set_standing(desk, key)
        except UsageFault as found:
            fault = str(found)
        else:
            return redirect(_page_of(desk, key))
    shown = {
        "key": key,
        "name": reading.name_of(desk.pack, desk.document, key),
        "removed": desk.document.is_removed(key),
        "needs_reason": Snapshot.objects.filter(plan=desk.plan).exists(),
        "back": _page_of(desk, key),
        "fault": fault,
        "reason": request.POST.get("reason", ""),
    }
    return show(request, "plans/own_remove.html", desk.pack, shown, trail=(plan_step(),))


def _set_standing(desk: Desk, key: str) -> None:
    """Save that a thing is out of the plan, or in it again; UsageFault says in words why it was not."""
    restoring, reason = desk.document.is_removed(key), desk.request.POST.get("reason", "").strip()
    if not reason and Snapshot.objects.filter(plan=desk.plan).exists():
        raise UsageFault(_("Say why: the plan was signed off before."))
    place = Place(key, STANDING.name)
    stands = desk.document.texts.get(place)
    typed = Typed(place, "" if restoring else REMOVED, stands.version if stands else 0)
    try:
        saving.save(plan=desk.plan, typed=[typed], by=desk.user, reason=reason)
    except saving.Locked:
        raise UsageFault(_("The plan cannot be changed now: it waits for sign-off or is signed off.")) from None
    except saving.Identifying:
        raise UsageFault(_("The reason may identify somebody. Write it without names or details.")) from None
    except saving.NotSaved:
        raise UsageFault(_("Somebody else has just changed this. Look again.")) from None
    words = _("%(name)s is back in the plan.") if restoring else _("%(name)s is taken out of the plan.")
    undo = f"{reverse('plan-remove')}?key={key}"
    told = words % {"name": reading.name_of(desk.pack, desk.document, key)}
    link = '{} <a class="govuk-notification-banner__link" href="{}">{}</a>'
    messages.success(desk.request, format_html(link, told, undo, _("Undo")))


def _page_of(desk: Desk, key: str) -> str:
    thing = desk.document.things[key]
    pages = {"activity": "plan-choose", "measure": "plan-measures", "consequence": "plan-consequences"}
    if thing.kind == "activity":
        return reverse("plan-choose", args=[thing.parent])
    return setting_up.address_of(pages.get(thing.kind, "plan")) or reverse("plan")


def _of_about(request: StandingRequest, names: tuple[str, ...], title: str) -> HttpResponseBase:
    desk = opened(request)
    page = editing.Page(template="plans/change.html", title=title, done=reverse("plan"), trail=(plan_step(),))
    blanks = blanks_of(desk.pack, desk.document, "about", names, people=present(request.force))
    return editing.answer(desk, blanks, page)


def _of_objective(desk: Desk, objective: str) -> Desk:
    if objective not in {each.id for each in desk.pack.objectives}:
        raise Http404
    return desk


def _for_key(key: str, blank: Blank) -> Blank:
    """A blank whose label says which activity it is about, since many stand on one page."""
    return replace(blank, label=f"{key}: {blank.label}", suggestions=(), hint="")


def _with_toolkit_words(desk: Desk) -> Document:
    """The plan with the toolkit's words wherever no other wording of an activity was saved yet."""
    texts = dict(desk.document.texts)
    for each in desk.document.of("activity"):
        place = Place(each.key, "wording")
        words = catalogue.toolkit_words(desk.pack, each.key)
        if words and place not in texts:
            texts[place] = Written(words, 0, "", desk.plan.started_at, 0)
    return replace(desk.document, texts=texts)


def _next_key(document: Document, prefix: str) -> str:
    taken = [int(each.removeprefix(prefix)) for each in document.things if re.fullmatch(rf"{prefix}\d+", each)]
    return f"{prefix}{max(taken, default=0) + 1}"


def _renamed(request: StandingRequest, key: str) -> None:
    """Somebody else may have taken the number that the form was opened with: what was typed goes to the next one."""
    posted = request.POST.copy()
    for name in list(posted):
        fresh = re.sub(r"^own-a\d+--", f"{key}--", name)
        if fresh != name:
            posted.setlist(fresh, posted.pop(name))
    request.POST = posted  # type: ignore[assignment]  # a copy of the same kind


def _period(words: str) -> Period:
    parts = [each for each in re.split(r"\s*[,;\t]\s*", words.strip()) if each]
    if len(parts) != len(("first", "last", "due")):
        raise UsageFault(_("write three dates, with commas between them."))
    return Period(*(date.fromisoformat(read(_DAY, each)) for each in parts))
