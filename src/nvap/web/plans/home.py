"""What the plan says on the home page: what waits, what changed, what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nvap.plan.document import Document
from nvap.web.access import Permission, may
from nvap.web.home import Change, NextStep
from nvap.web.plans.document import document_of, plan_of
from nvap.web.plans.models import Save
from nvap.web.plans.reading import without_owner
from nvap.web.toolkit.reading import line, pack_in_use

_OTHERS_WAIT = 20
_LOOK_BACK = 3
WHOM = gettext_lazy("NVAP lead")


def next_steps(request: HttpRequest) -> Iterator[NextStep]:
    """For who may change the plan: to start one, then the first objective without an owner."""
    if not may(request, Permission.EDIT_PLAN):
        return
    pack = pack_in_use()
    document = _document(request)
    if document is None:
        yield NextStep(_("Start your force's plan."), WHOM, _("Start the plan"), reverse("plan-start"), _OTHERS_WAIT)
        return
    ownerless = without_owner(pack, document)
    if ownerless:
        first = line(pack, ownerless[0])
        what = _("Say who owns the impact of objective %(id)s, %(title)s.") % {"id": first.id, "title": first.label}
        yield NextStep(what, WHOM, _("Name the owner"), reverse("plan-change", args=[first.id]), _OTHERS_WAIT)


def changes(request: HttpRequest) -> Iterator[Change]:
    """Who last changed the plan."""
    if not may(request, Permission.READ_PLAN):
        return
    rows = Save.objects.filter(plan__force=request.force, plan__closed_at=None)  # type: ignore[attr-defined]
    for row in rows.select_related("by").order_by("-at")[:_LOOK_BACK]:
        words = _("%(name)s changed the plan (version %(number)s).")
        yield Change(words % {"name": row.by.name, "number": row.number}, row.at)


def missing(request: HttpRequest) -> Iterator[str]:
    """The objectives without an impact owner, in one sentence."""
    document = _document(request) if may(request, Permission.READ_PLAN) else None
    ownerless = without_owner(pack_in_use(), document) if document else ()
    if ownerless:
        yield _("The plan names no impact owner for: %(objectives)s.") % {"objectives": ", ".join(ownerless)}


def _document(request: HttpRequest) -> Document | None:
    """The force's plan as it stands; read once a request."""
    if not hasattr(request, "_plan_document"):
        plan = plan_of(request.force, pack_in_use())  # type: ignore[attr-defined]  # there, since the asker has a role
        request._plan_document = document_of(plan) if plan else None  # type: ignore[attr-defined]
    return request._plan_document  # type: ignore[attr-defined,no-any-return]
