"""Every page and file of the plan, tried as each role of this force and of another; and access that ends on its day."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.web.pages import INES, PETE, PIA, World
from tests.web.plans.conftest import person, write
from tests.web.plans.pages import PAGES

from nvap import packs
from nvap.errors import UsageFault
from nvap.plan.document import Place
from nvap.web.accounts import actions as accounts
from nvap.web.accounts.roles import ROLES
from nvap.web.plans.actions import commenting, reviewing, starting
from nvap.web.plans.models import Message, PlanSettings

Browse = Callable[..., Client]
LONDON = ZoneInfo("Europe/London")
SECRET = "Zebracrossing"  # stands all over Northshire's plan, and nowhere else
SHARED, OWN = "A1b", "A1c"
# Pages outside the plan that show some of it to those who may read it.
BESIDE = ("/", "/item/A1a/", "/logic-model/O1/", "/logic-model/O1/drawing/")


@pytest.fixture
def secret(plan: Any, alice_lead: Any, pete_partner_contributor: Any) -> Any:
    """Northshire's plan with the word in it: A1b is shared with partners, A1c is Pete's, A1a is neither."""
    pete = str(pete_partner_contributor.pk)
    prose = {
        ("about", "why"): SECRET,
        ("O1", "description", "external"): SECRET,
        ("A1a", "decision"): "will-do",
        ("A1a", "wording"): f"{SECRET} of A1a",
        ("A1a", "output", "external"): SECRET,
        ("A1a", "progress", "external", "2026-01-01"): SECRET,
        (SHARED, "decision"): "will-do",
        (SHARED, "wording"): "Walk together",
        (SHARED, "shared"): "yes",
        (SHARED, "output", "external"): SECRET,
        (OWN, "decision"): "will-do",
        (OWN, "wording"): "Write together",
        (OWN, "owner"): pete,
        (OWN, "output", "external"): SECRET,
    }
    write(plan, alice_lead, prose)
    commenting.comment(plan=plan, place=Place("A1a", "output", "external"), text=SECRET, by=alice_lead)
    today = timezone.localdate()
    Message.objects.create(
        force=plan.force, user=alice_lead, day=today, subject=SECRET, body=SECRET, state=Message.State.SENT
    )
    return plan


@pytest.fixture
def world(secret: Any, southshire: Any, workspace: Any, request: pytest.FixtureRequest) -> World:
    names = ("alice_lead", PIA, PETE, INES)
    return World(secret.force, southshire, {name: request.getfixturevalue(name) for name in names}, workspace)


def addresses(world: World) -> Iterator[tuple[Any, str]]:
    # What was signed off comes last: making it locks the plan, and other addresses still have to be made.
    for page in sorted(PAGES, key=lambda page: "signed" in page.name or page.name == "plan-compare"):
        yield page, reverse(page.name, args=page.arguments(world))
        if page.name == "plan-signed-file":
            for kind in ("pdf", "docx"):
                yield page, reverse(page.name, args=[1, kind])


def said(response: Any) -> str:
    """Everything that an answer says: of a workbook or a Word document, what is inside it."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        held = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(held.read(each) for each in held.namelist())
    return str(content.decode("utf-8", "replace"))


def tried(client: Client, world: World) -> Iterator[tuple[str, str, int, str]]:
    """Every address with every method that the page takes: its name, the method, the status, and what was said."""
    for page, address in addresses(world):
        for method in page.methods:
            response = getattr(client, method)(address)
            yield page.name, method, response.status_code, said(response)
    for address in BESIDE:
        yield address, "get", client.get(address).status_code, said(client.get(address))


def test_the_word_is_there_to_be_found(world: World, browse: Browse) -> None:
    found = {name for name, _, _, words in tried(browse(world.people["alice_lead"]), world) if SECRET in words}

    assert {
        "plan-activity",
        "plan-json",
        "plan-workbook",
        "plan-pack-docx",
        "plan-signed",
        "plan-messages",
        "/item/A1a/",
    } <= found


@pytest.mark.parametrize("role", ROLES)
def test_nobody_of_another_force_reads_a_word_of_the_plan(world: World, browse: Browse, role: str) -> None:
    theirs = person(world.southshire, "Sam Southshire", role)
    other = browse(theirs)
    of_northshire = {page.name for page in PAGES if page.of_northshire}

    for name, method, status, words in tried(other, world):
        assert SECRET not in words, f"{name} {method}"
        assert "Northshire" not in words, f"{name} {method}"
        if name in of_northshire:
            assert status in (403, 404, 405), f"{name} {method}"


@pytest.mark.parametrize("role", ["nvap_lead", "analyst", "force_admin"])
def test_with_a_plan_of_their_own_they_find_theirs_at_every_address(world: World, browse: Browse, role: str) -> None:
    from nvap.plan.periods import regular

    theirs = person(world.southshire, "Sam Southshire", role)
    periods = regular("monthly", date(2026, 1, 1), 12, 14)
    starting.start(force=world.southshire, pack=packs.pack(), frequency="monthly", periods=periods, by=theirs)

    for name, method, _status, words in tried(browse(theirs), world):
        assert SECRET not in words, f"{name} {method}"
        assert "Northshire" not in words, f"{name} {method}"


