"""Writing the journal: the only place that adds a line, and nothing changes or removes one."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from nvap.web.journal import chain, heads
from nvap.web.journal.models import Act, Entry
from nvap.web.journal.request_number import request_number


def write(
    *,
    force: str,
    by: object,
    act: Act,
    object_type: str = "",
    object_id: object = "",
    reason: str = "",
    at: datetime | None = None,
) -> Entry:
    """Add a line to the force's chain, inside the caller's transaction: if it cannot be written, nothing is changed.

    `by` is a person or what stands for one on the command line; its words are kept, not a link. `force` is a force's
    code, or `NO_FORCE`. Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A journal line belongs into the transaction of what it tells.")
    _one_writer_at_a_time(force)
    last = Entry.objects.filter(force=force).order_by("-seq").first()
    entry = Entry(
        force=force,
        seq=last.seq + 1 if last else 1,
        at=at or timezone.now(),
        actor=str(by)[:320],
        act=Act(act).value,
        object_type=object_type[:60],
        object_id=str(object_id)[:200],
        reason=reason[:500],
        request_id=request_number.get(),
        prev=last.mac if last else chain.FIRST,
    )
    entry.mac = chain.mac(entry, chain.key())
    entry.save(force_insert=True)
    heads.keep_after_commit(entry)
    return entry


def _one_writer_at_a_time(force: str) -> None:
    """SQLite's transactions begin IMMEDIATE and queue by themselves; PostgreSQL's queue here, by force."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('nvap journal'), hashtext(%s))", [force])
