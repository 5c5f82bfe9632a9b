"""Saving what people write in a plan. Two people may write at once: nobody's text is overwritten unseen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import Q

from nvap.plan.document import Place, Written
from nvap.plan.form import STANDING, field_of
from nvap.plan.screening import Finding, screened
from nvap.web.accounts.models import User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans.models import Plan, Save, Snapshot, Text, Thing

_TRIES = 2
_MOST_NAMED = 12
_AT_ONCE = 400
# The force's own things bear a number; the toolkit's bear its ids.
NUMBERED = re.compile(r"(own-a|own-m|own-x|obs-|ev-)(\d+)")
# What is counted and shown as reporting goes on: it comes and goes while the plan is signed off.
_OF_REPORTING = ("evidence", "observation")


@dataclass(frozen=True)
class Typed:
    """What somebody has typed into a place, and the version that stood there when they opened the form (0: none)."""

    place: Place
    text: str
    base: int


@dataclass(frozen=True)
class NewThing:
    """Something that the plan did not hold before."""

    key: str
    kind: str
    parent: str = ""


@dataclass(frozen=True)
class Clash:
    """Two texts for one place: what somebody else saved in the meantime, and what was typed here."""

    theirs: Written
    mine: Typed


class NotSaved(Exception):
    """Nothing was saved; each kind says why."""


class Stale(NotSaved):
    """Somebody else has saved other words in the same places."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        self.clashes = tuple(clashes)
        super().__init__(f"{len(self.clashes)} fields were changed by somebody else")


class Locked(NotSaved):
    """The plan waits for sign-off, or is signed off and these fields are no part of reporting."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(f"the plan is {state}")


class ReasonNeeded(NotSaved):
    """Places that were signed off before change only with a reason."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = tuple(places)
        super().__init__(f"{len(self.places)} fields were signed off before and need a reason")


class Identifying(NotSaved):
    """A text may identify somebody; whoever wrote it has to change it or say that it does not."""

    def __init__(self, findings: Mapping[Place, tuple[Finding, ...]]) -> None:
        self.findings = dict(findings)
        super().__init__(f"{len(self.findings)} texts may identify somebody")


def save(
    *,
    plan: Plan,
    typed: Sequence[Typed],
    by: User,
    new: Sequence[NewThing] = (),
    reason: str = "",
    accepted: bool = False,
    how: Save.How = Save.How.TYPED,
) -> tuple[Place, ...]:
    """Save what was typed, as one new version of the plan; returns the places whose text is new.

    A text that equals what stands there, or what stood there when the form was opened, changes nothing. `reason` is
    needed for places that were signed off before; `accepted` says that the writer has looked at what may identify
    somebody. Raises a kind of NotSaved, and saves nothing at all, when any text cannot be saved.
    """
    asked = _Asked(typed, by, new, reason.strip(), accepted, how)
    for _ in range(_TRIES - 1):
        try:
            return _save(plan, asked)
        except IntegrityError:
            continue  # somebody took the same version number between our look and our save: look again
    return _save(plan, asked)


@dataclass(frozen=True)
class _Asked:
    """What a save asks for."""

    typed: Sequence[Typed]
    by: User
    new: Sequence[NewThing]
    reason: str
    accepted: bool
    how: Save.How


@transaction.atomic
def _save(plan: Plan, asked: _Asked) -> tuple[Place, ...]:
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    known = dict(Thing.objects.filter(plan=held).values_list("key", "kind"))
    asked = _renumbered(asked, known)
    kinds = known | {each.key: each.kind for each in asked.new}
    stands = _standing(held, {each.place.entry for each in asked.typed})
    changed = [each for each in asked.typed if _is_change(held, each, stands.get(each.place))]
    _refuse_locked(
        held,
        [_goes_on(asked.how, kinds[each.place.entry], each.place.field) for each in changed],
        asked.new,
    )
    clashes = [
        Clash(_written(stands[each.place]), each)
        for each in changed
        if each.place in stands and each.base != stands[each.place].version
    ]
    if clashes:
        raise Stale(clashes)
    _refuse_without_reason(held, changed, asked.reason)
    if not asked.accepted:
        _refuse_identifying(changed, kinds, asked.reason)
    if not changed and not asked.new:
        return ()
    _write(held, asked, changed, {place: row.version for place, row in stands.items()})
    plan.saves, plan.state = held.saves, held.state
    return tuple(each.place for each in changed)


def _write(plan: Plan, asked: _Asked, changed: Sequence[Typed], versions: Mapping[Place, int]) -> None:
    made = Save.objects.create(plan=plan, number=plan.saves + 1, by=asked.by, how=asked.how, reason=asked.reason[:500])
    plan.saves = made.number
    plan.save(update_fields=["saves"])
    Thing.objects.bulk_create(
        Thing(plan=plan, key=each.key, kind=each.kind, parent=each.parent, made_in=made) for each in asked.new
    )
    for places in _parts([each.place for each in changed]):
        Text.objects.filter(places, plan=plan, is_current=True).update(is_current=False)
    Text.objects.bulk_create(
        Text(plan=plan, save_made=made, version=versions.get(each.place, 0) + 1, text=each.text, **where(each.place))
        for each in changed
    )
    journal.write(
        force=plan.force_id,
        by=asked.by,
        act=Act.ALTER,
        object_type="plan",
        object_id=f"{plan.pack} version {made.number}",
        reason=_told(made, changed, asked.new),
    )


