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


_INCIDENTS = {
    "incident_ref": "id",
    "created": {"expr": "day", "format": "%Y-%m-%d", "precision": "day"},
    "area": "area",
    "closure_kind": {"expr": "'counted'"},
    "mh_at_closure": {"expr": "flag", "values": {"Y": True, "N": False}},
}


def load_september(workspace: Workspace, force: Force, folder: Path, **how: Any) -> None:
    """Forty incidents of September 2025, all of them flagged and half of them in East."""
    rows = [f"2025-09-{at},2025-09-{at % 28 + 1:02},{'East' if at % 2 else 'West'},Y" for at in range(EVERY_MONTH)]
    extract = {"kind": "full", "from": "2025-09", "to": "2025-09"}
    _Into(workspace, force, folder).load("incidents", ["id,day,area,flag", *rows], _INCIDENTS, extract=extract, **how)


def load_all(workspace: Workspace, force: Force, folder: Path) -> None:
    """Load incidents (one of them with a date that is none), population and a calendar with one change."""
    into = _Into(workspace, force, folder)
    rows = [
        f"{month}-{at},{month}-{at % 28 + 1:02},{_area(at, flagged)},{'Y' if at < flagged else 'N'}"
        for month, flagged in zip(months(), FLAGGED, strict=True)
        for at in range(EVERY_MONTH)
    ]
    extract = {"kind": "full", "from": "2024-01", "to": "2025-08"}
    into.load("incidents", ["id,day,area,flag", *rows, "bad-1,2024-13-45,East,Y"], _INCIDENTS, extract=extract)
    people = [f"{area},{year},{many}" for year in (2024, 2025) for area, many in (("East", 6000), ("West", 4000))]
    into.load("population", ["area,year,people", *people], {"area": "area", "year": "year", "people": "people"})
    calendar = {"date": "day", "kind": "'system'", "applies_to": "'incidents'", "note": "note", "breaks_series": "'no'"}
    into.load("calendar", ["day,note", "2024-03-01,A new control room."], calendar)


def load_flags(
    workspace: Workspace,
    force: Force,
    folder: Path,
    more: tuple[str, ...] = (),
    covered: tuple[str, str] = ("2024-01", "2025-08"),
    **how: Any,
) -> None:
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
    extract = {"kind": "full", "from": covered[0], "to": covered[1]}
    into = _Into(workspace, force, folder)
    into.load("vulnerability_flags", ["id,strand,day", *rows], columns, extract=extract, **how)


def load_codes(workspace: Workspace, force: Force, folder: Path) -> None:
    """The table of codes: MH1 and MH2-CRISIS mean mental health, DEMENTIA possibly does."""
    rows = ["MH1,core", "MH2-CRISIS,core", "DEMENTIA,possible"]
    columns = {"code": "code", "label": "code", "scheme": "'closure'", "mh_role": "role", "valid_from": "'2020-01-01'"}
    _Into(workspace, force, folder).load("code_map", ["code,role", *rows], columns)


def load_rare(workspace: Workspace, force: Force, folder: Path) -> None:
    """Detentions under section 136 on the 3rd and the 17th of every other month: too few for a chart by month."""
    days = [f"{month}-{day}" for month in months()[::2] for day in ("03", "17")]
    columns = {"s136_ref": "id", "detained": {"expr": "day", "format": "%Y-%m-%d", "precision": "day"}}
    extract = {"kind": "full", "from": "2024-01", "to": "2025-08"}
    rows = [f"S{at},{day}" for at, day in enumerate(days)]
    _Into(workspace, force, folder).load("s136", ["id,day", *rows], columns, extract=extract)


def load_groups(workspace: Workspace, force: Force, folder: Path, more: tuple[str, ...] = (), **how: Any) -> None:
    """9,000 White and 1,000 Black people, of whom 20 and 10 are detained under section 136; of 4 it is not known.

    `more` are further detentions.
    """
    groups = [f"{year},{code},{many}" for year in (2024, 2025) for code, many in (("W1", 9000), ("B1", 1000))]
    columns = {"year": "year", "ethnicity": "ethnicity", "people": "people"}
    into = _Into(workspace, force, folder)
    into.load("population_groups", ["year,ethnicity,people", *groups], columns, **how)
    told = ["W1"] * 20 + ["B1"] * 10 + ["NS"] * 4
    rows = [f"S{at},{months()[at % 20]}-{at % 28 + 1:02},{code}" for at, code in enumerate(told)]
    detained = {"s136_ref": "id", "detained": {"expr": "day", "format": "%Y-%m-%d", "precision": "day"}}
    extract = {"kind": "full", "from": "2024-01", "to": "2025-08"}
    into.load(
        "s136", ["id,day,ethnicity", *rows, *more], {**detained, "ethnicity": "ethnicity"}, extract=extract, **how
    )  # fmt: skip


def load_outcomes(workspace: Workspace, force: Force, folder: Path, more: tuple[str, ...] = (), **how: Any) -> None:
    """Three crimes with a mental-health factor: two went from outcome type 10 to 16, one from 16 to 10; a fourth crime
    without a factor changed too. `more` are further outcome types.
    """
    extract = {"kind": "full", "from": "2024-01", "to": "2025-08"}
    crimes = [f"C{at},2024-01-{at + 1:02},{factor}" for at, factor in enumerate(("suspect", "victim", "both", "none"))]
    into = _Into(workspace, force, folder)
    recorded = {"crime_ref": "id", "recorded": {"expr": "day", "format": "%Y-%m-%d", "precision": "day"}}
    into.load("crimes", ["id,day,factor", *crimes], {**recorded, "mh_factor": "factor"}, extract=extract, **how)
    types = (("10", "16"), ("10", "16"), ("16", "10"), ("10", "14"))
    steps = [
        f"C{at},2024-0{month}-10,{code}"
        for at, pair in enumerate(types)
        for month, code in zip((2, 3), pair, strict=True)
    ]
    given = {"crime_ref": "id", "set_at": {"expr": "day", "format": "%Y-%m-%d", "precision": "day"}}
    told = {**given, "outcome_type": "type"}
    into.load("crime_outcome_history", ["id,day,type", *steps, *more], told, extract=extract, **how)


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
