"""A toolkit pack in memory: its items by id, the links between them, and the questions other rooms ask of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from nvap.errors import UsageFault, nearest
from nvap.packs.editions import PeelEdition, PeelReference
from nvap.packs.item import Item, link_fields
from nvap.packs.items import (
    Activity,
    Aim,
    Consequence,
    Evidence,
    Impact,
    LongTermImpact,
    MeasureToCome,
    Objective,
    Output,
    Question,
    Situation,
    SuggestedMeasure,
)

if TYPE_CHECKING:
    from nvap.packs.measure import Measure

Kind = TypeVar("Kind", bound=Item)
_NOTHING: Mapping[str, Mapping[str, str]] = MappingProxyType({})


class UnknownItem(UsageFault):
    """No item or measure of the pack has this id; the message names the nearest."""


@dataclass(frozen=True)
class Action:
    """The action of the national plan that the pack is about."""

    number: str
    title: str


@dataclass(frozen=True)
class ToolkitEdition:
    """The edition of the toolkit that the pack was written from."""

    name: str
    published: str
    issued_by: str
    contact: str


@dataclass(frozen=True, order=True)
class Relation:
    """One link between two items, with what it is called read from its start and from its end."""

    start: str
    ahead: str
    end: str
    back: str


@dataclass(frozen=True)
class Tie:
    """A link as seen from one item: what it is called from there, and the id at the other end."""

    words: str
    other: str


@dataclass(frozen=True)
class LogicModel:
    """What one objective's drawing and list show; arrows run activity → output → impact → long-term impact.

    `impacts` may hold impacts of another objective that this one's arrows lead to. Questions hang on the impact
    they test (`Pack.questions_testing`), consequences stand below.
    """

    objective: Objective
    situation: Situation | None
    activities: tuple[Activity, ...]
    outputs: tuple[Output, ...]
    impacts: tuple[Impact, ...]
    long_term: tuple[LongTermImpact, ...]
    questions: tuple[Question, ...]
    suggested_measures: tuple[SuggestedMeasure, ...]
    consequences: tuple[Consequence, ...]
    arrows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Pack:
    """A toolkit as data. Made by `packs.read.read_pack`, which reports faults; here every link is known to hold."""

    id: str
    version: str
    action: Action
    edition: ToolkitEdition
    peel_edition: str
    owner: str
    review_date: str
    starting_set: tuple[str, ...]
    items: Mapping[str, Item]
    measures: Mapping[str, Measure]
    peel: Mapping[str, PeelEdition]
    content_hash: str = field(compare=False)
    overlays: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict, compare=False)
    language: str = "en"
    _relations: tuple[Relation, ...] = field(init=False, compare=False, repr=False)
    _ties: Mapping[str, tuple[Tie, ...]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Index the links; raise ValueError for one that leads nowhere."""
        relations = tuple(dict.fromkeys(self._find_relations()))
        ties: dict[str, dict[Tie, None]] = {}
        for each in relations:
            if each.end not in self:
                raise ValueError(f"`{each.start}` is linked to `{each.end}`, which the pack does not hold")
            ties.setdefault(each.start, {})[Tie(each.ahead, each.end)] = None
            ties.setdefault(each.end, {})[Tie(each.back, each.start)] = None
        object.__setattr__(self, "items", MappingProxyType(dict(self.items)))
        object.__setattr__(self, "measures", MappingProxyType(dict(self.measures)))
        object.__setattr__(self, "_relations", relations)
        object.__setattr__(self, "_ties", {key: tuple(found) for key, found in ties.items()})

    def __contains__(self, item_id: object) -> bool:
        """Whether an item or measure has exactly this id."""
        return item_id in self.items or item_id in self.measures

    # -- by id -------------------------------------------------------------------------------------------------

    @property
    def release(self) -> str:
        """The pack and its content version, as stored with results and plans."""
        return f"{self.id}@{self.version}"

    def qualified(self, item_id: str) -> str:
        """The id with the action's number before it: `2.1.2/A1a`."""
        return f"{self.action.number}/{item_id}"

    def own_id(self, item_id: str) -> str:
        """The id as the pack writes it, from `A1a`, `a1a`, `2.1.2/A1a` or `<pack id>/A1a`.

        Raises UnknownItem, with the nearest id, when nothing has it.
        """
        bare = item_id.strip()
        for prefix in (self.action.number, self.id):
            bare = bare.removeprefix(f"{prefix}/")
        if bare in self:
            return bare
        by_case = {each.casefold(): each for each in self.ids()}
        if bare.casefold() in by_case:
            return by_case[bare.casefold()]
        raise UnknownItem(f"No item `{item_id}` in {self.release}.{nearest(bare, self.ids())}")

    def ids(self) -> tuple[str, ...]:
        """Every id, items first, in the pack's order."""
        return (*self.items, *self.measures)

    def item(self, item_id: str) -> Item:
        """The item with this id (see `own_id`); UnknownItem for a measure that has its own file."""
        own = self.own_id(item_id)
        if own not in self.items:
            raise UnknownItem(f"`{own}` is a measure of {self.release}, not an item; ask `Pack.measure` for it.")
        return self.items[own]

    def measure(self, measure_id: str) -> Measure:
        """The measure with this id; UnknownItem for anything else, also for a measure that is still to come."""
        own = self.own_id(measure_id)
        if own not in self.measures:
            raise UnknownItem(f"`{own}` is not a measure that {self.release} can compute.")
        return self.measures[own]

    def label(self, item_id: str) -> str:
        """The short name of an item or measure."""
        own = self.own_id(item_id)
        return self.measures[own].title if own in self.measures else self.items[own].label

    def kind(self, item_id: str) -> str:
        """What an id names, in words: `activity`, `measure`."""
        own = self.own_id(item_id)
        return MeasureToCome.kind if own in self.measures else self.items[own].kind

    # -- by kind -----------------------------------------------------------------------------------------------

    def of(self, kind: type[Kind], objective: str | None = None) -> tuple[Kind, ...]:
        """Every item of one kind in the pack's order; of one objective only, where it is named."""
        found = (each for each in self.items.values() if isinstance(each, kind))
        return tuple(each for each in found if objective is None or each.objective == objective)

    @property
    def aim(self) -> Aim:
        """What the action sets out to do."""
        return self.of(Aim)[0]

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """The objectives, in order."""
        return self.of(Objective)

    @property
    def activities(self) -> tuple[Activity, ...]:
        """Every activity, objective by objective."""
        return self.of(Activity)

    def _every(self, kind: type[Kind], ids: tuple[str, ...]) -> tuple[Kind, ...]:
        found = (self.items.get(each) for each in ids)
        return tuple(each for each in found if isinstance(each, kind))

    # -- links -------------------------------------------------------------------------------------------------

    def relations(self) -> tuple[Relation, ...]:
        """Every link of the pack, once."""
        return self._relations

    def links_from(self, item_id: str) -> tuple[Relation, ...]:
        """The links that start at an item."""
        own = self.own_id(item_id)
        return tuple(each for each in self._relations if each.start == own)

    def linked_to(self, item_id: str) -> tuple[Tie, ...]:
        """The links of an item in both directions, in the words that fit when reading from it."""
        return self._ties.get(self.own_id(item_id), ())

    def evidence_for(self, item_id: str) -> tuple[Evidence, ...]:
        """The evidence about an activity, a situation or any other item."""
        own = self.own_id(item_id)
        return tuple(each for each in self.of(Evidence) if own in each.about)

    def citing(self, reference_id: str) -> tuple[Item, ...]:
        """The items that cite a publication."""
        own = self.own_id(reference_id)
        starts = dict.fromkeys(each.start for each in self._relations if each.end == own)
        return tuple(self.items[each] for each in starts if each in self.items)

    def questions_testing(self, impact_id: str) -> tuple[Question, ...]:
        """The impact-assessment questions that test an impact."""
        own = self.own_id(impact_id)
        return tuple(each for each in self.of(Question) if own in each.tests)

    def peel_references(self, item_id: str) -> tuple[PeelReference, ...]:
        """The PEEL references of an item or measure: edition, code and short title, all known to their edition."""
        own = self.own_id(item_id)
        pointer = getattr(self.measures.get(own) or self.items.get(own), "peel", None)
        if pointer is None or not pointer.codes:
            return ()
        found = (self.peel[pointer.edition].reference(code) for code in pointer.codes)
        return tuple(each for each in found if each is not None)

    def logic_model(self, objective_id: str) -> LogicModel:
        """One objective's columns and arrows."""
        own = self.own_id(objective_id)
        objective = self.items.get(own)
        if not isinstance(objective, Objective):
            known = ", ".join(each.id for each in self.objectives)
            raise UnknownItem(f"`{own}` is not an objective; these are: {known}.")
        activities = self.of(Activity, own)
        outputs = self._every(Output, _union(each.outputs for each in activities))
        impacts = self._reached(outputs, own)
        arrows = [(each.id, end) for each in activities for end in each.outputs]
        arrows += [(output.id, end) for output in outputs for end in output.leads_to]
        arrows += [(impact.id, end) for impact in impacts for end in impact.leads_to]
        return LogicModel(
            objective=objective,
            situation=next(iter(self.of(Situation, own)), None),
            activities=activities,
            outputs=outputs,
            impacts=impacts,
            long_term=self.of(LongTermImpact),
            questions=self.of(Question, own),
            suggested_measures=self.of(SuggestedMeasure, own),
            consequences=tuple(each for each in self.of(Consequence) if own in each.objectives),
            arrows=tuple(arrows),
        )

    def _reached(self, outputs: tuple[Output, ...], objective: str) -> tuple[Impact, ...]:
        """The objective's impacts, then those of others that its arrows lead to, each once."""
        found = {each.id: each for each in self.of(Impact, objective)}
        waiting: list[Output | Impact] = [*outputs, *found.values()]
        while waiting:
            for end in waiting.pop(0).leads_to:
                reached = self.items.get(end)
                if isinstance(reached, Impact) and end not in found:
                    found[end] = reached
                    waiting.append(reached)
        return tuple(found.values())

    def _find_relations(self) -> Iterator[Relation]:
        for item in self.items.values():
            for name, how in link_fields(type(item)).items():
                if "ahead" in how:
                    for end in getattr(item, name):
                        yield Relation(item.id, how["ahead"], end, how["back"])
        for measure in self.measures.values():
            for each in measure.read_alongside:
                yield Relation(measure.id, "Read alongside measure", each.measure, "Read beside measure")
            for benchmark in measure.benchmarks:
                if benchmark.reference:
                    yield Relation(measure.id, "Cites", benchmark.reference, "Cited by")

    # -- languages ---------------------------------------------------------------------------------------------

    @property
    def languages(self) -> tuple[str, ...]:
        """English, then every language with an overlay."""
        return ("en", *self.overlays)

    def in_language(self, language: str) -> Pack:
        """The pack with its words in a language; what has no translation stays in English."""
        overlay = self.overlays.get(language, _NOTHING)
        if not overlay:
            return self
        items = {key: _translated(item, overlay.get(key, {})) for key, item in self.items.items()}
        return replace(self, items=items, language=language)


def _translated(item: Item, said: Mapping[str, str]) -> Item:
    """The item with the overlay's words; a text that only repeats another field follows that field."""
    if not said:
        return item
    changes = dict(said)
    if "text" not in changes:
        for name in item.text_from:
            if name in said and getattr(item, name) == item.text:
                changes["text"] = said[name]
    return replace(item, **changes)  # type: ignore[arg-type]


def _union(lists: Iterator[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for found in lists for each in found))
