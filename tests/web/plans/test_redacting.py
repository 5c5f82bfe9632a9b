"""Words that should never have been typed are taken out of everything that is kept; the tombstone stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.web.plans.conftest import person, write

from nvap import packs
from nvap.errors import UsageFault
from nvap.plan.document import Place
from nvap.plan.snapshot import content_hash
from nvap.web.journal.models import Act, Entry
from nvap.web.plans import drafts, signed
from nvap.web.plans.actions import commenting, redacting, reviewing, starting
from nvap.web.plans.actions.saving import NewThing, Stale, Typed, save
from nvap.web.plans.document import document_of, versions_of
from nvap.web.plans.models import Comment, Draft, Redaction, Save, Snapshot, StoredFile, Text, Upload, VoidHash

OUTPUT = Place("A1a", "output", "external")
CANARY = "Zephyrine Quillfeather"


@pytest.fixture
def canary(plan: Any, alice_lead: Any, chris_chief: Any) -> Any:
    """A plan in which a name was typed nearly everywhere, and which was signed off so."""
    fill(plan, alice_lead, chris_chief)
    return plan


def fill(plan: Any, alice: Any, chris: Any) -> None:
    output = ("A1a", "output", "external")
    write(plan, alice, {("about", "approver"): str(chris.pk), output: f"Told by {CANARY} herself"}, accepted=True)
    write(plan, alice, {output: "Told by a survivor"}, reason=f"{CANARY} asked", accepted=True)
    write(plan, alice, {("A1b", "output", "external"): f"As {CANARY.upper()} said"}, accepted=True)
    drafts.keep(plan=plan, user=alice, typed=[Typed(Place("A1b", "risks", "external"), f"{CANARY} again", 0)])
    commenting.comment(plan=plan, place=OUTPUT, text=f"Who is {CANARY}?", by=chris)
    Upload.objects.create(plan=plan, by=alice, name="plan.xlsx", kind="workbook", read={"rows": [[f"x {CANARY}"]]})
    reviewing.send(plan=plan, by=alice, note=f"With {CANARY}")
    reviewing.sign_off(plan=plan, by=chris, pack=packs.pack(), version=plan.saves, note=f"{CANARY}, too")


def take_out(plan: Any, by: Any, **more: Any) -> Any:
    asked = {"place": OUTPUT, "reason": "A name was typed", "words": CANARY} | more
    return redacting.redact(plan=plan, pack=packs.pack(), by=by, **asked)


def test_the_words_are_gone_from_every_version_and_everything_beside_it(canary: Any, alice_lead: Any) -> None:
    made = take_out(canary, alice_lead)

    told = [each.text for each in versions_of(canary, OUTPUT)]
    assert told == ["Told by [redacted] herself", "Told by a survivor"]
    assert document_of(canary).text("A1b", "output", "external") == "As [redacted] said"
    assert Draft.objects.get().text == "[redacted] again"
    assert Comment.objects.get().text == "Who is [redacted]?"
    assert Save.objects.get(number=3).reason == "[redacted] asked"
    assert Upload.objects.get().read == {"rows": [["x [redacted]"]]}
    assert CANARY.casefold() not in Snapshot.objects.get().document.casefold()
    assert made.replaced == 9


def test_what_was_signed_off_gets_a_new_hash_and_the_old_one_is_void(canary: Any, alice_lead: Any) -> None:
    before = Snapshot.objects.get().content_hash

    take_out(canary, alice_lead)

    snapshot = Snapshot.objects.get()
    void = VoidHash.objects.get(what="document")
    assert snapshot.content_hash == content_hash(snapshot.document) != before
    assert (void.old, void.new) == (before, snapshot.content_hash)


def test_stored_files_are_made_again_from_what_is_left(
    canary: Any, alice_lead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(_pack: Any, document: Any, _measured: Any) -> dict[str, bytes]:
        return {"pdf": " ".join(each.text for each in document.texts.values()).encode()}

    monkeypatch.setattr(signed, "files_of", told)
    StoredFile.objects.all().delete()
    old = b"As Zephyrine said"
    StoredFile.objects.create(snapshot=Snapshot.objects.get(), kind="pdf", content=old, sha256=signed.hash_of(old))

    take_out(canary, alice_lead)

    file = StoredFile.objects.get()
    assert b"As [redacted] said" in bytes(file.content)
    assert VoidHash.objects.get(what="pdf").new == file.sha256 == signed.hash_of(bytes(file.content))


def test_without_words_the_whole_place_is_taken_out_in_all_versions(canary: Any, alice_lead: Any) -> None:
    take_out(canary, alice_lead, words="")

    assert {each.text for each in versions_of(canary, OUTPUT)} == {"[redacted]"}
    assert all(each.redacted for each in versions_of(canary, OUTPUT))


def test_what_was_measured_for_a_sign_off_no_longer_repeats_a_text_that_was_taken_out(
    plan: Any, alice_lead: Any, chris_chief: Any
) -> None:
    title = ("own-m1", "title")
    write(
        plan,
        alice_lead,
        {("about", "approver"): str(chris_chief.pk), title: "Zed"},
        new=[NewThing("own-m1", "measure", "O1")],
        accepted=True,
    )
    reviewing.send(plan=plan, by=alice_lead)
    reviewing.sign_off(plan=plan, by=chris_chief, pack=packs.pack(), version=plan.saves)
    assert Snapshot.objects.get().document.count('"Zed"') == 2

    take_out(plan, alice_lead, place=Place(*title), words="")

    assert "Zed" not in Snapshot.objects.get().document


def test_the_tombstone_and_the_journal_keep_who_and_why_and_not_the_words(canary: Any, alice_lead: Any) -> None:
    take_out(canary, alice_lead)

    tombstone = Redaction.objects.get()
    line = Entry.objects.order_by("-seq").first()
    assert (tombstone.by, tombstone.reason, tombstone.key) == (alice_lead, "A name was typed", "A1a")
    assert line.act == Act.ERASE
    assert line.reason.endswith("because: A name was typed")
    assert CANARY not in line.reason


def test_a_reason_that_repeats_the_words_or_words_that_stand_nowhere_are_refused(canary: Any, alice_lead: Any) -> None:
    for asked in ({"reason": ""}, {"reason": f"{CANARY} is named"}, {"words": "nowhere at all"}, {"words": "x"}):
        with pytest.raises(UsageFault):
            take_out(canary, alice_lead, **asked)

    assert not Redaction.objects.exists()


def test_somebody_who_has_the_words_still_open_does_not_put_them_back_unseen(
    plan: Any, alice_lead: Any, bob_lead: Any
) -> None:
    place = ("A1a", "output", "external")
    write(plan, alice_lead, {place: f"Told by {CANARY}"}, accepted=True)
    opened = document_of(plan).texts[OUTPUT].version
    take_out(plan, alice_lead)

    with pytest.raises(Stale):
        save(plan=plan, typed=[Typed(OUTPUT, f"Told by {CANARY}", opened)], by=bob_lead, accepted=True)


def test_a_redaction_whose_journal_line_fails_changes_nothing(
    canary: Any, alice_lead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_line: Any) -> None:
        raise OSError("no journal")

    monkeypatch.setattr(redacting.journal, "write", fail)
    with pytest.raises(OSError, match="no journal"):
        take_out(canary, alice_lead)

    assert Text.objects.filter(text__contains=CANARY).exists()
    assert CANARY in Snapshot.objects.get().document
    assert not VoidHash.objects.exists()


def test_no_byte_of_the_words_is_left_in_the_database_file(transactional_db: None, workspace: Any) -> None:
    from django.db import connection

    from nvap.plan.periods import regular
    from nvap.web.accounts import actions

    if connection.vendor != "sqlite":
        pytest.skip("a server's files are not ours to read")
    canary_force = workspace.add_force("redactshire", "Redactshire Police")
    force = actions.mirror_forces(forces=[canary_force or workspace.force("redactshire")], by="the tests")[0]
    alice, chris = person(force, "Alice Lead", "nvap_lead"), person(force, "Chris Chief", "chief_officer")
    periods = regular("monthly", date(2026, 1, 1), 12, 14)
    plan = starting.start(force=force, pack=packs.pack(), frequency="monthly", periods=periods, by=alice)
    name = Path(connection.settings_dict["NAME"])
    fill(plan, alice, chris)
    assert CANARY.encode() in written_bytes(name)

    take_out(plan, alice)

    left = written_bytes(name)
    assert CANARY.encode() not in left.replace(b"; because: " + CANARY.encode() + b" asked", b"")
    assert CANARY.upper().encode() not in left


def written_bytes(name: Path) -> bytes:
    """Everything of the database on disk: the file and its write-ahead log."""
    log = name.with_name(name.name + "-wal")
    return name.read_bytes() + (log.read_bytes() if log.exists() else b"")
