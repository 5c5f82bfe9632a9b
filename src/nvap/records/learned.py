"""What a force's earlier mappings teach: which source column filled which contract column, and what codes became.

    <force>/mappings/*.yaml         mappings that the analyst keeps there
    <force>/mappings/used/*.yaml    a copy of each mapping that a load used, by its hash

Nothing is read from another force's folder, and nothing is written outside the force's own.
"""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from nvap.declarations import Faults
from nvap.engine.expression import ExpressionFault, check_boolean, parse
from nvap.errors import NvapError
from nvap.records.contract import Contract
from nvap.records.current import current_sql
from nvap.records.likeness import is_near
from nvap.records.mapping import Mapping as ReadMapping
from nvap.records.mapping import read_mapping
from nvap.records.mapping_columns import MappedColumn
from nvap.records.source import tidy_name
from nvap.records.store import Batch, batches
from nvap.records.workspace import Force

FOLDER, USED = "mappings", "used"

Standing = Literal["used", "withdrawn", "not loaded"]
_RANK: dict[Standing, int] = {"used": 2, "withdrawn": 1, "not loaded": 0}
Translations = Mapping[str, str | None]


@dataclass(frozen=True)
class Earlier:
    """One earlier mapping of the force, and when a load last used it.

    `used` is the moment of its last load, in the force's time zone. `standing` is `withdrawn` where nothing of what it
    loaded is shown any more (later full extracts hold it no longer), and `not loaded` where no load of it stands.
    """

    mapping: ReadMapping
    standing: Standing
    used: datetime.datetime | None

    @property
    def name(self) -> str:
        """As its file names it: `icad v2`."""
        return f"{self.mapping.name} v{self.mapping.version}"

    @property
    def words(self) -> str:
        """Its name and when it was used: `icad v2, used on 2026-05-01`."""
        if self.standing == "not loaded":
            return f"{self.name}, which no load stands for"
        return (
            f"{self.name}, used on {self.used:%Y-%m-%d}{' and withdrawn since' if self.standing == 'withdrawn' else ''}"
        )

    @property
    def order(self) -> tuple[int, float, str]:
        """Where it stands among others: the greatest comes first."""
        return (_RANK[self.standing], self.used.timestamp() if self.used else 0.0, self.mapping.version)

    def column(self, name: str) -> MappedColumn | None:
        """What it says of a contract column."""
        return next((each for each in self.mapping.columns if each.column.name == name), None)


@dataclass(frozen=True)
class Learned:
    """The earlier mappings of a table, the best first, and the names of files that cannot be read as mappings."""

    earlier: tuple[Earlier, ...] = ()
    unread: tuple[str, ...] = ()


NOTHING = Learned()


@dataclass(frozen=True)
class Taught:
    """How an earlier mapping fills a contract column from this file.

    `source` is the file's column, None where the earlier expression is more than one column's name; `reads` are the
    columns that the file must have for it. `was` is the name that the column had then, where it had another. `clashes`
    says where other mappings of the force differ.
    """

    earlier: Earlier
    mapped: MappedColumn
    source: str | None
    reads: tuple[str, ...] = ()
    was: str | None = None
    clashes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Translated:
    """What a source value became in an earlier mapping, and where other mappings of the force differ."""

    target: str | None
    earlier: Earlier
    clashes: tuple[str, ...] = ()


def keep(force: Force, mapping_file: Path) -> Path:
    """Keep a copy of a mapping that a load has used, under its hash, in the force's folder; give its path."""
    content = mapping_file.read_bytes()
    folder = force.folder / FOLDER / USED
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(content).hexdigest()}.yaml"
    if not path.exists():
        beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        beside.write_bytes(content)
        beside.replace(path)
    return path


def of_force(force: Force, contract: Contract) -> Learned:
    """The force's earlier mappings of a table, those in use first, then the newest used."""
    stored = batches(force, contract.name)
    found: dict[str, Earlier] = {}
    unread = []
    for path in _files(force):
        mapping = _read(path)
        if mapping is None:
            unread.append(path.name)
        elif mapping.contract.name == contract.name:
            found.setdefault(mapping.hash, _earlier(mapping, stored, force.zone))
    ordered = sorted(found.values(), key=lambda each: each.order, reverse=True)
    return Learned(tuple(ordered), tuple(unread))


def taught(learned: Learned, contract: Contract, header: Sequence[str]) -> dict[str, Taught]:
    """What the earlier mappings say of each contract column that a file with this header can fill as they did."""
    found: dict[str, Taught] = {}
    for near in (False, True):
        # A column that some earlier mapping reads by its own name is no other column under a new one.
        free = [name for name in header if not any(name in each.reads for each in found.values())] if near else header
        for column in contract.columns:
            ways = list(_ways(learned, column.name, free, near=near))
            if column.name in found or not ways:
                continue
            best = ways[0]
            others = {each.mapped.text: each for each in reversed(ways[1:]) if _says(each) != _says(best)}
            clashes = tuple(f"{each.earlier.words} has `{text}`" for text, each in others.items())
            found[column.name] = replace(best, clashes=clashes)
    return found


