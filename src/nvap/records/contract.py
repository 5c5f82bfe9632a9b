"""The data contracts: which tables and columns a force can load, read from `contracts/*.yaml` and `code_lists/*.yaml`.

contract("incidents").column("created").type      "instant"
code_list("closure_kind").labels["counted"]       "Counts as an incident"
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from nvap.declarations import Faults, Node, read
from nvap.errors import UsageFault, nearest

ColumnType = Literal["text", "code", "record_ref", "key", "integer", "number", "boolean", "date", "instant"]
Regime = Literal["part3_le", "part2_ukgdpr", "not_personal"]
Domain = Literal["person", "staff", "place"]
# event: 1970 to now, fillers are missing. history: any past day. any: also days to come (validity, plans).
Range = Literal["event", "history", "any"]

TABLES = (
    "incidents", "deployments", "grade_config", "crimes", "s136", "population", "training", "course_requirements",
    "staff", "calendar",
    "code_map", "incident_events", "incident_assessments", "person_links", "persons", "vulnerability_flags",
    "crime_outcome_history", "victims", "risk_reviews", "case_files",
    "custody", "custody_ra", "custody_health", "va", "interviews",
    "s135", "voluntary_escorts", "triage_contacts", "ld_contacts", "referrals", "adverse_events",
    "problem_plans", "problem_profiles", "suspected_suicides",
    "governance_meetings", "governance_actions", "agreements", "isa_register", "info_requests", "escalations",
    "complaints", "uof", "population_groups", "demand_forecast", "rosters", "hr_absence",
    "survey_waves", "survey_responses", "audit_samples", "audit_items",
)  # fmt: skip
EXTENSIBLE = ("vulnerability_strand",)
"""The code lists that a force may add its own codes to, in its mapping; the others are national or the product's."""
_HERE = Path(__file__).parent
_TYPE = re.compile(r"(\w+)(?:\((\w+)\))?")


@dataclass(frozen=True)
class Code:
    """One code of a list, with the days between which it may be used (None: no bound)."""

    code: str
    label: str
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None


@dataclass(frozen=True)
class CodeList:
    """A list of codes and where it comes from."""

    name: str
    title: str
    source: str
    codes: tuple[Code, ...]

    @property
    def labels(self) -> dict[str, str]:
        """Each code's label."""
        return {each.code: each.label for each in self.codes}


@dataclass(frozen=True)
class Column:
    """One column of a contract table.

    `not_before` names the columns of the same row that this time must not come before; `dated_by` the column whose day
    decides which codes may be used; `personal` values are never shown in a message. `own_codes` are those that a force
    adds to the list.
    """

    name: str
    type: ColumnType
    required: bool
    code_list: str | None
    unit: str
    description: str
    personal: bool
    domain: Domain | None
    range: Range
    not_before: tuple[str, ...]
    dated_by: str | None
    minimum: float | None
    maximum: float | None
    max_length: int
    own_codes: tuple[Code, ...] = ()

    @property
    def codes(self) -> tuple[Code, ...]:
        """The codes that it may hold: those of its list, and the force's own."""
        return (*code_list(self.code_list).codes, *self.own_codes) if self.code_list else ()

    @property
    def type_in_words(self) -> str:
        """The type as the contract writes it: `code(closure_kind)`, `key(person)`."""
        inside = self.code_list or self.domain
        return f"{self.type}({inside})" if inside else self.type


@dataclass(frozen=True)
class Contract:
    """One table: its columns, the columns that make a row unique, and the column that places a row in time."""

    name: str
    title: str
    description: str
    regime: Regime
    purpose: str
    key: tuple[str, ...]
    period_column: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of this name. Raises UsageFault with the nearest one."""
        names = [each.name for each in self.columns]
        if name not in names:
            raise UsageFault(f"`{self.name}` has no column `{name}`.{nearest(name, names)}")
        return self.columns[names.index(name)]

    @property
    def stored_types(self) -> dict[str, str]:
        """Each stored column's SQL type: an instant is kept in UTC and as its local day beside it."""
        types: dict[str, str] = {}
        for each in self.columns:
            types[each.name] = _STORED[each.type]
            if each.type == "instant":
                types[f"{each.name}_date"] = "DATE"
        return types

    @property
    def expression_types(self) -> dict[str, str]:
        """Each stored column's type as expressions over the table know it."""
        types: dict[str, str] = {}
        for each in self.columns:
            types[each.name] = each.type
            if each.type == "instant":
                types[f"{each.name}_date"] = "date"
        return types

    @property
    def period_day(self) -> str:
        """SQL for the local day that places a stored row in time."""
        column = self.column(self.period_column)
        if column.type == "instant":
            return f'"{column.name}_date"'
        if column.type == "integer":
            return f'make_date("{column.name}", 1, 1)'
        return f'"{column.name}"'


