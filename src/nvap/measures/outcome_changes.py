"""What one outcome type of a crime became in the next, from the history of crimes with a mental-health factor."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from nvap.engine.connection import connect
from nvap.errors import NotEnoughData
from nvap.measures.held import held_tables
from nvap.measures.together import MOST_CODES, Together
from nvap.records.contract import code_list
from nvap.records.current import open_tables
from nvap.records.workspace import Force

MEASURES: Final = ("J15", "J17", "J18")
"""The measures of outcomes, beside which what became of an outcome type is drawn."""
STEPS: Final = ("outcome_type_before", "outcome_type_after")
_NEEDS: Final = {
    "crime_outcome_history": ("crime_ref", "outcome_type", "set_at"),
    "crimes": ("crime_ref", "mh_factor"),
}
_SQL: Final = """
SELECT was, became, count(*) AS many FROM (
  SELECT h."crime_ref" AS ref, h."outcome_type" AS became,
    lag(h."outcome_type") OVER (PARTITION BY h."crime_ref" ORDER BY h."set_at", h."outcome_type") AS was,
    row_number() OVER (PARTITION BY h."crime_ref" ORDER BY h."set_at", h."outcome_type") AS place
  FROM "crime_outcome_history" AS h
) AS steps JOIN "crimes" AS c ON c."crime_ref" = steps.ref
WHERE place > 1 AND c."mh_factor" IN ('victim', 'suspect', 'both')
GROUP BY was, became
"""


def outcomes_became(force: Force, *, other: str = "Other types", as_at: datetime.date | None = None) -> Together:
    """Each pair of an outcome type and the one that came after it, of crimes with a mental-health factor.

    Keys are both types in words; beyond the 11 commonest, types are put together as `other`. Raises NotEnoughData where
    the history is not loaded, or no crime has two outcome types.
    """
    found = types_became(force, as_at=as_at)
    return replace(found, counts=_in_words(found.counts, other))


def types_became(force: Force, *, as_at: datetime.date | None = None) -> Together:
    """Each outcome type and the one that came after it, by their codes. Raises as `outcomes_became` does."""
    with connect(memory_limit="1500MB") as engine:
        held = held_tables(open_tables(engine, force, as_at=as_at))
        for table, columns in _NEEDS.items():
            if table not in held:
                raise NotEnoughData(f"The table {table} is not loaded.")
            missing = [name for name in columns if name not in held[table].columns]
            if missing:
                raise NotEnoughData(f"No mapping fills {', '.join(f'{table}.{name}' for name in missing)}.")
        found = engine.query(_SQL).to_pylist()
    pairs: dict[tuple[str, ...], int] = {
        (row["was"], row["became"]): row["many"] for row in found if row["was"] and row["became"]
    }
    if not pairs:
        raise NotEnoughData("No crime with a mental-health factor has had two outcome types.")
    days = [held[name].as_at for name in _NEEDS]
    return Together(
        pairs,
        sum(row["many"] for row in found) - sum(pairs.values()),
        as_at or max((day for day in days if day is not None), default=datetime.date.max),
        held["crimes"].origins | held["crime_outcome_history"].origins,
    )


def _in_words(pairs: Mapping[tuple[str, ...], int], other: str) -> dict[tuple[str, ...], int]:
    totals: dict[str, int] = {}
    for pair, many in pairs.items():
        for code in set(pair):
            totals[code] = totals.get(code, 0) + many
    ordered = sorted(totals, key=lambda code: -totals[code])
    apart = set(ordered if len(ordered) <= MOST_CODES else ordered[: MOST_CODES - 1])
    labels = code_list("outcome_type").labels
    found: dict[tuple[str, ...], int] = {}
    for pair, many in pairs.items():
        words = tuple(f"{code}: {labels[code]}" if code in apart and code in labels else other for code in pair)
        found[words] = found.get(words, 0) + many
    return found
