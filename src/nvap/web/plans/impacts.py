"""The long-term impacts: what speaks for each, what against, and what is missing, by horizon. There is no score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nvap.packs import Pack
from nvap.packs.items import Impact, LongTermImpact, MeasureToCome
from nvap.plan.document import Document
from nvap.web.accounts.models import Force
from nvap.web.plans.measured import measured, observed
from nvap.web.plans.reading import name_of
from nvap.web.results.headline import headline
from nvap.web.results.layouts import FIRST_RULE
from nvap.web.results.stored import answers
from nvap.web.toolkit.words import Words

HORIZONS: dict[str, Words] = {
    "short": gettext_lazy("Short term"),
    "medium": gettext_lazy("Medium term"),
    "long": gettext_lazy("Long term"),
}
_TO_COME = {
    "audit": gettext_lazy("an audit still to come"),
    "survey": gettext_lazy("a survey still to come"),
    "register": gettext_lazy("a register still to come"),
    "records": gettext_lazy("no data can give it yet"),
}


@dataclass(frozen=True)
class Latest:
    """A measure's newest stored number in words, and its period."""

    value: str
    period: str


@dataclass(frozen=True)
class Piece:
    """One piece of evidence: what it is, what it says, and where it stands. `speaks` is for, against or missing."""

    key: str
    name: str
    says: str
    speaks: str
    address: str
    for_writers: bool = False


@dataclass(frozen=True)
class Horizon:
    """What there is at one horizon."""

    name: Words
    speaks_for: tuple[Piece, ...]
    against: tuple[Piece, ...]
    missing: tuple[Piece, ...]


def horizons(force: Force, pack: Pack, document: Document, impact: LongTermImpact) -> tuple[Horizon, ...]:
    """The evidence on a long-term impact by horizon, from its own measures and from the impacts that lead to it."""
    told = {each["key"]: each for each in measured(force, pack, document)}
    reached = leading_to(pack, impact.id)
    by_horizon: dict[str, list[Impact | LongTermImpact]] = {"short": [], "medium": [], "long": [impact]}
    for each in reached:
        by_horizon[each.horizon].append(each)
    found = []
    for name, items in by_horizon.items():
        pieces = tuple(_pieces(pack, document, items, told))
        sorted_out = {speaks: tuple(each for each in pieces if each.speaks == speaks) for speaks in _SPEAKS}
        found.append(Horizon(HORIZONS[name], *sorted_out.values()))
    return tuple(found)


def leading_to(pack: Pack, impact: str) -> tuple[Impact, ...]:
    """The short and medium term impacts whose arrows lead to a long-term one, directly or through another."""
    reached = {impact}
    every = tuple(pack.of(Impact))
    while True:
        more = {each.id for each in every if reached.intersection(each.leads_to)} - reached
        if not more:
            return tuple(each for each in every if each.id in reached)
        reached |= more


def latest_of(force: Force, pack: Pack, measures: Iterable[str]) -> dict[str, Latest]:
    """The newest stored number of each measure that has one, in one question to the index."""
    computed = [each for each in dict.fromkeys(measures) if each in pack.measures]
    held = answers(force, computed, FIRST_RULE)
    found = {key: headline(pack.measures[key], each) for key, each in held.items()}
    return {key: Latest(each.value, each.period) for key, each in found.items() if each is not None}


_SPEAKS = ("for", "against", "missing")


def _pieces(
    pack: Pack, document: Document, items: Sequence[Impact | LongTermImpact], told: dict[str, dict[str, Any]]
) -> Iterator[Piece]:
    measures = dict.fromkeys(measure for each in items for measure in each.measures)
    for key in measures:
        yield from _of_measure(pack, document, key, told.get(key))
    questions = {question.id: question for each in items for question in pack.questions_testing(each.id)}
    for key in questions:
        yield _of_question(pack, document, key)


def _of_measure(pack: Pack, document: Document, key: str, told: dict[str, Any] | None) -> Iterator[Piece]:
    name, speaks = pack.label(key), "missing"
    address = reverse("plan-measure", args=[key]) if told else reverse("item", args=[key])
    item = pack.items.get(key)
    if told is None:
        why = _TO_COME[item.comes_from] if isinstance(item, MeasureToCome) else _("it is not in the plan")
        yield Piece(key, name, str(why), speaks, address)
        return
    says = ". ".join(filter(None, (f"{told['value']} {told['period']}".strip(), told["verdict"])))
    if told["variation"] in ("special_cause_improvement", "special_cause_concern"):
        speaks = "for" if told["variation"] == "special_cause_improvement" else "against"
    elif told["variation"]:
        says = f"{says}. {_('By itself it settles nothing.')}"
    elif isinstance(item, MeasureToCome) and not observed(document, key):
        says = str(told["not_measured"] or _TO_COME[item.comes_from])
    elif told["observations"]:
        speaks, says = _of_observations(told)
    yield Piece(key, name, says, speaks, address)


def _of_observations(told: dict[str, Any]) -> tuple[str, str]:
    """What two observations say, where their intervals do not touch and a direction is good."""
    newest, *earlier = told["observations"]
    said = _("%(value)s observed, %(period)s") % {"value": newest["value"], "period": newest["period"]}
    if newest["limits"] is None or not earlier or earlier[-1]["limits"] is None:
        return "missing", said + ". " + _("One observation by itself shows no change.")
    (low, high), (first_low, first_high) = newest["limits"], earlier[-1]["limits"]
    change = "up" if low > first_high else "down" if high < first_low else ""
    if not change or told["direction"] not in ("up", "down"):
        return "missing", said + ". " + _("The observations do not differ clearly.")
    return ("for" if change == told["direction"] else "against"), said


def _of_question(pack: Pack, document: Document, key: str) -> Piece:
    stance = document.text(key, "stance") if key in document.things else ""
    answer = document.text(key, "answer") if key in document.things else ""
    speaks = stance if stance in ("for", "against") else "missing"
    says = answer or _("Not answered yet")
    if stance == "unclear":
        says = _("Looked at, and it does not settle it: %(answer)s") % {"answer": answer}
    name = name_of(pack, document, key) if key in document.things else pack.label(key)
    return Piece(key, name, says, speaks, reverse("plan-question", args=[key]), for_writers=True)
