"""Asking for a problem profile, and noting what came of it."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from nvap.web.accounts.models import Force
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.profile.models import ProfileRun


@transaction.atomic
def request_profile(
    *,
    force: Force,
    rule: str,
    first: datetime.date | None,
    last: datetime.date | None,
    shifts: str,
    by: object,
) -> ProfileRun:
    """Ask the worker for a profile; the same one that waits already is shared."""
    from nvap.web.profile import tasks  # noqa: PLC0415 - the task needs this module

    same = ProfileRun.objects.filter(force=force, rule=rule, first=first, last=last, shifts=shifts)
    waiting = same.filter(state=ProfileRun.State.WAITING).first()
    if waiting is not None:
        if waiting.has_waited_long:  # its job may be lost; done twice it does no harm
            tasks.make_profile.enqueue(force.code, waiting.pk)
        return waiting
    for left in same.filter(state=ProfileRun.State.RUNNING):
        if left.was_cut_off:
            _end(left, ProfileRun.State.FAILED, "It was cut off, and another has taken its place.")
    made = ProfileRun.objects.create(
        force=force, rule=rule, first=first, last=last, shifts=shifts, requested_by=str(by)[:320]
    )
    _tell(made, by, "asked for")
    tasks.make_profile.enqueue(force.code, made.pk)
    return made


def begin(*, run: ProfileRun) -> None:
    """The worker begins, or begins again after it was cut off. No act of anybody, so no line in the journal."""
    run.state, run.started_at = ProfileRun.State.RUNNING, timezone.now()
    run.save(update_fields=["state", "started_at"])


@transaction.atomic
def finish(*, run: ProfileRun, days: tuple[datetime.date, datetime.date], as_at: datetime.date, made_up: bool,
           by: object) -> None:  # fmt: skip
    """The documents are there: of which days, as at when, and whether they rest on made-up records."""
    run.first, run.last = days
    run.as_at, run.made_up = as_at, made_up
    _end(run, ProfileRun.State.DONE, "")
    _tell(run, by, f"made as at {as_at}")


@transaction.atomic
def fail(*, run: ProfileRun, message: str, by: object) -> None:
    """Note in words why it cannot be made."""
    _end(run, ProfileRun.State.FAILED, message)
    _tell(run, by, "could not be made")


@transaction.atomic
def export(*, run: ProfileRun, audience: str, kind: str, by: object) -> None:
    """Note who takes a document, and in which form."""
    leaves = "for partners" if audience == "partners" else "not for release"
    journal.write(
        force=run.force_id,
        by=by,
        act=Act.EXPORT,
        object_type="problem profile",
        object_id=run.pk,
        reason=f"{kind.upper()}, {run.rule}, {run.first} to {run.last}; {leaves}",
    )


def _end(run: ProfileRun, state: str, message: str) -> None:
    run.state, run.message, run.finished_at = state, message, timezone.now()
    run.save()


def _tell(run: ProfileRun, by: object, what: str) -> None:
    journal.write(
        force=run.force_id,
        by=by,
        act=Act.COMPUTE,
        object_type="problem profile",
        object_id=run.pk,
        reason=f"{run.rule}, {what}",
    )
