"""Whatever is written in the plan is looked at for what identifies somebody, and beside each box stands why."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from tests.web.pages import ALICE, World
from tests.web.plans.conftest import held, write
from tests.web.plans.pages import PAGES

from nvap.plan.form import every_field

SENTENCE = "May be disclosed. Name nobody, and give no details by which somebody could be known."
NAMES = "Told by Mr John Smith, born 3/4/1980"
# The box of the reporting periods takes days and nothing else.
WRITTEN = [
    page for page in PAGES if ALICE in page.may and {"get", "post"} <= set(page.methods) and page.name != "plan-periods"
]
PROSE = [(kind.name, field) for kind, field in every_field() if field.prose]
KEYS = {"about": "about", "objective": "O1", "activity": "A1a", "consequence": "X1", "question": "Q1.1"}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "field"), PROSE, ids=lambda each: getattr(each, "name", each))
def test_a_name_is_found_in_every_field_that_takes_words(plan: Any, alice_lead: Any, kind: str, field: Any) -> None:
    from nvap.plan.document import Place
    from nvap.web.plans.actions import saving
    from nvap.web.plans.document import document_of

    document = document_of(plan)
    known = next((each.key for each in document.of(kind)), "")
    key = known or {"measure": "own-m1", "observation": "obs-1", "evidence": "ev-1"}[kind]
    new = [] if known else [saving.NewThing(key, kind)]
    place = Place(key, field.name, field.sides[0], document.periods[0].key if field.per_period else "")

    with pytest.raises(saving.Identifying) as raised:
        saving.save(plan=plan, typed=[saving.Typed(place, NAMES, 0)], by=alice_lead, new=new)

    assert place in raised.value.findings


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_beside_each_box_stands_that_it_may_be_disclosed(
    browse: Any, plan: Any, alice_lead: Any, workspace: Any, page: Any
) -> None:
    world = World(plan.force, None, {ALICE: alice_lead}, workspace)
    shown = browse(alice_lead).get(reverse(page.name, args=page.arguments(world))).content.decode()

    boxes = len(re.findall(r"<textarea", shown))

    assert shown.count(SENTENCE) >= boxes


def test_a_reason_that_names_somebody_is_told_at_its_own_field(browse: Any, plan: Any, alice_lead: Any) -> None:
    from nvap import packs
    from nvap.web.plans.actions import reviewing
    from nvap.web.plans.models import PlanSettings

    PlanSettings.objects.create(force=plan.force, self_approval=True)
    write(plan, alice_lead, {("about", "approver"): str(alice_lead.pk), ("O1", "description", "external"): "First."})
    plan.refresh_from_db()
    reviewing.send(plan=plan, by=alice_lead)
    reviewing.sign_off(plan=plan, by=alice_lead, pack=packs.pack(), version=plan.saves)
    reviewing.reopen(plan=plan, by=alice_lead, reason="The aim has changed.")
    client = browse(alice_lead)
    form = held(client, "/plan/O1/change/") | {"O1--description--external--": "Second.", "reason": NAMES}

    page = client.post("/plan/O1/change/", form).content.decode()

    assert '<a href="#reason">Reason for the change: ' in page
    assert "This may identify somebody: a date of birth" in page or "This may identify somebody: a person" in page
    assert f'value="{NAMES}"' in page
