"""Risks and unintended consequences as monitored items."""

from __future__ import annotations

import re
from typing import Any

from tests.web.plans.conftest import held

from nvap.web.plans.document import document_of


def test_the_toolkits_trigger_stands_in_the_form_and_counts_only_when_it_is_saved(
    plan: Any, alice_lead: Any, browse: Any
) -> None:
    alice = browse(alice_lead)

    page = alice.get("/plan/consequences/X1/change/").content.decode()
    typed = held(alice, "/plan/consequences/X1/change/")
    guards = re.findall(r'name="X1--guards----"[^>]* value="([^"]+)"[^>]* checked', page)
    before = document_of(plan).text("X1", "threshold")
    alice.post("/plan/consequences/X1/change/", typed | {"X1--owner----": str(alice_lead.pk), "X1--guards----": guards})

    assert before == ""
    assert document_of(plan).text("X1", "threshold")
    assert document_of(plan).several("X1", "guards") == ("D01", "D02", "D03", "D05")
    assert "Alice Lead" in alice.get("/plan/consequences/").content.decode()


def test_alice_adds_a_risk_of_her_own(plan: Any, alice_lead: Any, browse: Any) -> None:
    alice = browse(alice_lead)

    alice.post(
        "/plan/consequences/own/", {"own-x1--title----": "Longer waits", "own-x1--threshold----": "Over 4 hours"}
    )

    assert "Longer waits" in alice.get("/plan/consequences/").content.decode()
    assert "Over 4 hours" in alice.get("/plan/consequences/own-x1/").content.decode()


def test_the_page_of_risks_asks_few_questions(
    plan: Any, alice_lead: Any, browse: Any, django_assert_max_num_queries: Any
) -> None:
    alice = browse(alice_lead)

    with django_assert_max_num_queries(15):
        assert alice.get("/plan/consequences/").status_code == 200
