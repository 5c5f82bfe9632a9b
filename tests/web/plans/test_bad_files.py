"""What comes back into Northshire's plan and should not: refused or shown as text, told clearly, nothing changed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import docx
import openpyxl
import pytest
from tests.web.plans.books import downloaded
from tests.web.plans.conftest import held, person

from nvap.plan.document import Place
from nvap.plan.snapshot import frozen
from nvap.web.plans.actions import uploading
from nvap.web.plans.actions.saving import Typed
from nvap.web.plans.document import document_of
from nvap.web.plans.models import Plan, Upload

pytestmark = pytest.mark.django_db

UPLOAD, IMPORT = "/plan/files/upload/", "/plan/files/import/"
SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"
LONG = "a very long text " * 65_000


@pytest.fixture
def client(plan: Any, alice_lead: Any, browse: Any) -> Iterator[Any]:
    """Alice's browser; whatever she does with it here, nothing of the plan changes."""
    before, uploads = frozen(document_of(plan)), set(Upload.objects.values_list("pk", flat=True))
    yield browse(alice_lead)
    assert frozen(document_of(plan)) == before
    assert set(Upload.objects.values_list("pk", flat=True)) == uploads


def _formula(book: Any) -> None:
    _cell(book["O1"], "O1.description").value = '=HYPERLINK("https://example.org","look")'


def _hidden(book: Any) -> None:
    book["Guidance"].sheet_state = "hidden"


def _very_hidden(book: Any) -> None:
    book.create_sheet("More").sheet_state = "veryHidden"


def _foreign_sheet(book: Any) -> None:
    book.create_sheet("Our notes")


def _lost_sheet(book: Any) -> None:
    del book["O2"]


def _lost_row(book: Any) -> None:
    book["About"].delete_rows(_cell(book["About"], "about.why").row)


def _new_column(book: Any) -> None:
    book["O1"].insert_cols(2)


def _swapped_heads(book: Any) -> None:
    sheet = book["O1"]
    sheet["B1"].value, sheet["C1"].value = sheet["C1"].value, sheet["B1"].value


def _changed_reference(book: Any) -> None:
    sheet = book["About"]
    sheet.cell(_cell(sheet, "about.why").row, 4).value = "O1.owner"


def _text_outside(book: Any) -> None:
    book["About"]["F3"].value = "By the way"


def _far_away(book: Any) -> None:
    book["About"]["A9000"].value = "Down here"


def _long_text(book: Any) -> None:
    cell = _cell(book["About"], "about.why")
    cell._value, cell.data_type = LONG, "s"


def _other_version(book: Any) -> None:
    book["About"]["B2"].value = "99"


def _wrong_choice(book: Any) -> None:
    _cell(book["O1"], "A1a.decision").value = "Wil do"


def _unknown_person(book: Any) -> None:
    _cell(book["O1"], "O1.owner").value = SCRIPT


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_formula, "This is a formula. Write the text or number itself."),
        (_hidden, "This sheet is hidden."),
        (_very_hidden, "This sheet is hidden."),
        (_foreign_sheet, "This sheet does not belong to the plan"),
        (_lost_sheet, "This sheet is missing."),
        (_lost_row, "This row is missing."),
        (_new_column, "These column headings were changed."),
        (_swapped_heads, "These column headings were changed."),
        (_changed_reference, "This reference was changed or stands twice."),
        (_text_outside, "This stands outside the plan"),
        (_far_away, "has something below row 5,000"),
        (_long_text, "This takes 5,000 characters at most, and yours has 1,10"),
        (_other_version, "version is missing."),
        (_wrong_choice, "Did you mean `Will do`?"),
        (_unknown_person, "Choose somebody from the list"),
    ],
)
def test_a_spoiled_workbook_is_told_in_words(client: Any, spoil: Callable[[Any], None], told: str) -> None:
    book = downloaded(client)
    spoil(book)

    page = client.post(UPLOAD, {"file": _saved(book, "plan.xlsx")}).content.decode()

    assert told in page.replace("&#x27;", "'").replace("&amp;", "&")
    assert "<script>alert" not in page
    assert len(page) < 200_000


