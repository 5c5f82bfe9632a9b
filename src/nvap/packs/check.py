"""Whether a pack hangs together: every id leads somewhere, nothing stands alone, nothing goes in circles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from nvap.errors import nearest
from nvap.packs.claims import Claims
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

    An entry or measure with a fault in one field counts with its links. Only links into a file that could not be read
    are left unchecked: each would seem to lead nowhere (`unread`).
    """
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
    for entry in (*draft.entries, *draft.repeated):
        for name, how in link_fields(entry.cls).items():
            allowed = draft.ids_of(how["to"])
            for position, end in enumerate(entry.values.get(name, ())):
                if end not in allowed and (end in draft.by_id or not draft.may_hold(end, how["to"])):
                    entry.fault(draft.faults, _no_such(draft, how, name, end, allowed), name, position)
        objective, kinds = entry.values["objective"], (Objective.kind,)
        known = draft.ids_of(kinds)
        names_one = entry.cls.names_objective and objective
        if names_one and objective not in known and not draft.may_hold(objective, kinds):
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
        if each not in known and not draft.may_hold(each, ("measure",)):
            node.fault(
                f"`starting_set` names `{each}`, but no measure has that id.{nearest(each, known)}", "starting_set"
            )
    if facts.peel_edition and facts.peel_edition not in draft.peel and not draft.unread_peel:
        close = nearest(facts.peel_edition, draft.peel)
        known_editions = ", ".join(draft.peel) or "none"
        message = f"`peel_edition` is `{facts.peel_edition}`; there is a file for: {known_editions}.{close}"
        node.fault(message, "peel_edition")
    for cls in (Objective, LongTermImpact):
        if not draft.ids_of((cls.kind,)) and not any(cls in each.classes for each in draft.unread):
            node.fault(f"the pack has no {cls.kind}")


def _has(name: str) -> Holds:
    return lambda entry, named_by, draft: bool(entry.values.get(name)) or name in entry.faulty


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
            if not holds(entry, named_by, draft) and not draft.may_be_named(entry):
                entry.fault(draft.faults, f"{cls.kind} `{entry.id}` {message}", "id")
    pack_file_is_whole = all(each.file.name != "pack.yaml" for each in draft.unread)
    if draft.pack_node is not None and pack_file_is_whole and not any(draft.of(Aim)):
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
    for measure in draft.claims:
        if measure.id in draft.by_id:
            entry = draft.by_id[measure.id]
            message = f"`{measure.id}` has its own file measures/{measure.file.name}; take it out of {entry.cls.plural}"
            entry.fault(draft.faults, message, "id")
        may_be_asked = any(each.may_name(measure.id, MeasureToCome.kind) for each in draft.unread)
        if measure.questions is not None and measure.id not in asked and not measure.questions and not may_be_asked:
            draft.faults.add(measure.file, measure.line_of("questions"), f"measure `{measure.id}` answers no question")
        for key, kind, end in _ends(measure):
            known = draft.ids_of((kind,))
            if end not in known and not draft.may_hold(end, (kind,)):
                message = f"`{key}` names `{end}`, but no {kind} has that id.{nearest(end, known)}"
                draft.faults.add(measure.file, measure.line_of(key, end), message)


def _ends(measure: Claims) -> Iterator[tuple[str, str, str]]:
    """The key, the kind and the id of everything that a measure names."""
    if measure.objective:
        yield "objective", Objective.kind, measure.objective
    for key, kind, ends in (
        ("activities", Activity.kind, measure.activities),
        ("questions", Question.kind, measure.questions or ()),
        ("read_alongside", MeasureToCome.kind, measure.read_alongside),
        ("benchmarks", Reference.kind, measure.references),
    ):
        for end in ends:
            yield key, kind, end


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
    for measure in draft.claims:
        for message in _unknown_codes(draft, measure.peel):
            draft.faults.add(measure.file, measure.line_of("peel"), message)


def _unknown_codes(draft: Draft, pointer: PeelCodes | None) -> Iterator[str]:
    if pointer is None or not pointer.edition:
        return
    edition = draft.peel.get(pointer.edition)
    if edition is None and draft.unread_peel:
        return
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
        if entry is None and draft.may_hold(item_id, ("*",)):
            continue
        if entry is None:
            close = nearest(item_id, draft.by_id)
            draft.faults.add(file, lines[""], f"no item `{item_id}` to translate.{close}")
            continue
        allowed = wording(entry.cls)
        for name in lines:
            if name and name not in allowed:
                message = f"`{item_id}` has no words under `{name}`; it has: {', '.join(allowed)}"
                draft.faults.add(file, lines[name], f"{message}.{nearest(name, allowed)}")
