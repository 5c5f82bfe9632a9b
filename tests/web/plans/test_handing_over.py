"""Somebody leaves: it is found, shown at home and among what is missing, and handed over with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.plans.conftest import person, write

from nvap.web.accounts import actions as accounts
from nvap.web.journal.models import Entry
from nvap.web.plans.actions import reviewing
from nvap.web.plans.document import document_of
from nvap.web.plans.models import PlanSettings, Save

Browse = Callable[..., Client]
WHY = "Olga has moved to another force."


@pytest.fixture
def owned(plan: Any, alice_lead: Any, olga_owner: Any) -> Any:
    """Olga owns the impact of objective 1 and activity A1a."""
    olga = str(olga_owner.pk)
    write(plan, alice_lead, {("A1a", "decision"): "will-do", ("A1a", "owner"): olga, ("O1", "owner"): olga})
    return plan


def removed(olga: Any) -> None:
    accounts.remove_person(membership=olga.memberships.get(), by="the tests")


def deactivated(olga: Any) -> None:
    type(olga).objects.filter(pk=olga.pk).update(is_active=False)


def ended(olga: Any) -> None:
    olga.memberships.update(until="2020-01-01")


@pytest.mark.parametrize("leave", [removed, deactivated, ended])
def test_whichever_way_olga_leaves_she_is_found_at_home_and_among_what_is_missing(
    owned: Any, alice_lead: Any, olga_owner: Any, browse: Browse, leave: Callable[[Any], None]
) -> None:
    leave(olga_owner)

    home = browse(alice_lead).get("/").content.decode()
    missing = browse(alice_lead).get("/plan/missing/").content.decode()

    assert "Olga Owner has left and is still named in 2 places of the plan." in home
    assert "People who left and are still named: 1" in missing
    assert 'href="/plan/hand-over/"' in missing


def test_one_page_hands_everything_over_with_the_reason(
    owned: Any, alice_lead: Any, olga_owner: Any, northshire: Any, browse: Browse
) -> None:
    removed(olga_owner)
    nia = person(northshire, "Nia New", "impact_owner")

    page = browse(alice_lead).get("/plan/hand-over/").content.decode()
    answer = browse(alice_lead).post("/plan/hand-over/", {f"to-{olga_owner.pk}": nia.pk, "reason": WHY})

    assert page.index("Olga Owner") < page.index("Who takes over from Olga Owner?")
    assert answer.status_code == 302
    document = document_of(owned)
    assert {document.person("A1a", "owner"), document.person("O1", "owner")} == {"Nia New"}
    last = Save.objects.filter(plan=owned).first()
    assert last is not None
    assert (last.how, last.reason) == ("handed-over", WHY)
    assert "handed-over" in Entry.objects.filter(object_type="plan").order_by("-seq")[0].reason
    assert "still of this force" in browse(alice_lead).get("/plan/hand-over/").content.decode()


def test_without_a_reason_nothing_is_handed_over_and_the_choice_stays(
    owned: Any, alice_lead: Any, olga_owner: Any, browse: Browse
) -> None:
    removed(olga_owner)

    page = browse(alice_lead).post("/plan/hand-over/", {f"to-{olga_owner.pk}": alice_lead.pk}).content.decode()

    assert "Choose who takes over, and say why." in page
    assert f'<option value="{alice_lead.pk}" selected>' in page
    assert document_of(owned).person("A1a", "owner") == "Olga Owner"


def test_a_reason_that_may_identify_somebody_is_asked_about_and_kept(
    owned: Any, alice_lead: Any, olga_owner: Any, browse: Browse
) -> None:
    removed(olga_owner)
    typed = {f"to-{olga_owner.pk}": alice_lead.pk, "reason": "Sgt Smith said so."}

    page = browse(alice_lead).post("/plan/hand-over/", typed).content.decode()
    answer = browse(alice_lead).post("/plan/hand-over/", typed | {"accept": "yes"})

    assert "Sgt Smith said so." in page
    assert 'name="accept"' in page
    assert answer.status_code == 302


def test_a_signed_off_plan_is_handed_over_without_opening_it_again(
    owned: Any, alice_lead: Any, olga_owner: Any, chris_chief: Any, browse: Browse
) -> None:
    from nvap import packs

    PlanSettings.objects.create(force=owned.force)
    write(owned, alice_lead, {("about", "approver"): str(chris_chief.pk)})
    reviewing.send(plan=owned, by=alice_lead)
    reviewing.sign_off(plan=owned, by=chris_chief, pack=packs.pack(), version=owned.saves)
    removed(olga_owner)

    browse(alice_lead).post("/plan/hand-over/", {f"to-{olga_owner.pk}": alice_lead.pk, "reason": WHY})

    owned.refresh_from_db()
    assert owned.state == "signed-off"
    assert document_of(owned).person("A1a", "owner") == "Alice Lead"


def test_nobody_of_another_force_can_be_named(
    owned: Any, alice_lead: Any, olga_owner: Any, omar_of_another_force: Any, browse: Browse
) -> None:
    removed(olga_owner)

    typed = {f"to-{olga_owner.pk}": omar_of_another_force.pk, "reason": WHY}
    page = browse(alice_lead).post("/plan/hand-over/", typed).content.decode()

    assert "Omar" not in page
    assert "Choose who takes over, and say why." in page
