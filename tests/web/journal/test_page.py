"""The journal's page: this force's lines, for those who may read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from nvap.web.journal import actions
from nvap.web.journal.models import Act

Browse = Callable[..., Client]


def line(reason: str, *, force: str = "northshire", by: str = "Alice Lead", act: Act = Act.ALTER, **more: Any) -> None:
    with transaction.atomic():
        actions.write(force=force, by=by, act=act, reason=reason, **more)


def test_carol_reads_what_happened_in_her_force(carol_admin: Any, browse: Browse) -> None:
    line("owner of activity A1a")

    page = browse(carol_admin).get("/journal/").content.decode()

    assert "owner of activity A1a" in page
    assert "Alice Lead" in page


def test_carol_does_not_see_another_forces_lines(carol_admin: Any, southshire: Any, browse: Browse) -> None:
    line("something of Southshire", force="southshire")

    assert "something of Southshire" not in browse(carol_admin).get("/journal/").content.decode()


def test_alice_may_not_read_the_journal(alice_lead: Any, browse: Browse) -> None:
    response = browse(alice_lead).get("/journal/")

    assert response.status_code == 403
    assert "NVAP lead of Northshire Police" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("act=export", {"a download"}),
        ("who=ben", {"by Ben"}),
        ("since=2/1/2026&to=2/1/2026", {"on the second"}),
        ("since=3/1/2026&act=export", {"a download"}),
        ("who=nobody+at+all", set()),
        ("what=SECOND", {"on the second"}),
        ("what=plan", {"by Ben"}),
        ("what=version+7", {"by Ben"}),
    ],
)
def test_the_filter_shows_the_lines_that_fit(carol_admin: Any, browse: Browse, query: str, shown: set[str]) -> None:
    line("on the second", at=datetime(2026, 1, 2, 23, 59, tzinfo=UTC))
    line("a download", act=Act.EXPORT, at=datetime(2026, 1, 3, 0, 0, tzinfo=UTC))
    line(
        "by Ben",
        by="Ben Analyst",
        at=datetime(2025, 12, 1, tzinfo=UTC),
        object_type="plan",
        object_id="npcc-action-2 version 7",
    )

    page = browse(carol_admin).get(f"/journal/?{query}").content.decode()

    assert {words for words in ("on the second", "a download", "by Ben") if words in page} == shown


def test_a_day_that_cannot_be_read_is_said_beside_its_field(carol_admin: Any, browse: Browse) -> None:
    page = browse(carol_admin).get("/journal/?since=soon").content.decode()

    assert "There is a problem" in page
    assert 'href="#id_since"' in page


def test_fifty_lines_stand_on_a_page_and_the_filter_is_kept(carol_admin: Any, browse: Browse) -> None:
    for number in range(55):
        line(f"change {number}")

    first = browse(carol_admin).get("/journal/?act=alter").content.decode()
    second = browse(carol_admin).get("/journal/?act=alter&page=2").content.decode()

    assert first.count('<th scope="row"') == 50
    assert 'href="?act=alter&amp;page=2"' in first
    assert second.count('<th scope="row"') == 5


@pytest.mark.parametrize("page", ["-1", "999999999999", "x" * 2000])
def test_a_page_that_is_not_there_shows_one_that_is(carol_admin: Any, browse: Browse, page: str) -> None:
    assert browse(carol_admin).get("/journal/", {"page": page}).status_code == 200


def test_nobody_writes_through_the_page(carol_admin: Any, browse: Browse) -> None:
    assert browse(carol_admin).post("/journal/").status_code == 405


def test_what_people_typed_is_shown_as_text(carol_admin: Any, browse: Browse) -> None:
    line("<script>alert(1)</script>")

    page = browse(carol_admin).get("/journal/").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
