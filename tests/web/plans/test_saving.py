"""What is typed in the plan is kept, for this force only, and two people cannot overwrite each other unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.plans.conftest import held, write

from nvap.web.journal.models import Entry
from nvap.web.plans.actions.saving import NewThing, save
from nvap.web.plans.document import document_of, versions_of
from nvap.web.plans.models import Draft, Save

Browse = Callable[..., Client]
CHANGE = "/plan/activity/A1a/change/"
OUTPUT = "A1a--output--external--"


def test_alice_starts_a_plan_and_everything_of_the_toolkit_is_in_it(browse: Browse, alice_lead: Any) -> None:
    client = browse(alice_lead)
    asked = {"frequency": "quarterly", "first_day": "01/04/2026", "count": "4", "due_after": "10"}

    page = client.post("/plan/start/", asked, follow=True).content.decode()

    assert "The plan is started" in page
    assert "Understanding demand" in page
    assert "Use the NPCC definition" in client.get("/plan/activity/A1a/").content.decode()


def test_what_alice_types_is_kept_with_who_wrote_it(
    browse: Browse, alice_lead: Any, ben_analyst: Any, plan: Any
) -> None:
    client = browse(alice_lead)

    answer = client.post(CHANGE, held(client, CHANGE) | {OUTPUT: "One rule\r\nfor flags"}, follow=True)

    assert "Saved. 1 field was changed." in answer.content.decode()
    page = browse(ben_analyst).get("/plan/activity/A1a/").content.decode()
    assert "One rule\nfor flags" in page
    assert "Alice Lead, " in page


def test_the_form_shows_again_what_stands_and_saving_it_changes_nothing(
    browse: Browse, alice_lead: Any, plan: Any
) -> None:
    texts = {("A1a", "output", "external"): "A text", ("A1a", "start"): "2026-02-01", ("A1a", "shared"): "yes"}
    write(plan, alice_lead, texts | {("A1a", "owner"): str(alice_lead.pk)})
    client = browse(alice_lead)
    lines = Entry.objects.count()

    page = client.post(CHANGE, held(client, CHANGE), follow=True).content.decode()

    assert "Nothing had changed" in page
    assert Save.objects.filter(plan=plan).count() == 2
    assert Entry.objects.count() == lines


def test_when_two_people_change_one_text_both_texts_are_shown_and_neither_is_lost(
    browse: Browse, alice_lead: Any, bob_lead: Any, plan: Any
) -> None:
    alice, bob = browse(alice_lead), browse(bob_lead)
    opened = held(bob, CHANGE)
    alice.post(CHANGE, held(alice, CHANGE) | {OUTPUT: "What Alice wrote"})

    answer = bob.post(CHANGE, opened | {OUTPUT: "What Bob wrote"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "What Alice wrote" in page
    assert "What Bob wrote" in page
    assert document_of(plan).text("A1a", "output", "external") == "What Alice wrote"


def test_when_two_people_write_a_risk_of_their_own_at_once_both_risks_are_in_the_plan(
    browse: Browse, alice_lead: Any, bob_lead: Any, plan: Any
) -> None:
    address = "/plan/consequences/own/"
    alice, bob = browse(alice_lead), browse(bob_lead)
    opened = held(bob, address)
    alice.post(address, held(alice, address) | {"own-x1--title----": "What Alice fears"})

    answer = bob.post(address, opened | {"own-x1--title----": "What Bob fears"})

    assert answer.status_code == 302
    document = document_of(plan)
    assert [document.text(each, "title") for each in ("own-x1", "own-x2")] == ["What Alice fears", "What Bob fears"]


def test_a_number_taken_between_the_look_and_the_save_is_passed_over(alice_lead: Any, bob_lead: Any, plan: Any) -> None:
    from nvap.plan.document import Place
    from nvap.web.plans.actions.saving import NewThing, Typed, save

    for by, text in ((alice_lead, "What Alice fears"), (bob_lead, "What Bob fears")):
        typed = [Typed(Place("own-x1", "title"), text, 0)]
        save(plan=plan, typed=typed, by=by, new=[NewThing("own-x1", "consequence")])

    document = document_of(plan)
    assert [document.text(each, "title") for each in ("own-x1", "own-x2")] == ["What Alice fears", "What Bob fears"]


def test_a_text_that_may_identify_somebody_is_saved_only_when_the_writer_says_that_it_does_not(
    browse: Browse, alice_lead: Any, plan: Any
) -> None:
    client = browse(alice_lead)
    typed = held(client, CHANGE) | {OUTPUT: "Told Mr John Smith, born 3/4/1980"}

    warned = client.post(CHANGE, typed).content.decode()

    assert "Look again: this may identify somebody" in warned
    assert document_of(plan).text("A1a", "output", "external") == ""
    client.post(CHANGE, typed | {"accept": "yes"})
    assert document_of(plan).text("A1a", "output", "external").startswith("Told Mr")


def test_come_back_later_checks_nothing_and_keeps_the_text_for_its_writer_alone(
    browse: Browse, alice_lead: Any, bob_lead: Any, plan: Any
) -> None:
    client = browse(alice_lead)
    typed = held(client, CHANGE) | {OUTPUT: "x" * 6000, "A1a--start----": "next spring", "act": "later"}

    client.post(CHANGE, typed)

    assert held(client, CHANGE)[OUTPUT] == "x" * 6000
    assert held(client, CHANGE)["A1a--start----"] == "next spring"
    assert held(browse(bob_lead), CHANGE)[OUTPUT] == ""
    assert Draft.objects.count() == 2


def test_a_date_that_is_none_is_refused_in_words_and_everything_stays_in_the_form(
    browse: Browse, alice_lead: Any, plan: Any
) -> None:
    client = browse(alice_lead)

    page = client.post(CHANGE, held(client, CHANGE) | {"A1a--start----": "31/02/2026", OUTPUT: "Kept"}).content.decode()

    assert "Write a date as day, month and year" in page
    assert "31/02/2026" in page
    assert ">\nKept<" in page or ">Kept<" in page


def test_every_version_of_a_text_can_be_read(alice_lead: Any, bob_lead: Any, plan: Any) -> None:
    from nvap.plan.document import Place

    write(plan, alice_lead, {("A1a", "output", "external"): "First"})
    write(plan, bob_lead, {("A1a", "output", "external"): "Second"})

    found = versions_of(plan, Place("A1a", "output", "external"))

    assert [(each.text, each.by) for each in found] == [("First", "Alice Lead"), ("Second", "Bob Lead")]
    assert document_of(plan, 2).text("A1a", "output", "external") == "First"


def test_if_the_journal_cannot_be_written_nothing_is_saved(
    alice_lead: Any, plan: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nvap.web.plans.actions import saving

    def fail(**_: Any) -> None:
        raise OSError("no journal")

    monkeypatch.setattr(saving.journal, "write", fail)

    with pytest.raises(OSError, match="no journal"):
        write(plan, alice_lead, {("A1a", "output", "external"): "Lost?"})

    assert document_of(plan).text("A1a", "output", "external") == ""
    assert Save.objects.filter(plan=plan).count() == 1


def test_more_than_a_thousand_places_are_saved_at_once(plan: Any, alice_lead: Any) -> None:
    new = [NewThing(f"own-a{number}", "activity", "O1") for number in range(1, 101)]
    save(plan=plan, typed=[], by=alice_lead, new=new)
    places = {
        (each.key, name, side, ""): "First"
        for each in new
        for name in ("output", "measurement", "risks", "mitigation", "wording", "partner")
        for side in (("organisational", "external") if name not in ("wording", "partner") else ("",))
    }

    write(plan, alice_lead, places)
    write(plan, alice_lead, dict.fromkeys(places, "Second"))

    document = document_of(plan)
    assert len(places) == 1_000
    assert {document.text(*place) for place in places} == {"Second"}
