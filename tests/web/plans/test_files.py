"""The plan's files: what a force takes out, and what it brings back."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from tests.web.plans.conftest import write

from nvap import packs
from nvap.web.plans.document import document_of
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
