"""Asking for a computation, telling how far it is, and noting what was stored."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pyarrow as pa
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nvap.errors import Refused
from nvap.measures import breaks
from nvap.measures.results import StoredRun
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.results import rebasing
from nvap.web.results.job_actions import ask, end, tell
from nvap.web.results.models import Computation, Rebase, StoredResult


def request_computation(*, force: Force, because: str, by: object) -> Computation:
    """Ask the worker to compute the force's measures; several requests before it begins share one computation."""
    from nvap.web.results import tasks  # noqa: PLC0415 - the task needs this module

    def enqueue(computation: Computation) -> None:
        tasks.compute_results.enqueue(force.code, computation.pk)

    wanted = Computation(force=force, because=because[:200])
    return ask(wanted, ("force",), enqueue=enqueue, by=by, said=f"asked for: {because}")


@transaction.atomic
def begin(*, computation: Computation, total: int, by: object) -> None:
    """The worker begins, or begins again after it was cut off; again is one more line in the journal."""
    if computation.state == Computation.State.RUNNING:
        tell(computation, by, "begun again: the worker was cut off")
    computation.state = Computation.State.RUNNING
    computation.started_at = computation.heard_at = timezone.now()
    computation.done, computation.total, computation.doing, computation.message = 0, total, "", ""
    computation.save()


def record_progress(*, computation: Computation, done: int, doing: str) -> None:
    """Tell readers how far it is. No act of anybody, so no line in the journal."""
    computation.done, computation.doing, computation.heard_at = done, doing[:200], timezone.now()
    computation.save(update_fields=["done", "doing", "heard_at"])


@transaction.atomic
def finish(*, computation: Computation, stored: int, failures: Sequence[str], by: object) -> None:
    """The worker has done what it could: how many runs it stored, and each failure in words. None stored: it failed."""
    state = Computation.State.DONE if stored else Computation.State.FAILED
    computation.doing, computation.heard_at = "", timezone.now()
    end(computation, state, "\n".join(failures))
    tell(computation, by, f"{computation.done} of {computation.total} steps, {len(failures)} with faults")


@transaction.atomic
def index(*, force: Force, run: StoredRun, rows: pa.Table, by: object, told: bool = False) -> None:
    """Note a stored run, so that pages find it; noting it again changes nothing.

    `told` says that the journal has its own line for it, as a computation has.
    """
    origin = run.provenance
    if StoredResult.objects.filter(force=force, run=run.id).exists():
        return
    found = [_entry(force, run, measure, rows) for measure in origin["measures"]]
    StoredResult.objects.bulk_create(found, ignore_conflicts=True)
    if not told:
        journal.write(
            force=force.code,
            by=by,
            act=Act.COMPUTE,
            object_type="result run",
            object_id=run.id,
            reason=f"{', '.join(origin['measures'])} by {origin['by']}, as at {origin['as_at']}",
            at=datetime.datetime.fromisoformat(run.when),
        )


@transaction.atomic
def rebase(*, force: Force, measure: str, part: str, on: datetime.date, reason: str, by: object) -> Rebase:
    """Record the decision that a measure's limits begin anew on a day. Raises Refused where that is decided already."""
    if Rebase.objects.standing().filter(force=force, measure=measure, part=part, on=on).exists():
        raise Refused(_("That is decided already: new limits begin on this day."))
    decided = Rebase.objects.create(
        force=force, measure=measure, part=part, on=on, reason=reason, decided_by=str(by)[:320]
    )
    _keep_copy(force)
    _tell_of(decided, by, f"{measure} {part} re-based from {on}".replace("  ", " "))
    return decided


@transaction.atomic
def withdraw_rebase(*, decided: Rebase, reason: str, by: object) -> None:
    """Take such a decision back; it stays on record. Raises Refused where somebody has taken it back before."""
    if decided.withdrawn_at is not None:
        raise Refused(_("Somebody has taken this back already."))
    decided.withdrawn_by, decided.withdrawn_at = str(by)[:320], timezone.now()
    decided.withdrawn_because = reason
    decided.save()
    _keep_copy(decided.force)
    _tell_of(decided, by, f"{decided.measure} {decided.part} no longer re-based from {decided.on}".replace("  ", " "))


def _keep_copy(force: Force) -> None:
    """Once it is certain, the command line and notebooks know of it too."""
    here = workspace.current().force(force.code)
    transaction.on_commit(lambda: breaks.keep(here, rebasing.decisions(force)))


def _tell_of(decided: Rebase, by: object, reason: str) -> None:
    journal.write(
        force=decided.force_id, by=by, act=Act.ALTER, object_type="re-basing", object_id=decided.pk, reason=reason
    )


def _entry(force: Force, run: StoredRun, measure: str, rows: pa.Table) -> StoredResult:
    origin = run.provenance
    asked = origin["as_at_asked"]
    return StoredResult(
        force=force,
        run=run.id,
        measure=measure,
        by=origin["by"],
        rule=origin["rule"] if measure in origin["uses_rule"] else "",
        first=_day(origin["from"]),
        last=_day(origin["to"]),
        as_at=run.as_at,
        as_at_asked=_day(asked),
        pack=origin["pack"],
        status=_status(measure, rows),
        computed_at=datetime.datetime.fromisoformat(run.when),
        computed_by=str(origin["who"])[:320],
    )


def _status(measure: str, rows: pa.Table) -> str:
    values = [
        value
        for name, value in zip(rows["measure"].to_pylist(), rows["value"].to_pylist(), strict=True)
        if name == measure
    ]
    held = sum(value is not None for value in values)
    if not held:
        return StoredResult.Status.NONE
    return StoredResult.Status.NUMBERS if held == len(values) else StoredResult.Status.PARTLY


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
