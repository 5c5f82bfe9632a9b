"""People of a force: added, changed and removed by its administrator, with a line each time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.conftest import PASSWORD

from nvap.errors import Refused, UsageFault
from nvap.web.access import Permission
from nvap.web.accounts import actions, demonstration, links
from nvap.web.accounts.models import Membership, User
from nvap.web.accounts.roles import ROLES
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Entry

Browse = Callable[..., Client]
DINA = {"name": "Dina New", "email": "Dina@Northshire.example", "role": "analyst", "until": ""}


def reasons() -> list[str]:
    return list(Entry.objects.filter(force="northshire", object_type="person").values_list("reason", flat=True))


def a_day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).strftime("%d/%m/%Y")


def test_carol_adds_dina_who_sets_her_password_and_signs_in(carol_admin: Any, browse: Browse) -> None:
    carol, dina = browse(carol_admin), browse()

    added = carol.post(reverse("add-person"), DINA)
    shown = carol.post(added["Location"]).content.decode()
    link = re.search(r"http://testserver(/set-password/[^<\s]+)", shown)
    assert link
    opened = dina.get(link[1], follow=True)
    set_page = opened.redirect_chain[-1][0]
    dina.post(set_page, {"password1": "purple monkey dishwasher", "password2": "purple monkey dishwasher"})
    signed_in = dina.post(
        reverse("account_login"), {"login": "dina@northshire.example", "password": "purple monkey dishwasher"}
    )

    assert signed_in["Location"] == "/"
    assert "added as Analyst" in reasons()
    assert "one-time link to set a password made" in reasons()
    assert "password set" in reasons()


def test_a_link_works_once(carol_admin: Any, alice_lead: Any, browse: Browse) -> None:
    path = links.one_time_path(alice_lead)
    first, second = browse(), browse()
    page = first.get(path, follow=True).redirect_chain[-1][0]
    first.post(page, {"password1": "purple monkey dishwasher", "password2": "purple monkey dishwasher"})

    assert "This link does not work any more" in second.get(path, follow=True).content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Enter the person&#x27;s name"),
        ({"email": "not an address"}, "Enter an e-mail address like"),
        ({"email": "alice@northshire.example"}, "This person has a role in this force already"),
        ({"role": ""}, "Choose a role"),
        ({"role": "national_admin"}, "Select a valid choice"),
        ({"role": "inspector", "until": ""}, "An inspector needs a last day"),
        ({"role": "inspector", "until": "31/12/2999"}, "at most 90 days ahead"),
        ({"until": "1/1/2020"}, "The last day must not be in the past"),
        ({"until": "31/02/2027"}, "Write the last day as day/month/year"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nobody_is_added(
    carol_admin: Any, alice_lead: Any, browse: Browse, wrong: dict[str, str], words: str
) -> None:
    response = browse(carol_admin).post(reverse("add-person"), DINA | wrong)

    page = response.content.decode()
    assert words in page.replace("&#39;", "&#x27;")
    assert "There is a problem" in page
    assert not User.objects.filter(email="dina@northshire.example").exists()


def test_fields_that_the_form_does_not_have_change_nothing(carol_admin: Any, southshire: Any, browse: Browse) -> None:
    browse(carol_admin).post(
        reverse("add-person"), DINA | {"force": "southshire", "is_active": "", "password": "known to carol"}
    )

    dina = User.objects.get(email="dina@northshire.example")
    assert dina.is_active
    assert not dina.has_usable_password()
    assert dina.memberships.get().force_id == "northshire"


def test_carol_changes_bens_role_and_it_counts_at_once(carol_admin: Any, ben_analyst: Any, browse: Browse) -> None:
    ben, member = browse(ben_analyst), ben_analyst.memberships.get()
    before = ben.get("/people/").status_code

    browse(carol_admin).post(reverse("person", args=[member.pk]), {"role": "force_admin", "until": "", "change": "yes"})

    assert (before, ben.get("/people/").status_code) == (403, 200)
    assert "changed from Analyst to Force administrator" in reasons()


def test_carol_removes_ben_and_he_reads_nothing_any_more(carol_admin: Any, ben_analyst: Any, browse: Browse) -> None:
    ben, member = browse(ben_analyst), ben_analyst.memberships.get()

    browse(carol_admin).post(reverse("person", args=[member.pk]), {"remove": "yes"})

    page = ben.get("/impact-statement/")
    assert page.status_code == 403
    assert "you belong to no force here" in page.content.decode()
    assert "removed as Analyst" in reasons()


def test_a_force_keeps_one_administrator(carol_admin: Any, browse: Browse) -> None:
    member = carol_admin.memberships.get()

    removed = browse(carol_admin).post(reverse("person", args=[member.pk]), {"remove": "yes"})
    demoted = browse(carol_admin).post(
        reverse("person", args=[member.pk]), {"role": "analyst", "until": "", "change": "yes"}
    )

    for page in (removed, demoted):
        assert "would be left without an administrator" in page.content.decode()
    assert Membership.objects.get(pk=member.pk).role == "force_admin"


def test_an_inspectors_time_ends_by_itself(ines_inspector: Any, browse: Browse) -> None:
    Membership.objects.filter(user=ines_inspector).update(until=timezone.localdate() - timedelta(days=1))

    assert browse(ines_inspector).get("/").status_code == 403


def test_the_database_keeps_no_inspector_without_a_last_day(northshire: Any) -> None:
    user = User.objects.make(email="x@northshire.example", name="X")

    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, force=northshire, role="inspector", until=None)


def test_an_administrator_makes_no_link_for_somebody_of_another_force_too(
    carol_admin: Any, omar_of_another_force: Any, northshire: Any, browse: Browse
) -> None:
    member = actions.add_person(
        force=northshire, email=omar_of_another_force.email, name="", role_name="analyst", until=None, by="tests"
    )

    assert browse(carol_admin).post(reverse("person-link", args=[member.pk])).status_code == 403


def test_somebody_of_two_forces_says_first_for_which_they_work(
    omar_of_another_force: Any, northshire: Any, browse: Browse
) -> None:
    actions.add_person(
        force=northshire, email=omar_of_another_force.email, name="", role_name="analyst", until=None, by="tests"
    )
    omar = browse(omar_of_another_force)

    asked = omar.get("/")
    omar.post(reverse("choose-force"), {"force": "northshire"})

    assert asked["Location"] == reverse("choose-force")
    assert "Northshire Police" in omar.get("/").content.decode()


def test_nobody_chooses_a_force_they_do_not_belong_to(
    omar_of_another_force: Any, northshire: Any, browse: Browse
) -> None:
    omar = browse(omar_of_another_force)

    omar.post(reverse("choose-force"), {"force": "northshire"})

    assert "Northshire" not in omar.get("/").content.decode()


def test_when_the_journal_cannot_be_written_nobody_is_added(northshire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(journal, "write", broken)

    with pytest.raises(OSError, match="disk full"):
        actions.add_person(
            force=northshire, email="dina@northshire.example", name="Dina", role_name="analyst", until=None, by="tests"
        )

    assert not User.objects.filter(email="dina@northshire.example").exists()


@pytest.mark.parametrize("act", ["change", "remove"])
def test_when_the_journal_cannot_be_written_nobody_is_changed_or_removed(
    ben_analyst: Any, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    def broken(**_: Any) -> None:
        raise OSError("disk full")

    member = ben_analyst.memberships.get()
    change = partial(actions.change_person, role_name="nvap_lead", until=None)
    do = actions.remove_person if act == "remove" else change
    monkeypatch.setattr(journal, "write", broken)

    with pytest.raises(OSError, match="disk full"):
        do(membership=member, by="tests")

    assert Membership.objects.get(user=ben_analyst).role == "analyst"


def test_an_unknown_role_is_answered_with_the_nearest(northshire: Any) -> None:
    with pytest.raises(UsageFault, match="Did you mean `analyst`"):
        actions.add_person(force=northshire, email="x@x.example", name="X", role_name="analist", until=None, by="tests")


def test_each_role_says_in_words_what_it_may() -> None:
    assert {name: len(str(role.description)) > 20 for name, role in ROLES.items()} == dict.fromkeys(ROLES, True)
    assert not ROLES["inspector"].may(Permission.READ_PLAN)
    assert not ROLES["inspector"].may(Permission.READ_RESULTS)
    assert [name for name, role in ROLES.items() if role.may(Permission.MANAGE_PEOPLE)] == ["force_admin"]


def test_the_demonstration_sign_ins_are_the_same_every_time(northshire: Any, workspace: Any, browse: Browse) -> None:
    first = demonstration.sign_ins(workspace=workspace, force=northshire, by="tests")
    second = demonstration.sign_ins(workspace=workspace, force=northshire, by="tests")

    assert first == second
    assert sorted(User.objects.values_list("name", flat=True)) == [
        "Demonstration NVAP lead",
        "Demonstration administrator",
        "Demonstration analyst",
        "Demonstration chief officer",
        "Demonstration impact owner",
        "Demonstration inspector",
        "Demonstration partner contributor",
        "Demonstration partner reader",
    ]
    answer = browse().post(reverse("account_login"), {"login": first[1].email, "password": first[1].password})
    assert answer["Location"] == "/"


def test_a_real_workspace_has_no_demonstration_sign_ins(northshire: Any, tmp_path: Any) -> None:
    from nvap.records.workspace import Workspace

    real = Workspace(tmp_path / "real", "real", tmp_path / "keys")

    with pytest.raises(Refused, match="only in practice workspaces"):
        demonstration.sign_ins(workspace=real, force=northshire, by="tests")

    assert not User.objects.exists()


def test_alice_changes_her_password(alice_lead: Any, browse: Browse) -> None:
    browse(alice_lead).post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "purple monkey dishwasher", "password2": "purple monkey dishwasher"},
    )

    alice_lead.refresh_from_db()
    assert alice_lead.check_password("purple monkey dishwasher")
    assert "password set" in reasons()


@pytest.mark.parametrize("password", ["short", "password1234", "alice@northshire.example"])
def test_a_weak_password_is_refused(alice_lead: Any, browse: Browse, password: str) -> None:
    response = browse(alice_lead).post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )

    assert "There is a problem" in response.content.decode()
    alice_lead.refresh_from_db()
    assert alice_lead.check_password(PASSWORD)
