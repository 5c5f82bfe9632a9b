"""Spark as an engine: what it reads, and what it says when it cannot."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nvap.engine.connection import EngineFault
from nvap.engine.spark import Spark, spark
from nvap.errors import UsageFault

pytestmark = [pytest.mark.gate, pytest.mark.spark]


def test_a_table_of_many_forces_says_whose_each_row_is(engine: Spark, tmp_path: Path) -> None:
    files = [tmp_path / "a[1] b" / "incidents" / f"force={code}" / "rows.parquet" for code in ("kent", "007")]
    for each in files:
        each.parent.mkdir(parents=True)
    moment = datetime.datetime(2024, 7, 1, 0, 30)  # noqa: DTZ001 - stored in UTC without a zone
    pq.write_table(pa.table({"ref": ["I1"], "at": pa.array([moment], pa.timestamp("us"))}), files[0])
    pq.write_table(pa.table({"ref": ["I1"], "more": [7]}), files[1])

    engine.typed_parquet("incidents", files, {"ref": "VARCHAR", "at": "TIMESTAMP", "n": "BIGINT"})
    engine.typed_parquet("nothing", [], {"ref": "VARCHAR"})
    found = engine.query('SELECT "_force", "ref", "n", extract(hour FROM "at") AS hour FROM "incidents" ORDER BY 1')

    assert found.to_pylist() == [
        {"_force": "007", "ref": "I1", "n": None, "hour": None},
        {"_force": "kent", "ref": "I1", "n": None, "hour": 0},
    ]
    assert engine.query('SELECT * FROM "nothing"').num_rows == 0


def test_a_fault_is_named_as_spark_names_it_without_a_rows_values(engine: Spark) -> None:
    engine.register("people", pa.table({"name": ["Winterbourne"]}))

    with pytest.raises(EngineFault, match="UNRESOLVED_COLUMN"):
        engine.query('SELECT "nmae" FROM "people"')
    with pytest.raises(EngineFault) as fault:
        engine.query('SELECT CAST("name" AS INTEGER) AS n FROM "people"')

    assert "CAST_INVALID_INPUT" in str(fault.value)
    assert "Winterbourne" not in str(fault.value)


def test_a_second_engine_leaves_the_session_open_and_has_tables_of_its_own(engine: Spark) -> None:
    engine.register("places", pa.table({"area": ["East"]}))

    with spark() as second, pytest.raises(EngineFault, match="TABLE_OR_VIEW_NOT_FOUND"):
        second.query('SELECT * FROM "places"')

    assert engine.query('SELECT * FROM "places"').to_pylist() == [{"area": "East"}]


def test_when_spark_ends_the_command_says_that_it_most_likely_wanted_memory() -> None:
    asking = """
import os, signal
from nvap.engine.spark import spark
with spark(master="local[1]") as engine:
    os.kill(engine._session.sparkContext._gateway.proc.pid, signal.SIGKILL)
    engine.query("SELECT 1 AS n")
"""
    done = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=False)

    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("nvap.engine.connection.OutOfMemory: Spark ended while it was asked, most likely")
    assert "spark.driver.memory=8g" in last


def test_without_java_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UsageFault, match="apt-get install openjdk-17-jre-headless"):
        spark()


def test_the_command_line_gives_the_same_rows_on_both_and_prints_nothing_of_sparks(tmp_path: Path) -> None:
    def nvap(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "nvap", *words], capture_output=True, text=True, check=False
        )

    folder = str(tmp_path / "nation")
    made = nvap("demo", "nation", "--out", folder, "--forces", "2", "--rows", "2000", "--areas", "2", "--workers", "1")
    on_duckdb = nvap("measure", "D01", "D13", "--tables", folder, "--by", "year", "--format", "csv")
    on_spark = nvap("measure", "D01", "D13", "--tables", folder, "--by", "year", "--format", "csv", "--engine", "spark")

    assert (made.returncode, on_duckdb.returncode, on_spark.returncode) == (0, 0, 0), on_spark.stderr
    assert on_spark.stdout == on_duckdb.stdout
    assert on_spark.stderr == ""
