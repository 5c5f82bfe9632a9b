"""All incident measures in one DuckDB query, written by hand; the aggregates only, without any interval.

python duckdb_query.py WORKSPACE OUT [hours]
"""

import sys
from pathlib import Path

import duckdb

workspace, out = sys.argv[1:3]
with_hours = sys.argv[3:] == ["hours"]


def rows(table):
    return f"read_parquet('{next(Path(workspace).glob(f'timing/batches/{table}/*/rows.parquet'))}')"


HOURS = f"""
    , each AS (
        SELECT incident_ref, sum(t2) AS t2, count(*) - count(t2) AS t2_unknown, sum(t3) AS t3,
            count(*) - count(t3) AS t3_unknown, bool_or(stood_down IS NOT TRUE) AS sent
        FROM (
            SELECT incident_ref, stood_down,
                CASE WHEN stood_down THEN 0
                     WHEN cleared >= arrived AND cleared - arrived <= INTERVAL 36 HOUR
                     THEN (epoch_us(cleared) - epoch_us(arrived)) / 6e7 * officers / 60 END AS t2,
                CASE WHEN cleared >= assigned AND cleared - assigned <= INTERVAL 36 HOUR
                     THEN (epoch_us(cleared) - epoch_us(assigned)) / 6e7 * officers / 60 END AS t3
            FROM {rows("deployments")}
        ) GROUP BY incident_ref
    )"""
HOUR_COLUMNS = """
    , CASE WHEN each.sent IS NOT TRUE THEN 0
           WHEN closed >= first_arrival AND closed - first_arrival <= INTERVAL 36 HOUR
           THEN (epoch_us(closed) - epoch_us(first_arrival)) / 3.6e9 END AS t1
    , coalesce(each.t2, 0) AS t2, coalesce(each.t2_unknown, 0) AS t2_unknown
    , coalesce(each.t3, 0) AS t3, coalesce(each.t3_unknown, 0) AS t3_unknown"""


def sums_of_hours(way, unknown):
    return f"""
    , sum({way}) FILTER (WHERE counted AND mhri) AS {way}_hours
    , sum({unknown}) FILTER (WHERE counted AND mhri) AS {way}_unknown
    , sum({way}) FILTER (WHERE counted AND mhri AND {unknown} = 0) AS {way}_whole
    , count(*) FILTER (WHERE counted AND mhri AND {unknown} = 0) AS {way}_n
    , sum({way} * {way}) FILTER (WHERE counted AND mhri AND {unknown} = 0) AS {way}_squares
    , sum({way}) FILTER (WHERE counted AND mhri IS NOT NULL) AS {way}_all
    , sum({way} * {way}) FILTER (WHERE counted AND mhri) AS {way}_flagged_squares
    , sum({way} * {way}) FILTER (WHERE counted AND mhri IS NOT NULL) AS {way}_all_squares
    , count(*) FILTER (WHERE counted AND mhri IS NOT NULL AND {way} > 0) AS {way}_rows"""


QUERY = f"""
WITH graded AS (
    SELECT date_trunc('month', created_date) AS month, area, closure_kind = 'counted' AS counted, mh_at_closure AS mhri,
        label, attended, target_minutes, grade_initial, grade_final, i.incident_ref, first_arrival, closed,
        CASE WHEN clock_start = 'first_dispatch' THEN first_dispatch ELSE created END AS started
    FROM {rows("incidents")} AS i
    LEFT JOIN {rows("grade_config")} AS g
        ON g.grade = i.grade_initial AND created_date BETWEEN g.valid_from AND coalesce(g.valid_to, DATE '9999-12-31')
){HOURS if with_hours else ""}
SELECT month, area, label, mhri,
    count(*) FILTER (WHERE counted AND mhri) AS flagged,
    count(*) FILTER (WHERE counted AND mhri IS NOT NULL) AS known,
    count(*) FILTER (WHERE counted AND mhri IS NULL) AS unknown,
    count(*) FILTER (WHERE counted AND attended AND in_time) AS in_time,
    count(*) FILTER (WHERE counted AND attended AND in_time IS NOT NULL) AS timed,
    count(*) FILTER (WHERE counted AND coalesce(NOT attended OR in_time IS NOT NULL, false) IS FALSE) AS untimed,
    count(*) FILTER (WHERE counted AND attended AND grade_final <> grade_initial) AS regraded,
    count(*) FILTER (WHERE counted AND attended AND (grade_final <> grade_initial) IS NOT NULL) AS graded,
    count(*) FILTER (WHERE counted AND attended IS NULL) AS ungraded
    {sums_of_hours("t1", "(t1 IS NULL)::INT") if with_hours else ""}
    {sums_of_hours("t2", "t2_unknown") if with_hours else ""}
    {sums_of_hours("t3", "t3_unknown") if with_hours else ""}
FROM (
    SELECT graded.* EXCLUDE (incident_ref, first_arrival, closed, started),
        CASE WHEN first_arrival >= started
             THEN (epoch_us(first_arrival) - epoch_us(started)) / 6e7 <= target_minutes END AS in_time
        {HOUR_COLUMNS if with_hours else ""}
    FROM graded {"LEFT JOIN each USING (incident_ref)" if with_hours else ""}
)
GROUP BY ALL"""

connection = duckdb.connect(config={"memory_limit": "1500MB"})
connection.execute(f"COPY ({QUERY}) TO '{out}' (FORMAT parquet)")
