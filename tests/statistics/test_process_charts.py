"""Run, P, U, C, G, T, I and moving range charts: the reference set, published tables, and what must hold."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from nvap.errors import NvapError
from nvap.statistics.control_chart import ProcessChart, c, g, i, mr, p, p_prime, run, t, u, u_prime
from nvap.statistics.control_chart.anhoej import crossings_needed, longest_allowed
from nvap.statistics.interval import BadNumber

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


def chart_of(case: dict[str, str], points: list[dict[str, str]]) -> ProcessChart:
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
        chart = chart_of(parts[0], points)

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
        chart = chart_of(parts[0], points)

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


def test_montgomerys_cans_have_his_limits() -> None:
    # Montgomery, table 7.1: 347 nonconforming cans in 30 samples of 50, fraction 0.2313, limits 0.0524 and 0.4102.
    cans = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]

    chart = p(cans, [50] * 30)

    assert [round(chart.points[0].centre, 4), round(chart.points[0].lower, 4), round(chart.points[0].upper, 4)] == [
        0.2313,
        0.0524,
        0.4102,
    ]
    assert list(np.flatnonzero(chart.points.outside)) == [14, 22]


def test_a_run_chart_has_a_median_and_no_limits() -> None:
    chart = run([3, 9, 4, 8, 5])

    assert chart.points[0].centre == 5
    assert np.isnan(chart.points.upper).all()
    assert (chart.runs[0].useful, chart.runs[0].crossings) == (4, 3)


def test_ten_in_a_row_above_the_median_are_unlike_chance() -> None:
    # 20 useful values allow a run of round(log2 20) + 3 = 7 and need 6 crossings.
    chart = run([1, 2] * 5 + [9, 8] * 5)

    assert (chart.runs[0].longest, chart.runs[0].longest_allowed, chart.runs[0].crossings_needed) == (10, 7, 6)
    assert chart.has_signal


@pytest.mark.parametrize("useful", [*range(1, 301), 1000, 1024, 5000, 40_000])
def test_the_crossings_needed_are_the_binomial_quantile(useful: int) -> None:
    assert crossings_needed(useful) == (binom.ppf(0.05, useful - 1, 0.5) if useful > 1 else 0)


def test_the_longest_run_allowed_is_anhoejs_table() -> None:
    # Anhøj and Olesen (2014), table 1.
    assert [longest_allowed(useful) for useful in (10, 11, 12, 16, 22, 23, 45, 46, 90, 91)] == [
        *(6, 6, 7, 7, 7, 8, 8, 9, 9, 10)
    ]


def test_an_excluded_point_stands_on_the_chart_and_makes_no_line() -> None:
    chart = i([5, 6, 5, 60, 6, 5, 6], exclude=[3])
    alone = i([5, 6, 5, 6, 5, 6])

    assert chart.points[3].excluded
    assert chart.points[3].outside
    assert (chart.points.upper[0], chart.runs) == (alone.points.upper[0], alone.runs)


def test_a_moving_range_begins_anew_in_each_period() -> None:
    chart = mr([5, 6, 5, 60, 62, 60], rebase=[3])

    assert list(np.isnan(chart.points.value)) == [True, False, False, True, False, False]
    assert list(chart.points.centre) == [1, 1, 1, 2, 2, 2]
    assert not any(runs.signal for runs in chart.runs)


def test_laneys_chart_flags_less_where_denominators_are_big() -> None:
    random = np.random.default_rng(3)
    of = np.full(36, 200_000)
    numerator = np.round(of * random.normal(0.6, 0.01, 36))

    plain, primed = p(numerator, of), p_prime(numerator, of)

    assert plain.points.outside.sum() > 15
    assert primed.points.outside.sum() < 3
    assert primed.spread[0] > 5


def test_laneys_chart_is_the_plain_one_where_chance_explains_everything() -> None:
    random = np.random.default_rng(4)
    of = np.full(400, 500)

    assert u_prime(random.poisson(50, 400), of).spread[0] == pytest.approx(1, abs=0.1)
    assert p_prime(random.binomial(500, 0.3, 400), of).spread[0] == pytest.approx(1, abs=0.1)


def test_shares_that_are_all_nought_have_their_limits_on_the_line() -> None:
    chart = p_prime([0] * 20, [30] * 20)

    assert set(chart.points.upper) == {0}
    assert not chart.has_signal


def test_more_days_between_events_lie_above_the_middle() -> None:
    chart = t([3, 5, 2, 4, 6, 3, 4, 5, 2, 4, 3, 5, 4, 90])

    assert chart.points[-1].outside
    assert chart.points[-1].value > chart.points[-1].upper


def test_nothing_gives_a_chart_of_nothing() -> None:
    for chart in (run([]), p([], []), u_prime([], []), g([]), t([]), i([]), mr([]), c([])):
        assert (len(chart.points), chart.runs, chart.short, chart.has_signal) == (0, (), True, False)


@pytest.mark.parametrize("draw", [run, c, g, i, mr, t])
def test_months_without_a_number_have_no_line(draw: Callable[..., ProcessChart]) -> None:
    chart = draw([None, None, None])

    assert np.isnan(chart.points.centre).all()
    assert chart.runs[0].useful == 0
    assert not chart.has_signal


def test_every_result_says_how_it_was_made() -> None:
    chart = u_prime([3, 4, 5, 6] * 4, [100] * 16, baseline=8, multiply=1000, screen=False)

    assert (chart.name, chart.screened, chart.baseline, chart.multiply) == ("u_prime", False, 8, 1000)
    assert p([1], [2]).screened is None


@pytest.mark.parametrize(
    ("draw", "arguments", "settings", "says"),
    [
        (p, ([-1], [10]), {}, "numerator: found a number below 0 at index 0"),
        (p, ([1, 11], [10, 10]), {}, "numerator: found more than its denominator at index 1"),
        (p, ([1], [-10]), {}, "denominator: found a number below 0"),
        (p, ([1, 2], [10]), {}, "numerator and denominator: found 2 and 1 numbers"),
        (u, ([1], [0]), {}, "numerator: found events of a denominator of 0"),
        (u, ([math.inf], [1]), {}, "numerator: found an infinite number at index 0"),
        (c, ([-1],), {}, "counts: found a number below 0"),
        (g, ([-1],), {}, "cases_between: found a number below 0"),
        (t, ([4, 0],), {}, "time_between: found a time of 0 or less at index 1"),
        (run, ([[1, 2]],), {}, "values: found 2 dimensions"),
        (run, (["1"],), {}, "values: found list"),
        (run, ([1, 2],), {"rebase": [2]}, "rebase: found index 2"),
        (run, ([1, 2],), {"exclude": [-1]}, "exclude: found index -1"),
        (run, ([1, 2],), {"exclude": ["a"]}, "exclude: found ['a']"),
        (run, ([1, 2],), {"baseline": 1}, "baseline: found 1"),
        (run, ([1, 2],), {"multiply": 0}, "multiply: found 0"),
        (run, ([1, 2],), {"dates": ["2024-01", "2024-01"]}, "dates: found the same date twice at index 1"),
        (run, ([1, 2],), {"dates": ["2024-02", "2024-01"]}, "dates: found an earlier date at index 1"),
        (run, ([1, 2],), {"dates": 2024}, "dates: found something that is no series of dates"),
        (run, ([1, 2],), {"dates": ["2024-01", None]}, "dates: found something that is no series of dates"),
        (mr, ([1, 2],), {"rebase": 1}, "rebase: found 1"),
        (run, ([1, 2],), {"dates": ["2024-02"]}, "dates: found 1 dates for 2 values"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(
    draw: Callable[..., ProcessChart], arguments: tuple[Any, ...], settings: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadNumber) as fault:
        draw(*arguments, **settings)

    assert says in str(fault.value)
    assert isinstance(fault.value, NvapError)


@given(PAIRS, st.sampled_from([p, p_prime, u, u_prime]), st.data())
def test_a_baseline_has_the_lines_of_its_points_alone(
    pairs: list[tuple[int, int]], draw: Callable[..., ProcessChart], choice: Any
) -> None:
    above, below = zip(*pairs, strict=True)
    first = choice.draw(st.integers(2, len(pairs)))

    frozen, alone = draw(above, below, baseline=first), draw(above[:first], below[:first])

    for name in ("centre", *LINES):
        here = getattr(frozen.points, name)[:first]
        assert list(here) == pytest.approx(list(getattr(alone.points, name)), rel=1e-12, abs=1e-12, nan_ok=True)


@given(PAIRS, st.sampled_from([p, p_prime, u, u_prime]))
def test_a_rebase_at_the_first_point_changes_nothing(
    pairs: list[tuple[int, int]], draw: Callable[..., ProcessChart]
) -> None:
    above, below = zip(*pairs, strict=True)

    plain, rebased = draw(above, below), draw(above, below, rebase=[0])

    assert repr(list(plain.points)) == repr(list(rebased.points))
    assert plain.runs == rebased.runs


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60), st.sampled_from([run, i, c]))
def test_lines_lie_in_order_and_scale_with_the_unit(values: list[int], draw: Callable[..., ProcessChart]) -> None:
    plain, scaled = draw(values), draw(values, multiply=8)

    for name in ("value", "centre", *LINES):
        assert list(getattr(scaled.points, name)) == pytest.approx(list(getattr(plain.points, name) * 8), nan_ok=True)
    if draw is not run and len(values) > 1:
        points = plain.points
        order = [points.lower, points.lower_two_sigma, points.centre, points.upper_two_sigma, points.upper]
        assert all(np.all(lower <= upper) for lower, upper in pairwise(order))
