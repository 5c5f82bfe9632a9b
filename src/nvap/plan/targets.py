"""Which measures may have a target: none on a count of people, on attendance or deployment, or on an outcome code.

What is counted in such a target changes before anything gets better for anybody, so the measure is read and never aimed
at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from nvap.wording import phrase

COUNT_OF_PEOPLE: Final = phrase(
    "No target: it counts people or what happened to them, and a target on a count changes what is counted."
)
DEPLOYMENT: Final = phrase(
    "No target: it is about attendance or deployment, and a target on it would weigh on who is sent to whom."
)
OUTCOME_CODE: Final = phrase("No target: it is about outcome codes, and a target on a code changes the coding.")

_COUNTS: Final = ("count", "total", "rate")
# A row of these tables is a person in a post, a call for help or a detention; hours are hours of deployment.
_OF_DEPLOYMENT: Final = re.compile(
    r"\b(deploy\w*|attend\w*|officer hours|police hours|hours (released|spent)|going when|nobody was sent|sent to)\b",
    re.IGNORECASE,
)
_OF_OUTCOMES: Final = re.compile(r"\boutcome (mix|code\w*|\d+)\b|\bcodes? of outcome", re.IGNORECASE)
_OF_PEOPLE: Final = re.compile(
    r"^\s*(the )?(number|count|total) of\b|\b(people|persons|individuals|officers|staff|patients|detainees)\s*$",
    re.IGNORECASE,
)


_SHARE: Final = re.compile(r"^\s*(share|proportion|percentage|per cent|%)", re.IGNORECASE)


@dataclass(frozen=True)
class Subject:
    """What a target would be set on: the measure's words, its statistic, and whether it is out of something."""

    words: str
    statistic: str = ""
    unit: str = ""
    has_denominator: bool = True


def why_no_target(subject: Subject) -> str:
    """The reason why a measure may have no target, in words; empty where it may."""
    if _OF_OUTCOMES.search(subject.words):
        return OUTCOME_CODE
    if _OF_DEPLOYMENT.search(subject.words):
        return DEPLOYMENT
    counts_people = _OF_PEOPLE.search(subject.unit) and not _SHARE.search(subject.unit)
    if subject.statistic in _COUNTS or not subject.has_denominator or counts_people:
        return COUNT_OF_PEOPLE
    return ""
