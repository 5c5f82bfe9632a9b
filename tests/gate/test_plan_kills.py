"""The server killed outright while somebody saves the plan: each version is old or new, never mixed."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from http.cookiejar import CookieJar
from pathlib import Path
from random import Random
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener, urlopen

import pytest
from tests.browser.conftest import FORCE, PREPARE, _environment, _free_port, _python

pytestmark = pytest.mark.gate

SAVES = 200
SEED = 20261125
PAGE = "/plan/O1/change/"
SIDES = ("organisational", "external")


class Server:
    """`nvap serve` on a workspace, which can be killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        words = [sys.executable, "-m", "nvap", "serve", "--port", str(self.port)]
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(words, env=_environment(self.folder), stdout=log, stderr=subprocess.STDOUT)
        for _ in range(600):
            try:
                urlopen(f"{self.address}/accessibility/", timeout=5).close()
            except (URLError, OSError):
                time.sleep(0.1)
            else:
                return
        pytest.fail("the server did not open its port again")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


def test_each_of_two_hundred_saves_is_whole_or_absent_when_the_server_is_killed(tmp_path: Path) -> None:
    chance = Random(SEED)
    _python(_environment(tmp_path), PREPARE.format(force=FORCE))
    server = Server(tmp_path)
    lead = _signed_in(server)
    acknowledged, cut = [], 0

    number = 0
    while number < SAVES:
        killer = threading.Timer(chance.uniform(0.2, 3.0), server.kill)
        killer.start()
        while server.process.poll() is None and number < SAVES:
            number += 1
            if _saves(lead, server.address, f"round {number}"):
                acknowledged.append(number)
            else:
                cut += 1
        killer.join()
        server.start()
    server.kill()

    rows, journalled = _held(tmp_path / "workspace" / "nvap.sqlite3")
    assert cut > 0, "no save was cut off: the test tried nothing"
    assert [text for text, _version in rows[SIDES[0]]] == [text for text, _version in rows[SIDES[1]]]
    held = {int(text.removeprefix("round ")) for text, _version in rows[SIDES[0]]}
    assert set(acknowledged) <= held
    assert journalled == len(held)


def _signed_in(server: Server) -> OpenerDirector:
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{server.address}/sign-in/").read().decode()
    password = (server.folder / "keys" / "demonstration-password").read_text(encoding="utf-8").strip()
    told = {"csrfmiddlewaretoken": _token(page), "login": f"nvap-lead@{FORCE}.example", "password": password}
    assert "Sign out" in browser.open(f"{server.address}/sign-in/", urlencode(told).encode()).read().decode()
    return browser


def _saves(browser: OpenerDirector, address: str, text: str) -> bool:
    """Open the page, write the same on both sides, save; whether the server said that it was saved."""
    try:
        page = browser.open(address + PAGE, timeout=20).read().decode()
        typed = dict(re.findall(r'<input type="hidden" name="([^"]+--version)" value="([^"]*)"', page))
        typed |= {f"O1--description--{side}--": text for side in SIDES}
        typed |= {"csrfmiddlewaretoken": _token(page), "act": "save"}
        said = browser.open(address + PAGE, urlencode(typed).encode(), timeout=20).read().decode()
    except (URLError, OSError, ValueError):
        return False
    return "Saved. 2 fields were changed." in said


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if found is None:
        raise ValueError("a page without a token")
    return found[1]


def _held(path: Path) -> tuple[dict[str, list[tuple[str, int]]], int]:
    """Every version of the two texts, and how many lines of the journal tell of a save."""
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = {
            side: database.execute(
                "SELECT text, version FROM plans_text WHERE key = 'O1' AND side = ? ORDER BY version", [side]
            ).fetchall()
            for side in SIDES
        }
        lines = database.execute(
            "SELECT count(*) FROM journal_entry WHERE object_type = 'plan' AND reason LIKE 'typed:%O1 description%'"
        ).fetchone()
    return rows, lines[0]
