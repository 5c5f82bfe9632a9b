"""Read a measure's worked example: tiny tables in the contract's columns, what is asked, and what must come out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from nvap.declarations import Node
from nvap.errors import nearest
from nvap.packs.measure_model import RULES, Example
from nvap.records.contract import TABLES, Contract, contract

EXPECTED = (
    "part", "category", "group", "area", "period_start", "numerator", "denominator", "unknown", "value", "lower",
    "upper", "status",
)  # fmt: skip
_NEVER = datetime.date(1, 1, 1)


def read_example(measure: Node) -> Example:
    """The example under `example:`; faults are noted on the measure's node."""
    node = measure.node("example", required=True)
    if node is None:
        return Example({}, _NEVER, _NEVER, (), "R1", ())
    tables = dict(_tables(node))
    found = Example(
        tables=tables,
        start=_day(node, "from"),
        end=_day(node, "to"),
        by=tuple(each.strip() for each in (node.optional_text("by") or "month").split(",")),
        rule=node.choice("rule", RULES, default="R1"),
        expect=tuple(_expected(each) for each in node.nodes("expect", required=True)),
    )
    node.done()
    return found


def _tables(node: Node) -> list[tuple[str, tuple[Mapping[str, Any], ...]]]:
    parent = node.node("tables", required=True)
    found = []
    for name in parent.keys() if parent else ():
        assert parent is not None  # noqa: S101 - the loop has no rounds otherwise
        if name not in TABLES:
            parent.fault(f"there is no table `{name}`.{nearest(name, TABLES)}", name)
            continue
        rows = tuple(_row(each, contract(name)) for each in parent.nodes(name))
        found.append((name, rows))
    return found


def _row(node: Node, table: Contract) -> Mapping[str, Any]:
    columns = {each.name: each for each in table.columns}
    row: dict[str, Any] = {}
    for name in node.keys():  # noqa: SIM118 - Node is not a dict
        if name not in columns:
            node.fault(f"`{table.name}` has no column `{name}`.{nearest(name, columns)}", name)
            continue
        row[name] = _value(node, name, columns[name].type)
    for name, column in columns.items():
        if column.required and row.get(name) is None:
            node.fault(f"a row of `{table.name}` needs `{name}`")
    return row


def _value(node: Node, name: str, kind: str) -> Any:
    found = node.value(name)
    if found is None:
        return None
    allowed: dict[str, tuple[type, ...]] = {
        "instant": (datetime.datetime, datetime.date),
        "date": (datetime.date,),
        "boolean": (bool,),
        "integer": (int,),
        "number": (int, float),
    }
    if kind in allowed and (not isinstance(found, allowed[kind]) or (isinstance(found, bool) and kind != "boolean")):
        node.fault(f"`{name}` is {kind}; found another kind of value", name)
        return None
    if kind == "instant":
        return _instant(found)
    return found if kind in allowed else str(found)


def _instant(found: datetime.date) -> datetime.datetime:
    """An example's times are UTC, and its force lives there."""
    if isinstance(found, datetime.datetime):
        return datetime.datetime(*found.timetuple()[:6])  # noqa: DTZ001 - stored instants are UTC without a zone
    return datetime.datetime(found.year, found.month, found.day)  # noqa: DTZ001


def _expected(node: Node) -> Mapping[str, Any]:
    row = {}
    for name in EXPECTED:
        found = node.value(name)
        if name in node.keys():  # noqa: SIM118 - a null is expected too
            row[name] = str(found) if name in ("part", "category", "group", "area", "status") and found else found
    node.text("part")
    node.done()
    return row


def _day(node: Node, key: str) -> datetime.date:
    found = node.value(key, required=True)
    if isinstance(found, datetime.date):
        return found
    if found is not None:
        node.fault(f"`{key}` must be a day, as 2026-11-30", key)
    return _NEVER
