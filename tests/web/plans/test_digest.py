"""The daily digest, against a mail server on this machine: one a day, only when something waits, and all are listed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse
from tests.web.plans.conftest import person, write
from tests.web.plans.smtp import Sink, sink

from nvap import packs
from nvap.errors import UsageFault
from nvap.web import mail
from nvap.web.accounts import actions as accounts
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Entry
from nvap.web.plans.actions import messaging, reviewing, starting
from nvap.web.plans.models import Message, NoDigest

Browse = Callable[..., Client]
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
NEXT_DAY = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def post(settings: Any) -> Iterator[Sink]:
    """A mail server, which the settings name."""
    with sink() as server:
        settings.NVAP_SMTP_URL = server.url
        settings.NVAP_ADDRESS = "https://nvap.northshire.example"
        settings.NVAP_MAIL_FROM = "nvap@northshire.example"
        yield server


@pytest.fixture
def owned(plan: Any, alice_lead: Any, olga_owner: Any) -> Any:
    """It is 2 March 2026, and Olga owns A1a: January's report is overdue, February's is due."""
    with time_machine.travel(MARCH, tick=False):
        write(plan, alice_lead, {("A1a", "decision"): "will-do", ("A1a", "owner"): str(olga_owner.pk)})
        yield plan


def run(now: datetime = MARCH) -> dict[str, int]:
    return dict(messaging.send_digests(pack=packs.pack(), by="the tests", now=now))


def to(post: Sink, name: str) -> list[str]:
    return [str(each.get_content()) for each in post.messages if str(each["To"]).startswith(name)]


def test_olga_gets_what_is_overdue_and_due_with_links(owned: Any, post: Sink, olga_owner: Any) -> None:
    assert run() == {"sent": 2}  # Olga, and Alice, who leads

    (body,) = to(post, "olga")
    assert "Overdue (1)" in body
    assert "Was due 14 February 2026." in body
    assert "https://nvap.northshire.example/plan/progress/2026-01-01/A1a/" in body
    assert body.index("Due (1)") < body.index("/plan/progress/2026-02-01/A1a/")
    assert str(post.messages[0]["From"]) == "nvap@northshire.example"


def test_a_second_run_on_the_same_day_sends_nothing_and_the_next_day_sends_again(owned: Any, post: Sink) -> None:
    run()

    assert run() == {}
    assert run(NEXT_DAY) == {"sent": 2}
    assert len(to(post, "olga")) == 2


def test_a_day_is_a_day_of_the_force_and_not_of_greenwich(owned: Any, post: Sink) -> None:
    late = datetime(2026, 6, 3, 22, 30, tzinfo=UTC)  # 3 June in London
    past_midnight = datetime(2026, 6, 3, 23, 30, tzinfo=UTC)  # 4 June there

    assert (run(late)["sent"], run(past_midnight)["sent"]) == (2, 2)


def test_nobody_is_written_to_when_nothing_waits(plan: Any, post: Sink, olga_owner: Any, chris_chief: Any) -> None:
    with time_machine.travel(MARCH, tick=False):
        assert run() == {}

    assert post.messages == []


def test_the_message_holds_nothing_that_the_plan_says_and_names_nobody(
    owned: Any, post: Sink, alice_lead: Any, chris_chief: Any
) -> None:
    write(
        owned,
        alice_lead,
        {("A1a", "output", "external"): "One rule for flags", ("about", "approver"): str(chris_chief.pk)},
    )
    reviewing.send(plan=owned, by=alice_lead, note="Read the first page")
    reviewing.return_(plan=owned, by=chris_chief, version=owned.saves, note="Say who is meant")

    run()

    said = " ".join(str(each.get_content()) + str(each["Subject"]) for each in post.messages)
    assert not [each for each in ("Olga", "Chris", "Alice", "One rule", "first page", "who is meant") if each in said]


def test_who_turned_it_off_gets_none(owned: Any, post: Sink, olga_owner: Any, browse: Browse) -> None:
    browse(olga_owner).post("/plan/messages/", {"digest": "no"})

    run()

    assert to(post, "olga") == []


def test_the_address_in_the_message_stops_it_without_signing_in(
    owned: Any, post: Sink, olga_owner: Any, browse: Browse
) -> None:
    run()
    address = re.search(r"https://nvap.northshire.example(/plan/messages/stop/\S+)", to(post, "olga")[0])
    assert address

    opened = browse().get(address[1])
    assert not NoDigest.objects.exists()  # a mail program that looks at every link stops nothing
    stopped = browse().post(address[1])

    assert "Stop the messages" in opened.content.decode()
    assert "You get no messages any more" in stopped.content.decode()
    assert NoDigest.objects.get().user == olga_owner
    assert browse().get(reverse("plan-messages-stop", args=["1:forged"])).status_code == 404


def test_every_message_is_listed_for_those_who_may_see_it(
    owned: Any, post: Sink, request: pytest.FixtureRequest, browse: Browse
) -> None:
    run()

    who = ("alice_lead", "olga_owner", "ben_analyst", "omar_of_another_force")
    alice, olga, ben, omar = (
        browse(request.getfixturevalue(each)).get("/plan/messages/").content.decode() for each in who
    )

    assert "Olga Owner" in alice
    assert "/plan/progress/2026-01-01/A1a/" not in alice  # what Olga was told is hers
    assert "/plan/progress/2026-01-01/A1a/" in olga
    assert "There is no message yet." in ben
    assert "There is no message yet." in omar


def test_a_mail_server_that_cannot_be_reached_is_said_and_the_next_run_sends(
    owned: Any, post: Sink, settings: Any, alice_lead: Any, browse: Browse
) -> None:
    working, settings.NVAP_SMTP_URL = settings.NVAP_SMTP_URL, "smtp://127.0.0.1:1"

    assert run() == {"failed": 2}
    page = browse(alice_lead).get("/plan/messages/").content.decode()
    settings.NVAP_SMTP_URL = working

    assert "could not be sent, to be tried again: the mail server cannot be reached" in page
    assert run() == {"sent": 2}
    assert len(to(post, "olga")) == 1
    assert Message.objects.count() == 2


def test_an_address_that_is_refused_holds_up_nobody_else_and_the_servers_words_are_not_kept(
    owned: Any, post: Sink
) -> None:
    post.refused.add("olga@")

    assert run() == {"failed": 1, "sent": 1}
    assert Message.objects.get(state="failed").told == "the mail server refused the address"


def test_without_a_mail_server_the_messages_are_listed_as_not_sent(owned: Any, settings: Any) -> None:
    settings.NVAP_SMTP_URL = ""

    assert run() == {"not-sent": 2}


def test_a_message_that_was_begun_is_not_sent_a_second_time(owned: Any, post: Sink, olga_owner: Any) -> None:
    run()
    Message.objects.filter(user=olga_owner).update(state="sending")

    assert run() == {}


def test_when_the_journal_fails_the_message_counts_as_begun_and_is_not_repeated(
    owned: Any, post: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "write", fail)
        with pytest.raises(OSError, match="disk is full"):
            run()

    run()
    assert all(len(to(post, name)) == 1 for name in ("alice", "olga"))


def test_a_message_leaves_a_line_in_the_journal_without_its_words(owned: Any, post: Sink) -> None:
    run()

    lines = Entry.objects.filter(object_type="digest")
    assert {(each.force, each.act, each.reason) for each in lines} == {("northshire", "disclose", "sent")}


def test_somebody_of_two_forces_gets_one_message_about_both(
    owned: Any, post: Sink, olga_owner: Any, southshire: Any, omar_of_another_force: Any
) -> None:
    from datetime import date

    from nvap.plan.periods import regular

    accounts.add_person(
        force=southshire, email=olga_owner.email, name="", role_name="impact_owner", until=None, by="the tests"
    )
    periods = regular("monthly", date(2026, 1, 1), 12, 14)
    other = starting.start(
        force=southshire, pack=packs.pack(), frequency="monthly", periods=periods, by=omar_of_another_force
    )
    write(other, omar_of_another_force, {("A1b", "decision"): "will-do", ("A1b", "owner"): str(olga_owner.pk)})

    run()

    (body,) = to(post, "olga")
    assert body.index("Northshire Police") < body.index("Southshire Police") < body.index("2026-01-01/A1b")
    assert "Northshire" not in to(post, "omar")[0]


def test_two_processes_at_once_send_one(transactional_db: None, workspace: Any, post: Sink) -> None:
    """On the database itself, with real commits: a force of its own."""
    from datetime import date

    from nvap.plan.periods import regular

    twin = accounts.mirror_forces(forces=[workspace.add_force("twinshire", "Twinshire Police")], by="the tests")[0]
    lead = person(twin, "Tina Twin", "nvap_lead")
    periods = regular("monthly", date(2020, 1, 1), 2, 14)
    made = starting.start(force=twin, pack=packs.pack(), frequency="monthly", periods=periods, by=lead)
    write(made, lead, {("A1a", "decision"): "will-do", ("A1a", "owner"): str(lead.pk)})
    together, ended = threading.Barrier(2), []

    def process() -> None:
        try:
            together.wait()
            ended.append(run())
        finally:
            connections.close_all()

    runs = [threading.Thread(target=process) for _ in range(2)]
    for each in runs:
        each.start()
    for each in runs:
        each.join()

    assert len(ended) == 2
    assert len(to(post, "tina")) == 1


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtp://mail.example", ("mail.example", 25, "", "", False)),
        ("smtps://nvap:a%40b@mail.example", ("mail.example", 465, "nvap", "a@b", True)),
        ("smtp://nvap@mail.example:587", ("mail.example", 587, "nvap", "kept apart", False)),
    ],
)
def test_the_mail_server_is_read_from_one_url(url: str, found: tuple[object, ...], tmp_path: Path) -> None:
    (tmp_path / "smtp-password").write_text("kept apart\n", encoding="utf-8")

    read = mail.read(url, tmp_path)

    assert (read.host, read.port, read.user, read.password, read.encrypted) == found


@pytest.mark.parametrize("url", ["mail.example", "http://secret@mail.example", "smtp://", "smtp://secret@h:port"])
def test_another_url_is_refused_without_being_repeated(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageFault) as fault:
        mail.read(url, tmp_path)

    assert "secret" not in str(fault.value)


def test_the_command_says_how_many_were_sent(
    owned: Any, post: Sink, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer
    from typer.testing import CliRunner

    from nvap.cli import messages
    from nvap.web import migration

    monkeypatch.setattr(migration, "refuse_when_pending", lambda: None)  # the tests' database stands already
    app = typer.Typer()
    messages.register(app)

    first, second = CliRunner().invoke(app, []), CliRunner().invoke(app, [])
    settings.NVAP_SMTP_URL = "smtp://127.0.0.1:1"
    Message.objects.update(state="failed")
    third = CliRunner().invoke(app, [])

    assert first.output == "2 sent, 0 could not be sent.\n"
    assert second.output == "0 sent, 0 could not be sent.\n"
    assert "0 sent, 2 could not be sent." in third.output
    assert str(third.exception).startswith("The page Messages says why")


def test_the_worker_sends_by_day_and_lets_people_sleep(owned: Any, post: Sink) -> None:
    from nvap.web import working

    with time_machine.travel(datetime(2026, 3, 2, 3, tzinfo=UTC), tick=False):
        at_night = working.send_digests_by_day()
    with time_machine.travel(MARCH, tick=False):
        by_day, again = working.send_digests_by_day(), working.send_digests_by_day()

    assert (at_night, by_day, again) == (0, 2, 0)


def test_a_password_is_kept_back_where_the_server_offers_no_encryption(
    owned: Any, post: Sink, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "_HERE", ())  # as if the server were another machine
    settings.NVAP_SMTP_URL = post.url.replace("smtp://", "smtp://nvap:hush@")

    assert run() == {"failed": 2}
    assert {each.told for each in Message.objects.all()} == {
        "the mail server offers no encryption, so the password was kept back"
    }
    assert "hush" not in " ".join(post.heard)


def test_a_mail_server_that_is_set_wrongly_holds_up_no_other_job(settings: Any) -> None:
    from nvap.web import working

    settings.NVAP_SMTP_URL = "ftp://nobody"

    assert working.sends_digests() is False
