"""The plan's form: what is typed is kept, for this force only, and two people cannot overwrite each other unseen."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from nvap import packs
from nvap.packs.items import PlanExample, PlanField
from nvap.web.journal.models import Entry
from nvap.web.plans import actions, fields, forms
from nvap.web.plans.actions import Stale, Typed
from nvap.web.plans.fields import LONGEST_TEXT, Place
from nvap.web.plans.models import PlanText
from nvap.web.plans.suggestions import suggestions

Browse = Callable[..., Client]
CHANGE = "/plan/O1/change/"
ACTIVITY = "plan-activity-organisational"
OWNER = "plan-impact-owner"
ACTIVITY_PLACE = Place("plan.activity", "O1", "organisational")


@pytest.fixture
def bob_lead(northshire: Any) -> Any:
    """A second lead of Northshire."""
    from nvap.web.accounts import actions as accounts

    facts = {"email": "bob@northshire.example", "name": "Bob Lead", "role_name": "nvap_lead", "until": None}
    return accounts.add_person(force=northshire, by="the tests", password="three words together", **facts).user


def opened(client: Client, address: str = CHANGE) -> dict[str, str]:
    """What a browser would send back from the form as it stands: its fields and hidden versions."""
    page = client.get(address).content.decode()
    held = dict(re.findall(r'<input type="hidden" name="(plan[^"]+)" value="([^"]*)"', page))
    held |= dict(re.findall(r'<textarea[^>]* name="(plan[^"]+)"[^>]*>([^<]*)</textarea>', page))
    for tag in re.findall(r'<input class="govuk-input[^>]*>', page):
        value = re.search(r' value="([^"]*)"', tag)
        held[re.search(r'name="([^"]+)"', tag)[1]] = value[1] if value else ""  # type: ignore[index]
    return {name: html.unescape(value) for name, value in held.items()}


def stands(force: Any) -> dict[Place, str]:
    return {place: row.text for place, row in actions.standing(force, packs.pack()).items()}


# -- the form -----------------------------------------------------------------------------------------------------


def test_the_form_has_every_field_and_prompt_of_the_toolkits_own(browse: Browse, alice_lead: Any) -> None:
    client = browse(alice_lead)
    pages = {
        each.id: html.unescape(client.get(f"/plan/{each.id}/change/").content.decode())
        for each in fields.sections(packs.pack())
    }

    for each in packs.pack().of(PlanField):
        for page in (pages["about"],) if each.per == "plan" else (pages["O1"], pages["O2"], pages["O3"]):
            name = each.id.replace(".", "-")
            assert page.count(f"{each.label}\n") >= max(1, len(each.sides)), each.id
            assert page.count(each.prompt or each.text) >= max(1, len(each.sides)), each.id
            for side in each.sides or ("",):
                assert f'name="{name}-{side}"' in page or f'name="{name}"' in page


def test_the_toolkits_examples_and_both_long_term_impacts_stand_beside_the_fields(
    browse: Browse, alice_lead: Any
) -> None:
    pack = packs.pack()

    page = browse(alice_lead).get("/plan/O2/change/").content.decode()

    for each in pack.of(PlanExample):
        assert (escape(each.text) in page) == (each.objective == "O2"), each.id
    for impact in pack.logic_model("O2").long_term:
        assert escape(impact.text) in page


def test_suggestions_lead_to_the_long_term_impact_of_their_side() -> None:
    pack = packs.pack()

    inside = {each.id for each in suggestions(pack, Place("plan.activity", "O1", "organisational"))}
    outside = {each.id for each in suggestions(pack, Place("plan.activity", "O1", "external"))}

    # A1b leads to O1.imp1 and O1.imp2 only, and both lead to the organisational impact only.
    assert inside == {"A1a", "A1b", "A1c", "A1d"}
    assert outside == {"A1a", "A1c", "A1d"}


# -- keeping ------------------------------------------------------------------------------------------------------


def test_what_alice_types_is_kept_and_read_by_her_force(
    browse: Browse, alice_lead: Any, ben_analyst: Any, carol_admin: Any
) -> None:
    client = browse(alice_lead)
    typed = opened(client) | {OWNER: " Supt Ada Grey ", ACTIVITY: "One rule\r\nfor flags"}

    answer = client.post(CHANGE, typed, follow=True)

    assert "Saved. 2 fields were changed." in answer.content.decode()
    assert opened(client)[ACTIVITY] == "One rule\nfor flags"
    for reader in (ben_analyst, carol_admin):
        page = browse(reader).get("/plan/O1/").content.decode()
        assert "One rule\nfor flags" in page
        assert "Supt Ada Grey" in page
        assert "Change this page" not in page
    assert "2 of 19 fields written" in browse(ben_analyst).get("/plan/").content.decode()


def test_omar_of_another_force_sees_nothing_of_it(browse: Browse, alice_lead: Any, omar_of_another_force: Any) -> None:
    client = browse(alice_lead)
    client.post(CHANGE, opened(client) | {ACTIVITY: "Only for Northshire"})
    omar = browse(omar_of_another_force)

    for address in ("/plan/", "/plan/O1/", CHANGE, "/item/A1a/", "/"):
        page = omar.get(address).content.decode()
        assert "Only for Northshire" not in page
        assert "Alice" not in page


def test_ines_the_inspector_is_told_that_nothing_is_signed_off(
    browse: Browse, alice_lead: Any, ines_inspector: Any
) -> None:
    client = browse(alice_lead)
    client.post(CHANGE, opened(client) | {ACTIVITY: "A draft thought"})
    ines = browse(ines_inspector)

    assert "has signed off nothing of its plan yet" in ines.get("/plan/").content.decode()
    assert ines.get("/plan/O1/").status_code == 403
    for address in ("/item/A1a/", "/"):
        assert "A draft thought" not in ines.get(address).content.decode()
        assert "What your plan says" not in ines.get(address).content.decode()


@pytest.mark.parametrize("who", ["ben_analyst", "carol_admin", "ines_inspector"])
def test_nobody_but_the_lead_changes_the_plan(browse: Browse, northshire: Any, who: str, request: Any) -> None:
    answer = browse(request.getfixturevalue(who)).post(CHANGE, {ACTIVITY: "Not mine to write"})

    assert answer.status_code == 403
    assert stands(northshire) == {}


def test_saving_without_a_change_writes_nothing(browse: Browse, alice_lead: Any, northshire: Any) -> None:
    client = browse(alice_lead)
    before = Entry.objects.count()

    answer = client.post(CHANGE, opened(client), follow=True)

    assert "Nothing had changed" in answer.content.decode()
    assert stands(northshire) == {}
    assert Entry.objects.count() == before


def test_a_text_can_be_emptied_again(browse: Browse, alice_lead: Any, northshire: Any) -> None:
    client = browse(alice_lead)
    client.post(CHANGE, opened(client) | {ACTIVITY: "Too early"})

    client.post(CHANGE, opened(client) | {ACTIVITY: ""})

    assert stands(northshire)[ACTIVITY_PLACE] == ""
    assert "Too early" not in client.get("/plan/O1/").content.decode()


def test_a_text_at_the_limit_is_kept_whatever_line_breaks_the_browser_sends(
    browse: Browse, alice_lead: Any, northshire: Any
) -> None:
    client = browse(alice_lead)
    longest = "a\r\n" * (LONGEST_TEXT // 2 - 1) + "zz"

    client.post(CHANGE, opened(client) | {ACTIVITY: longest})

    assert len(stands(northshire)[ACTIVITY_PLACE]) == LONGEST_TEXT


def test_too_long_a_text_is_refused_with_its_length_and_stays_in_the_form(
    browse: Browse, alice_lead: Any, northshire: Any
) -> None:
    client = browse(alice_lead)
    typed = opened(client) | {ACTIVITY: "x" * (LONGEST_TEXT + 1), "plan-risks-external": "Kept in the form too"}

    page = client.post(CHANGE, typed).content.decode()

    assert "Activity, organisational impact takes 5000 characters at most, and yours has 5001." in page
    assert "x" * (LONGEST_TEXT + 1) in page
    assert "Kept in the form too" in page
    assert "<title>Error: " in page
    assert stands(northshire) == {}


def test_typed_html_is_shown_as_it_was_typed_and_never_run(browse: Browse, alice_lead: Any) -> None:
    client = browse(alice_lead)
    client.post(CHANGE, opened(client) | {ACTIVITY: "</textarea><script>alert(1)</script>"})

    for address in ("/plan/O1/", CHANGE, "/item/A1a/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_null_character_is_refused_in_words(browse: Browse, alice_lead: Any, northshire: Any) -> None:
    client = browse(alice_lead)

    page = client.post(CHANGE, opened(client) | {ACTIVITY: "a\0b"}).content.decode()

    assert "Take out the character that cannot be shown" in page
    assert stands(northshire) == {}


def test_a_page_of_the_plan_that_does_not_exist_is_not_found(browse: Browse, alice_lead: Any) -> None:
    client = browse(alice_lead)

    assert client.get("/plan/O9/").status_code == 404
    assert client.get("/plan/A1a/change/").status_code == 404
    assert client.get("/plan/o1/")["Location"] == "/plan/O1/"


def test_a_newer_edition_of_the_toolkit_still_finds_what_was_written(alice_lead: Any, northshire: Any) -> None:
    pack = packs.pack()
    typed = (Typed(ACTIVITY_PLACE, "Written under the first edition", 0),)
    actions.save(force=northshire, pack=pack, section="O1", typed=typed, by=alice_lead)

    found = actions.standing(northshire, replace(pack, version="9.0.0"))

    assert found[ACTIVITY_PLACE].text == "Written under the first edition"
    assert found[ACTIVITY_PLACE].release == pack.release


# -- the journal --------------------------------------------------------------------------------------------------


def test_the_journal_says_which_fields_were_changed_and_never_what_was_written(browse: Browse, alice_lead: Any) -> None:
    client = browse(alice_lead)

    client.post(CHANGE, opened(client) | {ACTIVITY: "A secret thought", OWNER: "Supt Ada Grey"})

    entry = Entry.objects.filter(force="northshire").order_by("-seq")[0]
    assert (entry.act, entry.object_type, entry.object_id) == ("alter", "plan", "2.1.2/O1")
    assert entry.reason == "plan.impact-owner, plan.activity (organisational)"
    assert "Alice" in entry.actor


def test_the_journal_failing_undoes_the_save(alice_lead: Any, northshire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**told: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(actions.journal, "write", fail)

    with pytest.raises(OSError, match="disk is full"):
        save(northshire, alice_lead, "Never to be seen", 0)

    assert PlanText.objects.count() == 0


# -- two people at once -------------------------------------------------------------------------------------------


def save(force: Any, by: Any, text: str, base: int, place: Place = ACTIVITY_PLACE) -> tuple[Place, ...]:
    return actions.save(force=force, pack=packs.pack(), section="O1", typed=(Typed(place, text, base),), by=by)


def test_when_two_people_write_in_the_same_field_both_texts_are_shown_and_none_is_lost(
    browse: Browse, alice_lead: Any, bob_lead: Any, northshire: Any
) -> None:
    alice, bob = browse(alice_lead), browse(bob_lead)
    hers, his = opened(alice), opened(bob)
    alice.post(CHANGE, hers | {ACTIVITY: "Alice's <b>text</b>"})

    answer = bob.post(CHANGE, his | {ACTIVITY: "Bob's text", "plan-risks-external": "Bob's risk"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Alice&#x27;s &lt;b&gt;text&lt;/b&gt;" in page
    assert "what Alice Lead saved on" in page
    assert "Bob&#x27;s text</textarea>" in page or "Bob&#39;s text</textarea>" in page
    assert re.search(r"Bob&#(x27|39);s risk</textarea>", page)
    assert stands(northshire) == {ACTIVITY_PLACE: "Alice's <b>text</b>"}


def test_after_a_clash_saving_again_keeps_what_the_second_person_chose(
    browse: Browse, alice_lead: Any, bob_lead: Any, northshire: Any
) -> None:
    alice, bob = browse(alice_lead), browse(bob_lead)
    his = opened(bob)
    alice.post(CHANGE, opened(alice) | {ACTIVITY: "Alice's", OWNER: "Supt Ada Grey"})
    clash = bob.post(CHANGE, his | {ACTIVITY: "Bob's"})
    again = dict(re.findall(r'<input type="hidden" name="(plan[^"]+)" value="([^"]*)"', clash.content.decode()))

    bob.post(CHANGE, his | again | {ACTIVITY: "Alice's and Bob's", OWNER: "Supt Ada Grey"})

    assert stands(northshire)[ACTIVITY_PLACE] == "Alice's and Bob's"
    assert stands(northshire)[Place("plan.impact-owner", "O1")] == "Supt Ada Grey"
    assert PlanText.objects.get(text="Alice's").written_by == alice_lead


def test_two_people_in_different_fields_do_not_meet(
    browse: Browse, alice_lead: Any, bob_lead: Any, northshire: Any
) -> None:
    alice, bob = browse(alice_lead), browse(bob_lead)
    hers, his = opened(alice), opened(bob)

    first = alice.post(CHANGE, hers | {ACTIVITY: "Alice's"})
    second = bob.post(CHANGE, his | {"plan-risks-external": "Bob's"})

    assert (first.status_code, second.status_code) == (302, 302)
    assert sorted(stands(northshire).values()) == ["Alice's", "Bob's"]


def test_the_same_text_from_two_people_is_no_clash(alice_lead: Any, bob_lead: Any, northshire: Any) -> None:
    save(northshire, alice_lead, "The same", 0)

    assert save(northshire, bob_lead, "The same", 0) == ()


def test_a_version_that_cannot_be_read_counts_as_none_and_overwrites_nothing(
    browse: Browse, alice_lead: Any, northshire: Any
) -> None:
    save(northshire, alice_lead, "Stands", 0)
    client = browse(alice_lead)

    answer = client.post(CHANGE, opened(client) | {ACTIVITY: "Tampered", f"{ACTIVITY}-version": "-3; drop"})

    assert answer.status_code == 409
    assert stands(northshire)[ACTIVITY_PLACE] == "Stands"


def test_a_version_that_never_was_overwrites_nothing(alice_lead: Any, northshire: Any) -> None:
    save(northshire, alice_lead, "Stands", 0)

    with pytest.raises(Stale):
        save(northshire, alice_lead, "From the future", 7)

    assert stands(northshire)[ACTIVITY_PLACE] == "Stands"


def test_two_saves_in_the_same_moment_end_as_a_clash_and_not_as_an_error(
    alice_lead: Any, bob_lead: Any, northshire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(northshire, alice_lead, "Alice's", 0)
    look, looks = actions.standing, [{}]  # Bob looks before Alice's save is there, and writes after it
    monkeypatch.setattr(actions, "standing", lambda force, pack: looks.pop() if looks else look(force, pack))

    with pytest.raises(Stale):
        save(northshire, bob_lead, "Bob's", 0)

    assert looks == []
    assert stands(northshire)[ACTIVITY_PLACE] == "Alice's"


def test_after_a_clash_a_field_that_only_the_other_changed_shows_theirs(alice_lead: Any, northshire: Any) -> None:
    pack = packs.pack()
    section = fields.section(pack, "O1")
    assert section is not None
    save(northshire, alice_lead, "Hers", 0)
    again = forms.opened(section.every_blank, actions.standing(northshire, pack))

    shown = forms.after_clash((Typed(ACTIVITY_PLACE, "", 0),), (), again)

    assert shown.initial[ACTIVITY] == "Hers"
    assert shown.initial[f"{ACTIVITY}-version"] == 1


# -- the home page and the items' pages ---------------------------------------------------------------------------


def test_the_home_page_asks_the_lead_for_the_first_impact_owner_that_is_missing(
    browse: Browse, alice_lead: Any, ben_analyst: Any
) -> None:
    client = browse(alice_lead)
    before = client.get("/").content.decode()
    client.post(CHANGE, opened(client) | {OWNER: "Supt Ada Grey"})

    after = client.get("/").content.decode()

    assert "Say who owns the impact of objective O1" in before
    assert "no impact owner for: O1, O2, O3" in before
    assert "Say who owns the impact of objective O2" in after
    assert "Alice Lead changed the plan: Understanding demand." in after
    assert "Say who owns" not in browse(ben_analyst).get("/").content.decode()


def test_an_items_page_shows_what_the_plan_says_in_its_field(browse: Browse, alice_lead: Any, ben_analyst: Any) -> None:
    client = browse(alice_lead)
    client.post(CHANGE, opened(client) | {ACTIVITY: "One rule for flags"})

    page = browse(ben_analyst).get("/item/A1a/").content.decode()
    other = browse(ben_analyst).get("/item/A2a/").content.decode()

    assert "What your plan says" in page
    assert "One rule for flags" in page
    assert "One rule for flags" not in other


def test_the_plans_pages_ask_the_database_few_questions(
    browse: Browse, alice_lead: Any, django_assert_max_num_queries: Any
) -> None:
    client = browse(alice_lead)
    client.post(CHANGE, opened(client) | {ACTIVITY: "One", OWNER: "Two", "plan-risks-external": "Three"})

    for address in ("/plan/", "/plan/O1/", CHANGE, "/item/A1a/"):
        with django_assert_max_num_queries(12):
            client.get(address)
