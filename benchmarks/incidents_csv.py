"""A made-up year of incidents as CSV, for timing: `python -m benchmarks.incidents_csv FILE ROWS`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv


def write_incidents(path: Path, rows: int) -> None:
    """A made-up year of incidents with 15 columns, in local time; the same for the same number of rows."""
    random = np.random.default_rng(2026)
    began = np.datetime64("2023-01-02T00:00:00", "s")
    created = began + np.sort(random.integers(0, 360 * 86_400, rows)).astype("timedelta64[s]")
    sent = created + random.integers(30, 3_600, rows).astype("timedelta64[s]")
    arrived = sent + random.integers(120, 5_400, rows).astype("timedelta64[s]")
    closed = arrived + random.integers(600, 20_000, rows).astype("timedelta64[s]")
    code = ["MH", "CFS", "DOM", "ASB", "VIO", "THEFT"]

    def words(values: list[str], chances: list[float]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(random.choice(len(values), rows, p=chances).astype("int32"), values).cast(
            pa.string()
        )

    table = pa.table(
        {
            "log_no": pc.binary_join_element_wise("L", pa.array(np.arange(rows)).cast(pa.string()), "-"),
            "created": local(created),
            "sent": local(sent),
            "arrived": local(arrived),
            "closed": local(closed),
            "how": words(["T999", "T101", "WEB", "PTNR"], [0.4, 0.4, 0.1, 0.1]),
            "opened_as": words(code, [0.04, 0.2, 0.16, 0.2, 0.2, 0.2]),
            "closed_as": words(code, [0.05, 0.19, 0.16, 0.2, 0.2, 0.2]),
            "disposal": words(["N", "D", "X"], [0.94, 0.04, 0.02]),
            "grade_1": words(["1", "2", "3"], [0.3, 0.4, 0.3]),
            "grade_2": words(["1", "2", "3"], [0.3, 0.4, 0.3]),
            "place": pc.binary_join_element_wise(
                "P", pa.array(random.integers(0, 120_000, rows)).cast(pa.string()), ""
            ),
            "beat": words([f"B{number:02}" for number in range(40)], [1 / 40] * 40),
        }
    )
    csv.write_csv(table, path)


def local(times: np.ndarray) -> pa.Array:
    """Times as the text that a British command-and-control system prints."""
    return pc.strftime(pa.array(times), format="%d/%m/%Y %H:%M:%S")


if __name__ == "__main__":
    write_incidents(Path(sys.argv[1]), int(sys.argv[2]))
