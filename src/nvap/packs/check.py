"""Whether a pack hangs together: every id leads somewhere, nothing stands alone, nothing goes in circles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nvap.errors import nearest
from nvap.packs.draft import Draft
from nvap.packs.entries import Entry
from nvap.packs.item import Item, PeelCodes, link_fields, wording
from nvap.packs.items import (
    Activity,
    Aim,
    Challenge,
    Consequence,
    Evidence,
    Impact,
    Issue,
    LongTermImpact,
    MeasureToCome,
    Objective,
    Output,
    Question,
    Reference,
)
from nvap.packs.mirrors import mirror_links

Holds = Callable[[Entry, Mapping[str, set[str]], Draft], bool]
Rule = tuple[type[Item], Holds, str]


def check(draft: Draft) -> None:
    """Note every fault between the entries of a draft, after filling in links that only one end names.

    Where a file could not be read the links are left unchecked: each would seem to lead nowhere.
    """
    if draft.unread:
        return
    _check_links(draft)
    mirror_links(draft)
    _check_pack_facts(draft)
    _check_alone(draft)
    _check_measures(draft)
    _check_circles(draft)
    _check_peel(draft)
    _check_overlays(draft)


def _check_links(draft: Draft) -> None:
    """Every id named is the id of an item of the right kind."""
    for entry in draft.entries:
        for name, how in link_fields(entry.cls).items():
            allowed = draft.ids_of(how["to"])
            for position, end in enumerate(entry.values.get(name, ())):
                if end not in allowed:
                    entry.fault(draft.faults, _no_such(draft, how, name, end, allowed), name, position)
        objective = entry.values["objective"]
        known = draft.ids_of((Objective.kind,))
        if entry.cls.names_objective and objective and objective not in known:
            message = f"no objective `{objective}`; there are: {', '.join(known)}.{nearest(objective, known)}"
            entry.fault(draft.faults, message, "objective")


def _no_such(draft: Draft, how: Mapping[str, Any], name: str, end: str, allowed: Iterable[str]) -> str:
    key, to = how.get("key") or name, how["to"]
    wanted = "item" if "*" in to else " or ".join(to)
    if end in draft.by_id:
        return f"`{key}` names `{end}`, which is of kind {draft.by_id[end].cls.kind}, not {wanted}"
    return f"`{key}` names `{end}`, but no {wanted} has that id.{nearest(end, allowed)}"


def _check_pack_facts(draft: Draft) -> None:
    node, facts = draft.pack_node, draft.facts
    if node is None or facts is None:
        return
    known = draft.ids_of(("measure",))
    for each in facts.starting_set:
        if each not in known:
            node.fault(
                f"`starting_set` names `{each}`, but no measure has that id.{nearest(each, known)}", "starting_set"
            )
    if facts.peel_edition and facts.peel_edition not in draft.peel:
        close = nearest(facts.peel_edition, draft.peel)
        known_editions = ", ".join(draft.peel) or "none"
        message = f"`peel_edition` is `{facts.peel_edition}`; there is a file for: {known_editions}.{close}"
        node.fault(message, "peel_edition")
    for cls in (Objective, LongTermImpact):
        if not draft.ids_of((cls.kind,)):
            node.fault(f"the pack has no {cls.kind}")


def _has(name: str) -> Holds:
    return lambda entry, named_by, draft: bool(entry.values.get(name))


def _is_named(entry: Entry, named_by: Mapping[str, set[str]], draft: Draft) -> bool:
    return entry.id in named_by


def _holds(cls: type[Item], name: str) -> Holds:
    """Whether some entry of a kind says that it belongs to this one."""
    return lambda entry, named_by, draft: any(
        each.values.get(name) in (entry.id, (entry.id,)) for each in draft.of(cls)
    )


_RULES: tuple[Rule, ...] = (
    (Objective, _holds(Activity, "objective"), "has no activity"),
    (Activity, _has("outputs"), "has no output"),
    (Output, _has("activity"), "belongs to no activity"),
    (Output, _has("leads_to"), "leads to no impact"),
    (Impact, _is_named, "has nothing that leads to it"),
    (Impact, _has("leads_to"), "leads to no long-term impact"),
    (LongTermImpact, _is_named, "has nothing that leads to it"),
    (Question, _has("tests"), "tests no impact"),
    (Evidence, _has("about"), "is about nothing"),
    (Reference, _is_named, "is cited by nothing"),
    (Challenge, _holds(Issue, "challenge"), "has no issue"),
    (Consequence, _has("objectives"), "belongs to no objective"),
    (MeasureToCome, _has("questions"), "answers no question"),
)


def _check_alone(draft: Draft) -> None:
    """No item stands alone: an output has its activity, an impact something that leads to it, a reference a citer."""
    named_by = _named_by(draft)
    for cls, holds, message in _RULES:
        for entry in draft.of(cls):
            if not holds(entry, named_by, draft):
                entry.fault(draft.faults, f"{cls.kind} `{entry.id}` {message}", "id")
    if draft.pack_node is not None and not any(draft.of(Aim)):
        draft.pack_node.fault("the action has no `aim`", "action")


def _named_by(draft: Draft) -> dict[str, set[str]]:
    """Who names each id; an impact counts as named only by the arrows that lead to it."""
    found: dict[str, set[str]] = {}
    for each in draft.entries:
        for name in link_fields(each.cls):
            for end in each.values.get(name, ()):
                is_impact = end in draft.by_id and draft.by_id[end].cls in (Impact, LongTermImpact)
                if name == "leads_to" or not is_impact:
                    found.setdefault(end, set()).add(each.id)
    return found


def _check_measures(draft: Draft) -> None:
    """A measure stands once, helps to answer a question, and names only what there is."""
    asked = {end for each in draft.of(Question) for end in each.values["measures"]}
    for measure_id, file in draft.measure_files.items():
        measure = draft.measures[measure_id]
        if measure_id in draft.by_id:
            entry = draft.by_id[measure_id]
            message = f"`{measure_id}` has its own file measures/{file.name}; take it out of {entry.cls.plural}"
            entry.fault(draft.faults, message, "id")
        if measure_id not in asked:
            draft.faults.add(file, _line_of(file, "questions"), f"measure `{measure_id}` answers no question")
        named = (
            ("objective", Objective.kind, (measure.objective,)),
            ("activities", Activity.kind, measure.activities),
            ("questions", Question.kind, measure.questions),
            ("read_alongside", MeasureToCome.kind, tuple(each.measure for each in measure.read_alongside)),
            ("benchmarks", Reference.kind, tuple(each.reference for each in measure.benchmarks if each.reference)),
        )
        for key, kind, ends in named:
            known = draft.ids_of((kind,))
            for end in ends:
                if end not in known:
                    message = f"`{key}` names `{end}`, but no {kind} has that id.{nearest(end, known)}"
                    draft.faults.add(file, _line_of(file, key, end), message)


def _line_of(file: Path, key: str, word: str = "") -> int:
    """The line of a measure's file where `key` stands, or the first after it that holds `word`."""
    lines = file.read_text(encoding="utf-8").splitlines()
    start = next((number for number, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)
    holding = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w-])")
    return next((number for number, line in enumerate(lines[start - 1 :], start) if holding.search(line)), start)


