"""The API's lines of the site map: each answers only when it is known who asks, and what is asked has a name here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from nvap.web.api import problems
from nvap.web.api.asked import only_known
from nvap.web.api.asker import NEEDED, asker_of
from nvap.web.api.description import ROOT, description, names_in_query
from nvap.web.api.problems import Problem
from nvap.web.api.service import api
from nvap.web.api.taking import ApiRequest, handed_out
from nvap.web.database import trouble

View = Callable[..., HttpResponse]
_log = logging.getLogger("django.request")


def addresses() -> list[URLPattern]:
    """Every address of the API for the site map, and one that answers for all that are none."""
    own = [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]
    return [
        *(path(f"{ROOT}{each.pattern}", _guarded(each.callback), name=each.name) for each in own),
        path(f"{ROOT}openapi.json", _guarded(_openapi), name="api-openapi"),
        path(f"{ROOT}<path:rest>", _nothing, name="api-nothing"),
    ]


def _guarded(view: View) -> View:
    """The view behind the question who asks.

    Django neither leads to the sign-in page here nor looks for forged forms: only reading is answered.
    """

    @csrf_exempt
    @login_not_required
    @gzip_page
    @wraps(view)
    def answered(request: HttpRequest, **named: str) -> HttpResponse:
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        try:
            response = _answer(cast(ApiRequest, request), view, named)
        except Problem as problem:
            response = problems.answer(problem)
        except OperationalError as fault:
            what = trouble(fault)
            response = problems.answer(problems.unavailable(is_full=what == "full")) if what else _broken(request)
        except Exception:  # our fault: told whole in the log, and to a program in a form that it reads
            response = _broken(request)
        return _without_body(response) if is_head else response

    answered.needs = (NEEDED,)  # type: ignore[attr-defined]  # as `access.needs` notes it, for the crawl
    return answered


def _answer(request: ApiRequest, view: View, named: dict[str, str]) -> HttpResponse:
    if request.method != "GET":
        raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, _("This address is read with GET. Nothing can be changed here."))
    request.asker, request.taken = asker_of(request), None
    route = request.resolver_match.route if request.resolver_match else ""
    only_known(request.GET, names_in_query(route))
    with timezone.override(ZoneInfo(request.asker.force.time_zone)):
        return handed_out(request, view(request, **named))


def _broken(request: HttpRequest) -> HttpResponse:
    got_request_exception.send(sender=None, request=request)
    _log.exception("%s", request.path)
    words = _("This is our fault. Give the number in “request” to whoever runs this server.")
    return problems.answer(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, words))


def _without_body(response: HttpResponse) -> HttpResponse:
    response["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


def _openapi(request: HttpRequest) -> HttpResponse:
    """The description of the API, as OpenAPI 3.1."""
    found: dict[str, Any] = description() | {"servers": [{"url": request.build_absolute_uri("/").rstrip("/")}]}
    return JsonResponse(found, json_dumps_params={"indent": 1, "ensure_ascii": False})


@csrf_exempt
@login_not_required
def _nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """404 for what is no address."""
    words = _("There is no such address. Addresses of this API have no slash at their end; /api/ lists them all.")
    return problems.answer(problems.not_there(words))
