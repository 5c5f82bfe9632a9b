"""A made-up nation of any size: loaded tables of many forces as Parquet, written in parallel with bounded memory.

    FOLDER/nation.json                           the forces and what each holds, as `nvap measure --tables` reads it
    FOLDER/made-up-nation.json                   what it was made from
    FOLDER/<table>/force=<code>/<part>.parquet   at most 250,000 rows each, in the contract's stored columns
    FOLDER/areas/force=<code>/areas.csv          the district of each of the force's areas

Each part depends on its own numbers and the seed only, so any number of workers writes the same bytes; each is written
under another name and renamed, and nation.json comes last: a run that was ended goes on where it stopped. References
repeat from force to force, as real forces' do.
"""

from __future__ import annotations

import datetime
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nvap.engine.connection import connect
from nvap.errors import NvapError, Refused, UsageFault
from nvap.records.area_levels import FILE as LOOKUP
from nvap.records.contract import contract
from nvap.records.made_up.nation_drawing import Force, rows_of, rows_sql
from nvap.records.made_up.nation_tables import REGISTER_YEARS, TABLES
from nvap.records.made_up.shape import DEFAULT_END, DEFAULT_SEED, MONTHS, shape_of
from nvap.records.workspace import write_json

ROWS_IN_A_PART = 250_000
HEADER, MARKER = "nation.json", "made-up-nation.json"
MOST_FORCES, MOST_AREAS, FEWEST_ROWS = 999, 90, 2_000
_FORMAT = 1  # raise it when the same seed comes to give other rows
_MEMORY_OF_A_WORKER = "600MB"
_MAKING = ".making"
_AREAS_OF_A_DISTRICT = 5

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Nation:
    """What a made-up nation is made from: forces, incidents in each, areas in each, the seed and the last month."""

    forces: int
    rows: int
    areas: int = 40
    seed: int = DEFAULT_SEED
    end: str = DEFAULT_END

    def __post_init__(self) -> None:
        """Refuse a nation that cannot be. Raises UsageFault."""
        for name, found, least, most in (
            ("--forces", self.forces, 1, MOST_FORCES),
            ("--rows", self.rows, FEWEST_ROWS, 999_999_999),
            ("--areas", self.areas, 1, MOST_AREAS),
        ):
            if not least <= found <= most:
                raise UsageFault(f"{name} is a whole number from {least:,} to {most:,}; found {found:,}.")
        shape_of("small", self.seed, self.end)

    def codes(self) -> list[str]:
        """The forces' codes, in order."""
        return [f"made-up-{number:03}" for number in range(1, self.forces + 1)]

    def force(self, code: str) -> Force:
        """What one force's rows follow from."""
        shape = shape_of("small", self.seed, self.end)
        return Force(self.seed, code, self.rows, self.areas, shape.month(0), shape.month(MONTHS))


@dataclass(frozen=True)
class Part:
    """One file to write: rows from `first` up to before `last` of a table of a force."""

    path: Path
    force: Force
    table: str
    first: int
    last: int


