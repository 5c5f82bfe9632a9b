"""Whether somebody gets the daily digest."""

from __future__ import annotations

from django.db import transaction

from nvap.web.accounts.models import Force, User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans.models import NoDigest


@transaction.atomic
def choose_digest(*, force: Force, wanted: bool, by: User) -> None:
    """Turn one's own digest on or off."""
    if wanted:
        NoDigest.objects.filter(user=by).delete()
    else:
        NoDigest.objects.get_or_create(user=by)
    told = f"digest {'on' if wanted else 'off'}"
    journal.write(force=force.code, by=by, act=Act.ADMINISTER, object_type="person", object_id=by.email, reason=told)
