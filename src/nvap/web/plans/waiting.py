"""What waits for one person in a plan: overdue, due, or returned to them, each with the one page that answers it.

The home page and the daily digest both say it. `told` is what an e-mail says: no names of people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nvap.packs import Pack
from nvap.plan.document import Document, Place
from nvap.plan.form import KINDS
from nvap.web.access import Permission, Role
from nvap.web.accounts.models import Membership, User
from nvap.web.plans import work
from nvap.web.plans.actions.reviewing import may_sign
from nvap.web.plans.history import named
from nvap.web.plans.models import Comment, Plan, Review
from nvap.web.plans.reading import name_of
from nvap.web.plans.work import Left, Report, period_words

OVERDUE: Final = "overdue"
DUE: Final = "due"
RETURNED: Final = "returned"


@dataclass(frozen=True)
class Waits:
    """One thing that waits: in which list, its words, the words of an e-mail about it, and its one next action."""

    list: str
    what: str
    told: str
    button: str
    address: str
    by: date | None = None


@dataclass(frozen=True)
class Person:
    """For whom: who they are, and their role in the force."""

    user: User
    role: Role

    @property
    def number(self) -> str:
        """How the plan names them."""
        return str(self.user.pk)

    def may(self, permission: Permission) -> bool:
        """Whether their role has the permission."""
        return self.role.may(permission)


@dataclass(frozen=True)
class Board:
    """Everything that says what waits in one plan, read once for everybody."""

    pack: Pack
    plan: Plan
    document: Document
    members: Mapping[str, Role]
    review: Review | None
    comments: tuple[Comment, ...]
    today: date
    reports: tuple[Report, ...] = field(default=())
    left: tuple[Left, ...] = field(default=())

    @property
    def approver(self) -> str:
        """Who is named to sign the plan off, where they can; empty where nobody can."""
        named_one = self.document.text("about", "approver")
        role = self.members.get(named_one)
        return named_one if role and role.may(Permission.SIGN_OFF_PLAN) else ""

    def name(self, number: str) -> str:
        """A person's name."""
        return self.document.people.get(number, _("Somebody who has left"))


def board_of(pack: Pack, plan: Plan, document: Document, today: date | None = None) -> Board:
    """What waits in a plan today, in three queries beside the document's."""
    today = today or timezone.localdate()
    current = Membership.objects.current(today).filter(force=plan.force_id)
    members = {str(each.user_id): each.kind for each in current}
    staying = {number for number, role in members.items() if role.name != "inspector"}
    return Board(
        pack=pack,
        plan=plan,
        document=document,
        members=members,
        review=Review.objects.filter(plan=plan).select_related("sent_by", "decided_by").first(),
        comments=tuple(Comment.objects.filter(plan=plan, settled_at=None).select_related("by", "review")),
        today=today,
        reports=work.reports_to_write(pack, document, today),
        left=work.people_who_left(pack, document, staying),
    )


def waiting_for(board: Board, person: Person) -> tuple[Waits, ...]:
    """What waits for one person: the overdue first, then by day."""
    found = (
        *_own_reports(board, person),
        *_as_deputy(board, person),
        *_reports_of_others(board, person),
        *_sign_off(board, person),
        *_returned(board, person),
        *_comments(board, person),
        *_left(board, person),
    )
    order = (OVERDUE, DUE, RETURNED)
    return tuple(sorted(found, key=lambda each: (order.index(each.list), each.by or date.max)))


def responsible(document: Document, report: Report) -> str:
    """Who is asked for a report: the activity's owner; where it has none, the owner of its objective."""
    return report.owner or document.text(document.things[report.key].parent, "owner")


def _own_reports(board: Board, person: Person) -> Iterator[Waits]:
    if not person.may(Permission.REPORT_PROGRESS):
        return
    for each in board.reports:
        if responsible(board.document, each) == person.number:
            what = _("Report for %(period)s: %(activity)s.")
            words = what % {"activity": each.name, "period": period_words(each.period)}
            place = OVERDUE if each.is_overdue(board.today) else DUE
            yield Waits(place, words, words, _("Write the report"), each.address, each.period.due)