def write_nation(folder: Path, nation: Nation, *, workers: int = 1, progress: Progress | None = None) -> int:
    """Write a made-up nation into `folder` and return how many rows it has.

    `workers` is how many processes write at once, each with at most 600 MB for its engine and a part of 250,000 rows.
    Parts that an ended run of the same nation wrote are kept. Raises UsageFault for a number of workers that cannot be,
    Refused where the folder holds anything else, and NvapError where a worker was ended from outside.
    """
    most = 4 * (os.cpu_count() or 1)
    if not 1 <= workers <= most:
        raise UsageFault(f"--workers is a whole number from 1 to {most}; found {workers}.")
    _claim(folder, nation)
    say = progress or (lambda _: None)
    parts = list(parts_of(folder, nation))
    left = [each for each in parts if not each.path.exists()]
    if len(left) < len(parts):
        say(f"{len(parts) - len(left):,} of {len(parts):,} files are there already.")
    done = 0
    for written in _written(_stretches(left), workers):
        steps = (20 * done // len(left), 20 * (done + len(written)) // len(left))
        done += len(written)
        if steps[0] != steps[1]:
            say(f"Written {done:,} of {len(left):,} files, up to {written[-1].force.code}.")
    for code in nation.codes():
        _write_areas(folder / "areas" / f"force={code}" / LOOKUP, nation.areas)
    write_json(folder / HEADER, header(nation))
    return sum(each.last - each.first for each in parts)


def parts_of(folder: Path, nation: Nation) -> Iterator[Part]:
    """Every file of a nation, force by force."""
    for code in nation.codes():
        force = nation.force(code)
        for table in TABLES:
            rows = rows_of(table, force)
            for number, first in enumerate(range(0, rows, ROWS_IN_A_PART)):
                path = folder / table / f"force={code}" / f"{number:04}.parquet"
                yield Part(path, force, table, first, min(first + ROWS_IN_A_PART, rows))


def header(nation: Nation) -> dict[str, Any]:
    """What nation.json holds: see docs/national.md."""
    forces = {
        code: {
            "name": f"Made-up force {code[-3:]} (not a real force)",
            "time_zone": "Europe/London",
            "tables": _described(nation, code),
        }
        for code in nation.codes()
    }
    return {"format": 1, "practice": True, "pack": "nvap-2.1.2-mental-health", "forces": forces}


def _described(nation: Nation, code: str) -> dict[str, Any]:
    """What a force holds of each table."""
    force = nation.force(code)
    last = force.end - datetime.timedelta(days=1)
    years = {str(force.start.year + number): force.start.year + number for number in range(REGISTER_YEARS)}
    return {
        table: {
            "columns": [each.name for each in contract(table).columns],
            "covers": [[force.start.isoformat(), last.isoformat()]],
            "as_at": (last + datetime.timedelta(days=10)).isoformat(),
            "precision": {each.name: "instant" for each in contract(table).columns if each.type == "instant"},
            "population_years": years if table == "population" else {},
            "origins": ["made-up"],
        }
        for table in TABLES
    }


def _write_areas(file: Path, areas: int) -> None:
    """A lookup of areas, of which five each in their order lie in one district."""
    rows = [f"Area {number:02},District {1 + (number - 1) // _AREAS_OF_A_DISTRICT}" for number in range(1, areas + 1)]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(["area,district", *rows]) + "\n", encoding="utf-8", newline="")


def _claim(folder: Path, nation: Nation) -> None:
    """Mark a folder as this nation's, and remove what a run that was ended left half-written."""
    wanted = {"made_up": True, "note": "Nothing here is real.", "format": _FORMAT, **asdict(nation)}
    marker = folder / MARKER
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not marker.is_file():
            raise Refused(f"{folder} holds something that is not a made-up nation; choose an empty folder with --out.")
        if json.loads(marker.read_text(encoding="utf-8")) != wanted:
            raise Refused(f"{folder} holds another made-up nation; choose an empty folder with --out, or remove it.")
    folder.mkdir(parents=True, exist_ok=True)
    write_json(marker, wanted)
    for left in folder.glob(f"*/force=*/*{_MAKING}"):
        left.unlink()


def _stretches(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """The parts in lists that one worker writes with one engine, each of a few hundred thousand rows."""
    found: list[Part] = []
    rows = 0
    for part in parts:
        found.append(part)
        rows += part.last - part.first
        if rows >= ROWS_IN_A_PART:
            yield found
            found, rows = [], 0
    if found:
        yield found


def _written(stretches: Iterable[list[Part]], workers: int) -> Iterator[list[Part]]:
    """Write the parts, and give each stretch as it is done."""
    if workers == 1:
        yield from map(_write, stretches)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            yield from pool.map(_write, stretches)
        except BrokenProcessPool:
            raise NvapError("A worker was ended from outside. What is written stays: run this again.") from None


def _write(parts: list[Part]) -> list[Part]:
    """Write files, each under another name until it is whole."""
    with connect(memory_limit=_MEMORY_OF_A_WORKER, threads=1) as engine:
        for part in parts:
            part.path.parent.mkdir(parents=True, exist_ok=True)
            making = part.path.with_name(part.path.name + _MAKING)
            engine.write_parquet(rows_sql(part.table, part.force, part.first, part.last), making)
            making.replace(part.path)
    return parts
