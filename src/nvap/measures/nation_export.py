"""Forces' loaded tables as a nation's folder, and a nation's results as one Parquet file.

A force's folder is named in nation.json only once all its tables are there: a folder whose writing was ended by force
says so when it is read (files of a force that is not named).
"""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from nvap.engine.connection import connect, quoted
from nvap.errors import InputFault, NotEnoughData, Refused
from nvap.measures.held import Held, held_tables
from nvap.measures.nation import NationRun
from nvap.measures.nation_folder import HEADER, Nation, NationForce, areas_folder, read_nation, to_json
from nvap.measures.rows import SCHEMA
from nvap.measures.run import PROVENANCE
from nvap.records.area_levels import FILE as LOOKUP
from nvap.records.area_levels import area_levels
from nvap.records.contract import contract
from nvap.records.current import open_tables
from nvap.records.workspace import Force, Workspace, write_json


def write_tables(
    workspace: Workspace,
    forces: Sequence[Force],
    folder: Path,
    *,
    as_at: datetime.date | None = None,
    memory_limit: str = "1500MB",
) -> Nation:
    """Write forces' current tables (as at a date; None: the newest) into a nation's folder, beside those in it already.

    What a force had there before is replaced. Rows are those of the store: pseudonymised, without direct identifiers.
    Raises NotEnoughData for a force without any extract, Refused where made-up and real forces would stand together,
    and InputFault where the folder cannot be written.
    """
    there = _there(folder, workspace)
    for force in forces:
        others = tuple(each for each in there.forces if each.code != force.code)
        try:
            if others:
                _say(folder, Nation(folder, there.practice, others))
            held = _write_force(force, folder, as_at, memory_limit)
            written = (*others, NationForce(force.code, force.name, held, force.time_zone, area_levels(force)))
            there = Nation(folder, there.practice, tuple(sorted(written, key=lambda each: each.code)))
            _say(folder, there)
        except OSError as error:
            raise InputFault(f"{folder} cannot be written: {error.strerror or error}.") from None
    return there


def write_results(path: Path, run: NationRun) -> tuple[int, bool]:
    """Write a run's rows to one Parquet file as they come, force by force, with their provenance in its metadata.

    Gives how many rows there are, and whether any holds a number. The file is there whole or not at all. Raises
    InputFault where it cannot be written.
    """
    beside = path.with_name(f".{path.name}.tmp")
    rows, numbers = 0, False
    try:
        # Arrow's own copy of the schema would be read in place of the metadata that is added at the end.
        with pq.ParquetWriter(beside, SCHEMA, compression="zstd", store_schema=False) as writer:
            for table in run.tables():
                writer.write_table(table)
                rows += table.num_rows
                numbers = numbers or bool({"ok", "part_period"} & set(table["status"].unique().to_pylist()))
            writer.add_key_value_metadata({PROVENANCE: json.dumps(run.provenance, ensure_ascii=False).encode()})
        beside.replace(path)
    except OSError as error:
        raise InputFault(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        beside.unlink(missing_ok=True)
    return rows, numbers


def _there(folder: Path, workspace: Workspace) -> Nation:
    if not (folder / HEADER).exists():
        if folder.exists() and any(folder.iterdir()):
            raise InputFault(f"{folder} is not empty and holds no {HEADER}; name a new folder.")
        return Nation(folder, workspace.is_practice, ())
    there = read_nation(folder)
    if there.practice != workspace.is_practice:
        kinds = ("practice", "real") if workspace.is_practice else ("real", "practice")
        raise Refused(f"This is a {kinds[0]} workspace and {folder} holds {kinds[1]} forces; they must stay apart.")
    return there


def _write_force(force: Force, folder: Path, as_at: datetime.date | None, memory_limit: str) -> dict[str, Held]:
    for old in folder.glob(f"*/force={force.code}"):
        shutil.rmtree(old)
    with connect(memory_limit=memory_limit) as engine:
        held = held_tables(open_tables(engine, force, as_at=as_at))
        if not held:
            raise NotEnoughData(f"{force.name} ({force.code}) holds no extract. Load one with `nvap load`.")
        for table in held:
            target = folder / table / f"force={force.code}"
            target.mkdir(parents=True)
            columns = ", ".join(quoted(each) for each in contract(table).stored_types)
            engine.write_parquet(f"SELECT {columns} FROM {quoted(table)}", target / "rows.parquet")
    if (force.folder / LOOKUP).is_file():
        areas_folder(folder, force.code).mkdir(parents=True)
        shutil.copyfile(force.folder / LOOKUP, areas_folder(folder, force.code) / LOOKUP)
    return held


def _say(folder: Path, nation: Nation) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / HEADER, to_json(nation))
