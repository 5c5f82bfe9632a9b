"""The engine: what it reads and writes, and what it says when it cannot."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from nvap.engine.connection import EngineFault, OutOfDisk, OutOfMemory, connect, literal, quoted


def test_a_query_answers_as_an_arrow_table_with_its_parameters() -> None:
    with connect() as engine:
        found = engine.query("SELECT ? AS area, CAST(? AS BIGINT) AS n", ["East", 3])

    assert found.to_pylist() == [{"area": "East", "n": 3}]


def test_rows_come_in_batches_when_there_are_many() -> None:
    with connect() as engine:
        sizes = [batch.num_rows for batch in engine.batches("SELECT range AS n FROM range(250)", rows=100)]

    assert sum(sizes) == 250


def test_parquet_written_is_read_back_even_from_a_folder_with_a_pattern_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "force[1]*"
    folder.mkdir()

    with connect() as engine:
        engine.register("rows", pa.table({"area": ["East", None]}))
        engine.write_parquet("SELECT * FROM rows ORDER BY area NULLS LAST", folder / "a.parquet")
        engine.write_parquet("SELECT area, 1 AS n FROM rows WHERE area IS NULL", folder / "b.parquet")
        engine.parquet("stored", [folder / "a.parquet", folder / "b.parquet"])
        found = engine.query("SELECT count(*) AS n, count(area) AS known, count(n) AS numbered FROM stored")

    assert found.to_pylist() == [{"n": 3, "known": 1, "numbered": 1}]


def test_no_parquet_file_is_a_fault() -> None:
    with connect() as engine, pytest.raises(EngineFault, match="no Parquet file"):
        engine.parquet("incidents", [])


def test_an_error_never_shows_a_rows_value() -> None:
    with connect() as engine, pytest.raises(EngineFault) as raised:
        engine.query("SELECT CAST('Jane Doe' AS INTEGER)")

    assert "Jane" not in str(raised.value)
    assert "(not shown)" in str(raised.value)


def test_a_full_disk_is_said_as_such() -> None:
    with connect() as engine, pytest.raises(OutOfDisk, match="The disk is full"):
        engine.write_parquet("SELECT range AS n FROM range(1000)", Path("/dev/full"))


def test_too_little_memory_is_said_as_such() -> None:
    with connect(memory_limit="60MB", threads=1) as engine, pytest.raises(OutOfMemory, match="shorter period"):
        engine.query("SELECT max(len(l)) FROM (SELECT list(range::VARCHAR) AS l FROM range(40000000))")


def test_the_engine_keeps_utc_and_its_settings() -> None:
    with connect() as engine:
        zone = engine.query("SELECT current_setting('TimeZone') AS zone").to_pylist()

        with pytest.raises(EngineFault, match="locked"):
            engine.run("SET memory_limit = '64GB'")

    assert zone == [{"zone": "UTC"}]


def test_closing_removes_the_engines_own_temporary_folder_and_leaves_the_users(tmp_path: Path) -> None:
    with connect(temp_directory=tmp_path):
        pass
    own = connect()
    folder = own._temp

    own.close()

    assert tmp_path.exists()
    assert not folder.exists()


def test_names_and_texts_are_quoted() -> None:
    assert quoted('Crime "ID"') == '"Crime ""ID"""'
    assert literal("o'clock") == "'o''clock'"


def test_a_table_of_many_forces_says_whose_each_row_is_and_misses_what_a_file_does_not_have(tmp_path: Path) -> None:
    files = [tmp_path / "incidents" / f"force={code}" / "rows.parquet" for code in ("kent", "007")]
    for each in files:
        each.parent.mkdir(parents=True)

    with connect() as engine:
        engine.write_parquet("SELECT 'I1' AS ref, DATE '2024-01-01' AS day", files[0])
        engine.write_parquet("SELECT 'I1' AS ref, 7 AS more", files[1])
        engine.typed_parquet("incidents", files, {"ref": "VARCHAR", "day": "DATE", "n": "BIGINT"})
        engine.typed_parquet("nothing", [], {"ref": "VARCHAR"})
        found = engine.query('SELECT * FROM incidents ORDER BY "_force"').to_pylist()
        nothing = engine.query("SELECT * FROM nothing")

    assert found == [
        {"ref": "I1", "day": None, "n": None, "_force": "007"},
        {"ref": "I1", "day": datetime.date(2024, 1, 1), "n": None, "_force": "kent"},
    ]
    assert (nothing.num_rows, nothing.column_names) == (0, ["ref", "_force"])
