"""A workspace to time measures on: one force of the made-up nation, its five years stored as batches.

    python -m benchmarks.measures_world FOLDER ROWS

ROWS is the number of incidents; the other tables stand in proportion (five deployments for three incidents). Every run
times the same rows.
"""

from __future__ import annotations

import datetime
import shutil
import sys
from pathlib import Path

from nvap.engine.connection import Engine, connect, read_parquet
from nvap.measures.held import Held
from nvap.measures.nation_folder import read_nation
from nvap.records.contract import contract
from nvap.records.made_up.nation import Nation, write_nation
from nvap.records.store import Batch, Coverage, Extract, batch_id, write_batch
from nvap.records.workspace import Force, make_workspace

AREAS = 40


def make(folder: Path, rows: int) -> None:
    """Make the workspace, with one force, `timing`."""
    force = make_workspace(folder, kind="practice").add_force("timing", "Timing")
    parts = folder / "parts"
    write_nation(parts, Nation(forces=1, rows=rows, areas=AREAS), workers=2)
    (made,) = read_nation(parts).forces
    with connect(memory_limit="4GB") as engine:
        for table, held in made.held.items():
            store(engine, force, held, sorted((parts / table / f"force={made.code}").glob("*.parquet")))
    shutil.rmtree(parts)


def store(engine: Engine, force: Force, held: Held, files: list[Path]) -> None:
    """Store the rows of Parquet files as one batch of a table."""
    assert held.as_at is not None
    made = batch_id(held.table, "timing", held.as_at)
    columns = ", ".join(f'"{name}"' for name in contract(held.table).stored_types)

    def write(place: Path) -> None:
        engine.write_parquet(
            f"SELECT {columns}, CAST(NULL AS VARCHAR) AS _ambiguous, '{made}' AS _batch FROM {read_parquet(files)}",
            place / "rows.parquet",
        )
        engine.write_parquet("SELECT 1 AS row WHERE false", place / "set_aside.parquet")

    ((first, last),) = held.ranges
    batch = Batch(
        id=made, table=held.table, force=force.code, content_hash=held.table, mapping_name="timing",
        mapping_version="1", mapping_hash="timing", as_at=held.as_at,
        loaded_at=datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC), loaded_by="benchmark",
        source={"name": "Made-up rows for timing"}, origin="made-up", extract=Extract("full", first, last),
        coverage=Coverage(), population_years=held.population_years, precision=dict.fromkeys(held.precision, "instant"),
        columns_filled=tuple(sorted(held.columns)), first_day=first, last_day=last, undated_rows=0, report={},
    )  # fmt: skip
    write_batch(force, batch, write)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
