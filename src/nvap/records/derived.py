"""Derived columns: named, documented SQL over the current view of a table, with what each needs.

`needs` names columns as `table.column` (those of the table itself may stand alone); a derived column whose needs are
not filled cannot be computed, and says so. The counting rules keep SQL's three values: what is missing is neither true
nor false.
"""

from __future__ import annotations

from typing import NamedTuple

from nvap.errors import UsageFault
from nvap.records.contract import contract
from nvap.records.counting_rule import ON_REVIEW, CountingRule, rule_name, rule_of, shipped_rules


class Derived(NamedTuple):
    """One derived column: its SQL, what it means, and the columns it needs."""

    sql: str
    description: str
    needs: frozenset[str]


COUNTING_RULES = {**{each.id: each.name for each in shipped_rules().values()}, ON_REVIEW[0]: ON_REVIEW[1]}
"""The toolkit's counting rules by id, with their names; their content stands in counting_rules.yaml."""


def _of_incidents() -> dict[str, Derived]:
    rules = shipped_rules()
    found = {
        "counted": Derived(
            rules["R1"].counted(),
            "The log counts as an incident: it is no duplicate, cancelled, test or administrative log.",
            rules["R1"].counted_needs,
        )
    }
    for rule in rules.values():
        found[f"mhri_{rule.id.lower()}"] = Derived(rule.mental_health(), rule.says, rule.mental_health_needs)
    return found


_INCIDENTS = _of_incidents()


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


def flag_under(rule: str) -> Derived:
    """What makes a row of `"incidents"` mental-health-related under a counting rule, by its id.

    Raises UsageFault for a rule that nobody knows, or that records alone cannot answer.
    """
    found = _rule(rule)
    return Derived(found.mental_health('"incidents"'), found.says, found.mental_health_needs)


def counted_under(rule: str) -> Derived:
    """What makes a row of `"incidents"` count under a counting rule, by its id. Raises UsageFault as `flag_under`."""
    found = _rule(rule)
    return Derived(found.counted('"incidents"'), f"The log counts under the rule {found.name}.", found.counted_needs)


def _rule(rule: str) -> CountingRule:
    found = rule_of(rule)
    if found is None:
        raise UsageFault(f"Records alone cannot be counted under the rule {rule} ({rule_name(rule)}).")
    return found
