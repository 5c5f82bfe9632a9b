"""A plan that Northshire wrote in the toolkit's own form comes into the product, looked at first."""

from __future__ import annotations

import io
from typing import Any

import docx
import openpyxl
import pytest
from tests.web.plans.conftest import held, person, write

from nvap.web.plans.document import document_of
from nvap.web.plans.models import Upload
from nvap.web.plans.workbook import newest_period

pytestmark = pytest.mark.django_db

IMPORT = "/plan/files/import/"
FORM = (
    ("VKPP NVAP Action Impact Plan",),
    ("Reporting Period:", "January to March", "Project Lead:", "Alice Lead"),
    ("Prepared By:", "Somebody Unknown", "Date Prepared:", "3 March 2026"),
    ("Objective 1:", "To understand the demand"),
    ("Impact  owner:", "Alice Lead"),
    ("IMPACT DESCRIPTION:", "Organisational Impact: We know our demand.", "External Impact: People are believed."),
    ("Activity:", "What action do you plan to take? (See logic model for suggestions) Audit every month"),
    ("Outputs:", "A list of what we found", "A letter to partners"),
    ("Impact Mesurement", "Dip samples", "<script>alert(1)</script>"),
    ("Progress:", "Example: Dip sample of incidents completed", "The first audit is done"),
    ("Canteen menu:", "Soup on Fridays"),
    ("Additional Comments", "", "Ask the ward."),
)


def test_alice_brings_the_plan_that_northshire_wrote_in_word(plan: Any, alice_lead: Any, browse: Any) -> None:
    client = browse(alice_lead)

    page = client.post(IMPORT, {"file": _word(FORM)}, follow=True)
    address = page.redirect_chain[-1][0]
    shown = page.content.decode()

    assert "Soup on Fridays" in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert document_of(plan).version == 1
    compared = client.post(address, held(client, address), follow=True)
    assert "We know our demand." in compared.content.decode()
    assert document_of(plan).version == 1
    client.post(compared.redirect_chain[-1][0], {"act": "take"})
    _expect_all(plan, alice_lead)


def test_the_same_plan_is_brought_as_a_workbook(plan: Any, alice_lead: Any, browse: Any) -> None:
    client = browse(alice_lead)

    address = client.post(IMPORT, {"file": _workbook(FORM)}, follow=True).redirect_chain[-1][0]
    compared = client.post(address, held(client, address), follow=True).redirect_chain[-1][0]
    client.post(compared, {"act": "take"})

    _expect_all(plan, alice_lead)


def test_what_was_not_recognised_goes_where_alice_says(plan: Any, alice_lead: Any, browse: Any) -> None:
    client = browse(alice_lead)
    address = client.post(IMPORT, {"file": _word(FORM)}, follow=True).redirect_chain[-1][0]
    page, form = client.get(address).content.decode(), held(client, address)
    number = page.split("Soup on Fridays")[1].split('name="row-')[1].split('"')[0]

    compared = client.post(address, form | {f"row-{number}": "about--success--"}, follow=True).redirect_chain[-1][0]
    client.post(compared, {"act": "take"})

    assert document_of(plan).text("about", "success") == "Soup on Fridays"


def test_an_activity_of_the_toolkit_is_found_by_its_words(plan: Any, alice_lead: Any, browse: Any) -> None:
    from nvap import packs

    client = browse(alice_lead)
    rows = [*FORM[:6], ("Activity", packs.pack().label("A1b")), ("Output", "A list")]

    address = client.post(IMPORT, {"file": _word(rows)}, follow=True).redirect_chain[-1][0]

    assert held(client, address)["slot-O1.1"] == "A1b"


def test_the_period_that_the_file_names_is_chosen_first(plan: Any, alice_lead: Any, browse: Any) -> None:
    client = browse(alice_lead)
    rows = [FORM[0], ("Reporting Period:", "January to March 2026"), *FORM[2:]]

    address = client.post(IMPORT, {"file": _word(rows)}, follow=True).redirect_chain[-1][0]

    assert held(client, address)["period"] == "2026-03-01"


def test_a_person_whom_northshire_does_not_know_is_left_out_and_said(plan: Any, alice_lead: Any, browse: Any) -> None:
    page = browse(alice_lead).post(IMPORT, {"file": _word(FORM)}, follow=True).content.decode()

    assert "Prepared by: Choose somebody from the list" in page


