"""Asking for a breakdown, and noting what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from nvap.web.accounts.models import Force
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.results.breakdowns.asked import Asked
from nvap.web.results.models import Breakdown, Computation

_TRIES = 2


def request_breakdown(*, force: Force, asked: Asked, by: object) -> Breakdown:
    """Ask the worker to work a breakdown out; one that waits already is shared."""
    for _again in range(_TRIES - 1):
        try:
            return _request(force=force, asked=asked, by=by)
        except IntegrityError:
            continue  # somebody asked between our look and our asking: theirs is found now
    return _request(force=force, asked=asked, by=by)


@transaction.atomic
def _request(*, force: Force, asked: Asked, by: object) -> Breakdown:
    from nvap.web.results import tasks  # noqa: PLC0415 - the task needs this module

    there = Breakdown.objects.filter(force=force, **asked.fields)
    waiting = there.filter(state=Computation.State.WAITING).first()
    if waiting is not None:
        if waiting.has_waited_long:  # its job may be lost; done twice it does no harm
            tasks.work_out_breakdown.enqueue(force.code, waiting.pk)
        return waiting
    for left in there.filter(state=Computation.State.RUNNING):
        if left.was_cut_off:
            _end(left, Computation.State.FAILED, "It was cut off, and another has taken its place.")
    made = Breakdown.objects.create(force=force, requested_by=str(by)[:320], **asked.fields)
    _tell(made, by, "asked for")
    tasks.work_out_breakdown.enqueue(force.code, made.pk)
    return made


def begin(*, breakdown: Breakdown) -> None:
    """The worker begins, or begins again after it was cut off. No act of anybody, so no line in the journal."""
    breakdown.state, breakdown.started_at = Computation.State.RUNNING, timezone.now()
    breakdown.save(update_fields=["state", "started_at"])


@transaction.atomic
def finish(*, breakdown: Breakdown, found: dict[str, Any], rests_on: dict[str, Any], by: object) -> None:
    """Note what was found, and what it rests on: `as_at`, `pack`, `made_up`, `extracts`."""
    breakdown.found = found
    for name, value in rests_on.items():
        setattr(breakdown, name, value)
    _end(breakdown, Computation.State.DONE, "")
    _tell(breakdown, by, f"worked out as at {breakdown.as_at}")


@transaction.atomic
def fail(*, breakdown: Breakdown, message: str, extracts: Sequence[str], by: object) -> None:
    """Note in words why it cannot be worked out."""
    breakdown.extracts = list(extracts)
    _end(breakdown, Computation.State.FAILED, message)
    _tell(breakdown, by, "could not be worked out")


def _end(breakdown: Breakdown, state: str, message: str) -> None:
    breakdown.state, breakdown.message, breakdown.finished_at = state, message, timezone.now()
    breakdown.save()


def _tell(breakdown: Breakdown, by: object, what: str) -> None:
    journal.write(
        force=breakdown.force_id,
        by=by,
        act=Act.COMPUTE,
        object_type="breakdown",
        object_id=breakdown.pk,
        reason=" ".join(filter(None, (breakdown.measure, breakdown.kind, breakdown.part, breakdown.rule, what))),
    )
