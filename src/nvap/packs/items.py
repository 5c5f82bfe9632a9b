"""The kinds of thing a toolkit is made of, each a frozen dataclass that is checked at birth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nvap.packs.item import (
    PARTS,
    SIDES,
    Item,
    PeelCodes,
    Source,
    choice,
    choices,
    fact,
    links,
    mirror,
    number,
    peel_codes,
    words,
)

__all__ = [
    "PARTS", "Activity", "Aim", "Challenge", "Consequence", "CountingRule", "Evidence", "Guidance", "Impact", "Issue",
    "Item", "Link", "LongTermImpact", "MeasureToCome", "Objective", "OtherAction", "Output", "PeelCodes", "PlanExample",
    "PlanField", "PlanningQuestion", "Question", "Reference", "Situation", "Source", "Statement", "Successor",
    "SuggestedMeasure",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Guidance(Item):
    """What the toolkit is for, its parts, and what each column of the logic model means."""

    kind = "guidance"
    plural = "guidance notes"


@dataclass(frozen=True, kw_only=True)
class Aim(Item):
    """What the action sets out to do."""

    kind = "aim"
    plural = "aims"


@dataclass(frozen=True, kw_only=True)
class PlanningQuestion(Item):
    """A question to ask before planning."""

    kind = "planning question"
    plural = "planning questions"


@dataclass(frozen=True, kw_only=True)
class LongTermImpact(Item):
    """What the whole action should change in the long run, inside the force or outside it."""

    kind = "long-term impact"
    plural = "long-term impacts"

    side: str = choice(*SIDES, key="kind")
    measures: tuple[str, ...] = links("measure", ahead="Followed by", back="Follows")


@dataclass(frozen=True, kw_only=True)
class CountingRule(Item):
    """A named way to decide what counts as a mental-health-related incident."""

    kind = "counting rule"
    plural = "counting rules"
    needs_source = False

    name: str = words(required=True)

    @property
    def label(self) -> str:
        """Its name in words."""
        return self.name


@dataclass(frozen=True, kw_only=True)
class OtherAction(Item):
    """Another action of the plan that this one links to; installed only when its own pack is."""

    kind = "other action"
    plural = "other actions"
    text_from = ("why",)

    why: str = words(required=True)
    linked_from: tuple[str, ...] = links("*", ahead="Linked from", back="Links to another action")


@dataclass(frozen=True, kw_only=True)
class Successor(Item):
    """What has since succeeded the toolkit or its plan, dated."""

    kind = "successor"
    plural = "successors"
    needs_source = False

    date: str = fact(required=True)
    source_note: str = fact(required=True)
    url: str = fact()


@dataclass(frozen=True, kw_only=True)
class Objective(Item):
    """One of the action's objectives; the logic model has one drawing for each."""

    kind = "objective"
    plural = "objectives"

    consequences: tuple[str, ...] = mirror("consequence")


@dataclass(frozen=True, kw_only=True)
class Situation(Item):
    """Where things stand today for an objective."""

    kind = "situation"
    plural = "situations"

    evidence: tuple[str, ...] = mirror("evidence")


@dataclass(frozen=True, kw_only=True)
class Activity(Item):
    """Something a force could put in place."""

    kind = "activity"
    plural = "activities"

    outputs: tuple[str, ...] = links("output", ahead="Leads to output", back="Comes from activity")
    impacts: tuple[str, ...] = links("impact", ahead="Leads to impact", back="Sought by activity")
    questions: tuple[str, ...] = links("question", ahead="Asked about by", back="Asks about activity")
    measures: tuple[str, ...] = links("measure", ahead="Measured by", back="Measures activity")
    evidence: tuple[str, ...] = mirror("evidence")
    effort_note: str = words()


@dataclass(frozen=True, kw_only=True)
class Output(Item):
    """What an activity leaves behind."""

    kind = "output"
    plural = "outputs"

    activity: tuple[str, ...] = mirror("activity", reads="link")
    leads_to: tuple[str, ...] = links("impact", "long-term impact", ahead="Leads to", back="Brought about by")


@dataclass(frozen=True, kw_only=True)
class Impact(Item):
    """What should change in the short to medium term."""

    kind = "impact"
    plural = "short and medium impacts"

    horizon: str = choice("short", "medium")
    leads_to: tuple[str, ...] = links("impact", "long-term impact", ahead="Leads to", back="Brought about by")
    questions: tuple[str, ...] = mirror("question")
    measures: tuple[str, ...] = links("measure", ahead="Measured by", back="Measures impact")


@dataclass(frozen=True, kw_only=True)
class Question(Item):
    """A prompt for judging whether an impact is there."""

    kind = "question"
    plural = "impact-assessment questions"

    tests: tuple[str, ...] = links("impact", "long-term impact", ahead="Tests impact", back="Tested by question")
    measures: tuple[str, ...] = links("measure", ahead="Answered by", back="Answers question")


