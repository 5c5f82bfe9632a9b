"""Which file of a pack holds which kinds of item, and under which keys."""

from __future__ import annotations

from nvap.packs.item import Item
from nvap.packs.items import (
    Activity,
    Aim,
    Challenge,
    Consequence,
    CountingRule,
    Evidence,
    Guidance,
    Impact,
    Issue,
    Link,
    LongTermImpact,
    MeasureToCome,
    Objective,
    OtherAction,
    Output,
    PlanExample,
    PlanField,
    PlanningQuestion,
    Question,
    Reference,
    Situation,
    Statement,
    Successor,
    SuggestedMeasure,
)

Lists = tuple[tuple[str, type[Item]], ...]

FOLDERS = ("objectives", "measures", "overlay", "peel")
PACK_LISTS: Lists = (
    ("guidance", Guidance),
    ("planning_questions", PlanningQuestion),
    ("long_term", LongTermImpact),
    ("counting_rules", CountingRule),
    ("succeeded_by", Successor),
)
OBJECTIVE_LISTS: Lists = (
    ("activities", Activity),
    ("outputs", Output),
    ("impacts", Impact),
    ("questions", Question),
    ("suggested_measures", SuggestedMeasure),
)
PLAN_LISTS: Lists = (("header", PlanField), ("sections", PlanField), ("examples", PlanExample))
ONE_LIST: dict[str, tuple[str, type[Item]]] = {
    "consequences.yaml": ("consequences", Consequence),
    "evidence.yaml": ("evidence", Evidence),
    "references.yaml": ("references", Reference),
    "links.yaml": ("links", Link),
    "impact-statement.yaml": ("statements", Statement),
    "measures-to-come.yaml": ("measures", MeasureToCome),
}
_HOLDS: dict[str, tuple[type[Item], ...]] = {
    "pack.yaml": (Aim, OtherAction, *(cls for _, cls in PACK_LISTS)),
    "objectives": (Objective, Situation, *(cls for _, cls in OBJECTIVE_LISTS)),
    "challenges.yaml": (Challenge, Issue),
    "plan.yaml": (Guidance, *(cls for _, cls in PLAN_LISTS)),
    **{name: (cls,) for name, (_, cls) in ONE_LIST.items()},
    "measures": (MeasureToCome,),
}
FILES = ("pack.yaml", "challenges.yaml", "plan.yaml", *ONE_LIST)


def kinds_in(place: str) -> tuple[type[Item], ...]:
    """The kinds of item that a file holds, by its path from the pack's folder; a measure counts as one to come."""
    return _HOLDS.get(place) or _HOLDS.get(place.partition("/")[0], ())
