"""What waits for whom in the plan: at home and in the digest, each line with its one next action."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.plans.conftest import person, write

from nvap import packs
from nvap.plan.document import Place
from nvap.web.accounts import actions as accounts
from nvap.web.accounts.roles import ROLES
from nvap.web.plans.actions import commenting, reviewing
from nvap.web.plans.actions.reviewing import Said
from nvap.web.plans.document import document_of
from nvap.web.plans.waiting import Person, Waits, board_of, waiting_for

Browse = Callable[..., Client]
LONDON = ZoneInfo("Europe/London")
# January's reports were due on 14 February; February's are due on 14 March.
MARCH = datetime(2026, 3, 2, 9, tzinfo=LONDON)
OUTPUT = ("A1a", "output", "external")


@pytest.fixture
def march() -> Any:
    """It is 2 March 2026."""
    with time_machine.travel(MARCH, tick=False):
        yield


@pytest.fixture
def owned(march: Any, plan: Any, alice_lead: Any, olga_owner: Any, chris_chief: Any) -> Any:
    """Olga owns A1a, which the force will do; Chris is to sign the plan off."""
    texts = {("A1a", "decision"): "will-do", ("A1a", "owner"): str(olga_owner.pk), OUTPUT: "One rule for flags"}
    write(plan, alice_lead, {**texts, ("about", "approver"): str(chris_chief.pk)})
    return plan


def waits(plan: Any, user: Any) -> tuple[Waits, ...]:
    plan.refresh_from_db()
    member = user.memberships.get()
    return waiting_for(board_of(packs.pack(), plan, document_of(plan)), Person(user, ROLES[member.role]))


def in_short(plan: Any, user: Any) -> list[tuple[str, str]]:
    return [(each.list, each.address) for each in waits(plan, user)]


def test_olga_finds_what_is_overdue_and_what_is_due_with_its_day(owned: Any, olga_owner: Any, browse: Browse) -> None:
    page = browse(olga_owner).get("/").content.decode().replace("\xa0", " ")

    assert page.index("Overdue") < page.index("for January 2026") < page.index("Was due 14 February 2026")
    assert page.index('id="due"') < page.index("for February 2026") < page.index("Due 14 March 2026")
    assert "for March 2026" not in page
    assert page.count('href="/plan/progress/2026-01-01/A1a/"') == 1


def test_every_link_of_olgas_home_page_opens(owned: Any, olga_owner: Any, browse: Browse) -> None:
    for each in waits(owned, olga_owner):
        assert browse(olga_owner).get(each.address).status_code == 200


def test_a_report_that_is_written_waits_no_more(owned: Any, olga_owner: Any) -> None:
    write(owned, olga_owner, {("A1a", "progress", "external", "2026-01-01"): "Forms changed."})

    assert in_short(owned, olga_owner) == [("due", "/plan/progress/2026-02-01/A1a/")]


def test_no_report_is_wanted_for_a_time_before_the_activity_starts(
    owned: Any, alice_lead: Any, olga_owner: Any
) -> None:
    write(owned, alice_lead, {("A1a", "start"): "2026-02-10"})

    assert in_short(owned, olga_owner) == [("due", "/plan/progress/2026-02-01/A1a/")]


def test_without_an_owner_the_owner_of_the_objective_is_asked(owned: Any, alice_lead: Any, olga_owner: Any) -> None:
    write(owned, alice_lead, {("A1a", "owner"): "", ("O1", "owner"): str(olga_owner.pk)})

    assert len(waits(owned, olga_owner)) == 2


def test_a_deputy_is_asked_once_the_day_has_gone_by(owned: Any, alice_lead: Any, northshire: Any) -> None:
    dan = person(northshire, "Dan Deputy", "impact_owner")
    write(owned, alice_lead, {("A1a", "deputy"): str(dan.pk)})

    assert in_short(owned, dan) == [("overdue", "/plan/progress/2026-01-01/A1a/")]


def test_alice_sees_who_owes_reports_in_one_line_for_each_person(owned: Any, alice_lead: Any, browse: Browse) -> None:
    assert in_short(owned, alice_lead) == [("overdue", "/plan/progress/?period=2026-01-01")]
    assert "Olga Owner owes 1 report, for January 2026." in browse(alice_lead).get("/").content.decode()


def test_alice_is_asked_to_name_an_owner_where_nobody_is_named(owned: Any, alice_lead: Any) -> None:
    write(owned, alice_lead, {("A1a", "owner"): ""})

    assert in_short(owned, alice_lead) == [("overdue", "/plan/activity/A1a/change/")]


def test_chris_finds_the_plan_that_waits_and_alice_sees_that_it_does(
    owned: Any, alice_lead: Any, chris_chief: Any, browse: Browse
) -> None:
    reviewing.send(plan=owned, by=alice_lead)

    assert in_short(owned, chris_chief) == [("due", "/plan/review/")]
    assert "waits for you to sign off or return" in browse(chris_chief).get("/").content.decode()
    assert "has waited for Chris Chief since 2 March 2026" in browse(alice_lead).get("/").content.decode()


def test_a_returned_plan_comes_back_to_alice_and_its_comments_to_the_owner(
    owned: Any, alice_lead: Any, olga_owner: Any, chris_chief: Any, browse: Browse
) -> None:
    reviewing.send(plan=owned, by=alice_lead)
    reviewing.return_(plan=owned, by=chris_chief, version=owned.saves, comments=[Said(Place(*OUTPUT), "Which flags?")])

    assert ("returned", "/plan/review/") in in_short(owned, alice_lead)
    assert ("returned", "/plan/comment/?place=A1a--output--external--") in in_short(owned, olga_owner)
    page = browse(alice_lead).get("/").content.decode()
    assert "Chris Chief returned the plan on 2 March 2026, with 1 comment" in page


def test_a_comment_waits_for_the_owner_until_she_answers(owned: Any, alice_lead: Any, olga_owner: Any) -> None:
    commenting.comment(plan=owned, place=Place(*OUTPUT), text="By when?", by=alice_lead)
    asked = [each for each in waits(owned, olga_owner) if "commented" in each.what]

    commenting.comment(plan=owned, place=Place(*OUTPUT), text="By June.", by=olga_owner)

    assert [each.list for each in asked] == ["due"]
    assert not any("commented" in each.what for each in waits(owned, olga_owner))
    assert any("Olga Owner commented" in each.what for each in waits(owned, alice_lead))


def test_somebody_who_left_is_handed_over_and_not_chased(owned: Any, alice_lead: Any, olga_owner: Any) -> None:
    accounts.remove_person(membership=olga_owner.memberships.get(), by="the tests")

    found = waits(owned, alice_lead)

    assert [each.address for each in found] == ["/plan/hand-over/"]
    assert found[0].what == "Olga Owner has left and is still named in 1 place of the plan."


def test_a_partner_contributor_finds_his_own_reports_and_nothing_else(
    owned: Any, alice_lead: Any, pete_partner_contributor: Any, browse: Browse
) -> None:
    write(owned, alice_lead, {("A1b", "decision"): "will-do", ("A1b", "owner"): str(pete_partner_contributor.pk)})

    assert [each.address for each in waits(owned, pete_partner_contributor)] == [
        "/plan/progress/2026-01-01/A1b/",
        "/plan/progress/2026-02-01/A1b/",
    ]
    assert browse(pete_partner_contributor).get("/").content.decode().count("Write the report") == 2


def test_what_an_email_says_names_nobody(
    owned: Any, alice_lead: Any, olga_owner: Any, chris_chief: Any, northshire: Any
) -> None:
    commenting.comment(plan=owned, place=Place(*OUTPUT), text="By when?", by=alice_lead)
    reviewing.send(plan=owned, by=alice_lead)
    reviewing.return_(plan=owned, by=chris_chief, version=owned.saves, note="See the comments.")

    told = " ".join(each.told for who in (alice_lead, olga_owner, chris_chief) for each in waits(owned, who))

    assert told
    assert not any(word in told for word in ("Alice", "Olga", "Chris", "One rule", "By when", "See the"))


def test_nothing_waits_for_a_reader(owned: Any, ben_analyst: Any, ines_inspector: Any, pia_partner_reader: Any) -> None:
    assert [waits(owned, each) for each in (ben_analyst, ines_inspector, pia_partner_reader)] == [(), (), ()]


@pytest.mark.parametrize("who", ["alice_lead", "olga_owner", "chris_chief", "carol_admin", "pete_partner_contributor"])
def test_home_asks_the_database_at_most_fifteen_times_for_a_large_plan(
    owned: Any, who: str, request: pytest.FixtureRequest, browse: Browse
) -> None:
    asker, olga, alice = (request.getfixturevalue(name) for name in (who, "olga_owner", "alice_lead"))
    activities = [each.key for each in document_of(owned).of("activity")][:18]
    write(owned, alice, {(key, "decision"): "will-do" for key in activities})
    write(owned, alice, {(key, "owner"): str(olga.pk) for key in activities})
    client = browse(asker)
    client.get("/")

    with CaptureQueriesContext(connection) as found:
        assert client.get("/").status_code == 200

    assert len(found) <= 15, "\n".join(each["sql"][:150] for each in found)
