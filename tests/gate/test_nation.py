"""A made-up nation of 43 forces: Spark gives the rows that DuckDB gives, of every measure, and of all forces."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.spark.agreement import unlike

from nvap.engine.spark import MASTER
from nvap.measures.nation import nation_run
from nvap.measures.nation_folder import read_nation
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures
from nvap.records.made_up.nation import Nation, write_nation

pytestmark = [pytest.mark.gate, pytest.mark.spark]
FORCES = 43
INCIDENTS = 2_000  # with what belongs to them and the registers, more than 20,000 rows in each force


def test_spark_gives_a_nations_numbers_as_duckdb_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MASTER, "local[2]")
    pack = some_measures(DEFAULT)
    rows = write_nation(tmp_path, Nation(forces=FORCES, rows=INCIDENTS, areas=10), workers=2)
    assert rows >= FORCES * 20_000
    nation = read_nation(tmp_path)

    expected = nation_run(nation, pack=pack, by="quarter", whole=True, engine="duckdb").table()
    found = nation_run(nation, pack=pack, by="quarter", whole=True, engine="spark").table()

    assert len(set(expected["force"].to_pylist())) == FORCES + 1  # and all of them together
    assert set(expected["measure"].to_pylist()) == set(pack.measures)
    assert unlike(expected, found) == []