@pytest.mark.parametrize(
    ("address", "spoil", "told"),
    [
        (IMPORT, lambda book: book.create_sheet("Notes"), "has hidden sheets (Notes)"),
        (IMPORT, lambda book: book.worksheets[0].append(["Output", "=1+1"]), "has formulas (Sheet B2)"),
        (UPLOAD, lambda _book: None, "is not the plan's workbook"),
    ],
)
def test_a_plan_in_the_toolkits_form_may_hide_nothing_and_compute_nothing(
    client: Any, address: str, spoil: Callable[[Any], Any], told: str
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Activity", "Audit"])
    spoil(book)
    for sheet in book.worksheets[1:]:
        sheet.sheet_state = "hidden"

    page = client.post(address, {"file": _saved(book, "plan.xlsx")}).content.decode()

    assert told in page.replace("&#x27;", "'")


def test_the_plans_own_workbook_is_sent_to_its_own_form(client: Any) -> None:
    file = _named(client.get("/plan/files/plan.xlsx").content, "plan.xlsx")

    assert "own workbook: upload it under" in client.post(IMPORT, {"file": file}).content.decode()


@pytest.mark.parametrize("address", [UPLOAD, IMPORT])
def test_macros_are_refused_whatever_the_file_is_called(client: Any, address: str) -> None:
    for made, name in ((_workbook_bytes(), "plan.xlsm"), (_workbook_bytes(), "plan.xlsx")):
        file = _with_part(made, "xl/vbaProject.bin", b"macro", name)

        assert "is a workbook with macros." in client.post(address, {"file": file}).content.decode()


def test_a_word_document_with_macros_is_refused(client: Any) -> None:
    file = _with_part(_word_bytes(), "word/vbaProject.bin", b"macro", "plan.docm")

    assert "is a Word document with macros." in client.post(IMPORT, {"file": file}).content.decode()


@pytest.mark.parametrize("made", ["_workbook_bytes", "_word_bytes"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(client: Any, made: str) -> None:
    file = _with_part(globals()[made](), "media/zeros.bin", bytes(300 * 1024**2), "plan.docx")

    assert "as a zip bomb does" in client.post(IMPORT, {"file": file}).content.decode()


@pytest.mark.parametrize(
    ("made", "part"), [("_workbook_bytes", "xl/workbook.xml"), ("_word_bytes", "word/document.xml")]
)
def test_entities_are_refused_and_never_followed(client: Any, made: str, part: str) -> None:
    bad = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(globals()[made]())) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            held_part = old.read(name)
            start, ended, rest = held_part.rpartition(b"?>")
            new.writestr(name, start + ended + bad + rest if name == part else held_part)

    page = client.post(IMPORT, {"file": _named(file.getvalue(), "plan.docx")}).content.decode()

    assert "declares entities in its XML" in page


def test_a_workbook_inside_a_document_is_refused(client: Any) -> None:
    file = _with_part(_word_bytes(), "word/embeddings/sheet.xlsx", b"PK", "plan.docx")

    assert "holds 1 archives inside it" in client.post(IMPORT, {"file": file}).content.decode()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is no workbook"),
        (b"PK\x03\x04 and then nothing", "is a damaged workbook or zip file"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "is an old Excel workbook"),
        (b"x" * (10 * 1024**2 + 1), "larger than 10 MB"),
        (b"<html>" + SCRIPT.encode(), "is no workbook"),
    ],
)
@pytest.mark.parametrize("address", [UPLOAD, IMPORT])
def test_what_is_no_plan_is_named_for_what_it_is(client: Any, address: str, content: bytes, told: str) -> None:
    page = client.post(address, {"file": _named(content, "<img src=x>.xlsx")}).content.decode()

    assert told in page or "The submitted file is empty" in page or "Choose the" in page
    assert "Nothing was saved." in page
    assert "<img src=x>" not in page


def test_a_megabyte_in_one_cell_of_a_plan_in_the_toolkits_form_is_left_out_and_said(
    plan: Any, alice_lead: Any, browse: Any
) -> None:
    document = docx.Document()
    for words in ("Why are we doing this?", LONG, "Prepared by: nobody", "Objective 1", "Activity: Audit"):
        document.add_paragraph(words)

    page = browse(alice_lead).post(IMPORT, {"file": _saved(document, "plan.docx")}, follow=True).content.decode()

    assert "This takes 5,000 characters at most" in page
    assert len(page) < 300_000
    assert document_of(plan).version == 1


def test_a_megabyte_in_a_field_of_a_page_is_answered_at_the_field(client: Any) -> None:
    form = held(client, "/plan/questions/") | {"about--why----": LONG}

    page = client.post("/plan/questions/", form).content.decode()

    assert "This takes 5,000 characters at most" in page


def test_scripts_are_shown_as_text_wherever_the_file_has_them(plan: Any, alice_lead: Any, browse: Any) -> None:
    browser = browse(alice_lead)
    book = downloaded(browser)
    for ref in ("about.why", "about.aim"):
        _cell(book["About"], ref).value = SCRIPT
    _cell(book["O1"], "O1.description").value = SCRIPT

    compared = browser.post(UPLOAD, {"file": _saved(book, f"{SCRIPT}.xlsx")}, follow=True)
    browser.post(compared.redirect_chain[-1][0], {"act": "take"})
    pages = [browser.get(each) for each in ("/plan/about/", "/plan/O1/", "/plan/check/", "/plan/history/2/")]

    assert document_of(plan).text("about", "why") == SCRIPT
    for page in (compared, *pages):
        assert "<script>alert('x')" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()


