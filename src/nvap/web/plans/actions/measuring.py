"""Taking measures into the plan with those that are read alongside them, and taking things out again."""

from __future__ import annotations

from collections.abc import Collection

from nvap.packs import Pack
from nvap.plan.document import Document, Place, joined
from nvap.plan.form import REMOVED, STANDING
from nvap.web.accounts.models import User
from nvap.web.plans.actions.saving import NewThing, Typed, save
from nvap.web.plans.models import Plan


def pick(
    *, plan: Plan, pack: Pack, document: Document, measures: Collection[str], by: User, reason: str = ""
) -> tuple[str, ...]:
    """Take measures of the toolkit into the plan, each with its guard-rails; returns those that came in by it."""
    standing = {each.key for each in document.of("measure")}
    chosen = [each for each in dict.fromkeys(measures) if each in pack and pack.kind(each) == "measure"]
    chosen = [each for each in chosen if each not in standing]
    guards = {key: guards_of(pack, key) for key in chosen}
    wanted = dict.fromkeys([*chosen, *(guard for found in guards.values() for guard in found)])
    coming = [each for each in wanted if each not in standing]
    new = [NewThing(key, "measure", _objective(pack, key)) for key in coming if key not in document.things]
    typed = [_typed(document, Place(key, STANDING.name), "") for key in coming if key in document.things]
    typed += [_typed(document, Place(key, "guards"), joined(found)) for key, found in guards.items() if found]
    if coming:
        save(plan=plan, typed=typed, by=by, new=new, reason=reason)
    return tuple(coming)


def take_out(*, plan: Plan, document: Document, key: str, by: User, reason: str) -> None:
    """Take a thing out of the plan; everything written about it is kept. Raises a kind of NotSaved."""
    save(plan=plan, typed=[_typed(document, Place(key, STANDING.name), REMOVED)], by=by, reason=reason)


def guards_of(pack: Pack, key: str) -> tuple[str, ...]:
    """The measures that the toolkit reads alongside one; none for a measure that it only names."""
    measure = pack.measures.get(key)
    return tuple(each.measure for each in measure.read_alongside if each.measure in pack) if measure else ()


def _typed(document: Document, place: Place, text: str) -> Typed:
    stands = document.texts.get(place)
    return Typed(place, text, stands.version if stands else 0)


def _objective(pack: Pack, key: str) -> str:
    found = pack.measures[key] if key in pack.measures else pack.items[key]
    return str(getattr(found, "objective", "") or "")
