"""The long-term impacts' pages: evidence for, against and missing, and a signed sentence."""

from __future__ import annotations

from typing import Any

from nvap.web.plans.document import document_of


def test_an_answer_for_the_impact_stands_among_what_speaks_for_it(plan: Any, alice_lead: Any, browse: Any) -> None:
    alice = browse(alice_lead)
    before = alice.get("/plan/impact/LT-org/").content.decode()

    alice.post("/plan/question/Q1.1/", {"Q1.1--stance----": "for", "Q1.1--answer----": "Shifts are planned by demand."})
    after = alice.get("/plan/impact/LT-org/").content.decode()

    assert "Not answered yet" in before
    assert "survey still to come" in before
    place = after.index("Shifts are planned by demand.")
    assert after.index("Speaks for it") < place < after.index("Speaks against it")


def test_an_answer_needs_its_words(plan: Any, alice_lead: Any, browse: Any) -> None:
    page = browse(alice_lead).post("/plan/question/Q1.1/", {"Q1.1--stance----": "for"})

    assert "Write what the answer rests on." in page.content.decode()
    assert document_of(plan).text("Q1.1", "stance") == ""


def test_the_leads_sentence_is_signed(plan: Any, alice_lead: Any, ben_analyst: Any, browse: Any) -> None:
    browse(alice_lead).post("/plan/impact/LT-ext/change/", {"LT-ext--sentence----": "Too early to say."})

    page = browse(ben_analyst).get("/plan/impact/LT-ext/").content.decode()

    assert "Too early to say." in page
    assert "Signed by Alice Lead" in page


def test_the_page_of_an_impact_asks_few_questions(
    plan: Any, alice_lead: Any, browse: Any, django_assert_max_num_queries: Any
) -> None:
    alice = browse(alice_lead)
    alice.post("/plan/measures/pick/", {"measure": ["D11", "D14", "D16", "P17"]})

    with django_assert_max_num_queries(15):
        assert alice.get("/plan/impact/LT-org/").status_code == 200
