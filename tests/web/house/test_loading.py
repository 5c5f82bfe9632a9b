"""From a stored batch to its line in the journal; and no batch without one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from nvap.errors import Refused
from nvap.records import store
from nvap.records.store import Batch, Coverage, Extract
from nvap.web import home, loading
from nvap.web.accounts.models import Force
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Entry

Browse = Callable[..., Client]


def make_batch(force: Any, name: str = "2026-01-01-abc", **more: Any) -> Batch:
    batch = Batch(
        id=name,
        table="incidents",
        force=force.code,
        content_hash="c" * 64,
        mapping_name="made-up",
        mapping_version="1",
        mapping_hash="m" * 64,
        as_at=date(2026, 1, 1),
        loaded_at=datetime(2026, 1, 2, 9, 0, tzinfo=UTC),
        loaded_by="Ben (command line)",
        source={"name": "command and control"},
        origin="incidents.csv",
        extract=Extract(),
        coverage=Coverage(),
        population_years={},
        precision={},
        columns_filled=(),
        first_day=None,
        last_day=None,
        undated_rows=0,
        report={"read": 1200, "loaded": 1195, "set_aside": 5},
    )

    def write_files(folder: Path) -> None:
        for file in (store.ROWS, store.SET_ASIDE):
            (folder / file).write_bytes(b"")

    return store.write_batch(force, dataclasses.replace(batch, **more), write_files)


def lines() -> list[tuple[str, str, str]]:
    told = Entry.objects.filter(object_type="batch").order_by("seq")
    return list(told.values_list("actor", "object_id", "reason"))


def test_a_batch_gets_one_line_with_who_loaded_how_much(northshire: Force, workspace: Any) -> None:
    force = workspace.force("northshire")
    make_batch(force)

    first = loading.note(force=force, by="tests")
    again = loading.note(force=force, by="tests")

    assert (len(first), again) == (1, [])
    assert lines() == [
        (
            "Ben (command line)",
            "incidents/2026-01-01-abc",
            "mapping made-up 1, as at 2026-01-01; read 1200, loaded 1195, set aside 5",
        )
    ]


def test_when_the_journal_cannot_be_written_the_batch_is_removed_again(
    northshire: Force, workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    force = workspace.force("northshire")
    batch = make_batch(force)

    def broken(**_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(journal, "write", broken)

    with pytest.raises(Refused, match="Nothing was loaded, since the journal could not be written: disk full"):
        loading.note(force=force, by="tests", undo=batch)

    assert store.all_batches(force) == []
    assert lines() == []


def test_what_follows_a_load_is_asked_for_once(
    northshire: Force, workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[str] = []
    monkeypatch.setattr(loading, "_what_follows", lambda: [lambda *, force, by: followed.append(f"{force.code} {by}")])
    force = workspace.force("northshire")
    make_batch(force, "2026-01-01-abc")
    make_batch(force, "2026-02-01-def")

    loading.note(force=force, by="tests")
    loading.note(force=force, by="tests")

    assert followed == ["northshire tests"]


@pytest.fixture
def only_loading_offers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The home page as loading alone makes it: the batches here hold no rows that others could read."""
    monkeypatch.setattr(home, "_offering", lambda: ["nvap.web.loading"])


def test_the_home_page_says_what_was_loaded(
    alice_lead: Any, workspace: Any, browse: Browse, only_loading_offers: None
) -> None:
    make_batch(workspace.force("northshire"))

    page = browse(alice_lead).get("/").content.decode()

    assert "1,195 rows, as at 1 January 2026" in page
    assert "No extract has been loaded" not in page


def test_what_was_loaded_on_one_day_is_one_sentence(
    alice_lead: Any, workspace: Any, browse: Browse, only_loading_offers: None
) -> None:
    for number in range(1, 4):
        make_batch(workspace.force("northshire"), f"2026-01-0{number}-abc")

    page = browse(alice_lead).get("/").content.decode()

    assert "2 January 2026: 3 extracts loaded, 3,585 rows in all." in page


def test_omar_is_not_told_what_another_force_loaded(
    omar_of_another_force: Any, northshire: Force, workspace: Any, browse: Browse, only_loading_offers: None
) -> None:
    make_batch(workspace.force("northshire"))

    assert "1,195" not in browse(omar_of_another_force).get("/").content.decode()
