"""The pages of counting rules: the list, each rule, and the forms that make, change and retire a force's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from nvap.errors import InputFault, Refused, UsageFault
from nvap.records.counting_rule import CountingRule
from nvap.records.rule_book import Overtaken
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.results import stored
from nvap.web.results.overview import computations
from nvap.web.results.rules import actions, page
from nvap.web.results.rules.forms import RuleForm, Why, initial_of
from nvap.web.results.rules.words import differences
from nvap.web.results.views import MEASURES
from nvap.web.toolkit.page import Step, show
from nvap.web.toolkit.reading import pack_in_use

RULES: Step = (gettext_lazy("Counting rules"), "/counting-rules/")


@needs(Permission.READ_RESULTS)
@require_safe
def rules(request: StandingRequest) -> HttpResponse:
    """Every rule, what it counts in words, and what it found in the last year."""
    stored.catch_up(request.force)
    current, _over = computations(request.force)
    shown = {
        "page": page.rules_page(request.force),
        "current": current,
        "changes": may(request, Permission.COMPUTE_RESULTS),
    }
    return show(request, "results/rules.html", pack_in_use(), shown, trail=(MEASURES,))


@needs(Permission.READ_RESULTS)
@require_safe
def rule(request: StandingRequest, rule: str) -> HttpResponse:
    """One rule, and every version of it that stood before."""
    stored.catch_up(request.force)
    try:
        found = page.rule_page(request.force, rule)
    except UsageFault as fault:
        raise Http404 from fault
    except InputFault:
        return redirect("counting-rules")
    shown = {"page": found, "changes": may(request, Permission.COMPUTE_RESULTS)}
    return show(request, "results/rule.html", pack_in_use(), shown, trail=(MEASURES, RULES))


@needs(Permission.COMPUTE_RESULTS)
def make(request: StandingRequest) -> HttpResponse:
    """Make a rule of the force's own."""
    try:
        form = RuleForm(request.POST or None, others=page.standing_rules(request.force))
    except InputFault:
        return redirect("counting-rules")
    if form.is_bound and form.is_valid():
        try:
            return _saved(request, form, None)
        except Overtaken:
            form.add_error("id", _("Somebody has just made a rule of this name; choose another"))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _form(request, {"form": form, "rule": None})


@needs(Permission.COMPUTE_RESULTS)
def change(request: StandingRequest, word: str) -> HttpResponseBase:
    """Change a rule of the force's own; who saves second sees what stands now beside what they wrote."""
    now = _standing(request, word)
    if not isinstance(now, CountingRule):
        return now
    if request.method != "POST":
        return _form(request, {"form": _changing(request, now), "rule": now})
    form = _changing(request, now)
    is_overtaken = request.POST.get("seen") != page.token_of(now)
    if form.is_valid() and not is_overtaken:
        try:
            return _saved(request, form, now)
        except Overtaken:
            return change(request, word)  # what stands now is read again, and is not what was seen
        except Refused as refusal:
            form.add_error(None, str(refusal))
    shown = {"form": form, "rule": now, "last": page.last_change(request.force, now.word) if is_overtaken else None}
    if is_overtaken and form.is_valid():
        shown["differences"] = differences(now, form.cleaned_data["rule"])
    return _form(request, shown, 409 if is_overtaken else 200)


@needs(Permission.COMPUTE_RESULTS)
def retire(request: StandingRequest, word: str) -> HttpResponseBase:
    """Take a rule out of what can be chosen, and say why."""
    now = _standing(request, word)
    if not isinstance(now, CountingRule):
        return now
    seen = request.POST.get("seen") if request.method == "POST" else None
    is_overtaken = seen is not None and seen != page.token_of(now)
    form = Why(_given(request, now), initial={"seen": page.token_of(now)})
    if form.is_bound and form.is_valid() and not is_overtaken:
        try:
            actions.retire(force=request.force, seen=now, why=form.cleaned_data["why"], by=request.user)
        except Overtaken:
            return retire(request, word)  # as in `change`
        messages.success(request, _("Retired. Results that it counted stay."))
        return redirect("counting-rule", now.id)
    shown = {"form": form, "rule": now, "last": page.last_change(request.force, now.word) if is_overtaken else None}
    trail, status = (MEASURES, RULES), 409 if is_overtaken else 200
    return show(request, "results/rule_retire.html", pack_in_use(), shown, trail=trail, status=status)


def _saved(request: StandingRequest, form: RuleForm, seen: CountingRule | None) -> HttpResponse:
    given = form.cleaned_data
    made = actions.save(force=request.force, rule=given["rule"], seen=seen, why=given["why"], by=request.user)
    if seen is not None and made.id == seen.id:
        messages.success(request, _("Saved. It counts as before, so its results stay."))
    else:
        messages.success(request, _("Saved. The measures will be computed under it."))
    return redirect("counting-rule", made.id)


def _changing(request: StandingRequest, now: CountingRule) -> RuleForm:
    others = [each for each in page.standing_rules(request.force) if each.word != now.word]
    start = initial_of(now) | {"seen": page.token_of(now)}
    return RuleForm(_given(request, now), others=others, changes=now.word, initial=start)


def _standing(request: StandingRequest, word: str) -> CountingRule | HttpResponse:
    """The rule as it stands now, or what is shown in its place: the faults of the file, or a rule that was retired."""
    try:
        return page.as_it_stands(request.force, word)
    except InputFault:
        return redirect("counting-rules")
    except UsageFault:
        return _gone(request, word)


def _given(request: StandingRequest, now: CountingRule) -> QueryDict | None:
    """What was sent, as if the rule had been seen as it stands now: whoever sends it again has seen it so."""
    if request.method != "POST":
        return None
    given = request.POST.copy()
    given["seen"] = page.token_of(now)
    return given


def _gone(request: StandingRequest, word: str) -> HttpResponse:
    """A rule that does not stand: what was typed comes back as a new rule; otherwise its last version is shown."""
    last = page.last_change(request.force, word)
    if last is None:
        raise Http404
    if request.method != "POST" or "name" not in request.POST:
        return redirect("counting-rule", last.rule.id)
    given = request.POST.copy()
    given["id"] = last.rule.word
    form = RuleForm(given, others=page.standing_rules(request.force))
    return _form(request, {"form": form, "rule": None, "last": last}, 409)


def _form(request: StandingRequest, shown: dict[str, Any], status: int = 200) -> HttpResponse:
    return show(request, "results/rule_form.html", pack_in_use(), shown, trail=(MEASURES, RULES), status=status)
