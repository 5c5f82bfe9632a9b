"""The measures' pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from nvap.web.access import Permission, needs


@needs(Permission.READ_RESULTS, Permission.READ_RELEASED_RESULTS)
def measures(request: HttpRequest) -> HttpResponse:
    """All measures."""
    return render(request, "results/measures.html")


@needs(Permission.READ_RESULTS, Permission.READ_RELEASED_RESULTS)
def measure(request: HttpRequest, measure: str) -> HttpResponse:
    """One measure."""
    raise Http404
