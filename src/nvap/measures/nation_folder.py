"""A nation's folder: many forces' loaded tables as Parquet, and what each force holds, in nation.json.

    FOLDER/nation.json                          the forces, and of each table its columns, days and as-at date
    FOLDER/<table>/force=<code>/<any>.parquet   the rows, in the contract's stored columns
    FOLDER/areas/force=<code>/areas.csv         a force's lookup of its areas, where it keeps one
    FOLDER/counting-rules.yaml                  counting rules for all of them, where there are any

docs/national.md describes the file; a column that no file of a table has is missing throughout.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from nvap.errors import InputFault, UsageFault, nearest
from nvap.measures.held import Days, Held, joined
from nvap.records.area_levels import AreaLevels, area_levels
from nvap.records.contract import EXTENSIBLE, TABLES, contract
from nvap.records.workspace import Force

HEADER, AREAS = "nation.json", "areas"
TIME_ZONE = "Europe/London"
"""The clock of a force whose time zone is not named."""
FORMAT = 1
_CODE = re.compile(r"[a-z][a-z0-9-]{1,30}")
_PRECISIONS = ("instant", "hour", "day", "month")
_FORCE_KEYS = ("name", "tables", "time_zone")
_TABLE_KEYS = (
    "columns", "covers", "as_at", "precision", "partial", "only", "sample_days", "population_years", "batches",
    "origins", "own_codes",
)  # fmt: skip


@dataclass(frozen=True)
class NationForce:
    """One force of a nation: its code (also in the folder's names), its name, and what it holds of each table.

    Hours stand on the clock of `time_zone`; `areas` are the levels of its areas, where the folder holds a lookup.
    """

    code: str
    name: str
    held: Mapping[str, Held]
    time_zone: str = TIME_ZONE
    areas: AreaLevels = field(default_factory=AreaLevels)


@dataclass(frozen=True)
class Nation:
    """A nation's folder, read: its forces in the order of their codes; `practice` says that its rows are not real."""

    folder: Path
    practice: bool
    forces: tuple[NationForce, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that any force holds, in the contract's order."""
        return tuple(table for table in TABLES if any(table in force.held for force in self.forces))

    def only(self, codes: Sequence[str]) -> Nation:
        """The same nation with these forces alone (none named: all). Raises UsageFault for an unknown code."""
        known = [each.code for each in self.forces]
        for code in codes:
            if code not in known:
                raise UsageFault(f"No force `{code}` in {self.folder / HEADER}.{nearest(code, known)}")
        return Nation(self.folder, self.practice, tuple(each for each in self.forces if each.code in (codes or known)))

    def files(self, table: str) -> list[Path]:
        """The Parquet files of a table, those of the forces in hand only."""
        return [path for each in self.forces if table in each.held for path in _files(self.folder, table, each.code)]


def read_nation(folder: Path) -> Nation:
    """The nation in a folder.

    Raises UsageFault where there is no nation.json, and InputFault with every fault of it: what it holds that is not
    allowed, a table without files, files of a force or table that it does not name.
    """
    file = folder / HEADER
    if not file.is_file():
        raise UsageFault(f"There is no {HEADER} in {folder}. `nvap export-tables --out FOLDER` writes such a folder.")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputFault(f"{file} is not JSON that can be read: {error}.") from None
    reading = _Reading(folder, [])
    nation = reading.nation(content)
    if nation is None or reading.faults:
        raise InputFault(f"{file} has faults.", reading.faults)
    return nation


def to_json(nation: Nation) -> dict[str, Any]:
    """What nation.json holds of a nation; `read_nation` reads it back."""
    return {
        "format": FORMAT,
        "practice": nation.practice,
        "forces": {
            force.code: {
                "name": force.name,
                "time_zone": force.time_zone,
                "tables": {name: _table_json(each) for name, each in force.held.items()},
            }
            for force in nation.forces
        },
    }


def _table_json(held: Held) -> dict[str, Any]:
    return {
        "columns": sorted(held.columns),
        "covers": [[each.isoformat() for each in days] for days in held.ranges],
        "as_at": held.as_at.isoformat() if held.as_at else None,
        "precision": dict(held.precision),
        "partial": [[each.isoformat() for each in days] for days in held.partial],
        "only": held.only,
        "sample_days": held.sample_days,
        "population_years": {str(year): served for year, served in held.population_years.items()},
        "batches": list(held.batches),
        "origins": sorted(held.origins),
        "own_codes": {name: dict(words) for name, words in held.own_codes.items()},
    }


def areas_folder(folder: Path, code: str) -> Path:
    """Where a force's lookup of areas lies within a nation's folder."""
    return folder / AREAS / f"force={code}"


def _files(folder: Path, table: str, code: str) -> list[Path]:
    return sorted((folder / table / f"force={code}").glob("*.parquet"))


@dataclass
class _Reading:
    """One reading of nation.json; every fault is noted with its place."""

    folder: Path
    faults: list[str]

    def nation(self, content: Any) -> Nation | None:
        if not isinstance(content, dict) or not isinstance(content.get("forces"), dict) or not content["forces"]:
            self.faults.append('forces: an object with each force\'s code is needed, as {"forces": {"kent": …}}')
            return None
        self._known("", content, ("format", "practice", "forces", "pack"))
        if content.get("format") != FORMAT:
            self.faults.append(f"format: found {content.get('format')!r}; allowed: {FORMAT}")
        if not isinstance(content.get("practice"), bool):
            self.faults.append(f"practice: found {content.get('practice')!r}; allowed: true (not real), false")
        forces = tuple(self._force(code, content["forces"][code]) for code in sorted(content["forces"]))
        self._unnamed({each.code: each for each in forces})
        return Nation(self.folder, bool(content.get("practice")), forces)

    def _force(self, code: str, content: Any) -> NationForce:
        where = f"forces.{code}"
        if not _CODE.fullmatch(code):
            self.faults.append(f"{where}: a force's code is 2 to 31 of a-z, 0-9 and `-`, starting with a letter")
        if not isinstance(content, dict) or not isinstance(content.get("tables"), dict):
            self.faults.append(f"{where}.tables: an object with each table that the force holds is needed")
            return NationForce(code, code, {})
        self._known(where, content, _FORCE_KEYS)
        held = {}
        for table, described in content["tables"].items():
            at = f"{where}.tables.{table}"
            if table not in TABLES:
                self.faults.append(f"{at}: unknown table.{nearest(table, TABLES)}")
            elif not isinstance(described, dict):
                self.faults.append(f"{at}: an object with columns, covers and as_at is needed")
            else:
                held[table] = self._held(at, table, described)
                if not _files(self.folder, table, code):
                    self.faults.append(f"{at}: there is no Parquet file in {table}/force={code}")
        name, zone = str(content.get("name", code)), content.get("time_zone", TIME_ZONE)
        if not isinstance(zone, str) or zone not in available_timezones():
            self.faults.append(f"{where}.time_zone: found {zone!r}; allowed: an IANA time zone, as {TIME_ZONE}")
        return NationForce(code, name, held, str(zone), self._areas(code, name))

    def _areas(self, code: str, name: str) -> AreaLevels:
        try:
            return area_levels(Force(code, name, TIME_ZONE, areas_folder(self.folder, code)))
        except InputFault as fault:
            self.faults += fault.faults or (str(fault),)
            return AreaLevels()

    def _held(self, at: str, table: str, content: Mapping[str, Any]) -> Held:
        self._known(at, content, _TABLE_KEYS)
        return Held(
            table=table,
            columns=self._columns(at, table, content.get("columns")),
            precision=self._precision(at, table, content.get("precision") or {}),
            ranges=joined(self._days(f"{at}.covers", content.get("covers", []))),
            partial=tuple(self._days(f"{at}.partial", content.get("partial") or [])),
            only=content.get("only") or None,
            sample_days=bool(content.get("sample_days")),
            population_years=self._years(at, content.get("population_years") or {}),
            as_at=self._day(f"{at}.as_at", content.get("as_at")),
            batches=tuple(str(each) for each in content.get("batches") or ()),
            origins=frozenset(str(each) for each in content.get("origins") or ()),
            own_codes=self._own_codes(at, content.get("own_codes") or {}),
        )

    def _columns(self, at: str, table: str, names: Any) -> frozenset[str]:
        known = list(contract(table).stored_types)
        if not isinstance(names, list) or not names:
            self.faults.append(f"{at}.columns: a list of the columns that are filled is needed")
            return frozenset()
        for name in names:
            if name not in known:
                self.faults.append(f"{at}.columns: `{name}` is not a column of {table}.{nearest(str(name), known)}")
        return frozenset(str(each) for each in names)

    def _precision(self, at: str, table: str, content: Any) -> dict[str, str]:
        found = dict(content) if isinstance(content, dict) else {"": content}
        for column, precision in found.items():
            if precision not in _PRECISIONS:
                allowed = ", ".join(_PRECISIONS)
                self.faults.append(f"{at}.precision.{column}: found {precision!r}; allowed: {allowed}")
        return found

    def _days(self, at: str, content: Any) -> list[Days]:
        found: list[Days] = []
        for each in content if isinstance(content, list) else [content]:
            if not isinstance(each, list) or len(each) != 2:
                self.faults.append(f"{at}: pairs of a first and a last day are needed; found {each!r}")
                continue
            first, last = (self._day(at, day) for day in each)
            if first and last and first > last:
                self.faults.append(f"{at}: {first} comes after {last}; the first day comes first")
            elif first and last:
                found.append((first, last))
        return found

    def _day(self, at: str, text: Any) -> datetime.date | None:
        try:
            return datetime.date.fromisoformat(text)
        except (TypeError, ValueError):
            self.faults.append(f"{at}: a day is written 2024-01-31; found {text!r}")
            return None

    def _years(self, at: str, content: Any) -> dict[int, int]:
        try:
            return {int(year): int(served) for year, served in dict(content).items()}
        except (TypeError, ValueError):
            self.faults.append(f'{at}.population_years: years by year are needed, as {{"2024": 2023}}')
            return {}

    def _own_codes(self, at: str, content: Any) -> dict[str, dict[str, str]]:
        try:
            found = {str(name): {str(code): str(words) for code, words in dict(each).items()}
                     for name, each in dict(content).items()}  # fmt: skip
        except (TypeError, ValueError):
            self.faults.append(f'{at}.own_codes: words by code and list are needed, as {{"{EXTENSIBLE[0]}": {{…}}}}')
            return {}
        self._known(f"{at}.own_codes", found, EXTENSIBLE)
        return found

    def _known(self, where: str, content: Mapping[str, Any], allowed: Iterable[str]) -> None:
        for name in content:
            if name not in (listed := list(allowed)):
                self.faults.append(f"{where}{'.' if where else ''}{name}: unknown.{nearest(name, listed)}")

    def _unnamed(self, forces: Mapping[str, NationForce]) -> None:
        """Files that nation.json says nothing of: they would be left out without a word."""
        for path in sorted(self.folder.glob("*/force=*")):
            table, code = path.parent.name, path.name.removeprefix("force=")
            if code not in forces:
                self.faults.append(f"{table}/{path.name}: no such force is named in forces.{nearest(code, forces)}")
            elif table in TABLES and table not in forces[code].held:
                self.faults.append(f"{table}/{path.name}: the table is not named in forces.{code}.tables")
