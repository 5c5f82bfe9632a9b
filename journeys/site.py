"""A `nvap run` of its own: a new practice workspace with the small made-up force, web and worker, ended at the end."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LONGEST_START_SECONDS = 300


@dataclass(frozen=True)
class Site:
    """A running product: its address, and its demonstration sign-ins by role (e-mail address and password)."""

    address: str
    sign_ins: dict[str, tuple[str, str]]


class NotStarted(Exception):
    """The product did not start; the message holds what it said."""


@contextmanager
def started() -> Iterator[Site]:
    """`nvap run` in a folder of its own, as a new user meets it."""
    folder = Path(tempfile.mkdtemp(prefix="nvap-journeys-"))
    environment = {**os.environ, "NVAP_WORKSPACE": str(folder / "workspace"), "NVAP_KEYS": str(folder / "keys")}
    environment["PYTHONUNBUFFERED"] = "1"
    port = _free_port()
    log = folder / "log"
    with log.open("wb") as said:
        command = [sys.executable, "-m", "nvap", "run", "--port", str(port)]
        product = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT)
    try:
        yield _wait(product, log, f"http://127.0.0.1:{port}")
    finally:
        product.terminate()
        try:
            product.wait(30)
        except subprocess.TimeoutExpired:
            product.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(product: subprocess.Popen[bytes], log: Path, address: str) -> Site:
    """Wait until the sign-ins of all four roles are printed, which happens when the port is open."""
    end = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < end:
        said = log.read_text(encoding="utf-8", errors="replace")
        found = re.findall(r"^ {2}(\S.*?) {2,}(\S+@\S+) +password: (\S+)$", said, re.MULTILINE)
        if len(found) >= 4:
            return Site(address, {role: (email, password) for role, email, password in found})
        if product.poll() is not None:
            raise NotStarted(f"`nvap run` ended at once:\n{said}")
        time.sleep(0.5)
    raise NotStarted(f"`nvap run` was not ready after {LONGEST_START_SECONDS} seconds:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port
