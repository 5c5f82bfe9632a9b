"""What the API answers when it cannot: a status, and in plain words what is wrong and what to do (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from django.http import HttpResponse
from django.utils.translation import gettext as _

from nvap.web.journal.request_number import request_number

CONTENT_TYPE = "application/problem+json"
_CHALLENGE = 'Basic realm="NVAP", charset="UTF-8"'


@dataclass(frozen=True)
class Fault:
    """One thing that an address asks for and cannot have: its name in the query, and the sentence that says so."""

    name: str
    detail: str


@dataclass(eq=False)
class Problem(Exception):
    """A request that is not answered: its status, why in a sentence, each fault of the query, seconds to wait."""

    status: HTTPStatus
    detail: str
    faults: Sequence[Fault] = field(default=())
    wait: int = 0

    def __str__(self) -> str:
        return self.detail


def answer(problem: Problem) -> HttpResponse:
    """The problem as `application/problem+json`; a 401 says how to sign in, a 429 and a 503 how long to wait."""
    content: dict[str, object] = {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": problem.status.value,
        "detail": problem.detail,
        "request": request_number.get(),
    }
    if problem.faults:
        content["faults"] = [{"name": each.name, "detail": each.detail} for each in problem.faults]
    body = json.dumps(content, ensure_ascii=False, indent=1)
    response = HttpResponse(body, status=problem.status, content_type=CONTENT_TYPE)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = _CHALLENGE
    if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
        response["Allow"] = "GET, HEAD"
    if problem.wait:
        response["Retry-After"] = str(problem.wait)
    return response


def not_there(detail: str) -> Problem:
    """404: nothing of this force is there."""
    return Problem(HTTPStatus.NOT_FOUND, detail)


def asked_wrongly(faults: Sequence[Fault]) -> Problem:
    """400: the query asks for what cannot be had; every fault is named."""
    return Problem(HTTPStatus.BAD_REQUEST, " ".join(each.detail for each in faults), tuple(faults))


def unavailable(*, is_full: bool) -> Problem:
    """503: the database is busy, or its disk is full."""
    words = _("The disk of this server is full. Tell whoever runs it.") if is_full else _("The database is busy.")
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, words, wait=30)
