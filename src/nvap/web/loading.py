"""From a stored batch to the web: its line in the journal, and the jobs that follow it.

`nvap load` calls `note` when it has stored a batch. A batch that was stored while this could not be called (a power
cut, a copied folder) gets its line the next time; no batch stands without one for good.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _

from nvap.errors import NvapError, Refused
from nvap.records import store
from nvap.records.contract import contracts
from nvap.records.store import Batch
from nvap.records.workspace import Force as WorkspaceForce
from nvap.web import workspace
from nvap.web.access import Permission, may, standing_of
from nvap.web.accounts.models import Force
from nvap.web.home import Change, NextStep
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act, Entry


def note(*, force: WorkspaceForce, by: object, undo: Batch | None = None) -> list[Entry]:
    """Write the line of every batch of the force that has none yet, then have each app do what follows a load.

    `undo` is the batch just stored: if its line cannot be written, it is removed again and Refused is raised, so that
    nothing is loaded that the journal does not tell. An app says what follows in `loads.after_load(force=, by=)`.
    """
    try:
        lines = _write_lines(force)
    except (DatabaseError, OSError, NvapError) as error:
        if undo is not None:
            shutil.rmtree(undo.folder)
        raise Refused(f"Nothing was loaded, since the journal could not be written: {error}".rstrip()) from error
    if lines:
        mirrored = Force.objects.get(code=force.code)
        for follow in _what_follows():
            follow(force=mirrored, by=by)
    return lines


def next_steps(request: HttpRequest) -> Iterator[NextStep]:
    """For the home page of the analyst, the administrator and the lead: without a batch nothing can be measured."""
    sees_to_it = any(may(request, each) for each in (Permission.READ_LOADS, Permission.EDIT_PLAN))
    if sees_to_it and not _batches(request):
        yield NextStep(
            _("Load the first extract, on the command line: nvap load"),
            _("Analyst"),
            _("See what each measure needs"),
            reverse("measures"),
            order=10,
        )


def changes(request: HttpRequest) -> Iterator[Change]:
    """For the home page: what was loaded, a sentence a day."""
    by_day: dict[date, list[Batch]] = {}
    for batch in _batches(request) if may(request, Permission.READ_RESULTS) else ():
        by_day.setdefault(timezone.localdate(batch.loaded_at), []).append(batch)
    for loaded in by_day.values():
        yield Change(_what_was_loaded(loaded), max(batch.loaded_at for batch in loaded))


def _what_was_loaded(batches: list[Batch]) -> str:
    words = {
        "count": len(batches),
        "rows": f"{sum(batch.report['loaded'] for batch in batches):,}",
        "table": contracts()[batches[0].table].title,
        "day": date_format(batches[0].as_at),
    }
    if len(batches) == 1:
        return _("%(table)s loaded: %(rows)s rows, as at %(day)s.") % words
    return _("%(count)s extracts loaded, %(rows)s rows in all.") % words


def missing(request: HttpRequest) -> Iterator[str]:
    """For the home page: that nothing was loaded."""
    if not _batches(request):
        yield _("No extract has been loaded, so nothing can be measured.")


def _batches(request: HttpRequest) -> list[Batch]:
    standing = standing_of(request)
    return store.all_batches(workspace.current().force(standing.force.code)) if standing else []


@transaction.atomic
def _write_lines(force: WorkspaceForce) -> list[Entry]:
    told = Entry.objects.filter(force=force.code, object_type="batch").values_list("object_id", flat=True)
    known = set(told)
    untold = [batch for batch in store.all_batches(force) if _name(batch) not in known]
    return [
        journal.write(
            force=force.code,
            by=batch.loaded_by,
            act=Act.COLLECT,
            object_type="batch",
            object_id=_name(batch),
            reason=_reason(batch),
        )
        for batch in sorted(untold, key=lambda each: each.loaded_at)
    ]


def _name(batch: Batch) -> str:
    return f"{batch.table}/{batch.id}"


def _reason(batch: Batch) -> str:
    counted = ", ".join(f"{words} {batch.report[name]}" for name, words in _COUNTS if name in batch.report)
    return f"mapping {batch.mapping_name} {batch.mapping_version}, as at {batch.as_at.isoformat()}; {counted}"


_COUNTS = (("read", "read"), ("loaded", "loaded"), ("set_aside", "set aside"))


def _what_follows() -> Iterator[Any]:
    for app in apps.get_app_configs():
        if app.name.startswith("nvap.web.") and module_has_submodule(app.module, "loads"):
            yield import_module(f"{app.name}.loads").after_load
