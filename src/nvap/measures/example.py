"""Run a measure's worked example: its tiny tables, in a real engine, against what it says must come out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from nvap.engine.interface import Reader
from nvap.measures.asking import read_by
from nvap.measures.held import Days, Held
from nvap.measures.run import Ask, compute
from nvap.packs.measure import Measure
from nvap.records.contract import contract

_ARROW = {"VARCHAR": pa.string(), "DATE": pa.date32(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(),
          "BOOLEAN": pa.bool_(), "TIMESTAMP": pa.timestamp("us")}  # fmt: skip


def run_example(measure: Measure, engine: Reader) -> pa.Table:
    """The result rows that a measure gives on its example."""
    example = measure.example
    days = (example.start, example.end)
    held = {name: register(engine, name, rows, days) for name, rows in example.tables.items()}
    ask = Ask((measure,), example.start, example.end, read_by(example.by, [measure]), example.rule, None)
    found, _ = compute(engine, held, ask, force="example", pack="example")
    return found


def differences(measure: Measure, found: pa.Table) -> list[str]:
    """Every expectation of the example that the rows do not meet, in words; empty when all are met."""
    rows = found.to_pylist()
    said = []
    for expected in measure.example.expect:
        keys = {name: expected.get(name) for name in ("part", "category", "group", "area")}
        keys |= {"period_start": expected["period_start"]} if "period_start" in expected else {}
        matching = [row for row in rows if all(row[name] == value for name, value in keys.items())]
        if len(matching) != 1:
            said.append(f"{_named(keys)}: {len(matching)} rows found, 1 expected")
            continue
        for name in expected.keys() - keys.keys():
            if not _same(matching[0][name], expected[name]):
                said.append(f"{_named(keys)}: {name} is {matching[0][name]}, {expected[name]} was expected")
    return said


def _named(keys: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in keys.items() if value is not None)


def _same(found: Any, expected: Any) -> bool:
    if isinstance(found, float) and isinstance(expected, int | float):
        return abs(found - expected) < 5e-5
    return bool(found == expected)


def register(engine: Reader, table: str, rows: Sequence[Mapping[str, Any]], days: Days) -> Held:
    """Make rows in the contract's columns readable as a table that covers these days; a row may leave columns out."""
    types = contract(table).stored_types
    columns = {name: [_stored(row, name) for row in rows] for name in types}
    arrays = {name: pa.array(values, _ARROW[types[name]]) for name, values in columns.items()}
    engine.register(table, pa.table(arrays))
    filled = frozenset(name for row in rows for name in row)
    return Held(table, filled, ranges=(days,), as_at=days[1])


def _stored(row: Mapping[str, Any], name: str) -> Any:
    if name in row:
        return row[name]
    moment = row.get(name.removesuffix("_date")) if name.endswith("_date") else None
    return moment.date() if isinstance(moment, datetime.datetime) else None
