"""Taking a plan out as a file: nothing of it changes, and the journal says that it went out."""

from __future__ import annotations

from django.db import transaction

from nvap.web.accounts.models import User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans.models import Plan


def note(*, plan: Plan, version: int, kind: str, by: User | str) -> None:
    """Write down that a version of the plan went out as a file of this kind."""
    with transaction.atomic():
        journal.write(
            force=plan.force_id,
            by=by,
            act=Act.EXPORT,
            object_type="plan",
            object_id=f"{plan.pack} version {version}",
            reason=f"plan, {kind}",
        )
