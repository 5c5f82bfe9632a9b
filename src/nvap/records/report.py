"""The reconciliation of one file: how many rows were read, and what became of every one of them.

read = loaded + set aside + identical duplicates + excluded by a named rule
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Report:
    """What a check or a load found. Raises AssertionError at birth when the counts do not add up.

    `set_aside_rules` counts rows by (rule, column; None: the whole row); a row may break several rules. `unmapped`
    gives for a column the source's codes that nobody mapped, with their counts. `first_rows` gives a few row numbers
    for each rule. `missing` counts the loaded rows in which a mapped column is empty, `placeholders` texts and dates
    that stand for "not known", `ambiguous` local times that the clock showed twice.
    """

    file: str
    table: str
    mapping: str
    statements: tuple[str, ...]
    read: int
    loaded: int
    set_aside: int
    identical_duplicates: int
    excluded: Mapping[str, int]
    set_aside_rules: Mapping[tuple[str, str | None], int] = field(default_factory=dict)
    first_rows: Mapping[tuple[str, str | None], tuple[int, ...]] = field(default_factory=dict)
    unmapped: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    missing: Mapping[str, int] = field(default_factory=dict)
    placeholders: Mapping[str, int] = field(default_factory=dict)
    ambiguous: Mapping[str, int] = field(default_factory=dict)
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    undated_rows: int = 0
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        accounted = self.loaded + self.set_aside + self.identical_duplicates + sum(self.excluded.values())
        if self.read != accounted:
            raise AssertionError(f"{self.read} rows read, {accounted} accounted for")

    def counts(self) -> dict[str, Any]:
        """The report as batch.json keeps it."""
        return {
            "file": self.file,
            "statements": list(self.statements),
            "read": self.read,
            "loaded": self.loaded,
            "set_aside": self.set_aside,
            "identical_duplicates": self.identical_duplicates,
            "excluded": dict(self.excluded),
            "set_aside_rules": [
                {
                    "rule": rule,
                    "column": column,
                    "rows": count,
                    "first_rows": list(self.first_rows.get((rule, column), ())),
                }
                for (rule, column), count in self.set_aside_rules.items()
            ],
            "unmapped": {column: dict(codes) for column, codes in self.unmapped.items()},
            "missing": dict(self.missing),
            "placeholders": dict(self.placeholders),
            "ambiguous": dict(self.ambiguous),
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "undated_rows": self.undated_rows,
            "warnings": list(self.warnings),
        }
