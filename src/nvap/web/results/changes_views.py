"""The page on which two stored runs of a measure stand beside each other: what changed, and why."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from nvap.errors import InputFault
from nvap.web.access import Permission, StandingRequest, needs
from nvap.web.results import restated, stored
from nvap.web.results.choices import choose, choose_rule
from nvap.web.results.views import MEASURES, measure_of, own_id
from nvap.web.toolkit.page import show
from nvap.web.toolkit.reading import pack_in_use


@needs(Permission.READ_RESULTS)
@require_safe
def changes(request: StandingRequest, measure: str) -> HttpResponse:
    """What changed between two stored runs of a measure; unasked, between the two newest."""
    pack = pack_in_use()
    asked = measure_of(pack, own_id(pack, measure))
    stored.catch_up(request.force)
    rule = choose_rule(asked, request.GET)
    held = stored.answers(request.force, [asked.id], rule).get(asked.id, {})
    choice = choose(asked, request.GET, rule, held)
    if choice.by not in held:
        raise Http404
    answer = held[choice.by]
    before = stored.earlier(answer, 1)
    wanted = (
        request.GET.get("then") or (before[0].entry.run if before else ""),
        request.GET.get("now") or answer.entry.run,
    )
    runs = restated.runs_of(answer, *wanted)
    known = {each.run for each in runs}
    found, fault = None, ""
    if set(wanted) <= known and wanted[0] != wanted[1]:
        try:
            found = restated.changes(request.force, pack, choice, wanted)
        except InputFault as problem:
            fault = str(problem)
    shown = {"measure": asked, "choice": choice, "runs": runs, "found": found, "fault": fault}
    trail = (MEASURES, (asked.id, reverse("measure", args=[asked.id])))
    return show(request, "results/changes.html", pack, shown, trail=trail)
