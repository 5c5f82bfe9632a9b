"""How far an activity is embedded: five stages, each with the statements that must be true for it.

The criteria are this project's own; the toolkit asks that an action be embedded and does not say how to tell.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from nvap.wording import phrase

STAGES: Final = (
    ("not-started", phrase("Not started")),
    ("planned", phrase("Planned")),
    ("in-progress", phrase("In progress")),
    ("in-place", phrase("In place")),
    ("embedded", phrase("Embedded")),
)
STATEMENTS: Final = (
    ("s1", phrase("Somebody is named who answers for it")),
    ("s2", phrase("It has a date on which it starts and one by which it is in place")),
    ("s3", phrase("Work has begun, and something can be shown for it")),
    ("s4", phrase("The people who have to do it have been told how")),
    ("s5", phrase("What it should produce exists and can be shown")),
    ("s6", phrase("Every team that should do it does it")),
    ("s7", phrase("It stands in policy, in training or in the induction of new people")),
    ("s8", phrase("It is checked at least once a year, and what was found led to a change")),
    ("s9", phrase("It would go on if the person who leads it left tomorrow")),
)
CRITERIA: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "not-started": (),
        "planned": ("s1", "s2"),
        "in-progress": ("s3", "s4"),
        "in-place": ("s5", "s6"),
        "embedded": ("s7", "s8", "s9"),
    }
)


@dataclass(frozen=True)
class Stage:
    """A stage as it stands: what the statements give, and what was said instead, if anything was."""

    computed: str
    chosen: str

    @property
    def value(self) -> str:
        """The stage that counts."""
        return self.chosen or self.computed

    @property
    def overridden(self) -> bool:
        """Whether somebody said another stage than the statements give."""
        return bool(self.chosen) and self.chosen != self.computed


def computed_stage(ticked: Collection[str]) -> str:
    """The highest stage whose statements, and those of every stage before it, are all ticked."""
    reached = STAGES[0][0]
    for stage, _words in STAGES:
        if not set(CRITERIA[stage]) <= set(ticked):
            break
        reached = stage
    return reached
