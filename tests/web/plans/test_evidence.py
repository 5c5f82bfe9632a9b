"""Evidence of an activity: links and files, each with its date; who may read it, and what is never kept."""

from __future__ import annotations

import io
import zipfile
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web.plans.conftest import held, person, write

from nvap.web.journal.models import Entry
from nvap.web.plans.models import EvidenceFile

ADD = "/plan/evidence/A1a/add/"
LIST = "/plan/evidence/A1a/"
PDF = b"%PDF-1.7\nMinutes of the board"

pytestmark = pytest.mark.django_db


def document(plan: Any) -> Any:
    from nvap.web.plans.document import document_of

    return document_of(plan)


@pytest.fixture
def pursued(plan: Any, alice_lead: Any, olga_owner: Any) -> Any:
    """A plan in which Olga owns A1a."""
    write(plan, alice_lead, {("A1a", "decision"): "will-do", ("A1a", "owner"): str(olga_owner.pk)})
    return plan


@pytest.fixture
def files_on(northshire: Any, carol_admin: Any) -> None:
    """Northshire keeps files of at most 1 MB."""
    from nvap.web.plans.actions.settings import set_rules

    set_rules(force=northshire, self_approval=False, files=True, largest_file_mb=1, by=carol_admin)


def added(client: Any, address: str = ADD, **typed: Any) -> Any:
    """What the form for new evidence answers to what was typed in it."""
    form = held(client, address)
    entry = next(name for name in form if name.endswith("--title----")).split("--")[0]
    texts = {"title": "Minutes of the board", "dated": "2/2/2026", "link": "https://store.northshire.example/1"}
    given = {key: value for key, value in (texts | typed).items() if key in texts}
    more = {key: value for key, value in typed.items() if key not in texts}
    return client.post(address, form | {f"{entry}--{key}----": value for key, value in given.items()} | more)


