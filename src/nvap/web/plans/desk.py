"""What every page of a plan begins with: who asks, the toolkit, the force's plan and what stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import Http404

from nvap.packs import Pack
from nvap.plan.document import Document, Thing
from nvap.web.access import StandingRequest
from nvap.web.accounts.models import User
from nvap.web.plans.document import document_of, plan_of
from nvap.web.plans.models import Plan
from nvap.web.toolkit.reading import pack_in_use


@dataclass(frozen=True)
class Desk:
    """One request's plan."""

    request: StandingRequest
    pack: Pack
    plan: Plan
    document: Document

    @property
    def user(self) -> User:
        """Who asks."""
        return cast(User, self.request.user)

    def thing(self, key: str, kind: str) -> Thing:
        """A thing of this kind in the plan, removed or not; 404 where there is none."""
        found = self.document.things.get(key)
        if found is None or found.kind != kind:
            raise Http404
        return found


def opened(request: StandingRequest) -> Desk:
    """The plan that the asker's force works on; 404 where there is none yet."""
    pack = pack_in_use()
    plan = plan_of(request.force, pack)
    if plan is None:
        raise Http404
    return Desk(request, pack, plan, document_of(plan))
