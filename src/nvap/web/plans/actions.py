"""Saving what people write in the plan. Two people may write at once: nobody's text is overwritten unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from nvap.packs import Pack
from nvap.web.accounts.models import Force, User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans.fields import Place
from nvap.web.plans.models import PlanText

_TRIES = 2


@dataclass(frozen=True)
class Typed:
    """What somebody has typed into a place, and the version that stood there when they opened the form (0: none)."""

    place: Place
    text: str
    base: int


@dataclass(frozen=True)
class Clash:
    """Two texts for one place: what somebody else saved in the meantime, and what was typed here."""

    theirs: PlanText
    mine: Typed


class Stale(Exception):
    """Somebody else has saved other words in the same places; nothing was saved."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        self.clashes = tuple(clashes)
        super().__init__(f"{len(self.clashes)} fields were changed by somebody else")


def save(*, force: Force, pack: Pack, section: str, typed: Sequence[Typed], by: User) -> tuple[Place, ...]:
    """Save what was typed on one page of the plan; returns the places whose text is new.

    A text that equals what stands there, or what stood there when the form was opened, changes nothing. Raises Stale,
    and saves nothing at all, where both this person and another have changed the same place since.
    """
    for _ in range(_TRIES - 1):
        try:
            return _save(force=force, pack=pack, section=section, typed=typed, by=by)
        except IntegrityError:
            continue  # somebody took the same version number between our look and our save: look again
    return _save(force=force, pack=pack, section=section, typed=typed, by=by)


@transaction.atomic
def _save(*, force: Force, pack: Pack, section: str, typed: Sequence[Typed], by: User) -> tuple[Place, ...]:
    stands = standing(force, pack)
    changed = [each for each in typed if _is_change(force, pack, each, stands.get(each.place))]
    clashes = [Clash(stands[each.place], each) for each in changed if each.base != _version(stands.get(each.place))]
    if clashes:
        raise Stale(clashes)
    for each in changed:
        _write(force, pack, each, by)
    if changed:
        journal.write(
            force=force.code,
            by=by,
            act=Act.ALTER,
            object_type="plan",
            object_id=pack.qualified(section),
            reason=", ".join(_spoken(each.place) for each in changed),
        )
    return tuple(each.place for each in changed)


def standing(force: Force, pack: Pack) -> Mapping[Place, PlanText]:
    """What stands in the force's plan now, place by place; a place where nothing was ever written is left out."""
    rows = PlanText.objects.filter(force=force, pack=pack.id).current().select_related("written_by")
    return {Place(row.field, row.objective, row.side): row for row in rows}


def _version(row: PlanText | None) -> int:
    return row.version if row else 0


def _is_change(force: Force, pack: Pack, typed: Typed, stands: PlanText | None) -> bool:
    """Whether a text says something that neither stands there now nor stood there when the form was opened."""
    if typed.text == (stands.text if stands else ""):
        return False
    return typed.base == _version(stands) or typed.text != _text_at(force, pack, typed)


def _text_at(force: Force, pack: Pack, typed: Typed) -> str | None:
    """What stood in a place when the form was opened; None where the form names a version that never was."""
    if typed.base == 0:
        return ""
    where = {name: getattr(typed.place, name) for name in ("field", "objective", "side")}
    row = PlanText.objects.filter(force=force, pack=pack.id, version=typed.base, **where).first()
    return row.text if row else None


def _write(force: Force, pack: Pack, typed: Typed, by: User) -> None:
    PlanText.objects.create(
        force=force,
        pack=pack.id,
        release=pack.release,
        field=typed.place.field,
        objective=typed.place.objective,
        side=typed.place.side,
        version=typed.base + 1,
        text=typed.text,
        written_by=by,
    )


def _spoken(place: Place) -> str:
    """A place for the journal: never what is written there."""
    return f"{place.field} ({place.side})" if place.side else place.field
