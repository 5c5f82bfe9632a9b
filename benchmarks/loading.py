"""Loading incident rows from CSV: `nvap load` beside pandas and beside DuckDB written by hand.

    python -m benchmarks.loading [--rows 1000000] [--runs 3] [--json]

All three read the same file and end with typed Parquet that holds UTC times, mapped codes and pseudonymised place keys.
Only `nvap load` also checks every row against the contract, reconciles, and keeps a journal.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import Cost, cost_of, median_cost, report

MAPPING = """\
mapping: benchmark-incidents
version: 1
table: incidents
made_up: true
source: {name: Made-up incidents for timing, note: made-up}
file: {format: csv, encoding: utf-8, delimiter: ","}
time_zone: Europe/London
extract: {kind: full, from: 2023-01-01, to: 2023-12-31}
columns:
  incident_ref: log_no
  created: {expr: created, format: "%d/%m/%Y %H:%M:%S", precision: instant}
  source: {expr: how, values: {T999: "999", T101: "101", WEB: online, PTNR: partner}}
  opening_code: opened_as
  closing_code: closed_as
  mh_at_opening: {expr: opened_as, values: {MH: true, CFS: false, DOM: false, ASB: false, VIO: false, THEFT: false}}
  mh_at_closure: {expr: closed_as, values: {MH: true, CFS: false, DOM: false, ASB: false, VIO: false, THEFT: false}}
  closure_kind: {expr: disposal, values: {N: counted, D: duplicate, X: cancelled}}
  grade_initial: grade_1
  grade_final: grade_2
  first_dispatch: {expr: sent, format: "%d/%m/%Y %H:%M:%S", precision: instant}
  first_arrival: {expr: arrived, format: "%d/%m/%Y %H:%M:%S", precision: instant}
  closed: {expr: closed, format: "%d/%m/%Y %H:%M:%S", precision: instant}
  place_key: place
  area: beat
"""

PANDAS = """
import hashlib, hmac, sys
import pandas as pd
source, out = sys.argv[1:]
rows = pd.read_csv(source, dtype=str)
for column in ("created", "sent", "arrived", "closed"):
    local = pd.to_datetime(rows[column], format="%d/%m/%Y %H:%M:%S")
    rows[column] = local.dt.tz_localize("Europe/London", ambiguous="NaT", nonexistent="NaT").dt.tz_convert("UTC")
rows["created_date"] = rows["created"].dt.tz_convert("Europe/London").dt.date
rows["how"] = rows["how"].map({"T999": "999", "T101": "101", "WEB": "online", "PTNR": "partner"})
for column in ("opened_as", "closed_as"):
    rows["mh_" + column] = rows[column] == "MH"
rows["disposal"] = rows["disposal"].map({"N": "counted", "D": "duplicate", "X": "cancelled"})
key = bytes(32)
places = rows["place"].dropna().unique()
keys = {place: hmac.new(key, place.encode(), hashlib.sha256).hexdigest()[:32] for place in places}
rows["place"] = rows["place"].map(keys)
rows = rows.drop_duplicates("log_no", keep="last")
rows.to_parquet(out, compression="zstd")
"""

DUCKDB = """
import sys
import duckdb
source, out = sys.argv[1:]
con = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
stamp = "timezone('Europe/London', strptime({0}, '%d/%m/%Y %H:%M:%S')) AS {0}"
times = ", ".join(stamp.format(column) for column in ("created", "sent", "arrived", "closed"))
con.execute(f'''
COPY (
    SELECT log_no, {times}, strptime(created, '%d/%m/%Y %H:%M:%S')::DATE AS created_date,
        CASE how WHEN 'T999' THEN '999' WHEN 'T101' THEN '101' WHEN 'WEB' THEN 'online'
                 WHEN 'PTNR' THEN 'partner' END AS how,
        opened_as = 'MH' AS mh_at_opening, closed_as = 'MH' AS mh_at_closure, opened_as, closed_as, grade_1, grade_2,
        CASE disposal WHEN 'N' THEN 'counted' WHEN 'D' THEN 'duplicate' WHEN 'X' THEN 'cancelled' END AS disposal,
        sha256('key' || place) AS place, beat
    FROM read_csv('{source}', all_varchar=true)
    QUALIFY row_number() OVER (PARTITION BY log_no) = 1
) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
''')
"""


def main() -> int:
    """Make the file, time the three, print the comparisons."""
    parser = argparse.ArgumentParser(description="Time the loading of incident rows.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source = folder / "incidents.csv"
        cost_of([sys.executable, "-m", "benchmarks.incidents_csv", str(source), str(asked.rows)])
        ours = cost_of_loading(folder, source, asked.runs)
        each = round(ours.cpu / asked.rows * 1e6, 1)
        for name, script in (("pandas", PANDAS), ("DuckDB by hand", DUCKDB)):
            written = folder / "script.py"
            written.write_text(script, encoding="utf-8")
            theirs = median_cost(
                [sys.executable, str(written), str(source), str(folder / "out.parquet")], runs=asked.runs
            )
            report("load", asked.rows, ours, name, theirs, as_json=asked.json, ours_cpu_microseconds_a_row=each)
    return 0


def cost_of_loading(folder: Path, source: Path, runs: int) -> Cost:
    """The median cost of `nvap load` into a fresh workspace each time."""
    mapping = folder / "incidents.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    environment = {**os.environ, "NVAP_WORKSPACE": str(folder / "workspace"), "NVAP_KEYS": str(folder / "keys")}
    environment.pop("NVAP_DATABASE_URL", None)
    nvap = str(Path(sys.executable).with_name("nvap"))
    load = [nvap, "load", str(source), "--mapping", str(mapping), "--as-at", "2024-01-02"]
    costs = []
    for _ in range(runs):
        shutil.rmtree(folder / "workspace", ignore_errors=True)
        for prepare in ("workspace make --kind practice", "migrate", "force add timing --name Timing"):
            cost_of([nvap, *prepare.split()], environment)
        costs.append(cost_of(load, environment))
    return sorted(costs, key=lambda cost: cost.wall)[runs // 2]


if __name__ == "__main__":
    raise SystemExit(main())
