"""The journal's chain: what is written stays as it was written, and whoever changes it is found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from nvap.web.journal import actions, chain
from nvap.web.journal.models import NO_FORCE, Act, Entry


def write(force: str = "northshire", *, reason: str = "", times: int = 1) -> list[Entry]:
    with transaction.atomic():
        return [actions.write(force=force, by="Alice", act=Act.ALTER, reason=f"{reason}{n}") for n in range(times)]


def verified(force: str = "northshire", expect: chain.Head | None = None) -> Any:
    return chain.verify(
        Entry.objects.filter(force=force).order_by("seq"), chain.key(), expect=[expect] if expect else []
    )


@pytest.fixture
def tampering(db: None, workspace: Any) -> Callable[..., None]:
    """Run SQL on the journal as somebody would who holds the database but not the key: past the triggers."""

    def run(sql: str, *parameters: object) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("DROP TRIGGER IF EXISTS journal_no_update")
                cursor.execute("DROP TRIGGER IF EXISTS journal_no_delete")
            else:
                cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
            cursor.execute(sql, parameters)

    return run


def test_lines_are_numbered_from_one_in_each_force(db: None, workspace: Any) -> None:
    north, south = write("northshire", times=2), write("southshire")

    assert [entry.seq for entry in north + south] == [1, 2, 1]
    assert north[1].prev == north[0].mac
    assert south[0].prev == chain.FIRST


def test_an_untouched_journal_is_verified_up_to_its_last_line(db: None, workspace: Any) -> None:
    last = write(times=5)[-1]

    assert verified() == chain.Head("northshire", 5, last.mac)


def test_a_line_outside_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        actions.write(force="northshire", by="Alice", act=Act.ALTER)


@pytest.mark.parametrize("sql", ["UPDATE journal_entry SET reason = 'x'", "DELETE FROM journal_entry"])
def test_the_database_refuses_to_change_or_remove_a_line(db: None, workspace: Any, sql: str) -> None:
    write()

    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert verified().seq == 1


def test_a_line_cannot_be_replaced_either(db: None, workspace: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has INSERT OR REPLACE")
    entry = write()[0]

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT OR REPLACE INTO journal_entry SELECT id, force, seq, at, 'Mallory', act, object_type, object_id, "
            "reason, request_id, prev, mac FROM journal_entry WHERE id = %s",
            [entry.pk],
        )

    assert Entry.objects.get().actor == "Alice"


def test_a_changed_line_is_named(tampering: Callable[..., None]) -> None:
    write(times=5)

    tampering("UPDATE journal_entry SET actor = 'Mallory' WHERE seq = 3")

    assert (verified().seq, "content" in verified().what) == (3, True)


def test_a_removed_line_is_named_by_the_one_after_it(tampering: Callable[..., None]) -> None:
    write(times=5)

    tampering("DELETE FROM journal_entry WHERE seq = 3")

    assert str(verified()) == "northshire: line 4: line 3 is missing before it"


def test_two_swapped_lines_are_found(tampering: Callable[..., None]) -> None:
    write(times=5)

    tampering("UPDATE journal_entry SET seq = 99 WHERE seq = 2")
    tampering("UPDATE journal_entry SET seq = 2 WHERE seq = 3")
    tampering("UPDATE journal_entry SET seq = 3 WHERE seq = 99")

    assert (verified().seq, verified().what) == (2, "it does not follow from the line before it")


def test_an_invented_last_line_is_found(tampering: Callable[..., None]) -> None:
    last = write(times=2)[-1]

    Entry.objects.create(force="northshire", seq=3, at=last.at, actor="Alice", act="alter", prev=last.mac, mac="0" * 64)

    assert verified().seq == 3


def test_lines_cut_from_the_end_are_found_by_a_head_noted_earlier(tampering: Callable[..., None]) -> None:
    last = write(times=5)[-1]
    noted = chain.Head("northshire", 5, last.mac[:16])

    tampering("DELETE FROM journal_entry WHERE seq >= 4")

    assert isinstance(verified(), chain.Head)
    assert str(verified(expect=noted)).startswith("northshire: line 5: this line, noted earlier as northshire:5:")


def test_a_head_noted_earlier_is_found_again_when_more_was_written(db: None, workspace: Any) -> None:
    noted = chain.Head("northshire", 2, write(times=2)[-1].mac[:16])
    write(times=3)

    assert verified(expect=noted).seq == 5


def test_another_key_verifies_nothing(db: None, workspace: Any) -> None:
    write(times=2)

    fault = chain.verify(Entry.objects.filter(force="northshire").order_by("seq"), b"x" * 32)

    assert (fault.seq, "key is another one" in fault.what) == (1, True)  # type: ignore[union-attr]


def test_an_empty_journal_has_no_fault(db: None, workspace: Any) -> None:
    assert verified() is None


def test_long_words_are_cut_before_they_are_signed(db: None, workspace: Any) -> None:
    with transaction.atomic():
        actions.write(force=NO_FORCE, by="A" * 999, act=Act.ALTER, reason="r" * 999, object_id="o" * 999)

    assert isinstance(verified(NO_FORCE), chain.Head)


def test_writers_at_the_same_time_get_numbers_one_after_the_other(transactional_db: None) -> None:
    force = f"f-{uuid4().hex[:12]}"
    writers = [threading.Thread(target=_write_and_close, args=(force,)) for _ in range(6)]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)

    assert verified(force).seq == 18


def _write_and_close(force: str) -> None:
    try:
        for _ in range(3):
            write(force)
    finally:
        connection.close()
