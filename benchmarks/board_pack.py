"""A year's extracts to a printed board pack in one command: `nvap plan print`, whole and step by step.

    python -m benchmarks.board_pack [--size force] [--made FOLDER] [--keep FILE] [--json]

The year is the last one of the made-up force: every extract that is of that year or of none, as CSV (`--size force`:
300,000 incidents, half a million deployments). The plan holds seventeen measures. Timed, each in a process of its own:

    whole     nvap plan print pack.pdf --load year.json      load, measure, print
    measured  nvap plan print pack.pdf                       the same without loading
    printed   nvap plan print pack.pdf --no-measure          the printing alone

Beside it stands nothing: no other program makes the pack. What a person would do instead is the loading (timed beside
pandas and DuckDB in benchmarks.loading), the measures (benchmarks.measures), the charts (benchmarks.control_charts) and
then the writing by hand. The document itself is held against its own words in the tests.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import cost_of

NVAP = str(Path(sys.executable).with_name("nvap"))
MEASURES = [
    "D01", "D02", "D06", "D07", "D08", "D11", "D12", "D13", "P08", "P12", "P14", "P15", "P19", "J01", "J04", "J06",
    "J15",
]  # fmt: skip
_YEAR = re.compile(r"20\d\d-\d\d")

PREPARE = """
from datetime import date
from nvap import packs
from nvap.plan.periods import regular
from nvap.records.made_up import FORCE_CODE, FORCE_NAME, TIME_ZONE
from nvap.records.workspace import make_workspace
workspace = make_workspace(kind="practice")
own = workspace.add_force(FORCE_CODE, FORCE_NAME, TIME_ZONE)
from nvap.web import start
start.configure()
from nvap.web import migration
from nvap.web.accounts import actions as accounts
migration.prepare(by="the benchmark", progress=lambda text: None)
(force,) = accounts.mirror_forces(forces=[own], by="the benchmark")
lead = accounts.add_person(
    force=force, email="lead@madeup.example", name="Lead", role_name="nvap_lead", until=None, by="the benchmark",
    password="four words for speed",
).user
from nvap.web.plans.actions import saving, starting
pack = packs.pack()
spans = regular("monthly", date(2025, 10, 1), 12, 14)
plan = starting.start(force=force, pack=pack, frequency="monthly", periods=spans, by=lead)
new = [saving.NewThing(each, "measure", pack.measures[each].objective) for each in {measures}]
saving.save(plan=plan, typed=[], new=new, by=lead)
"""


def main() -> int:
    """Make the extracts and the plan, time the command, print the figures."""
    parser = argparse.ArgumentParser(description="Time a year's extracts to a printed board pack.")
    parser.add_argument("--size", choices=("small", "force"), default="force")
    parser.add_argument("--made", type=Path, help="a folder that keeps the made-up force's files")
    parser.add_argument("--keep", type=Path, help="where to keep the pack, to look at it")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made = (asked.made or folder / "made-up").absolute()
        if not (made / "made-up.json").exists():
            cost_of([NVAP, "demo", "--no-load", "--size", asked.size, "--out", str(made)])
        year, count, size = list_of_a_year(made)
        names = {"NVAP_WORKSPACE": str(folder / "workspace"), "NVAP_KEYS": str(folder / "keys")}
        environment = {**os.environ, **names}
        environment.pop("NVAP_DATABASE_URL", None)
        cost_of([sys.executable, "-c", PREPARE.replace("{measures}", repr(MEASURES))], environment)
        pack = (asked.keep or folder / "pack.pdf").absolute()
        command = [NVAP, "plan", "print", str(pack)]
        whole = cost_of([*command, "--load", str(year)], environment)
        measured = cost_of(command, environment)
        printed = cost_of([*command, "--no-measure"], environment)
        found = {
            "name": "a year's extracts to a printed board pack",
            "extracts": count,
            "extracts_mb": round(size / 1e6),
            "measures": len(MEASURES),
            "seconds": round(whole.wall, 1),
            "cpu_seconds": round(whole.cpu, 1),
            "peak_mib": round(whole.peak_mib),
            "measured_seconds": round(measured.wall, 1),
            "measured_cpu_seconds": round(measured.cpu, 1),
            "printed_seconds": round(printed.wall, 1),
            "printed_cpu_seconds": round(printed.cpu, 1),
            "pdf_bytes": pack.stat().st_size,
            "load": round(os.getloadavg()[0], 1),
        }
    if asked.json:
        print(json.dumps(found))
    else:
        print(
            f"{count} extracts, {found['extracts_mb']} MB: {found['seconds']} s ({found['cpu_seconds']} s of CPU,"
            f" {found['peak_mib']} MiB); of that measuring and printing {found['measured_seconds']} s, printing alone"
            f" {found['printed_seconds']} s"
        )
    return 0


def list_of_a_year(made: Path) -> tuple[Path, int, int]:
    """A list of the extracts of the made-up force's last year, how many they are, and their bytes."""
    content = json.loads((made / "made-up.json").read_text(encoding="utf-8"))
    years = sorted({found.group() for each in content["files"] if (found := _YEAR.search(each["file"]))})
    kept = [
        each for each in content["files"] if not (found := _YEAR.search(each["file"])) or found.group() == years[-1]
    ]
    kept = [each for each in kept if "changes" not in each["file"] and "again" not in each["file"]]
    file = made / "year.json"
    file.write_text(json.dumps({"files": kept}, indent=2), encoding="utf-8")
    return file, len(kept), sum((made / each["file"]).stat().st_size for each in kept)


if __name__ == "__main__":
    raise SystemExit(main())