def _as_deputy(board: Board, person: Person) -> Iterator[Waits]:
    """For a deputy, once the day has gone by, so that two people are not asked from the start: a line an activity."""
    if not person.may(Permission.REPORT_PROGRESS):
        return
    owed = [
        each
        for each in board.reports
        if each.is_overdue(board.today)
        and board.document.text(each.key, "deputy") == person.number != responsible(board.document, each)
    ]
    for _key, found in groupby(owed, lambda each: each.key):
        late = list(found)
        words = ngettext(
            "As deputy: %(count)d report is overdue, for %(period)s: %(activity)s.",
            "As deputy: %(count)d reports are overdue, the oldest for %(period)s: %(activity)s.",
            len(late),
        ) % {"count": len(late), "activity": late[0].name, "period": period_words(late[0].period)}
        yield Waits(OVERDUE, words, words, _("Write the oldest"), late[0].address, late[0].period.due)


def _reports_of_others(board: Board, person: Person) -> Iterator[Waits]:
    """For the lead: whoever owes reports, a line each, with the oldest."""
    if not person.may(Permission.EDIT_PLAN):
        return
    gone = {each.number for each in board.left}
    late = [(responsible(board.document, each), each) for each in board.reports if each.is_overdue(board.today)]
    for owner, found in groupby(sorted(late, key=lambda each: (each[0], each[1].period.first)), lambda each: each[0]):
        owed = [report for _owner, report in found]
        if owner not in (person.number, *gone):
            yield _owed(board, owner, owed)


def _owed(board: Board, owner: str, owed: list[Report]) -> Waits:
    oldest = owed[0].period
    facts = {"count": len(owed), "period": period_words(oldest)}
    told = ngettext(
        "%(count)d report of somebody else is overdue, for %(period)s.",
        "%(count)d reports of somebody else are overdue, the oldest for %(period)s.",
        len(owed),
    )
    if not owner:
        told = ngettext(
            "%(count)d report is overdue, for %(period)s, and nobody is named to write it.",
            "%(count)d reports are overdue, the oldest for %(period)s, and nobody is named to write them.",
            len(owed),
        )
        address = reverse("plan-activity-change", args=[owed[0].key])
        return Waits(OVERDUE, told % facts, told % facts, _("Name an owner"), address, oldest.due)
    what = ngettext(
        "%(name)s owes %(count)d report, for %(period)s.",
        "%(name)s owes %(count)d reports, the oldest for %(period)s.",
        len(owed),
    )
    address = f"{reverse('plan-progress')}?period={oldest.key}"
    return Waits(
        OVERDUE, what % {**facts, "name": board.name(owner)}, told % facts, _("See which"), address, oldest.due
    )


def _sign_off(board: Board, person: Person) -> Iterator[Waits]:
    """The version that waits: for whoever signs it off, to answer; for the lead, to follow."""
    review = board.review
    if review is None or review.outcome != Review.Outcome.WAITING:
        return
    facts = {
        "number": review.version,
        "name": review.sent_by.name,
        "day": date_format(timezone.localdate(review.sent_at), "j F Y"),
        "approver": board.name(board.approver),
    }
    signs = person.may(Permission.SIGN_OFF_PLAN) and board.approver in ("", person.number)
    if signs and may_sign(board.plan, review, person.user):
        what = _("Version %(number)d of the plan waits for you to sign off or return. %(name)s sent it on %(day)s.")
        told = _("Version %(number)d of the plan waits for you to sign off or return. It was sent on %(day)s.")
        yield Waits(DUE, what % facts, told % facts, _("Look at it and answer"), reverse("plan-review"))
    elif person.may(Permission.EDIT_PLAN):
        what = _("Version %(number)d of the plan has waited for %(approver)s since %(day)s.")
        told = _("Version %(number)d of the plan has waited to be signed off since %(day)s.")
        if not board.approver:
            what = told = _("Version %(number)d of the plan has waited since %(day)s; nobody can sign it off.")
        yield Waits(DUE, what % facts, told % facts, _("See where it stands"), reverse("plan-review"))


