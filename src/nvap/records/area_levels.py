"""Areas within larger ones: a force's lookup from the areas of its records to beats, districts or whatever it has.

    area,beat,district          <force>/areas.csv, as `nvap force areas FILE` keeps it
    E01024000,Hill,North
    E01024001,Vale,North

The first column names areas as incidents and the population do (such as a lower-layer super output area); each further
one is a level. Population is held by area and added up within a level, as incidents are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nvap.errors import InputFault, UsageFault, nearest
from nvap.records.workspace import Force

FILE: Final = "areas.csv"
_LEVEL: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class AreaLevels:
    """The levels of a force's areas in the order of its file, and for each the larger area that an area lies in."""

    of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def within(self, level: str) -> Mapping[str, str]:
        """For each area, the one of this level that it lies in. Raises UsageFault for a level that is not held."""
        if level not in self.of:
            known = ", ".join(self.of) or "none is held; `nvap force areas FILE` keeps a lookup"
            raise UsageFault(f"`area:{level}` is no level of this force's areas: {known}.{nearest(level, self.of)}")
        return self.of[level]


def area_levels(force: Force) -> AreaLevels:
    """The levels of a force's areas; none where it has no lookup. Raises InputFault where its file is damaged."""
    file = force.folder / FILE
    return _read(file) if file.is_file() else AreaLevels()


def keep_area_levels(force: Force, file: Path) -> AreaLevels:
    """Check a lookup and keep it in the force's folder, in place of an earlier one.

    Raises InputFault with every fault and its line; nothing is kept then.
    """
    found = _read(file)
    making = force.folder / f".making-{FILE}"
    making.write_bytes(file.read_bytes())
    making.replace(force.folder / FILE)
    return found


def _read(file: Path) -> AreaLevels:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputFault(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InputFault(f"{file} is not UTF-8; save it as CSV in UTF-8.") from None
    rows = list(csv.reader(io.StringIO(text)))
    header = [each.strip().lower() for each in rows[0]] if rows else []
    faults = _faults_of_header(file, header)
    levels: dict[str, dict[str, str]] = {level: {} for level in header[1:]}
    for line, row in enumerate(rows[1:], start=2):
        cells = [each.strip() for each in row]
        if not any(cells):
            continue
        if len(cells) != len(header) or not all(cells):
            faults.append(f"{file}:{line}: an area and each of its levels must be filled: {', '.join(header)}")
        elif any(cells[0] in held for held in levels.values()):
            faults.append(f"{file}:{line}: this area stands twice")
        else:
            for level, name in zip(header[1:], cells[1:], strict=True):
                levels[level][cells[0]] = name
    if not faults and not any(levels.values()):
        faults.append(f"{file}: there is no area in it")
    if faults:
        raise InputFault("The lookup of areas has faults; nothing was kept.", faults)
    return AreaLevels(levels)


def _faults_of_header(file: Path, header: list[str]) -> list[str]:
    if len(header) < 2 or header[0] != "area":
        found = ", ".join(header) or "nothing"
        return [f"{file}:1: the first line must be `area` and its levels, as area,beat,district; found {found}"]
    wrong = [each for each in header[1:] if not _LEVEL.fullmatch(each)]
    twice = {each for each in header if header.count(each) > 1}
    return [
        *(
            f"{file}:1: a level is named with small letters, digits and `_`, as district; found `{each}`"
            for each in wrong
        ),
        *(f"{file}:1: the column `{each}` stands twice" for each in sorted(twice)),
    ]
