"""What the plan says on the home page: what waits, what changed, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
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
from nvap.web.home import MOST_SENTENCES, Change, Lack, NextStep, Task
from nvap.web.plans import work
from nvap.web.plans.document import document_of, plan_of
from nvap.web.plans.models import Plan, Review, Save
from nvap.web.plans.reading import without_owner
from nvap.web.plans.waiting import Person, board_of, waiting_for
from nvap.web.toolkit.reading import line, pack_in_use

_OTHERS_WAIT = 20
_LOOK_BACK = 40
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
    """Who changed the plan, a sentence for each person and day; and what became of it between author and approver."""
    if not may(request, Permission.READ_PLAN) or _plan(request) is None:
        return
    rows = Save.objects.filter(plan=_plan(request)).select_related("by").order_by("-at")[:_LOOK_BACK]
    for _who, saves in groupby(rows, lambda row: (row.by_id, timezone.localdate(row.at))):
        found = list(saves)
        words = ngettext(
            "%(name)s changed the plan (version %(number)s).",
            "%(name)s changed the plan %(count)d times (up to version %(number)s).",
            len(found),
        )
        facts = {"name": found[0].by.name, "number": found[0].number, "count": len(found)}
        yield Change(words % facts, found[0].at)
    for review in Review.objects.filter(plan=_plan(request)).select_related("sent_by", "decided_by")[:MOST_SENTENCES]:
        yield from _of_review(review)


def _of_review(review: Review) -> Iterator[Change]:
    facts = {"name": review.sent_by.name, "number": review.version}
    yield Change(_("%(name)s sent version %(number)s for sign-off.") % facts, review.sent_at)
    words = {
        Review.Outcome.RETURNED: _("%(name)s returned version %(number)s for changes."),
        Review.Outcome.SIGNED_OFF: _("%(name)s signed version %(number)s off."),
        Review.Outcome.WITHDRAWN: _("%(name)s took version %(number)s back."),
    }.get(Review.Outcome(review.outcome))
    if words and review.decided_by and review.decided_at:
        yield Change(words % {**facts, "name": review.decided_by.name}, review.decided_at)


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
