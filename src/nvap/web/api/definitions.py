"""Measures and runs as the API tells them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nvap.measures.results import StoredRun
from nvap.packs.measure import Measure, Part
from nvap.packs.model import Pack
from nvap.records.counting_rule import rule_name
from nvap.web.results.layouts import rules_of
from nvap.web.results.models import StoredResult

_PLAIN = (
    "id", "title", "short", "says", "cannot_say", "rise_means", "why", "objective", "horizon", "unit", "direction",
    "expected_course", "status", "note", "owner", "review_date",
)  # fmt: skip
# What of a run's provenance is told. Its charts are left out: they hold the days of rare events.
_TOLD = (
    "force", "measures", "definitions", "pack", "rule", "by", "from", "to", "as_at", "as_at_asked", "extracts",
    "origins", "practice", "engine", "sql", "who", "when",
)  # fmt: skip


def definition(pack: Pack, measure: Measure, address: str) -> dict[str, Any]:
    """A measure's definition; `address` is where its results are."""
    used = any(part.uses_rule for part in measure.parts)
    return {name: getattr(measure, name) for name in _PLAIN} | {
        "qualified_id": pack.qualified(measure.id),
        "activities": list(measure.activities),
        "questions": list(measure.questions),
        "peel": list(measure.peel.codes),
        "rules": [{"id": rule, "name": rule_name(rule)} for rule in rules_of(measure)] if used else [],
        "caveats": list(measure.caveats),
        "read_alongside": [{"measure": each.measure, "sentence": each.sentence} for each in measure.read_alongside],
        "parts": [_part(each) for each in measure.parts],
        "pack": pack.release,
        "results": address,
    }


def run_line(lines: Sequence[StoredResult], address: str) -> dict[str, Any]:
    """A run by its lines of the index, one a measure; `address` is where its provenance is."""
    first = lines[0]
    return {
        "run": first.run,
        "measures": [each.measure for each in lines],
        "by": first.by,
        "rule": next((each.rule for each in lines if each.rule), ""),
        "from": first.first,
        "to": first.last,
        "as_at": first.as_at,
        "as_at_asked": first.as_at_asked,
        "pack": first.pack,
        "computed_at": first.computed_at,
        "computed_by": first.computed_by,
        "provenance": address,
    }


def provenance(run: StoredRun) -> dict[str, Any]:
    """Where a run's numbers come from."""
    return {"run": run.id} | {name: run.provenance[name] for name in _TOLD}


def _part(part: Part) -> dict[str, Any]:
    names = ("id", "title", "statistic", "unit", "multiplier", "at", "direction", "note", "uses_rule")
    return {name: getattr(part, name) for name in names} | {
        "categories": [{"code": each.code, "label": each.label} for each in part.mix.categories] if part.mix else [],
        "groups": [each.title for each in part.groups],
    }
