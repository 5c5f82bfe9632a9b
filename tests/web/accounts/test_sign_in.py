"""Signing in: what is said, what is counted, and when a session ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse
from tests.conftest import PASSWORD

from nvap.web.accounts import throttle
from nvap.web.accounts.hashers import Argon2id
from nvap.web.journal.models import NO_FORCE, Act, Entry

Browse = Callable[..., Client]
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password}, **more)


def acts(force: str = "northshire") -> list[str]:
    return list(Entry.objects.filter(force=force).order_by("seq").values_list("act", flat=True))


def test_alice_signs_in_and_lands_on_the_home_page(alice_lead: Any, browse: Browse) -> None:
    client = browse()

    response = sign_in(client, alice_lead.email)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert "Northshire Police" in client.get("/").content.decode()
    assert acts()[-1] == Act.SIGN_IN


def test_alice_signs_in_with_other_capitals(alice_lead: Any, browse: Browse) -> None:
    assert sign_in(browse(), "ALICE@Northshire.example").status_code == 302


def test_signing_out_leaves_a_line_and_shuts_the_door(alice_lead: Any, browse: Browse) -> None:
    client = browse(alice_lead)

    client.post(reverse("account_logout"))

    assert acts()[-1] == Act.SIGN_OUT
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_a_wrong_password_an_unknown_address_and_a_closed_account_get_the_same_page(
    alice_lead: Any, ben_analyst: Any, browse: Browse
) -> None:
    ben_analyst.is_active = False
    ben_analyst.save()

    pages = [
        sign_in(browse(), alice_lead.email, "wrong").content.decode(),
        sign_in(browse(), "nobody@northshire.example", "wrong").content.decode(),
        sign_in(browse(), ben_analyst.email).content.decode(),
    ]

    bare = {re.sub(r'value="[^"]*"', "", page) for page in pages}
    assert len(bare) == 1
    assert "The e-mail address or the password is not right." in bare.pop()


def test_a_failed_sign_in_leaves_a_line_which_does_not_name_strangers(alice_lead: Any, browse: Browse) -> None:
    sign_in(browse(), alice_lead.email, "wrong")
    sign_in(browse(), "my-password-in-the-wrong-box", "wrong")
    sign_in(browse(), "stranger@elsewhere.example", "wrong")

    assert acts()[-1] == Act.SIGN_IN_FAILED
    strangers = Entry.objects.get(force=NO_FORCE)
    assert "stranger" not in f"{strangers.actor} {strangers.object_id} {strangers.reason}"


def test_after_five_failures_the_right_password_is_refused_for_fifteen_minutes(alice_lead: Any, browse: Browse) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        for _ in range(throttle.FROM_ONE_ADDRESS):
            sign_in(browse(), alice_lead.email, "wrong")
        refused = sign_in(browse(), alice_lead.email)
        clock.shift(throttle.WINDOW + timedelta(seconds=1))
        opened = sign_in(browse(), alice_lead.email)

    assert "Too many tries" in refused.content.decode()
    assert opened.status_code == 302


def test_others_behind_the_same_address_are_not_locked_out(alice_lead: Any, ben_analyst: Any, browse: Browse) -> None:
    for _ in range(20):
        sign_in(browse(), alice_lead.email, "wrong")

    assert sign_in(browse(), ben_analyst.email).status_code == 302


def test_alice_signs_in_from_elsewhere_while_somebody_guesses(alice_lead: Any, browse: Browse) -> None:
    for _ in range(10):
        sign_in(browse(), alice_lead.email, "wrong", REMOTE_ADDR="192.0.2.1")

    assert sign_in(browse(), alice_lead.email, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_guessing_from_many_addresses_is_stopped_by_person(alice_lead: Any, browse: Browse) -> None:
    for number in range(throttle.FROM_ANYWHERE):
        throttle.failed(alice_lead.email, f"192.0.2.{number}")

    assert "Too many tries" in sign_in(browse(), alice_lead.email, REMOTE_ADDR="198.51.100.1").content.decode()


def test_one_password_tried_on_everybody_raises_an_alarm_and_locks_nobody_out(alice_lead: Any, browse: Browse) -> None:
    for number in range(throttle.SPRAYED_PEOPLE + 5):
        sign_in(browse(), f"person{number}@northshire.example", "Password123456")

    alarms = Entry.objects.filter(force=NO_FORCE, object_type="alarm")
    assert alarms.count() == 1
    assert sign_in(browse(), alice_lead.email).status_code == 302


def test_from_a_spraying_address_a_person_has_two_tries(db: None, workspace: Any) -> None:
    for number in range(throttle.SPRAYED_PEOPLE):
        throttle.failed(f"person{number}@northshire.example", "192.0.2.1")
    throttle.failed("alice@northshire.example", "192.0.2.1")
    after_one = throttle.is_open("alice@northshire.example", "192.0.2.1")
    throttle.failed("alice@northshire.example", "192.0.2.1")

    assert after_one
    assert not throttle.is_open("alice@northshire.example", "192.0.2.1")
    assert throttle.is_open("alice@northshire.example", "192.0.2.2")


def test_a_right_password_clears_the_failures(alice_lead: Any, browse: Browse) -> None:
    for _ in range(4):
        sign_in(browse(), alice_lead.email, "wrong")
    sign_in(browse(), alice_lead.email)
    for _ in range(4):
        sign_in(browse(), alice_lead.email, "wrong")

    assert sign_in(browse(), alice_lead.email).status_code == 302


@pytest.mark.parametrize(("minutes", "still_in"), [(29, True), (31, False)])
def test_a_session_ends_after_thirty_idle_minutes(
    alice_lead: Any, browse: Browse, minutes: int, still_in: bool
) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        client = browse(alice_lead)
        clock.shift(timedelta(minutes=minutes))

        assert (client.get("/account/").status_code == 200) is still_in


def test_a_session_ends_after_twelve_hours_however_busy(alice_lead: Any, browse: Browse) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        client = browse(alice_lead)
        statuses = []
        for _ in range(37):
            clock.shift(timedelta(minutes=20))
            statuses.append(client.get("/account/").status_code)

    assert (statuses[35], statuses[36]) == (200, 302)


def test_the_session_has_a_new_number_after_signing_in(alice_lead: Any, browse: Browse) -> None:
    client = browse()
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key

    client.cookies["sessionid"] = before
    sign_in(client, alice_lead.email)

    assert client.session.session_key != before


def test_a_new_password_ends_the_other_sessions(alice_lead: Any, browse: Browse) -> None:
    here, elsewhere = browse(alice_lead), browse(alice_lead)

    alice_lead.set_password("another three words")
    alice_lead.save()

    assert here.get("/account/").status_code == elsewhere.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "next_page", ["//evil.example", "https://evil.example", "\\\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_away_from_the_site(alice_lead: Any, browse: Browse, next_page: str) -> None:
    response = browse().post(
        reverse("account_login"), {"login": alice_lead.email, "password": PASSWORD, "next": next_page}
    )

    assert response["Location"] == "/"


def test_signing_in_leads_to_the_page_that_was_asked_for(alice_lead: Any, browse: Browse) -> None:
    response = browse().post(
        reverse("account_login"), {"login": alice_lead.email, "password": PASSWORD, "next": "/account/"}
    )

    assert response["Location"] == "/account/"


def test_a_form_without_its_token_is_refused_with_what_to_do(alice_lead: Any, browse: Browse) -> None:
    response = browse(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x", "password": "y"})

    assert response.status_code == 403
    assert "This form has been open too long" in response.content.decode()


def test_nobody_makes_an_account_for_themselves(db: None, workspace: Any, browse: Browse) -> None:
    assert "Ask your force administrator" in browse().get(reverse("account_signup")).content.decode()
    assert browse().post(reverse("account_signup"), {"email": "x@x.example"}).status_code == 405


def test_passwords_are_kept_with_argon2id_as_asvs_approves(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["nvap.web.accounts.hashers.Argon2id"]

    kept = Argon2id().encode("three words together", "saltsaltsalt")

    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def code_now(secret: str, at: datetime) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_with_the_second_step_a_password_alone_opens_nothing(alice_lead: Any, browse: Browse) -> None:
    TOTP.activate(alice_lead, "JBSWY3DPEHPK3PXP")
    client = browse()

    with time_machine.travel(NINE, tick=False):
        after_password = sign_in(client, alice_lead.email)
        still_out = client.get("/account/")
        wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
        right = client.post(reverse("mfa_authenticate"), {"code": code_now("JBSWY3DPEHPK3PXP", NINE)})

    assert after_password["Location"].startswith(reverse("mfa_authenticate"))
    assert still_out.status_code == 302
    assert "Incorrect code" in wrong.content.decode()
    assert right["Location"] == "/"


def test_a_code_works_once(alice_lead: Any, browse: Browse) -> None:
    TOTP.activate(alice_lead, "JBSWY3DPEHPK3PXP")

    with time_machine.travel(NINE, tick=False):
        code = code_now("JBSWY3DPEHPK3PXP", NINE)
        answers = []
        for client in (browse(), browse()):
            sign_in(client, alice_lead.email)
            answers.append(client.post(reverse("mfa_authenticate"), {"code": code}).status_code)

    assert answers == [302, 200]


def test_in_a_real_workspace_nothing_opens_before_the_second_step_is_set_up(
    alice_lead: Any, browse: Browse, settings: Any
) -> None:
    settings.NVAP_PRACTICE = False
    client = browse(alice_lead)

    assert client.get("/")["Location"] == reverse("mfa_activate_totp")
    assert client.get("/account/").status_code == 200

    TOTP.activate(alice_lead, "JBSWY3DPEHPK3PXP")
    assert client.get("/").status_code == 200
