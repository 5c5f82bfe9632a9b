"""What the measures say on the home page: what waits, what changed, what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nvap.records import store
from nvap.web import workspace
from nvap.web.access import Permission, may, standing_of
from nvap.web.home import Change, NextStep
from nvap.web.results.models import Computation
from nvap.web.results.overview import computations, ready
from nvap.web.toolkit.reading import pack_in_use

_OTHERS_WAIT, _WOULD_HELP = 20, 40
ANALYST = gettext_lazy("Analyst")


def next_steps(request: HttpRequest) -> Iterator[NextStep]:
    """For the analyst: have the measures computed where that is due, and load what is missing."""
    standing = standing_of(request)
    if standing is None or not may(request, Permission.COMPUTE_RESULTS) or not _has_loads(standing.force.code):
        return
    current, over = computations(request.force)  # type: ignore[attr-defined]  # there, since the asker has a role
    stopped = current.was_cut_off if current else over is None or over.state == Computation.State.FAILED
    if stopped:
        what = _("Have the measures computed: the last time it did not come to its end.")
        if over is None and current is None:
            what = _("Have the measures computed: extracts have been loaded since.")
        yield NextStep(what, ANALYST, _("Go to the measures"), reverse("measures"), _OTHERS_WAIT)
    without = _not_computable(request)
    if without:
        words = ngettext(
            "Load what %(count)d measure lacks: %(measures)s.",
            "Load what %(count)d measures lack: %(measures)s.",
            len(without),
        )
        what = words % {"count": len(without), "measures": ", ".join(without)}
        yield NextStep(what, ANALYST, _("See what is missing"), reverse("readiness"), _WOULD_HELP)


def changes(request: HttpRequest) -> Iterator[Change]:
    """When the measures were last computed."""
    if not may(request, Permission.READ_RESULTS):
        return
    _current, over = computations(request.force)  # type: ignore[attr-defined]
    if over is None or over.finished_at is None:
        return
    if over.state == Computation.State.DONE:
        yield Change(_("The measures were computed from all that is loaded."), over.finished_at)
    else:
        yield Change(_("The measures could not be computed."), over.finished_at)


def missing(request: HttpRequest) -> Iterator[str]:
    """The measures that cannot be computed from what is loaded."""
    standing = standing_of(request)
    if standing is None or not may(request, Permission.READ_RESULTS) or not _has_loads(standing.force.code):
        return
    without = _not_computable(request)
    if without:
        yield _("Not enough data to say, or only in part: %(measures)s.") % {"measures": ", ".join(without)}


def _not_computable(request: HttpRequest) -> list[str]:
    found = ready(pack_in_use(), request.force)  # type: ignore[attr-defined]
    return [each.measure.id for each in found if each.state != "computable"]


def _has_loads(force: str) -> bool:
    return bool(store.all_batches(workspace.current().force(force)))
