"""The board pack as files: who took one stands in the journal."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from nvap.web.access import Permission, StandingRequest, needs
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans import board_pack
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.models import StoredFile
from nvap.web.plans.signed import MEDIA_TYPES


@needs(Permission.READ_PLAN)
@require_safe
def pack_pdf(request: StandingRequest) -> HttpResponse:
    """The board pack of the plan as it stands, as a PDF."""
    desk = opened(request)
    return _file(desk, StoredFile.Kind.PDF, board_pack.pdf(desk.pack, desk.document))


@needs(Permission.READ_PLAN)
@require_safe
def pack_docx(request: StandingRequest) -> HttpResponse:
    """The same pack as a Word document."""
    desk = opened(request)
    return _file(desk, StoredFile.Kind.DOCX, board_pack.docx(desk.pack, desk.document))


def _file(desk: Desk, kind: StoredFile.Kind, made: bytes) -> HttpResponse:
    with transaction.atomic():
        journal.write(
            force=desk.request.force.code,
            by=desk.user,
            act=Act.EXPORT,
            object_type="plan",
            object_id=f"{desk.plan.pack} version {desk.document.version}",
            reason=f"board pack, {kind.value}",
        )
    response = HttpResponse(made, content_type=MEDIA_TYPES[kind])
    name = f"{desk.request.force.code}-board-pack-version-{desk.document.version}.{kind.value}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
