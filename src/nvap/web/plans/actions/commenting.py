"""Comments beside the plan: anybody who may comment says something, and says when it is settled."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nvap.errors import UsageFault
from nvap.plan.document import Place
from nvap.plan.form import LONGEST
from nvap.web.accounts.models import User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans.actions.saving import where
from nvap.web.plans.actions.screening import refuse_identifying
from nvap.web.plans.models import Comment, Plan


def comment(*, plan: Plan, place: Place, text: str, by: User, accepted: bool = False) -> Comment:
    """Say something about a place of the plan, or about a whole thing.

    Raises MayIdentify, and saves nothing, where it may identify somebody and its writer has not `accepted` it.
    """
    said = text.strip()
    if not said:
        raise UsageFault(_("Write the comment first."))
    if len(said) > LONGEST["text"]:
        raise UsageFault(_("A comment has at most %(most)d characters.") % {"most": LONGEST["text"]})
    refuse_identifying(said, accepted=accepted)
    with transaction.atomic():
        made = Comment.objects.create(plan=plan, by=by, text=said, **where(place))
        _tell(plan, by, made, "comment added")
    return made


def settle(*, comment: Comment, by: User) -> None:
    """Say that a comment is settled. It stays readable."""
    with transaction.atomic():
        held = Comment.objects.select_for_update(of=("self",)).select_related("plan").get(pk=comment.pk)
        if held.settled_at is not None:
            raise UsageFault(_("The comment is settled already."))
        held.settled_by, held.settled_at = by, timezone.now()
        held.save(update_fields=["settled_by", "settled_at"])
        _tell(held.plan, by, held, "comment settled")


def _tell(plan: Plan, by: User, comment: Comment, what: str) -> None:
    place = " ".join(filter(None, (comment.key, comment.field, comment.side, comment.period)))
    journal.write(
        force=plan.force_id, by=by, act=Act.ALTER, object_type="plan", object_id=plan.pack, reason=f"{what}: {place}"
    )
