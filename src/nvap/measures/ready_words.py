"""Readiness for a reader: each measure's state and what is missing, as text or JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence

from nvap.measures.asking import choices
from nvap.measures.readiness import Readiness

STATE_WORDS = {"computable": "computable", "partly": "partly", "not": "not yet"}


def in_words(found: Sequence[Readiness], width: int = 80) -> str:
    """Each measure on a line with its state; what is missing stands below it."""
    lines = []
    for each in found:
        begins = f"{each.measure.id}  {STATE_WORDS[each.state]:<10}  "
        lines += _wrapped(each.measure.title, width, begins, " " * len(begins))
        for missing in each.missing:
            lines += _wrapped(missing, width, "      - ", " " * 8)
    ready = sum(each.state == "computable" for each in found)
    partly = sum(each.state == "partly" for each in found)
    lines += ["", f"{ready} of {len(found)} computable, {partly} partly."]
    return "\n".join(lines)


def _wrapped(text: str, width: int, first: str, later: str) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)


def as_json(found: Sequence[Readiness]) -> str:
    """The same as a JSON array: measure, state, missing, what it may be laid out by, and each part's obstacle."""
    rows = [
        {
            "measure": each.measure.id,
            "title": each.measure.title,
            "state": each.state,
            "missing": list(each.missing),
            "by": list(choices(each.measure)),
            "parts": {name: stopped.reason if stopped else None for name, stopped in each.parts.items()},
        }
        for each in found
    ]
    return json.dumps(rows, indent=1, ensure_ascii=False)
