"""The digests that were sent, and whether one wants them."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.accounts.models import User
from nvap.web.plans.actions.messaging import choose_digest, stop_digest
from nvap.web.plans.digest import who_stops
from nvap.web.plans.models import Message, NoDigest
from nvap.web.plans.views.plan import plan_step
from nvap.web.toolkit.page import show
from nvap.web.toolkit.reading import pack_in_use

MOST_LISTED = 200


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
    sent = Message.objects.filter(force=request.force).select_related("user").order_by("-day", "user__name")
    shown = {
        "sent": (sent if sees_all else sent.filter(user=user))[:MOST_LISTED],
        "wanted": not NoDigest.objects.filter(user=user).exists(),
        "is_mailed": bool(settings.NVAP_SMTP_URL),
        "sees_all": sees_all,
    }
    return show(request, "plans/messages.html", pack_in_use(), shown, trail=(plan_step(),))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponseBase:
    """Stop the messages by the address that each of them holds, without signing in."""
    number = who_stops(token)
    if number is None:
        raise Http404
    user = get_object_or_404(User, pk=number)
    if request.method == "POST":
        stop_digest(user=user)
    return render(request, "plans/messages_stop.html", {"is_stopped": NoDigest.objects.filter(user=user).exists()})
