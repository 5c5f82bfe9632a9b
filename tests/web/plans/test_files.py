"""The plan's files: what a force takes out, and what it brings back."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from tests.web.plans.books import as_file, cell_of, downloaded
from tests.web.plans.conftest import write

from nvap import packs
from nvap.plan.document import Place
from nvap.plan.snapshot import thawed
from nvap.web.plans.actions.saving import Typed
from nvap.web.plans.actions.uploading import keep
from nvap.web.plans.document import document_of
from nvap.web.plans.models import Upload
from nvap.web.plans.workbook import xlsx

pytestmark = pytest.mark.django_db


def test_the_workbook_holds_the_plan_and_nothing_hidden(plan: Any, alice_lead: Any) -> None:
    write(plan, alice_lead, {("A1a", "decision"): "will-do", ("A1a", "output", "external"): "=HYPERLINK(1)"})

    content = xlsx(packs.pack(), document_of(plan))
    book = openpyxl.load_workbook(io.BytesIO(content))

    cells = {cell.value: cell for row in book["O1"].iter_rows() for cell in row}
    assert cells["=HYPERLINK(1)"].data_type == "s"
    assert cells["=HYPERLINK(1)"].quotePrefix
    assert all(sheet.sheet_state == "visible" and sheet.protection.sheet for sheet in book)
    assert not book.defined_names
    assert book.properties.creator == "NVAP Action Impact Toolkit"
    assert content == xlsx(packs.pack(), document_of(plan))


def test_a_text_that_begins_like_a_formula_comes_back_as_the_text_it_is(
    plan: Any, alice_lead: Any, browse: Any
) -> None:
    texts = {"why": "=1+1", "aim": "-5 people\n\t@home", "success": "'quoted", "benefit": "  two  spaces "}
    write(plan, alice_lead, {("about", name): text.strip() for name, text in texts.items()})
    client = browse(alice_lead)
    file = io.BytesIO(client.get("/plan/files/plan.xlsx").content)
    file.name = "plan.xlsx"

    page = client.post("/plan/files/upload/", {"file": file}, follow=True).content.decode()

    assert "there is nothing to take over" in page


def test_alice_writes_in_the_workbook_and_takes_its_changes_over(plan: Any, alice_lead: Any, browse: Any) -> None:
    client = browse(alice_lead)
    book = downloaded(client)
    cell_of(book["About"], "about.why").value = "So that <script>victims</script> are heard."

    shown = client.post("/plan/files/upload/", {"file": as_file(book)}, follow=True)

    assert "So that &lt;script&gt;victims&lt;/script&gt; are heard." in shown.content.decode()
    assert document_of(plan).text("about", "why") == ""
    client.post(shown.redirect_chain[-1][0], {"act": "take"})
    assert document_of(plan).text("about", "why") == "So that <script>victims</script> are heard."
    assert client.get(shown.redirect_chain[-1][0]).status_code == 404


def test_a_workbook_made_before_bob_saved_does_not_overwrite_him(
    plan: Any, alice_lead: Any, bob_lead: Any, browse: Any
) -> None:
    write(plan, alice_lead, {("about", "why"): "The first reason."})
    client = browse(alice_lead)
    book = downloaded(client)
    write(plan, bob_lead, {("about", "why"): "Bob's reason."})
    cell_of(book["About"], "about.why").value = "Alice's reason."

    shown = client.post("/plan/files/upload/", {"file": as_file(book)}, follow=True)
    answer = client.post(shown.redirect_chain[-1][0], {"act": "take"})

    assert "Nothing was saved" in answer.content.decode()
    assert document_of(plan).text("about", "why") == "Bob's reason."


def test_formulas_hidden_sheets_and_changed_references_are_named_and_nothing_is_kept(
    plan: Any, alice_lead: Any, browse: Any
) -> None:
    client = browse(alice_lead)
    book = downloaded(client)
    cell_of(book["About"], "about.why").value = "=1+1"
    book["Guidance"].sheet_state = "hidden"

    page = client.post("/plan/files/upload/", {"file": as_file(book)}).content.decode()

    assert "This is a formula" in page
    assert "This sheet is hidden" in page
    assert not Upload.objects.filter(plan=plan).exists()


def test_a_wrong_date_is_told_with_its_cell(plan: Any, alice_lead: Any, browse: Any) -> None:
    client = browse(alice_lead)
    book = downloaded(client)
    cell = cell_of(book["About"], "about.date_prepared")
    cell.value = "soon"

    page = client.post("/plan/files/upload/", {"file": as_file(book)}).content.decode()

    assert cell.coordinate in page
    assert "Write a date as day, month and year" in page
    assert not Upload.objects.filter(plan=plan).exists()


def test_what_is_no_workbook_is_refused(plan: Any, alice_lead: Any, browse: Any) -> None:
    file = io.BytesIO(b"no workbook")
    file.name = "plan.xlsx"

    page = browse(alice_lead).post("/plan/files/upload/", {"file": file}).content.decode()

    assert "is no workbook" in page


def test_bob_does_not_see_what_alice_uploaded(plan: Any, alice_lead: Any, bob_lead: Any, browse: Any) -> None:
    kept = keep(plan=plan, by=alice_lead, name="plan.xlsx", changes=[Typed(Place("about", "why"), "Because", 0)])

    assert browse(bob_lead).get(f"/plan/files/upload/{kept.pk}/").status_code == 404


def test_the_json_is_the_whole_plan(plan: Any, alice_lead: Any, browse: Any) -> None:
    document, _measured = thawed(browse(alice_lead).get("/plan/files/plan.json").content.decode())

    assert document.texts == document_of(plan).texts