def office(ending: str, *parts: str) -> SimpleUploadedFile:
    """An Office file that lists these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, "<x/>")
    return SimpleUploadedFile(f"board.{ending}", made.getvalue())


def test_olga_changes_evidence_takes_it_out_with_a_reason_and_puts_it_back(
    browse: Any, pursued: Any, olga_owner: Any
) -> None:
    olga = browse(olga_owner)
    assert added(olga).status_code == 302

    change = "/plan/evidence/A1a/ev-1/change/"
    olga.post(change, held(olga, change) | {"ev-1--dated----": "3/2/2026"})
    assert "Minutes of the board</a>, 3 February 2026" in olga.get(LIST).content.decode()

    standing = "/plan/evidence/A1a/ev-1/standing/"
    assert "Say why." in olga.post(standing, {}).content.decode()
    olga.post(standing, {"reason": "The minutes of another board."})
    page = olga.get(LIST).content.decode()
    assert "No evidence yet" in page
    assert "The minutes of another board." in page

    olga.post(standing, {"reason": "It was the right board."})
    assert "Minutes of the board</a>" in olga.get(LIST).content.decode()


def test_evidence_is_taken_out_while_the_plan_is_signed_off(
    browse: Any, pursued: Any, alice_lead: Any, chris_chief: Any
) -> None:
    from nvap import packs
    from nvap.web.plans.actions import reviewing

    alice = browse(alice_lead)
    added(alice)
    pursued.refresh_from_db()
    write(pursued, alice_lead, {("about", "approver"): str(chris_chief.pk)})
    pursued.refresh_from_db()
    reviewing.send(plan=pursued, by=alice_lead)
    reviewing.sign_off(plan=pursued, by=chris_chief, pack=packs.pack(), version=pursued.saves)

    answer = alice.post("/plan/evidence/A1a/ev-1/standing/", {"reason": "Not ours."})

    assert answer.status_code == 302
    assert document(pursued).is_removed("ev-1")


def test_a_path_on_a_file_share_is_shown_as_text_and_a_link_with_a_password_is_refused(
    browse: Any, pursued: Any, olga_owner: Any
) -> None:
    olga = browse(olga_owner)

    assert added(olga, link=r"\\files\board\minutes.docx").status_code == 302
    refused = added(olga, link="https://olga:secret@store.northshire.example/1")

    page = olga.get(LIST).content.decode()
    assert r"\\files\board\minutes.docx</code>" in page
    assert 'href="\\' not in page
    assert "Take the name and password out" in refused.content.decode()


def test_evidence_has_a_name_a_date_and_a_place_where_it_is_kept(browse: Any, pursued: Any, olga_owner: Any) -> None:
    page = added(browse(olga_owner), title="", dated="", link="").content.decode()

    for words in ("Say what it is.", "Give the date of the evidence.", "Paste the address of the document"):
        assert words in page


def test_the_title_of_evidence_is_screened(browse: Any, pursued: Any, olga_owner: Any) -> None:
    page = added(browse(olga_owner), title="Statement of Mr John Smith").content.decode()

    assert "Look again: this may identify somebody" in page
    assert not document(pursued).of("evidence")


def test_a_force_keeps_no_files_until_it_says_so(browse: Any, pursued: Any, olga_owner: Any) -> None:
    olga = browse(olga_owner)
    assert 'type="file"' not in olga.get(ADD).content.decode()

    page = added(olga, file=SimpleUploadedFile("minutes.pdf", PDF)).content.decode()

    assert "Your force keeps no files here" in page
    assert not EvidenceFile.objects.exists()


@pytest.mark.usefixtures("files_on")
def test_olga_keeps_a_file_with_its_hash_and_it_is_downloaded_and_never_opened_in_the_page(
    browse: Any, pursued: Any, olga_owner: Any
) -> None:
    olga = browse(olga_owner)

    answer = added(olga, link="", file=SimpleUploadedFile("Mr John Smith.pdf", PDF))

    assert answer.status_code == 302
    page = olga.get(LIST).content.decode()
    assert sha256(PDF).hexdigest() in page
    assert "Smith" not in page
    file = olga.get("/plan/evidence/A1a/ev-1/file/")
    assert file.content == PDF
    assert file["Content-Disposition"] == 'attachment; filename="minutes-of-the-board.pdf"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Type"] == "application/pdf"
    assert Entry.objects.filter(object_type="evidence file", act="export").count() == 1


@pytest.mark.usefixtures("files_on", "pursued")
@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("board.pdf", b"MZ\x90\x00 a program"), "none of the types"),
        (SimpleUploadedFile("board.png", PDF), "but what is in it is PDF"),
        (SimpleUploadedFile("board.html", b"<script>alert(1)</script>"), "none of the types"),
        (SimpleUploadedFile("board.svg", b"<svg onload='alert(1)'/>"), "none of the types"),
        (SimpleUploadedFile("board.pdf", PDF + b"x" * 1024**2), "larger than 1 MB"),
        (office("docx", "word/document.xml", "word/vbaProject.bin"), "none of the types"),
        (office("docx", "anything.txt"), "none of the types"),
        (SimpleUploadedFile("board.docx", b"PK\x03\x04 cut off"), "none of the types"),
    ],
    ids=["program", "another type", "html", "svg", "too large", "macros", "archive", "damaged"],
)
def test_a_file_of_another_type_or_too_large_is_refused_and_the_words_stay_in_the_form(
    browse: Any, olga_owner: Any, file: Any, words: str
) -> None:
    file.seek(0)
    page = added(browse(olga_owner), file=file).content.decode()

    assert words in page
    assert "Minutes of the board" in page
    assert not EvidenceFile.objects.exists()


@pytest.mark.usefixtures("files_on", "pursued")
def test_an_office_file_without_macros_is_kept(browse: Any, olga_owner: Any) -> None:
    answer = added(browse(olga_owner), file=office("xlsx", "xl/workbook.xml"))

    assert answer.status_code == 302
    assert EvidenceFile.objects.get().name == "minutes-of-the-board.xlsx"


@pytest.mark.usefixtures("files_on")
def test_if_the_evidence_cannot_be_saved_its_file_is_not_kept(browse: Any, pursued: Any, olga_owner: Any) -> None:
    page = added(browse(olga_owner), title="Statement of Mr John Smith", file=SimpleUploadedFile("a.pdf", PDF))

    assert "choose it again" in page.content.decode()
    assert not EvidenceFile.objects.exists()


@pytest.mark.usefixtures("files_on", "pursued")
def test_if_the_journal_cannot_be_written_neither_the_file_nor_its_words_are_kept(
    browse: Any, pursued: Any, olga_owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nvap.web.plans.actions import evidence

    def fail(**_: Any) -> None:
        raise OSError("no journal")

    monkeypatch.setattr(evidence.journal, "write", fail)
    with pytest.raises(OSError, match="no journal"):
        added(browse(olga_owner), file=SimpleUploadedFile("a.pdf", PDF))

    assert not EvidenceFile.objects.exists()
    assert not document(pursued).of("evidence")


@pytest.mark.usefixtures("files_on")
def test_another_force_finds_nothing_and_partners_only_what_is_shared(
    browse: Any, pursued: Any, alice_lead: Any, omar_of_another_force: Any
) -> None:
    added(browse(alice_lead), file=SimpleUploadedFile("minutes.pdf", PDF))
    pia = browse(person(pursued.force, "Pia Partner", "partner_reader"))
    file = "/plan/evidence/A1a/ev-1/file/"

    assert browse(omar_of_another_force).get(file).status_code == 404
    assert [pia.get(file).status_code, pia.get(LIST).status_code] == [403, 403]

    write(pursued, alice_lead, {("A1a", "shared"): "yes"})

    assert pia.get(file).content == PDF
    page = pia.get(LIST).content.decode()
    assert "Minutes of the board" in page
    assert "Take it out" not in page


@pytest.mark.usefixtures("files_on")
def test_a_file_by_which_somebody_may_be_known_is_destroyed_for_good_by_the_lead_alone(
    browse: Any, pursued: Any, alice_lead: Any, olga_owner: Any
) -> None:
    olga, alice = browse(olga_owner), browse(alice_lead)
    added(olga, file=SimpleUploadedFile("minutes.pdf", PDF))
    change, standing = "/plan/evidence/A1a/ev-1/change/", "/plan/evidence/A1a/ev-1/standing/"
    olga.post(change, held(olga, change) | {"file": SimpleUploadedFile("minutes.pdf", PDF + b" again")})
    asked = {"act": "destroy", "reason": "It names somebody who was detained."}

    assert "Destroy the file" not in olga.get(standing).content.decode()
    assert "Say why." in alice.post(standing, {"act": "destroy"}).content.decode()
    assert "may identify" in alice.post(standing, asked | {"reason": "It names Mr John Smith."}).content.decode()
    assert alice.post(standing, asked).status_code == 302

    assert [bytes(each.content) for each in EvidenceFile.objects.all()] == [b"", b""]
    assert alice.get("/plan/evidence/A1a/ev-1/file/").status_code == 404
    page = alice.get(LIST).content.decode()
    assert "The file was destroyed." in page
    assert sha256(PDF + b" again").hexdigest() in page
    assert Entry.objects.filter(object_type="evidence file", act="erase").count() == 2


@pytest.mark.usefixtures("files_on")
def test_if_the_journal_cannot_be_written_no_file_is_destroyed_and_nothing_is_taken_out(
    browse: Any, pursued: Any, alice_lead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nvap.web.plans.actions import evidence

    def fail(**_: Any) -> None:
        raise OSError("no journal")

    alice = browse(alice_lead)
    added(alice, file=SimpleUploadedFile("minutes.pdf", PDF))
    monkeypatch.setattr(evidence.journal, "write", fail)

    for act in ("destroy", "stand"):
        with pytest.raises(OSError, match="no journal"):
            alice.post("/plan/evidence/A1a/ev-1/standing/", {"act": act, "reason": "Not ours."})

    assert bytes(EvidenceFile.objects.get().content) == PDF
    assert not document(pursued).is_removed("ev-1")


def test_two_people_who_add_evidence_at_once_both_find_theirs_in_the_plan(
    browse: Any, pursued: Any, alice_lead: Any, olga_owner: Any
) -> None:
    alice, olga = browse(alice_lead), browse(olga_owner)
    opened = held(alice, ADD)
    added(olga, title="What Olga added")

    answer = alice.post(
        ADD,
        opened
        | {
            "ev-1--title----": "What Alice added",
            "ev-1--dated----": "1/2/2026",
            "ev-1--link----": "https://store.northshire.example/2",
        },
    )

    assert answer.status_code == 302
    found = document(pursued)
    assert [found.text(each.key, "title") for each in found.of("evidence")] == ["What Olga added", "What Alice added"]


def test_carol_sets_how_large_a_file_may_be(browse: Any, northshire: Any, carol_admin: Any) -> None:
    from nvap.web.plans.models import PlanSettings

    carol = browse(carol_admin)
    for typed, kept in (("12", 12), ("900", 20), ("much", 20)):
        carol.post("/plan/settings/", {"files": "yes", "largest_file_mb": typed})
        assert PlanSettings.objects.get(force=northshire).largest_file_mb == kept