def where(place: Place) -> dict[str, str]:
    """A place as the columns that hold it."""
    return {"key": place.entry, "field": place.field, "side": place.side, "period": place.period}


def place_of(row: Text) -> Place:
    """The place of a row."""
    return Place(row.key, row.field, row.side, row.period)


def _standing(plan: Plan, keys: Iterable[str]) -> dict[Place, Text]:
    rows = Text.objects.filter(plan=plan, is_current=True, key__in=set(keys)).select_related("save_made__by")
    return {place_of(row): row for row in rows}


def _renumbered(asked: _Asked, taken: Collection[str]) -> _Asked:
    """What is asked, with the next free number for a new thing whose number somebody took while it was written."""
    names: dict[str, str] = {}
    for each in asked.new:
        numbered = NUMBERED.fullmatch(each.key)
        if numbered and each.key in taken:
            known = [*taken, *names.values(), *(new.key for new in asked.new)]
            names[each.key] = next_key(numbered[1], known)
    if not names:
        return asked
    typed = [
        replace(each, place=replace(each.place, entry=names.get(each.place.entry, each.place.entry)))
        for each in asked.typed
    ]
    return replace(asked, typed=typed, new=[replace(each, key=names.get(each.key, each.key)) for each in asked.new])


def begins(key: str) -> str:
    """How the id of a thing of the force's own begins; empty for one of the toolkit's."""
    found = NUMBERED.fullmatch(key)
    return found[1] if found else ""


def next_key(begins: str, taken: Iterable[str]) -> str:
    """The next id of the force's own things that begin so."""
    numbers = [int(found[2]) for found in map(NUMBERED.fullmatch, taken) if found and found[1] == begins]
    return f"{begins}{max(numbers, default=0) + 1}"


def _goes_on(how: Save.How, kind: str, name: str) -> bool:
    """Whether a field changes while the plan is signed off: what is reported, and whom something is handed over to."""
    field = field_of(kind, name)
    return field.in_reports or kind in _OF_REPORTING or (how == Save.How.HANDED_OVER and field.kind == "person")


def _refuse_locked(plan: Plan, in_reports: Sequence[bool], new: Sequence[NewThing]) -> None:
    if not in_reports and not new:
        return
    if plan.state == Plan.State.IN_REVIEW:
        raise Locked(plan.state)
    makes_plan = any(each.kind in ("activity", "measure", "consequence") for each in new)
    if plan.state == Plan.State.SIGNED_OFF and (makes_plan or not all(in_reports)):
        raise Locked(plan.state)


def _refuse_without_reason(plan: Plan, changed: Sequence[Typed], reason: str) -> None:
    if reason.strip() or not changed:
        return
    signed = Snapshot.objects.filter(plan=plan).values_list("version", flat=True).first()
    if signed is None:
        return
    before = Text.objects.filter(plan=plan, save_made__number__lte=signed).exclude(text="")
    parts = _parts([each.place for each in changed])
    needing = {place_of(row) for places in parts for row in before.filter(places)}
    if needing:
        raise ReasonNeeded(sorted(needing))


def _refuse_identifying(changed: Sequence[Typed], kinds: Mapping[str, str], reason: str) -> None:
    found = {
        each.place: screened(each.text) for each in changed if field_of(kinds[each.place.entry], each.place.field).prose
    }
    found = {place: findings for place, findings in found.items() if findings}
    if screened(reason):
        found[Place("", "reason")] = screened(reason)
    if found:
        raise Identifying(found)


def _version(row: Text | None) -> int:
    return row.version if row else 0


def _written(row: Text) -> Written:
    made = row.save_made
    return Written(row.text, row.version, made.by.name, made.at, made.number, made.reason)


def _is_change(plan: Plan, typed: Typed, stands: Text | None) -> bool:
    """Whether a text says something that neither stands there now nor stood there when the form was opened."""
    if typed.text == (stands.text if stands else ""):
        return False
    return typed.base == _version(stands) or typed.text != _text_at(plan, typed)


def _text_at(plan: Plan, typed: Typed) -> str | None:
    """What stood in a place when the form was opened; None where the form names a version that never was."""
    if typed.base == 0:
        return ""
    row = Text.objects.filter(plan=plan, version=typed.base, **where(typed.place)).first()
    return row.text if row else None


def _parts(places: Sequence[Place]) -> Iterator[Q]:
    """The places as conditions of a size that SQLite takes: a workbook may change more than a thousand at once."""
    for start in range(0, len(places), _AT_ONCE):
        yield _any_of(places[start : start + _AT_ONCE])


def _any_of(places: Sequence[Place]) -> Q:
    found = Q(pk__in=())
    for each in places:
        found |= Q(**where(each))
    return found


def _told(made: Save, changed: Sequence[Typed], new: Sequence[NewThing]) -> str:
    """What changed, for the journal: never what is written there."""
    added = [f"new {each.kind} {each.key}" for each in new]
    named = [
        " ".join(filter(None, (each.place.entry, each.place.field, each.place.side, each.place.period)))
        for each in changed
        if each.place.field != STANDING.name or each.text
    ]
    more = len(added) + len(named) - _MOST_NAMED
    told = ", ".join((added + named)[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    why = f"; because: {made.reason}" if made.reason else ""
    return f"{made.how}: {told}{why}"
