"""Starter mappings: for systems whose column names are public, each with the address that prints them.

A starter is a mapping file that comes with the product. None is made from hearsay: where no public source prints a
system's columns there is none, and docs/loading.md says what was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nvap.declarations import Faults
from nvap.errors import UsageFault, nearest
from nvap.records.mapping import read_mapping

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Starter:
    """A starter mapping: its name, its table, the system that it is for, and where the system's columns are printed."""

    name: str
    table: str
    system: str
    cited: str
    path: Path

    @property
    def text(self) -> str:
        """The mapping's YAML, to be copied into a file of one's own."""
        return self.path.read_text(encoding="utf-8")


def starters() -> list[Starter]:
    """Every starter mapping, by name."""
    return [_read(path) for path in sorted(_FOLDER.glob("*.yaml"))]


def starter(name: str) -> Starter:
    """The starter of this name. Raises UsageFault for one that there is not, with the nearest."""
    known = {path.stem: path for path in sorted(_FOLDER.glob("*.yaml"))}
    if name not in known:
        raise UsageFault(f"There is no starter mapping `{name}`; there is {', '.join(known)}.{nearest(name, known)}")
    return _read(known[name])


def _read(path: Path) -> Starter:
    faults = Faults()
    mapping = read_mapping(path, faults)
    faults.raise_if_any(f"The starter mapping {path.name} has faults.")
    assert mapping is not None  # noqa: S101 - a mapping that cannot be read is a fault, raised above
    source = mapping.source
    return Starter(path.stem, mapping.contract.name, source["name"], source["address"], path)
