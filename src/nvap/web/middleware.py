"""What every answer carries: a number to quote when something went wrong, and the order to keep it nowhere."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from nvap.web.journal.request_number import request_number as number

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


def private_pages(answer: Answer) -> Answer:
    """Pages are kept by no cache and no back button, and may use none of a device's sensors."""

    def private(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        return response

    return private
