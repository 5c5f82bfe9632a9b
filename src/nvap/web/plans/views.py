"""The plan's pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nvap.web.access import Permission, needs


@needs(Permission.READ_PLAN, Permission.READ_SIGNED_OFF_PLAN)
def plan(request: HttpRequest) -> HttpResponse:
    """The plan."""
    return render(request, "plans/plan.html")
