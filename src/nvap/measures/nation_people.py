"""People and areas of several forces, as if they were one force's: areas of two forces are never one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from nvap.engine.connection import FORCE

Row = dict[str, Any]
_YEARS = ("year", "held_year")


class Areas:
    """The areas of some forces under names that differ from force to force.

    A force that holds a figure of people for the whole of itself stands as one area, its code; so it is known once its
    people have been read.
    """

    def __init__(self, codes: Sequence[str]) -> None:
        self._codes = codes
        self._whole: set[str] = set()

    def named(self, found: pa.Table) -> pa.Table:
        """Rows that tell areas (`area`, `_force`, and of people `people` and their year), with these names for areas.

        Of people, only the years stay that every one of the forces holds: the people of some of them would be too few.
        """
        year = next((name for name in _YEARS if name in found.column_names), None)
        rows: list[Row] = found.to_pylist()
        if year is not None:
            rows = self._people(rows, year)
        rows = [{**row, "area": self._name(row)} for row in rows if row["area"] is not None or year is not None]
        added = _added_up(rows) if year is not None else rows
        names = [name for name in found.column_names if name != FORCE]
        return pa.Table.from_pylist(added, schema=found.schema).select(names)

    def _people(self, rows: list[Row], year: str) -> list[Row]:
        """The rows of each force's people: its own figure of a year, or else those of its areas."""
        whole = {(row[FORCE], row[year]) for row in rows if row["area"] is None}
        self._whole |= {code for code, _ in whole}
        held: dict[int, set[str]] = {}
        for row in rows:
            held.setdefault(row[year], set()).add(row[FORCE])
        shared = {each for each, forces in held.items() if forces.issuperset(self._codes)}
        return [row for row in rows if row[year] in shared
                and (row["area"] is None or (row[FORCE], row[year]) not in whole)]  # fmt: skip

    def _name(self, row: Row) -> str:
        code = str(row[FORCE])
        return code if code in self._whole else f"{code}/{row['area']}"


def _added_up(rows: list[Row]) -> list[Row]:
    """One row for those that differ in their people alone; missing where any of these is."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(value for name, value in row.items() if name != "people")
        before = found.get(key)
        if before is None:
            found[key] = row
        else:
            both = before["people"], row["people"]
            found[key] = {**row, "people": None if None in both else sum(both)}
    return list(found.values())
