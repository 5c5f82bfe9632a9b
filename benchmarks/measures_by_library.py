"""Measures as a program of one's own would ask for them: `import nvap`, run, write.

python -m benchmarks.measures_by_library WORKSPACE OUT [MEASURE|PART]…

Without any, every part of all record measures; otherwise the named parts alone, as D01|share.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nvap.measures.export import write_parquet
from nvap.measures.run import run
from nvap.packs import DEFAULT
from nvap.packs.measure import Measure
from nvap.packs.some_measures import HasMeasures, some_measures
from nvap.records.workspace import open_workspace


@dataclass(frozen=True)
class SomeParts:
    """A pack with some parts of its measures alone."""

    id: str
    release: str
    measures: dict[str, Measure]


def parts_of(pack: HasMeasures, names: Sequence[str]) -> HasMeasures:
    """A pack with the parts of these names (`D01|share`); the whole pack for none."""
    if not names:
        return pack
    kept = {
        measure.id: replace(measure, parts=parts)
        for measure in pack.measures.values()
        if (parts := tuple(part for part in measure.parts if f"{measure.id}|{part.id}" in names))
    }
    return SomeParts(getattr(pack, "id", DEFAULT), pack.release, kept)


if __name__ == "__main__":
    workspace = open_workspace(Path(sys.argv[1]))
    pack = parts_of(some_measures(DEFAULT), sys.argv[3:])
    write_parquet(Path(sys.argv[2]), run(workspace, workspace.force(), by="month,area", pack=pack))
