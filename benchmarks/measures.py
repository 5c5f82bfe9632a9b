"""All incident measures by month and 40 areas: nvap beside one DuckDB query by hand, and pandas with statsmodels.

    python -m benchmarks.measures [--rows 1500000] [--runs 3] [--hours] [--json]

Each is a script that runs cold, in a process of its own, from the same Parquet. The DuckDB query gives the same
aggregates and no interval; pandas gives the same intervals. Their numbers are compared before anything is printed.
`--hours` adds officer hours (D12), which read a second table.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.timing import median_cost, report

BY_HAND = Path(__file__).parent / "measures_by_hand"
MEASURES = ["D01", "D02", "D11"]
# Pandas holds every row in memory, and the machine may have other work to do.
MOST_FOR_PANDAS = 2_000_000

Key = tuple[object, ...]
Numbers = dict[Key, dict[str, float]]


def main() -> int:
    """Make the workspace, run the three, compare their numbers, print the comparisons."""
    parser = argparse.ArgumentParser(description="Time all incident measures.")
    parser.add_argument("--rows", type=int, default=1_500_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--hours", action="store_true", help="officer hours (D12) too")
    parser.add_argument("--pandas", action="store_true", help="pandas even with more rows than it holds comfortably")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        workspace = folder / "workspace"
        median_cost([sys.executable, "-m", "benchmarks.measures_world", str(workspace), str(asked.rows)], runs=1)
        environment = {**os.environ, "NVAP_WORKSPACE": str(workspace), "NVAP_KEYS": str(folder / "keys")}
        out = folder / "ours.parquet"
        ids = [*MEASURES, *(["D12"] if asked.hours else [])]
        command = [sys.executable, "-m", "benchmarks.measures_by_library", str(workspace), str(out), *ids]
        ours = median_cost(command, environment, runs=asked.runs)
        found = numbers_of_ours(out)
        for name, script, read in (
            ("DuckDB by hand", "duckdb_query.py", numbers_of_duckdb),
            ("pandas + statsmodels", "pandas_statsmodels.py", numbers_of_pandas),
        ):
            if name.startswith("pandas") and asked.rows > MOST_FOR_PANDAS and not asked.pandas:
                continue
            theirs_out = folder / f"{script}.parquet"
            words = [sys.executable, str(BY_HAND / script), str(workspace), str(theirs_out)]
            theirs = median_cost([*words, *(["hours"] if asked.hours else [])], environment, runs=asked.runs)
            compared = compare(found, read(theirs_out))
            label = "incident measures with officer hours" if asked.hours else "incident measures"
            report(label, asked.rows, ours, name, theirs, as_json=asked.json, numbers_compared=compared)
    return 0


def numbers_of_ours(path: Path) -> Numbers:
    """Our rows by measure, part, group, area and month."""
    rows = pq.read_table(path).to_pylist()
    return {(row["measure"], row["part"], row["group"], row["area"], row["period_start"]): row for row in rows}


def numbers_of_pandas(path: Path) -> Numbers:
    """The rows of the pandas script."""
    found: Numbers = {}
    for row in pq.read_table(path).to_pylist():
        key = (row["measure"], row["part"], row.get("group"), row["area"], row["month"].date())
        wanted = ("numerator", "denominator", "unknown", "value", "lower", "upper")
        found[key] = {name: row[name] for name in wanted if row.get(name) is not None}
    return found


def numbers_of_duckdb(path: Path) -> Numbers:
    """The aggregates of the DuckDB query, added up over grades and flags where a part does not tell them apart."""
    found: Numbers = {}
    kinds = {True: "mental-health-related", False: "other incidents", None: "not known whether mental-health-related"}
    for row in pq.read_table(path).to_pylist():
        area, month, kind = row["area"] or "not recorded", row["month"], kinds[row["mhri"]]
        month = month.date() if hasattr(month, "date") else month
        graded = f"{row['label'] or 'not known'}, {kind}"
        sums = {
            ("D01", "count", None): (row["flagged"], None, row["unknown"]),
            ("D01", "share", None): (row["flagged"], row["known"], row["unknown"]),
            ("D02", "rate", None): (row["flagged"], None, row["unknown"]),
            ("D11", "in_time", graded): (row["in_time"], row["timed"], row["untimed"]),
            ("D11", "regraded", kind): (row["regraded"], row["graded"], row["ungraded"]),
        }
        for way in ("t1", "t2", "t3") if "t1_hours" in row else ():
            sums["D12", f"{way}_hours", None] = (row[f"{way}_hours"], None, None)
            sums["D12", f"{way}_hours_per_incident", None] = (row[f"{way}_whole"], row[f"{way}_n"], None)
            sums["D12", f"{way}_share", None] = (row[f"{way}_hours"], row[f"{way}_all"], None)
        for key, values in sums.items():
            held = found.setdefault((*key, area, month), {})
            for name, value in zip(("numerator", "denominator", "unknown"), values, strict=True):
                if value is not None:
                    held[name] = held.get(name, 0) + value
    return found


def compare(ours: Numbers, theirs: Numbers) -> int:
    """How many of their numbers ours agree with. Raises AssertionError at the first that differs."""
    compared = 0
    for key, numbers in theirs.items():
        if key not in ours:
            assert not any(numbers.values()), f"{key} is missing from ours: {numbers}"
            continue
        for name, value in numbers.items():
            own = ours[key][name]
            # What is withheld (a percentage of fewer than 20, limits of a mean of fewer than 150) cannot be compared.
            if own is None or (isinstance(value, float) and np.isnan(value)):
                continue
            assert np.isclose(own, value, rtol=1e-9, atol=1e-9), f"{key} {name}: ours {own}, theirs {value}"
            compared += 1
    return compared


if __name__ == "__main__":
    raise SystemExit(main())