def test_another_forces_upload_is_not_found(
    client: Any, plan: Any, southshire: Any, omar_of_another_force: Any
) -> None:
    theirs = _plan_of(southshire, omar_of_another_force)
    kept = uploading.keep(
        plan=theirs, by=omar_of_another_force, name="plan.xlsx", changes=[Typed(Place("about", "why"), "Theirs", 0)]
    )

    for act in ("take", "throw", "look"):
        assert client.post(f"{UPLOAD}{kept.pk}/", {"act": act}).status_code == 404
        assert client.post(f"{IMPORT}{kept.pk}/", {"act": act}).status_code == 404
    assert client.get(f"{UPLOAD}{kept.pk}/").status_code == 404

    assert document_of(theirs).version == 1
    kept.delete()


def test_an_upload_that_alice_made_for_another_forces_plan_changes_neither(
    client: Any, plan: Any, alice_lead: Any, southshire: Any, omar_of_another_force: Any
) -> None:
    theirs = _plan_of(southshire, omar_of_another_force)
    kept = uploading.keep(
        plan=theirs, by=alice_lead, name="plan.xlsx", changes=[Typed(Place("about", "why"), "Whose?", 0)]
    )

    assert client.post(f"{UPLOAD}{kept.pk}/", {"act": "take", "plan": theirs.pk}).status_code == 404

    assert document_of(theirs).text("about", "why") == ""
    kept.delete()


def test_a_person_of_another_force_cannot_be_named_by_number(
    client: Any, southshire: Any, omar_of_another_force: Any
) -> None:
    form = held(client, "/plan/about-it/") | {"about--project_lead----": str(omar_of_another_force.pk)}

    page = client.post("/plan/about-it/", form).content.decode()

    assert "Choose somebody from the list" in page


def test_a_plan_in_the_toolkits_form_cannot_name_another_forces_person(
    plan: Any, alice_lead: Any, omar_of_another_force: Any, browse: Any
) -> None:
    document = docx.Document()
    for words in (f"Project lead: {omar_of_another_force.name}", "Objective 1", "Activity: Audit", "Output: A list"):
        document.add_paragraph(words)

    page = browse(alice_lead).post(IMPORT, {"file": _saved(document, "plan.docx")}, follow=True).content.decode()

    assert "Project lead: Choose somebody from the list" in page
    assert document_of(plan).version == 1


def test_what_alice_uploaded_is_gone_after_a_day(plan: Any, alice_lead: Any, browse: Any) -> None:
    from datetime import timedelta

    from django.utils import timezone

    kept = uploading.keep(plan=plan, by=alice_lead, name="x", changes=[Typed(Place("about", "why"), "Old", 0)])
    Upload.objects.filter(pk=kept.pk).update(at=timezone.now() - timedelta(days=1, minutes=1))

    assert browse(alice_lead).post(f"{UPLOAD}{kept.pk}/", {"act": "take"}).status_code == 404
    assert document_of(plan).version == 1


def test_somebody_who_only_reads_uploads_nothing(plan: Any, northshire: Any, browse: Any) -> None:
    chris = person(northshire, "Chris Chief", "chief_officer")

    assert browse(chris).post(UPLOAD, {"file": _named(_workbook_bytes(), "plan.xlsx")}).status_code == 403
    assert not Upload.objects.filter(plan=plan).exists()


def _plan_of(force: Any, lead: Any) -> Plan:
    from nvap import packs
    from nvap.plan.periods import regular
    from nvap.web.plans.actions import starting

    periods = regular("monthly", date(2026, 1, 1), 12, 14)
    return starting.start(force=force, pack=packs.pack(), frequency="monthly", periods=periods, by=lead)


def _cell(sheet: Any, ref: str) -> Any:
    return next(sheet.cell(row[3].row, 2) for row in sheet.iter_rows() if row[3].value == ref)


def _workbook_bytes() -> bytes:
    return bytes(_saved(openpyxl.Workbook(), "x").getvalue())


def _word_bytes() -> bytes:
    return bytes(_saved(docx.Document(), "x").getvalue())


def _with_part(made: bytes, part: str, content: bytes, name: str) -> Any:
    file = io.BytesIO(made)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, content)
    return _named(file.getvalue(), name)


def _saved(made: Any, name: str) -> Any:
    file = io.BytesIO()
    made.save(file)
    return _named(file.getvalue(), name)


def _named(content: bytes, name: str) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return file
