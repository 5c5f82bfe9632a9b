"""Two people who save the same page of the plan at the same moment, a hundred times: none of their texts is lost."""

from __future__ import annotations

import html
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Barrier
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest
from tests.browser.conftest import FORCE, PREPARE, _environment, _python
from tests.gate.test_plan_kills import Server, _signed_in, _token

pytestmark = pytest.mark.gate

ROUNDS = 100
PAGE = "/plan/O1/change/"
FIELD = "O1--description--external--"
PASSWORD = "three words together"
BOB = f"""
from nvap.web import start
start.configure()
from nvap.web.accounts import actions
from nvap.web.accounts.models import Force
actions.add_person(force=Force.objects.get(), email="bob@{FORCE}.example", name="Bob Lead", role_name="nvap_lead",
                   until=None, by="the tests", password="{PASSWORD}")
"""


def test_a_hundred_rounds_of_two_people_at_the_same_moment_lose_none_of_two_hundred_texts(tmp_path: Path) -> None:
    _python(_environment(tmp_path), PREPARE.format(force=FORCE))
    _python(_environment(tmp_path), BOB)
    server = Server(tmp_path)
    people = {"Alice": _signed_in(server), "Bob": _bob(server)}
    together = Barrier(2, timeout=120)

    def write(name: str) -> list[tuple[int, bool]]:
        return [_round(people[name], server.address, name, at, together) for at in range(ROUNDS)]

    with ThreadPoolExecutor(2) as both:
        first, second = (list(each) for each in both.map(write, people))
    server.kill()

    clashes = [at for at in range(ROUNDS) if {first[at][0], second[at][0]} == {200, 409}]
    assert clashes == list(range(ROUNDS)), "in each round one saves and the other sees both texts"
    assert all(seen for _status, seen in first + second)
    assert _texts(tmp_path / "workspace" / "nvap.sqlite3") == {
        f"{name} in round {at}." for name in people for at in range(ROUNDS)
    }


def _round(browser: OpenerDirector, address: str, name: str, at: int, together: Barrier) -> tuple[int, bool]:
    """Open, wait for the other, save; who comes second sees both texts, and saves theirs from that page."""
    text, other = f"{name} in round {at}.", f"{'Bob' if name == 'Alice' else 'Alice'} in round {at}."
    page = browser.open(address + PAGE, timeout=30).read().decode()
    together.wait()
    status, page = _sends(browser, address, page, text)
    seen = status == 200 or (text in page and other in page)
    if status == 409:
        assert _sends(browser, address, page, text)[0] == 200
    together.wait()
    return status, seen


def _sends(browser: OpenerDirector, address: str, page: str, text: str) -> tuple[int, str]:
    form = dict(re.findall(r'<input type="hidden" name="([^"]+--version)" value="([^"]*)"', page))
    form |= {"csrfmiddlewaretoken": _token(page), "act": "save", FIELD: text}
    try:
        answer = browser.open(address + PAGE, urlencode(form).encode(), timeout=60)
    except HTTPError as refused:
        return refused.code, html.unescape(refused.read().decode())
    return answer.status, answer.read().decode()


def _bob(server: Server) -> OpenerDirector:
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{server.address}/sign-in/").read().decode()
    told = {"csrfmiddlewaretoken": _token(page), "login": f"bob@{FORCE}.example", "password": PASSWORD}
    assert "Sign out" in browser.open(f"{server.address}/sign-in/", urlencode(told).encode()).read().decode()
    return browser


def _texts(path: Path) -> set[str]:
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT text FROM plans_text WHERE key = 'O1' AND side = 'external'")
        return {text for (text,) in rows}
