"""Part 2 as a nested list: situation, activities with their outputs, impacts with what tests them, consequences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nvap.packs import Pack
from nvap.packs.items import Activity, Consequence, Impact, LongTermImpact, Output, Question
from nvap.packs.model import LogicModel
from nvap.web.toolkit.reading import Line, line, lines, of_items
from nvap.web.toolkit.words import CHOICES, SIDES, Words


@dataclass(frozen=True)
class OutputNode:
    """An output and the impacts that its arrows lead to."""

    output: Line
    leads_to: tuple[Line, ...]


@dataclass(frozen=True)
class ActivityNode:
    """An activity and what it leaves behind."""

    activity: Line
    outputs: tuple[OutputNode, ...]


@dataclass(frozen=True)
class QuestionNode:
    """A question and the measures that help to answer it."""

    question: Line
    measures: tuple[Line, ...]


@dataclass(frozen=True)
class ImpactNode:
    """An impact: when, what brings it about, where it leads, and the questions and measures that test it.

    A question that tests several impacts stands whole under the first, and in `asked_above` of the others.
    """

    impact: Line
    when: Words
    brought_about_by: tuple[Line, ...]
    leads_to: tuple[Line, ...]
    questions: tuple[QuestionNode, ...]
    asked_above: tuple[Line, ...]
    measures: tuple[Line, ...]


@dataclass(frozen=True)
class LongTermNode:
    """A long-term impact, on its side, and the measures that follow it."""

    impact: Line
    side: Words
    brought_about_by: tuple[Line, ...]
    measures: tuple[Line, ...]


@dataclass(frozen=True)
class ConsequenceNode:
    """Something unwanted that may follow: the sign to look out for, and what to read alongside."""

    consequence: Line
    trigger: str
    mitigation: str
    guard_rails: tuple[Line, ...]


@dataclass(frozen=True)
class LogicModelList:
    """One objective's whole logic model."""

    objective: Line
    situation: Line | None
    activities: tuple[ActivityNode, ...]
    impacts: tuple[ImpactNode, ...]
    long_term: tuple[LongTermNode, ...]
    consequences: tuple[ConsequenceNode, ...]


def logic_model_list(pack: Pack, objective_id: str) -> LogicModelList:
    """The logic model of one objective. Raises UnknownItem for anything but an objective."""
    model = pack.logic_model(objective_id)
    outputs = {each.id: each for each in model.outputs}
    first_asked = _first_asked(pack, model)
    return LogicModelList(
        objective=line(pack, model.objective.id),
        situation=line(pack, model.situation.id) if model.situation else None,
        activities=tuple(_activity(pack, each, outputs) for each in model.activities),
        impacts=tuple(_impact(pack, each, model, first_asked) for each in model.impacts),
        long_term=tuple(_long_term(pack, each, model) for each in model.long_term),
        consequences=tuple(_consequence(pack, each) for each in model.consequences),
    )


def _activity(pack: Pack, activity: Activity, outputs: dict[str, Output]) -> ActivityNode:
    nodes = (OutputNode(line(pack, each), lines(pack, outputs[each].leads_to)) for each in activity.outputs)
    return ActivityNode(line(pack, activity.id), tuple(nodes))


def _first_asked(pack: Pack, model: LogicModel) -> dict[str, str]:
    """Under which impact each question stands first."""
    found: dict[str, str] = {}
    for impact in model.impacts:
        for question in pack.questions_testing(impact.id):
            found.setdefault(question.id, impact.id)
    return found


def _impact(pack: Pack, impact: Impact, model: LogicModel, first_asked: Mapping[str, str]) -> ImpactNode:
    questions = pack.questions_testing(impact.id)
    return ImpactNode(
        impact=line(pack, impact.id),
        when=CHOICES["horizon"].get(impact.horizon, ""),
        brought_about_by=_leading_to(pack, impact.id, model),
        leads_to=lines(pack, impact.leads_to),
        questions=tuple(_question(pack, each) for each in questions if first_asked[each.id] == impact.id),
        asked_above=of_items(pack, (each for each in questions if first_asked[each.id] != impact.id)),
        measures=lines(pack, impact.measures),
    )


def _question(pack: Pack, question: Question) -> QuestionNode:
    return QuestionNode(line(pack, question.id), lines(pack, question.measures))


def _long_term(pack: Pack, impact: LongTermImpact, model: LogicModel) -> LongTermNode:
    return LongTermNode(
        impact=line(pack, impact.id),
        side=SIDES[impact.side],
        brought_about_by=_leading_to(pack, impact.id, model),
        measures=lines(pack, impact.measures),
    )


def _consequence(pack: Pack, consequence: Consequence) -> ConsequenceNode:
    return ConsequenceNode(
        consequence=line(pack, consequence.id),
        trigger=consequence.trigger,
        mitigation=consequence.mitigation,
        guard_rails=lines(pack, consequence.guard_rails),
    )


def _leading_to(pack: Pack, item_id: str, model: LogicModel) -> tuple[Line, ...]:
    return lines(pack, (start for start, end in model.arrows if end == item_id))
