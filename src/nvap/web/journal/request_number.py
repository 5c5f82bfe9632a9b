"""The number of the request that is being answered; empty on the command line."""

from __future__ import annotations

from contextvars import ContextVar

request_number: ContextVar[str] = ContextVar("request_number", default="")
