"""What the plan says on the home page: what waits, what changed, what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nvap.packs import Pack
from nvap.web.access import Permission, may
from nvap.web.home import Change, NextStep
from nvap.web.plans import actions, fields
from nvap.web.plans.models import PlanText
from nvap.web.plans.reading import overview, without_owner
from nvap.web.toolkit.reading import pack_in_use

_OTHERS_WAIT, _WOULD_HELP = 20, 40
_LOOK_BACK = 60
WHOM = gettext_lazy("NVAP lead")


def next_steps(request: HttpRequest) -> Iterator[NextStep]:
    """For who may change the plan: the first objective without an owner, then the first page with nothing in it."""
    if not may(request, Permission.EDIT_PLAN):
        return
    pack = pack_in_use()
    stands = actions.standing(request.force, pack)  # type: ignore[attr-defined]  # there, since the asker has a role
    ownerless = without_owner(pack, stands)
    if ownerless:
        first = ownerless[0]
        what = _("Say who owns the impact of objective %(id)s, %(title)s.") % {"id": first.id, "title": first.title}
        yield NextStep(what, WHOM, _("Name the owner"), reverse("plan-change", args=[first.id]), _OTHERS_WAIT)
    empty = next((each for each in overview(pack, stands) if not each.written and each.section not in ownerless), None)
    if empty is not None:
        what = _("Start the page “%(title)s” of the plan.") % {"title": empty.section.title}
        yield NextStep(what, WHOM, _("Start writing"), empty.change, _WOULD_HELP)


def changes(request: HttpRequest) -> Iterator[Change]:
    """Who last changed which page of the plan."""
    if not may(request, Permission.READ_PLAN):
        return
    pack = pack_in_use()
    rows = PlanText.objects.filter(force=request.force, pack=pack.id)  # type: ignore[attr-defined]
    seen = set()
    for row in rows.select_related("written_by").order_by("-written_at", "-pk")[:_LOOK_BACK]:
        if row.objective not in seen:
            seen.add(row.objective)
            words = _("%(name)s changed the plan: %(page)s.")
            yield Change(words % {"name": row.written_by.name, "page": _page(pack, row.objective)}, row.written_at)


def missing(request: HttpRequest) -> Iterator[str]:
    """The objectives without an impact owner, in one sentence."""
    if not may(request, Permission.READ_PLAN):
        return
    pack = pack_in_use()
    ownerless = without_owner(pack, actions.standing(request.force, pack))  # type: ignore[attr-defined]
    if ownerless:
        named = ", ".join(each.id for each in ownerless)
        yield _("The plan names no impact owner for: %(objectives)s.") % {"objectives": named}


def _page(pack: Pack, objective: str) -> str:
    found = fields.section(pack, objective or fields.ABOUT)
    return str(found.title) if found else objective
