"""A force's plan in the toolkit's own layout: what was recognised in the file, and where each text goes in the plan."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.utils.translation import gettext as _

from nvap.documents.plan_reading import SheetRead, read_plan_file
from nvap.documents.plan_reading.layout import ACTIVITY, OBJECTIVE, PERIOD, Passage, passages, seems_the_toolkits
from nvap.documents.plan_workbook import VERSION_REF
from nvap.errors import FileRefused
from nvap.packs import Pack
from nvap.packs.items import PlanField, PlanningQuestion
from nvap.plan import form, values
from nvap.plan.document import SEPARATOR, Document, Period, Place, Thing
from nvap.plan.form import KINDS, SIDES, Field
from nvap.web.plans.actions.saving import NewThing, Typed
from nvap.web.plans.blanks import label_of
from nvap.web.plans.measures import next_key
from nvap.web.plans.reading import ABOUT, name_of
from nvap.web.plans.workbook import newest_period
from nvap.web.toolkit.words import SIDES as SIDE_WORDS

NEW, LEFT_OUT = "new", ""
MOST = 300
_NAMED = 5
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ALIKE = 0.72
_DECIDED = "will-do"
_OF_OBJECTIVE = ("owner", "description")
_KINDS = (form.ABOUT, form.OBJECTIVE, form.ACTIVITY)
_SECOND = "b"

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Slot:
    """An activity of the file, and what it can be in the plan: left out, new, or one that the plan holds."""

    id: str
    objective: str
    words: str
    options: Options


@dataclass(frozen=True)
class Target:
    """A place that a text can go to, by its name in the form; the entry may be an activity of the file."""

    name: str
    words: str
    entry: str
    field: Field
    side: str


@dataclass(frozen=True)
class Choice:
    """Where everything goes: each text by its number, each activity of the file, and the period of what it reports."""

    rows: Mapping[int, str]
    slots: Mapping[str, str]
    period: str = ""
    notes: Mapping[int, str] = field(default_factory=dict)


@dataclass
class Outcome:
    """What the plan would take over from the file; what it cannot take, by the text's number; who lacks a name."""

    changes: list[Typed] = field(default_factory=list)
    new: list[NewThing] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    unnamed: list[str] = field(default_factory=list)


def recognised(path: Path, pack: Pack) -> tuple[Passage, ...]:
    """Every text of a file with its heading. Raises FileRefused for what is no plan in the toolkit's layout."""
    sheets = read_plan_file(path)
    _refuse_unfit(path, sheets)
    found = passages(sheets, _labels(pack))
    if not seems_the_toolkits(found):
        raise FileRefused(
            _(
                "%(file)s has too few of the toolkit's headings to be read as a plan: look for Activity, Output, "
                "Impact measurement, Progress and the others, each beside or above its text."
            )
            % {"file": path.name}
        )
    if sum(bool(each.field) and not each.printed for each in found) > MOST:
        raise FileRefused(
            _("%(file)s holds more than %(most)d texts under headings: more than one plan. Upload one plan.")
            % {"file": path.name, "most": MOST}
        )
    return found


def _refuse_unfit(path: Path, sheets: Sequence[SheetRead]) -> None:
    if any(cell.text == VERSION_REF for sheet in sheets for cell in sheet.cells):
        raise FileRefused(
            _("%(file)s is the plan's own workbook: upload it under “Upload the workbook”.") % {"file": path.name}
        )
    hidden = [each.name for each in sheets if each.is_hidden]
    if hidden:
        raise FileRefused(
            _("%(file)s has hidden sheets (%(names)s). Show them, or take them out.")
            % {"file": path.name, "names": ", ".join(hidden[:_NAMED])}
        )
    formulas = [f"{sheet.name} {cell.name}" for sheet in sheets for cell in sheet.cells if cell.is_formula]
    if formulas:
        raise FileRefused(
            _("%(file)s has formulas (%(cells)s). Write the texts themselves.")
            % {"file": path.name, "cells": ", ".join(formulas[:_NAMED])}
        )


def slots(pack: Pack, document: Document, found: Sequence[Passage]) -> tuple[Slot, ...]:
    """The activities of the file, in its order."""
    split = _split(found)
    held: dict[str, list[Passage]] = {}
    for each in found:
        if each.activity and not each.printed and _objective(pack, each):
            held.setdefault(_slot(pack, each, split), []).append(each)
    return tuple(
        Slot(key, _objective(pack, parts[0]), _wording(parts), _options(pack, document, _objective(pack, parts[0])))
        for key, parts in held.items()
    )


def targets(pack: Pack, activities: Sequence[Slot]) -> tuple[Target, ...]:
    """Every place that a text of the file can go to."""
    return tuple(_targets(pack, activities))


