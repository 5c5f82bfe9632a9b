"""The changes that a reader of numbers must know of, from the force's own calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from nvap.charts.options import Event
from nvap.engine.connection import connect
from nvap.measures.breaks import TABLE, Change, changes
from nvap.records import store
from nvap.records.current import open_tables
from nvap.records.workspace import Force


def events(force: Force, tables: Iterable[str], *, as_at: date | None = None) -> list[Event]:
    """The calendar's changes that touch any of these tables, in the order of their days."""
    touched = set(tables)
    batches = tuple(each.id for each in store.batches(force, TABLE))
    found = (each for each in _changes(force, as_at, batches) if each.touches(touched))
    return [Event(each.on, each.note, each.breaks) for each in found]


@lru_cache(maxsize=32)
def _changes(force: Force, as_at: date | None, batches: tuple[str, ...]) -> tuple[Change, ...]:
    """Every change; asked again only when a batch has come or gone."""
    with connect(memory_limit="128MB", threads=1) as engine:
        if TABLE not in open_tables(engine, force, as_at=as_at, tables=[TABLE]).held:
            return ()
        return changes(engine)
