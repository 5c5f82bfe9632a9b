"""What SQLGlot would leave as it is in Spark's SQL, or get wrong."""

from __future__ import annotations

import pytest

from nvap.engine.dialect import to_spark


@pytest.mark.parametrize(
    ("duckdb", "spark"),
    [
        ('SELECT "x" / 60.0', "SELECT `x` / CAST(60.0 AS DOUBLE)"),
        ('SELECT epoch_us("at")', "SELECT UNIX_MICROS(`at`)"),
        ('SELECT "day" + to_months("n")', "SELECT `day` + MAKE_YM_INTERVAL(0, `n`)"),
        ('SELECT list("x") FILTER (WHERE "kept")', "SELECT COLLECT_LIST(`x`) FILTER(WHERE `kept`)"),
        ('SELECT round("x", 1)', "SELECT (ROUND((`x`) * CAST(10 AS DOUBLE)) / CAST(10 AS DOUBLE))"),
        ('SELECT round("x")', "SELECT ROUND(`x`)"),
    ],
)
def test_a_select_of_duckdb_is_one_of_spark(duckdb: str, spark: str) -> None:
    assert to_spark(duckdb) == spark


def test_a_sum_over_other_rows_meets_its_own_row_by_equality_only() -> None:
    earlier = '(SELECT count(*) FROM "logs" AS e WHERE e."place" = "logs"."place" AND e."at" < "logs"."at")'

    assert to_spark(f'SELECT {earlier} AS n FROM "logs"') == (
        "SELECT (SELECT COUNT(*) FROM `logs` AS `e` CROSS JOIN (SELECT DISTINCT `at`, `place` FROM `logs`) AS `_own`"
        " WHERE ((`e`.`place` = `_own`.`place` AND `e`.`at` < `_own`.`at`) AND `_own`.`at` = `logs`.`at`)"
        " AND `_own`.`place` = `logs`.`place`) AS `n` FROM `logs`"
    )
