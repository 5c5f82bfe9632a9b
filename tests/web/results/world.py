"""A force with twenty months of incidents, small enough to be counted by hand.

Each month has 40 incidents: the flagged ones of FLAGGED and the rest without a flag. The first flagged incident of a
month has no area, the next ones lie in East. Population: 6,000 in East and 4,000 in West, so 10,000 in all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nvap.measures import results
from nvap.measures.results import StoredRun
from nvap.measures.run import run
from nvap.records.load import load
from nvap.records.workspace import Force, Workspace

# From January 2024 to August 2025: a rise of the last month above all others.
FLAGGED = (10, 11, 10, 12, 10, 11, 10, 11, 12, 10, 11, 10, 11, 10, 12, 11, 10, 11, 10, 25)
EVERY_MONTH = 40
FIRST_YEAR = 2024


def months() -> list[str]:
    """Each month as 2024-01."""
    return [f"{FIRST_YEAR + at // 12}-{at % 12 + 1:02}" for at in range(len(FLAGGED))]


def load_all(workspace: Workspace, force: Force, folder: Path) -> None:
    """Load incidents (one of them with a date that is none), population and a calendar with one change."""
    into = _Into(workspace, force, folder)
    rows = [
        f"{month}-{at},{month}-{at % 28 + 1:02},{_area(at, flagged)},{'Y' if at < flagged else 'N'}"
        for month, flagged in zip(months(), FLAGGED, strict=True)
        for at in range(EVERY_MONTH)
    ]
    incidents = {
        "incident_ref": "id",
        "created": {"expr": "day", "format": "%Y-%m-%d", "precision": "day"},
        "area": "area",
        "closure_kind": {"expr": "'counted'"},
        "mh_at_closure": {"expr": "flag", "values": {"Y": True, "N": False}},
    }
    extract = {"kind": "full", "from": "2024-01", "to": "2025-08"}
    into.load("incidents", ["id,day,area,flag", *rows, "bad-1,2024-13-45,East,Y"], incidents, extract=extract)
    people = [f"{area},{year},{many}" for year in (2024, 2025) for area, many in (("East", 6000), ("West", 4000))]
    into.load("population", ["area,year,people", *people], {"area": "area", "year": "year", "people": "people"})
    calendar = {"date": "day", "kind": "'system'", "applies_to": "'incidents'", "note": "note", "breaks_series": "'no'"}
    into.load("calendar", ["day,note", "2024-03-01,A new control room."], calendar)


def load_flags(workspace: Workspace, force: Force, folder: Path, more: tuple[str, ...] = ()) -> None:
    """Flags of other strands: in the first ten months three flagged incidents each carry domestic abuse, the first of
    them suicide too; two incidents without a mental-health flag carry domestic abuse; one flag is on no incident held.
    """
    rows = [
        f"{month}-{at},{strand},{month}-{at + 1:02}"
        for month in months()[:10]
        for at, strand in ((1, "domestic_abuse"), (1, "suicide"), (2, "domestic_abuse"), (3, "domestic_abuse"))
    ]
    rows += [f"{month}-{at},domestic_abuse,{month}-20" for month in months()[:10] for at in (38, 39)]
    rows += ["nowhere-1,missing,2024-03-03", *more]
    columns = {
        "incident_ref": "id",
        "strand": "strand",
        "set_at": {"expr": "day", "format": "%Y-%m-%d", "precision": "day"},
    }
    extract = {"kind": "full", "from": "2024-01", "to": "2025-08"}
    into = _Into(workspace, force, folder)
    into.load("vulnerability_flags", ["id,strand,day", *rows], columns, extract=extract)


def store(workspace: Workspace, force: Force, measures: tuple[str, ...] = (), **how: Any) -> StoredRun:
    """Run measures and store their rows, as `nvap measure --store` does."""
    return results.store(force, run(workspace, force, measures, asked_by="the tests", **how))


def _area(at: int, flagged: int) -> str:
    return "" if at == 0 else "East" if at < flagged else "West"


@dataclass(frozen=True)
class _Into:
    """Where extracts are loaded into, and the folder that their files are written to."""

    workspace: Workspace
    force: Force
    folder: Path

    def load(self, table: str, lines: list[str], columns: dict[str, Any], **more: Any) -> None:
        """Load these lines as one extract."""
        file, mapping = self.folder / f"{table}.csv", self.folder / f"{table}.yaml"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        declared = {"mapping": f"tests-{table}", "version": 1, "made_up": True, "table": table, **more}
        mapping.write_text(json.dumps({**declared, "columns": columns}), encoding="utf-8")
        load(self.workspace, self.force, file, mapping, by="the tests")
