"""The digests that were sent, and whether one wants them."""

from __future__ import annotations

from typing import cast

from django.contrib import messages as flash
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.accounts.models import User
from nvap.web.plans.actions.messaging import choose_digest
from nvap.web.plans.models import Message, NoDigest
from nvap.web.toolkit.page import show
from nvap.web.toolkit.reading import pack_in_use


@needs(Permission.READ_TOOLKIT)
@require_http_methods(["GET", "HEAD", "POST"])
def digests(request: StandingRequest) -> HttpResponseBase:
    """One's own digests; leads and administrators see every one of the force."""
    user = cast(User, request.user)
    if request.method == "POST":
        choose_digest(force=request.force, wanted=request.POST.get("digest") == "yes", by=user)
        flash.success(request, _("Saved."))
        return redirect("plan-messages")
    sees_all = may(request, Permission.EDIT_PLAN) or may(request, Permission.MANAGE_PEOPLE)
    sent = Message.objects.filter(force=request.force).select_related("user")
    shown = {
        "sent": sent if sees_all else sent.filter(user=user),
        "wanted": not NoDigest.objects.filter(user=user).exists(),
    }
    return show(request, "plans/messages.html", pack_in_use(), shown)
