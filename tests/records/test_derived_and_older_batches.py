"""A batch that was stored before the contract had a column can still be read: the column is missing in it."""

from __future__ import annotations

from pyarrow import parquet

from nvap.engine.connection import connect
from nvap.records.current import open_tables

from .conftest import Bench
from .test_current_view import FLAG, extract


def test_a_column_that_the_contract_had_not_when_the_batch_was_stored_is_missing(bench: Bench) -> None:
    older = bench.load(extract("A1,2026-01-05 10:00:00,N"), FLAG)
    rows = parquet.read_table(older.rows)
    parquet.write_table(rows.drop_columns(["place_kind"]), older.rows)

    with connect() as engine:
        open_tables(engine, bench.force)
        found = engine.query("SELECT incident_ref, place_kind FROM incidents").to_pylist()

    assert found == [{"incident_ref": "A1", "place_kind": None}]
