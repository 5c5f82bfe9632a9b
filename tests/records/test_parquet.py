"""Parquet: typed columns read as the texts that a mapping expects."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.records.conftest import INCIDENTS, Bench

from nvap.errors import InputFault

MOMENT = datetime.datetime(2026, 7, 5, 10, 0)  # noqa: DTZ001


def test_times_whole_floats_and_codes_read_as_they_are_meant(bench: Bench) -> None:
    path = bench.folder / "extract.parquet"
    table = pa.table(
        {
            "id": pa.array([1254908.0, None]),  # what a missing value makes of whole numbers
            "created": pa.array([MOMENT, MOMENT]),
            "area": pa.array(["Leeds", "York"]).dictionary_encode(),
            "mh": [True, False],
        }
    )
    pq.write_table(table, path)

    batch = bench.load(path, {**INCIDENTS, "area": "area", "mh_at_closure": "mh"})

    assert bench.rows("incidents", "incident_ref, created, area, mh_at_closure") == [
        ("1254908", datetime.datetime(2026, 7, 5, 9, 0), "Leeds", True)  # noqa: DTZ001
    ]
    assert batch.report["set_aside_rules"] == [
        {"rule": "missing", "column": "incident_ref", "rows": 1, "first_rows": [3]}
    ]


def test_a_time_with_its_zone_is_taken_as_it_says(bench: Bench) -> None:
    path = bench.folder / "extract.parquet"
    pq.write_table(pa.table({"id": ["A1"], "created": pa.array([MOMENT], pa.timestamp("us", "UTC"))}), path)

    bench.load(path)

    assert bench.rows("incidents", "created") == [(MOMENT,)]


def test_a_column_of_lists_is_refused_where_it_is_used(bench: Bench) -> None:
    path = bench.folder / "extract.parquet"
    pq.write_table(pa.table({"id": ["A1"], "created": [MOMENT], "codes": [["a", "b"]]}), path)

    assert bench.check(path).loaded == 1
    with pytest.raises(InputFault, match=r"column `codes` is of the type list"):
        bench.check(path, {**INCIDENTS, "closing_code": "codes"})


def test_a_parquet_file_without_rows_is_told(bench: Bench) -> None:
    path = bench.folder / "extract.parquet"
    pq.write_table(pa.table({"id": pa.array([], pa.string()), "created": pa.array([], pa.timestamp("us"))}), path)

    with pytest.raises(InputFault, match="a header and no rows"):
        bench.check(path)
