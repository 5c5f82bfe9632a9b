"""The page on which two stored runs of a measure stand beside each other: what changed, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from nvap.errors import InputFault
from nvap.packs.measure import Measure
from nvap.packs.model import Pack
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.results import restated, stored
from nvap.web.results.breakdowns import actions
from nvap.web.results.breakdowns.asked import Asked, Standing, standing
from nvap.web.results.breakdowns.kinds import CHANGES
from nvap.web.results.choices import Choice
from nvap.web.results.looking import look
from nvap.web.results.numbers import plain
from nvap.web.results.stored import Answer
from nvap.web.results.views import MEASURES, measure_of, own_id
from nvap.web.toolkit.page import show
from nvap.web.toolkit.reading import pack_in_use

_CHOSEN = ("part", "group", "category", "by", "rule")


@dataclass(frozen=True)
class _Looked:
    """Two runs that are asked for; `can_be_compared` says that both are there and differ from each other."""

    pack: Pack
    measure: Measure
    choice: Choice
    answer: Answer
    runs: list[restated.Standing]
    wanted: tuple[str, str]

    @property
    def can_be_compared(self) -> bool:
        known = {each.run for each in self.runs}
        return set(self.wanted) <= known and self.wanted[0] != self.wanted[1]

    @property
    def asked(self) -> Asked:
        """The comparison, as the worker is asked for it."""
        return Asked(self.measure.id, CHANGES, "", self.answer.entry.rule, " ".join(self.wanted))

    def address(self, page: str) -> str:
        """A page about these two runs."""
        query = f"{self.choice.query()}&then={self.wanted[0]}&now={self.wanted[1]}"
        return f"{reverse(page, args=[self.measure.id])}?{query}"


@needs(Permission.READ_RESULTS)
@require_safe
def changes(request: StandingRequest, measure: str) -> HttpResponse:
    """What changed between two stored runs of a measure; unasked, between the two newest."""
    looked = _look(request, measure)
    found, fault, rows, there = None, "", 0, Standing(None, None, None)
    told: dict[str, Any] | None
    if looked.can_be_compared:
        try:
            rows = restated.rows_to_read(request.force, looked.measure, looked.wanted)
            if rows <= restated.MOST_ROWS:
                told = restated.compared_now(request.force, looked.pack, looked.measure.id, looked.wanted)
            else:
                there = standing(request.force, looked.asked)
                told = there.done.found if there.done and there.done.found else None
            found = restated.changes(request.force, looked.choice, told) if told else None
        except InputFault as problem:
            fault = str(problem)
    shown = {
        "measure": looked.measure,
        "choice": looked.choice,
        "runs": looked.runs,
        "wanted": looked.wanted,
        "found": found,
        "fault": fault,
        "rows": plain(rows),
        "is_left_to_the_worker": rows > restated.MOST_ROWS and found is None,
        "current": there.open,
        "failed": there.failed,
        "may_compute": may(request, Permission.COMPUTE_RESULTS),
        "work": looked.address("measure-changes-work"),
    }
    trail = (MEASURES, (looked.measure.id, reverse("measure", args=[looked.measure.id])))
    return show(request, "results/changes.html", looked.pack, shown, trail=trail)


@needs(Permission.COMPUTE_RESULTS)
@require_POST
def work_out(request: StandingRequest, measure: str) -> HttpResponse:
    """Ask the worker to compare two runs that too much stands behind for a request."""
    looked = _look(request, measure)
    if not looked.can_be_compared:
        raise Http404
    actions.request_breakdown(force=request.force, asked=looked.asked, by=request.user)
    messages.success(request, _("It will be worked out. This page says when it is there."))
    return redirect(looked.address("measure-changes"))


def _look(request: StandingRequest, measure: str) -> _Looked:
    pack = pack_in_use()
    asked = measure_of(pack, own_id(pack, measure))
    stored.catch_up(request.force)
    named = {name: value for name, value in request.GET.dict().items() if name in _CHOSEN}
    looked = look(request.force, asked, named)
    answer = looked.answer
    if answer is None:
        raise Http404
    before = stored.earlier(answer, 1)
    wanted = (
        request.GET.get("then") or (before[0].entry.run if before else ""),
        request.GET.get("now") or answer.entry.run,
    )
    return _Looked(pack, asked, looked.choice, answer, restated.runs_of(answer, *wanted), wanted)
