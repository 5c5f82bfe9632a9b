"""What every answer carries: a number to quote when something went wrong, and the order to keep it nowhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from http import HTTPStatus
from uuid import uuid4

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from nvap.web.database import trouble
from nvap.web.errors import unavailable
from nvap.web.journal.request_number import request_number as number

logger = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]


def request_number(answer: Answer) -> Answer:
    """Give the request a number; it stands in the journal, on error pages and in the answer's head."""

    def numbered(request: HttpRequest) -> HttpResponse:
        held = number.set(uuid4().hex[:16])
        try:
            response = answer(request)
            response["X-Request-Number"] = number.get()
            return response
        finally:
            number.reset(held)

    return numbered


class DatabaseTrouble:
    """Answer with what to do when the database is busy or its disk is full; nothing of the request was saved."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A 503 page for the two troubles that pass or that an operator mends; None leaves the fault as it is."""
        if not isinstance(exception, OperationalError):
            return None
        found = trouble(exception)
        if not found:
            return None
        logger.error("database trouble: %s", exception)
        return unavailable(is_full=found == "full")


class Sessions(SessionMiddleware):
    """Django's sessions, which a full disk does not keep from reading: what cannot be noted in them is left out."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The answer as it is where only a reader's session could not be written; else what is wrong."""
        try:
            return super().process_response(request, response)
        except (OperationalError, SessionInterrupted) as fault:
            found = next(filter(None, map(trouble, _behind(fault))), "")
            if not found:
                raise
            logger.error("the session was not written: %s", fault)
            if request.method in ("GET", "HEAD") and response.status_code == HTTPStatus.OK:
                return response
            return unavailable(is_full=found == "full")


def _behind(fault: BaseException | None) -> Iterator[OperationalError]:
    """The database's own faults behind one; Django tells a session that it cannot write from none as the same thing."""
    while fault is not None:
        if isinstance(fault, OperationalError):
            yield fault
        fault = fault.__context__


def private_pages(answer: Answer) -> Answer:
    """Pages are kept by no cache and no back button, and may use none of a device's sensors."""

    def private(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        return response

    return private
