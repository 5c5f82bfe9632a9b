"""Evidence kept as a file beside its words, and taken out of the plan or put back: always with who did it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from nvap.plan.document import Document, Place
from nvap.plan.form import REMOVED, STANDING
from nvap.plan.screening import screened
from nvap.web.accounts.models import User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans.actions import redacting
from nvap.web.plans.actions.saving import Identifying, Typed, save
from nvap.web.plans.evidence_files import CheckedFile
from nvap.web.plans.models import EvidenceFile, Plan, Text

_LONGEST_NAME = 60


@transaction.atomic
def save_with_file(
    *, file: CheckedFile, place: Place, base: int, plan: Plan, typed: Sequence[Typed], by: User, **more: Any
) -> tuple[Place, ...]:
    """Save a piece of evidence with its file, both or neither. Raises a kind of NotSaved like every save.

    The file's own name is not kept, since it may name somebody: it is called after the evidence's title.
    """
    title = next((each.text for each in typed if each.place.field == "title"), "")
    kept = EvidenceFile.objects.create(
        plan=plan,
        name=f"{_plain(title)}.{file.ending}",
        media_type=file.media_type,
        size=len(file.content),
        sha256=file.sha256,
        content=file.content,
        added_by=by,
    )
    saved = save(plan=plan, typed=[*typed, Typed(place, str(kept.pk), base)], by=by, **more)
    journal.write(
        force=plan.force_id,
        by=by,
        act=Act.COLLECT,
        object_type="evidence file",
        object_id=str(kept.pk),
        reason=f"{kept.media_type}, {kept.size} bytes, SHA-256 {kept.sha256}",
    )
    return saved


def take_out(*, plan: Plan, document: Document, key: str, by: User, reason: str, accepted: bool = False) -> None:
    """Take a piece of evidence out of the plan; its words and its file are kept. Raises a kind of NotSaved."""
    _stand(plan, document, key, REMOVED, by=by, reason=reason, accepted=accepted)


def put_back(*, plan: Plan, document: Document, key: str, by: User, reason: str, accepted: bool = False) -> None:
    """Put a piece of evidence back into the plan. Raises a kind of NotSaved."""
    _stand(plan, document, key, "", by=by, reason=reason, accepted=accepted)


def destroy_files(*, plan: Plan, key: str, by: User, reason: str) -> int:
    """Destroy every file that ever stood behind a piece of evidence, for good; what is left is its hash.

    For a file by which somebody may be known. Returns how many; raises Identifying for a reason that names somebody.
    """
    if screened(reason):
        raise Identifying({Place("", "reason"): screened(reason)})
    redacting.keep_nothing_deleted()
    with transaction.atomic():
        said = Text.objects.filter(plan=plan, key=key, field="file").values_list("text", flat=True)
        numbers = {int(each) for each in said if each.isdecimal()}
        kept = list(EvidenceFile.objects.filter(plan=plan, pk__in=numbers, size__gt=0))
        for each in kept:
            each.content, each.size = b"", 0
            each.name = f"destroyed.{each.name.rpartition('.')[2]}"
            each.save(update_fields=["content", "size", "name"])
            journal.write(
                force=plan.force_id,
                by=by,
                act=Act.ERASE,
                object_type="evidence file",
                object_id=str(each.pk),
                reason=f"{key}, SHA-256 {each.sha256}; because: {reason[:400]}",
            )
        transaction.on_commit(redacting.leave_no_trace)
    return len(kept)


def _stand(plan: Plan, document: Document, key: str, text: str, **how: Any) -> None:
    place = Place(key, STANDING.name)
    stands = document.texts.get(place)
    save(plan=plan, typed=[Typed(place, text, stands.version if stands else 0)], **how)


def _plain(title: str) -> str:
    """A title as the name of a file."""
    words = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
    return words[:_LONGEST_NAME].strip("-") or "evidence"
