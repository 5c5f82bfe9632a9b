"""What the plan says on the home page: what waits, what changed, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nvap.plan.document import Document
from nvap.web.access import Permission, may
from nvap.web.accounts.models import User
from nvap.web.accounts.roles import role
from nvap.web.home import Change, Lack, NextStep, Task
from nvap.web.plans import work
from nvap.web.plans.document import document_of, plan_of
from nvap.web.plans.models import Plan, Save
from nvap.web.plans.reading import without_owner
from nvap.web.plans.waiting import Person, board_of, waiting_for
from nvap.web.toolkit.reading import line, pack_in_use

_OTHERS_WAIT = 20
_LOOK_BACK = 3
_ASKED = (Permission.EDIT_PLAN, Permission.REPORT_PROGRESS, Permission.SIGN_OFF_PLAN, Permission.COMMENT_ON_PLAN)
WHOM = gettext_lazy("NVAP lead")


def tasks(request: HttpRequest) -> Iterator[Task]:
    """What is overdue, due, or was returned to the asker."""
    if not any(may(request, each) for each in _ASKED):
        return
    plan, document = _plan(request), _document(request)
    if plan is None or document is None:
        return
    standing = request.standing  # type: ignore[attr-defined]
    person = Person(cast(User, request.user), role(standing.role.name))
    for each in waiting_for(board_of(pack_in_use(), plan, document), person):
        yield Task(each.list, each.what, each.button, each.address, each.by)


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


def missing(request: HttpRequest) -> Iterator[str | Lack]:
    """How many owners, targets, pieces of evidence and updates the plan lacks, with the page that lists them."""
    document = _document(request) if may(request, Permission.READ_PLAN) else None
    if document is None:
        return
    found = work.lacking(pack_in_use(), document, timezone.localdate())
    counted = ", ".join(_counted(each.id, len(each.lacks)) for each in found if each.lacks)
    if counted:
        yield Lack(_("The plan lacks %(counted)s.") % {"counted": counted}, reverse("plan-missing"))


def _counted(what: str, count: int) -> str:
    words = {
        "owners": ngettext("%(count)d owner", "%(count)d owners", count),
        "targets": ngettext("%(count)d target", "%(count)d targets", count),
        "evidence": ngettext("evidence for %(count)d activity", "evidence for %(count)d activities", count),
        "updates": ngettext("%(count)d report", "%(count)d reports", count),
    }
    return words[what] % {"count": count}


def _plan(request: HttpRequest) -> Plan | None:
    """The plan that the asker's force works on; read once a request."""
    if not hasattr(request, "_plan"):
        request._plan = plan_of(request.force, pack_in_use())  # type: ignore[attr-defined]
    return request._plan  # type: ignore[attr-defined,no-any-return]


def _document(request: HttpRequest) -> Document | None:
    """The force's plan as it stands; read once a request."""
    if not hasattr(request, "_plan_document"):
        plan = _plan(request)  # the asker has a role, so there is a force
        request._plan_document = document_of(plan) if plan else None  # type: ignore[attr-defined]
    return request._plan_document  # type: ignore[attr-defined,no-any-return]
