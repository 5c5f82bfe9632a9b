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


def test_what_looks_into_further_rows_within_an_exists_is_worked_out_beside_the_row_it_is_about() -> None:
    def told(log: str) -> str:
        return f'({log}."ref" IN (SELECT s."ref" FROM "sent" AS s))'

    alike = f'EXISTS (SELECT 1 FROM "logs" AS e WHERE e."place" = "logs"."place" AND {told("e")} = {told("logs")})'

    assert to_spark(f'SELECT {alike} AS n FROM "logs"') == (
        "SELECT EXISTS(SELECT 1 FROM (SELECT *, `e`.`ref` IN (SELECT `s`.`ref` FROM `sent` AS `s`) AS `_before0`"
        " FROM `logs` AS `e`) AS `e` WHERE `e`.`place` = `logs`.`place` AND (`e`.`_before0`) = (`logs`.`_before1`))"
        " AS `n` FROM (SELECT *, `logs`.`ref` IN (SELECT `s`.`ref` FROM `sent` AS `s`) AS `_before1` FROM `logs`)"
        " AS `logs`"
    )


def test_what_stands_in_an_exists_about_its_own_rows_alone_stays_where_it_is() -> None:
    sql = 'SELECT EXISTS (SELECT 1 FROM "logs" AS e WHERE e."ref" IN (SELECT s."ref" FROM "sent" AS s)) AS n FROM "b"'

    assert "_before" not in to_spark(sql)