def first_choice(pack: Pack, document: Document, found: Sequence[Passage], people: Mapping[str, str]) -> Choice:
    """What the headings say; what the plan cannot take is left out, with a note that says why."""
    activities = slots(pack, document, found)
    offered = {each.name: each for each in targets(pack, activities)}
    split, rows, notes = _split(found), {}, {}
    for number, each in enumerate(found):
        name = "" if each.printed else _target(pack, each, split)
        if name in offered:
            _text, fault = _read(offered[name].field, each.text, people)
            rows[number] = LEFT_OUT if fault else name
            if fault:
                notes[number] = f"{offered[name].words}: {fault}"
        elif each.field == PERIOD:
            notes[number] = _("It says which reporting period is meant, and is no text of the plan.")
    period = _reported(document, found) or newest_period(document)
    return Choice(rows, {each.id: _likely(each) for each in activities}, period.key if period else "", notes)


def taken(
    pack: Pack, document: Document, found: Sequence[Passage], choice: Choice, people: Mapping[str, str]
) -> Outcome:
    """What the plan would take over, as it was chosen."""
    activities = slots(pack, document, found)
    offered = {each.name: each for each in targets(pack, activities)}
    outcome = Outcome()
    entries = _entries(document, activities, choice, outcome)
    texts: dict[Place, list[int]] = {}
    for number, name in choice.rows.items():
        target = offered.get(name)
        if target is None or not 0 <= number < len(found) or found[number].printed:
            continue
        entry = entries.get(target.entry, target.entry)
        if entry and target.field.per_period and document.period(choice.period) is None:
            outcome.faults[number] = _("Choose the reporting period that this is about.")
        elif entry:
            period = choice.period if target.field.per_period else ""
            texts.setdefault(Place(entry, target.field.name, target.side, period), []).append(number)
    for place, numbers in texts.items():
        _take(document, outcome, place, (numbers, found), people)
    named = {each.place.entry for each in outcome.changes if each.place.field == "wording"}
    new = {each.key for each in outcome.new}
    outcome.unnamed = [slot for slot, entry in entries.items() if entry in new - named]
    _decide(document, outcome, {key: entry for key, entry in entries.items() if entry})
    return outcome


def with_all(document: Document, new: Sequence[NewThing]) -> Document:
    """The document as if it held what comes into the plan with the next save."""
    return replace(document, things={**document.things, **{e.key: Thing(e.key, e.kind, e.parent) for e in new}})


def _reported(document: Document, found: Sequence[Passage]) -> Period | None:
    """The last reporting period that the file's own "Reporting period" names by its month and year, if any."""
    told = " ".join(each.text for each in found if each.field == PERIOD).casefold()
    years = re.findall(r"\b20\d\d\b", told)
    for each in reversed(document.periods):
        for day in (each.first, each.last):
            if str(day.year) in years and re.search(rf"\b{_MONTHS[day.month - 1]}", told):
                return each
    return None


def _labels(pack: Pack) -> dict[str, tuple[str, ...]]:
    fields: dict[str, tuple[str, ...]] = {each.id: (each.label,) for each in pack.of(PlanField)}
    return fields | {each.id: (each.text,) for each in pack.of(PlanningQuestion)}


def _objective(pack: Pack, passage: Passage) -> str:
    number = passage.objective
    return pack.objectives[number - 1].id if 0 < number <= len(pack.objectives) else ""


def _split(found: Sequence[Passage]) -> frozenset[tuple[int, int]]:
    """The activities that have words of their own for each side: two activities, as the plan sees it."""
    said: dict[tuple[int, int], dict[str, str]] = {}
    for each in found:
        if each.field == ACTIVITY and not each.printed:
            said.setdefault((each.objective, each.activity), {})[each.side] = each.text
    return frozenset(key for key, texts in said.items() if len(set(texts.values())) > 1)


def _slot(pack: Pack, passage: Passage, split: frozenset[tuple[int, int]]) -> str:
    second = (passage.objective, passage.activity) in split and passage.side == SIDES[1]
    return f"{_objective(pack, passage)}.{passage.activity}{_SECOND if second else ''}"


def _wording(parts: Sequence[Passage]) -> str:
    return next((each.text for each in parts if each.field == ACTIVITY), "")


def _options(pack: Pack, document: Document, objective: str) -> Options:
    held = document.of("activity", objective)
    return (
        (LEFT_OUT, _("Leave it out, with all its texts")),
        (NEW, _("A new activity of our own")),
        *((each.key, f"{each.key} {name_of(pack, document, each.key)}") for each in held),
    )


