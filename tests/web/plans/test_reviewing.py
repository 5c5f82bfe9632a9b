"""A plan is sent, returned with comments, signed off, and opened again: who may, and what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from tests.web.plans.conftest import write

from nvap import packs
from nvap.errors import UsageFault
from nvap.plan.document import Place
from nvap.plan.snapshot import content_hash, thawed
from nvap.web.journal.models import Act, Entry
from nvap.web.plans import history
from nvap.web.plans.actions import commenting, reviewing
from nvap.web.plans.actions.reviewing import Said
from nvap.web.plans.actions.saving import Locked, ReasonNeeded
from nvap.web.plans.document import document_of
from nvap.web.plans.models import Comment, Plan, PlanSettings, Review, Snapshot

OUTPUT = ("A1a", "output", "external")


@pytest.fixture
def sent(plan: Any, alice_lead: Any, chris_chief: Any) -> Any:
    """The plan as Alice wrote it and sent it to Chris."""
    write(plan, alice_lead, {("about", "approver"): str(chris_chief.pk), OUTPUT: "One rule for flags"})
    reviewing.send(plan=plan, by=alice_lead, note="The first plan")
    return plan


def sign(plan: Any, by: Any) -> Any:
    return reviewing.sign_off(plan=plan, by=by, pack=packs.pack(), version=plan.saves)


def test_a_plan_without_an_approver_cannot_be_sent(plan: Any, alice_lead: Any) -> None:
    with pytest.raises(UsageFault, match="Nobody is named who signs"):
        reviewing.send(plan=plan, by=alice_lead)


def test_a_plan_whose_approver_has_left_cannot_be_sent(plan: Any, alice_lead: Any, chris_chief: Any) -> None:
    write(plan, alice_lead, {("about", "approver"): str(chris_chief.pk)})
    membership = chris_chief.memberships.get()
    type(membership).objects.filter(pk=membership.pk).update(until="2020-01-01")

    with pytest.raises(UsageFault, match="Chris Chief is named"):
        reviewing.send(plan=plan, by=alice_lead)


def test_while_it_waits_nobody_writes_in_it(sent: Any, alice_lead: Any) -> None:
    with pytest.raises(Locked):
        write(sent, alice_lead, {OUTPUT: "Another"})


def test_only_the_sender_takes_it_back(sent: Any, alice_lead: Any, bob_lead: Any) -> None:
    with pytest.raises(UsageFault, match="Only whoever sent"):
        reviewing.withdraw(plan=sent, by=bob_lead)

    reviewing.withdraw(plan=sent, by=alice_lead)

    assert Plan.objects.get(pk=sent.pk).state == "draft"


def test_chris_returns_it_with_a_comment_beside_the_field(sent: Any, chris_chief: Any) -> None:
    reviewing.return_(plan=sent, by=chris_chief, version=sent.saves, comments=[Said(Place(*OUTPUT), "Which flags?")])

    assert Plan.objects.get(pk=sent.pk).state == "returned"
    comment = Comment.objects.get()
    assert (comment.key, comment.field, comment.side, comment.review.outcome) == (*OUTPUT, "returned")


def test_a_return_says_what_has_to_change(sent: Any, chris_chief: Any) -> None:
    with pytest.raises(UsageFault, match="Say what has to change"):
        reviewing.return_(plan=sent, by=chris_chief, version=sent.saves)


def test_signing_off_freezes_the_version_with_its_hash(sent: Any, chris_chief: Any) -> None:
    snapshot = sign(sent, chris_chief)

    document, _measured = thawed(snapshot.document)
    assert document.text(*OUTPUT) == "One rule for flags"
    assert document.version == snapshot.version == sent.saves
    assert snapshot.content_hash == content_hash(snapshot.document)
    assert Entry.objects.order_by("-seq").first().act == Act.SIGN_OFF


def test_alice_who_wrote_it_signs_it_only_where_the_force_has_set_that(sent: Any, alice_lead: Any) -> None:
    with pytest.raises(UsageFault, match="somebody else signs"):
        sign(sent, alice_lead)

    PlanSettings.objects.create(force=sent.force, self_approval=True)

    assert sign(sent, alice_lead).signed_by == alice_lead


def test_the_author_stays_the_author(sent: Any, chris_chief: Any) -> None:
    document, _measured = thawed(sign(sent, chris_chief).document)

    assert document.texts[Place(*OUTPUT)].by == "Alice Lead"


def test_another_version_than_the_one_sent_is_not_signed(sent: Any, chris_chief: Any) -> None:
    with pytest.raises(UsageFault, match="Another version"):
        reviewing.sign_off(plan=sent, by=chris_chief, pack=packs.pack(), version=sent.saves - 1)

    assert not Snapshot.objects.exists()


def test_after_sign_off_it_is_opened_again_with_a_reason_and_changes_need_one(
    sent: Any, alice_lead: Any, chris_chief: Any
) -> None:
    sign(sent, chris_chief)
    with pytest.raises(UsageFault, match="Say why"):
        reviewing.reopen(plan=sent, by=alice_lead, reason=" ")

    reviewing.reopen(plan=sent, by=alice_lead, reason="The board asked")

    with pytest.raises(ReasonNeeded):
        write(sent, alice_lead, {OUTPUT: "Two rules"})
    assert write(sent, alice_lead, {OUTPUT: "Two rules"}, reason="The board asked")


def test_a_plan_taken_back_after_it_was_opened_again_is_still_open(
    sent: Any, alice_lead: Any, chris_chief: Any
) -> None:
    sign(sent, chris_chief)
    reviewing.reopen(plan=sent, by=alice_lead, reason="The board asked")
    reviewing.send(plan=sent, by=alice_lead)

    reviewing.withdraw(plan=sent, by=alice_lead)

    assert Plan.objects.get(pk=sent.pk).state == "reopened"


@pytest.mark.parametrize("act", ["send", "withdraw", "return_", "sign_off", "reopen"])
def test_if_the_journal_cannot_be_written_nothing_happens(
    act: str, plan: Any, alice_lead: Any, chris_chief: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(plan, alice_lead, {("about", "approver"): str(chris_chief.pk)})
    if act != "send":
        reviewing.send(plan=plan, by=alice_lead)
    if act == "reopen":
        sign(plan, chris_chief)
    before = _all(plan)
    asked: dict[str, dict[str, Any]] = {
        "send": {"by": alice_lead},
        "withdraw": {"by": alice_lead},
        "return_": {"by": chris_chief, "version": plan.saves, "note": "No", "comments": [Said(Place("A1a", ""), "?")]},
        "sign_off": {"by": chris_chief, "version": plan.saves, "pack": packs.pack()},
        "reopen": {"by": alice_lead, "reason": "Why not"},
    }

    def fail(**_line: Any) -> None:
        raise OSError("no journal")

    monkeypatch.setattr(reviewing.journal, "write", fail)
    with pytest.raises(OSError, match="no journal"):
        getattr(reviewing, act)(plan=plan, **asked[act])

    assert _all(plan) == before


def _all(plan: Any) -> Any:
    return (
        Plan.objects.get(pk=plan.pk).state,
        list(Review.objects.values_list("outcome", "decided_by")),
        Snapshot.objects.count(),
        Comment.objects.count(),
    )


def test_an_approver_whose_role_may_not_sign_is_said_to_be_none(plan: Any, alice_lead: Any, ben_analyst: Any) -> None:
    write(plan, alice_lead, {("about", "approver"): str(ben_analyst.pk)})

    with pytest.raises(UsageFault, match="their role may not"):
        reviewing.send(plan=plan, by=alice_lead)


def test_a_comment_stands_or_falls_with_its_journal_line(
    plan: Any, alice_lead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = commenting.comment(plan=plan, place=Place(*OUTPUT), text="Which?", by=alice_lead)
    line = Entry.objects.order_by("-seq").first()
    assert line is not None
    assert line.reason == "comment added: A1a output external"

    def fail(**_line: Any) -> None:
        raise OSError("no journal")

    monkeypatch.setattr(commenting.journal, "write", fail)
    with pytest.raises(OSError, match="no journal"):
        commenting.comment(plan=plan, place=Place(*OUTPUT), text="And which else?", by=alice_lead)
    with pytest.raises(OSError, match="no journal"):
        commenting.settle(comment=made, by=alice_lead)

    assert [(each.text, each.settled_at) for each in Comment.objects.all()] == [("Which?", None)]


def test_the_journal_says_what_was_done_and_nothing_of_what_is_written(sent: Any, chris_chief: Any) -> None:
    reviewing.return_(plan=sent, by=chris_chief, version=sent.saves, note="Rather not", comments=[])

    told = " ".join(Entry.objects.values_list("reason", flat=True))
    assert "sent for sign-off" in told
    assert "returned for changes, with 0 comments" in told
    for words in ("One rule for flags", "The first plan", "Rather not"):
        assert words not in told


def test_what_chris_says_beside_a_field_is_kept_when_he_signs_off(sent: Any, chris_chief: Any, browse: Any) -> None:
    said = {"act": "sign-off", "version": str(sent.saves), "comment--A1a--output--external--": "Next time say which."}
    browse(chris_chief).post("/plan/review/", said)

    comment = Comment.objects.get(plan=sent)
    assert (comment.text, comment.review.outcome) == ("Next time say which.", "signed-off")


def test_a_comment_stays_in_its_box_when_the_answer_came_too_late(sent: Any, chris_chief: Any, browse: Any) -> None:
    said = {"act": "return", "version": "999", "comment--A1a--output--external--": "Which flags?"}
    page = browse(chris_chief).post("/plan/review/", said).content.decode()

    assert "Nothing was done" in page
    assert "Which flags?</textarea>" in page
    assert not Comment.objects.filter(plan=sent).exists()


def test_the_plan_is_read_in_the_order_of_its_form(plan: Any, alice_lead: Any) -> None:
    sides = {("A1a", "output", side): "Said" for side in ("external", "organisational")}
    write(plan, alice_lead, {("about", "success"): "Fewer", ("about", "why"): "Because", **sides})

    read = [each.place for part in history.whole(packs.pack(), document_of(plan)) for each in part.filled]

    assert read.index(Place("about", "why")) < read.index(Place("about", "success"))
    assert read.index(Place("A1a", "output", "organisational")) < read.index(Place("A1a", "output", "external"))