def test_two_uploads_at_once_bring_two_activities(plan: Any, alice_lead: Any, bob_lead: Any, browse: Any) -> None:
    compared = []
    for each in (alice_lead, bob_lead):
        client = browse(each)
        address = client.post(IMPORT, {"file": _word(FORM[3:4] + FORM[6:9])}, follow=True).redirect_chain[-1][0]
        compared.append((client, client.post(address, held(client, address), follow=True).redirect_chain[-1][0]))

    for client, address in compared:
        client.post(address, {"act": "take"})

    own = [each.key for each in document_of(plan).of("activity") if each.is_own]
    assert own == ["own-a1", "own-a2"]


def test_a_text_with_a_name_in_it_is_pointed_out_before_it_is_saved(plan: Any, alice_lead: Any, browse: Any) -> None:
    client = browse(alice_lead)
    rows = [*FORM[:4], ("Activity", "Audit"), ("Output", "A letter to Mrs Jane Harker"), ("Next steps", "Write it")]
    address = client.post(IMPORT, {"file": _word(rows)}, follow=True).redirect_chain[-1][0]
    compared = client.post(address, held(client, address), follow=True).redirect_chain[-1][0]

    told = client.post(compared, {"act": "take"}).content.decode()

    assert "This may identify somebody:" in told
    assert document_of(plan).version == 1


def test_a_document_that_is_no_plan_is_refused(plan: Any, alice_lead: Any, browse: Any) -> None:
    page = browse(alice_lead).post(IMPORT, {"file": _word([("Dear all",), ("See you on Friday",)])}).content.decode()

    assert "too few of the toolkit" in page
    assert not Upload.objects.filter(plan=plan).exists()


def test_bob_does_not_see_what_alice_brought(plan: Any, alice_lead: Any, bob_lead: Any, browse: Any) -> None:
    address = browse(alice_lead).post(IMPORT, {"file": _word(FORM)}, follow=True).redirect_chain[-1][0]

    assert browse(bob_lead).get(address).status_code == 404
    assert browse(bob_lead).post(address, {"act": "throw"}).status_code == 404


def test_a_place_outside_the_plan_is_not_written_to(plan: Any, alice_lead: Any, browse: Any) -> None:
    client = browse(alice_lead)
    address = client.post(IMPORT, {"file": _word(FORM)}, follow=True).redirect_chain[-1][0]
    form = {name: "about--standing--" if name.startswith("row-") else "A9z" for name in held(client, address)}

    client.post(address, form | {"period": "1999-01-01"}, follow=True)

    assert document_of(plan).version == 1


def test_what_stands_in_the_plan_already_is_compared(plan: Any, alice_lead: Any, browse: Any) -> None:
    write(plan, alice_lead, {("O1", "description", "external"): "What we wrote before."})
    client = browse(alice_lead)
    address = client.post(IMPORT, {"file": _word(FORM)}, follow=True).redirect_chain[-1][0]

    page = client.post(address, held(client, address), follow=True).content.decode()

    assert "What we wrote before." in page
    assert "People are believed." in page


def test_an_impact_owner_has_no_page_to_bring_a_plan(plan: Any, northshire: Any, browse: Any) -> None:
    olga = person(northshire, "Olga Owner", "impact_owner")

    assert browse(olga).post(IMPORT, {"file": _word(FORM)}).status_code == 403


def _expect_all(plan: Any, alice: Any) -> None:
    document = document_of(plan)
    period = newest_period(document)
    assert period is not None
    said = {(place.entry, place.field, place.side): held.text for place, held in document.places()}
    assert said == {
        ("about", "project_lead", ""): str(alice.pk),
        ("about", "date_prepared", ""): "2026-03-03",
        ("O1", "owner", ""): str(alice.pk),
        ("O1", "description", "organisational"): "We know our demand.",
        ("O1", "description", "external"): "People are believed.",
        ("own-a1", "decision", ""): "will-do",
        ("own-a1", "wording", ""): "Audit every month",
        ("own-a1", "output", "organisational"): "A list of what we found",
        ("own-a1", "output", "external"): "A letter to partners",
        ("own-a1", "measurement", "organisational"): "Dip samples",
        ("own-a1", "measurement", "external"): "<script>alert(1)</script>",
        ("own-a1", "progress", "external"): "The first audit is done",
        ("own-a1", "comments", "external"): "Ask the ward.",
    }
    assert {place.period for place in document.texts if place.field == "progress"} == {period.key}


def _word(rows: Any) -> Any:
    document = docx.Document()
    document.add_paragraph(rows[0][0])
    table = document.add_table(rows=0, cols=4)
    for row in rows[1:]:
        for cell, text in zip(table.add_row().cells, row, strict=False):
            cell.text = text
    return _named(document.save, "our plan.docx")


def _workbook(rows: Any) -> Any:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    return _named(book.save, "our plan.xlsx")


def _named(save: Any, name: str) -> Any:
    file = io.BytesIO()
    save(file)
    file.seek(0)
    file.name = name
    return file
