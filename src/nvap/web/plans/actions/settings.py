"""What a force sets for its plans: who may sign off, and whether files may be kept."""

from __future__ import annotations

from django.db import transaction

from nvap.web.accounts.models import Force, User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans.models import PlanSettings

# Files are kept in the database, whole: what is larger belongs in the force's own document store.
LARGEST_MB = 20


@transaction.atomic
def set_rules(
    *, force: Force, self_approval: bool, files: bool, by: User, largest_file_mb: int | None = None
) -> PlanSettings:
    """Say whether whoever sent the plan may sign it off, whether files may be kept as evidence, and how large each."""
    chosen = {"self_approval": self_approval, "files": files}
    size = {} if largest_file_mb is None else {"largest_file_mb": min(max(1, largest_file_mb), LARGEST_MB)}
    rules, _new = PlanSettings.objects.update_or_create({**chosen, **size}, force=force)
    told = f"self-approval {_on(self_approval)}, files {_on(files)} up to {rules.largest_file_mb} MB"
    journal.write(force=force.code, by=by, act=Act.ADMINISTER, object_type="plan settings", reason=told)
    return rules


def _on(value: bool) -> str:
    return "on" if value else "off"
