"""The heads kept outside the database: lines cut from the end of the journal are found, and nothing else alarms."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import typer
from django.db import connection, transaction
from typer.testing import CliRunner

from nvap.cli import people
from nvap.errors import InputFault
from nvap.records.workspace import Workspace
from nvap.web.journal import actions, chain, heads
from nvap.web.journal.models import Act, Entry

Write = Callable[[int], Entry]


@pytest.fixture
def write(db: None, workspace: Workspace, django_capture_on_commit_callbacks: Any) -> Write:
    """Write so many lines of Northshire's journal, as if each were committed."""

    def run(times: int) -> Entry:
        for _ in range(times):
            with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
                entry = actions.write(force="northshire", by="Alice", act=Act.ALTER)
        return entry

    return run


@pytest.fixture
def verify(monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What `nvap journal verify` prints, or the fault that it ends with."""
    from nvap.web import migration

    monkeypatch.setattr(migration, "prepare", lambda **_: None)  # the tests' database stands already
    app = typer.Typer()
    people.register(app)

    def run() -> str:
        result = CliRunner().invoke(app, ["journal", "verify", "--force", "northshire"])
        if isinstance(result.exception, InputFault):
            return f"exit {result.exception.exit_code}: {result.exception}"
        assert result.exit_code == 0, result.output
        return result.output

    return run


def cut_the_last_three() -> None:
    """What somebody can do who holds the database and takes its triggers off."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS journal_no_delete")
        else:
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM journal_entry WHERE force = 'northshire' AND seq > 2")


def test_each_committed_line_moves_the_head_on(write: Write, workspace: Workspace) -> None:
    last = write(3)

    assert heads.kept(workspace) == {"northshire": chain.Head("northshire", 3, last.mac)}


def test_a_line_that_is_not_committed_leaves_the_head_where_it_was(transactional_db: None, workspace: Any) -> None:
    with transaction.atomic():
        actions.write(force="northshire", by="Alice", act=Act.ALTER)
        transaction.set_rollback(True)

    assert heads.kept(workspace) == {}


def test_a_head_that_lags_after_a_crash_catches_up_with_the_next_line(write: Write, workspace: Workspace) -> None:
    write(1)
    old = (workspace.keys / heads.FILE).read_bytes()
    write(2)
    (workspace.keys / heads.FILE).write_bytes(old)

    write(1)

    assert heads.kept(workspace)["northshire"].seq == 4


def test_lines_cut_from_the_end_are_reported_with_what_was_expected(write: Write, verify: Callable[[], str]) -> None:
    last = write(5)
    assert "Whole up to line 5, the head kept beside the keys." in verify()

    cut_the_last_three()

    noted = f"northshire:5:{last.mac[:16]}"
    assert verify() == (
        "exit 1: The journal is not as it was written:\n"
        f"northshire: line 5: this line, noted earlier as {noted}, is no longer in the journal: "
        "the journal ends at line 2"
    )


def test_lines_written_after_a_cut_do_not_hide_it(write: Write, verify: Callable[[], str], workspace: Any) -> None:
    cut_off = write(5)
    cut_the_last_three()

    write(6)

    assert heads.kept(workspace)["northshire"].mac == cut_off.mac
    assert "line 5" in verify()
    assert "another line stands in its place" in verify()


def test_a_journal_that_is_gone_altogether_is_reported(write: Write, verify: Callable[[], str]) -> None:
    write(2)
    cut_the_last_three()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry")

    assert "the journal has no line" in verify()


def test_without_a_kept_head_verify_says_what_it_cannot_see(
    write: Write, verify: Callable[[], str], workspace: Workspace
) -> None:
    write(2)
    (workspace.keys / heads.FILE).unlink()

    assert "No head is kept beside the keys yet, so lines cut from the end would not be seen." in verify()


def test_a_damaged_file_is_named_by_verify_and_stops_no_act(
    write: Write, verify: Callable[[], str], workspace: Workspace
) -> None:
    write(1)
    (workspace.keys / heads.FILE).write_text("{", encoding="utf-8")

    assert write(1).seq == 2
    assert "journal-heads.json is damaged" in verify()


def test_a_head_that_cannot_be_written_is_told_to_the_log_and_stops_no_act(
    write: Write, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(path: Path, content: object) -> None:
        raise PermissionError(f"{path} cannot be written")

    monkeypatch.setattr(heads, "write_json", refuse)

    assert write(1).seq == 1
    assert "could not be kept" in caplog.text
    assert heads.kept(workspace) == {}


def test_a_copy_of_the_workspace_with_the_same_keys_has_heads_of_its_own(write: Write, workspace: Workspace) -> None:
    write(2)

    assert heads.kept(Workspace(workspace.path.parent / "copy", "practice", workspace.keys)) == {}


def test_writers_at_the_same_time_leave_the_newest_head(transactional_db: None, workspace: Workspace) -> None:
    force = f"f-{uuid4().hex[:12]}"
    writers = [threading.Thread(target=_write_and_close, args=(force,)) for _ in range(4)]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)

    assert heads.kept(workspace)[force].seq == Entry.objects.filter(force=force).count() == 12


def _write_and_close(force: str) -> None:
    try:
        for _ in range(3):
            with transaction.atomic():
                actions.write(force=force, by="Alice", act=Act.ALTER)
    finally:
        connection.close()
