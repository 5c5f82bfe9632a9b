"""The plan's pages: how far it is, each page to read, each page to write."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from nvap.packs import Pack
from nvap.packs.items import PlanningQuestion
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.accounts.models import User
from nvap.web.plans import actions, fields, forms, reading
from nvap.web.toolkit.page import Step, show
from nvap.web.toolkit.reading import of_items, pack_in_use

PLAN = gettext_lazy("Plan")


@needs(Permission.READ_PLAN, Permission.READ_SIGNED_OFF_PLAN)
@require_safe
def plan(request: StandingRequest) -> HttpResponse:
    """How far the plan is; for those who read signed-off plans only, that none is signed off yet."""
    pack = pack_in_use()
    if not may(request, Permission.READ_PLAN):
        return show(request, "plans/nothing_signed_off.html", pack, {})
    shown = {
        "progress": reading.overview(pack, actions.standing(request.force, pack)),
        "may_change": may(request, Permission.EDIT_PLAN),
        "questions": of_items(pack, pack.of(PlanningQuestion)),
    }
    return show(request, "plans/plan.html", pack, shown)


@needs(Permission.READ_PLAN)
@require_safe
def section(request: StandingRequest, section: str) -> HttpResponseBase:
    """One page of the plan, to read."""
    pack = pack_in_use()
    found = _section(pack, section)
    if found.id != section:
        return redirect("plan-section", found.id)
    shown = {
        "answered": reading.answered(found, actions.standing(request.force, pack)),
        "may_change": may(request, Permission.EDIT_PLAN),
    }
    return show(request, "plans/section.html", pack, shown, trail=(_plan_step(),))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StandingRequest, section: str) -> HttpResponseBase:
    """One page of the plan, to write. Two people may write at once; see `actions.save`."""
    pack = pack_in_use()
    found = _section(pack, section)
    if request.method != "POST":
        form = forms.opened(found.every_blank, actions.standing(request.force, pack))
        return _form(request, pack, found, form)
    form = forms.SectionForm(request.POST, blanks=found.every_blank)
    if not form.is_valid():
        return _form(request, pack, found, form)
    try:
        saved = actions.save(
            force=request.force, pack=pack, section=found.id, typed=form.typed, by=cast(User, request.user)
        )
    except actions.Stale as stale:
        again = forms.opened(found.every_blank, actions.standing(request.force, pack))
        return _form(request, pack, found, forms.after_clash(form.typed, stale.clashes, again), stale.clashes)
    messages.success(request, _what_was_saved(saved))
    return redirect("plan-change", found.id)


def _form(
    request: StandingRequest,
    pack: Pack,
    section: fields.Section,
    form: forms.SectionForm,
    clashes: tuple[actions.Clash, ...] = (),
) -> HttpResponse:
    shown = {"writing": reading.writing(pack, section, form, clashes), "form": form, "clashes": clashes}
    status = 409 if clashes else 200
    return show(request, "plans/change.html", pack, shown, trail=(_plan_step(),), status=status)


def _plan_step() -> Step:
    return (PLAN, reverse("plan"))


def _section(pack: Pack, asked: str) -> fields.Section:
    found = fields.section(pack, asked)
    if found is None:
        raise Http404
    return found


def _what_was_saved(saved: tuple[fields.Place, ...]) -> str:
    if not saved:
        return _("Nothing had changed, so there was nothing to save.")
    words = ngettext("Saved. %(count)d field was changed.", "Saved. %(count)d fields were changed.", len(saved))
    return words % {"count": len(saved)}
