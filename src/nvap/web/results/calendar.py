"""The changes that a reader of numbers must know of, from the force's own calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from nvap.charts.options import Event
from nvap.engine.connection import connect
from nvap.records import store
from nvap.records.current import open_tables
from nvap.records.workspace import Force

TABLE = "calendar"
EVERY_TABLE = "all"


@dataclass(frozen=True)
class _Change:
    event: Event
    applies_to: str | None


def events(force: Force, tables: Iterable[str], *, as_at: date | None = None) -> list[Event]:
    """The calendar's changes that touch any of these tables, in the order of their days."""
    touched = {*tables, EVERY_TABLE, None}
    batches = tuple(each.id for each in store.batches(force, TABLE))
    return [each.event for each in _changes(force, as_at, batches) if each.applies_to in touched]


@lru_cache(maxsize=32)
def _changes(force: Force, as_at: date | None, batches: tuple[str, ...]) -> tuple[_Change, ...]:
    """Every change; asked again only when a batch has come or gone."""
    with connect(memory_limit="128MB", threads=1) as engine:
        if TABLE not in open_tables(engine, force, as_at=as_at, tables=[TABLE]).held:
            return ()
        found = engine.query('SELECT "date", "note", "applies_to", "breaks_series" FROM calendar ORDER BY 1, 2')
    return tuple(
        _Change(Event(row["date"], row["note"].rstrip("."), bool(row["breaks_series"])), row["applies_to"])
        for row in found.to_pylist()
    )
