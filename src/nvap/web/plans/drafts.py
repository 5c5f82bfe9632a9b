"""What somebody has typed and not saved yet: theirs alone, never checked, back in the form when they return."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from nvap.plan.document import Document, Place
from nvap.plan.form import KINDS, LONGEST, field_of
from nvap.web.accounts.models import User
from nvap.web.plans.actions import saving
from nvap.web.plans.actions.saving import Typed, where
from nvap.web.plans.models import Draft, Plan

# Longer than any field takes, so that a text too long to save is still kept; no more, so that nobody fills the disk.
LONGEST_DRAFT = LONGEST["text"] * 4
_KINDS_OF_OWN = {each.own_prefix: each.name for each in KINDS.values() if each.own_prefix}


def place_named(document: Document, name: str) -> Place | None:
    """The place that a field of a form stands for; None for a name that stands for none in this plan.

    A thing of the force's own that is only being written has a number already, and no place in the plan yet.
    """
    parts = name.split("--")
    if len(parts) != 4:
        return None
    place = Place(*parts)
    thing = document.things.get(place.entry)
    kind = thing.kind if thing else _KINDS_OF_OWN.get(saving.begins(place.entry), "")
    try:
        field = field_of(kind, place.field)
    except KeyError:
        return None
    has_period = document.period(place.period) is not None if field.per_period else not place.period
    return place if place.side in field.sides and has_period else None


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


def keep_changed(
    *, plan: Plan, user: User, typed: Sequence[Typed], opened_with: Callable[[Place], str]
) -> tuple[Typed, ...]:
    """Keep the texts that differ from what the form was opened with; earlier drafts of the others are thrown away."""
    changed = tuple(each for each in typed if _plain(each.text) != opened_with(each.place))
    keep(plan=plan, user=user, typed=changed)
    forget(plan=plan, user=user, places={each.place for each in typed} - {each.place for each in changed})
    return changed


def _plain(text: str) -> str:
    """A text as the plan would keep it; browsers send their own line breaks."""
    return text.replace("\r\n", "\n").strip()


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
