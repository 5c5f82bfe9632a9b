"""All forces together get what one force would get that held all of their rows: of measures of every statistic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from nvap.engine.connection import connect, quoted
from nvap.measures.nation import nation_run
from nvap.measures.nation_folder import HEADER, Nation, NationForce, read_nation, to_json
from nvap.measures.nation_whole import ALL_FORCES
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures
from nvap.records.contract import contract
from nvap.records.made_up.nation import Nation as MadeUp
from nvap.records.made_up.nation import write_nation
from nvap.records.workspace import write_json

OF_ALL_KINDS = ("D02", "D06", "D12", "D13", "D18", "D19", "J03", "J15", "P20")
ONE_FOR_ALL = ("calendar", "grade_config", "code_map", "course_requirements")
NUMBERS = ("numerator", "denominator", "unknown", "value", "lower", "upper")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    """A made-up nation of two forces, whose references, pseudonyms and areas have the same names."""
    folder = tmp_path_factory.mktemp("two")
    write_nation(folder, MadeUp(forces=2, rows=2_000, areas=3))
    return read_nation(folder)


@pytest.fixture(scope="module")
def merged(two: Nation, tmp_path_factory: pytest.TempPathFactory) -> Nation:
    """One force that holds the rows of both, with the force before each reference, pseudonym and area."""
    folder = tmp_path_factory.mktemp("merged")
    with connect(memory_limit="512MB", threads=1) as engine:
        for table in two.tables:
            target = folder / table / "force=one" / "rows.parquet"
            target.parent.mkdir(parents=True)
            engine.write_parquet(" UNION ALL ".join(selected(two, table)), target)
    one = NationForce("one", "One", two.forces[0].held)
    write_json(folder / HEADER, to_json(Nation(folder, True, (one,))))
    return read_nation(folder)


def selected(nation: Nation, table: str) -> Iterator[str]:
    described = contract(table)
    named = {each.name for each in described.columns if each.type in ("record_ref", "key") or each.name == "area"}
    for force in nation.forces[: 1 if table in ONE_FOR_ALL else None]:
        columns = [
            f"'{force.code}/' || {quoted(name)} AS {quoted(name)}" if name in named else quoted(name)
            for name in described.stored_types
        ]
        yield f"SELECT {', '.join(columns)} FROM '{nation.files(table)[0].parent.parent}/force={force.code}/*.parquet'"


def rows(nation: Nation, *ids: str, by: str, whole: bool) -> list[dict[str, Any]]:
    found: pa.Table = nation_run(nation, ids, pack=some_measures(DEFAULT, ids), by=by, whole=whole).table()
    return [row for row in found.to_pylist() if (row["force"] == ALL_FORCES) == whole]


def place(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("measure", "part", "category", "group", "period_start", "status", "method"))


@pytest.mark.parametrize(
    ("ids", "by"),
    [(OF_ALL_KINDS, "year"), (("D01", "D02"), "whole"), (("D02",), "year,sex,standardised"), (("D01",), "whole,hour")],
)
def test_all_forces_together_get_what_one_force_with_all_their_rows_gets(
    two: Nation, merged: Nation, ids: tuple[str, ...], by: str
) -> None:
    expected = rows(merged, *ids, by=by, whole=False)

    found = rows(two, *ids, by=by, whole=True)

    assert [place(row) for row in found] == [place(row) for row in expected]
    for row, other in zip(found, expected, strict=True):
        assert [row[name] for name in NUMBERS] == pytest.approx([other[name] for name in NUMBERS], nan_ok=True), row
    assert any(row["status"] == "ok" for row in found)
    assert all(row["reason"].endswith("Of all 2 forces.") for row in found)


def test_what_cannot_be_put_together_is_refused_with_the_reason(two: Nation) -> None:
    found = rows(two, "D15", "P21", by="year", whole=True)

    refused = {(row["measure"], row["part"]): row["reason"] for row in found if row["status"] == "refused"}
    assert set(refused) == {("D15", "by_role"), ("P21", "busiest_places")}
    assert refused["D15", "by_role"].startswith("Groups of staff are not put together")
