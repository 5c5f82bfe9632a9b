"""What a force sets for its plans."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nvap.web.access import Permission, StandingRequest, needs
from nvap.web.accounts.models import User
from nvap.web.plans.actions.settings import LARGEST_MB, set_rules
from nvap.web.plans.models import PlanSettings
from nvap.web.toolkit.page import show
from nvap.web.toolkit.reading import pack_in_use


@needs(Permission.SET_PLAN_RULES)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: StandingRequest) -> HttpResponseBase:
    """Whether whoever sent the plan may sign it off, and whether files may be kept."""
    if request.method == "POST":
        set_rules(
            force=request.force,
            self_approval="self_approval" in request.POST,
            files="files" in request.POST,
            largest_file_mb=_whole(request.POST.get("largest_file_mb", "")),
            by=cast(User, request.user),
        )
        messages.success(request, _("The plan's settings were saved."))
        return redirect("plan-settings")
    rules = PlanSettings.objects.filter(force=request.force).first() or PlanSettings(force=request.force)
    return show(request, "plans/settings.html", pack_in_use(), {"rules": rules, "most": LARGEST_MB})


def _whole(text: str) -> int | None:
    """A whole number that was typed; None for anything else, which leaves what is set."""
    return int(text) if text.strip().isdecimal() and len(text) <= 4 else None
