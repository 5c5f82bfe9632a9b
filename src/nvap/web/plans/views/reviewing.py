"""Sending the plan for sign-off, looking at what was sent, returning it or signing it off, and comments beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nvap.errors import UsageFault
from nvap.plan.document import Document, Place
from nvap.plan.snapshot import thawed
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.accounts.models import User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans import asides, history, signed, timed_out
from nvap.web.plans.actions import commenting, reviewing
from nvap.web.plans.actions.reviewing import Said
from nvap.web.plans.actions.screening import MayIdentify
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.models import Comment, Plan, Reopening, Review, Snapshot, StoredFile, VoidHash
from nvap.web.plans.reading import name_of
from nvap.web.plans.views.plan import plan_step
from nvap.web.plans.where_changed import change_address
from nvap.web.toolkit.page import show
from nvap.web.toolkit.reading import pack_in_use


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: StandingRequest) -> HttpResponseBase:
    """Send the plan for sign-off: who signs it, what stands in the way, a note."""
    desk = opened(request)
    fault: UsageFault | None = None
    if request.method == "POST":
        try:
            reviewing.send(plan=desk.plan, by=desk.user, note=request.POST.get("note", ""), accepted=_accepted(request))
        except UsageFault as found:
            fault = found
        else:
            asides.forget(desk.plan, desk.user, desk.document, ["note"])
            messages.success(request, _("Sent for sign-off. Nobody changes the plan until it is answered."))
            return redirect("plan-review")
    shown = {
        "plan": desk.plan,
        "approver": desk.document.person("about", "approver"),
        "missing": reviewing.approver_missing(desk.document),
        "fault": str(fault or ""),
        "may_identify": isinstance(fault, MayIdentify),
        "note": _said(desk, "note"),
        "writer": timed_out.writer(desk.plan, desk.user),
    }
    return show(request, "plans/send.html", desk.pack, shown, trail=(plan_step(),))


@needs(Permission.READ_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: StandingRequest) -> HttpResponseBase:
    """Where the plan stands with its sign-off; for whoever may answer, what changed, with a comment box beside it."""
    desk = opened(request)
    if request.method == "POST":
        if not may(request, Permission.SIGN_OFF_PLAN):
            return redirect("plan-review")
        try:
            return _answer(desk)
        except UsageFault as fault:
            return _review(desk, fault)
    return _review(desk)


@needs(Permission.EDIT_PLAN)
@require_POST
def withdraw(request: StandingRequest) -> HttpResponseBase:
    """Take back what one has sent."""
    desk = opened(request)
    try:
        reviewing.withdraw(plan=desk.plan, by=desk.user)
    except UsageFault as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, _("Taken back. The plan can be changed again."))
    return redirect("plan-review")


@needs(Permission.EDIT_PLAN, Permission.SIGN_OFF_PLAN)
@require_POST
def reopen(request: StandingRequest) -> HttpResponseBase:
    """Open a signed-off plan again for changes, with a reason."""
    desk = opened(request)
    try:
        reason = request.POST.get("reason", "")
        reviewing.reopen(plan=desk.plan, by=desk.user, reason=reason, accepted=_accepted(request))
    except UsageFault as fault:
        return _review(desk, fault)
    asides.forget(desk.plan, desk.user, desk.document, ["reason"])
    messages.success(request, _("The plan is open again. What was signed off stays as it was."))
    return redirect("plan")


@needs(Permission.COMMENT_ON_PLAN, Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: StandingRequest) -> HttpResponseBase:
    """Say something about a thing of the plan or one of its fields; and what was said about it before."""
    desk = opened(request)
    asked = request.GET.get("place") or request.POST.get("place") or "about------"
    place = history.place_named(desk.document, asked)
    fault: UsageFault | None = None
    name = asides.COMMENT + history.named(place)
    text = request.POST.get("text", "") or asides.kept(desk.plan, desk.user).get(name, "")
    if request.method == "POST":
        try:
            commenting.comment(plan=desk.plan, place=place, text=text, by=desk.user, accepted=_accepted(request))
        except UsageFault as found:
            fault = found
        else:
            asides.forget(desk.plan, desk.user, desk.document, [name])
            messages.success(request, _("The comment is added."))
            return redirect(f"{reverse('plan-comment')}?place={history.named(place)}")
    about = Comment.objects.filter(plan=desk.plan, key=place.entry).select_related("by", "settled_by", "review")
    shown = {
        "plan": desk.plan,
        "name": name_of(desk.pack, desk.document, place.entry),
        "label": history.label(desk.pack, desk.document, place),
        "place": history.named(place),
        "fault": str(fault or ""),
        "may_identify": isinstance(fault, MayIdentify),
        "text": text,
        "writer": timed_out.writer(desk.plan, desk.user),
        "remarks": _remarks(desk, list(about)),
    }
    return show(request, "plans/comment.html", desk.pack, shown, trail=(plan_step(),))


@needs(Permission.COMMENT_ON_PLAN, Permission.EDIT_PLAN)
@require_POST
def settle_comment(request: StandingRequest, number: int) -> HttpResponseBase:
    """Say that a comment is settled."""
    found = get_object_or_404(Comment, pk=number, plan__force=request.force)
    try:
        commenting.settle(comment=found, by=cast(User, request.user))
    except UsageFault as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, _("The comment is settled."))
    return redirect(f"{reverse('plan-comment')}?place={found.key}--{found.field}--{found.side}--{found.period}")


@needs(Permission.READ_SIGNED_OFF_PLAN)
@require_safe
def signed_list(request: StandingRequest) -> HttpResponse:
    """Everything that the force has signed off, the last first."""
    pack = pack_in_use()
    shown = {
        "snapshots": _snapshots(request).select_related("signed_by", "review__sent_by").defer("document"),
        "may_read_plan": may(request, Permission.READ_PLAN),
    }
    return show(request, "plans/signed_list.html", pack, shown, trail=(plan_step(),))


@needs(Permission.READ_SIGNED_OFF_PLAN)
@require_safe
def signed_page(request: StandingRequest, number: int) -> HttpResponse:
    """One sign-off for good: the plan as it was, its hash, who signed it when, its files."""
    pack = pack_in_use()
    snapshot = get_object_or_404(_snapshots(request).select_related("signed_by", "review__sent_by"), number=number)
    document, measured = thawed(snapshot.document)
    voids = VoidHash.objects.filter(snapshot=snapshot).select_related("redaction__by").order_by("pk")
    shown = {
        "snapshot": snapshot,
        "document": document,
        "measured": measured,
        "parts": history.whole(pack, document),
        "files": StoredFile.objects.filter(snapshot=snapshot).defer("content"),
        "voids": voids,
        "later": _snapshots(request).filter(number__gt=number).defer("document").order_by("number"),
        "earlier": _snapshots(request).filter(number__lt=number).defer("document").first(),
    }
    trail = (plan_step(), (_("Signed off"), reverse("plan-signed-list")))
    return show(request, "plans/signed.html", pack, shown, trail=trail)


@needs(Permission.READ_SIGNED_OFF_PLAN)
@require_safe
def signed_file(request: StandingRequest, number: int, kind: str) -> HttpResponse:
    """A file as it was made when the version was signed off."""
    snapshot = get_object_or_404(_snapshots(request), number=number)
    file = StoredFile.objects.filter(snapshot=snapshot, kind=kind).first()
    if file is None:
        raise Http404
    with transaction.atomic():
        journal.write(
            force=request.force.code,
            by=request.user,
            act=Act.EXPORT,
            object_type="plan",
            object_id=f"{snapshot.plan.pack} version {snapshot.version}",
            reason=f"sign-off {number}, {kind}",
        )
    name = f"plan-{request.force.code}-{snapshot.plan.pack}-sign-off-{number}.{kind}"
    answer = HttpResponse(bytes(file.content), content_type=signed.MEDIA_TYPES[StoredFile.Kind(kind)])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@dataclass(frozen=True)
class Remark:
    """A comment with the place it is about, in words."""

    comment: Comment
    label: str
    place: str
    change: str


def _answer(desk: Desk) -> HttpResponseBase:
    posted = desk.request.POST
    sent = posted.get("version", "")
    version, note = int(sent) if sent.isdecimal() else -1, posted.get("note", "")
    said = [
        Said(history.place_named(desk.document, address), text)
        for address, text in _typed(desk.request)
        if text.strip()
    ]
    accepted = _accepted(desk.request)
    if posted.get("act") == "sign-off":
        snapshot = reviewing.sign_off(
            plan=desk.plan, by=desk.user, pack=desk.pack, version=version, note=note, comments=said, accepted=accepted
        )
        _forget_answer(desk, said)
        messages.success(desk.request, _("Signed off. This page stays as it is, at this address."))
        return redirect("plan-signed", snapshot.number)
    reviewing.return_(plan=desk.plan, by=desk.user, version=version, note=note, comments=said, accepted=accepted)
    _forget_answer(desk, said)
    messages.success(desk.request, _("Returned, with your comments beside the fields."))
    return redirect("plan-review")


def _forget_answer(desk: Desk, said: list[Said]) -> None:
    names = [asides.COMMENT + history.named(each.place) for each in said]
    asides.forget(desk.plan, desk.user, desk.document, ["note", *names])


def _typed(request: StandingRequest) -> list[tuple[str, str]]:
    """The comments in the boxes, with the address of the place beside each."""
    return _comments(request.POST.items())


def _comments(named: Iterable[tuple[str, object]]) -> list[tuple[str, str]]:
    return [
        (name.removeprefix(asides.COMMENT), text)
        for name, text in named
        if name.startswith(asides.COMMENT) and isinstance(text, str)
    ]


def _said(desk: Desk, name: str) -> str:
    """What was sent in a box, or what was kept of it when a session ended."""
    return desk.request.POST.get(name, "") or asides.kept(desk.plan, desk.user).get(name, "")


def _accepted(request: StandingRequest) -> bool:
    """Whether the writer says to have looked at it, and that it identifies nobody."""
    return request.POST.get("accept") == "yes"


def _review(desk: Desk, fault: UsageFault | None = None) -> HttpResponse:
    rounds = list(Review.objects.filter(plan=desk.plan).select_related("sent_by", "decided_by")[:10])
    waiting = next((each for each in rounds if each.outcome == Review.Outcome.WAITING), None)
    last = signed.last_snapshot(desk.plan)
    may_answer = may(desk.request, Permission.SIGN_OFF_PLAN)
    comments = Comment.objects.filter(plan=desk.plan, settled_at=None).select_related("by")
    kept = asides.kept(desk.plan, desk.user)
    shown = {
        "plan": desk.plan,
        "waiting": waiting,
        "rounds": rounds,
        "last": last,
        "changes": history.changed(desk.pack, _stood(desk, last), desk.document) if waiting or last else (),
        "may_answer": may_answer and waiting is not None,
        "may_sign": may_answer and waiting is not None and reviewing.may_sign(desk.plan, waiting, desk.user),
        "may_send": may(desk.request, Permission.EDIT_PLAN) and waiting is None,
        "may_withdraw": waiting is not None and waiting.sent_by_id == desk.user.pk,
        "may_reopen": desk.plan.state == Plan.State.SIGNED_OFF
        and (may_answer or may(desk.request, Permission.EDIT_PLAN)),
        "approver": desk.document.person("about", "approver"),
        "missing": reviewing.approver_missing(desk.document),
        "remarks": _remarks(desk, list(comments)),
        "reopenings": Reopening.objects.filter(plan=desk.plan).select_related("by")[:10],
        "note": desk.request.POST.get("note", "") or kept.get("note", ""),
        "typed": [each for each in _typed(desk.request) or _comments(kept.items()) if each[1]],
        "reason": desk.request.POST.get("reason", "") or kept.get("reason", ""),
        "writer": timed_out.writer(desk.plan, desk.user),
        "fault": str(fault or ""),
        "may_identify": isinstance(fault, MayIdentify),
    }
    return show(desk.request, "plans/review.html", desk.pack, shown, trail=(plan_step(),))


def _stood(desk: Desk, last: Snapshot | None) -> Document:
    """The plan as it was signed off last; an empty one where it never was."""
    if last is not None:
        return thawed(last.document)[0]
    held = desk.document
    return Document(held.force, held.force_name, held.pack, held.release, 0, held.things, {})


def _remarks(desk: Desk, comments: list[Comment]) -> tuple[Remark, ...]:
    found = []
    may_change = may(desk.request, Permission.EDIT_PLAN)
    for each in comments:
        place = Place(each.key, each.field, each.side, each.period)
        if each.key in desk.document.things:
            change = change_address(desk.document, place)
            label = f"{each.key}, {history.label(desk.pack, desk.document, place)}"
            found.append(Remark(each, label, history.named(place), change if may_change else ""))
    return tuple(found)


def _snapshots(request: StandingRequest) -> QuerySet[Snapshot]:
    found = Snapshot.objects.filter(plan__force=request.force, plan__pack=pack_in_use().id)
    return found.select_related("plan").order_by("-number")
