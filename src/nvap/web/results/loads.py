"""What follows a load: the measures are computed anew."""

from __future__ import annotations

from nvap.web.accounts.models import Force
from nvap.web.results import actions


def after_load(*, force: Force, by: object) -> None:
    """Have the worker compute the force's measures; loads that follow one another share one computation."""
    actions.request_computation(force=force, because="an extract was loaded", by=by)
