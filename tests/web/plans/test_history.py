"""Every version is there to read; two are compared in words; what was signed off has a page for good."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from tests.web.plans.conftest import write

from nvap import packs
from nvap.plan.document import Place
from nvap.web.journal.models import Entry
from nvap.web.plans.actions import redacting, reviewing
from nvap.web.plans.document import document_of
from nvap.web.plans.models import Comment, Plan, Save, Snapshot, StoredFile

Browse = Callable[..., Client]
OUTPUT = ("A1a", "output", "external")
ADDRESS = "A1a--output--external--"
AT_MOST = 15


@pytest.fixture
def written(plan: Any, alice_lead: Any, bob_lead: Any, chris_chief: Any) -> Any:
    """A plan of which Alice and Bob have made three versions; Chris signs it off."""
    write(plan, alice_lead, {("about", "approver"): str(chris_chief.pk), OUTPUT: "One rule for flags"})
    write(plan, bob_lead, {OUTPUT: "One simple rule for flags"}, reason="The board asked")
    return plan


@pytest.fixture
def signed(written: Any, alice_lead: Any, chris_chief: Any) -> Any:
    """The same, sent and signed off."""
    reviewing.send(plan=written, by=alice_lead)
    reviewing.sign_off(plan=written, by=chris_chief, pack=packs.pack(), version=written.saves, note="Good")
    return written


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_the_history_says_who_when_how_and_why(browse: Browse, ben_analyst: Any, written: Any) -> None:
    shown = page(browse(ben_analyst), "/plan/history/")

    assert "The board asked" in shown
    assert "Bob Lead" in shown
    assert "when the plan was started" in shown


def test_each_version_is_there_to_read_as_it_was(browse: Browse, ben_analyst: Any, written: Any) -> None:
    client = browse(ben_analyst)

    assert "One rule for flags" in page(client, "/plan/history/2/")
    assert "One simple rule for flags" in page(client, "/plan/history/3/")
    assert client.get("/plan/history/4/").status_code == 404


def test_two_versions_are_compared_word_by_word_with_who_and_why(
    browse: Browse, ben_analyst: Any, written: Any
) -> None:
    shown = page(browse(ben_analyst), "/plan/compare/?from=3&to=2")

    assert "<ins>" in shown
    assert " simple</ins>" in shown
    assert "Bob Lead" in shown
    assert "Why: The board asked" in shown


def test_every_save_between_two_versions_is_named(browse: Browse, ben_analyst: Any, written: Any) -> None:
    shown = page(browse(ben_analyst), "/plan/compare/?from=1&to=3")

    assert "Alice Lead, " in shown
    assert "Bob Lead, " in shown


@pytest.mark.parametrize("asked", ["from=1&to=99", "from=0&to=-2", "from=a&to=99999999999999999999"])
def test_a_version_that_never_was_is_not_found(browse: Browse, ben_analyst: Any, written: Any, asked: str) -> None:
    assert browse(ben_analyst).get(f"/plan/compare/?{asked}").status_code == 404


def test_alice_puts_an_earlier_text_back_with_a_reason(browse: Browse, alice_lead: Any, written: Any) -> None:
    client = browse(alice_lead)
    asked = {"place": ADDRESS, "version": "2"}
    assert "One rule for flags" in page(client, f"/plan/restore/?place={ADDRESS}&version=2")

    assert "Say why it is put back" in client.post("/plan/restore/", asked).content.decode()
    client.post("/plan/restore/", asked | {"reason": "It was clearer"})

    assert document_of(written).text(*OUTPUT) == "One rule for flags"
    last = Save.objects.filter(plan=written).first()
    assert last is not None
    assert (last.how, last.reason, last.number) == ("restored", "It was clearer", 4)


def test_what_was_removed_is_put_back(browse: Browse, alice_lead: Any, written: Any) -> None:
    write(written, alice_lead, {("A1a", "standing"): "removed"}, reason="Not ours")

    asked = {"place": "A1a--standing----", "version": "3", "reason": "Ours after all"}
    browse(alice_lead).post("/plan/restore/", asked)

    assert not document_of(written).is_removed("A1a")


def test_chris_reads_what_changed_and_returns_it_with_a_comment_beside_the_field(
    browse: Browse, alice_lead: Any, chris_chief: Any, written: Any
) -> None:
    reviewing.send(plan=written, by=alice_lead, note="Have a look")
    client = browse(chris_chief)
    shown = page(client, "/plan/review/")
    assert "Have a look" in shown
    assert f'name="comment--{ADDRESS}"' in shown

    asked = {"act": "return", "version": str(written.saves), f"comment--{ADDRESS}": "Which flags?"}
    client.post("/plan/review/", asked)

    assert Plan.objects.get(pk=written.pk).state == "returned"
    assert "Which flags?" in page(browse(alice_lead), "/plan/activity/A1a/change/")


def test_chris_signs_it_off_and_the_page_is_there_for_good(
    browse: Browse, alice_lead: Any, chris_chief: Any, written: Any
) -> None:
    reviewing.send(plan=written, by=alice_lead)

    asked = {"act": "sign-off", "version": str(written.saves), "note": "Good"}
    shown = browse(chris_chief).post("/plan/review/", asked, follow=True).content.decode()

    assert Snapshot.objects.get().content_hash in shown
    assert "One simple rule for flags" in shown
    assert "Chris Chief" in shown


def test_the_files_of_a_sign_off_are_the_ones_made_then_and_taking_one_is_journalled(
    browse: Browse, ines_inspector: Any, signed: Any
) -> None:
    for file in StoredFile.objects.filter(snapshot__plan=signed):
        taken = browse(ines_inspector).get(f"/plan/signed-off/1/{file.kind}")

        assert sha256(taken.content).hexdigest() == file.sha256
        assert Entry.objects.order_by("-seq").first().reason == f"sign-off 1, {file.kind}"
    assert browse(ines_inspector).get("/plan/signed-off/1/pdf").content.startswith(b"%PDF")


def test_alice_who_wrote_it_finds_no_button_to_sign_it(browse: Browse, alice_lead: Any, written: Any) -> None:
    reviewing.send(plan=written, by=alice_lead)
    client = browse(alice_lead)

    assert 'value="sign-off"' not in page(client, "/plan/review/")
    shown = client.post("/plan/review/", {"act": "sign-off", "version": str(written.saves)}).content.decode()

    assert "somebody else signs it off" in shown
    assert not Snapshot.objects.exists()


def test_ben_who_may_not_sign_cannot_answer(browse: Browse, alice_lead: Any, ben_analyst: Any, written: Any) -> None:
    reviewing.send(plan=written, by=alice_lead)

    browse(ben_analyst).post("/plan/review/", {"act": "sign-off", "version": str(written.saves)})

    assert Plan.objects.get(pk=written.pk).state == "in-review"


def test_what_was_signed_off_stays_as_it_was(browse: Browse, alice_lead: Any, signed: Any) -> None:
    reviewing.reopen(plan=signed, by=alice_lead, reason="New rules")
    write(signed, alice_lead, {OUTPUT: "Entirely different"}, reason="New rules")

    shown = page(browse(alice_lead), "/plan/signed-off/1/")

    assert "One simple rule for flags" in shown
    assert "Entirely different" not in shown


def test_a_later_sign_off_is_named_on_the_page_of_an_earlier_one(
    browse: Browse, alice_lead: Any, chris_chief: Any, ines_inspector: Any, signed: Any
) -> None:
    reviewing.reopen(plan=signed, by=alice_lead, reason="New rules")
    write(signed, alice_lead, {OUTPUT: "Another rule for flags"}, reason="New rules")
    reviewing.send(plan=signed, by=alice_lead)
    reviewing.sign_off(plan=signed, by=chris_chief, pack=packs.pack(), version=signed.saves)

    assert 'href="/plan/signed-off/2/"' in page(browse(alice_lead), "/plan/signed-off/1/")
    assert "Another" in page(browse(ines_inspector), "/plan/compare/?from=3&to=4")
    assert browse(ines_inspector).get("/plan/compare/?from=2&to=4").status_code == 404


def test_a_hash_that_a_redaction_made_void_is_said_to_be_void(browse: Browse, alice_lead: Any, signed: Any) -> None:
    old = Snapshot.objects.get().content_hash

    asked = {"place": ADDRESS, "words": "simple", "reason": "Not a word for it"}
    shown = browse(alice_lead).post("/plan/redact/", asked, follow=True).content.decode()
    assert "Not a word for it" in shown
    assert "One simple" not in shown

    shown = page(browse(alice_lead), "/plan/signed-off/1/")
    assert f"<del>{old}</del>" in shown
    assert "void since" in shown
    assert "One [redacted] rule" in shown


def test_ines_is_led_to_what_was_signed_off_and_to_nothing_else(
    browse: Browse, ines_inspector: Any, signed: Any
) -> None:
    client = browse(ines_inspector)

    assert "Sign-off 1" in client.get("/plan/", follow=True).content.decode()
    for address in ("/plan/history/", "/plan/history/2/", "/plan/review/", "/plan/send/", "/plan/redact/"):
        assert client.get(address).status_code == 403, address


def test_omar_of_another_force_finds_none_of_it(
    browse: Browse, omar_of_another_force: Any, chris_chief: Any, signed: Any
) -> None:
    made = Comment.objects.create(plan=signed, key="A1a", text="Which?", by=chris_chief)
    client = browse(omar_of_another_force)

    for address in ("/plan/signed-off/1/", "/plan/signed-off/1/pdf", "/plan/history/1/", "/plan/compare/"):
        assert client.get(address).status_code == 404, address
    assert client.post(f"/plan/comment/{made.pk}/settle/").status_code == 404


def test_chris_opens_it_again_and_the_reason_stands_on_the_page(browse: Browse, chris_chief: Any, signed: Any) -> None:
    client = browse(chris_chief)

    assert "Say why" in client.post("/plan/reopen/", {"reason": ""}, follow=True).content.decode()
    client.post("/plan/reopen/", {"reason": "The board asked"})

    assert Plan.objects.get(pk=signed.pk).state == "reopened"
    assert "The board asked" in page(client, "/plan/review/")


def test_olga_comments_on_a_field_and_alice_settles_it(
    browse: Browse, alice_lead: Any, olga_owner: Any, written: Any
) -> None:
    browse(olga_owner).post("/plan/comment/", {"place": ADDRESS, "text": "Which flags?"})
    made = Comment.objects.get()

    assert "Which flags?" in page(browse(alice_lead), "/plan/activity/A1a/change/")
    shown = browse(alice_lead).post(f"/plan/comment/{made.pk}/settle/", follow=True).content.decode()

    assert "Settled by Alice Lead" in shown


def test_the_missing_approver_is_said_on_the_plans_first_page(browse: Browse, alice_lead: Any, plan: Any) -> None:
    assert "Nobody is named who signs the plan off" in page(browse(alice_lead), "/plan/")
    assert "Nobody is named who signs the plan off" in page(browse(alice_lead), "/plan/send/")


def test_words_taken_out_of_a_version_are_not_put_back(browse: Browse, alice_lead: Any, written: Any) -> None:
    redacting.redact(
        plan=written, pack=packs.pack(), place=Place(*OUTPUT), by=alice_lead, reason="Mistake", words="simple"
    )
    write(written, alice_lead, {OUTPUT: "Something else"})

    asked = {"place": ADDRESS, "version": "3", "reason": "It was clearer"}
    shown = browse(alice_lead).post("/plan/restore/", asked).content.decode()

    assert "cannot be put back" in shown


@pytest.mark.parametrize(
    "address",
    [
        "/plan/review/", "/plan/history/", "/plan/history/3/", "/plan/compare/?from=1&to=3", "/plan/signed-off/",
        "/plan/signed-off/1/", "/plan/comment/", "/plan/redact/", "/plan/send/",
    ],
)  # fmt: skip
def test_each_page_asks_the_database_a_few_times_only(
    address: str, browse: Browse, alice_lead: Any, signed: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        Comment.objects.create(plan=signed, key="A1a", field="output", text=f"Comment {number}", by=alice_lead)
    client = browse(alice_lead)

    with django_assert_max_num_queries(AT_MOST):
        assert client.get(address).status_code == 200
