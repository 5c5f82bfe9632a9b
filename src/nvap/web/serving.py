"""Serving the web with Waitress, the same on Linux and on Windows."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import waitress
from django.conf import settings

from nvap.errors import Refused

THREADS = 8


def refuse_unless_built() -> None:
    """Raise Refused when the pages' styles were not built; a wheel always brings them."""
    if not (Path(settings.HERE) / "static" / "gds" / "nvap.css").exists():
        raise Refused("The pages' styles are not built yet. In a checkout, run `make setup`.")


def refuse_when_taken(host: str, port: int) -> None:
    """Raise Refused, with the next step, when another program listens there already or the port may not be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        if (
            os.name == "posix"
        ):  # a port that was just given back is free; on Windows this option would share a taken one
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise Refused(
                f"Port {port} on {host} cannot be used ({error.strerror}): another program has it, perhaps another "
                f"`nvap run`. Stop that one, or choose another port: `--port {port + 1}`."
            ) from error


def serve(host: str, port: int, *, ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `ready` is called when the port is open. Requests under way are finished."""
    from nvap.web.wsgi import application  # noqa: PLC0415 - loads every page

    end_on_sigterm()
    options: dict[str, Any] = {"host": host, "port": port, "threads": THREADS, "ident": None}
    proxy = os.environ.get("NVAP_TRUSTED_PROXY")
    if proxy:
        options |= {"trusted_proxy": proxy, "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto"}
        options |= {"trusted_proxy_count": 1, "clear_untrusted_proxy_headers": True}
    server = waitress.create_server(application, **options)
    ready()
    try:
        server.run()
    finally:
        server.close()


def end_on_sigterm() -> None:
    """Let SIGTERM end this process as Ctrl-C does."""

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
