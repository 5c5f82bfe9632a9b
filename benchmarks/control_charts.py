"""XmR charts of many series with their icons: nvap beside a NumPy loop by hand, and pyqicharts where it is installed.

    python -m benchmarks.control_charts [--series 2400] [--points 36] [--runs 3] [--peer-python PYTHON] [--json]

Each is a script that runs cold, in a process of its own, from the same file of numbers; `charting` is the CPU time
inside it, without starting Python. nvap is asked twice: forty series a call, as the product has them (a measure's
areas), and one series a call. Before anything is printed the lines, labels and icons of the loop by hand must be equal
to ours. Of pyqicharts only the distance of the limits from the mean is compared, its 3/1.128 against the NHS's 2.66:
its labels follow other rules, and with screening it leaves wild months out of the mean too. It runs once only.

pyqicharts is no requirement of the product. To have it timed too, give it an environment of its own:

    python3 -m venv /tmp/peer && /tmp/peer/bin/pip install "pyqicharts==2.0.0"
    python -m benchmarks.control_charts --peer-python /tmp/peer/bin/python
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.timing import Cost, median_cost, report

BY_HAND = Path(__file__).parent / "control_charts_by_hand"
PEER_FACTOR = (3 / 1.128) / 2.66

Result = tuple[Cost, dict[str, Any]]


def main() -> int:
    """Make the series, run the contenders, compare their numbers, print the comparisons."""
    parser = argparse.ArgumentParser(description="Time XmR charts of many series.")
    parser.add_argument("--series", type=int, default=2400)
    parser.add_argument("--points", type=int, default=36)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer-python", default=sys.executable, help="a Python that can import pyqicharts")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source = folder / "series.npy"
        np.save(source, made_up_series(asked.series, asked.points))

        def run(script: str, *words: str, python: str = sys.executable, runs: int = asked.runs) -> Result:
            out = folder / "out.npz"
            cost = median_cost([python, str(BY_HAND / script), str(source), str(out), *words], runs=runs)
            with np.load(out) as held:
                return cost, dict(held)

        contenders = [("NumPy by hand", run("numpy_loop.py"))]
        if has_pyqicharts(asked.peer_python):
            contenders.append(("pyqicharts", run("pyqicharts_loop.py", python=asked.peer_python, runs=1)))
        else:
            print("pyqicharts: not installed; see python -m pydoc benchmarks.control_charts", file=sys.stderr)
        for way, name in (("each", "control charts, 40 series a call"), ("alone", "control charts, one series a call")):
            ours, found = run("nvap_charts.py", way)
            for theirs, (cost, numbers) in contenders:
                report(
                    name,
                    asked.series * asked.points,
                    ours,
                    theirs,
                    cost,
                    as_json=asked.json,
                    numbers_compared=compare(found, numbers),
                    **charting(found, numbers),
                )
    return 0


def made_up_series(series: int, points: int) -> np.ndarray:
    """Counts a month about a level, a third with a step and some with a wild month."""
    random = np.random.default_rng(20_260)
    level = random.uniform(20, 90, (series, 1))
    moved = level * np.where(random.random((series, 1)) < 1 / 3, random.uniform(0.6, 1.4, (series, 1)), 1)
    values = random.normal(np.where(np.arange(points) < points // 2, level, moved), np.sqrt(level))
    values[random.random(values.shape) < 0.01] *= 2
    return values.round(3)


def has_pyqicharts(python: str) -> bool:
    """Whether that Python can import it."""
    return subprocess.run([python, "-c", "import pyqicharts"], capture_output=True, check=False).returncode == 0


def charting(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, float]:
    """The CPU seconds of charting alone, of both, and ours over theirs."""
    own, other = float(ours["seconds"]), float(theirs["seconds"])
    return {
        "ours_charting_cpu_seconds": round(own, 3),
        "theirs_charting_cpu_seconds": round(other, 3),
        "charting_ratio": round(own / other, 3),
    }


def compare(ours: dict[str, Any], theirs: dict[str, Any]) -> int:
    """How many of their numbers, labels and icons ours agree with. Raises AssertionError where they do not."""
    if "signal" not in theirs:
        reach, their_reach = ours["upper"] - ours["mean"], theirs["upper"] - theirs["mean"]
        assert np.allclose(reach * PEER_FACTOR, their_reach, rtol=1e-9, atol=0)
        return int(reach.size)
    assert np.allclose(ours["mean"], theirs["mean"], rtol=1e-9, atol=0)
    assert np.allclose(ours["upper"], theirs["upper"], rtol=1e-9, atol=0)
    for name in ("signal", "variation", "assurance"):
        assert np.array_equal(ours[name], theirs[name]), f"{name} differs"
    return 3 * int(ours["mean"].size) + 2 * len(ours["variation"])


if __name__ == "__main__":
    raise SystemExit(main())
