"""The plan's form as data: the things that a plan holds, and the fields of each. Pages and files are made from it.

The toolkit's own fields (`toolkit` names them) keep the toolkit's words; the rest is what a force needs beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from nvap.plan.stages import STAGES, STATEMENTS
from nvap.wording import phrase

ValueKind = Literal["line", "text", "date", "number", "choice", "choices", "person", "flag", "link"]
LONGEST: Final[Mapping[ValueKind, int]] = MappingProxyType(
    {"line": 200, "text": 5000, "date": 40, "number": 40, "choice": 60, "choices": 2000, "person": 20, "flag": 3,
     "link": 500}
)  # fmt: skip
SIDES: Final = ("organisational", "external")
YES: Final = "yes"
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Field:
    """One field: its name, its words, what it takes, and whether there is one for each side or each reporting period.

    `reported` fields change while the plan is signed off, as reporting goes on; the others only once it is reopened.
    `choices` are (value, words); empty for a choice whose values depend on the plan, such as its measures.
    `prose` is what people write freely: it is screened for what identifies somebody, and may be disclosed.
    """

    name: str
    label: str
    kind: ValueKind = "text"
    hint: str = ""
    toolkit: str = ""
    per_side: bool = False
    per_period: bool = False
    reported: bool = False
    choices: Choices = ()

    @property
    def longest(self) -> int:
        """The most characters it takes."""
        return LONGEST[self.kind]

    @property
    def in_reports(self) -> bool:
        """Whether it changes as reporting goes on, also while the plan is signed off."""
        return self.reported or self.per_period

    @property
    def prose(self) -> bool:
        """Whether people write freely in it."""
        return self.kind in ("line", "text", "link")

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides it has a text for; one that stands for none where it has no sides."""
        return SIDES if self.per_side else ("",)

    def words(self, value: str) -> str:
        """A chosen value in words; the value itself where it has none."""
        return dict(self.choices).get(value, value)


@dataclass(frozen=True)
class Kind:
    """A kind of thing that a plan holds: how it is called, how the ids of a force's own begin, and its fields."""

    name: str
    label: str
    fields: tuple[Field, ...]
    own_prefix: str = ""

    def field(self, name: str) -> Field:
        """A field by its name; raises KeyError."""
        return next((each for each in self.fields if each.name == name), None) or _no_field(self.name, name)


def _no_field(kind: str, name: str) -> Field:
    raise KeyError(f"{kind} has no field {name!r}")


# Every kind has it: empty while the thing stands in the plan, `removed` after it was taken out.
STANDING: Final = Field("standing", phrase("Stands in the plan"), "choice", choices=(("removed", phrase("removed")),))
REMOVED: Final = "removed"

DECISIONS: Final[Choices] = (
    ("in-place", phrase("Already in place")),
    ("will-do", phrase("Will do")),
    ("later", phrase("Later")),
    ("not-for-us", phrase("Not for us")),
)
# An activity with one of these is in the plan: somebody owns it and reports on it.
PURSUED: Final = frozenset({"in-place", "will-do"})
SIDE_CHOICES: Final[Choices] = (
    ("organisational", phrase("Organisational impact")),
    ("external", phrase("External impact")),
)
MARKINGS: Final[Choices] = (
    ("official", phrase("OFFICIAL")),
    ("official-sensitive", phrase("OFFICIAL-SENSITIVE")),
)
NOT_MEASURED: Final[Choices] = (
    ("not-recorded", phrase("Nobody records it yet")),
    ("not-linked", phrase("The systems that hold it are not linked")),
    ("too-few", phrase("Too few cases to say anything")),
    ("unreliable", phrase("It is recorded, but not reliably enough")),
    ("partner", phrase("A partner holds it and it is not shared yet")),
    ("cost", phrase("Measuring it would cost more than it is worth")),
    ("later", phrase("It is planned for a later period")),
)
STANCES: Final[Choices] = (
    ("for", phrase("Speaks for the impact")),
    ("against", phrase("Speaks against the impact")),
    ("unclear", phrase("Looked at, and it does not settle it")),
)
WATCHING: Final[Choices] = (
    ("watching", phrase("Being watched, below its threshold")),
    ("passed", phrase("Threshold passed, being dealt with")),
    ("happened", phrase("It happened")),
    ("closed", phrase("No longer a risk")),
)
DIRECTIONS: Final[Choices] = (
    ("up", phrase("A rise is good")),
    ("down", phrase("A fall is good")),
    ("none", phrase("Neither is good by itself")),
)
# What is kept as evidence stays in the force's own store.
KEPT_AT: Final = phrase(
    "Its address in your force's own document store: a web address beginning with https://, or a path on a"
    " file share beginning with \\\\. A path is shown as text, since browsers do not open it."
)

