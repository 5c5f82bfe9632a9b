"""Asking for a problem profile, and noting what came of it."""

from __future__ import annotations

import datetime

from django.db import transaction

from nvap.web.accounts.models import Force
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.profile.models import ProfileRun
from nvap.web.results.job_actions import ask, end, tell


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

    wanted = ProfileRun(force=force, rule=rule, first=first, last=last, shifts=shifts)
    same = ("force", "rule", "first", "last", "shifts")
    return ask(wanted, same, enqueue=lambda run: tasks.make_profile.enqueue(force.code, run.pk), by=by)


@transaction.atomic
def finish(*, run: ProfileRun, days: tuple[datetime.date, datetime.date], as_at: datetime.date, made_up: bool,
           by: object) -> None:  # fmt: skip
    """The documents are there: of which days, as at when, and whether they rest on made-up records."""
    run.first, run.last = days
    run.as_at, run.made_up = as_at, made_up
    end(run, ProfileRun.State.DONE)
    tell(run, by, f"made as at {as_at}")


@transaction.atomic
def fail(*, run: ProfileRun, message: str, by: object) -> None:
    """Note in words why it cannot be made."""
    end(run, ProfileRun.State.FAILED, message)
    tell(run, by, "could not be made")


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
