"""Asking for a breakdown, and noting what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from nvap.web.accounts.models import Force
from nvap.web.results.breakdowns.asked import Asked
from nvap.web.results.job_actions import ask, end, tell
from nvap.web.results.models import Breakdown


def request_breakdown(*, force: Force, asked: Asked, by: object) -> Breakdown:
    """Ask the worker to work a breakdown out; one that waits already is shared."""
    from nvap.web.results import tasks  # noqa: PLC0415 - the task needs this module

    def enqueue(breakdown: Breakdown) -> None:
        tasks.work_out_breakdown.enqueue(force.code, breakdown.pk)

    return ask(Breakdown(force=force, **asked.fields), ("force", *asked.fields), enqueue=enqueue, by=by)


@transaction.atomic
def finish(*, breakdown: Breakdown, found: dict[str, Any], rests_on: dict[str, Any], by: object) -> None:
    """Note what was found, and what it rests on: `as_at`, `pack`, `made_up`, `extracts`."""
    breakdown.found = found
    for name, value in rests_on.items():
        setattr(breakdown, name, value)
    end(breakdown, Breakdown.State.DONE)
    tell(breakdown, by, f"worked out as at {breakdown.as_at}")


@transaction.atomic
def fail(*, breakdown: Breakdown, message: str, extracts: Sequence[str], by: object) -> None:
    """Note in words why it cannot be worked out."""
    breakdown.extracts = list(extracts)
    end(breakdown, Breakdown.State.FAILED, message)
    tell(breakdown, by, "could not be worked out")
