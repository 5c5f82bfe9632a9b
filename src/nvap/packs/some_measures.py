"""Some measures of an installed pack without reading the rest of it, for a command that needs no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nvap import packs
from nvap.declarations import Faults
from nvap.errors import UsageFault, nearest
from nvap.packs.measure import Measure, read_measure


class HasMeasures(Protocol):
    """A pack, or some measures of one."""

    @property
    def release(self) -> str:
        """The pack's id and version."""

    @property
    def measures(self) -> Mapping[str, Measure]:
        """Its measures by id."""


@dataclass(frozen=True)
class SomeMeasures:
    """Measures of a pack, in the pack's order, and the release that they are of (as `Pack.release`)."""

    release: str
    measures: Mapping[str, Measure]


def some_measures(pack_id: str, measure_ids: Sequence[str] = ()) -> SomeMeasures:
    """The measures with these ids (with or without the action's number), in the order asked; all of them for none.

    Raises UsageFault for a pack that is not installed or an unknown measure (with the nearest), InputFault with every
    fault of the files that were read.
    """
    folders = packs.folders()
    if pack_id not in folders:
        known = ", ".join(folders)
        raise UsageFault(f"No pack `{pack_id}` is installed; these are: {known}.{nearest(pack_id, folders)}")
    folder, faults = folders[pack_id], Faults()
    found = [read_measure(file, faults) for file in _files(folder, measure_ids)]
    release = _release(folder)
    faults.raise_if_any(f"The pack in {folder} has faults.")
    return SomeMeasures(release, {each.id: each for each in found if each is not None})


def unknown_measure(given: str, known: Sequence[str]) -> UsageFault:
    """The fault for a measure that the pack does not have; `D1` is taken for `D01`."""
    own = given.upper().rpartition("/")[2]
    padded = f"{own[:1]}{own[1:]:0>2}"
    near = f" Did you mean `{padded}`?" if padded in known else nearest(own, known)
    return UsageFault(f"Unknown measure `{given}`; known: {', '.join(known)}.{near}")


def _files(folder: Path, measure_ids: Sequence[str]) -> list[Path]:
    files = {file.stem.partition("-")[0].upper(): file for file in sorted((folder / "measures").glob("*.yaml"))}
    chosen: dict[str, Path] = {}
    for each in measure_ids:
        own = each.upper().rpartition("/")[2]
        if own not in files:
            raise unknown_measure(each, list(files))
        chosen[own] = files[own]
    return list((chosen if measure_ids else files).values())


def _release(folder: Path) -> str:
    """The pack's id and version, from the two lines that say them: the rest of pack.yaml is long."""
    lines = (folder / "pack.yaml").read_text(encoding="utf-8").splitlines()
    said = dict(line.split(":", 1) for line in lines if line.startswith(("pack:", "version:")))
    name, version = (said.get(key, "").partition("#")[0].strip().strip("'\"") for key in ("pack", "version"))
    return f"{name}@{version}"
