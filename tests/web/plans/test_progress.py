"""Progress: who has reported, the monthly update, its evidence, and the drafts that are kept while somebody types."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.web.plans.conftest import held, write

JANUARY, FEBRUARY = "2026-01-01", "2026-02-01"
UPDATE = f"/plan/progress/{FEBRUARY}/A1a/"
PLACE = f"A1a--progress--organisational--{FEBRUARY}"

pytestmark = pytest.mark.django_db


def document(plan: Any) -> Any:
    from nvap.web.plans.document import document_of

    return document_of(plan)


@pytest.fixture
def pursued(plan: Any, alice_lead: Any, olga_owner: Any) -> Any:
    """A plan in which Olga owns A1a and has reported on January."""
    write(
        plan,
        alice_lead,
        {
            ("A1a", "decision"): "will-do",
            ("A1a", "owner"): str(olga_owner.pk),
            ("A1b", "decision"): "will-do",
            ("A1a", "progress", "organisational", JANUARY): "Half of the teams use it.",
        },
    )
    return plan


def test_olga_finds_januarys_words_in_februarys_report_and_saves_them_as_the_same(
    browse: Any, pursued: Any, olga_owner: Any
) -> None:
    olga = browse(olga_owner)

    page = olga.get(UPDATE).content.decode()
    form = held(olga, UPDATE)
    assert form[PLACE] == "Half of the teams use it."
    assert "As in January 2026: not changed yet" in page
    assert document(pursued).text("A1a", "progress", "organisational", FEBRUARY) == ""

    answer = olga.post(UPDATE, form)

    assert answer.status_code == 302
    assert document(pursued).text("A1a", "progress", "organisational", FEBRUARY) == "Half of the teams use it."
    assert "No change since January 2026" in olga.get(UPDATE).content.decode()
    assert "Reported: no change since January 2026" in olga.get(f"/plan/progress/?period={FEBRUARY}").content.decode()


def test_a_month_without_a_report_is_skipped_and_a_new_word_is_no_longer_no_change(
    browse: Any, pursued: Any, olga_owner: Any
) -> None:
    olga = browse(olga_owner)
    march = "/plan/progress/2026-03-01/A1a/"
    place = "A1a--progress--organisational--2026-03-01"

    assert held(olga, march)[place] == "Half of the teams use it."
    assert "As in January 2026: not changed yet" in olga.get(march).content.decode()

    olga.post(march, held(olga, march) | {place: "All of the teams use it."})

    assert "No change" not in olga.get(march).content.decode()
    listed = olga.get("/plan/progress/?period=2026-03-01").content.decode()
    assert "no change since" not in listed


def test_olga_may_not_report_on_what_is_not_hers(browse: Any, pursued: Any, olga_owner: Any) -> None:
    olga = browse(olga_owner)

    address = f"/plan/progress/{FEBRUARY}/A1b/"
    assert [olga.get(address).status_code, olga.post(address, {}).status_code] == [403, 403]
    assert olga.post("/plan/draft/", {"name": f"A1b--progress--external--{FEBRUARY}", "text": "x"}).status_code == 403


def test_the_list_says_who_has_not_reported(browse: Any, pursued: Any, ben_analyst: Any) -> None:
    page = browse(ben_analyst).get(f"/plan/progress/?period={FEBRUARY}").content.decode()

    assert "Not reported yet" in page
    assert "Olga Owner" in page
    assert UPDATE not in page


@pytest.mark.usefixtures("pursued")
def test_an_unknown_period_is_not_found(browse: Any, alice_lead: Any) -> None:
    alice = browse(alice_lead)

    assert alice.get("/plan/progress/?period=2031-01-01").status_code == 404
    assert alice.get("/plan/progress/2031-01-01/A1a/").status_code == 404


def test_olga_adds_two_links_as_evidence_each_with_its_date(browse: Any, pursued: Any, olga_owner: Any) -> None:
    olga = browse(olga_owner)
    address = f"/plan/evidence/A1a/add/?period={FEBRUARY}"

    for title, day in (("Minutes of the board", "2/2/2026"), ("Audit of calls", "20/2/2026")):
        form = held(olga, address)
        entry = next(name for name in form if name.endswith("--title----")).split("--")[0]
        form[f"{entry}--title----"], form[f"{entry}--dated----"] = title, day
        form[f"{entry}--link----"] = "https://store.northshire.example/board"
        assert olga.post(address, form).status_code == 302

    page = olga.get(UPDATE).content.decode()
    assert "Minutes of the board</a>, 2 February 2026" in page
    assert "Audit of calls</a>, 20 February 2026" in page


@pytest.mark.usefixtures("pursued")
def test_evidence_is_a_web_address_and_nothing_that_runs(browse: Any, olga_owner: Any) -> None:
    olga = browse(olga_owner)
    address = f"/plan/evidence/A1a/add/?period={FEBRUARY}"
    form = held(olga, address) | {"ev-1--title----": "Minutes", "ev-1--link----": "javascript:alert(1)"}

    answer = olga.post(address, form)

    assert answer.status_code == 200
    assert "beginning with https://" in answer.content.decode()


def test_what_olga_types_is_kept_and_the_time_is_said(browse: Any, pursued: Any, olga_owner: Any) -> None:
    olga = browse(olga_owner)

    answer = olga.post("/plan/draft/", {"name": PLACE, "base": "0", "text": "Three quarters of the teams"})

    assert len(answer.json()["saved"]) == len("14:02")
    assert held(olga, UPDATE)[PLACE] == "Three quarters of the teams"


@pytest.mark.usefixtures("pursued")
def test_a_draft_needs_the_forms_token_and_a_place_of_the_plan(browse: Any, olga_owner: Any) -> None:
    assert browse(olga_owner, enforce_csrf_checks=True).post("/plan/draft/", {"name": PLACE}).status_code == 403
    for name in ("", "A1a", "nothing--x----", "A1a--nothing----", "A1a--progress--organisational--2031-01-01"):
        assert browse(olga_owner).post("/plan/draft/", {"name": name, "text": "x"}).status_code == 404


def test_a_hundred_rounds_of_two_people_lose_none_of_two_hundred_texts(
    browse: Any, pursued: Any, alice_lead: Any, olga_owner: Any
) -> None:
    from nvap.web.plans.models import Text

    alice, olga = browse(alice_lead), browse(olga_owner)
    for at in range(100):
        opened = held(alice, UPDATE)
        assert alice.post(UPDATE, opened | {PLACE: f"Alice in round {at}."}).status_code == 302
        second = olga.post(UPDATE, opened | {PLACE: f"Olga in round {at}."})
        assert second.status_code == 409
        page = second.content.decode()
        assert f"Alice in round {at}." in page
        assert f"Olga in round {at}." in page
        versions = dict(re.findall(r'<input type="hidden" name="([^"]+--version)" value="([^"]*)"', page))
        assert olga.post(UPDATE, opened | versions | {PLACE: f"Olga in round {at}."}).status_code == 302

    kept = set(Text.objects.filter(plan=pursued, field="progress", period=FEBRUARY).values_list("text", flat=True))
    assert {f"{name} in round {at}." for name in ("Alice", "Olga") for at in range(100)} <= kept


def test_progress_costs_few_queries_with_many_periods(
    browse: Any, plan: Any, alice_lead: Any, django_assert_max_num_queries: Any
) -> None:
    activities = [each for o in ("O1", "O2", "O3") for each in document(plan).of("activity", o)[:6]]
    periods = [each.key for each in document(plan).periods]
    texts = {(each.key, "decision"): "will-do" for each in activities}
    written: dict[Any, str] = {
        (each.key, "progress", "external", period): "Going on." for each in activities for period in periods
    }
    write(plan, alice_lead, texts | written)
    alice = browse(alice_lead)
    alice.get("/plan/progress/")

    for address in ("/plan/progress/", f"/plan/progress/{FEBRUARY}/{activities[0].key}/"):
        with django_assert_max_num_queries(15):
            assert alice.get(address).status_code == 200
