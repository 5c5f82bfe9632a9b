"""Every measure's example gives on Spark what it says, and what DuckDB gives."""

from __future__ import annotations

import pyarrow as pa
import pytest

from nvap.engine.connection import connect
from nvap.engine.spark import Spark
from nvap.measures.example import differences, run_example
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures

pytestmark = [pytest.mark.gate, pytest.mark.spark]
MEASURES = some_measures(DEFAULT).measures


@pytest.mark.parametrize("measure_id", MEASURES)
def test_an_example_gives_on_spark_what_it_says_and_what_duckdb_gives(measure_id: str, engine: Spark) -> None:
    with connect(threads=1) as duckdb:
        expected = run_example(MEASURES[measure_id], duckdb)

    found = run_example(MEASURES[measure_id], engine)

    assert differences(MEASURES[measure_id], found) == []
    assert unlike(expected, found) == []


def unlike(expected: pa.Table, found: pa.Table) -> list[str]:
    """Where two tables of result rows differ: in anything but a fraction, or in one by more than 1e-12 of it."""
    assert found.num_rows == expected.num_rows
    said = []
    for name in expected.column_names:
        for at, (one, other) in enumerate(zip(expected[name].to_pylist(), found[name].to_pylist(), strict=True)):
            if one == other or (isinstance(one, float) and isinstance(other, float) and is_near(one, other)):
                continue
            said.append(f"row {at}, {name}: {one} on duckdb, {other} on spark")
    return said


def is_near(one: float, other: float) -> bool:
    """Whether two fractions agree to 1e-12; whole numbers must be equal."""
    return not (one.is_integer() and other.is_integer()) and abs(one - other) <= 1e-12 * abs(one)
