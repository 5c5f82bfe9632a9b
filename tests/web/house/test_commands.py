"""`nvap user` and `nvap journal`, as an operator types them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import typer
from django.db import connection, transaction
from django.utils import timezone
from typer.testing import CliRunner

from nvap.cli import people
from nvap.errors import NvapError
from nvap.web.accounts.models import Membership, User
from nvap.web.journal import actions
from nvap.web.journal.models import Act

Type = Callable[..., str]


@pytest.fixture
def typed(northshire: Any, southshire: Any, monkeypatch: pytest.MonkeyPatch) -> Type:
    """Type a command; what it prints, or the fault that it ends with."""
    from nvap.web import migration

    monkeypatch.setattr(migration, "prepare", lambda **_: None)  # the tests' database stands already
    app = typer.Typer()
    people.register(app)

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, list(words))
        if isinstance(result.exception, NvapError):
            return f"exit {result.exception.exit_code}: {result.exception}"
        assert result.exit_code == 0, result.output
        return result.output

    return run


ADD = ("user", "add", "dina@northshire.example", "--name", "Dina New", "--force", "northshire")


def test_an_operator_adds_lists_and_removes_somebody(typed: Type) -> None:
    added = typed(*ADD, "--role", "analyst")
    listed = typed("user", "list", "--force", "northshire")
    removed = typed("user", "remove", "Dina@northshire.example", "--force", "northshire")

    assert "dina@northshire.example is analyst of Northshire Police." in added
    assert "/set-password/" in added
    assert "dina@northshire.example" in listed
    assert "was removed" in removed
    assert not Membership.objects.exists()


def test_the_force_must_be_said_where_there_are_two(typed: Type) -> None:
    assert typed("user", "list").startswith("exit 2: The workspace holds 2 forces; say which with --force")


def test_an_inspector_without_a_last_day_is_refused(typed: Type) -> None:
    said = typed(*ADD, "--role", "inspector")

    assert said == "exit 2: An inspector needs a last day, at most 90 days ahead."
    assert not User.objects.exists()


def test_an_inspector_with_a_last_day_is_added(typed: Type) -> None:
    until = (timezone.localdate() + timedelta(days=20)).isoformat()

    typed(*ADD, "--role", "inspector", "--until", until)

    assert until in typed("user", "list", "--force", "northshire")


def test_a_day_that_cannot_be_read_is_said(typed: Type) -> None:
    assert "found `soon`" in typed(*ADD, "--role", "inspector", "--until", "soon")


def test_removing_somebody_who_is_not_there_names_the_nearest(typed: Type) -> None:
    typed(*ADD, "--role", "analyst")

    said = typed("user", "remove", "dinah@northshire.example", "--force", "northshire")

    assert "Did you mean `dina@northshire.example`?" in said


def test_a_new_link_is_printed_for_somebody_who_forgot_their_password(typed: Type) -> None:
    typed(*ADD, "--role", "analyst")

    assert "/set-password/" in typed("user", "link", "dina@northshire.example", "--force", "northshire")


def test_the_journal_is_shown_oldest_of_the_last_first(typed: Type) -> None:
    for number in range(4):
        with transaction.atomic():
            actions.write(force="northshire", by="Ben", act=Act.ALTER, reason=f"change {number}")

    shown = typed("journal", "show", "--force", "northshire", "--last", "2")

    assert [line.split()[-1] for line in shown.splitlines()] == ["2", "3"]


def test_an_untouched_journal_is_verified_with_its_heads(typed: Type) -> None:
    said = typed("journal", "verify", "--force", "northshire")

    assert "northshire: 1 lines, untouched. Head: northshire:1:" in said
    head = said.split("Head: ")[1].split()[0]
    assert "untouched" in typed("journal", "verify", "--force", "northshire", "--expect", head)


def test_the_first_line_that_was_changed_is_named_and_the_exit_code_says_so(typed: Type) -> None:
    with transaction.atomic():
        actions.write(force="northshire", by="Ben", act=Act.ALTER)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER journal_no_update")
        else:
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE journal_entry SET actor = 'Mallory' WHERE force = 'northshire' AND seq = 2")

    said = typed("journal", "verify", "--force", "northshire")

    assert said.startswith("exit 1: The journal is not as it was written:\nnorthshire: line 2: its content")


def test_a_head_that_cannot_be_read_is_refused(typed: Type) -> None:
    assert typed("journal", "verify", "--expect", "nonsense").startswith("exit 2: --expect reads FORCE:LINE:MAC")