def _returned(board: Board, person: Person) -> Iterator[Waits]:
    """For the lead: the plan that came back."""
    review = board.review
    if board.plan.state != Plan.State.RETURNED or not person.may(Permission.EDIT_PLAN):
        return
    if review is None or review.decided_by is None or review.decided_at is None:
        return
    beside = sum(each.review_id == review.pk for each in board.comments)
    facts = {
        "name": review.decided_by.name,
        "day": date_format(timezone.localdate(review.decided_at), "j F Y"),
        "count": beside,
    }
    what = ngettext(
        "%(name)s returned the plan on %(day)s, with %(count)d comment that is not settled.",
        "%(name)s returned the plan on %(day)s, with %(count)d comments that are not settled.",
        beside,
    )
    told = ngettext(
        "The plan was returned on %(day)s, with %(count)d comment that is not settled.",
        "The plan was returned on %(day)s, with %(count)d comments that are not settled.",
        beside,
    )
    yield Waits(RETURNED, what % facts, told % facts, _("See what has to change"), reverse("plan-review"))


def _comments(board: Board, person: Person) -> Iterator[Waits]:
    """Comments that ask something of this person, a line for each thing that they are about."""
    if not person.may(Permission.COMMENT_ON_PLAN):
        return
    by_thing: dict[str, list[Comment]] = {}
    for each in board.comments:
        if each.key in board.document.things:
            by_thing.setdefault(each.key, []).append(each)
    for key, said in by_thing.items():
        asked = [each for each in said if _asks(board, person, said, each)]
        if asked and said[-1].by_id != person.user.pk:
            yield _asked(board, person, key, asked)


def _asks(board: Board, person: Person, said: list[Comment], comment: Comment) -> bool:
    """Whether a comment is for this person: about what they answer for, or after one of theirs."""
    if comment.by_id == person.user.pk:
        return False
    if comment.review_id and person.may(Permission.EDIT_PLAN):
        return False  # the return itself is their line
    owner = board.document.text(comment.key, "owner") if comment.key in board.document.things else ""
    is_theirs = owner == person.number or (not owner and person.may(Permission.EDIT_PLAN))
    return is_theirs or any(each.by_id == person.user.pk and each.pk < comment.pk for each in said)


def _asked(board: Board, person: Person, key: str, asked: list[Comment]) -> Waits:
    last = asked[-1]
    facts = {"name": last.by.name, "thing": name_of(board.pack, board.document, key)}
    what, told = _("%(name)s commented on “%(thing)s”."), _("Somebody commented on “%(thing)s”.")
    place = Place(last.key, last.field, last.side, last.period)
    address = f"{reverse('plan-comment')}?place={named(place)}"
    kind = RETURNED if last.review_id else DUE
    if kind == RETURNED and _is_reported(board, place) and person.may(Permission.REPORT_PROGRESS):
        address = reverse("plan-update", args=[place.period, key])
    return Waits(kind, what % facts, told % facts, _("Read it and answer"), address)


def _is_reported(board: Board, place: Place) -> bool:
    """Whether a place is part of an activity's report."""
    thing = board.document.things[place.entry]
    fields = {each.name for each in KINDS[thing.kind].fields if each.per_period}
    return thing.kind == "activity" and place.field in fields and board.document.period(place.period) is not None


def _left(board: Board, person: Person) -> Iterator[Waits]:
    """For the lead: who has left and is still named."""
    if not person.may(Permission.EDIT_PLAN):
        return
    for each in board.left:
        what = ngettext(
            "%(name)s has left and is still named in %(count)d place of the plan.",
            "%(name)s has left and is still named in %(count)d places of the plan.",
            len(each.places),
        )
        told = ngettext(
            "Somebody who has left is still named in %(count)d place of the plan.",
            "Somebody who has left is still named in %(count)d places of the plan.",
            len(each.places),
        )
        facts = {"name": each.name, "count": len(each.places)}
        yield Waits(DUE, what % facts, told % facts, _("Hand over"), reverse("plan-hand-over"))
