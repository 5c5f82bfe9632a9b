"""Comments beside the plan: wherever an entry is read, screened like its texts, answered, settled, and never lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.plans.conftest import write

from nvap import packs
from nvap.plan.document import Place
from nvap.web.plans.actions import commenting, reviewing
from nvap.web.plans.actions.measuring import pick
from nvap.web.plans.document import document_of
from nvap.web.plans.models import Comment, Plan

Browse = Callable[..., Client]
ENTRIES = [
    ("A1a", "/plan/activity/A1a/"),
    ("O1", "/plan/O1/"),
    ("about", "/plan/about/"),
    ("X1", "/plan/consequences/X1/"),
    ("LT-org", "/plan/impact/LT-org/"),
    ("D03", "/plan/measures/D03/"),
]
IDENTIFYING = "Sgt Smith knows"


@pytest.fixture
def measured(plan: Any, alice_lead: Any) -> Any:
    """The plan, with a measure in it."""
    pick(plan=plan, pack=packs.pack(), document=document_of(plan), measures=["D03"], by=alice_lead)
    return plan


@pytest.mark.parametrize(("key", "address"), ENTRIES)
def test_wherever_an_entry_is_read_it_can_be_commented_on_and_its_comments_are_read(
    measured: Any, request: pytest.FixtureRequest, browse: Browse, key: str, address: str
) -> None:
    who = ("alice_lead", "olga_owner", "ben_analyst")
    alice_lead, olga_owner, ben_analyst = (request.getfixturevalue(each) for each in who)
    before = browse(olga_owner).get(address).content.decode()
    commenting.comment(plan=measured, place=Place(key, ""), text="Who pays for this?", by=alice_lead)

    olgas, bens = (browse(each).get(address).content.decode() for each in (olga_owner, ben_analyst))

    assert f'href="/plan/comment/?place={key}------"' in before
    assert "Who pays for this?" in olgas
    assert "Who pays for this?" in bens
    assert "/plan/comment/" not in bens  # an analyst reads, and does not comment


def test_each_field_that_says_something_has_its_own_way_to_comment(
    plan: Any, alice_lead: Any, olga_owner: Any, browse: Browse
) -> None:
    write(plan, alice_lead, {("A1a", "output", "external"): "One rule"})

    page = browse(olga_owner).get("/plan/activity/A1a/").content.decode()

    assert 'href="/plan/comment/?place=A1a--output--external--"' in page


def test_a_comment_that_may_identify_somebody_is_kept_on_the_page_until_its_writer_has_looked(
    plan: Any, olga_owner: Any, browse: Browse
) -> None:
    address, typed = "/plan/comment/?place=A1a--output--external--", {"place": "A1a--output--external--"}

    page = browse(olga_owner).post(address, typed | {"text": IDENTIFYING}).content.decode()
    none = Comment.objects.count()
    answer = browse(olga_owner).post(address, typed | {"text": IDENTIFYING, "accept": "yes"})

    assert IDENTIFYING in page
    assert "a person&#x27;s name after a title" in page
    assert 'name="accept"' in page
    assert none == 0
    assert answer.status_code == 302
    assert Comment.objects.get().text == IDENTIFYING


def test_a_comment_is_answered_and_settled_and_both_stay_readable(
    plan: Any, alice_lead: Any, olga_owner: Any, browse: Browse
) -> None:
    address = "/plan/comment/?place=A1a--output--external--"
    typed = {"place": "A1a--output--external--"}
    browse(alice_lead).post(address, typed | {"text": "By when?"})
    browse(olga_owner).post(address, typed | {"text": "By June."})
    for each in Comment.objects.all():
        browse(alice_lead).post(f"/plan/comment/{each.pk}/settle/")

    thread = browse(alice_lead).get(address).content.decode()
    activity = browse(alice_lead).get("/plan/activity/A1a/").content.decode()

    assert thread.index("By when?") < thread.index("By June.") < thread.rindex("Settled by Alice Lead")
    assert "By when?" not in activity


@pytest.fixture
def sent(plan: Any, alice_lead: Any, chris_chief: Any) -> Any:
    """The plan as it waits for Chris."""
    write(plan, alice_lead, {("about", "approver"): str(chris_chief.pk), ("A1a", "output", "external"): "One rule"})
    reviewing.send(plan=plan, by=alice_lead)
    return plan


@pytest.mark.parametrize("act", ["return", "sign-off"])
@pytest.mark.parametrize("where", ["note", "comment--A1a--output--external--"])
def test_what_is_said_in_a_review_is_screened_too_and_nothing_is_lost(
    sent: Any, chris_chief: Any, browse: Browse, act: str, where: str
) -> None:
    typed = {"version": sent.saves, "act": act, "note": "Thank you", where: IDENTIFYING}

    page = browse(chris_chief).post("/plan/review/", typed).content.decode()
    state = Plan.objects.get(pk=sent.pk).state
    browse(chris_chief).post("/plan/review/", typed | {"accept": "yes"})

    assert IDENTIFYING in page
    assert 'name="accept"' in page
    assert state == "in-review"
    assert Plan.objects.get(pk=sent.pk).state == ("returned" if act == "return" else "signed-off")


def test_the_reason_for_opening_again_is_screened_and_kept(sent: Any, chris_chief: Any, browse: Browse) -> None:
    reviewing.sign_off(plan=sent, by=chris_chief, pack=packs.pack(), version=sent.saves)

    page = browse(chris_chief).post("/plan/reopen/", {"reason": IDENTIFYING}).content.decode()
    browse(chris_chief).post("/plan/reopen/", {"reason": IDENTIFYING, "accept": "yes"})

    assert f'value="{IDENTIFYING}"' in page
    assert Plan.objects.get(pk=sent.pk).state == "reopened"


def test_the_note_with_which_it_is_sent_is_screened_and_kept(
    plan: Any, alice_lead: Any, chris_chief: Any, browse: Browse
) -> None:
    write(plan, alice_lead, {("about", "approver"): str(chris_chief.pk)})

    page = browse(alice_lead).post("/plan/send/", {"note": IDENTIFYING}).content.decode()
    browse(alice_lead).post("/plan/send/", {"note": IDENTIFYING, "accept": "yes"})

    assert IDENTIFYING in page
    assert Plan.objects.get(pk=plan.pk).state == "in-review"


def test_somebody_of_another_force_cannot_settle_a_comment(
    plan: Any, alice_lead: Any, omar_of_another_force: Any, browse: Browse
) -> None:
    made = commenting.comment(plan=plan, place=Place("A1a", ""), text="By when?", by=alice_lead)

    assert browse(omar_of_another_force).post(f"/plan/comment/{made.pk}/settle/").status_code == 404
    made.refresh_from_db()
    assert made.settled_at is None


@pytest.mark.parametrize(
    ("place", "page"),
    [
        (("about", "why"), "/plan/about/change/"),
        (("O1", "description", "external"), "/plan/O1/change/"),
        (("A1a", "output", "external"), "/plan/activity/A1a/change/"),
        (("A1a", "decision"), "/plan/choose/O1/"),
        (("A1a", "stage"), "/plan/activity/A1a/stage/"),
        (("A1a", "progress", "external", "2026-01-01"), "/plan/progress/2026-01-01/A1a/"),
        (("D03", "course"), "/plan/measures/D03/change/"),
        (("X1", "threshold"), "/plan/consequences/X1/change/"),
        (("LT-org", "sentence"), "/plan/impact/LT-org/change/"),
        (("Q1.1", "answer"), "/plan/question/Q1.1/"),
    ],
)
def test_a_comment_leads_the_lead_straight_to_its_field(
    measured: Any, request: pytest.FixtureRequest, browse: Browse, place: tuple[str, ...], page: str
) -> None:
    alice_lead, olga_owner = (request.getfixturevalue(each) for each in ("alice_lead", "olga_owner"))
    write(measured, alice_lead, {("A1a", "decision"): "will-do"})
    made = commenting.comment(plan=measured, place=Place(*place), text="Say more.", by=olga_owner)
    where = f"{made.key}--{made.field}--{made.side}--{made.period}"

    thread = browse(alice_lead).get(f"/plan/comment/?place={where}").content.decode()

    assert f'href="{page}#id_{where}"' in thread
    assert f'id="id_{where}' in browse(alice_lead).get(page).content.decode()
    assert "Change it" not in browse(olga_owner).get(f"/plan/comment/?place={where}").content.decode()
