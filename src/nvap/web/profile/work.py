"""What the worker does for a problem profile: gather it once, and write its documents for both kinds of reader."""

from __future__ import annotations

import json
import logging
import shutil
from functools import partial
from pathlib import Path
from typing import Final

from nvap.documents.profile import AUDIENCES, ProfileDocument, as_json, from_json, pdf
from nvap.documents.profile_docx import docx
from nvap.documents.profile_files import workbook
from nvap.documents.profile_sections import document
from nvap.measures.hours import read_shifts
from nvap.measures.profile import Profile, Wish, profile
from nvap.web import workspace as workspaces
from nvap.web.profile import actions
from nvap.web.profile.models import ProfileRun
from nvap.web.results.job_actions import Failed, attempt, begin
from nvap.web.results.offered import own_rules_of

WORKER: Final = "the worker"
KINDS: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FOLDER, _TOLD = "profiles", "document.json"
_log = logging.getLogger(__name__)


def make(force_code: str, number: int) -> None:
    """Make one profile from its beginning; what cannot be is told in words."""
    run = ProfileRun.objects.filter(pk=number, force=force_code).first()
    if run is None or not run.is_open:
        return
    begin(run)
    made = attempt(run, partial(_made, run))
    if isinstance(made, Failed):
        actions.fail(run=run, message=made.why, by=WORKER)
        return
    actions.finish(run=run, days=(made.start, made.end), as_at=made.as_at, made_up=made.is_made_up, by=WORKER)


def write_documents(found: Profile, folder: Path) -> None:
    """Write every document of a profile into a folder: for each kind of reader, in each form, and as JSON for pages."""
    for audience in AUDIENCES:
        made = document(found, audience=audience)
        (folder / f"{audience}.pdf").write_bytes(pdf(made))
        (folder / f"{audience}.docx").write_bytes(docx(made))
        (folder / f"{audience}.xlsx").write_bytes(workbook(made))
        if audience == "inside":
            (folder / _TOLD).write_text(json.dumps(as_json(made), ensure_ascii=False), encoding="utf-8")


def told(run: ProfileRun) -> ProfileDocument | None:
    """What a profile says to those inside the force; None where its files are gone."""
    try:
        return from_json(json.loads((folder_of(run) / _TOLD).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        _log.exception("%s is gone or damaged; have the profile made again.", folder_of(run))
        return None


def file_of(run: ProfileRun, audience: str, kind: str) -> Path | None:
    """One of a profile's files; None for another kind, another reader, and where it is gone."""
    if audience not in AUDIENCES or kind not in KINDS:
        return None
    path = folder_of(run) / f"{audience}.{kind}"
    return path if path.is_file() else None


def folder_of(run: ProfileRun) -> Path:
    """Where a profile's files are."""
    return workspaces.current().force(run.force_id).folder / _FOLDER / str(run.pk)


def _made(run: ProfileRun) -> Profile:
    here = workspaces.current()
    own_rules_of(here.force(run.force_id))
    wish = Wish(rule=run.rule, start=run.first, end=run.last, shifts=read_shifts(run.shifts))
    found = profile(here, here.force(run.force_id), wish)
    target = folder_of(run)
    making = target.with_name(f".making-{run.pk}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    write_documents(found, making)
    shutil.rmtree(target, ignore_errors=True)
    making.rename(target)
    return found
