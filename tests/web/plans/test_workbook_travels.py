"""Everything that Northshire can write in its plan travels in the workbook, and comes back as it was written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.web.plans.books import as_file, cell_of, downloaded
from tests.web.plans.conftest import person, write

from nvap import packs
from nvap.plan.document import Document
from nvap.plan.form import KINDS
from nvap.plan.screening import screened
from nvap.web.plans.actions.measuring import pick
from nvap.web.plans.actions.saving import NewThing, save
from nvap.web.plans.document import document_of
from nvap.web.plans.sections import offered_for, sections

pytestmark = pytest.mark.django_db

# Whether these fit together is asked about them one by one in the tests of the pages.
TOGETHER = {
    "target": "12.5", "numerator": "3", "denominator": "40", "unknown": "1",
    "first": "2026-01-01", "last": "2026-01-31", "baseline_from": "2025-01-01", "baseline_to": "2025-12-31", "link": "https://intranet.example/audit",
}  # fmt: skip


@pytest.fixture
def full(plan: Any, alice_lead: Any, northshire: Any) -> Any:
    """A plan with something of every kind in it, and one measure that may have no target."""
    person(northshire, "Olga Owner", "impact_owner")
    pick(plan=plan, pack=packs.pack(), document=document_of(plan), measures=["D03", "D01"], by=alice_lead)
    new = [
        NewThing("own-a1", "activity", "O2"), NewThing("own-m1", "measure", "O1"),
        NewThing("own-x1", "consequence"), NewThing("obs-1", "observation", "own-m1"),
        NewThing("ev-1", "evidence", "A1a"),
    ]  # fmt: skip
    save(plan=plan, typed=[], by=alice_lead, new=new)
    texts = {("A1a", "decision"): "will-do", ("own-a1", "decision"): "in-place", ("own-a1", "wording"): "Our own"}
    texts |= {("own-m1", "title"): "Shifts with a nurse", ("own-m1", "denominator"): "All shifts"}
    write(plan, alice_lead, {(*place, "", ""): text for place, text in texts.items()})
    return plan


def test_a_workbook_that_nobody_wrote_in_changes_nothing(full: Any, alice_lead: Any, browse: Any) -> None:
    client = browse(alice_lead)

    page = client.post("/plan/files/upload/", {"file": as_file(downloaded(client))}, follow=True).content.decode()

    assert "there is nothing to take over" in page


def test_every_field_written_in_the_workbook_stands_in_the_plan(full: Any, alice_lead: Any, browse: Any) -> None:
    client = browse(alice_lead)
    book = downloaded(client)
    written = _fill(book, document_of(full))

    shown = client.post("/plan/files/upload/", {"file": as_file(book)}, follow=True)
    taken = client.post(shown.redirect_chain[-1][0], {"act": "take"}, follow=True)

    assert ">December 2026<" in shown.content.decode()
    assert "The changes are saved" in taken.content.decode(), shown.content.decode()
    document = document_of(full)
    assert {place: document.text(*place) for place in written} == written
    assert len(written) > 150


def test_the_workbook_has_a_row_for_every_field_of_the_form(full: Any) -> None:
    document = document_of(full)
    rows = {
        (document.things[each.entry].kind, name) for each in sections(packs.pack(), document) for name in each.names
    }

    form = {(kind.name, field.name) for kind in KINDS.values() for field in kind.fields}

    # A file of evidence is no text; it is put beside the activity on its page.
    assert form - rows == {("evidence", "file")}


def test_a_measure_that_may_have_no_target_has_no_row_for_one_and_says_why(
    full: Any, alice_lead: Any, browse: Any
) -> None:
    sheet = downloaded(browse(alice_lead))["Measures"]

    refs = {row[3].value for row in sheet.iter_rows()}
    words = " ".join(str(row[0].value) for row in sheet.iter_rows())

    assert "D03.target" in refs or "own-m1.target" in refs
    assert "D01.target" not in refs
    assert "No target: it counts people" in words


def test_a_target_without_a_reason_is_told_with_its_cell(full: Any, alice_lead: Any, browse: Any) -> None:
    client = browse(alice_lead)
    book = downloaded(client)
    cell_of(book["Measures"], "own-m1.target").value = 40

    page = client.post("/plan/files/upload/", {"file": as_file(book)}).content.decode()

    assert "A target needs its date and its reason." in page
    assert cell_of(book["Measures"], "own-m1.target_date").coordinate in page


def test_somebody_who_has_left_cannot_be_named_in_the_workbook(
    full: Any, alice_lead: Any, northshire: Any, browse: Any
) -> None:
    from nvap.web.accounts import actions
    from nvap.web.accounts.models import Membership

    olga = Membership.objects.get(user__name="Olga Owner")
    actions.remove_person(membership=olga, by=alice_lead)
    client = browse(alice_lead)
    book = downloaded(client)
    cell_of(book["O1"], "O1.owner").value = "Olga Owner"

    page = client.post("/plan/files/upload/", {"file": as_file(book)}).content.decode()

    assert "Choose somebody from the list" in page


def test_a_name_that_two_people_have_is_chosen_on_the_page(
    full: Any, alice_lead: Any, northshire: Any, browse: Any
) -> None:
    person(northshire, "Second Owner", "impact_owner").__class__.objects.filter(name="Second Owner").update(
        name="Olga Owner"
    )
    client = browse(alice_lead)
    book = downloaded(client)
    cell_of(book["O1"], "O1.owner").value = "Olga Owner"

    page = client.post("/plan/files/upload/", {"file": as_file(book)}).content.decode()

    assert "Several people of the force have this name" in page


def test_lists_offer_what_the_form_offers(full: Any, alice_lead: Any, browse: Any) -> None:
    book = downloaded(browse(alice_lead))
    sheet = book["O1"]
    cell = cell_of(sheet, "A1a.decision")
    rule = next(each for each in sheet.data_validations.dataValidation if cell.coordinate in each.sqref)

    listed = [each[0].value for each in book["Lists"][rule.formula1.partition("!")[2].replace("$", "")]]

    assert listed == ["Already in place", "Will do", "Later", "Not for us"]
    assert any(each.type == "date" for each in sheet.data_validations.dataValidation)


def _fill(book: Any, document: Document) -> dict[tuple[str, ...], str]:
    """Write something else in every shaded cell; what the plan should hold then."""
    written = {}
    for sheet in book:
        for row in sheet.iter_rows(min_row=2):
            ref = str(row[3].value or "") if len(row) > 3 else ""
            if "." not in ref or ref == "plan.version":
                continue
            name, _at, period = ref.partition("@")
            entry, _dot, field_name = name.rpartition(".")
            field = KINDS[document.things[entry].kind].field(field_name)
            if field_name == "decision":  # what is put off has fewer rows
                continue
            for column, side in enumerate(field.sides, start=1):
                cell, text = _something(document, entry, field, side)
                row[column].value = cell
                written[entry, field_name, side, period] = text
    return written


def _something(document: Document, entry: str, field: Any, side: str) -> tuple[Any, str]:
    offered = offered_for(packs.pack(), document, entry, field)
    given = TOGETHER.get(field.name) if field.kind != "text" else None
    if field.kind == "date":
        day = given or "2026-02-03"
        return datetime.fromisoformat(day), day
    if field.kind == "flag":
        return "Yes", "yes"
    if offered and field.kind != "choices":
        return offered[-1][1], offered[-1][0]
    if offered:
        return "\n".join(words for _value, words in offered[:2]), "\n".join(value for value, _words in offered[:2])
    if field.kind in ("choice", "choices"):
        return None, document.text(entry, field.name)
    text = given or f"={field.name} of {entry} {side}".removeprefix("=").strip()
    assert not screened(text)
    return text, text


def test_a_whole_plan_written_in_one_go_is_taken_over(full: Any, alice_lead: Any, browse: Any) -> None:
    write(full, alice_lead, {(each.key, "decision"): "will-do" for each in document_of(full).of("activity")})
    client = browse(alice_lead)
    book = downloaded(client)
    written = _fill(book, document_of(full))

    shown = client.post("/plan/files/upload/", {"file": as_file(book)}, follow=True)
    client.post(shown.redirect_chain[-1][0], {"act": "take"}, follow=True)

    document = document_of(full)
    assert {place: document.text(*place) for place in written} == written
    assert len(written) > 400
