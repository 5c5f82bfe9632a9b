"""What the measures add to the toolkit's pages: each one's newest number, for those who may read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _

from nvap.web.access import Permission, may
from nvap.web.results import stored
from nvap.web.results.headline import headline
from nvap.web.results.layouts import FIRST_RULE
from nvap.web.toolkit.offers import LatestValue
from nvap.web.toolkit.reading import pack_in_use


def latest_values(request: HttpRequest, measures: Sequence[str]) -> Mapping[str, LatestValue]:
    """The newest number of each measure that has one."""
    if not may(request, Permission.READ_RESULTS):
        return {}
    pack = pack_in_use()
    force = request.force  # type: ignore[attr-defined]  # there, since the asker has a role
    held = stored.answers(force, list(measures), FIRST_RULE)
    found = {}
    for measure, answers in held.items():
        latest = headline(pack.measures[measure], answers) if measure in pack.measures else None
        if latest is not None:
            period = f"{latest.what}, {latest.period}" if latest.what else latest.period
            if latest.interval:
                period = _("%(period)s; 95%% interval %(interval)s") % {"period": period, "interval": latest.interval}
            said = (
                _("%(value)s (%(rule)s)") % {"value": latest.value, "rule": latest.rule}
                if latest.has_rule
                else latest.value
            )
            found[measure] = LatestValue(said, period, latest.address)
    return found
