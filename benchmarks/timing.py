"""Run a command as a process of its own and read its cost from the operating system; print results as JSON lines."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What one process cost: wall seconds, CPU seconds (user and system), peak memory in MiB."""

    wall: float
    cpu: float
    peak_mib: float


def cost_of(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run `command` to its end and give its cost. Raises RuntimeError with the command's own words when it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    words = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{words}")
    return Cost(time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def median_cost(command: Sequence[str], environment: Mapping[str, str] | None = None, *, runs: int = 3) -> Cost:
    """The run with the median wall time of several."""
    return sorted((cost_of(command, environment) for _ in range(runs)), key=lambda cost: cost.wall)[runs // 2]


def report(name: str, rows: int, ours: Cost, theirs: str, theirs_cost: Cost, *, as_json: bool, **more: object) -> None:
    """Print one comparison: a JSON object a line, or words. `ratio` is ours over theirs, in wall seconds."""
    result = {
        "name": name,
        "rows": rows,
        "ours_seconds": round(ours.wall, 3),
        "theirs": theirs,
        "theirs_seconds": round(theirs_cost.wall, 3),
        "ratio": round(ours.wall / theirs_cost.wall, 3),
        "peak_mib": round(ours.peak_mib),
        "theirs_peak_mib": round(theirs_cost.peak_mib),
        "ours_cpu_seconds": round(ours.cpu, 3),
        "theirs_cpu_seconds": round(theirs_cost.cpu, 3),
        **more,
    }
    if as_json:
        print(json.dumps(result), flush=True)
        return
    print(
        f"{name}, {rows:,} rows: {result['ours_seconds']} s ({result['peak_mib']} MiB); "
        f"{theirs}: {result['theirs_seconds']} s ({result['theirs_peak_mib']} MiB); ratio {result['ratio']}",
        flush=True,
    )


def alone(name: str, rows: int, ours: Cost, *, as_json: bool, **more: object) -> None:
    """Print what a run of ours cost that stands beside nothing."""
    result = {
        "name": name,
        "rows": rows,
        "ours_seconds": round(ours.wall, 3),
        "peak_mib": round(ours.peak_mib),
        "ours_cpu_seconds": round(ours.cpu, 3),
        **more,
    }
    if as_json:
        print(json.dumps(result), flush=True)
        return
    said = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in more.items())
    print(f"{name}, {rows:,} rows: {result['ours_seconds']} s ({result['peak_mib']} MiB); {said}", flush=True)
