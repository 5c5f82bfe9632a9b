"""What is looked up in other rows is the same beside each row as where the rows are added up once and joined."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nvap.engine.connection import Engine, connect, quoted, read_parquet
from nvap.packs.derived.column import DerivedColumn
from nvap.packs.derived_columns import OWN_DERIVED
from nvap.records.contract import TABLES, contract
from nvap.records.made_up.nation import Nation, write_nation

LOOKED_UP = [(table, name) for table, held in OWN_DERIVED.items() for name, each in held.items() if each.look_ups]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("nation")
    write_nation(folder, Nation(forces=1, rows=2000, areas=3), workers=1)
    with connect(memory_limit="512MB", threads=1) as opened:
        for table in TABLES:
            files = sorted((folder / table).glob("force=*/*.parquet"))
            if files:
                opened.run(f"CREATE VIEW {quoted(table)} AS SELECT * FROM {read_parquet(files)}")
        yield opened


@pytest.mark.parametrize(("table", "name"), LOOKED_UP)
def test_beside_a_row_stands_what_is_found_by_joining(table: str, name: str, engine: Engine) -> None:
    found = OWN_DERIVED[table][name]
    (key,) = contract(table).key
    row = f"{quoted(table)}.{quoted(key)} AS key"

    beside = engine.query(f"SELECT {row}, {found.sql} AS found FROM {quoted(table)} ORDER BY key")
    joined = engine.query(f"SELECT {row}, {_joined(table, found)} ORDER BY key")

    assert beside.num_rows > 0
    assert joined.equals(beside)


def _joined(table: str, found: DerivedColumn) -> str:
    """The column over the table joined with the rows that it looks into, added up."""
    values, sources = [], []
    for at, each in enumerate(found.look_ups):
        values.append(each.joined(f"of_each_{at}", "added_up"))
        sources.append(
            f"LEFT JOIN (SELECT each_key, {each.aggregate} AS added_up FROM ({each.rows.select}) AS"
            f" {quoted(each.rows.name)} GROUP BY each_key) AS of_each_{at}"
            f" ON of_each_{at}.each_key = {quoted(table)}.{quoted(each.rows.key)}"
        )
    return f"{found.then.format(*values)} AS found FROM {quoted(table)} {' '.join(sources)}"
