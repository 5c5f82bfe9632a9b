"""The dirt that a made-up extract holds: rows spoiled on purpose, with what the loading must make of each.

Every spoiled row has exactly one fault, so the truth can say how many rows each rule sets aside, file by file.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from nvap.records.made_up.clock import Mask

Row = dict[str, str | None]
_FORM = "%d/%m/%Y %H:%M:%S"


@dataclass(frozen=True)
class Spoiling:
    """One way to spoil a row: the rows it becomes, and what the loading must do with them.

    `rule` and `column` name the rule that sets the rows aside and the contract's column it is about (both empty where
    nothing is set aside, `column` where it is about the whole row); `identical` of the rows are exact copies;
    `excluded` names the rule that leaves one of them out.
    """

    name: str
    spoil: Callable[[Row], list[Row]]
    rule: str = ""
    column: str = ""
    set_aside: int = 1
    identical: int = 0
    excluded: str = ""


@dataclass
class Tally:
    """What stands in one file, and what must become of it."""

    read: int = 0
    identical: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    set_aside: Counter[tuple[str, str]] = field(default_factory=Counter)
    spoiled: Counter[str] = field(default_factory=Counter)
    shown_twice: Counter[str] = field(default_factory=Counter)

    @property
    def loaded(self) -> int:
        """The rows that must load."""
        return self.read - self.identical - self.excluded.total() - self.set_aside.total()

    def note(self, spoiling: Spoiling) -> None:
        """Count one row that was spoiled."""
        self.spoiled[spoiling.name] += 1
        self.identical += spoiling.identical
        if spoiling.excluded:
            self.excluded[spoiling.excluded] += 1
        if spoiling.rule:
            self.set_aside[spoiling.rule, spoiling.column] += spoiling.set_aside


def spoil(
    table: pa.Table, jobs: Sequence[tuple[Spoiling, Mask]], each: int, tally: Tally, rng: np.random.Generator
) -> tuple[pa.Table, Mask]:
    """Spoil `each` rows in every given way, chosen by lot among those the job's mask allows; no row twice.

    Returns the table with the spoiled rows at its end, and which of the original rows the loading sets aside.
    """
    gone = np.zeros(table.num_rows, dtype=np.bool_)
    kept = np.ones(table.num_rows, dtype=np.bool_)
    rows: list[Row] = []
    for spoiling, allowed in jobs:
        candidates = np.flatnonzero(allowed & kept)
        for index in rng.choice(candidates, size=min(each, len(candidates)), replace=False):
            rows.extend(spoiling.spoil(table.slice(int(index), 1).to_pylist()[0]))
            kept[index] = False
            gone[index] = bool(spoiling.rule)
            tally.note(spoiling)
    if not rows:
        return table, gone
    return pa.concat_tables([table.filter(pa.array(kept)), pa.Table.from_pylist(rows, schema=table.schema)]), gone


def put(column: str, value: str | None) -> Callable[[Row], list[Row]]:
    """Spoil a row by putting a value into one column."""
    return lambda row: [{**row, column: value}]


def copied(row: Row) -> list[Row]:
    """The same row twice."""
    return [row, dict(row)]


def contradicted(column: str, values: tuple[str, str]) -> Callable[[Row], list[Row]]:
    """The same reference twice, with two values in one column."""
    return lambda row: [{**row, column: values[0]}, {**row, column: values[1]}]


def moved(column: str, relative_to: str, minutes: int) -> Callable[[Row], list[Row]]:
    """One time so many minutes after another of the row's times."""

    def move(row: Row) -> list[Row]:
        start = datetime.datetime.strptime(str(row[relative_to]), _FORM)  # noqa: DTZ007 - a clock without a zone
        return [{**row, column: (start + datetime.timedelta(minutes=minutes)).strftime(_FORM)}]

    return move


def impossible_day(column: str, *, emptied: str) -> Callable[[Row], list[Row]]:
    """The 31st of February, at the row's own time of day; another column is left empty."""
    return lambda row: [{**row, column: "31/02/" + str(row[column])[6:], emptied: None}]


def in_two_versions(column: str, changed: str) -> Callable[[Row], list[Row]]:
    """An earlier version of the row, with another text in one column, before the row itself."""
    return lambda row: [{**row, column: "1", changed: "Not yet classed"}, {**row, column: "2"}]


def at_half_past_one(column: str) -> Callable[[Row], list[Row]]:
    """Half past one on the row's own day."""
    return lambda row: [{**row, column: str(row[column])[:10] + " 01:30:00"}]