def _likely(slot: Slot) -> str:
    """The plan's activity with nearly the same words; else a new one, where the file has words for it."""
    words = slot.words.casefold()
    scored = [
        (difflib.SequenceMatcher(None, words, told.partition(" ")[2].casefold()).ratio(), key)
        for key, told in slot.options[2:]
    ]
    best = max(scored, default=(0.0, ""))
    if words and best[0] >= _ALIKE:
        return best[1]
    return NEW if words else LEFT_OUT


def _targets(pack: Pack, activities: Sequence[Slot]) -> Iterator[Target]:
    for each in form.ABOUT.fields:
        if each.toolkit:
            yield Target(f"{ABOUT}--{each.name}--", label_of(pack, each), ABOUT, each, "")
    for objective in pack.objectives:
        for name in _OF_OBJECTIVE:
            yield from _sided(pack, objective.id, objective.id, form.OBJECTIVE.field(name))
        for slot in activities:
            if slot.objective == objective.id:
                for each in form.ACTIVITY.fields:
                    if each.toolkit:
                        yield from _sided(pack, slot.id, _("Activity %(id)s") % {"id": slot.id}, each)


def _sided(pack: Pack, entry: str, named: str, field: Field) -> Iterator[Target]:
    for side in field.sides:
        words = ", ".join(filter(None, (f"{named}: {label_of(pack, field)}", str(SIDE_WORDS.get(side, "")).lower())))
        yield Target(f"{entry}--{field.name}--{side}", words, entry, field, side)


def _target(pack: Pack, passage: Passage, split: frozenset[tuple[int, int]]) -> str:
    """The name of the place that a passage's heading says; empty where it says none."""
    found = next(
        ((kind, f) for kind in _KINDS for f in kind.fields if passage.field and f.toolkit == passage.field), None
    )
    if found is None or passage.field == OBJECTIVE:
        return ""
    kind, form_field = found
    if kind is form.ABOUT:
        return f"{ABOUT}--{form_field.name}--"
    entry = _objective(pack, passage)
    if kind is form.ACTIVITY and entry:
        entry = _slot(pack, passage, split)
    return f"{entry}--{form_field.name}--{passage.side if form_field.per_side else ''}"


def _entries(document: Document, activities: Sequence[Slot], choice: Choice, outcome: Outcome) -> dict[str, str]:
    """Which thing of the plan each activity of the file is; new ones come into the plan with the save."""
    entries, growing = {}, document
    for each in activities:
        chosen = choice.slots.get(each.id, LEFT_OUT)
        entries[each.id] = chosen if chosen in dict(each.options) and chosen != NEW else ""
        if chosen == NEW:
            key = next_key(growing, KINDS["activity"].own_prefix)
            outcome.new.append(NewThing(key, "activity", each.objective))
            growing = with_all(growing, outcome.new)
            entries[each.id] = key
    return entries


def _take(
    document: Document,
    outcome: Outcome,
    place: Place,
    told: tuple[list[int], Sequence[Passage]],
    people: Mapping[str, str],
) -> None:
    numbers, found = told
    known = with_all(document, outcome.new)
    said = dict.fromkeys(found[number].text for number in numbers)
    text, fault = _read(KINDS[known.things[place.entry].kind].field(place.field), SEPARATOR.join(said), people)
    if fault:
        outcome.faults |= dict.fromkeys(numbers, fault)
        return
    _change(document, outcome, place, text)


def _change(document: Document, outcome: Outcome, place: Place, text: str) -> None:
    stood = document.texts.get(place)
    if text != (stood.text if stood else ""):
        outcome.changes.append(Typed(place, text, stood.version if stood else 0))


def _decide(document: Document, outcome: Outcome, entries: Mapping[str, str]) -> None:
    """What stood in a force's plan is done; a new activity works towards the sides that it speaks of."""
    new = {each.key for each in outcome.new}
    for entry in entries.values():
        if not document.text(entry, "decision"):
            _change(document, outcome, Place(entry, "decision"), _DECIDED)
        told = {each.place.side for each in outcome.changes if each.place.entry == entry and each.place.side}
        if entry in new and len(told) == 1:
            _change(document, outcome, Place(entry, "sides"), told.pop())


def _read(field: Field, text: str, people: Mapping[str, str]) -> tuple[str, str]:
    """What the plan keeps of a text, or why it takes none of it."""
    given = text
    if field.kind == "person":
        named = [number for number, name in people.items() if name.casefold() == " ".join(text.split()).casefold()]
        given = named[0] if len(named) == 1 else "?"
    try:
        return values.read(field, given, people if field.kind == "person" else None), ""
    except values.BadValue as fault:
        return "", str(fault)
