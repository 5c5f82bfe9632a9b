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

from nvap.packs.derived.column import DerivedColumn
from nvap.packs.derived_columns import OWN_DERIVED
from nvap.records.contract import code_list, contract
from nvap.records.counting_rule import rule_of
from nvap.records.derived import definition

MHRI = "mhri"
"""The word that stands for the column of the chosen counting rule."""

RULE_COLUMNS = {"R1": "mhri_r1", "R2": "mhri_r2", "R3": "mhri_r3"}
"""The toolkit's counting rules that records alone can answer, and the derived column of each."""

COUNTED = "counted"
"""The word for the logs that count; a rule that counts other logs, or events or episodes, has a column of its own."""


def rule_columns(rule: str) -> dict[str, str]:
    """What `mhri` (and `counted`, where the rule counts otherwise) stand for under a counting rule, by its id.

    Empty for a rule that records alone cannot answer. The columns of a force's own rule are made when first asked for.
    """
    if rule in RULE_COLUMNS:
        return {MHRI: RULE_COLUMNS[rule]}
    found = rule_of(rule)
    if found is None:
        return {}
    columns = {MHRI: f"{MHRI}:{rule}"}
    known = _derived("incidents")
    known.setdefault(
        columns[MHRI],
        DerivedColumn(found.mental_health('"incidents"'), "boolean", found.says, found.mental_health_needs),
    )
    if found.counts_otherwise:
        columns[COUNTED] = f"{COUNTED}:{rule}"
        said = f"The log counts under the rule {found.name}."
        sql = found.counted('"incidents"')
        known.setdefault(columns[COUNTED], DerivedColumn(sql, "boolean", said, found.counted_needs))
    return columns


COUNTABLE = ("text", "code", "boolean")
"""The types of columns whose values are few enough to tell rows apart by."""


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

    @property
    def area_from(self) -> tuple[str, ...] | None:
        """The linked tables that tell a row's area, in the order to ask them; none where its own column does.

        None where no area can be found at all.
        """
        if "area" in contract(self.table).stored_types:
            return ()
        found = tuple(table for table in self.links if "area" in contract(table).stored_types)
        return found or None

    @property
    def tells_apart(self) -> tuple[str, ...]:
        """The columns that rows may be told apart by: codes, texts, yes or no, and worked-out ones that say so."""
        own = [each.name for each in contract(self.table).columns if each.type in COUNTABLE and each.name != "area"]
        return (*own, *(name for name, each in self.derived.items() if each.tells_apart))

    def code_list(self, name: str) -> str | None:
        """The code list of a column of its own, stored or worked out; None where it has none."""
        derived = self.derived.get(name)
        return derived.code_list if derived else contract(self.table).column(name).code_list

    def names_of(self, name: str, own: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, str]:
        """The words of a column's codes, stored or worked out; empty where it has no list.

        `own` are the words of codes that a force added, by list.
        """
        listed, derived = self.code_list(name), self.derived.get(name)
        added = (own or {}).get(listed or "", {})
        return {**(code_list(listed).labels if listed else {}), **added, **dict(derived.names if derived else ())}

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
    return Measurable(table, _derived(table), _links(table), _MANY.get(table, {}))


def _own_columns(table: str) -> dict[str, str]:
    derived = {name: each.type for name, each in _derived(table).items()}
    return {**contract(table).expression_types, **{name: kind for name, kind in derived.items() if ":" not in name}}


def _stored(table: str, column: str, rule: str | None) -> frozenset[str]:
    if table == "incidents" and rule is not None:
        column = rule_columns(rule).get(column, column)
    derived = _derived(table)
    if column in derived:
        return derived[column].needs
    if column.endswith("_date") and column not in contract(table).stored_types:
        column = column.removesuffix("_date")
    instants = {f"{each.name}_date": each.name for each in contract(table).columns if each.type == "instant"}
    return frozenset({f"{table}.{instants.get(column, column)}"})


@cache
def _derived(table: str) -> dict[str, DerivedColumn]:
    found = {**OWN_DERIVED.get(table, {})}
    if table == "incidents":
        for name, each in definition(table).items():
            if name == "counted" or name in RULE_COLUMNS.values():
                needs = frozenset(need if "." in need else f"{table}.{need}" for need in each.needs)
                found[name] = DerivedColumn(each.sql, "boolean", each.description, needs, unknown=_UNKNOWN[name])
        found[MHRI] = DerivedColumn(
            found["mhri_r1"].sql,
            "boolean",
            "A mental-health-related incident by the counting rule that was asked for.",
            found["mhri_r1"].needs,
            unknown=_UNKNOWN["mhri"],
        )
    return found


_FLAGS = "No flag or linked record says yes, and at least one of them is not recorded."
_UNKNOWN = {
    "counted": "Never: every log has a closure kind.",
    "mhri": _FLAGS,
    "mhri_r1": "The flag at closure is not recorded.",
    "mhri_r2": _FLAGS,
    "mhri_r3": _FLAGS,
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
_LED_TO: dict[str, tuple[str, ...]] = {
    "incidents": ("crimes",),
    **dict.fromkeys(
        (
            "crimes", "deployments", "s136", "s135", "voluntary_escorts", "triage_contacts", "incident_assessments",
            "incident_events", "uof", "complaints", "escalations",
        ),
        ("incidents",),
    ),
    "vulnerability_flags": ("incidents", "crimes"),
    "adverse_events": ("incidents", "custody"),
    **dict.fromkeys(("person_links", "referrals"), ("incidents", "crimes", "custody")),
    **dict.fromkeys(("victims", "risk_reviews", "case_files", "crime_outcome_history", "va"), ("crimes",)),
    **dict.fromkeys(("custody_ra", "custody_health"), ("custody",)),
    **dict.fromkeys(("interviews", "ld_contacts"), ("custody", "va")),
    "governance_actions": ("governance_meetings",),
}  # fmt: skip
"""The tables that a row's references lead to, at most one row each: a reference is the other table's whole key."""

_MANY: dict[str, dict[str, str]] = {
    "incidents": dict.fromkeys(
        (
            "deployments", "s136", "crimes", "incident_assessments", "vulnerability_flags", "triage_contacts",
            "complaints", "uof",
        ),
        "incident_ref",
    ),
    "custody": dict.fromkeys(
        ("custody_ra", "custody_health", "ld_contacts", "referrals", "adverse_events"), "custody_ref"
    ),
    "va": {"ld_contacts": "va_ref"},
}  # fmt: skip


def _links(table: str) -> dict[str, Link]:
    found = {}
    for other in _LED_TO.get(table, ()):
        (key,) = contract(other).key
        needs = frozenset({f"{table}.{key}", f"{other}.{key}"})
        found[other] = Link(f'"{other}"', f'"{other}"."{key}" = "{table}"."{key}"', needs)
    return {**found, "grade_config": _GRADES} if table == "incidents" else found
