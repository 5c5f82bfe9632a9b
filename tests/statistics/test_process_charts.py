"""Run, P, U, C, G, T, I and moving range charts: the reference set, published tables, and what must hold."""

from __future__ import annotations

import math
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import reference
from hypothesis import strategies as st

from nvap.statistics.control_chart import ProcessChart, c, g, i, mr, p, p_prime, run, t, u, u_prime

FOLDERS = pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
RATIOS = {"p": p, "pp": p_prime, "u": u, "up": u_prime}
SERIES = {"run": run, "c": c, "i": i, "mr": mr, "g": g, "t": t}
SCREENED = ("pp", "up", "i", "t")
LINES = ("lower", "upper", "lower_two_sigma", "upper_two_sigma")
PAIRS = st.lists(
    st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))), min_size=3, max_size=40
)


def numbers(points: list[dict[str, str]], column: str) -> list[float]:
    return [float(point[column]) if point[column] else math.nan for point in points]


def chart_of(case: dict[str, str], parts: list[dict[str, str]], points: list[dict[str, str]]) -> ProcessChart:
    """The chart that a reference case asks for."""
    settings: dict[str, Any] = {
        "rebase": [int(last) for last in case["opt_part"].split(";") if last],
        "exclude": [int(place) - 1 for place in case["opt_exclude"].split(";") if place],
        "baseline": int(case["opt_freeze"]) if case["opt_freeze"] else None,
        "multiply": float(case["opt_multiply"]),
    }
    if case["chart"] in SCREENED:
        settings["screen"] = case["opt_screened_mr"] == "1"
    above, below = numbers(points, "numerator"), numbers(points, "denominator")
    if case["chart"] in RATIOS:
        return RATIOS[case["chart"]](above, below, **settings)
    return SERIES[case["chart"]](above, **settings)


def cases(folder: Path) -> list[tuple[list[dict[str, str]], list[dict[str, str]]]]:
    """Each case's rows (one a part) with its points."""
    points, parts = defaultdict(list), defaultdict(list)
    for row in reference.rows("spc_points.csv", folder):
        points[row["case_id"]].append(row)
    for row in reference.rows("spc_cases.csv", folder):
        parts[row["case_id"]].append(row)
    return [(rows, points[case]) for case, rows in parts.items()]


@FOLDERS
def test_centre_and_limits_match_the_reference(folder: Path) -> None:
    compared = 0
    for parts, points in cases(folder):
        chart = chart_of(parts[0], parts, points)

        for ours, theirs in zip(chart.points, points, strict=True):
            centre = abs(float(theirs["exp_cl"])) or 1
            for name, column in zip(
                ("value", "centre", *LINES),
                ("exp_value", "exp_cl", "exp_lcl", "exp_ucl", "exp_lcl95", "exp_ucl95"),
                strict=True,
            ):
                expected = float(theirs[column]) if theirs[column] else math.nan
                found = getattr(ours, name)
                assert found == pytest.approx(expected, rel=0, abs=1e-9 * centre, nan_ok=True), (theirs, name, found)
            assert ours.period == int(theirs["exp_part"]) - 1
            assert ours.outside == (theirs["exp_sigma_signal"] == "1"), theirs
            compared += 1
    assert compared > 200


@FOLDERS
def test_runs_match_the_reference(folder: Path) -> None:
    for parts, points in cases(folder):
        chart = chart_of(parts[0], parts, points)

        assert len(chart.runs) == len(parts)
        for ours, theirs in zip(chart.runs, parts, strict=True):
            if theirs["opt_method"] != "anhoej":
                continue
            expected = [
                int(theirs[name]) if theirs[name] else None
                for name in (
                    "exp_n_useful",
                    "exp_longest_run",
                    "exp_longest_run_max",
                    "exp_n_crossings",
                    "exp_n_crossings_min",
                )
            ]
            found = [ours.useful, ours.longest, ours.longest_allowed, ours.crossings, ours.crossings_needed]
            assert found == expected, theirs
            assert ours.signal == (theirs["exp_runs_signal"] == "1"), theirs