@dataclass(frozen=True, kw_only=True)
class SuggestedMeasure(Item):
    """A measure the toolkit suggests: a PEEL reference, or something a force could do itself."""

    kind = "suggested measure"
    plural = "suggested measures"

    basis: str = choice("peel", "other", key="kind")
    peel: PeelCodes | None = peel_codes()  # noqa: RUF009 - declares a field, as its neighbours do
    measures: tuple[str, ...] = links("measure", ahead="Met by", back="Meets suggested measure")
    other_action: tuple[str, ...] = links(
        "other action", ahead="Belongs with action", back="Suggested in", reads="link"
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """A PEEL measure names one code; another kind names none."""
        yield from super().problems()
        if self.basis == "peel" and (self.peel is None or len(self.peel.codes) != 1):
            yield "peel", "a suggested measure of kind `peel` needs `peel: {edition, code}`"
        if self.basis == "other" and self.peel is not None:
            yield "peel", "a suggested measure of kind `other` names no `peel` code"


@dataclass(frozen=True, kw_only=True)
class Consequence(Item):
    """Something unwanted that may follow, and the measures to read alongside."""

    kind = "consequence"
    plural = "unintended consequences"

    objectives: tuple[str, ...] = links("objective", ahead="May follow from", back="May bring")
    activities: tuple[str, ...] = links("activity", ahead="May follow from activity", back="May bring")
    trigger: str = words(required=True)
    guard_rails: tuple[str, ...] = links("measure", ahead="Read alongside", back="Watches for")
    mitigation: str = words()


@dataclass(frozen=True, kw_only=True)
class Evidence(Item):
    """What is known, from where, about an item of the logic model."""

    kind = "evidence"
    plural = "pieces of evidence"

    about: tuple[str, ...] = links("*", ahead="Is about", back="Rests on evidence")
    year: int | None = number()
    basis: str = choice("inspection", "research", "practice", "policy", key="kind")
    strength: str = words()

    def problems(self) -> Iterator[tuple[str, str]]:
        """Evidence without a publication says what it rests on instead."""
        yield from super().problems()
        if not self.references and not self.note:
            yield "references", f"`{self.id}` names no reference; a `note` must say what it rests on"


@dataclass(frozen=True, kw_only=True)
class Reference(Item):
    """A publication the toolkit cites."""

    kind = "reference"
    plural = "references"
    text_from = ("title",)

    authors: str = words(required=True)
    year: int | None = number()
    publisher: str = words()
    url: str = fact()

    def problems(self) -> Iterator[tuple[str, str]]:
        """A reference that the toolkit lists has a year."""
        yield from super().problems()
        if self.year is None and self.status == "stated":
            yield "year", "`year` is missing"

    @property
    def citation(self) -> str:
        """The whole reference on one line."""
        parts = (self.short, self.title or self.text, self.publisher)
        return ". ".join(each.rstrip(".") for each in parts if each) + "."

    @property
    def short(self) -> str:
        """Authors and year, as cited in text."""
        return f"{self.authors} ({self.year or 'no year given'})"


@dataclass(frozen=True, kw_only=True)
class Challenge(Item):
    """A perennial challenge of policing that the action is linked to."""

    kind = "challenge"
    plural = "perennial challenges"
    text_from = ("title",)

    reference: tuple[str, ...] = links("reference", ahead="Set out in", back="Sets out challenge", reads="link")


@dataclass(frozen=True, kw_only=True)
class Issue(Item):
    """An issue within a perennial challenge."""

    kind = "issue"
    plural = "issues"

    challenge: tuple[str, ...] = links("challenge", ahead="Issue of", back="Has issue", reads="given")


@dataclass(frozen=True, kw_only=True)
class Link(Item):
    """A page that a reader may want to open next."""

    kind = "useful link"
    plural = "useful links"
    text_from = ("title",)

    url: str = fact()


@dataclass(frozen=True, kw_only=True)
class Statement(Item):
    """A line of the impact statement: what we mean, what we need, how we know."""

    kind = "statement"
    plural = "impact-statement lines"
    names_objective = True

    asks: str = choice("mean", "need", "know")
    refers: tuple[str, ...] = links("*", ahead="Speaks of", back="In the impact statement")
    peel: PeelCodes | None = peel_codes()  # noqa: RUF009 - declares a field, as its neighbours do


@dataclass(frozen=True, kw_only=True)
class PlanField(Item):
    """A field of the impact realisation plan: once for the plan, an objective, or each activity."""

    kind = "plan field"
    plural = "plan fields"
    text_from = ("prompt", "label")

    label: str = words(required=True)
    prompt: str = words()
    per: str = choice("plan", "objective", "activity", default="plan")
    sides: tuple[str, ...] = choices(*SIDES)


@dataclass(frozen=True, kw_only=True)
class PlanExample(Item):
    """An example that the toolkit's plan gives for a field."""

    kind = "plan example"
    plural = "plan examples"
    names_objective = True

    field_id: tuple[str, ...] = links("plan field", ahead="Example for", back="Has example", reads="link", key="field")
    side: str = choice(*SIDES)
    measures: tuple[str, ...] = links("measure", ahead="Could be", back="Example in the plan")


@dataclass(frozen=True, kw_only=True)
class MeasureToCome(Item):
    """A measure of the catalogue that stands in the pack by name but is not computed yet."""

    kind = "measure"
    plural = "measures still to come"
    names_objective = True
    needs_source = False

    comes_from: str = choice("records", "audit", "survey", "register")
    questions: tuple[str, ...] = mirror("question")
