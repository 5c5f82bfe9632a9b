"""All record measures of one force by 60 months and 40 areas: nvap beside DuckDB by hand, and pandas with statsmodels.

    python -m benchmarks.measures [--rows 1500000] [--runs 3] [--world FOLDER] [--beside duckdb pandas nothing]

ROWS counts incidents; there are five deployments for three incidents, and the other tables in proportion. Each
contender is a script that runs cold, in a process of its own, from the same Parquet. By hand stand the aggregates of
nearly every part that can be told by area (no interval); in pandas thirty-eight parts of seventeen measures with their
intervals. Each is compared with a run of nvap that gives the same parts alone, and all their numbers with ours, before
anything is printed; the last line is nvap alone, with every part of every record measure.

--world keeps the made-up force in a folder, so that it is made once.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.timing import Cost, alone, cost_of, median_cost, report
from nvap.packs import DEFAULT
from nvap.packs.measure import Part
from nvap.packs.some_measures import some_measures

BY_HAND = Path(__file__).parent / "measures_by_hand"
# Pandas holds every row in memory, and the machine may have other work to do.
MOST_FOR_PANDAS = 2_000_000
_THEIRS = {
    "duckdb": ("DuckDB by hand", "duckdb_query.py"),
    "pandas": ("pandas + statsmodels", "pandas_statsmodels.py"),
}
_BESIDE = (*_THEIRS, "nothing")
_ROLES = {"k": "numerator", "n": "denominator", "u": "unknown", "v": "value"}

Key = tuple[object, ...]
Numbers = dict[Key, dict[str, float]]


def main() -> int:
    """Make the workspace, run the contenders, compare their numbers, print the comparisons."""
    parser = argparse.ArgumentParser(description="Time all record measures.")
    parser.add_argument("--rows", type=int, default=1_500_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--world", type=Path, help="a folder that keeps the made-up force")
    parser.add_argument("--pandas", action="store_true", help="pandas even with more rows than it holds comfortably")
    parser.add_argument("--beside", nargs="+", choices=_BESIDE, default=_BESIDE, help="some of the comparisons only")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        workspace = asked.world or folder / "workspace"
        if not workspace.exists():
            cost_of([sys.executable, "-m", "benchmarks.measures_world", str(workspace), str(asked.rows)])
        costs = []
        for key, (_, script) in _THEIRS.items():
            if key not in asked.beside or (key == "pandas" and asked.rows > MOST_FOR_PANDAS and not asked.pandas):
                continue
            theirs_out, out = folder / script, folder / f"ours-{script}.parquet"
            theirs = median_cost(
                [sys.executable, str(BY_HAND / script), str(workspace), str(theirs_out)], runs=asked.runs
            )
            parts = parts_in(theirs_out)
            costs.append((key, cost_of_ours(workspace, out, asked.runs, parts), theirs, parts))
        every = cost_of_ours(workspace, folder / "all.parquet", asked.runs, []) if "nothing" in asked.beside else None
        # All is timed before anything is compared: a process begins with its parent's memory in its account.
        for key, ours, theirs, parts in costs:
            name, script = _THEIRS[key]
            compared = compare(numbers_of_ours(folder / f"ours-{script}.parquet"), numbers_of(folder / script))
            report(
                "record measures by month and area", asked.rows, ours, name, theirs, as_json=asked.json,
                parts=len(parts), measures=len({each.partition("|")[0] for each in parts}), numbers_compared=compared,
            )  # fmt: skip
        if every is not None:
            found = pq.read_table(folder / "all.parquet", columns=["measure", "part"]).to_pylist()
            held = {(row["measure"], row["part"]) for row in found}
            alone(
                "every record measure by month and area", asked.rows, every, as_json=asked.json, parts=len(held),
                measures=len({measure for measure, _ in held}), result_rows=len(found),
            )  # fmt: skip
    return 0


def cost_of_ours(workspace: Path, out: Path, runs: int, parts: Sequence[str]) -> Cost:
    """The median cost of our run of these parts (none: all)."""
    environment = {**os.environ, "NVAP_WORKSPACE": str(workspace), "NVAP_KEYS": str(out.parent / "keys")}
    command = [sys.executable, "-m", "benchmarks.measures_by_library", str(workspace), str(out), *parts]
    return median_cost(command, environment, runs=runs)


def parts_in(theirs: Path) -> list[str]:
    """The parts that a contender gave, as D01|share."""
    if theirs.is_dir():
        names = [name for file in theirs.glob("*.parquet") for name in pq.read_schema(file).names if "|" in name]
        return sorted({"|".join(name.split("|")[:2]) for name in names})
    rows = pq.read_table(theirs, columns=["measure", "part"]).to_pylist()
    return sorted({f"{row['measure']}|{row['part']}" for row in rows})


def numbers_of_ours(path: Path) -> Numbers:
    """Our rows by measure, part, category, group, area and month."""
    names = ("measure", "part", "category", "group", "area", "period_start")
    return {tuple(row[name] for name in names): row for row in pq.read_table(path).to_pylist()}


def numbers_of(path: Path) -> Numbers:
    """A contender's numbers, under the same keys."""
    return numbers_of_duckdb(path) if path.is_dir() else numbers_of_pandas(path)


def numbers_of_pandas(path: Path) -> Numbers:
    """The rows of the pandas script."""
    found: Numbers = {}
    for row in pq.read_table(path).to_pylist():
        key = (row["measure"], row["part"], None, row.get("group"), row["area"], row["month"].date())
        wanted = ("numerator", "denominator", "unknown", "value", "lower", "upper")
        found[key] = {name: row[name] for name in wanted if row.get(name) is not None}
    return found


def numbers_of_duckdb(folder: Path) -> Numbers:
    """The aggregates of the DuckDB queries; a column is named measure|part|category|role."""
    found: Numbers = {}
    words = dict(_words())
    for file in sorted(folder.glob("*.parquet")):
        for row in pq.read_table(file).to_pylist():
            month = row["month"].date() if isinstance(row["month"], datetime.datetime) else row["month"]
            for column, value in row.items():
                measure, part, category, role = column.split("|") if "|" in column else ("", "", "", "")
                if role not in _ROLES or value is None:
                    continue
                group = words.get((measure, part), {}).get(row["grp"] or "unknown", row["grp"])
                key = (measure, part, category or None, group, row["area"] or "not recorded", month)
                held = found.setdefault(key, {})
                # Two codes may have one word, as "not known": they are one group.
                held[_ROLES[role]] = value + (held.get(_ROLES[role], 0) if role != "v" else 0)
    return found


def _words() -> Iterator[tuple[Key, dict[str, str]]]:
    """The words of the groups of each part that has one way of grouping."""
    for measure in some_measures(DEFAULT).measures.values():
        for part in measure.parts:
            if len(part.groups) == 1:
                yield (measure.id, part.id), {"unknown": "not known", **_names(part)}


def _names(part: Part) -> dict[str, str]:
    return dict(part.groups[0].names)


def compare(ours: Numbers, theirs: Numbers) -> int:
    """How many of their numbers ours agree with. Raises AssertionError at the first that differs."""
    months = {key[-1] for key in ours if key[-1] is not None}
    compared = 0
    for key, numbers in theirs.items():
        if key not in ours:
            # Rows that lie after the last day covered belong to no period of ours.
            assert key[-1] not in months or not any(numbers.values()), f"{key} is missing from ours: {numbers}"
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
