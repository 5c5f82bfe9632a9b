"""The calendar's changes: of systems, definitions and policy, which a reader of a series must know of."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nvap.engine.connection import Engine

TABLE = "calendar"
EVERY_TABLE = "all"


@dataclass(frozen=True)
class Change:
    """One change of the calendar: its day, its words, the table it touches, and whether it splits series."""

    on: datetime.date
    note: str
    applies_to: str | None
    breaks: bool

    def touches(self, tables: Iterable[str]) -> bool:
        """Whether it touches any of these tables; one that names no table touches all."""
        return self.applies_to in {*tables, EVERY_TABLE, None}


@dataclass(frozen=True)
class Rebase:
    """A recorded decision to begin new limits on a day: for a measure, of one part or (None) of them all."""

    measure: str
    part: str | None
    on: datetime.date
    reason: str

    def concerns(self, measure: str, part: str) -> bool:
        """Whether it was decided for this number."""
        return self.measure == measure and self.part in (part, None)


def changes(engine: Engine) -> tuple[Change, ...]:
    """Every change of the calendar that the engine has open, in the order of their days."""
    found = engine.query('SELECT "date", "note", "applies_to", "breaks_series" FROM calendar ORDER BY 1, 2')
    return tuple(
        Change(row["date"], row["note"].rstrip("."), row["applies_to"], bool(row["breaks_series"]))
        for row in found.to_pylist()
    )


def places(starts: Sequence[datetime.date], days: Iterable[datetime.date]) -> tuple[int, ...]:
    """Where new periods begin: the first of `starts` on or after each day. The very first begins none."""
    found = {next((at for at, start in enumerate(starts) if start >= day), None) for day in days}
    return tuple(sorted(at for at in found if at))
