"""The home page: at most five things to do, three that changed, three that are missing; and good when empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nvap.web import home
from nvap.web.accounts import actions
from nvap.web.home import Change, NextStep

Browse = Callable[..., Client]


@pytest.fixture
def offers(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """What the apps would offer, in place of what they do."""
    held: dict[str, list[Any]] = {"tasks": [], "next_steps": [], "changes": [], "missing": []}
    monkeypatch.setattr(home, "gather", lambda request, what: iter(held[what]))
    return held


def step(what: str, order: int = 30, by: date | None = None) -> NextStep:
    return NextStep(what, "NVAP lead", "Do it", "/plan/", order, by)


def test_an_empty_home_page_says_so(alice_lead: Any, browse: Browse, offers: dict[str, list[Any]]) -> None:
    page = browse(alice_lead).get("/").content.decode()

    assert "Nothing waits for you." in page
    assert "Read the newest numbers" in page
    assert "Nothing has changed yet." in page
    assert "Nothing that this toolkit knows of." in page


def test_an_inspectors_empty_home_page_says_that_nothing_has_been_released(ines_inspector: Any, browse: Browse) -> None:
    page = browse(ines_inspector).get("/").content.decode()

    assert page.count("Nothing has been released yet.") >= 1
    assert "Read the newest numbers" not in page
    assert "Nothing has changed yet." not in page
    assert "Nothing that this toolkit knows of." not in page


def test_five_steps_are_shown_the_most_needed_and_the_earliest_first(
    alice_lead: Any, browse: Browse, offers: dict[str, list[Any]]
) -> None:
    offers["next_steps"] = [
        step("sixth", 40), step("fourth", 30), step("third", 30, date(2027, 1, 2)), step("fifth", 40, date(2026, 1, 1)),
        step("second", 30, date(2027, 1, 1)), step("first", 10),
    ]  # fmt: skip

    page = browse(alice_lead).get("/").content.decode()

    shown = sorted(["first", "second", "third", "fourth", "fifth"], key=page.index)
    assert shown == ["first", "second", "third", "fourth", "fifth"]
    assert "sixth" not in page
    assert "By when: 1 January 2027." in page
    assert page.count("By when: no date set.") == 2


def test_the_three_latest_changes_are_shown(alice_lead: Any, browse: Browse, offers: dict[str, list[Any]]) -> None:
    offers["changes"] = [Change(f"change {day}", datetime(2026, 1, day, tzinfo=UTC)) for day in (1, 4, 2, 3)]

    page = browse(alice_lead).get("/").content.decode()

    assert page.index("change 4") < page.index("change 3") < page.index("change 2")
    assert "change 1" not in page


def test_without_an_extract_everybody_is_told_that_nothing_can_be_measured(alice_lead: Any, browse: Browse) -> None:
    assert "No extract has been loaded" in browse(alice_lead).get("/").content.decode()


def test_carol_is_asked_to_fill_the_roles_that_nobody_has(carol_admin: Any, browse: Browse) -> None:
    page = browse(carol_admin).get("/").content.decode()

    assert "Add somebody as NVAP lead" in page
    assert "Add somebody as Analyst" in page
    assert "Nobody is Analyst of this force." in page


def test_carol_is_told_when_an_inspectors_time_ends_soon(carol_admin: Any, ines_inspector: Any, browse: Browse) -> None:
    member = ines_inspector.memberships.get()
    ends = timezone.localdate() + timedelta(days=3)
    actions.change_person(membership=member, role_name="inspector", until=ends, by="tests")

    page = browse(carol_admin).get("/").content.decode()

    assert "Decide whether Ines Inspector stays" in page


def test_alice_is_not_asked_to_do_carols_work(alice_lead: Any, browse: Browse) -> None:
    assert "Add somebody as" not in browse(alice_lead).get("/").content.decode()
