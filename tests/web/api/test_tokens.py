"""Making, seeing and withdrawing tokens on the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.conftest import PASSWORD
from tests.web.api.conftest import token_of, with_secret

from nvap.errors import Refused, UsageFault
from nvap.web.accounts.models import User
from nvap.web.api import actions
from nvap.web.api.models import Token
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act, Entry

Browse = Callable[..., Client]
NEW = "/account/tokens/new/"


def signed_in(browse: Browse, user: User) -> Client:
    """A browser in which somebody has just shown their password once more."""
    client = browse(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def typed(days: int = 30, name: str = "Board report") -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=days)
    return {"name": name, "until": f"{day.day}/{day.month}/{day.year}"}


def test_ben_makes_a_token_and_sees_it_once(ben_analyst: User, browse: Browse) -> None:
    client = signed_in(browse, ben_analyst)

    page = client.post(NEW, typed()).content.decode()
    (secret,) = set(re.findall(r"nvap_[\w-]{43}", page))
    token = Token.objects.get()

    assert with_secret(secret).get("/api/v1/").json()["role"] == "analyst"
    assert secret not in client.get("/account/tokens/").content.decode()
    assert secret not in f"{token.digest}{token.beginning}{token.name}"
    assert token.digest != secret
    line = Entry.objects.filter(force="northshire").latest("seq")
    assert (line.act, line.object_type, line.actor) == (Act.ADMINISTER, "token", str(ben_analyst))
    assert line.reason.startswith(f"made: acts as {ben_analyst.email}, Analyst, until ")


def test_the_password_is_asked_for_before_a_token_is_made(ben_analyst: User, browse: Browse) -> None:
    client = browse(ben_analyst)  # a session that has not just shown a password

    for answer in (client.get(NEW), client.post(NEW, typed())):
        assert answer["Location"].startswith("/account/confirm/")
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    ("days", "name", "said"),
    [
        (-1, "x", "The last day must be today or later, and at most 366 days ahead."),
        (367, "x", "The last day must be today or later, and at most 366 days ahead."),
        (30, "", "Say what the token is for"),
    ],
)
def test_a_token_without_a_purpose_or_with_a_day_too_far_is_not_made(
    days: int, name: str, said: str, ben_analyst: User, browse: Browse
) -> None:
    page = signed_in(browse, ben_analyst).post(NEW, typed(days, name)).content.decode()

    assert said in page
    assert not Token.objects.exists()


def test_the_action_keeps_to_the_rules_without_the_form(
    ben_analyst: User, ines_inspector: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageFault, match="366 days"):
        token_of(ben_analyst, days=367)
    with pytest.raises(Refused, match="exact numbers, which Inspector may not"):
        token_of(ines_inspector)
    monkeypatch.setattr(actions, "MOST_A_PERSON", 1)
    token_of(ben_analyst)
    with pytest.raises(Refused, match="more than 1 tokens"):
        token_of(ben_analyst)


def test_too_many_tokens_are_refused_on_the_page(
    ben_analyst: User, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_A_PERSON", 0)

    page = signed_in(browse, ben_analyst).post(NEW, typed()).content.decode()

    assert "Withdraw one that is no longer used." in page


def test_a_token_that_cannot_be_noted_is_not_made(ben_analyst: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("the journal cannot be written")

    monkeypatch.setattr(journal, "write", broken)
    with pytest.raises(RuntimeError):
        token_of(ben_analyst)

    assert not Token.objects.exists()


def test_a_withdrawal_that_cannot_be_noted_is_not_one(ben_analyst: User, monkeypatch: pytest.MonkeyPatch) -> None:
    token, secret = token_of(ben_analyst)

    def broken(**_: Any) -> None:
        raise RuntimeError("the journal cannot be written")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "write", broken)
        with pytest.raises(RuntimeError):
            actions.withdraw_token(token=token, by=ben_analyst)

    assert with_secret(secret).get("/api/v1/").status_code == 200


def test_ben_withdraws_his_token_and_it_opens_nothing_any_more(ben_analyst: User, browse: Browse) -> None:
    token, secret = token_of(ben_analyst)

    gone = browse(ben_analyst).post(f"/account/tokens/{token.pk}/withdraw/")

    assert gone["Location"] == "/account/tokens/"
    assert with_secret(secret).get("/api/v1/").status_code == 401
    assert "withdrawn, " in browse(ben_analyst).get("/account/tokens/").content.decode()
    line = Entry.objects.filter(force="northshire", act=Act.ADMINISTER).latest("seq")
    assert (line.actor, line.reason) == (str(ben_analyst), f"withdrawn; it acted as {ben_analyst.email}, Analyst")


def test_a_second_withdrawal_changes_and_notes_nothing(ben_analyst: User) -> None:
    token, _secret = token_of(ben_analyst)
    actions.withdraw_token(token=token, by=ben_analyst)
    lines = Entry.objects.count()

    actions.withdraw_token(token=token, by="somebody else")

    token.refresh_from_db()
    assert (token.withdrawn_by, Entry.objects.count()) == (str(ben_analyst), lines)


def test_alice_neither_sees_nor_withdraws_bens_token(alice_lead: User, ben_analyst: User, browse: Browse) -> None:
    token, secret = token_of(ben_analyst, name="Ben's own report")

    assert "own report" not in browse(alice_lead).get("/account/tokens/").content.decode()
    assert browse(alice_lead).post(f"/account/tokens/{token.pk}/withdraw/").status_code == 404
    assert browse(alice_lead).get("/people/tokens/").status_code == 403
    assert with_secret(secret).get("/api/v1/").status_code == 200


def test_an_administrator_sees_and_withdraws_every_token_of_the_force_and_of_no_other(
    carol_admin: User, ben_analyst: User, omar_of_another_force: User, browse: Browse
) -> None:
    token, secret = token_of(ben_analyst, name="Board report")
    theirs, _secret = token_of(omar_of_another_force, name="Southern report")
    client = browse(carol_admin)

    page = client.get("/people/tokens/").content.decode()
    gone = client.post(f"/account/tokens/{token.pk}/withdraw/", {"of_force": "yes"})

    assert "Board report" in page
    assert "Ben Analyst" in page
    assert "Southern report" not in page
    assert gone["Location"] == "/people/tokens/"
    assert with_secret(secret).get("/api/v1/").status_code == 401
    assert client.post(f"/account/tokens/{theirs.pk}/withdraw/").status_code == 404
    line = Entry.objects.filter(force="northshire", act=Act.ADMINISTER).latest("seq")
    assert line.actor == str(carol_admin)


def test_the_list_tells_the_day_on_which_a_token_was_last_used(ben_analyst: User, browse: Browse) -> None:
    token, secret = token_of(ben_analyst)
    before = browse(ben_analyst).get("/account/tokens/").content.decode()

    with_secret(secret).get("/api/v1/")

    token.refresh_from_db()
    assert "Never" in before
    assert token.last_used == timezone.localdate()
    assert "Never" not in browse(ben_analyst).get("/account/tokens/").content.decode()


def test_an_ended_token_is_listed_as_ended_and_cannot_be_withdrawn(ben_analyst: User, browse: Browse) -> None:
    token, _secret = token_of(ben_analyst)
    Token.objects.filter(pk=token.pk).update(until=date(2020, 1, 1))

    page = browse(ben_analyst).get("/account/tokens/").content.decode()

    assert "ended" in page
    assert f"/account/tokens/{token.pk}/withdraw/" not in page


def test_what_a_token_is_called_is_text_and_no_markup(ben_analyst: User, carol_admin: User, browse: Browse) -> None:
    token_of(ben_analyst, name="<b>bold</b>")

    for page in (browse(ben_analyst).get("/account/tokens/"), browse(carol_admin).get("/people/tokens/")):
        assert b"<b>bold" not in page.content


def test_pages_lead_to_tokens_for_those_who_may_have_them_only(
    ben_analyst: User, ines_inspector: User, carol_admin: User, browse: Browse
) -> None:
    assert b"/account/tokens/" in browse(ben_analyst).get("/account/").content
    assert b"/account/tokens/" not in browse(ines_inspector).get("/account/").content
    assert b"/people/tokens/" in browse(carol_admin).get("/people/").content
    assert b'href="/api/"' in browse(ben_analyst).get("/measures/").content
