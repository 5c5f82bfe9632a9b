"""Who may read what: every address as every role, with a token and from the pages; tokens that no longer stand."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.web.api.conftest import token_of, with_secret
from tests.web.api.pages import PAGES
from tests.web.pages import PEOPLE, World

from nvap.records.workspace import Workspace
from nvap.web.accounts import actions as people
from nvap.web.accounts.models import FailedSignIn, Force, User
from nvap.web.api import actions, asker
from nvap.web.api.models import Token
from nvap.web.journal.models import NO_FORCE, Act, Entry

Browse = Callable[..., Client]
Program = Callable[[Any], Client]
MEASURES = "/api/v1/measures"
D02 = "/api/v1/measures/D02/results"
# Roles that may see exact numbers, and those that may not.
EXACT = ("alice_lead", "ben_analyst", "carol_admin", "olga_owner", "chris_chief")
NOT_EXACT = ("ines_inspector", "pia_partner_reader", "pete_partner_contributor")


@pytest.fixture
def addresses(workspace: Any, with_results: Workspace, northshire: Force, ben_analyst: User) -> list[str]:
    """Every address of the API that exists, each naming something that Northshire has."""
    run = with_secret(token_of(ben_analyst)[1]).get("/api/v1/runs").json()["items"][0]["run"]
    world = World(northshire, None, {}, workspace)
    names = [page for page in PAGES if reverse(page.name, args=_arguments(page, world)).startswith("/api/v1/")]
    found = [reverse(page.name, args=_arguments(page, world)) for page in names if page.name != "api-nothing"]
    return [each.replace("20261101T090000-00000000", run) for each in found]


def _arguments(page: Any, world: World) -> tuple[Any, ...]:
    needs_a_person = page.name == "api-token-withdraw"
    return (0,) if needs_a_person else page.arguments(world)


def statuses(client: Client, addresses: list[str]) -> set[int]:
    return {client.get(each).status_code for each in addresses}


@pytest.mark.parametrize("who", EXACT)
def test_who_may_see_exact_numbers_reads_every_address_with_a_token_and_from_the_pages(
    who: str, request: pytest.FixtureRequest, addresses: list[str], browse: Browse, program: Program
) -> None:
    user = request.getfixturevalue(who)

    assert len(addresses) == 12
    assert statuses(program(user), addresses) == {200}
    assert statuses(browse(user), addresses) == {200}


@pytest.mark.parametrize("who", NOT_EXACT)
def test_who_may_not_see_exact_numbers_is_told_why_at_every_address(
    who: str, request: pytest.FixtureRequest, addresses: list[str], browse: Browse
) -> None:
    client = browse(request.getfixturevalue(who))

    assert statuses(client, addresses) == {403}
    said = client.get(D02)
    assert said["Content-Type"] == "application/problem+json"
    assert "may not see exact numbers" in said.json()["detail"]


def test_who_is_signed_out_is_asked_for_a_token_at_every_address(addresses: list[str], browse: Browse) -> None:
    said = browse().get(D02)

    assert statuses(browse(), addresses) == {401}
    assert said["WWW-Authenticate"].startswith("Basic ")
    assert "/account/tokens/" in said.json()["detail"]
    assert said.json()["request"] == said["X-Request-Number"]


def test_another_force_finds_its_own_and_nothing_of_northshires(
    addresses: list[str], omar_of_another_force: User, program: Program, browse: Browse
) -> None:
    for client in (program(omar_of_another_force), browse(omar_of_another_force)):
        answers = [client.get(each) for each in addresses]

        assert {each.status_code for each in answers} == {200, 404}
        assert not any(b"northshire" in each.content.lower() for each in answers)
        assert client.get("/api/v1/runs").json()["items"] == []


@pytest.mark.parametrize("how", ["withdrawn", "ended", "of a closed account", "of another role", "of who was removed"])
def test_a_token_that_no_longer_stands_opens_nothing(
    how: str, addresses: list[str], ben_analyst: User, carol_admin: User
) -> None:
    token, secret = token_of(ben_analyst)
    own = ben_analyst.memberships.get()
    if how == "withdrawn":
        actions.withdraw_token(token=token, by=ben_analyst)
    elif how == "ended":
        Token.objects.filter(pk=token.pk).update(until=date.today() - timedelta(days=2))  # noqa: DTZ011
    elif how == "of a closed account":
        ben_analyst.is_active = False
        ben_analyst.save()
    elif how == "of another role":
        people.change_person(membership=own, role_name="nvap_lead", until=None, by=carol_admin)
    else:
        people.remove_person(membership=own, by=carol_admin)

    # The throttle of wrong tokens answers 429 after the first few.
    assert statuses(with_secret(secret), addresses) <= {401, 429}
    assert with_secret(secret).get(D02).status_code in {401, 429}


def test_a_token_does_not_come_back_with_the_role(ben_analyst: User, carol_admin: User) -> None:
    token, secret = token_of(ben_analyst)
    own = ben_analyst.memberships.get()

    for role in ("nvap_lead", "analyst"):
        people.change_person(membership=own, role_name=role, until=None, by=carol_admin)

    token.refresh_from_db()
    assert token.why == Token.Why.ROLE
    assert with_secret(secret).get(MEASURES).json()["detail"].startswith("This token was withdrawn.")


def test_a_token_does_not_come_back_with_the_person(ben_analyst: User, carol_admin: User, northshire: Force) -> None:
    token, secret = token_of(ben_analyst)

    people.remove_person(membership=ben_analyst.memberships.get(), by=carol_admin)
    facts = {"name": "Ben Analyst", "role_name": "analyst", "until": None}
    people.add_person(force=northshire, email=ben_analyst.email, by=carol_admin, **facts)

    token.refresh_from_db()
    assert token.why == Token.Why.LEFT
    assert with_secret(secret).get(MEASURES).status_code == 401


def test_a_new_last_day_of_the_person_leaves_the_token_as_it_is(ben_analyst: User, carol_admin: User) -> None:
    _token, secret = token_of(ben_analyst)

    until = date.today() + timedelta(days=3)  # noqa: DTZ011
    people.change_person(membership=ben_analyst.memberships.get(), role_name="analyst", until=until, by=carol_admin)

    assert with_secret(secret).get(MEASURES).status_code == 200


def test_a_token_reads_nothing_on_the_day_after_its_persons_last_one(ben_analyst: User, carol_admin: User) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=UTC), tick=False) as clock:
        _token, secret = token_of(ben_analyst, days=30)
        own = ben_analyst.memberships.get()
        people.change_person(membership=own, role_name="analyst", until=date(2026, 11, 24), by=carol_admin)

        clock.move_to(datetime(2026, 11, 24, 23, 59, tzinfo=UTC))
        on_the_last_day = with_secret(secret).get(MEASURES).status_code
        clock.move_to(datetime(2026, 11, 25, 0, 1, tzinfo=UTC))
        after = with_secret(secret).get(MEASURES)

    assert (on_the_last_day, after.status_code) == (200, 401)
    assert "no longer has that role" in after.json()["detail"]


def test_a_token_ends_at_midnight_where_its_force_is(ben_analyst: User) -> None:
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=UTC), tick=False) as clock:
        _token, secret = token_of(ben_analyst, days=1)

        clock.move_to(datetime(2026, 6, 2, 22, 59, tzinfo=UTC))
        before = with_secret(secret).get(MEASURES).status_code
        clock.move_to(datetime(2026, 6, 2, 23, 1, tzinfo=UTC))  # in summer the next day has begun in London
        after = with_secret(secret).get(MEASURES)

    assert (before, after.status_code) == (200, 401)
    assert "This token ended on 2 June 2026." in after.json()["detail"]


def test_a_token_is_also_the_password_of_basic_whatever_the_name(ben_analyst: User) -> None:
    _token, secret = token_of(ben_analyst)

    for name in ("", "token", ben_analyst.email):
        shown = base64.b64encode(f"{name}:{secret}".encode()).decode()
        client = Client(headers={"Authorization": f"Basic {shown}"})
        assert client.get(MEASURES).status_code == 200


@pytest.mark.parametrize("header", ["Basic !!!", "Basic /w==", "Bearer", "Bearer ", "Digest x", "nvap_x", ""])
def test_a_header_that_cannot_be_read_is_a_401(header: str, ben_analyst: User) -> None:
    said = Client(headers={"Authorization": header}).get(MEASURES)

    assert said.status_code == 401
    assert said["Content-Type"] == "application/problem+json"


def test_a_password_is_no_token(ben_analyst: User) -> None:
    from tests.conftest import PASSWORD

    shown = base64.b64encode(f"{ben_analyst.email}:{PASSWORD}".encode()).decode()

    assert Client(headers={"Authorization": f"Basic {shown}"}).get(MEASURES).status_code == 401


def test_a_wrong_token_is_not_helped_by_a_session(ben_analyst: User, browse: Browse) -> None:
    client = browse(ben_analyst)

    assert client.get(MEASURES).status_code == 200
    assert client.get(MEASURES, headers={"Authorization": "Bearer nvap_wrong"}).status_code == 401


def test_a_token_acts_in_its_own_force_whatever_the_session_says(
    ben_analyst: User, omar_of_another_force: User, browse: Browse
) -> None:
    _token, secret = token_of(ben_analyst)

    said = browse(omar_of_another_force).get("/api/v1/", headers={"Authorization": f"Bearer {secret}"})

    assert said.json()["force"] == "northshire"


def test_a_person_of_two_forces_has_a_token_for_each(
    ben_analyst: User, northshire: Force, southshire: Force, carol_admin: User
) -> None:
    facts = {"name": "Ben", "role_name": "nvap_lead", "until": None}
    people.add_person(force=southshire, email=ben_analyst.email, by="the tests", **facts)
    of_north, of_south = (token_of(ben_analyst, force=each)[1] for each in (northshire, southshire))

    people.remove_person(membership=ben_analyst.memberships.get(force=northshire), by=carol_admin)

    assert with_secret(of_north).get("/api/v1/").status_code == 401
    assert with_secret(of_south).get("/api/v1/").json() | {"role": ""} == (
        with_secret(of_south).get("/api/v1/").json() | {"force": "southshire", "role": ""}
    )


def test_a_token_opens_no_page(ben_analyst: User) -> None:
    client = with_secret(token_of(ben_analyst)[1])

    for page in ("/", "/measures/", "/api/", "/account/tokens/", "/measures/D02/table.csv"):
        assert client.get(page)["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_can_be_changed(method: str, ben_analyst: User, program: Program) -> None:
    said = getattr(program(ben_analyst), method)(MEASURES)

    assert said.status_code == 405
    assert said["Allow"] == "GET, HEAD"
    assert said["Content-Type"] == "application/problem+json"


def test_head_tells_the_length_and_no_more(ben_analyst: User, program: Program) -> None:
    client = program(ben_analyst)

    said = client.head(MEASURES)

    assert (said.status_code, said.content) == (200, b"")
    assert int(said["Content-Length"]) == len(client.get(MEASURES).content)


def test_answers_are_kept_by_no_cache(ben_analyst: User, program: Program) -> None:
    assert program(ben_analyst).get(MEASURES)["Cache-Control"] == "no-store"


def test_more_than_so_many_requests_a_minute_must_wait(ben_analyst: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asker, "MOST_A_MINUTE", 3)
    client, other = (with_secret(token_of(ben_analyst)[1]) for _ in range(2))

    with time_machine.travel(datetime(2026, 11, 23, 9, 0, 20, tzinfo=UTC), tick=False) as clock:
        answers = [client.get(MEASURES) for _ in range(4)]
        of_another_token = other.get(MEASURES).status_code
        clock.move_to(datetime(2026, 11, 23, 9, 1, 0, tzinfo=UTC))
        a_minute_later = client.get(MEASURES).status_code

    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "40"
    assert answers[-1].json()["detail"] == "This token asked 3 times within this minute. Wait 40 seconds."
    assert (of_another_token, a_minute_later) == (200, 200)


def test_wrong_tokens_from_one_address_are_slowed_down_and_right_ones_are_not(ben_analyst: User) -> None:
    _token, secret = token_of(ben_analyst)

    answers = [with_secret(f"nvap_wrong{at}").get(MEASURES) for at in range(7)]
    from_elsewhere = with_secret("nvap_wrong", REMOTE_ADDR="192.0.2.7").get(MEASURES)

    assert [each.status_code for each in answers] == [401, 401, 401, 401, 401, 429, 429]
    assert answers[-1]["Retry-After"] == "900"
    assert from_elsewhere.status_code == 401
    assert with_secret(secret).get(MEASURES).status_code == 200
    assert FailedSignIn.objects.count() == 6


def test_wrong_tokens_shut_nobody_out_of_the_sign_in_page(ben_analyst: User, browse: Browse) -> None:
    from tests.conftest import PASSWORD

    for at in range(30):
        with_secret(f"nvap_wrong{at}").get(MEASURES)

    signed = browse().post(reverse("account_login"), {"login": ben_analyst.email, "password": PASSWORD})
    assert signed.status_code == 302


def test_a_wrong_token_leaves_a_line_that_does_not_repeat_it(ben_analyst: User) -> None:
    token, secret = token_of(ben_analyst)
    actions.withdraw_token(token=token, by=ben_analyst)

    with_secret("nvap_my-secret").get(MEASURES)
    with_secret(secret).get(MEASURES)
    stranger, known = Entry.objects.get(force=NO_FORCE), Entry.objects.filter(force="northshire").latest("seq")

    assert (stranger.act, stranger.actor, stranger.object_type) == (Act.SIGN_IN_FAILED, "somebody unknown", "token")
    assert "my-secret" not in f"{stranger.object_id}{stranger.reason}"
    assert (known.act, known.actor) == (Act.SIGN_IN_FAILED, str(ben_analyst))
    assert secret not in f"{known.object_id}{known.reason}"


def test_an_address_that_is_none_says_so_in_json(browse: Browse) -> None:
    for address in ("/api/v1/nothing", "/api/v1/measures/", "/api/v1/measures/D02/results.xlsx"):
        said = browse().get(address)
        assert (said.status_code, said["Content-Type"]) == (404, "application/problem+json")
        assert "no slash at their end" in said.json()["detail"]


def test_a_busy_database_is_a_problem_that_passes(
    ben_analyst: User, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = program(ben_analyst)

    def busy(**_: Any) -> int:
        raise OperationalError("database is locked")

    monkeypatch.setattr(actions, "count_use", busy)
    said = client.get(MEASURES)

    assert (said.status_code, said["Retry-After"]) == (503, "30")
    assert said["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("fault", "status"), [("database is locked", 503), ("disk is full", 503), ("no such table: x", 500)]
)
def test_the_database_failing_within_an_answer_is_a_problem_too(
    fault: str, status: int, ben_analyst: User, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nvap.web.results import stored

    def failing(*_: Any) -> None:
        raise OperationalError(fault)

    client = program(ben_analyst)
    client.raise_request_exception = False
    monkeypatch.setattr(stored, "catch_up", failing)
    said = client.get("/api/v1/latest")

    assert (said.status_code, said["Content-Type"]) == (status, "application/problem+json")
    assert fault not in said.json()["detail"]


def test_a_program_asks_the_database_little(ben_analyst: User, program: Program, with_results: Workspace) -> None:
    client = program(ben_analyst)
    client.get(D02)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(D02)

    assert len(asked) <= 16, [each["sql"][:90] for each in asked.captured_queries]


def test_everybody_of_the_crawl_was_tried() -> None:
    assert {*EXACT, *NOT_EXACT, "omar_of_another_force"} == set(PEOPLE)
