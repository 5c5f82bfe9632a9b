"""A made-up nation of many forces: writing it, and measuring all of it on DuckDB in one run, at growing sizes.

    python -m benchmarks.nation [--rows 1000000 10000000] [--forces 43] [--folder FOLDER] [--by month,area] [--json]

Each size counts incidents in all forces together; the other tables stand in proportion (about five rows in all for each
incident). `nvap demo nation` writes the folder where it is not there yet; `nvap measure --tables FOLDER --out FILE` is
one process, whose wall and CPU seconds and peak resident memory the operating system gives. `seconds_a_million` is
what a million rows read cost: where it does not rise from size to size, time grows no faster than rows.

A hundred million incidents (--rows 100000000) take some 10 GB of disk, and the better part of an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.timing import Cost, cost_of

NVAP = str(Path(sys.executable).with_name("nvap"))


def main() -> int:
    """Write and measure each size, and print a line for it."""
    parser = argparse.ArgumentParser(description="Time the measures of a whole made-up nation.")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000], help="incidents in all forces")
    parser.add_argument("--forces", type=int, default=43)
    parser.add_argument("--workers", type=int, default=2, help="processes that write the nation")
    parser.add_argument("--by", default="month,area")
    parser.add_argument("--folder", type=Path, help="keeps the nations, one folder a size; else they are removed")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for rows in asked.rows:
            folder = (asked.folder or Path(scratch)) / f"nation-{rows}"
            written = written_nation(folder, rows // asked.forces, asked.forces, asked.workers)
            out = Path(scratch) / f"{rows}.parquet"
            measured = cost_of([NVAP, "measure", "--tables", str(folder), "--by", asked.by, "--out", str(out)])
            tell(rows, folder, out, written, measured, as_json=asked.json)
    return 0


def written_nation(folder: Path, rows: int, forces: int, workers: int) -> Cost | None:
    """Write a nation where it is not there yet, and what that cost; its peak memory is the largest worker's."""
    if (folder / "nation.json").exists():
        return None
    words = ["--out", str(folder), "--rows", str(rows), "--forces", str(forces), "--workers", str(workers)]
    return cost_of([NVAP, "demo", "nation", *words])


def tell(rows: int, folder: Path, out: Path, written: Cost | None, measured: Cost, *, as_json: bool) -> None:
    """Print one size: a JSON object a line, or words."""
    files = list(folder.glob("*/force=*/*.parquet"))
    held = sum(pq.read_metadata(each).num_rows for each in files)
    found = {
        "name": "a nation on DuckDB",
        "incidents": rows,
        "forces": len({each.parent.name for each in files}),
        "rows_read": held,
        "disk_mb": round(sum(each.stat().st_size for each in files) / 1e6),
        "seconds": round(measured.wall, 1),
        "cpu_seconds": round(measured.cpu, 1),
        "peak_mib": round(measured.peak_mib),
        "seconds_a_million": round(measured.wall / held * 1e6, 2),
        "cpu_seconds_a_million": round(measured.cpu / held * 1e6, 2),
        "result_rows": pq.read_metadata(out).num_rows,
        "load_at_the_end": _load(),
    }
    if written is not None:
        found |= {"writing_seconds": round(written.wall, 1), "writing_cpu_seconds": round(written.cpu, 1)}
    if as_json:
        print(json.dumps(found), flush=True)
        return
    print(
        f"{rows:,} incidents of {found['forces']} forces ({held:,} rows): {found['seconds']} s,"
        f" {found['cpu_seconds']} s of CPU, {found['peak_mib']:,} MiB at most;"
        f" {found['seconds_a_million']} s a million rows; {found['result_rows']:,} result rows",
        flush=True,
    )


def _load() -> str:
    """The machine's load, which says how busy others kept it."""
    return f"{os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
