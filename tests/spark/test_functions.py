"""Every function that an expression may use gives equal values on DuckDB and Spark, over awkward rows."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa
import pytest

from nvap.engine.connection import connect
from nvap.engine.expression import ALLOWED_FUNCTIONS, parse
from nvap.engine.spark import Spark

pytestmark = [pytest.mark.gate, pytest.mark.spark]

COLUMNS = {
    "words": "text", "code": "code", "n": "integer", "m": "integer", "x": "number", "y": "number", "flag": "boolean",
    "day": "date", "later": "date", "start": "instant", "finish": "instant",
}  # fmt: skip
AT = datetime.datetime
ROWS: list[dict[str, Any]] = [
    {"words": "East, West", "code": "counted", "n": 7, "m": 2, "x": 2.5, "y": 0.1, "flag": True,
     "day": datetime.date(2024, 2, 29), "later": datetime.date(2025, 1, 1),
     "start": AT(2024, 2, 29, 23, 59, 59, 999999), "finish": AT(2024, 3, 1, 0, 0)},
    {"words": "  ŷŵ É  ", "code": "", "n": -7, "m": 2, "x": -2.5, "y": 3.0, "flag": False,
     "day": datetime.date(2021, 1, 3), "later": datetime.date(2021, 1, 4),
     "start": AT(2021, 1, 3, 12, 30), "finish": AT(2021, 1, 3, 12, 0)},
    {"words": "", "code": "a.b", "n": 0, "m": 0, "x": 0.0, "y": 0.0, "flag": None,
     "day": datetime.date(1999, 12, 31), "later": datetime.date(2000, 1, 1),
     "start": AT(1999, 12, 31, 0, 0), "finish": AT(2026, 7, 1, 1, 0, 0, 1)},
    {"words": "12", "code": "12.5", "n": 3, "m": -2, "x": 1e-9, "y": 1.005, "flag": True,
     "day": datetime.date(2020, 12, 28), "later": datetime.date(2020, 12, 28),
     "start": AT(2020, 12, 28, 8, 0), "finish": AT(2020, 12, 28, 8, 0, 1)},
    dict.fromkeys(COLUMNS),
]  # fmt: skip

EXPRESSIONS = (
    "abs(n)", "abs(x)", "cast(n as double)", "cast(n as text)", "cast(start as date)", "cast(flag as integer)",
    "coalesce(words, code, 'none')", "concat(code, '-', words)", "code || '-' || words",
    "date_diff('day', day, later)", "datediff('day', later, day)", "date_trunc('month', day)",
    "date_trunc('week', day)", "date_trunc('quarter', start)", "date_trunc('hour', start)", "date_trunc('year', day)",
    "extract(year from day)", "extract(quarter from day)", "extract(month from start)", "extract(day from start)",
    "extract(hour from start)", "extract(minute from start)", "greatest(n, m)", "greatest(x, y)", "least(n, m)",
    "least(day, later)", "left(words, 3)", "right(words, 3)", "length(words)", "lower(words)", "upper(words)",
    "lpad(code, 5, '0')", "minutes_between(start, finish)", "minutes_between(finish, start)", "nullif(n, 0)",
    "regexp_matches(words, '\\bWest\\b')", "regexp_matches(words, '^[0-9]+$')", "replace(words, 'East', 'North')",
    "round(x)", "round(x, 1)", "round(y, 2)", "round(x * y, 3)",
    "split_part(words, ', ', 2)", "split_part(code, '.', 1)",
    "substr(words, 2, 3)", "substring(words, 1, 2)", "trim(words)", "try_cast(words as integer)",
    "try_cast(code as double)", "try_cast(words as date)", "try_cast(n as decimal)",
    "n / m", "x / y", "n % m", "n * 1.5 + x", "n - m", "x > 0.5", "n = 3.0", "words like 'E%'", "words ilike 'e%'",
    "words is distinct from code", "n is not distinct from m", "n between 0 and 3", "code in ('counted', '12.5')",
    "code not in ('counted')", "case when flag then 'yes' when not flag then 'no' end", "flag and n > 0",
    "flag or n > 0", "not flag", "day + 30", "day >= date '2020-12-28'", "start >= '2020-12-28'", "start < finish",
    "day between '2020-01-01' and '2021-12-31'",
)  # fmt: skip


@pytest.fixture(scope="module")
def found(engine: Spark) -> tuple[pa.Table, pa.Table]:
    """The value of every expression for every row, on DuckDB and on Spark."""
    kinds = {"text": pa.string(), "code": pa.string(), "integer": pa.int64(), "number": pa.float64(),
             "boolean": pa.bool_(), "date": pa.date32(), "instant": pa.timestamp("us")}  # fmt: skip
    rows = pa.table({name: pa.array([row[name] for row in ROWS], kinds[kind]) for name, kind in COLUMNS.items()})
    rows = rows.append_column("at", pa.array(range(len(ROWS)), pa.int64()))
    values = ", ".join(f"{parse(text, COLUMNS).sql()} AS e{at}" for at, text in enumerate(EXPRESSIONS))
    sql = f'SELECT {values} FROM "rows" ORDER BY "at"'
    engine.register("rows", rows)
    with connect(threads=1) as duckdb:
        duckdb.register("rows", rows)
        return duckdb.query(sql), engine.query(sql)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_has_equal_values_on_both(text: str, found: tuple[pa.Table, pa.Table]) -> None:
    on_duckdb, on_spark = (
        [_plain(each) for each in table[f"e{EXPRESSIONS.index(text)}"].to_pylist()] for table in found
    )

    assert on_spark == on_duckdb


def test_every_function_that_an_expression_may_use_is_among_them() -> None:
    lists = {"list_contains"}  # its column, a list of texts, is in mappings only and in no contract

    assert {name for name in ALLOWED_FUNCTIONS if not any(f"{name}(" in text for text in EXPRESSIONS)} == lists


def _plain(value: Any) -> Any:
    """A value as both can be compared: moments without a zone (both are in UTC), fractions to 1e-12."""
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, datetime.date):
        return AT(value.year, value.month, value.day)
    return float(f"{value:.12e}") if isinstance(value, float) else value
