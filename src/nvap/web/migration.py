"""Bringing the database up to this version, with a copy of it first."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from nvap.errors import Refused
from nvap.web import workspace
from nvap.web.accounts import actions

BACKUPS_KEPT = 10
Progress = Callable[[str], None]


def is_pending() -> bool:
    """Whether the database is older than this version."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def prepare(*, by: str, progress: Progress) -> None:
    """Bring the database up to this version and its forces up to the workspace's. Quick when there is nothing to do.

    Raises Refused when the workspace cannot be written to or the database cannot be opened.
    """
    here = workspace.current()
    if not os.access(here.path, os.W_OK):
        raise Refused(f"{here.path} cannot be written to. Give this user the right to write there.")
    try:
        if is_pending():
            kept = back_up(here.path, progress=progress)
            progress("Preparing the database …" if kept is None else f"Upgrading the database (a copy is in {kept}) …")
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
        actions.mirror_forces(forces=here.forces(), by=by)
        call_command("clearsessions", verbosity=0)
    except OperationalError as error:
        raise Refused(f"The database cannot be opened or written: {error}".rstrip()) from error


def refuse_when_pending() -> None:
    """Raise Refused, with the command to run, while the database is older than this version."""
    if is_pending():
        raise Refused("The database is older than this version. Run `nvap migrate` first.")


def back_up(folder: Path, *, progress: Progress) -> Path | None:
    """Copy a SQLite database before it is changed, keeping the last ten copies; None where there is nothing to copy.

    The copy is made through SQLite's own backup, which includes what is still in the write-ahead log. PostgreSQL is
    backed up by whoever runs it.
    """
    source = folder / "nvap.sqlite3"
    if connection.vendor != "sqlite":
        progress("PostgreSQL: have you a backup? This command makes none of it.")
        return None
    if not source.exists() or not connection.introspection.table_names():
        return None
    backups = folder / "backups"
    backups.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    target, beside = backups / f"nvap-{stamp}.sqlite3", backups / f".nvap-{stamp}.tmp"
    with sqlite3.connect(source) as held, sqlite3.connect(beside) as copy:
        held.backup(copy)
    held.close()
    copy.close()
    beside.replace(target)
    for old in sorted(backups.glob("nvap-*.sqlite3"))[:-BACKUPS_KEPT]:
        old.unlink()
    return target
