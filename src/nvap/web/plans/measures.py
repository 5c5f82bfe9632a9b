"""The plan's measures as their pages show them: what can be picked, what guards what, and what may have a target."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from nvap.packs import Pack
from nvap.packs.items import MeasureToCome
from nvap.plan.document import Document, Thing
from nvap.plan.targets import Subject, why_no_target
from nvap.web.plans.actions.measuring import guards_of
from nvap.web.plans.reading import name_of
from nvap.web.toolkit.reading import line


@dataclass(frozen=True)
class Pick:
    """A measure of the toolkit that can be picked, and whether it is in the plan already."""

    key: str
    title: str
    says: str
    address: str
    to_come: bool
    chosen: bool
    alongside: str


@dataclass(frozen=True)
class Picks:
    """One objective's measures to pick from."""

    id: str
    title: str
    measures: tuple[Pick, ...]


def picks(pack: Pack, document: Document) -> tuple[Picks, ...]:
    """Every measure of the toolkit, computed or still to come, by objective."""
    chosen = {each.key for each in document.of("measure")}
    return tuple(
        Picks(each.id, each.label, tuple(_pick(pack, key, chosen) for key in _of_objective(pack, each.id)))
        for each in pack.objectives
    )


def because(document: Document, key: str) -> str:
    """Why a measure stands in the plan that nobody picked for itself; empty for any other."""
    of = [each.key for each in document.of("measure") if key in document.several(each.key, "guards")]
    if not of or document.text(key, "guards"):
        return ""
    return _("Added because it is read alongside %(measures)s") % {"measures": ", ".join(of)}


def no_target(pack: Pack, document: Document, key: str, typed: Mapping[str, str] | None = None) -> str:
    """Why a measure may have no target, in words; empty where it may. `typed` stands before what is saved."""
    return _(found) if (found := why_no_target(subject_of(pack, document, key, typed or {}))) else ""


def subject_of(pack: Pack, document: Document, key: str, typed: Mapping[str, str]) -> Subject:
    """What a target of a measure would be set on."""
    measure = pack.measures.get(key)
    if measure is not None:
        part = typed.get("part", document.text(key, "part"))
        found = next((each for each in measure.parts if each.id == part), measure.parts[0])
        return Subject(f"{measure.short}. {measure.title}. {found.title}", found.statistic, found.unit)
    if key in pack.items:
        return Subject(f"{pack.label(key)}. {pack.items[key].text}")
    said = [typed.get(name, document.text(key, name)) for name in ("title", "numerator", "denominator", "unit")]
    return Subject(". ".join(said[:3]), unit=said[3], has_denominator=bool(said[2]))


def faults(pack: Pack, document: Document, key: str, typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a measure as it was typed, by field."""
    found = {}
    if "title" in typed and not typed["title"]:
        found["title"] = _("Write what the measure is called.")
    if typed.get("target"):
        why = no_target(pack, document, key, typed)
        if why:
            found["target"] = why
        for name in ("target_date", "target_reason"):
            if not typed.get(name):
                found[name] = _("A target needs its date and its reason.")
    first, last = typed.get("baseline_from", ""), typed.get("baseline_to", "")
    if bool(first) != bool(last) or first > last:
        found["baseline_to"] = _("The baseline needs a first day and a last day that is not before it.")
    return found


def takes_observations(pack: Pack, key: str) -> bool:
    """Whether no data can give the measure yet, so that people write down what they have seen."""
    return key not in pack.measures


def observation_faults(typed: Mapping[str, str], today: date | None = None) -> dict[str, str]:
    """What is wrong with an observation as it was typed, by field."""
    found = {
        name: _("Fill this in.") for name in ("first", "last", "numerator", "unknown", "source") if not typed[name]
    }
    for name in ("numerator", "denominator", "unknown"):
        if typed[name] and not re.fullmatch(r"\d{1,9}", typed[name]):
            found[name] = _("Write a whole number from 0 up.")
    if "numerator" not in found and "denominator" not in found and typed["denominator"]:
        if int(typed["denominator"]) == 0:
            found["denominator"] = _("Out of none there is nothing to observe.")
        elif int(typed["numerator"]) > int(typed["denominator"]):
            found["numerator"] = _("This cannot be more than what it is out of.")
    if typed["link"] and not typed["dated"]:
        found["dated"] = _("Give the date of the evidence.")
    elif typed["dated"] and not typed["link"]:
        found["link"] = _("Paste the address of the document in your force's own store.")
    if typed["first"] and typed["last"] and typed["last"] < typed["first"]:
        found["last"] = _("The last day is before the first.")
    elif typed["last"] and typed["last"] > (today or timezone.localdate()).isoformat():
        found["last"] = _("This day is still to come; an observation has been made.")
    return found


def with_new(document: Document, thing: Thing) -> Document:
    """The document as if it held something that comes into the plan with the next save."""
    return replace(document, things={**document.things, thing.key: thing})


def next_key(document: Document, prefix: str) -> str:
    """The first free id of the force's own things that begin so."""
    used = [key.removeprefix(prefix) for key in document.things if key.startswith(prefix)]
    return f"{prefix}{max((int(each) for each in used if each.isdigit()), default=0) + 1}"


def offered(pack: Pack, document: Document, key: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """The choices of a measure's fields that depend on the plan: its parts, and what can be read alongside it."""
    measure = pack.measures.get(key)
    return {
        "part": tuple((each.id, each.title) for each in measure.parts) if measure else (),
        "guards": guard_choices(pack, document, [key]),
    }


def guard_choices(pack: Pack, document: Document, keys: list[str]) -> tuple[tuple[str, str], ...]:
    """The measures of the plan, and those that the toolkit names as guard-rails, to read something alongside."""
    named = [guard for key in keys for guard in guards_of(pack, key)]
    held = [each.key for each in document.of("measure")]
    found = dict.fromkeys([*held, *named])
    return tuple((each, _named(pack, document, each)) for each in found if each not in keys)


def _named(pack: Pack, document: Document, key: str) -> str:
    name = name_of(pack, document, key) if key in document.things else pack.label(key)
    return name if key.startswith("own-") else f"{key} {name}"


def _of_objective(pack: Pack, objective: str) -> Iterator[str]:
    yield from (key for key, each in pack.measures.items() if each.objective == objective)
    yield from (each.id for each in pack.of(MeasureToCome) if each.objective == objective)


def _pick(pack: Pack, key: str, chosen: set[str]) -> Pick:
    found = line(pack, key)
    return Pick(
        key, found.label, found.text, found.address, found.to_come, key in chosen, ", ".join(guards_of(pack, key))
    )
