"""Derived columns: named, documented SQL over the current view of a table, with what each needs.

`needs` names columns of the table, and columns of other tables as `table.column`; a derived column whose needs are not
filled cannot be computed, and says so. The counting rules keep SQL's three values: what is missing is neither true nor
false.
"""

from __future__ import annotations

from typing import NamedTuple

from nvap.records.contract import contract


class Derived(NamedTuple):
    """One derived column: its SQL, what it means, and the columns it needs."""

    sql: str
    description: str
    needs: frozenset[str]


COUNTING_RULES = {
    "R1": "flagged at closure",
    "R2": "at opening or closure",
    "R3": "plus linked records",
    "RA": "on review",
}

_INCIDENTS = {
    "counted": Derived(
        "\"closure_kind\" = 'counted'",
        "The log counts as an incident: it is no duplicate, cancelled, test or administrative log.",
        frozenset({"closure_kind"}),
    ),
    "mhri_r1": Derived(
        '"mh_at_closure"',
        "A mental-health-related incident, flagged at closure (R1).",
        frozenset({"mh_at_closure"}),
    ),
    "mhri_r2": Derived(
        '("mh_at_closure" OR "mh_at_opening")',
        "A mental-health-related incident, flagged at opening or closure (R2).",
        frozenset({"mh_at_closure", "mh_at_opening"}),
    ),
    "mhri_r3": Derived(
        '("mh_at_closure" OR "mh_at_opening" OR "mh_linked" OR "incident_ref" IN'
        ' (SELECT "s136"."incident_ref" FROM "s136" WHERE "s136"."incident_ref" IS NOT NULL))',
        "A mental-health-related incident by R2, or by a linked notice, a marker on the person or a section 136"
        " detention (R3).",
        frozenset({"mh_at_closure", "mh_at_opening", "mh_linked", "s136.incident_ref"}),
    ),
}


def definition(table: str) -> dict[str, Derived]:
    """The derived columns of a table by name. Raises UsageFault for an unknown table."""
    described = contract(table)
    day = described.period_day
    placed = f"the {described.column(described.period_column).name} column's local day"
    needs = frozenset({described.period_column})
    periods = {
        "day": Derived(day, f"The day that places the row in time: {placed}.", needs),
        "month": Derived(f"CAST(date_trunc('month', {day}) AS DATE)", "The first day of that day's month.", needs),
        "quarter": Derived(f"CAST(date_trunc('quarter', {day}) AS DATE)", "The first day of its quarter.", needs),
        "year": Derived(f"CAST(date_trunc('year', {day}) AS DATE)", "The first day of its calendar year.", needs),
    }
    own = _INCIDENTS if table == "incidents" else {}
    # A column of the contract keeps its name: population has a `year` of its own.
    return {**own, **{name: each for name, each in periods.items() if name not in described.stored_types}}
