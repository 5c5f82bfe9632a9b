"""The toolkit's pages, parts 1 to 3."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from nvap.web.access import Permission, needs


@needs(Permission.READ_TOOLKIT)
def impact_statement(request: HttpRequest) -> HttpResponse:
    """Part 1."""
    return render(request, "toolkit/impact_statement.html")


@needs(Permission.READ_TOOLKIT)
def logic_models(request: HttpRequest) -> HttpResponse:
    """The first objective's logic model."""
    return redirect("logic-model", "O1")


@needs(Permission.READ_TOOLKIT)
def logic_model(request: HttpRequest, objective: str) -> HttpResponse:
    """Part 2, one objective."""
    return render(request, "toolkit/impact_statement.html")


@needs(Permission.READ_TOOLKIT)
def logic_model_drawing(request: HttpRequest, objective: str) -> HttpResponse:
    """Part 2 as a drawing."""
    return render(request, "toolkit/impact_statement.html")


@needs(Permission.READ_TOOLKIT)
def logic_model_file(request: HttpRequest, objective: str, kind: str) -> HttpResponse:
    """The drawing as a file."""
    raise Http404


@needs(Permission.READ_TOOLKIT)
def supporting(request: HttpRequest) -> HttpResponse:
    """The first objective's supporting information."""
    return redirect("supporting-information", "O1")


@needs(Permission.READ_TOOLKIT)
def supporting_information(request: HttpRequest, objective: str) -> HttpResponse:
    """Part 3, one objective."""
    return render(request, "toolkit/impact_statement.html")


@needs(Permission.READ_TOOLKIT)
def item(request: HttpRequest, item: str) -> HttpResponse:
    """One item of the toolkit."""
    raise Http404


@needs(Permission.READ_TOOLKIT)
def reference(request: HttpRequest, reference: str) -> HttpResponse:
    """One reference."""
    raise Http404


@needs(Permission.READ_TOOLKIT)
def search(request: HttpRequest) -> HttpResponse:
    """Search over all content."""
    return render(request, "toolkit/impact_statement.html")
