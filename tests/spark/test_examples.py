"""Every measure's example gives on Spark what it says, and what DuckDB gives."""

from __future__ import annotations

import pytest
from tests.spark.agreement import unlike

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
