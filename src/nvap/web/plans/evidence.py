"""The evidence of an activity, a question or another thing of the plan: what it is, where it is kept, and its date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nvap.plan.document import Document


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence."""

    key: str
    title: str
    link: str
    dated: date | None
    period: str


def of(document: Document, parent: str, period: str = "") -> tuple[Evidence, ...]:
    """The evidence that stands beside a thing, of one period where it is named."""
    found = (
        Evidence(
            each.key, document.text(each.key, "title"), document.text(each.key, "link"),
            document.day(each.key, "dated"), document.text(each.key, "period"),
        )
        for each in document.of("evidence", parent)
    )  # fmt: skip
    return tuple(each for each in found if period in ("", each.period))


def next_key(taken: Iterable[str]) -> str:
    """The id of the next piece of evidence."""
    numbers = [int(each[3:]) for each in taken if each.startswith("ev-") and each[3:].isdigit()]
    return f"ev-{max(numbers, default=0) + 1}"
