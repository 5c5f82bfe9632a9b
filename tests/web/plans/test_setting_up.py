"""A lead sets a plan up, page by page: the task list says how far it is and what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.plans.conftest import held, write

from nvap.web.plans.document import document_of

Browse = Callable[..., Client]
CHOOSE = "/plan/choose/O1/"


def test_the_task_list_says_that_nobody_signs_off_and_where_each_task_stands(
    browse: Browse, alice_lead: Any, plan: Any
) -> None:
    page = browse(alice_lead).get("/plan/").content.decode()

    assert "Nobody is named who signs the plan off" in page
    assert "Five planning questions" in page
    assert "Not yet started" in page
    assert "Cannot start yet" in page


def test_alice_decides_on_every_activity_of_an_objective_on_one_page(
    browse: Browse, alice_lead: Any, plan: Any
) -> None:
    client = browse(alice_lead)
    typed = held(client, CHOOSE) | {
        "A1a--decision----": "will-do",
        "A1b--decision----": "later",
        "A1b--decision_reason----": "No analyst until spring",
        "A1b--review_date----": "01/05/2026",
    }

    client.post(CHOOSE, typed)

    document = document_of(plan)
    assert [each.key for each in document.pursued("O1")] == ["A1a"]
    assert document.text("A1b", "review_date") == "2026-05-01"
    assert document.text("A1a", "wording")
    assert "No analyst until spring" in client.get("/plan/O1/").content.decode()


def test_whose_words_an_activity_stands_in_is_told_by_comparing(browse: Browse, alice_lead: Any, plan: Any) -> None:
    client = browse(alice_lead)
    assert "Your own words" not in client.get(CHOOSE).content.decode()

    client.post(CHOOSE, held(client, CHOOSE) | {"A1a--wording----": "Agree what we mean by mental health"})

    page = client.get(CHOOSE).content.decode()
    assert "Your own words" in page
    assert "The toolkit&#x27;s words" in page


def test_each_card_says_effort_effect_peel_and_whether_it_can_be_measured(
    browse: Browse, alice_lead: Any, plan: Any
) -> None:
    page = browse(alice_lead).get(CHOOSE).content.decode()

    for words in ("Effort", "Likely effect", "What PEEL asks", "Can it be measured?", "Short term"):
        assert words in page


def test_an_activity_of_the_forces_own_comes_into_the_plan(browse: Browse, alice_lead: Any, plan: Any) -> None:
    client = browse(alice_lead)
    address = f"{CHOOSE}own/"
    opened = held(client, address)
    assert "own-a1--wording----" in opened

    client.post(address, opened | {"own-a1--wording----": "Walk-in hour", "own-a1--decision----": "will-do"})
    client.post(address, opened | {"own-a1--wording----": "Second one", "own-a1--decision----": "will-do"})

    document = document_of(plan)
    assert document.text("own-a1", "wording") == "Walk-in hour"
    assert document.text("own-a2", "wording") == "Second one"


def test_alice_names_every_owner_on_one_page(browse: Browse, alice_lead: Any, olga_owner: Any, plan: Any) -> None:
    write(plan, alice_lead, {("A1a", "decision"): "will-do"})
    client = browse(alice_lead)
    olga = str(olga_owner.pk)

    client.post("/plan/owners/", held(client, "/plan/owners/") | {"O1--owner----": olga, "A1a--owner----": olga})

    assert document_of(plan).person("A1a", "owner") == "Olga Owner"


def test_the_page_to_check_lists_what_is_missing_with_a_link(browse: Browse, alice_lead: Any, plan: Any) -> None:
    page = browse(alice_lead).get("/plan/check/").content.decode()

    assert "Activity A1a is not decided on" in page
    assert 'href="/plan/choose/O1/#card-A1a"' in page
    assert "Not provided" in page


def test_what_is_taken_out_comes_back_whole(browse: Browse, alice_lead: Any, plan: Any) -> None:
    write(plan, alice_lead, {("A1a", "output", "external"): "One rule"})
    client = browse(alice_lead)

    page = client.post("/plan/remove/", {"key": "A1a"}, follow=True).content.decode()

    assert "Undo</a>" in page
    assert document_of(plan).is_removed("A1a")
    client.post("/plan/remove/", {"key": "A1a"})
    assert not document_of(plan).is_removed("A1a")
    assert document_of(plan).text("A1a", "output", "external") == "One rule"


def test_periods_of_ones_own_are_due_on_another_day_than_they_end(browse: Browse, alice_lead: Any, plan: Any) -> None:
    client = browse(alice_lead)
    asked = {"frequency": "custom", "periods": "01/01/2026, 15/02/2026, 01/03/2026\n16/02/2026, 30/06/2026, 10/07/2026"}

    client.post("/plan/periods/", asked)

    assert [each.due.isoformat() for each in document_of(plan).periods] == ["2026-03-01", "2026-07-10"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("01/01/2026, 31/01/2026", "Line 1: write three dates"),
        ("01/01/2026, 31/02/2026, 01/03/2026", "Line 1: Write a date"),
        ("01/01/2026, 31/01/2026, 20/01/2026", "before it has ended"),
    ],
)
def test_periods_that_cannot_stand_are_refused_in_words(
    lines: str, words: str, browse: Browse, alice_lead: Any, plan: Any
) -> None:
    page = browse(alice_lead).post("/plan/periods/", {"frequency": "custom", "periods": lines}).content.decode()

    assert words in page
    assert len(document_of(plan).periods) == 12


@pytest.mark.parametrize("address", ["/plan/", "/plan/O1/", CHOOSE, "/plan/owners/", "/plan/check/"])
def test_a_page_asks_the_database_at_most_fifteen_times(
    address: str, browse: Browse, alice_lead: Any, plan: Any, django_assert_max_num_queries: Any
) -> None:
    activities = [each.key for each in document_of(plan).of("activity")]
    write(plan, alice_lead, {(key, "decision"): "will-do" for key in activities})
    client = browse(alice_lead)
    client.get(address)

    with django_assert_max_num_queries(15):
        assert client.get(address).status_code == 200