def test_a_partner_reader_reads_the_shared_activity_and_not_a_word_more(world: World, browse: Browse) -> None:
    opened = {}
    for name, method, status, words in tried(browse(world.people[PIA]), world):
        assert SECRET not in words, f"{name} {method}"
        opened[name] = opened.get(name) or status < 400

    shared = browse(world.people[PIA]).get("/plan/shared/").content.decode()
    assert "Walk together" in shared
    assert "Write together" not in shared
    assert {name for name, is_open in opened.items() if is_open} == {
        *BESIDE, "plan", "plan-shared", "plan-messages", "plan-messages-stop",
    }  # fmt: skip
    assert browse(world.people[PIA]).get(reverse("plan-evidence", args=[SHARED])).status_code == 200


def test_a_partner_contributor_opens_his_own_activity_and_nobody_elses(world: World, browse: Browse) -> None:
    pete = browse(world.people[PETE])

    for name, method, _status, words in tried(pete, world):
        assert SECRET not in words, f"{name} {method}"

    def statuses(key: str) -> list[int]:
        return [
            pete.get(reverse("plan-update", args=["2026-01-01", key])).status_code,
            pete.get(reverse("plan-evidence", args=[key])).status_code,
            pete.get(reverse("plan-evidence-add", args=[key])).status_code,
            pete.post("/plan/draft/", {"name": f"{key}--progress--external--2026-01-01", "text": "x"}).status_code,
            pete.post("/plan/draft/", {"name": f"{key}--output--external--", "text": "x"}).status_code,
        ]

    assert statuses(OWN) == [200, 200, 200, 200, 403]  # what is planned is the lead's to write
    assert statuses("A1a") == [403] * 5
    assert statuses(SHARED) == [403] * 5
    shared = pete.get("/plan/shared/").content.decode()
    assert "Write together" in shared
    assert "Walk together" not in shared


def test_a_partner_contributor_reports_on_his_own_activity(world: World, browse: Browse, secret: Any) -> None:
    from tests.web.plans.conftest import held

    from nvap.web.plans.document import document_of

    pete, address = browse(world.people[PETE]), reverse("plan-update", args=["2026-01-01", OWN])
    typed = {**held(pete, address), f"{OWN}--progress--external--2026-01-01": "Two visits.", "act": "save"}

    response = pete.post(address, typed)

    assert response.status_code == 302
    assert document_of(secret).text(OWN, "progress", "external", "2026-01-01") == "Two visits."


def test_an_inspector_reads_what_is_signed_off_and_nothing_that_is_written_since(
    world: World, browse: Browse, secret: Any, alice_lead: Any
) -> None:
    PlanSettings.objects.create(force=secret.force, self_approval=True)
    write(secret, alice_lead, {("about", "approver"): str(alice_lead.pk), ("about", "aim"): "Signed for"})
    reviewing.send(plan=secret, by=alice_lead)
    reviewing.sign_off(plan=secret, by=alice_lead, pack=packs.pack(), version=secret.saves)
    reviewing.reopen(plan=secret, by=alice_lead, reason="Later words")
    write(secret, alice_lead, {("about", "benefit"): "Giraffehouse"})

    ines = browse(world.people[INES])
    opened = set()
    for name, method, status, words in tried(ines, world):
        assert "Giraffehouse" not in words, f"{name} {method}"
        if status == 200 and name not in BESIDE:
            opened.add(name)

    assert "Signed for" in ines.get("/plan/signed-off/1/").content.decode()
    assert opened == {
        "plan-messages", "plan-messages-stop", "plan-signed-list", "plan-signed", "plan-signed-file", "plan-compare",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("role", "address"),
    [("inspector", "/plan/signed-off/"), ("partner_reader", "/plan/shared/"), ("partner_contributor", "/plan/shared/")],
)
def test_access_ends_with_its_last_day_where_the_force_is(secret: Any, browse: Browse, role: str, address: str) -> None:
    with time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=LONDON)):
        theirs = accounts.add_person(
            force=secret.force,
            email="una@partner.example",
            name="Una",
            role_name=role,
            until=date(2026, 6, 20),
            by="tests",
        ).user
    last_minute = datetime(2026, 6, 20, 23, 58, tzinfo=LONDON)  # 22.58 in Greenwich
    next_day = datetime(2026, 6, 21, 0, 2, tzinfo=LONDON)  # 23.02 there, still the 20th

    with time_machine.travel(last_minute):
        assert browse(theirs).get(address).status_code == 200
    with time_machine.travel(next_day):
        assert browse(theirs).get(address).status_code == 403
        assert browse(theirs).get("/").status_code == 403


def test_the_end_is_said_before_it_comes(
    secret: Any, browse: Browse, pia_partner_reader: Any, carol_admin: Any
) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        until = pia_partner_reader.memberships.get().until
        said_day = f"{until.day} {until:%B %Y}"

        assert f"Your access ends with {said_day}" in browse(pia_partner_reader).get("/").content.decode()
        assert "Decide whether Pia Partner stays" in browse(carol_admin).get("/").content.decode()


@pytest.mark.parametrize("role", ["inspector", "partner_reader", "partner_contributor"])
def test_nobody_from_outside_is_added_without_a_last_day(northshire: Any, role: str) -> None:
    with pytest.raises(UsageFault, match="needs a last day"):
        accounts.add_person(
            force=northshire, email="una@partner.example", name="Una", role_name=role, until=None, by="the tests"
        )
