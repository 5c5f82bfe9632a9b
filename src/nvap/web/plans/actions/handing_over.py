"""Handing over what somebody who left owned in the plan."""

from __future__ import annotations

from collections.abc import Mapping

from nvap.plan.document import Document, Place
from nvap.web.accounts.models import User
from nvap.web.plans.actions.saving import Typed, save
from nvap.web.plans.models import Plan, Save


def hand_over(
    *, plan: Plan, document: Document, to: Mapping[Place, str], by: User, reason: str, accepted: bool = False
) -> tuple[Place, ...]:
    """Name somebody else in these places, in one save. Raises a kind of NotSaved, and then saves nothing."""
    typed = [Typed(place, number, document.texts[place].version) for place, number in to.items()]
    return save(plan=plan, typed=typed, by=by, reason=reason, accepted=accepted, how=Save.How.HANDED_OVER)
