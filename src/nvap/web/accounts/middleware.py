"""Whose request this is: session limits, the force they stand in, and the second step where it is due."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import auth
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from nvap.web.access import Standing
from nvap.web.accounts.models import Membership, User

Answer = Callable[[HttpRequest], HttpResponse]
# What somebody signed in may open before they stand in a force: their own account, the way out, the language.
BEFORE_STANDING = frozenset(
    {
        "account_logout", "account_reauthenticate", "account_change_password", "account_login", "account_inactive",
        "mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_authenticate",
        "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_reauthenticate",
        "choose-force", "my-account", "still-here", "set-language", "accessibility",
        "account_signup", "account_reset_password", "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }
)  # fmt: skip


def session_limits(answer: Answer) -> Answer:
    """End a session after 30 minutes without a request, and after 12 hours in any case."""

    def limited(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            began, seen = request.session.get("began", now), request.session.get("seen", now)
            idle = now - seen > settings.SESSION_IDLE_SECONDS
            if idle or now - began > settings.SESSION_LONGEST_SECONDS:
                auth.logout(request)
            elif now - seen > 60 or "began" not in request.session:
                # Written at most once a minute: a page that is read costs no write.
                request.session["began"], request.session["seen"] = began, now
        return answer(request)

    return limited


class standing:  # noqa: N801 - used as a function, by name, in the settings
    """Give the request its force and the asker's standing; nothing is read without them."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.standing = None  # type: ignore[attr-defined]
        request.force = None  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return self.answer(request)
        memberships = _of_today(request.user)
        request.memberships = memberships  # type: ignore[attr-defined]
        chosen = _chosen(memberships, request.session.get("force"))
        if chosen is None:
            return self.answer(request)
        request.force = chosen.force  # type: ignore[attr-defined]
        request.standing = Standing(chosen.force, chosen.kind, str(chosen.user), chosen.user.pk)  # type: ignore[attr-defined]
        with timezone.override(ZoneInfo(chosen.force.time_zone)):
            return self.answer(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Send those who still owe the second step, or have to say for which force they ask, to that page first."""
        name = request.resolver_match.url_name if request.resolver_match else None
        if not request.user.is_authenticated or name in BEFORE_STANDING:
            return None
        if not settings.NVAP_PRACTICE and not is_mfa_enabled(request.user):
            return redirect("mfa_activate_totp")
        if request.standing is None:  # type: ignore[attr-defined]
            if request.memberships:  # type: ignore[attr-defined]
                return redirect("choose-force")
            raise PermissionDenied("belong to a force")
        return None


def _of_today(user: User) -> list[Membership]:
    """What somebody is today: a last day ends when it ends where the force is."""
    now = timezone.now()
    found = Membership.objects.filter(user=user, user__is_active=True).select_related("force", "user").order_by("force")
    return [
        each
        for each in found
        if each.until is None or timezone.localdate(now, ZoneInfo(each.force.time_zone)) <= each.until
    ]


def _chosen(memberships: list[Membership], code: str | None) -> Membership | None:
    """The membership of the force chosen in this session; the only one where there is only one."""
    for each in memberships:
        if each.force_id == code:
            return each
    return memberships[0] if len(memberships) == 1 else None
