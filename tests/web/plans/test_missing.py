"""What the lead still has to see to, and what nobody asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from nvap import packs
from nvap.web.plans import work
from nvap.web.plans.actions.measuring import pick
from nvap.web.plans.document import document_of

pytestmark = pytest.mark.django_db


def test_no_target_is_asked_of_a_count_nor_of_what_is_only_read_alongside(
    plan: Any, alice_lead: Any, browse: Any
) -> None:
    pick(plan=plan, pack=packs.pack(), document=document_of(plan), measures=["D01", "D15"], by=alice_lead)

    lists = {each.id: each for each in work.lacking(packs.pack(), document_of(plan), date(2026, 6, 1))}

    assert [each.address for each in lists["targets"].lacks] == ["/plan/measures/D15/"]
    page = browse(alice_lead).get("/plan/missing/").content.decode()
    assert "/plan/measures/D15/" in page
    assert "/plan/measures/D01/" not in page
