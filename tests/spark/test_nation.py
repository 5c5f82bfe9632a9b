"""Forces that hold different tables of different days, at once on Spark and one by one on DuckDB."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from tests.spark.agreement import unlike

from nvap.engine.spark import Spark
from nvap.measures.nation import NationRun, nation_run
from nvap.measures.nation_folder import Nation, read_nation
from nvap.measures.nation_whole import ALL_FORCES
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures
from nvap.records.made_up.nation import Nation as MadeUp
from nvap.records.made_up.nation import write_nation

pytestmark = [pytest.mark.gate, pytest.mark.spark]
DAYS = (datetime.date(2023, 1, 1), datetime.date(2024, 3, 31))  # those that every force holds
MEASURES = ("D02", "D12", "D15", "D18", "P11", "J03")


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    """Three forces: one that holds all, one without deployments, one with half the days, no areas and an own strand."""
    folder = tmp_path_factory.mktemp("nation")
    write_nation(folder, MadeUp(forces=3, rows=2_000, areas=7))
    whole = read_nation(folder)
    one, two, three = whole.forces
    two = replace(two, held={name: each for name, each in two.held.items() if name != "deployments"})
    incidents = three.held["incidents"]
    days = ((datetime.date(2023, 1, 1), datetime.date(2024, 6, 15)),)
    half = replace(incidents, ranges=days, columns=incidents.columns - {"area"})
    flags = replace(three.held["vulnerability_flags"], own_codes={"vulnerability_strand": {"rural": "Far from others"}})
    three = replace(three, held={**three.held, "incidents": half, "vulnerability_flags": flags})
    return Nation(folder, whole.practice, (one, two, three))


def asked(nation: Nation, by: str, engine: str, *, whole: bool = True) -> NationRun:
    pack, days = some_measures(DEFAULT, MEASURES), DAYS if by == "whole" else (None, None)
    return nation_run(
        nation, MEASURES, pack=pack, start=days[0], end=days[1], by=by, engine=engine, whole=whole
    )  # fmt: skip


@pytest.mark.parametrize("by", ["year,area:district", "whole", "quarter"])
@pytest.mark.usefixtures("engine")
def test_each_force_and_all_together_get_on_spark_what_they_get_on_duckdb(nation: Nation, by: str) -> None:
    expected = asked(nation, by, "duckdb").table()

    found = asked(nation, by, "spark").table()

    assert unlike(expected, found) == []
    assert "not_enough_data" in set(expected["status"].to_pylist())
    assert "part_period" in {row["status"] for row in expected.to_pylist() if row["force"] == ALL_FORCES}


def test_a_query_by_period_is_asked_once_for_all_forces(nation: Nation, engine: Spark) -> None:
    alone = asked(nation.only([nation.forces[0].code]), "quarter", "spark", whole=False)
    together = asked(nation, "quarter", "spark")

    alone.table()
    together.table()

    assert len(together.sql) == len(alone.sql)
    assert together.provenance["engine"] == engine.version
