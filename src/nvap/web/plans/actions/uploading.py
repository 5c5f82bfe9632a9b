"""A workbook that was read: kept until its changes are taken over or thrown away, and for a day at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from nvap.plan.document import Place
from nvap.web.accounts.models import User
from nvap.web.plans.actions.saving import Typed, save
from nvap.web.plans.models import Plan, Save, Upload

_KEPT = timedelta(days=1)


def keep(*, plan: Plan, by: User, name: str, changes: Sequence[Typed]) -> Upload:
    """Keep what a file would change, for its uploader to look at. Nothing of the plan changes."""
    with transaction.atomic():
        Upload.objects.filter(at__lt=timezone.now() - _KEPT).delete()
        told = [asdict(each.place) | {"text": each.text, "base": each.base} for each in changes]
        return Upload.objects.create(plan=plan, by=by, name=name[:200], kind="workbook", read={"changes": told})


def changes_of(upload: Upload) -> tuple[Typed, ...]:
    """What an upload would change."""
    return tuple(
        Typed(Place(each["entry"], each["field"], each["side"], each["period"]), each["text"], each["base"])
        for each in upload.read["changes"]
    )


def take_over(*, upload: Upload, by: User, reason: str, accepted: bool) -> int:
    """Save everything that an upload changes, in one save; returns how many places. Raises a kind of NotSaved."""
    with transaction.atomic():
        plan = upload.plan
        saved = save(
            plan=plan, typed=changes_of(upload), by=by, reason=reason, accepted=accepted, how=Save.How.UPLOADED
        )
        upload.delete()
    return len(saved)


def throw_away(*, upload: Upload, by: User) -> None:
    """Forget an upload; its uploader alone may."""
    Upload.objects.filter(pk=upload.pk, by=by).delete()
