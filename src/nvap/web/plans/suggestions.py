"""What the toolkit suggests for a place of the plan: activities, outputs, measures, risks and what helps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from nvap.packs import Pack
from nvap.packs.items import Activity, Consequence, Impact, Output, PlanExample
from nvap.web.toolkit.reading import line


@dataclass(frozen=True)
class Suggestion:
    """A text that could be used, and the item it comes from."""

    id: str
    text: str
    address: str


@dataclass(frozen=True)
class Place:
    """A field of the toolkit's form, the objective it stands under, and its side where it has one."""

    field: str
    objective: str
    side: str


def suggestions(pack: Pack, field: str, objective: str, side: str = "") -> tuple[Suggestion, ...]:
    """What the toolkit offers for a field of its form, first the examples that its own form prints."""
    place = Place(field, objective, side)
    find = _BY_FIELD.get(field)
    found = [*_examples(pack, place), *(find(pack, place) if find else ())]
    return tuple(dict.fromkeys(found))


def _examples(pack: Pack, place: Place) -> Iterable[Suggestion]:
    for each in pack.of(PlanExample):
        if place.field in each.field_id and (each.objective, each.side) == (place.objective, place.side):
            yield _of(pack, each.id, each.text)


def _activities(pack: Pack, place: Place) -> Iterable[Suggestion]:
    for each in pack.of(Activity, place.objective):
        if _reaches(pack, each.impacts, place.side):
            yield _of(pack, each.id, each.label)


def _outputs(pack: Pack, place: Place) -> Iterable[Suggestion]:
    for each in pack.of(Output, place.objective):
        if _reaches(pack, each.leads_to, place.side):
            yield _of(pack, each.id, each.label)


def _measures(pack: Pack, place: Place) -> Iterable[Suggestion]:
    for impact in pack.of(Impact, place.objective):
        if _reaches(pack, (impact.id,), place.side):
            for each in impact.measures:
                yield _of(pack, each, pack.label(each))


def _risks(pack: Pack, place: Place) -> Iterable[Suggestion]:
    for each in pack.of(Consequence):
        if place.objective in each.objectives:
            yield _of(pack, each.id, each.text)


def _mitigations(pack: Pack, place: Place) -> Iterable[Suggestion]:
    for each in pack.of(Consequence):
        if place.objective in each.objectives and each.mitigation:
            yield _of(pack, each.id, each.mitigation)


def _reaches(pack: Pack, starts: Iterable[str], side: str) -> bool:
    """Whether the arrows from any of these items lead to the long-term impact of a side."""
    waiting = list(starts)
    while waiting:
        item = pack.items[waiting.pop()]
        if getattr(item, "side", "") == side:
            return True
        waiting.extend(getattr(item, "leads_to", ()))
    return False


def _of(pack: Pack, item_id: str, text: str) -> Suggestion:
    return Suggestion(item_id, text, line(pack, item_id).address)


_BY_FIELD: Mapping[str, Callable[[Pack, Place], Iterable[Suggestion]]] = {
    "plan.activity": _activities,
    "plan.output": _outputs,
    "plan.impact-measurement": _measures,
    "plan.risks": _risks,
    "plan.risk-mitigation": _mitigations,
}
