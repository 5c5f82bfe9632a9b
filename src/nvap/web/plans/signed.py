"""What is kept of a signed-off version beside its text: what was measured, the board pack and the workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from nvap.packs import Pack
from nvap.plan.document import Document
from nvap.web.accounts.models import Force
from nvap.web.plans import board_pack, workbook
from nvap.web.plans.measured import measured
from nvap.web.plans.models import Plan, Snapshot, StoredFile

Measured = tuple[dict[str, Any], ...]
MEDIA_TYPES = {
    StoredFile.Kind.PDF: "application/pdf",
    StoredFile.Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    StoredFile.Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def measured_for(force: Force, pack: Pack, document: Document) -> Measured:
    """The numbers that stand beside the plan's measures today."""
    return measured(force, pack, document)


def files_of(pack: Pack, document: Document, numbers: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    """The files of a version, by kind."""
    return {
        StoredFile.Kind.PDF.value: board_pack.pdf(pack, document, numbers),
        StoredFile.Kind.DOCX.value: board_pack.docx(pack, document, numbers),
        StoredFile.Kind.XLSX.value: workbook.xlsx(pack, document),
    }


def hash_of(content: bytes) -> str:
    """The SHA-256 of a file, in hex."""
    return sha256(content).hexdigest()


def last_snapshot(plan: Plan) -> Snapshot | None:
    """What was signed off last of a plan."""
    return Snapshot.objects.filter(plan=plan).order_by("-number").first()
