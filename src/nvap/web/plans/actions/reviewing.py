"""The plan between its authors and whoever signs it off: sent, taken back, returned, signed off, opened again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from nvap.errors import UsageFault
from nvap.packs import Pack
from nvap.plan.document import Document, Place
from nvap.plan.snapshot import content_hash, frozen
from nvap.web.access import Permission
from nvap.web.accounts.models import Membership, User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans import signed
from nvap.web.plans.actions.saving import where
from nvap.web.plans.actions.screening import refuse_identifying
from nvap.web.plans.document import document_of
from nvap.web.plans.models import Comment, Plan, PlanSettings, Reopening, Review, Save, Snapshot, StoredFile

OPEN = (Plan.State.DRAFT, Plan.State.RETURNED, Plan.State.REOPENED)
LONGEST_NOTE = 2000
LONGEST_REASON = 500


@dataclass(frozen=True)
class Said:
    """A comment on a place, or on a whole thing where the place has no field."""

    place: Place
    text: str


def approver_missing(document: Document) -> str:
    """Why nobody can sign the plan off yet, in words; empty where somebody can."""
    named = document.text("about", "approver")
    if not named:
        return _("Nobody is named who signs the plan off. Name somebody on the page about the plan.")
    name = {"name": document.people.get(named, _("Somebody"))}
    membership = Membership.objects.current().filter(force=document.force, user_id=int(named)).first()
    if membership is None:
        return _("%(name)s is named to sign the plan off and is no longer here. Name somebody else.") % name
    if not membership.kind.may(Permission.SIGN_OFF_PLAN):
        return _("%(name)s is named to sign the plan off, and their role may not. Name somebody else.") % name
    return ""


def may_sign(plan: Plan, review: Review, by: User) -> bool:
    """Whether somebody may sign this version off: no author of it, unless the force has set that authors may."""
    if PlanSettings.objects.filter(force=plan.force_id, self_approval=True).exists():
        return True
    last = signed.last_snapshot(plan)
    own = Save.objects.filter(plan=plan, by=by, number__gt=last.version if last else 0, number__lte=review.version)
    return review.sent_by_id != by.pk and not own.exists()


def send(*, plan: Plan, by: User, note: str = "", accepted: bool = False) -> Review:
    """Send the plan as it stands for sign-off. Raises UsageFault where nobody could sign it, or nothing is new.

    Here and below, a note, comment or reason that may identify somebody is refused until its writer has `accepted` it.
    """
    refuse_identifying(note, accepted=accepted)
    with transaction.atomic():
        held = _locked(plan)
        if held.state == Plan.State.IN_REVIEW:
            raise UsageFault(_("The plan waits for sign-off already."))
        last = signed.last_snapshot(held)
        if held.state == Plan.State.SIGNED_OFF and last and last.version == held.saves:
            raise UsageFault(_("Nothing has changed since the plan was signed off."))
        missing = approver_missing(document_of(held))
        if missing:
            raise UsageFault(missing)
        review = Review.objects.create(plan=held, version=held.saves, sent_by=by, note=note.strip()[:LONGEST_NOTE])
        _now(held, Plan.State.IN_REVIEW)
        _tell(held, by, Act.ALTER, held.saves, "sent for sign-off")
    plan.state = held.state
    return review


def withdraw(*, plan: Plan, by: User) -> None:
    """Take back what one has sent. Raises UsageFault where nothing waits, or somebody else sent it."""
    with transaction.atomic():
        held = _locked(plan)
        review = _waiting(held)
        if review.sent_by_id != by.pk:
            raise UsageFault(_("Only whoever sent the plan for sign-off can take it back."))
        _decided(review, Review.Outcome.WITHDRAWN, by, "")
        _now(held, _state_before(held))
        _tell(held, by, Act.ALTER, review.version, "taken back before sign-off")
    plan.state = held.state


def return_(
    *, plan: Plan, by: User, version: int, note: str = "", comments: Sequence[Said] = (), accepted: bool = False
) -> None:
    """Return the plan for changes, with comments beside its fields. The author stays the author."""
    said = [each for each in comments if each.text.strip()]
    if not said and not note.strip():
        raise UsageFault(_("Say what has to change: beside a field, or in the note."))
    refuse_identifying(note, *(each.text for each in said), accepted=accepted)
    with transaction.atomic():
        held = _locked(plan)
        review = _waiting(held, version)
        _decided(review, Review.Outcome.RETURNED, by, note)
        _say(held, review, by, said)
        _now(held, Plan.State.RETURNED)
        _tell(held, by, Act.ALTER, review.version, f"returned for changes, with {len(said)} comments")
    plan.state = held.state


def sign_off(
    *,
    plan: Plan,
    by: User,
    pack: Pack,
    version: int,
    note: str = "",
    comments: Sequence[Said] = (),
    accepted: bool = False,
) -> Snapshot:
    """Sign the version off that was sent, and freeze it with its files. Comments stay open, for what comes next.

    Raises UsageFault where it is not the version that waits, or where its author would sign it and the force has not
    set that authors may.
    """
    refuse_identifying(note, *(each.text for each in comments), accepted=accepted)
    with transaction.atomic():
        held = _locked(plan)
        review = _waiting(held, version)
        if not may_sign(held, review, by):
            raise UsageFault(_("You wrote or sent part of what has changed, so somebody else signs it off."))
        _decided(review, Review.Outcome.SIGNED_OFF, by, note)
        _say(held, review, by, [each for each in comments if each.text.strip()])
        snapshot = _frozen(held, pack, review, by)
        _now(held, Plan.State.SIGNED_OFF)
        _tell(held, by, Act.SIGN_OFF, review.version, f"sign-off {snapshot.number}, hash {snapshot.content_hash}")
    plan.state = held.state
    return snapshot


def reopen(*, plan: Plan, by: User, reason: str, accepted: bool = False) -> None:
    """Open a signed-off plan again for changes. What was signed off stays as it was."""
    if not reason.strip():
        raise UsageFault(_("Say why the plan is opened again."))
    refuse_identifying(reason, accepted=accepted)
    with transaction.atomic():
        held = _locked(plan)
        if held.state != Plan.State.SIGNED_OFF:
            raise UsageFault(_("Only a plan that is signed off can be opened again."))
        Reopening.objects.create(plan=held, by=by, reason=reason.strip()[:LONGEST_REASON])
        _now(held, Plan.State.REOPENED)
        _tell(held, by, Act.ALTER, held.saves, f"opened again; because: {reason.strip()}")
    plan.state = held.state


def _say(plan: Plan, review: Review, by: User, said: Sequence[Said]) -> None:
    Comment.objects.bulk_create(
        Comment(plan=plan, review=review, by=by, text=each.text.strip(), **where(each.place)) for each in said
    )


def _frozen(plan: Plan, pack: Pack, review: Review, by: User) -> Snapshot:
    document = document_of(plan, review.version)
    measured = signed.measured_for(plan.force, pack, document)
    text = frozen(document, measured)
    last = Snapshot.objects.filter(plan__force=plan.force_id, plan__pack=plan.pack).aggregate(last=Max("number"))
    snapshot = Snapshot.objects.create(
        plan=plan,
        number=(last["last"] or 0) + 1,  # counted over all plans of the force, so that an address stays its own
        review=review,
        version=review.version,
        document=text,
        content_hash=content_hash(text),
        signed_by=by,
        signed_at=review.decided_at or timezone.now(),
        note=review.decision_note,
    )
    StoredFile.objects.bulk_create(
        StoredFile(snapshot=snapshot, kind=kind, content=content, sha256=signed.hash_of(content))
        for kind, content in signed.files_of(pack, document, measured).items()
    )
    return snapshot


def _locked(plan: Plan) -> Plan:
    return Plan.objects.select_for_update(of=("self",)).select_related("force").get(pk=plan.pk)


def _waiting(plan: Plan, version: int | None = None) -> Review:
    review = Review.objects.filter(plan=plan, outcome=Review.Outcome.WAITING).first()
    if review is None or plan.state != Plan.State.IN_REVIEW:
        raise UsageFault(_("The plan does not wait for sign-off any more."))
    if version not in (None, review.version) or plan.saves != review.version:
        raise UsageFault(_("Another version waits for sign-off than the one you looked at. Look at it again."))
    return review


def _decided(review: Review, outcome: Review.Outcome, by: User, note: str) -> None:
    review.outcome, review.decided_by, review.decided_at = outcome, by, timezone.now()
    review.decision_note = note.strip()[:LONGEST_NOTE]
    review.save(update_fields=["outcome", "decided_by", "decided_at", "decision_note"])


def _state_before(plan: Plan) -> Plan.State:
    """Where a plan stood before it was sent."""
    last = signed.last_snapshot(plan)
    since = last.signed_at if last else plan.started_at
    if Review.objects.filter(plan=plan, outcome=Review.Outcome.RETURNED, decided_at__gt=since).exists():
        return Plan.State.RETURNED
    if last is None:
        return Plan.State.DRAFT
    again = Reopening.objects.filter(plan=plan, at__gt=since).exists()
    return Plan.State.REOPENED if again else Plan.State.SIGNED_OFF


def _now(plan: Plan, state: Plan.State) -> None:
    plan.state = state
    plan.save(update_fields=["state"])


def _tell(plan: Plan, by: User, act: Act, version: int, reason: str) -> None:
    journal.write(
        force=plan.force_id,
        by=by,
        act=act,
        object_type="plan",
        object_id=f"{plan.pack} version {version}",
        reason=reason,
    )
