"""The plan's files: the workbook and JSON out, and the workbook back in, shown before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nvap.documents.plan_reading import MOST_MB
from nvap.errors import FileRefused
from nvap.plan.document import Place
from nvap.plan.screening import Finding
from nvap.plan.snapshot import frozen
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.plans import comparing, uploading, workbook
from nvap.web.plans.actions import exporting
from nvap.web.plans.actions import uploading as actions
from nvap.web.plans.actions.saving import Identifying, NotSaved
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.document import present
from nvap.web.plans.models import StoredFile, Upload
from nvap.web.plans.signed import MEDIA_TYPES
from nvap.web.plans.views.plan import plan_step
from nvap.web.toolkit.page import show


@needs(Permission.READ_PLAN)
@require_safe
def files(request: StandingRequest) -> HttpResponse:
    """Every file of the plan, and the form to upload its workbook."""
    return files_page(request, opened(request))


@needs(Permission.READ_PLAN)
@require_safe
def workbook_file(request: StandingRequest) -> HttpResponse:
    """The plan as a workbook to write in."""
    desk = opened(request)
    return _download(
        desk, "xlsx", MEDIA_TYPES[StoredFile.Kind.XLSX], workbook.xlsx(desk.pack, desk.document, present(request.force))
    )


@needs(Permission.READ_PLAN)
@require_safe
def json_file(request: StandingRequest) -> HttpResponse:
    """Everything that stands in the plan, as JSON."""
    desk = opened(request)
    return _download(desk, "json", "application/json", frozen(desk.document).encode())


@needs(Permission.EDIT_PLAN)
@require_POST
def upload(request: StandingRequest) -> HttpResponseBase:
    """Read a workbook that came back; nothing is saved yet."""
    desk = opened(request)
    given = request.FILES.get("file")
    if given is None:
        return files_page(request, desk, refused=_("Choose the workbook to upload."))
    try:
        with uploading.on_disk(given) as path:
            found = uploading.read(path, desk.plan, desk.pack)
    except FileRefused as fault:
        return files_page(request, desk, refused=str(fault))
    if found.faults:
        return show(request, "plans/upload_faults.html", desk.pack, {"faults": found.faults}, trail=(plan_step(),))
    if not found.changes:
        messages.success(request, _("The workbook says what the plan says already: there is nothing to take over."))
        return redirect("plan-files")
    kept = actions.keep(plan=desk.plan, by=desk.user, name=given.name or "", changes=found.changes)
    return redirect("plan-uploaded", kept.pk)


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def uploaded(request: StandingRequest, number: int) -> HttpResponseBase:
    """What an uploaded file would change, before and after; taken over or thrown away from here."""
    desk = opened(request)
    held = actions.held_by(desk.plan, desk.user, number)
    if held is None:
        raise Http404
    if request.method == "POST" and request.POST.get("act") == "throw":
        actions.throw_away(upload=held, by=desk.user)
        messages.success(request, _("The upload was thrown away. Nothing in the plan changed."))
        return redirect("plan-files")
    if held.kind == actions.TOOLKIT and not actions.changes_of(held):
        return redirect("plan-imported", held.pk)
    problem: Mapping[str, Any] = {}
    found: Mapping[Place, Sequence[Finding]] = {}
    if request.method == "POST":
        reason, accepted = request.POST.get("reason", ""), bool(request.POST.get("accepted"))
        try:
            actions.take_over(upload=held, by=desk.user, reason=reason, accepted=accepted)
        except NotSaved as fault:
            found = fault.findings if isinstance(fault, Identifying) else {}
            problem = {
                "problem": comparing.said(fault),
                "identifying": isinstance(fault, Identifying),
                "reason": reason,
            }
        else:
            messages.success(request, _("The changes are saved in the plan."))
            return redirect("plan")
    changes, new = actions.changes_of(held), actions.new_of(held)
    rows = comparing.rows(desk.pack, desk.document, changes, new, found)
    shown_here = {"upload": held, "rows": rows, "again": _again(held), **problem}
    return show(request, "plans/upload.html", desk.pack, shown_here, trail=(plan_step(),))


def files_page(request: StandingRequest, desk: Desk, refused: str = "") -> HttpResponse:
    """The page of the plan's files, with why a file was not read."""
    shown_here = {"refused": refused, "may_change": may(request, Permission.EDIT_PLAN), "most": MOST_MB}
    return show(request, "plans/files.html", desk.pack, shown_here, trail=(plan_step(),))


def _again(held: Upload) -> str:
    """Where the uploader says again where each text goes."""
    return reverse("plan-imported", args=[held.pk]) if held.kind == actions.TOOLKIT else ""


def _download(desk: Desk, kind: str, media_type: str, made: bytes) -> HttpResponse:
    exporting.note(plan=desk.plan, version=desk.document.version, kind=kind, by=desk.user)
    response = HttpResponse(made, content_type=media_type)
    name = f"{desk.request.force.code}-plan-version-{desk.document.version}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
