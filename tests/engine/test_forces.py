"""One query for many forces gives each what it would get alone: nothing is joined or counted across forces."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from nvap.engine.connection import FORCE, Engine, connect
from nvap.engine.expression import ExpressionFault
from nvap.engine.forces import of_each_force

CODES = ("cumbria", "kent")
TABLES = ("incidents", "deployments")


def rows_of(table: str, code: str) -> pa.Table:
    """Rows whose references are the same in every force, and their values not."""
    chance = random.Random(f"{table}{code}")
    rows = [
        {
            "ref": f"I{chance.randrange(12)}",
            "grade": chance.choice(["immediate", "soon", None]),
            "day": chance.randrange(1, 29),
            "n": chance.randrange(9),
            FORCE: code,
        }
        for _ in range(40)
    ]
    return pa.Table.from_pylist(rows)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with connect(threads=1) as found:
        yield found


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT count(*) AS rows, sum("n") AS n FROM "incidents"',
        'SELECT "grade", count(*) AS rows FROM "incidents" WHERE "grade" IS NOT NULL GROUP BY 1',
        'SELECT "grade", "day", sum("n") AS n FROM "incidents" GROUP BY ALL',
        # A table of many rows for each one.
        'SELECT "incidents"."ref", e.k FROM "incidents" LEFT JOIN (SELECT each_key, sum(n) AS k FROM'
        ' (SELECT "ref" AS each_key, "n" AS n FROM "deployments") GROUP BY each_key) AS e'
        ' ON e.each_key = "incidents"."ref"',
        # Other rows of the same table, and of two tables joined.
        'SELECT count(*) FILTER (WHERE c) AS k FROM (SELECT EXISTS (SELECT 1 FROM "incidents" AS e JOIN "deployments"'
        ' AS d ON d."ref" = e."ref" WHERE e."ref" = "incidents"."ref" AND e."day" < "incidents"."day") AS c'
        ' FROM "incidents")',
        'SELECT "day", (SELECT count(DISTINCT d."day") FROM "deployments" AS d WHERE d."ref" = "incidents"."ref")'
        ' AS k FROM "incidents"',
        # The newest row of all, and rows of the newest day in a table of the same name.
        'SELECT count(*) AS k FROM "incidents" WHERE "incidents"."day" < (SELECT max("day") FROM "deployments")',
        'SELECT count(*) AS k FROM "incidents" WHERE "incidents"."day" IN (SELECT max("day") FROM "incidents"'
        ' WHERE "incidents"."n" > 2 GROUP BY "grade")',
        # A chain of rows, followed step by step within a look into other rows.
        'SELECT (SELECT max(c.n) FROM (WITH d0 AS (SELECT "ref" AS log, "n" AS n FROM "deployments" WHERE "n" > 3),'
        " d1 AS (SELECT a.log, coalesce(b.n, a.n) AS n FROM d0 AS a LEFT JOIN d0 AS b ON b.log = a.log)"
        ' SELECT d.log, d.n FROM d1 AS d) AS c WHERE c.log = "incidents"."ref") AS n FROM "incidents"',
        # All columns of one of two tables that are joined.
        'SELECT r."grade", count(*) AS k FROM (SELECT d."day" AS own_day, e.* FROM "deployments" AS d'
        ' JOIN "incidents" AS e ON e."ref" = d."ref") AS r GROUP BY 1',
        # The next row of the same grade.
        'SELECT g."ref", g."until" FROM (SELECT *, lead("day") OVER (PARTITION BY "grade" ORDER BY "day", "n", "ref")'
        ' AS "until" FROM "incidents") AS g',
    ],
)
def test_each_force_gets_what_it_would_get_alone(engine: Engine, sql: str) -> None:
    alone: list[dict[str, Any]] = []
    for code in CODES:
        for table in TABLES:
            engine.register(table, rows_of(table, code))
        alone += [{**row, FORCE: code} for row in engine.query(sql).to_pylist()]

    for table in TABLES:
        engine.register(table, pa.concat_tables([rows_of(table, code) for code in CODES]))
    together = engine.query(of_each_force(sql)).select([*alone[0]]).to_pylist()

    assert sorted(together, key=repr) == sorted(alone, key=repr)


def test_all_columns_of_a_table_that_may_have_no_row_are_refused() -> None:
    with pytest.raises(ExpressionFault, match="A star of a table of an outer join"):
        of_each_force('SELECT d."day", e.* FROM "deployments" AS d LEFT JOIN "incidents" AS e ON e."ref" = d."ref"')


@pytest.mark.parametrize("sql", ["SELECT 1 AS n UNION ALL SELECT 2", "WITH a AS (SELECT 1 AS n) SELECT * FROM a"])
def test_sql_that_forces_cannot_be_told_apart_in_is_refused(sql: str) -> None:
    with pytest.raises(ExpressionFault, match="Only a plain SELECT"):
        of_each_force(sql)
