"""The pages for when something is not right: what happened, and what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from nvap.web.journal.request_number import request_number


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself cannot be read."""
    return render(request, "errors/400.html", status=400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but this role may not; says which permission is missing."""
    return render(request, "errors/403.html", {"missing": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, or another force's: nobody can tell which."""
    return render(request, "errors/404.html", status=404)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that was open too long, or that another site sent."""
    return render(request, "errors/forged.html", status=403)


def unavailable(*, is_full: bool) -> HttpResponse:
    """503: the database is busy, or its disk is full. Drawn without asking the database anything."""
    shown = {"request_number": request_number.get(), "is_full": is_full}
    page = render_to_string("errors/503.html", shown)
    return HttpResponse(page, status=503, headers={"Retry-After": "30"})


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. Needs neither the database nor the session, since either may be what broke."""
    page = render_to_string("errors/500.html", {"request_number": request_number.get()})
    return HttpResponse(page, status=500)
