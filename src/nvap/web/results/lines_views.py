"""The pages on which a measure's limits begin anew by a recorded decision, and such a decision is taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from nvap.errors import Refused
from nvap.web import workspace
from nvap.web.access import Permission, StandingRequest, fetch, may, needs
from nvap.web.results import actions, calendar, rebasing
from nvap.web.results.layouts import FIRST_RULE
from nvap.web.results.models import Rebase
from nvap.web.results.views import MEASURES, measure_of, own_id
from nvap.web.results.worked_out import tables_of
from nvap.web.toolkit.page import Step, show
from nvap.web.toolkit.reading import pack_in_use


@needs(Permission.READ_RESULTS)
def lines(request: StandingRequest, measure: str) -> HttpResponse:
    """Where a measure's series are split, and by whose decision; those who may compute decide here."""
    pack = pack_in_use()
    asked = measure_of(pack, own_id(pack, measure))
    decides = may(request, Permission.COMPUTE_RESULTS)
    form = rebasing.RebaseForm(request.POST if decides and request.method == "POST" else None, measure=asked)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            actions.rebase(
                force=request.force,
                measure=asked.id,
                part=given.get("part", ""),
                on=given["on"],
                reason=given["reason"],
                by=request.user,
            )
            messages.success(request, _("Recorded. The charts of this measure begin new limits there."))
            return redirect("measure-lines", asked.id)
        except Refused as refusal:
            form.add_error("on", str(refusal))
    here = workspace.current().force(request.force.code)
    tables = {table for part in asked.parts for table in tables_of(asked, part, FIRST_RULE)}
    shown = {
        "measure": asked,
        "form": form if decides else None,
        "breaks": [each for each in calendar.events(here, tables) if each.breaks],
        "decided": rebasing.history(request.force, asked),
        "titles": {each.id: each.title for each in asked.parts},
    }
    return show(request, "results/lines.html", pack, shown, trail=_trail(asked.id))


@needs(Permission.COMPUTE_RESULTS)
def withdraw(request: StandingRequest, measure: str, number: int) -> HttpResponse:
    """Take a decision back, and say why."""
    pack = pack_in_use()
    asked = measure_of(pack, own_id(pack, measure))
    decided = fetch(request, Rebase, pk=number, measure=asked.id)
    form = rebasing.WithdrawForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            actions.withdraw_rebase(decided=decided, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("Taken back. The charts of this measure no longer begin anew there."))
            return redirect("measure-lines", asked.id)
        except Refused as refusal:
            form.add_error("reason", str(refusal))
    shown = {"measure": asked, "decided": decided, "form": form}
    return show(request, "results/lines_withdraw.html", pack, shown, trail=_trail(asked.id))


def _trail(measure: str) -> tuple[Step, ...]:
    return (MEASURES, (measure, reverse("measure", args=[measure])))