ABOUT: Final = Kind(
    "about",
    phrase("About the plan"),
    (
        Field("project_lead", phrase("Project lead"), "person", toolkit="plan.project-lead"),
        Field("prepared_by", phrase("Prepared by"), "person", toolkit="plan.prepared-by"),
        Field("date_prepared", phrase("Date prepared"), "date", toolkit="plan.date-prepared"),
        Field("approver", phrase("Who signs it off"), "person"),
        Field("marking", phrase("Protective marking"), "choice", choices=MARKINGS),
        Field("why", phrase("Why do this"), toolkit="PQ1"),
        Field("aim", phrase("What we want to achieve"), toolkit="PQ2"),
        Field("success", phrase("What success looks like"), toolkit="PQ3"),
        Field("benefit", phrase("Who benefits, and how"), toolkit="PQ4"),
        Field("tracking", phrase("How we follow and measure the impacts"), toolkit="PQ5"),
    ),
)
OBJECTIVE: Final = Kind(
    "objective",
    phrase("Objective"),
    (
        Field("owner", phrase("Impact owner"), "person", toolkit="plan.impact-owner"),
        Field("deputy", phrase("Deputy"), "person"),
        Field("description", phrase("Impact description"), toolkit="plan.impact-description", per_side=True),
    ),
)
ACTIVITY: Final = Kind(
    "activity",
    phrase("Activity"),
    (
        Field("decision", phrase("What the force does with it"), "choice", choices=DECISIONS),
        Field("decision_reason", phrase("Why")),
        Field("review_date", phrase("Look at it again on"), "date"),
        Field("wording", phrase("Activity"), toolkit="plan.activity"),
        Field("sides", phrase("Which impact it works towards"), "choices", choices=SIDE_CHOICES),
        Field("owner", phrase("Owner"), "person"),
        Field("deputy", phrase("Deputy"), "person"),
        Field("partner", phrase("Partner organisation"), "line"),
        Field("shared", phrase("Partners may read it"), "flag"),
        Field("start", phrase("Starts on"), "date"),
        Field("due", phrase("In place by"), "date"),
        Field("output", phrase("Output"), toolkit="plan.output", per_side=True),
        Field("measurement", phrase("Impact measurement"), toolkit="plan.impact-measurement", per_side=True),
        Field("risks", phrase("Risks"), toolkit="plan.risks", per_side=True),
        Field("mitigation", phrase("Risk mitigation strategy"), toolkit="plan.risk-mitigation", per_side=True),
        Field("statements", phrase("What is true of it today"), "choices", reported=True, choices=STATEMENTS),
        Field(
            "stage", phrase("Stage, where it differs from what the statements give"), "choice", reported=True,
            choices=STAGES,
        ),
        Field("stage_reason", phrase("Why it differs"), reported=True),
        Field("progress", phrase("Progress"), toolkit="plan.progress", per_side=True, per_period=True),
        Field("next_steps", phrase("Next steps"), toolkit="plan.next-steps", per_side=True, per_period=True),
        Field(
            "comments", phrase("Additional comments"), toolkit="plan.additional-comments", per_side=True,
            per_period=True,
        ),
    ),
    own_prefix="own-a",
)  # fmt: skip
MEASURE: Final = Kind(
    "measure",
    phrase("Measure"),
    (
        Field("title", phrase("Name"), "line"),
        Field("numerator", phrase("What is counted")),
        Field("denominator", phrase("Out of what")),
        Field("unit", phrase("Unit"), "line"),
        Field("part", phrase("Which number of the measure"), "choice"),
        Field("baseline_from", phrase("Baseline from"), "date"),
        Field("baseline_to", phrase("Baseline to"), "date"),
        Field("target", phrase("Target"), "number"),
        Field("target_date", phrase("Target to be met by"), "date"),
        Field("target_reason", phrase("Why this target")),
        Field("direction", phrase("Direction"), "choice", choices=DIRECTIONS),
        Field("course", phrase("Expected course")),
        Field("guards", phrase("Read alongside"), "choices"),
        Field("not_measured", phrase("Why it is not measured yet"), "choice", choices=NOT_MEASURED),
        Field("not_measured_note", phrase("What is being done about it")),
    ),
    own_prefix="own-m",
)
OBSERVATION: Final = Kind(
    "observation",
    phrase("Observation"),
    (
        Field("first", phrase("From"), "date", reported=True),
        Field("last", phrase("To"), "date", reported=True),
        Field("numerator", phrase("How many were counted"), "number", reported=True),
        Field("denominator", phrase("Out of how many"), "number", reported=True),
        Field("unknown", phrase("How many could not be told"), "number", reported=True),
        Field("source", phrase("Where it comes from"), "line", reported=True),
        Field("link", phrase("Where its evidence is kept"), "link", hint=KEPT_AT, reported=True),
        Field("dated", phrase("Date of the evidence"), "date", reported=True),
        Field("note", phrase("What a reader must know about it"), reported=True),
    ),
    own_prefix="obs-",
)
CONSEQUENCE: Final = Kind(
    "consequence",
    phrase("Risk or unintended consequence"),
    (
        Field("title", phrase("Name"), "line"),
        Field("text", phrase("What may happen"), toolkit="plan.risks"),
        Field("owner", phrase("Owner"), "person"),
        Field("guards", phrase("Read alongside"), "choices"),
        Field("threshold", phrase("Threshold: when to act")),
        Field("mitigation", phrase("Risk mitigation strategy"), toolkit="plan.risk-mitigation"),
        Field("status", phrase("Where it stands"), "choice", reported=True, choices=WATCHING),
        Field("watched", phrase("What was seen"), per_period=True),
    ),
    own_prefix="own-x",
)
QUESTION: Final = Kind(
    "question",
    phrase("Impact question"),
    (
        Field("stance", phrase("What the answer says"), "choice", choices=STANCES, reported=True),
        Field("answer", phrase("Answer"), reported=True),
    ),
)
IMPACT: Final = Kind(
    "impact",
    phrase("Long-term impact"),
    (
        Field("sentence", phrase("What the lead concludes"), reported=True),
        Field("missing", phrase("What is missing before more can be said"), reported=True),
    ),
)
EVIDENCE: Final = Kind(
    "evidence",
    phrase("Evidence"),
    (
        Field("title", phrase("What it is"), "line", reported=True),
        Field("link", phrase("Where it is kept"), "link", hint=KEPT_AT, reported=True),
        Field("dated", phrase("Date of the evidence"), "date", reported=True),
        Field("period", phrase("Reporting period"), "choice", reported=True),
        Field("file", phrase("File"), "choice", reported=True),
    ),
    own_prefix="ev-",
)

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        each.name: each
        for each in (
            ABOUT, OBJECTIVE, ACTIVITY, MEASURE, OBSERVATION, CONSEQUENCE, QUESTION, IMPACT, EVIDENCE,
        )
    }
)  # fmt: skip


def field_of(kind: str, name: str) -> Field:
    """A field of a kind by both names; raises KeyError for what the form does not have."""
    return STANDING if name == STANDING.name else KINDS[kind].field(name)


def every_field() -> Iterator[tuple[Kind, Field]]:
    """The whole form, kind by kind."""
    for kind in KINDS.values():
        for each in kind.fields:
            yield kind, each
