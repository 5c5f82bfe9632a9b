"""A form of the plan that comes after its session has ended loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _

from nvap.web.database import trouble
from nvap.web.plans import timed_out


def _page_of(request: HttpRequest) -> str:
    """The page on which a form stands: mostly the address that it is sent to."""
    asked = request.resolver_match
    return reverse("plan-review") if asked and asked.url_name == "plan-reopen" else request.get_full_path()


class KeepTyped:
    """Keep what was sent without a session, or with the form's old token, as its writer's draft; lead back to it.

    It stands before the middleware that sends people to sign in.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        token_was_old = response.status_code == 403 and not getattr(request, "csrf_processing_done", False)
        if token_was_old and request.method == "POST" and request.user.is_authenticated:
            return self._led_back(request) or response
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Signed out: the text is kept, and signing in leads back to its field."""
        if request.method != "POST" or request.user.is_authenticated:
            return None
        return self._led_back(request)

    def _led_back(self, request: HttpRequest) -> HttpResponse | None:
        writer = timed_out.writer_of(request.POST.get("writer", ""))
        if writer is None or (request.user.is_authenticated and request.user != writer.user):
            return None
        try:
            field = timed_out.keep(request.POST, writer)
        except OperationalError as fault:
            if not trouble(fault):
                raise
            return None
        address = _page_of(request) + (f"#{field}" if field else "")
        if request.user.is_authenticated:
            messages.info(request, _("You had signed in again since you opened this page. Your text is in the form."))
            return redirect(address)
        messages.info(request, _("You were signed out while you wrote. Sign in: your text is kept and in the form."))
        return redirect_to_login(address, resolve_url("account_login"))
