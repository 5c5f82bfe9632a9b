"""A session that ends while somebody writes, and a disk that is full: what was typed is kept and comes back."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import OperationalError
from django.test import Client
from tests.web.plans.conftest import held, write

from nvap.web.plans.models import Draft

CHANGE = "/plan/activity/A1a/change/"
OUTPUT = "A1a--output--external--"

pytestmark = pytest.mark.django_db


def document(plan: Any) -> Any:
    from nvap.web.plans.document import document_of

    return document_of(plan)


def opened(client: Client, address: str = CHANGE) -> dict[str, Any]:
    """The form as a browser holds it, with its writer and its token."""
    page = client.get(address).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(writer|csrfmiddlewaretoken)" value="([^"]+)"', page))
    return held(client, address) | hidden


def sign_in(client: Client, address: str, email: str = "alice@northshire.example") -> Any:
    """Somebody, mostly Alice, signs in on the page that they were led to; what they see then."""
    page = client.get(address).content.decode()
    following = html.unescape(re.search(r'name="next" value="([^"]*)"', page)[1])  # type: ignore[index]
    asked = {"login": email, "password": "three words together", "next": following}
    return client.post(address, asked)


@pytest.fixture
def alice_with_password(alice_lead: Any) -> Any:
    alice_lead.set_password("three words together")
    alice_lead.save()
    return alice_lead


@pytest.mark.parametrize("gone", ["idle", "whole"])
def test_alice_signs_in_again_and_finds_her_text_at_its_field(
    browse: Any, alice_with_password: Any, plan: Any, gone: str
) -> None:
    client = browse(alice_with_password)
    form = opened(client)
    if gone == "idle":
        session = client.session
        session["began"] = session["seen"] = session.get("seen", 0) - 3600
        session.save()
    else:
        client.cookies.pop("sessionid")

    led = client.post(CHANGE, form | {OUTPUT: "One rule for flags."})

    assert led.status_code == 302
    assert unquote(led["Location"]) == f"/sign-in/?next={CHANGE}#id_{OUTPUT}"
    assert document(plan).text("A1a", "output", "external") == ""
    assert "your text is kept" in client.get(led["Location"]).content.decode()
    back = sign_in(client, led["Location"])
    assert back["Location"] == f"{CHANGE}#id_{OUTPUT}"
    assert held(client, CHANGE)[OUTPUT] == "One rule for flags."


def test_the_text_comes_back_to_nobody_else(browse: Any, alice_lead: Any, bob_lead: Any, plan: Any) -> None:
    alice = browse(alice_lead)
    form = opened(alice)
    alice.cookies.pop("sessionid")
    alice.post(CHANGE, form | {OUTPUT: "One rule for flags."})

    assert held(browse(bob_lead), CHANGE)[OUTPUT] == ""
    assert {each.user for each in Draft.objects.all()} == {alice_lead}


@pytest.mark.usefixtures("plan")
def test_a_word_that_the_server_did_not_sign_keeps_nothing(browse: Any, alice_lead: Any) -> None:
    alice = browse(alice_lead)
    form = opened(alice)
    alice.cookies.pop("sessionid")

    for word in ("", "nobody", form["writer"][:-1] + "x"):
        led = alice.post(CHANGE, form | {OUTPUT: "Planted.", "writer": word})
        assert led["Location"].startswith("/sign-in/")

    assert not Draft.objects.exists()


@pytest.mark.usefixtures("plan")
def test_another_site_cannot_send_the_form(browse: Any, alice_lead: Any) -> None:
    alice = browse(alice_lead, enforce_csrf_checks=True)
    form = opened(alice)
    alice.cookies.pop("sessionid")

    answer = alice.post(CHANGE, form | {OUTPUT: "Planted.", "csrfmiddlewaretoken": "x" * 64})

    assert answer.status_code == 403
    assert not Draft.objects.exists()


@pytest.mark.usefixtures("plan")
def test_a_page_opened_before_alice_signed_in_again_brings_its_text_back(browse: Any, alice_lead: Any) -> None:
    alice = browse(alice_lead, enforce_csrf_checks=True)
    form = opened(alice)
    alice.cookies.pop("csrftoken")
    alice.get(CHANGE)

    led = alice.post(CHANGE, form | {OUTPUT: "One rule for flags."})

    assert led["Location"] == f"{CHANGE}#id_{OUTPUT}"
    assert "Your text is in the form" in alice.get(CHANGE).content.decode()
    assert held(alice, CHANGE)[OUTPUT] == "One rule for flags."


def test_last_months_words_that_nobody_touched_become_no_draft(
    browse: Any, alice_with_password: Any, plan: Any
) -> None:
    january = {("A1a", "progress", side, "2026-01-01"): "Half.\nOf them." for side in ("organisational", "external")}
    write(plan, alice_with_password, {("A1a", "decision"): "will-do", **january})
    alice = browse(alice_with_password)
    address = "/plan/progress/2026-02-01/A1a/"
    form = opened(alice, address)
    steps = "A1a--next_steps--external--2026-02-01"
    touched = form | {name: text.replace("\n", "\r\n") for name, text in form.items()} | {steps: "Train."}

    alice.post(address, touched | {"act": "later"})
    assert [each.field for each in Draft.objects.all()] == ["next_steps"]
    alice.post(address, touched | {steps: "", "act": "later"})
    assert not Draft.objects.exists()

    alice.cookies.pop("sessionid")
    led = alice.post(address, touched)

    assert [each.field for each in Draft.objects.all()] == ["next_steps"]
    assert unquote(led["Location"]).endswith(f"#id_{steps}")


def test_a_risk_that_is_only_being_written_comes_back_too(browse: Any, alice_lead: Any, plan: Any) -> None:
    alice = browse(alice_lead)
    form = opened(alice, "/plan/consequences/own/")
    alice.cookies.pop("sessionid")

    alice.post("/plan/consequences/own/", form | {"own-x1--text----": "Officers stop using the flag."})

    assert held(browse(alice_lead), "/plan/consequences/own/")["own-x1--text----"] == "Officers stop using the flag."


def test_alice_signs_out_while_she_writes_and_finds_her_text_at_its_field_without_a_script(
    browse: Any, alice_with_password: Any, plan: Any
) -> None:
    client = browse(alice_with_password)

    out = client.post(CHANGE, opened(client) | {OUTPUT: "x" * 6000, "A1a--start----": "next spring", "act": "leave"})
    led = client.post(out["Location"])
    back = sign_in(client, led["Location"])

    assert back["Location"].startswith(f"{CHANGE}#id_A1a--")
    assert held(client, CHANGE)[OUTPUT] == "x" * 6000
    assert held(client, CHANGE)["A1a--start----"] == "next spring"


def test_the_way_out_from_a_page_of_the_plan_leads_back_to_it(browse: Any, alice_with_password: Any, plan: Any) -> None:
    client = browse(alice_with_password)
    address = html.unescape(re.search(r'href="(/sign-out/[^"]*)"', client.get(CHANGE).content.decode())[1])  # type: ignore[index]

    led = client.post(address)

    assert sign_in(client, led["Location"])["Location"] == CHANGE


@pytest.mark.parametrize("act", ["save", "later"])
def test_when_the_disk_is_full_the_text_stays_in_the_form_and_the_page_says_so(
    browse: Any, alice_lead: Any, plan: Any, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    from nvap.web.plans import editing

    def fail(**_: Any) -> None:
        raise OperationalError("database or disk is full")

    client = browse(alice_lead)
    form = opened(client)
    monkeypatch.setattr(editing.saving.journal, "write", fail)
    monkeypatch.setattr(editing.drafts, "keep", fail)

    answer = client.post(CHANGE, form | {OUTPUT: "One rule for flags.", "act": act})

    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "Not saved: the disk is full" in page
    assert "One rule for flags.</textarea>" in page
    assert document(plan).text("A1a", "output", "external") == ""


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("/plan/comment/?place=A1a--output--external--", "text"),
        ("/plan/send/", "note"),
        ("/plan/review/", "comment--A1a--decision----"),
        ("/plan/review/", "note"),
    ],
)
def test_a_comment_and_a_note_come_back_after_signing_in(sent: Any, browse: Any, address: str, box: str) -> None:
    client = browse(sent[address])
    page = client.get(address).content.decode()
    form = dict(re.findall(r'<input type="hidden" name="(writer|version|place)" value="([^"]*)"', page))
    client.cookies.pop("sessionid")

    led = client.post(address, form | {box: "Which teams, and since when?"})
    back = sign_in(client, led["Location"], sent[address].email)

    assert unquote(back["Location"]) == f"{address}#{box}"
    assert "Which teams, and since when?" in client.get(address).content.decode()


@pytest.fixture
def sent(alice_with_password: Any, bob_lead: Any, chris_chief: Any, plan: Any, request: Any) -> Any:
    """Who may write on each page; for the page of the sign-off, the plan has been sent."""
    chris_chief.set_password("three words together")
    chris_chief.save()
    write(plan, bob_lead, {("A1a", "decision", "", ""): "will-do", ("about", "approver", "", ""): str(chris_chief.pk)})
    from nvap.web.plans.actions import reviewing

    if "review" in request.node.callspec.params["address"]:
        reviewing.send(plan=plan, by=bob_lead, note="")
    asked = ("/plan/comment/?place=A1a--output--external--", "/plan/send/")
    return dict.fromkeys(asked, alice_with_password) | {"/plan/review/": chris_chief}


def test_a_kept_comment_is_gone_once_it_is_made(browse: Any, alice_with_password: Any, plan: Any) -> None:
    client, address = browse(alice_with_password), "/plan/comment/?place=A1a--output--external--"
    page = client.get(address).content.decode()
    form = dict(re.findall(r'<input type="hidden" name="(writer|place)" value="([^"]*)"', page))
    client.cookies.pop("sessionid")
    led = client.post(address, form | {"text": "Which teams?"})
    sign_in(client, led["Location"])

    client.post(address, form | {"text": "Which teams?"})

    assert Draft.objects.count() == 0
    assert client.get(address).content.decode().count("Which teams?") == 1
