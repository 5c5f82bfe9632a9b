"""Which records of a table came in, changed or went between two sets of its batches, by month and area."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from nvap.engine.connection import Engine
from nvap.records.contract import Contract, contract
from nvap.records.current import current_sql, same_key
from nvap.records.store import Batch


@dataclass(frozen=True)
class RecordChanges:
    """How many records came in since, hold something else now, or are no longer there."""

    new: int = 0
    changed: int = 0
    withdrawn: int = 0

    def __add__(self, other: RecordChanges) -> RecordChanges:
        """Both together."""
        return RecordChanges(self.new + other.new, self.changed + other.changed, self.withdrawn + other.withdrawn)

    @property
    def words(self) -> str:
        """As `14 came in, 2 changed`; empty for none."""
        told = ((self.new, "came in"), (self.changed, "changed"), (self.withdrawn, "withdrawn"))
        return ", ".join(f"{many:,} {what}" for many, what in told if many)


Months = dict[tuple[datetime.date | None, str | None], RecordChanges]


def record_changes(engine: Engine, table: str, before: Sequence[Batch], after: Sequence[Batch]) -> Months:
    """The changes between two views of a table, by the month and area that the records lie in.

    `before` and `after` are the batches of each view. A month or area that a record does not tell is None; nothing
    comes out where either view holds no batch.
    """
    described = contract(table)
    if not before or not after:
        return {}
    found = engine.query(_sql(described, list(before), list(after)))
    return {
        (row["month"], row["area"]): RecordChanges(row["new"], row["changed"], row["withdrawn"])
        for row in found.to_pylist()
    }


def within(months: Months, span: tuple[datetime.date, datetime.date], area: str | None) -> RecordChanges:
    """What changed in the months that lie in a stretch of days; of one area, or (None) of them all."""
    total = RecordChanges()
    for (month, place), each in months.items():
        if month is not None and span[0].replace(day=1) <= month <= span[1] and area in (None, place):
            total += each
    return total


def _sql(described: Contract, before: list[Batch], after: list[Batch]) -> str:
    day = described.period_day
    area = "coalesce(now.area, was.area)" if "area" in described.stored_types else "NULL"
    differs = " OR ".join(f'was."{name}" IS DISTINCT FROM now."{name}"' for name in described.stored_types)
    return (
        f"WITH was AS (SELECT *, {day} AS _day, 1 AS _here FROM ({current_sql(described, before)}) AS held),\n"
        f"now AS (SELECT *, {day} AS _day, 1 AS _here FROM ({current_sql(described, after)}) AS held)\n"
        "SELECT CAST(date_trunc('month', coalesce(now._day, was._day)) AS DATE) AS month,\n"
        f"  CAST({area} AS VARCHAR) AS area,\n"
        "  count(*) FILTER (WHERE was._here IS NULL) AS new,\n"
        f"  count(*) FILTER (WHERE was._here = 1 AND now._here = 1 AND ({differs})) AS changed,\n"
        "  count(*) FILTER (WHERE now._here IS NULL) AS withdrawn\n"
        f"FROM was FULL OUTER JOIN now ON {same_key(described, 'was', 'now')}\n"
        "GROUP BY 1, 2 HAVING new + changed + withdrawn > 0"
    )
