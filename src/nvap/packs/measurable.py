"""What a measure may be counted over: the contract's tables, derived columns, and the tables their keys lead to.

An expression over `incidents` may name its own columns (`closure_kind`), its derived columns (`counted`, `mhri`) and
the columns of a table that its keys lead to, with that table's name (`grade_config.target_minutes`). A sum may run over
a table of many rows for each one (`deployments` for `incidents`). Every such join is made here, once, so that no
measure can count a row twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from nvap.records.contract import contract
from nvap.records.derived import definition

MHRI = "mhri"
"""The word that stands for the column of the chosen counting rule."""

RULE_COLUMNS = {"R1": "mhri_r1", "R2": "mhri_r2", "R3": "mhri_r3"}
"""The counting rules that records alone can answer, and the derived column of each."""


@dataclass(frozen=True)
class DerivedColumn:
    """A column worked out from others: its SQL, its type for expressions, and the columns it needs (`table.column`).

    With `any_of`, a table of many rows for each one, the SQL is a condition over that table's rows, and the column says
    whether any of them meets it (false where there are none).
    """

    sql: str
    type: str
    description: str
    needs: frozenset[str]
    any_of: str | None = None


@dataclass(frozen=True)
class Link:
    """A table with at most one row for each row of the first: how it is read and joined, and the columns that takes."""

    source: str
    condition: str
    needs: frozenset[str]


@dataclass(frozen=True)
class Measurable:
    """One contract table as measures see it.

    `links` lead to at most one row of another table; `many` to any number of them, by the column named (the same in
    both tables).
    """

    table: str
    derived: Mapping[str, DerivedColumn]
    links: Mapping[str, Link]
    many: Mapping[str, str]

    @property
    def columns(self) -> dict[str, str]:
        """Every column an expression may name, with its type; those of linked tables as `table.column`."""
        own = _own_columns(self.table)
        linked = {f"{table}.{name}": kind for table in self.links for name, kind in _own_columns(table).items()}
        return {**own, **linked}

    def needs(self, names: Iterable[str], rule: str | None) -> frozenset[str]:
        """The stored columns, each as `table.column`, that these columns of expressions are made from.

        `rule` is the counting rule that `mhri` stands for.
        """
        found: set[str] = set()
        for name in names:
            table, _, column = name.rpartition(".")
            if table:
                found |= self.links[table].needs
            found |= _stored(table or self.table, column, rule)
        return frozenset(found)


@cache
def measurable(table: str) -> Measurable:
    """A contract table as measures see it. Raises UsageFault for an unknown table."""
    contract(table)
    return Measurable(table, _derived(table), _LINKS.get(table, {}), _MANY.get(table, {}))


def _own_columns(table: str) -> dict[str, str]:
    derived = {name: each.type for name, each in _derived(table).items()}
    return {**contract(table).expression_types, **derived}


def _stored(table: str, column: str, rule: str | None) -> frozenset[str]:
    if column == MHRI and rule is not None:
        column = RULE_COLUMNS[rule]
    derived = _derived(table)
    if column in derived:
        return derived[column].needs
    if column.endswith("_date") and column not in contract(table).stored_types:
        column = column.removesuffix("_date")
    instants = {f"{each.name}_date": each.name for each in contract(table).columns if each.type == "instant"}
    return frozenset({f"{table}.{instants.get(column, column)}"})


@cache
def _derived(table: str) -> dict[str, DerivedColumn]:
    found = {**_OWN_DERIVED.get(table, {})}
    if table == "incidents":
        for name, each in definition(table).items():
            if name == "counted" or name in RULE_COLUMNS.values():
                needs = frozenset(need if "." in need else f"{table}.{need}" for need in each.needs)
                found[name] = DerivedColumn(each.sql, "boolean", each.description, needs)
        found[MHRI] = DerivedColumn(
            found["mhri_r1"].sql,
            "boolean",
            "A mental-health-related incident by the counting rule that was asked for.",
            found["mhri_r1"].needs,
        )
    return found


_REQUIRED_COURSES = (
    'FROM "course_requirements" AS r WHERE r."role_group" = "staff"."role_group"'
    ' AND r."valid_from" <= "staff"."snapshot"'
    ' AND (r."valid_to" IS NULL OR r."valid_to" >= "staff"."snapshot")'
)
_REQUIREMENT_NEEDS = frozenset(
    {
        "staff.role_group", "staff.snapshot", "course_requirements.role_group", "course_requirements.course_code",
        "course_requirements.valid_from",
    }
)  # fmt: skip

_OWN_DERIVED: dict[str, dict[str, DerivedColumn]] = {
    "incidents": {
        "resource_sent": DerivedColumn(
            '"deployments"."stood_down" IS NOT TRUE',
            "boolean",
            "At least one resource was sent to the incident and not stood down.",
            frozenset({"incidents.incident_ref", "deployments.incident_ref"}),
            any_of="deployments",
        ),
    },
    "staff": {
        "courses_required": DerivedColumn(
            f'(SELECT count(DISTINCT r."course_code") {_REQUIRED_COURSES})',
            "integer",
            "How many courses the role requires on the day of the snapshot.",
            _REQUIREMENT_NEEDS,
        ),
        "courses_in_date": DerivedColumn(
            '(SELECT count(DISTINCT r."course_code") FROM "course_requirements" AS r'
            ' JOIN "training" AS t ON t."course_code" = r."course_code"'
            ' WHERE r."role_group" = "staff"."role_group" AND r."valid_from" <= "staff"."snapshot"'
            ' AND (r."valid_to" IS NULL OR r."valid_to" >= "staff"."snapshot")'
            ' AND t."staff_key" = "staff"."staff_key" AND t."completed" <= "staff"."snapshot"'
            ' AND (coalesce(t."valid_until", CAST(t."completed" + to_months(CAST(r."validity_months" AS INTEGER)) AS'
            ' DATE)) >= "staff"."snapshot" OR (t."valid_until" IS NULL AND r."validity_months" IS NULL)))',
            "integer",
            "How many of those the person has completed and still holds in date on that day. A completion without an"
            " end date lasts as long as the course requirement says, and without end where that says nothing.",
            _REQUIREMENT_NEEDS
            | {"staff.staff_key", "training.staff_key", "training.course_code", "training.completed"},
        ),
        "grace_days": DerivedColumn(
            f'(SELECT max(r."grace_days") {_REQUIRED_COURSES})',
            "integer",
            "The longest time, in days from joining, that the role's courses leave a joiner to complete them.",
            _REQUIREMENT_NEEDS,
        ),
    },
}

_GRADES = Link(
    # Where two periods of one grade overlap the later one begins earlier: no incident may meet two rows.
    '(SELECT *, least(coalesce("valid_to", DATE \'9999-12-31\'), coalesce(CAST(lead("valid_from") OVER'
    ' (PARTITION BY "grade" ORDER BY "valid_from") - INTERVAL 1 DAY AS DATE), DATE \'9999-12-31\')) AS "_until"'
    ' FROM "grade_config")',
    '"grade_config"."grade" = "incidents"."grade_initial" AND "incidents"."created_date"'
    ' BETWEEN "grade_config"."valid_from" AND "grade_config"."_until"',
    frozenset({"incidents.grade_initial", "incidents.created", "grade_config.grade", "grade_config.valid_from"}),
)
_LINKS: dict[str, dict[str, Link]] = {"incidents": {"grade_config": _GRADES}}
_MANY: dict[str, dict[str, str]] = {
    "incidents": {"deployments": "incident_ref", "s136": "incident_ref", "crimes": "incident_ref"},
}
