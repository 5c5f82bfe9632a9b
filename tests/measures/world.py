"""Tiny worlds for the tests of measures: rows in, result rows out, without files."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from nvap.engine.connection import connect
from nvap.measures.asking import read_by, read_rule
from nvap.measures.example import register
from nvap.measures.held import Held
from nvap.measures.run import Ask, compute
from nvap.packs import DEFAULT
from nvap.packs.measure import Measure
from nvap.packs.some_measures import some_measures

JANUARY = (datetime.date(2024, 1, 1), datetime.date(2024, 1, 31))
Rows = Sequence[Mapping[str, Any]]


@cache
def measure(measure_id: str) -> Measure:
    """A measure of the pack that comes with nvap."""
    return some_measures(DEFAULT, [measure_id]).measures[measure_id]


def answer(
    *ids: str | Measure,
    tables: Mapping[str, Rows],
    days: tuple[datetime.date, datetime.date] = JANUARY,
    asked: tuple[datetime.date | None, datetime.date | None] = (None, None),
    by: str = "month",
    rule: str = "R1",
    changes: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    """The result rows of measures over these tables, which cover `days`; `changes` alters what is held of a table."""
    rows, _ = answer_with_sql(*ids, tables=tables, days=days, asked=asked, by=by, rule=rule, changes=changes)
    return rows


def answer_with_sql(
    *ids: str | Measure,
    tables: Mapping[str, Rows],
    days: tuple[datetime.date, datetime.date] = JANUARY,
    asked: tuple[datetime.date | None, datetime.date | None] = (None, None),
    by: str = "month",
    rule: str = "R1",
    changes: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[list[dict[str, Any]], list[str]]:
    """As `answer`, with the SQL that was run."""
    measures = tuple(each if isinstance(each, Measure) else measure(each) for each in ids)
    with connect(memory_limit="256MB", threads=1) as engine:
        held: dict[str, Held] = {name: register(engine, name, rows, days) for name, rows in tables.items()}
        for name, altered in (changes or {}).items():
            held[name] = replace(held[name], **altered)
        ask = Ask(measures, *asked, read_by(by, measures), read_rule(rule), None)
        found, sql = compute(engine, held, ask, force="kent", pack="pack@1")
    return found.to_pylist(), sql


def incident(
    ref: int | str, day: str, *, flagged: bool | None = False, area: str | None = "East", **more: Any
) -> dict[str, Any]:
    """A counted incident on a day."""
    created = datetime.datetime.fromisoformat(day)
    row = {"incident_ref": f"I{ref}", "created": created, "closure_kind": "counted", "mh_at_closure": flagged}
    return {**row, "area": area, **more}


def people(area: str | None, count: int, year: int = 2024) -> dict[str, Any]:
    """A row of the population table."""
    return {"area": area, "year": year, "people": count}
