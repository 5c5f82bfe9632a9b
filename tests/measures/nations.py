"""Tiny nations for the tests: each force's rows in, a folder out as a national body holds it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nvap.engine.connection import connect
from nvap.measures.example import register
from nvap.measures.held import Days
from nvap.measures.nation import nation_run
from nvap.measures.nation_folder import HEADER, Nation, NationForce, read_nation, to_json
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures
from nvap.records.workspace import write_json

from .world import JANUARY, Rows

Tables = Mapping[str, Rows]


def nation_of(folder: Path, forces: Mapping[str, Tables], *, days: Mapping[str, Days] | None = None) -> Nation:
    """Write forces' tables, by code, as a nation's folder; each covers January 2024, or the days given for it."""
    made = []
    for code, tables in forces.items():
        with connect(memory_limit="256MB", threads=1) as engine:
            covers = (days or {}).get(code, JANUARY)
            held = {name: register(engine, name, rows, covers) for name, rows in tables.items()}
            for name in tables:
                target = folder / name / f"force={code}"
                target.mkdir(parents=True)
                engine.write_parquet(f'SELECT * FROM "{name}"', target / "rows.parquet")
        made.append(NationForce(code, code.title(), held))
    write_json(folder / HEADER, to_json(Nation(folder, True, tuple(made))))
    return read_nation(folder)


def answers(nation: Nation, *ids: str, whole: bool = True, **asked: Any) -> list[dict[str, Any]]:
    """The result rows of measures over a nation, on DuckDB, those of all forces together last."""
    return nation_run(nation, ids, pack=some_measures(DEFAULT, ids), whole=whole, **asked).table().to_pylist()