def translations(learned: Learned, way: Taught) -> dict[str, Translated]:
    """What each value of a column became, as the newest mapping that names it says, with the clashes of the others."""
    said: dict[str, dict[str | None, Earlier]] = {}
    for earlier in learned.earlier:
        mapped = earlier.column(way.mapped.column.name)
        if mapped is not None and _same_column(mapped, way):
            for value, target in _latest(mapped).items():
                said.setdefault(value, {}).setdefault(target, earlier)
    return {value: _translated(targets) for value, targets in said.items()}


def _translated(targets: Mapping[str | None, Earlier]) -> Translated:
    """The first of what a value became; each other is a clash, told once."""
    (target, earlier), *others = targets.items()
    clashes = tuple(f"{other.words} has {'null' if became is None else became}" for became, other in others)
    return Translated(target, earlier, clashes)


def excluded(learned: Learned, header: Sequence[str]) -> list[tuple[str, str, Earlier]]:
    """The rules by which the best earlier mapping that has any leaves rows out, where the file has their columns."""
    types = dict.fromkeys(header, "text")
    for earlier in learned.earlier:
        rules = [(each.name, each.where, earlier) for each in earlier.mapping.exclude if _holds(each.where, types)]
        if rules:
            return rules
    return []


def _files(force: Force) -> Iterator[Path]:
    folder = force.folder / FOLDER
    for place in (folder, folder / USED):
        for ending in ("*.yaml", "*.yml"):
            yield from sorted(path for path in place.glob(ending) if not path.name.startswith("."))


def _read(path: Path) -> ReadMapping | None:
    faults = Faults()
    try:
        mapping = read_mapping(path, faults)
    except (NvapError, OSError):
        return None
    return None if faults.found else mapping


def _earlier(mapping: ReadMapping, stored: Sequence[Batch], zone: ZoneInfo) -> Earlier:
    own = [each for each in stored if each.mapping_hash == mapping.hash]
    if not own:
        return Earlier(mapping, "not loaded", None)
    shown = [each for each in own if _is_shown(mapping.contract, each, stored)]
    last = max(each.loaded_at for each in shown or own)
    return Earlier(mapping, "used" if shown else "withdrawn", last.astimezone(zone))


def _is_shown(contract: Contract, batch: Batch, stored: Sequence[Batch]) -> bool:
    """Whether later full extracts leave anything of a batch: whether its rows stand in the query of the table."""
    at = list(stored).index(batch)
    return batch.rows.as_posix() in current_sql(contract, list(stored[at:])).replace("\\", "/")


def _ways(learned: Learned, column: str, header: Sequence[str], *, near: bool) -> Iterator[Taught]:
    """Each earlier way to fill a column from this header, the best mapping first."""
    for earlier in learned.earlier:
        mapped = earlier.column(column)
        if mapped is None:
            continue
        source = _named(mapped.text, header)
        if near:
            close = [name for name in header if is_near(mapped.text, name)] if source is None else []
            if len(close) == 1:
                yield Taught(earlier, mapped, close[0], (close[0],), was=mapped.text)
        elif source is not None:
            yield Taught(earlier, mapped, source, (source,))
        elif (reads := _read_by(mapped.text, earlier, header)) is not None:
            yield Taught(earlier, mapped, None, reads)


def _named(text: str, header: Sequence[str]) -> str | None:
    """The file's column that a text names, as a mapping reads it; None where it is an expression or no column."""
    names = {name.casefold(): name for name in header}
    return names.get(tidy_name(text).strip('"').casefold())


def _read_by(text: str, earlier: Earlier, header: Sequence[str]) -> tuple[str, ...] | None:
    """The columns that an expression reads of this header, or None where it lacks one.

    A constant reads none, and counts only where the earlier mapping's key is in the file too.
    """
    try:
        used = parse(text, dict.fromkeys(header, "text")).columns
    except ExpressionFault:
        return None
    key = earlier.column(earlier.mapping.contract.key[0])
    if not used and (key is None or _named(key.text, header) is None):
        return None
    return tuple(name for name in header if name in used)


def _holds(where: str, types: Mapping[str, str]) -> bool:
    try:
        check_boolean(parse(where, types))
    except ExpressionFault:
        return False
    return True


def _says(way: Taught) -> str:
    return (way.source or way.mapped.text).casefold()


def _same_column(mapped: MappedColumn, way: Taught) -> bool:
    """Whether another mapping's column reads the same source column, under the name of then or of now."""
    names = {each.casefold() for each in (way.source, way.was, way.mapped.text) if each}
    return tidy_name(mapped.text).strip('"').casefold() in names


def _latest(mapped: MappedColumn) -> Translations:
    """What values become in the newest of a column's lists."""
    if not mapped.maps:
        return {}
    return max(mapped.maps, key=lambda each: each.last or datetime.date.max).values