def _check_circles(draft: Draft) -> None:
    """The arrows go one way: no impact leads back to itself."""
    ends = {each.id: each.values["leads_to"] for each in draft.of(Impact)}
    done: set[str] = set()
    for start in ends:
        path = [start]
        circle = _circle(start, ends, path, done)
        if circle:
            entry = draft.by_id[circle[0]]
            entry.fault(draft.faults, f"impacts lead in a circle: {' → '.join(circle)}", "leads_to")


def _circle(start: str, ends: dict[str, tuple[str, ...]], path: list[str], done: set[str]) -> list[str]:
    """The circle reached from the end of `path`, or nothing; every id walked is marked done."""
    if start in done:
        return []
    for end in ends[start]:
        if end in path:
            done.update(path)
            return [*path[path.index(end) :], end]
        if end in ends:
            found = _circle(end, ends, [*path, end], done)
            if found:
                return found
    done.add(start)
    return []


def _check_peel(draft: Draft) -> None:
    """A PEEL code is one that its edition has."""
    for entry in draft.entries:
        for message in _unknown_codes(draft, entry.values.get("peel")):
            entry.fault(draft.faults, message, "peel")
    for measure_id, file in draft.measure_files.items():
        for message in _unknown_codes(draft, draft.measures[measure_id].peel):
            draft.faults.add(file, _line_of(file, "peel"), message)


def _unknown_codes(draft: Draft, pointer: PeelCodes | None) -> Iterator[str]:
    if pointer is None or not pointer.edition:
        return
    edition = draft.peel.get(pointer.edition)
    if edition is None:
        known = f"known: {', '.join(draft.peel)}.{nearest(pointer.edition, draft.peel)}"
        yield f"no PEEL edition `{pointer.edition}`; {known}"
        return
    for code in pointer.codes:
        if code not in edition.codes:
            yield f"PEEL edition {edition.edition} has no code `{code}`.{nearest(code, edition.codes)}"


def _check_overlays(draft: Draft) -> None:
    """An overlay translates the words of items that exist."""
    for file, _, item_id, lines in draft.overlay_lines:
        entry = draft.by_id.get(item_id)
        if entry is None:
            close = nearest(item_id, draft.by_id)
            draft.faults.add(file, lines[""], f"no item `{item_id}` to translate.{close}")
            continue
        allowed = wording(entry.cls)
        for name in lines:
            if name and name not in allowed:
                message = f"`{item_id}` has no words under `{name}`; it has: {', '.join(allowed)}"
                draft.faults.add(file, lines[name], f"{message}.{nearest(name, allowed)}")
