"""What every answer of the web carries, and the pages for when something is not right."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import get_resolver
from tests.conftest import PASSWORD

from nvap.web import home

Browse = Callable[..., Client]


@pytest.mark.parametrize("address", ["/", "/people/", "/account/", "/nothing-here/", "/sign-out/"])
def test_a_page_may_load_and_run_nothing_from_elsewhere_and_is_kept_nowhere(
    carol_admin: Any, browse: Browse, address: str
) -> None:
    answer = browse(carol_admin).get(address)

    policy = dict(each.strip().split(" ", 1) for each in answer["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-f]{16}", answer["X-Request-Number"])


@pytest.mark.parametrize("address", ["/", "/people/add/", "/journal/", "/account/second-step/", "/nothing-here/"])
def test_no_page_holds_a_script_a_style_or_an_event_of_its_own(carol_admin: Any, browse: Browse, address: str) -> None:
    text = browse(carol_admin).get(address).content.decode()

    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", text) == []


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(alice_lead: Any, browse: Browse) -> None:
    client = browse()
    client.get("/sign-in/")
    client.post("/sign-in/", {"login": alice_lead.email, "password": PASSWORD})

    for name in ("sessionid", "csrftoken"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_a_page_that_is_not_there_says_so_and_what_to_do(alice_lead: Any, browse: Browse) -> None:
    answer = browse(alice_lead).get("/nothing-here/")

    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_a_host_that_is_not_ours_is_refused(db: None, workspace: Any, browse: Browse) -> None:
    answer = browse().get("/sign-in/", headers={"host": "evil.example"})

    assert answer.status_code == 400


def test_too_large_a_form_is_refused(alice_lead: Any, browse: Browse) -> None:
    answer = browse(alice_lead).post("/account/force/", {"force": "x" * (3 * 1024 * 1024)})

    assert answer.status_code == 400
    assert "This request cannot be read" in answer.content.decode()


def test_our_own_fault_gets_a_page_that_needs_neither_database_nor_session(
    db: None, workspace: Any, browse: Browse, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    from nvap.web import errors

    with django_assert_num_queries(0):
        answer = errors.broken(None)  # type: ignore[arg-type]

    assert answer.status_code == 500
    assert "Something went wrong" in answer.content.decode()


def test_when_a_page_breaks_its_number_is_shown_to_quote(
    alice_lead: Any, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_it(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(home, "gather", break_it)

    answer = browse(alice_lead, raise_request_exception=False).get("/")

    assert answer.status_code == 500
    assert answer["X-Request-Number"] in answer.content.decode()
    assert "ZeroDivisionError" not in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "words"),
    [("database is locked", "Busy: please try again"), ("database or disk is full", "Not saved: the disk is full")],
)
def test_when_the_database_is_busy_or_full_the_page_says_what_to_do(
    alice_lead: Any, browse: Browse, monkeypatch: pytest.MonkeyPatch, fault: str, words: str
) -> None:
    def trouble(*_: Any) -> Any:
        raise OperationalError(fault)

    client = browse(alice_lead)
    monkeypatch.setattr(home, "gather", trouble)

    answer = client.get("/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert words in answer.content.decode()
    assert answer["X-Request-Number"] in answer.content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "Sign in"), ("cy", "Mewngofnodi")])
def test_the_language_button_changes_the_language_and_leads_back(
    db: None, workspace: Any, browse: Browse, language: str, words: str
) -> None:
    client = browse()

    answer = client.post("/language/", {"language": language, "next": "/sign-in/"})
    page = client.get("/sign-in/").content.decode()

    assert answer["Location"] == "/sign-in/"
    assert f'<html lang="{language}"' in page
    assert words in page


def test_the_language_button_never_leads_away(db: None, workspace: Any, browse: Browse) -> None:
    assert browse().post("/language/", {"language": "cy", "next": "https://evil.example/"})["Location"] == "/"


def test_every_page_says_whether_its_data_is_made_up(alice_lead: Any, browse: Browse, settings: Any) -> None:
    practice = browse(alice_lead).get("/account/").content.decode()
    settings.NVAP_PRACTICE = False
    real = browse(alice_lead).get("/account/").content.decode()

    assert "Made-up data" in practice
    assert "not for release" in real


def test_times_are_shown_in_the_forces_own_zone(carol_admin: Any, northshire: Any, browse: Browse) -> None:
    from datetime import UTC, datetime

    from django.db import transaction

    from nvap.web.journal import actions
    from nvap.web.journal.models import Act

    northshire.time_zone = "America/Toronto"
    northshire.save()
    with transaction.atomic():
        actions.write(force="northshire", by="x", act=Act.ALTER, at=datetime(2026, 7, 1, 2, 0, tzinfo=UTC))

    page = browse(carol_admin).get("/journal/").content.decode()

    assert "30 Jun 2026" in page
    assert "22:00:00" in page


def test_every_view_says_who_may_open_it_or_is_of_ones_own_account() -> None:
    """A view without `needs` is open to every person signed in: each such view stands in this list on purpose."""
    open_to_all = {
        pattern.name
        for pattern in get_resolver().url_patterns
        if not hasattr(pattern.callback, "needs") and "allauth" not in pattern.callback.__module__
    }

    assert open_to_all == {
        "home", "my-account", "choose-force", "still-here", "account_signup", "account_reset_password",
        "account_reset_password_from_key_done", "set-language", "accessibility", "plan-messages-stop", "api-nothing",
    }  # fmt: skip
