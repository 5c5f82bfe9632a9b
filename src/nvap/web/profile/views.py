"""The problem profile's pages: ask for one, read it in short, take its documents."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from nvap.documents.profile_files import NAME
from nvap.web import workspace
from nvap.web.access import Permission, StandingRequest, fetch, may, needs
from nvap.web.profile import actions, page, work
from nvap.web.profile.forms import ProfileForm
from nvap.web.profile.models import ProfileRun
from nvap.web.results.loads_page import loads
from nvap.web.results.offered import own_rules_of
from nvap.web.results.views import MEASURES
from nvap.web.toolkit.page import Step, show
from nvap.web.toolkit.reading import pack_in_use

PROFILE: Step = (gettext_lazy("Problem profile"), "/profile/")


@needs(Permission.READ_RESULTS, Permission.READ_RELEASED_RESULTS)
def profile(request: StandingRequest) -> HttpResponse:
    """The newest profile in short; those who may have measures computed ask for one here."""
    pack = pack_in_use()
    if not may(request, Permission.READ_RESULTS):
        return show(request, "results/nothing_released.html", pack, {"measure": None})
    asks = may(request, Permission.COMPUTE_RESULTS)
    own = own_rules_of(workspace.current().force(request.force.code))
    form = ProfileForm(request.POST if asks and request.method == "POST" else None, own=own)
    if form.is_bound and form.is_valid():
        actions.request_profile(force=request.force, by=request.user, **form.cleaned_data)
        messages.success(request, _("The profile will be made. This page says when it is there."))
        return redirect("profile")
    run, asked = page.newest(request.force), page.last_asked(request.force)
    shown = {
        "form": form if asks else None,
        "page": page.page_of(run) if run else None,
        "current": asked if asked and asked.is_open else None,
        "failed": asked if asked and asked.state == ProfileRun.State.FAILED else None,
        "earlier": page.earlier(request.force),
        "has_loads": bool(loads(request.force)),
    }
    return show(request, "profile/profile.html", pack, shown, trail=(MEASURES,))


@needs(Permission.READ_RESULTS)
@require_safe
def profile_run(request: StandingRequest, number: int) -> HttpResponse:
    """A profile that was made before."""
    run = fetch(request, ProfileRun, pk=number, state=ProfileRun.State.DONE)
    shown = {"page": page.page_of(run), "form": None}
    return show(request, "profile/run.html", pack_in_use(), shown, trail=(MEASURES, PROFILE))


@needs(Permission.READ_RESULTS)
@require_safe
def profile_file(request: StandingRequest, number: int, audience: str, kind: str) -> HttpResponse:
    """One of a profile's documents; a line in the journal says who took it."""
    run = fetch(request, ProfileRun, pk=number, state=ProfileRun.State.DONE)
    path = work.file_of(run, audience, kind)
    if path is None:
        raise Http404
    actions.export(run=run, audience=audience, kind=kind, by=request.user)
    leaves = "for-partners" if audience == "partners" else "not-for-release"
    name = f"{'made-up-' if run.made_up else ''}{run.force_id}-{NAME}-{run.first}-{run.last}-{leaves}.{kind}"
    answer = HttpResponse(path.read_bytes(), content_type=work.KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
