"""What somebody has typed and not saved yet: theirs alone, never checked, back in the form when they return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from nvap.plan.document import Place
from nvap.plan.form import LONGEST
from nvap.web.accounts.models import User
from nvap.web.plans.actions.saving import Typed, where
from nvap.web.plans.models import Draft, Plan

# Longer than any field takes, so that a text too long to save is still kept; no more, so that nobody fills the disk.
LONGEST_DRAFT = LONGEST["text"] * 4


def keep(*, plan: Plan, user: User, typed: Iterable[Typed]) -> datetime:
    """Keep texts as they are, in place of earlier drafts of the same places; returns when."""
    now = timezone.now()
    with transaction.atomic():
        for each in typed:
            Draft.objects.update_or_create(
                {"text": each.text[:LONGEST_DRAFT], "base": each.base, "saved_at": now},
                plan=plan,
                user=user,
                **where(each.place),  # type: ignore[arg-type]  # the columns of a place are all texts
            )
    return now


def kept(plan: Plan, user: User) -> Mapping[Place, Draft]:
    """Somebody's drafts in a plan."""
    rows = Draft.objects.filter(plan=plan, user=user)
    return {Place(row.key, row.field, row.side, row.period): row for row in rows}


def forget(*, plan: Plan, user: User, places: Iterable[Place]) -> None:
    """Throw drafts away: they were saved, or are no longer wanted."""
    wanted = set(places)
    gone = [row.pk for place, row in kept(plan, user).items() if place in wanted]
    if gone:
        Draft.objects.filter(pk__in=gone).delete()
