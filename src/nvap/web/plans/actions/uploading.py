"""A workbook that was read: kept until its changes are taken over or thrown away, and for a day at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from nvap.documents.plan_reading.layout import Passage
from nvap.plan.document import Place
from nvap.web.accounts.models import User
from nvap.web.plans.actions.saving import NewThing, Typed, save
from nvap.web.plans.models import Plan, Save, Upload

WORKBOOK, TOOLKIT = "workbook", "toolkit"
_KEPT = timedelta(days=1)


def keep(*, plan: Plan, by: User, name: str, changes: Sequence[Typed]) -> Upload:
    """Keep what a file would change, for its uploader to look at. Nothing of the plan changes."""
    return _keep(plan, by, name, WORKBOOK, _told(changes, ()))


def keep_recognised(*, plan: Plan, by: User, name: str, found: Sequence[Passage]) -> Upload:
    """Keep what was recognised in a plan of the toolkit's layout, for its uploader to say where each text goes."""
    read = _told((), ()) | {"passages": [asdict(each) for each in found]}
    return _keep(plan, by, name, TOOLKIT, read)


def decide(*, upload: Upload, by: User, changes: Sequence[Typed], new: Sequence[NewThing]) -> None:
    """Keep what an upload would change, now that its uploader has said where its texts go."""
    with transaction.atomic():
        held = Upload.objects.select_for_update().get(pk=upload.pk, by=by)
        held.read = held.read | _told(changes, new)
        held.save(update_fields=["read"])


def held_by(plan: Plan, user: User, number: int) -> Upload | None:
    """An upload of this plan that this person made within the last day."""
    since = timezone.now() - _KEPT
    return Upload.objects.filter(pk=number, plan=plan, by=user, at__gte=since).first()


def changes_of(upload: Upload) -> tuple[Typed, ...]:
    """What an upload would change."""
    return tuple(
        Typed(Place(each["entry"], each["field"], each["side"], each["period"]), each["text"], each["base"])
        for each in upload.read["changes"]
    )


def new_of(upload: Upload) -> tuple[NewThing, ...]:
    """What would come into the plan with an upload."""
    return tuple(NewThing(each["key"], each["kind"], each["parent"]) for each in upload.read.get("new", ()))


def passages_of(upload: Upload) -> tuple[Passage, ...]:
    """What was recognised in an upload."""
    return tuple(Passage(**each) for each in upload.read.get("passages", ()))


def take_over(*, upload: Upload, by: User, reason: str, accepted: bool) -> int:
    """Save everything that an upload changes, in one save; returns how many places. Raises a kind of NotSaved."""
    with transaction.atomic():
        saved = save(
            plan=upload.plan,
            typed=changes_of(upload),
            new=new_of(upload),
            by=by,
            reason=reason,
            accepted=accepted,
            how=Save.How.UPLOADED,
        )
        upload.delete()
    return len(saved)


def throw_away(*, upload: Upload, by: User) -> None:
    """Forget an upload; its uploader alone may."""
    Upload.objects.filter(pk=upload.pk, by=by).delete()


def _keep(plan: Plan, by: User, name: str, kind: str, read: Mapping[str, object]) -> Upload:
    with transaction.atomic():
        Upload.objects.filter(at__lt=timezone.now() - _KEPT).delete()
        return Upload.objects.create(plan=plan, by=by, name=name[:200], kind=kind, read=read)


def _told(changes: Sequence[Typed], new: Sequence[NewThing]) -> dict[str, object]:
    return {
        "changes": [asdict(each.place) | {"text": each.text, "base": each.base} for each in changes],
        "new": [asdict(each) for each in new],
    }
