"""What a force sets for its plans: who may sign off, and whether files may be kept."""

from __future__ import annotations

from django.db import transaction

from nvap.web.accounts.models import Force, User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans.models import PlanSettings


@transaction.atomic
def set_rules(*, force: Force, self_approval: bool, files: bool, by: User) -> PlanSettings:
    """Say whether whoever sent the plan may sign it off, and whether files may be kept as evidence."""
    rules, _new = PlanSettings.objects.update_or_create({"self_approval": self_approval, "files": files}, force=force)
    told = f"self-approval {_on(self_approval)}, files {_on(files)}"
    journal.write(force=force.code, by=by, act=Act.ADMINISTER, object_type="plan settings", reason=told)
    return rules


def _on(value: bool) -> str:
    return "on" if value else "off"