_STORED = {"text": "VARCHAR", "code": "VARCHAR", "record_ref": "VARCHAR", "key": "VARCHAR", "integer": "BIGINT",
           "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "instant": "TIMESTAMP"}  # fmt: skip


@cache
def contract(name: str) -> Contract:
    """The contract of a table. Raises UsageFault with the nearest name."""
    if name not in TABLES:
        raise UsageFault(f"There is no table `{name}`; known: {', '.join(TABLES)}.{nearest(name, TABLES)}")
    faults = Faults()
    node = read(_HERE / "contracts" / f"{name}.yaml", faults)
    made = _contract(node) if node is not None else None
    faults.raise_if_any(f"The contract of `{name}` has faults.")
    assert made is not None  # noqa: S101 - a file that could not be read is a fault, raised above
    return made


def contracts() -> dict[str, Contract]:
    """Every contract, by table, in the order in which a force would load them."""
    return {name: contract(name) for name in TABLES}


@cache
def code_list(name: str) -> CodeList:
    """A code list by name. Raises UsageFault with the nearest name."""
    path = _HERE / "code_lists" / f"{name}.yaml"
    if not path.exists():
        known = code_lists()
        raise UsageFault(f"There is no code list `{name}`; known: {', '.join(known)}.{nearest(name, known)}")
    faults = Faults()
    node = read(path, faults)
    made = _code_list(node) if node is not None else None
    faults.raise_if_any(f"The code list `{name}` has faults.")
    assert made is not None  # noqa: S101 - a file that could not be read is a fault, raised above
    return made


def code_lists() -> list[str]:
    """The names of every code list."""
    return sorted(path.stem for path in (_HERE / "code_lists").glob("*.yaml"))


def _code_list(node: Node) -> CodeList:
    codes = []
    for each in node.nodes("codes", required=True):
        codes.append(Code(each.text("code"), each.text("label"), day(each, "valid_from"), day(each, "valid_to")))
        each.done()
    made = CodeList(node.text("list"), node.text("title"), node.text("source"), tuple(codes))
    node.done()
    return made


def _contract(node: Node) -> Contract:
    columns = tuple(_column(name, each) for name, each in node.named_nodes("columns", required=True))
    made = Contract(
        name=node.text("table"),
        title=node.text("title"),
        description=node.text("description"),
        regime=node.choice("regime", get_args(Regime)),  # type: ignore[arg-type]
        purpose=node.text("purpose"),
        key=node.texts("key", required=True),
        period_column=node.text("period"),
        columns=columns,
    )
    node.done()
    names = [each.name for each in columns]
    named = [*made.key, made.period_column, *(other for each in columns for other in each.not_before)]
    for name in named:
        if name not in names:
            node.fault(f"there is no column `{name}`.{nearest(name, names)}")
    return made


def _column(name: str, node: Node) -> Column:
    kind, inside = _type(node)
    minimum, maximum, length = node.number("minimum"), node.number("maximum"), node.number("max_length")
    column = Column(
        name=name,
        type=kind,
        required=node.flag("required"),
        code_list=inside if kind == "code" else None,
        unit=node.text("unit"),
        description=node.text("description"),
        personal=node.flag("personal"),
        domain=inside if kind == "key" else None,  # type: ignore[arg-type]
        range=node.choice("range", get_args(Range), default="event"),  # type: ignore[arg-type]
        not_before=node.texts("not_before"),
        dated_by=node.optional_text("dated_by"),
        minimum=minimum,
        maximum=maximum,
        max_length=int(length or 120),
    )
    node.done()
    return column


def _type(node: Node) -> tuple[ColumnType, str | None]:
    written = node.text("type")
    found = _TYPE.fullmatch(written)
    kind, inside = (found.group(1), found.group(2)) if found else (written, None)
    if kind not in get_args(ColumnType):
        node.fault(f"`type` is `{written}`; allowed: {', '.join(get_args(ColumnType))}", "type")
    if kind == "code" and inside not in code_lists():
        node.fault(f"there is no code list `{inside}`.{nearest(inside or '', code_lists())}", "type")
    if kind == "key" and inside not in get_args(Domain):
        node.fault(f"a key is of a person, staff or a place; found `{inside}`", "type")
    return kind, inside  # type: ignore[return-value]


def day(node: Node, key: str) -> datetime.date | None:
    """The day under `key` of a declaration (YYYY-MM-DD), or None where it is absent."""
    found = node.value(key)
    if found is None or type(found) is datetime.date:
        return found
    try:
        return datetime.date.fromisoformat(str(found))
    except ValueError:
        node.fault(f"`{key}` must be a day like 2024-04-01", key)
        return None


def printed(codes: Mapping[str, str]) -> str:
    """A code list's codes on one line, for messages."""
    return ", ".join(codes)
