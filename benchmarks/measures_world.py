"""A workspace to time measures on: made-up incidents, deployments, grades and people, stored as batches.

    python -m benchmarks.measures_world FOLDER ROWS

Rows come from DuckDB's own generator, by a hash of the row number, so that every run times the same rows.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

from nvap.engine.connection import Engine, connect
from nvap.records.contract import contract
from nvap.records.store import Batch, Coverage, Extract, batch_id, write_batch
from nvap.records.workspace import Force, make_workspace

AREAS, YEARS = 40, (2021, 2025)
_AS_AT = datetime.date(2026, 1, 2)
_DAYS = 1826


def chance(row: str, salt: int) -> str:
    """SQL for a number from 0 to 1 that belongs to a row."""
    return f"(hash({row} * 31 + {salt}) % 1000000 / 1000000.0)"


def incidents(rows: int) -> str:
    """SQL for the incidents: 8 in 100 mental-health-related, 3 not counted, 2 without an area, 2 without a flag."""
    return f"""
    WITH spread AS (
        SELECT range AS i, TIMESTAMP '2021-01-01' + to_seconds(CAST(range * {_DAYS} * 86400.0 / {rows} AS BIGINT)) AS t,
            {chance("range", 1)} AS r1, {chance("range", 2)} AS r2, {chance("range", 3)} AS r3,
            {chance("range", 4)} AS r4, {chance("range", 5)} AS r5, {chance("range", 6)} AS r6
        FROM range({rows})
    )
    SELECT 'I' || lpad(CAST(i AS VARCHAR), 9, '0') AS incident_ref, t AS created, CAST(t AS DATE) AS created_date,
        CASE WHEN r1 < 0.97 THEN 'counted' WHEN r1 < 0.99 THEN 'duplicate' ELSE 'test' END AS closure_kind,
        CASE WHEN r2 < 0.98 THEN r3 < 0.08 END AS mh_at_closure, r3 < 0.06 AS mh_at_opening,
        CAST(1 + CAST(floor(r4 * 4) AS INTEGER) AS VARCHAR) AS grade_initial,
        CAST(1 + CAST(floor(r4 * 4 + (r5 < 0.05)::INTEGER) AS INTEGER) % 4 AS VARCHAR) AS grade_final,
        CASE WHEN r5 < 0.9 THEN t + to_seconds(CAST(300 * r6 AS INTEGER)) END AS first_dispatch,
        CASE WHEN r5 < 0.85 THEN t + to_seconds(CAST(300 * r6 + 3000 * r1 AS INTEGER)) END AS first_arrival,
        t + to_seconds(CAST(3600 + 20000 * r2 AS INTEGER)) AS closed,
        CASE WHEN r6 < 0.98
            THEN 'Area ' || lpad(CAST(CAST(floor(r5 * {AREAS}) AS INTEGER) AS VARCHAR), 2, '0') END AS area
    FROM spread"""


def deployments(rows: int) -> str:
    """SQL for the deployments: about 1.2 for each incident; 1 in 20 never cleared."""
    return f"""
    WITH spread AS (
        SELECT range AS d, CAST(range / 1.2 AS BIGINT) AS i, {chance("range", 7)} AS r1, {chance("range", 8)} AS r2
        FROM range(CAST({rows} * 1.2 AS BIGINT))
    ), timed AS (
        SELECT *, TIMESTAMP '2021-01-01' + to_seconds(CAST(i * {_DAYS} * 86400.0 / {rows} AS BIGINT)) AS t FROM spread
    )
    SELECT 'D' || CAST(d AS VARCHAR) AS deployment_ref, 'I' || lpad(CAST(i AS VARCHAR), 9, '0') AS incident_ref,
        1 + CAST(r1 < 0.6 AS INTEGER) AS officers, t + INTERVAL 2 MINUTE AS assigned,
        CAST(t + INTERVAL 2 MINUTE AS DATE) AS assigned_date,
        CASE WHEN r1 < 0.97 THEN t + to_seconds(CAST(600 + 1200 * r2 AS INTEGER)) END AS arrived,
        CASE WHEN r2 < 0.95 THEN t + to_seconds(CAST(3000 + 9000 * r1 AS INTEGER)) END AS cleared,
        r1 > 0.97 AS stood_down
    FROM timed"""


GRADES = """
    SELECT CAST(g AS VARCHAR) AS grade, 'Grade ' || g AS label, 15.0 * g * g AS target_minutes, g < 4 AS attended,
        CASE WHEN g = 2 THEN 'first_dispatch' ELSE 'created' END AS clock_start, DATE '2015-01-01' AS valid_from
    FROM range(1, 5) AS t(g)"""
PEOPLE = f"""
    SELECT 'Area ' || lpad(CAST(a AS VARCHAR), 2, '0') AS area, y AS year, 20000 + 1000 * a + 50 * (y - 2021) AS people
    FROM range({AREAS}) AS t(a), range({YEARS[0]}, {YEARS[1] + 1}) AS u(y)"""


def make(folder: Path, rows: int) -> None:
    """Make the workspace, with one force, `timing`."""
    force = make_workspace(folder, kind="practice").add_force("timing", "Timing")
    with connect(memory_limit="4GB") as engine:
        for table, sql in (
            ("incidents", incidents(rows)),
            ("deployments", deployments(rows)),
            ("grade_config", GRADES),
            ("population", PEOPLE),
        ):
            store(engine, force, table, sql)


def store(engine: Engine, force: Force, table: str, sql: str) -> None:
    """Store the rows of a SELECT as a batch of a table."""
    types = contract(table).stored_types
    given = set(engine.query(f"SELECT * FROM ({sql}) LIMIT 0").column_names)
    made = batch_id(table, "timing", _AS_AT)
    columns = [
        f'CAST("{name}" AS {kind}) AS "{name}"' if name in given else f'CAST(NULL AS {kind}) AS "{name}"'
        for name, kind in types.items()
    ]

    def files(place: Path) -> None:
        engine.write_parquet(
            f"SELECT {', '.join(columns)}, CAST(NULL AS VARCHAR) AS _ambiguous, '{made}' AS _batch FROM ({sql})",
            place / "rows.parquet",
        )
        engine.write_parquet("SELECT 1 AS row WHERE false", place / "set_aside.parquet")

    batch = Batch(
        id=made, table=table, force=force.code, content_hash=table, mapping_name="timing", mapping_version="1",
        mapping_hash="timing", as_at=_AS_AT, loaded_at=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
        loaded_by="benchmark", source={"name": "Made-up rows for timing"}, origin="made-up",
        extract=Extract("full", datetime.date(YEARS[0], 1, 1), datetime.date(YEARS[1], 12, 31)), coverage=Coverage(),
        population_years={}, precision={}, columns_filled=tuple(sorted(given)), first_day=None, last_day=None,
        undated_rows=0, report={},
    )  # fmt: skip
    write_batch(force, batch, files)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
