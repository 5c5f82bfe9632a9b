"""What numbers are told apart by is the same on Spark: persons, codes, flags, the clock, groups of people, pairs."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

import pyarrow as pa
import pytest

from nvap.engine.connection import Engine, connect
from nvap.engine.spark import Spark
from nvap.measures.asking import read_by
from nvap.measures.example import register
from nvap.measures.run import Ask, compute
from nvap.packs import DEFAULT
from nvap.packs.measure import Measure
from nvap.packs.some_measures import some_measures

from .test_examples import unlike

pytestmark = [pytest.mark.gate, pytest.mark.spark]
AT, DAY = datetime.datetime.fromisoformat, datetime.date.fromisoformat
DAYS = (DAY("2024-06-01"), DAY("2024-06-30"))
BANDS = ("under_18", "18_24", "25_34", "35_44", "45_54", "55_64", "65_over")


def incident(at: int) -> dict[str, Any]:
    return {
        "incident_ref": f"I{at}", "created": AT(f"2024-06-0{at} 23:30"), "closure_kind": "counted",
        "mh_at_closure": at != 4, "closing_code": f"A; C{at}", "source": "999", "grade_initial": "1",
        "grade_final": "2", "area": "E",
    }  # fmt: skip


def flag(ref: str, strand: str) -> dict[str, Any]:
    return {"incident_ref": ref, "strand": strand, "set_at": AT("2024-06-01 10:00")}


def code(name: str, role: str, end: str | None = None) -> dict[str, Any]:
    return {"code": name, "label": f"{name} in words", "scheme": "own", "mh_role": role,
            "valid_from": DAY("2020-01-01"), "valid_to": DAY(end) if end else None}  # fmt: skip


def qualifier(at: str, value: str) -> dict[str, Any]:
    return {"incident_ref": "I1", "happened": AT(at), "event_type": "qualifier_added", "about_mh": True,
            "new_value": value}  # fmt: skip


def person(key: str, as_of: str, sex: str, band: str, ethnicity: str) -> dict[str, Any]:
    return {"person_key": key, "as_of": DAY(as_of), "sex": sex, "age_band": band, "ethnicity": ethnicity}


def link(ref: str, key: str, role: str) -> dict[str, Any]:
    return {"incident_ref": ref, "record_date": DAY("2024-06-01"), "person_key": key, "role": role}


TABLES: dict[str, list[dict[str, Any]]] = {
    "incidents": [incident(at) for at in range(1, 6)],
    "code_map": [code("C1", "core"), code("A", "possible", "2024-06-03")],
    "incident_events": [qualifier("2024-06-01 10:00", "Q1"), qualifier("2024-06-01 11:00", "Q2")],
    "vulnerability_flags": [flag("I1", "missing"), flag("I1", "suicide"), flag("I2", "suicide")],
    "person_links": [link("I1", "P", "subject"), link("I1", "Q", "caller"), link("I2", "Q", "caller")],
    "persons": [
        person("P", "2023-01-01", "F", "18_24", "W1"),
        person("P", "2024-06-05", "F", "25_34", "NS"),
        person("Q", "2025-01-05", "M", "25_34", "B1"),
    ],
    "population": [{"area": None, "year": 2024, "people": 1400}],
    "population_groups": [
        {"year": 2024, "sex": sex, "age_band": band, "people": 100} for sex in "FM" for band in BANDS
    ],
}


@cache
def measure(measure_id: str) -> Measure:
    return some_measures(DEFAULT, [measure_id]).measures[measure_id]


def rows(engine: Engine | Spark, measure_id: str, by: str) -> pa.Table:
    held = {name: register(engine, name, each, DAYS) for name, each in TABLES.items()}
    asked = (measure(measure_id),)
    ask = Ask(asked, None, None, read_by(by, asked), "R1", None, "Europe/London")
    return compute(engine, held, ask, force="kent", pack="pack@1")[0]


@pytest.mark.parametrize(
    ("measure_id", "by"),
    [
        *(("D01", f"whole,{name}") for name in measure("D01").breakdowns),
        ("D01", "whole,strand,sex,hour"),
        ("D02", "month,sex"),
        ("D02", "month,sex,standardised"),
        ("D02", "whole,area,standardised"),
        ("D18", "whole"),
    ],
)
def test_rows_told_apart_are_those_of_duckdb(measure_id: str, by: str, engine: Spark) -> None:
    with connect(threads=1) as duckdb:
        expected = rows(duckdb, measure_id, by)

    found = rows(engine, measure_id, by)

    assert found.num_rows > 1
    assert unlike(expected, found) == []
