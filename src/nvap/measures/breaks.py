"""Where a series is split: the calendar's changes of systems, definitions and policy, and decisions to re-base.

Decisions are made in the web, with a reason and a line in the journal. A copy of those that stand lies in the force's
folder, so that the command line and notebooks split their series at the same days.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nvap.engine.connection import Engine
from nvap.errors import InputFault
from nvap.records.workspace import Force, write_json

TABLE = "calendar"
EVERY_TABLE = "all"
_COPY = "rebasing.json"


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


def keep(force: Force, decided: Sequence[Rebase]) -> None:
    """Write the copy of the decisions that stand."""
    rows = [[each.measure, each.part, each.on.isoformat(), each.reason] for each in decided]
    write_json(force.folder / _COPY, rows)


def kept(force: Force) -> tuple[Rebase, ...]:
    """The decisions of the copy; none where nobody has decided anything. Raises InputFault where it is damaged."""
    path = force.folder / _COPY
    if not path.exists():
        return ()
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return tuple(Rebase(measure, part, datetime.date.fromisoformat(on), why) for measure, part, on, why in rows)
    except (ValueError, TypeError) as error:
        raise InputFault(
            f"{path} is damaged; record or take back a decision in the web, which writes it anew."
        ) from error
