"""What is done with everything that the worker is asked for: asked for once, begun, ended, told to the journal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from nvap.errors import NvapError
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.results.jobs import Job, State

AnyJob = TypeVar("AnyJob", bound=Job)
Found = TypeVar("Found")
_TRIES = 2
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failed:
    """Why a job could not be done, in words for whoever asked for it."""

    why: str


def ask(
    wanted: AnyJob, same: Sequence[str], *, enqueue: Callable[[AnyJob], object], by: object, said: str = "asked for"
) -> AnyJob:
    """Ask the worker for a job; the same one that waits already is shared, however many ask at the same moment.

    `wanted` is not saved yet. Two jobs are the same where these fields are; a constraint of the database must allow
    only one such to wait. `said` stands in the journal.
    """
    wanted.requested_by = str(by)[:320]
    for _again in range(_TRIES - 1):
        try:
            return _ask(wanted, same, enqueue, by, said)
        except IntegrityError:
            continue  # somebody asked between our look and our asking: theirs is found now
    return _ask(wanted, same, enqueue, by, said)


@transaction.atomic
def _ask(wanted: AnyJob, same: Sequence[str], enqueue: Callable[[AnyJob], object], by: object, said: str) -> AnyJob:
    there = type(wanted)._default_manager.filter(**{name: getattr(wanted, name) for name in same})
    waiting = there.filter(state=State.WAITING).first()
    if waiting is not None:
        if waiting.has_waited_long:  # its job may be lost; done twice it does no harm
            enqueue(waiting)
        return waiting
    for left in there.filter(state=State.RUNNING):
        if left.was_cut_off:
            end(left, State.FAILED, "It was cut off, and another has taken its place.")
    wanted.save(force_insert=True)
    tell(wanted, by, said)
    enqueue(wanted)
    return wanted


def begin(job: Job) -> None:
    """The worker begins, or begins again after it was cut off. No act of anybody, so no line in the journal."""
    job.state, job.started_at = State.RUNNING, timezone.now()
    job.save(update_fields=["state", "started_at"])


def end(job: Job, state: str, message: str = "") -> None:
    """It is over; `message` says in words why it failed, or what of it did."""
    job.state, job.message, job.finished_at = state, message, timezone.now()
    job.save()


def tell(job: Job, by: object, what: str) -> None:
    """The journal's line about a job, inside the caller's transaction."""
    journal.write(
        force=job.force_id,
        by=by,
        act=Act.COMPUTE,
        object_type=job.kind_in_journal,
        object_id=job.pk,
        reason=job.in_journal(what),
    )


def attempt(job: Job, do: Callable[[], Found]) -> Found | Failed:
    """Do the work of a job; what cannot be done is told in words, and our own faults in full in the log."""
    try:
        return do()
    except NvapError as fault:
        return Failed(str(fault))
    except Exception:  # whatever it is: whoever asked is told, and the worker goes on
        _log.exception("%s failed", job)
        return Failed("An unexpected fault; the server's log tells more.")
