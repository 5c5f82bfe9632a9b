"""A really running server on a workspace of its own, and Chromium to open its pages with.

site            address, sign-ins and the database's state of one running `nvap serve` (once a run)
chromium        the browser (once a run); without one, the tests fail with the command that installs it
visit(role)     a page signed in as a role: visit("analyst").goto(site.address + "/")
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

# A busy machine is slow, not wrong: what a test waits for may take this many milliseconds.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "apt-get install chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROLES = ("force-admin", "nvap-lead", "analyst", "inspector")
FORCE = "northshire"


@dataclass(frozen=True)
class Site:
    """A running server: its address, and the password of its demonstration sign-ins."""

    address: str
    password: str
    workspace: Path
    force: str

    def email(self, role: str) -> str:
        """The demonstration sign-in of a role."""
        return f"{role}@{self.force}.example"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`nvap serve` on a practice workspace with one force, its demonstration sign-ins and nothing loaded."""
    folder = tmp_path_factory.mktemp("site")
    _python(_environment(folder), PREPARE.format(force=FORCE))
    with running(folder, "serve", seconds=120) as site:
        yield site


@contextmanager
def running(folder: Path, command: str, *, seconds: int, force: str = FORCE) -> Iterator[Site]:
    """`nvap run` or `nvap serve` on the workspace in `folder`, open within so many seconds, and ended afterwards."""
    port = _free_port()
    words = [sys.executable, "-m", "nvap", command, "--port", str(port)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(words, env=_environment(folder), stdout=log, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_open(address, server, folder / "log", seconds)
        password = (folder / "keys" / "demonstration-password").read_text(encoding="utf-8").strip()
        yield Site(address, password, folder / "workspace", force)
    finally:
        server.terminate()
        server.wait(60)


# What `nvap run` does before it serves, but without loading: pages must stand when nothing is there yet. The plan is
# started, so that its pages can be opened.
PREPARE = """
from nvap.records.workspace import make_workspace
workspace = make_workspace(kind="practice")
workspace.add_force("{force}", "Northshire Police")
from nvap.web import start
start.configure()
from nvap.web import migration
from nvap.web.accounts import demonstration
from nvap.web.accounts.models import Force
migration.prepare(by="the tests", progress=lambda text: None)
demonstration.sign_ins(workspace=workspace, force=Force.objects.get(), by="the tests")

from datetime import date
from nvap import packs
from nvap.plan.periods import regular
from nvap.web.accounts.models import User
from nvap.web.plans.actions import starting
lead = User.objects.get(email__startswith="nvap-lead@")
periods = regular("monthly", date(2026, 1, 1), 12, 14)
plan = starting.start(force=Force.objects.get(), pack=packs.pack(), frequency="monthly", periods=periods, by=lead)

from nvap.plan.document import Place
from nvap.web.plans.actions import saving
chosen = {{("A1a", "decision"): "will-do", ("A1a", "owner"): str(lead.pk), ("D03", "unit"): "share"}}
typed = [saving.Typed(Place(*place), text, 0) for place, text in chosen.items()]
evidence = {{"title": "Minutes", "link": "https://store.example/1", "dated": "2026-02-02", "period": "2026-01-01"}}
typed += [saving.Typed(Place("ev-1", field), text, 0) for field, text in evidence.items()]
new = [saving.NewThing("D03", "measure", "O1"), saving.NewThing("ev-1", "evidence", "A1a")]
saving.save(plan=plan, typed=typed, by=lead, new=new)
"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, without a network service of its own. Fails, with the command to run, where there is none."""
    found = os.environ.get("NVAP_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.fail(f"No Chromium on this machine. Install it with: {INSTALL}", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(site: Site, chromium: Browser) -> Callable[[str], dict[str, Any]]:
    """The cookies of a role's session; each role signs in once a run, through the page."""
    return cache(lambda role: sign_in(chromium, site, role))


def sign_in(chromium: Browser, site: Site, role: str) -> dict[str, Any]:
    """Sign in through the page; the cookies of the session."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{site.address}/sign-in/")
    page.get_by_label("E-mail address").fill(site.email(role))
    page.get_by_label("Password", exact=True).fill(site.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.address}/")
    cookies = dict(context.storage_state())
    context.close()
    return cookies


@pytest.fixture
def visit(chromium: Browser, signed_in: Callable[[str], dict[str, Any]]) -> Iterator[Callable[..., Page]]:
    """A page of a browser signed in as a role, or signed out (`visit()`); options go to Playwright's new_context."""
    contexts: list[BrowserContext] = []

    def open_page(role: str | None = None, **options: Any) -> Page:
        state = signed_in(role) if role else None
        context = chromium.new_context(storage_state=state, **options)  # type: ignore[arg-type]
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def _python(environment: dict[str, str], code: str) -> None:
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def _environment(folder: Path) -> dict[str, str]:
    environment = {**os.environ, "NVAP_WORKSPACE": str(folder / "workspace"), "NVAP_KEYS": str(folder / "keys")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return environment


def _wait_until_open(address: str, server: subprocess.Popen[bytes], log: Path, seconds: int) -> None:
    for _ in range(seconds * 10):
        if server.poll() is not None:
            pytest.fail(f"The server ended at once:\n{log.read_text()}", pytrace=False)
        try:
            urlopen(f"{address}/accessibility/", timeout=5).close()
        except OSError:  # refused, or a first answer that takes long on a busy machine
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"The server did not open its port within {seconds} seconds:\n{log.read_text()}", pytrace=False)
