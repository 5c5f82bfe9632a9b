"""Funnels: the reference set, and what must hold."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

from nvap.statistics.funnel import Funnel, fingertips_limits, limits, significance, significance_of_intervals
from nvap.statistics.interval import BadNumber
from nvap.statistics.rate import byars_interval
from nvap.statistics.standardised import direct

FOLDERS = pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
KINDS = {"PR": "proportion", "SR": "ratio", "RC": "ratio of counts"}
AREAS = st.lists(
    st.integers(20, 5000).flatmap(lambda total: st.tuples(st.integers(1, total), st.just(total))),
    min_size=4,
    max_size=40,
)


def areas(folder: Path, dataset: str) -> tuple[list[float], list[float]]:
    rows = [row for row in reference.rows("funnel_input.csv", folder) if row["dataset_id"] == dataset]
    return [float(row["num"]) for row in rows], [float(row["den"]) for row in rows]


def column(rows: list[dict[str, str]], name: str) -> list[float]:
    return [float(row[name] or math.nan) for row in rows]


@FOLDERS
def test_funnels_match_the_reference(folder: Path) -> None:
    expected: dict[str, list[dict[str, str]]] = {}
    for row in reference.rows("funnel_expected.csv", folder):
        expected.setdefault(row["case_id"], []).append(row)

    for case in reference.rows("funnel_cases.csv", folder):
        asked = case["requested_adjusted"] == "1"
        found = limits(
            *areas(folder, case["dataset_id"]),
            kind=KINDS[case["data_type"]],
            overdispersion=asked,
            scale=case["sr_method"].lower() or "shmi",
            trim=float(case["trim_by"]),
            round_expected=case["shmi_rounding"] == "1",
            multiplier=float(case["multiplier"]),
        )

        rows = expected[case["case_id"]]
        plain, drawn = found.plain, found.drawn
        for ours, name in (
            (found.values, "exp_ratio"),
            (plain.lower_95, "exp_lcl95"),
            (plain.upper_95, "exp_ucl95"),
            (plain.lower_998, "exp_lcl998"),
            (plain.upper_998, "exp_ucl998"),
        ):
            assert list(ours) == pytest.approx(column(rows, name), rel=1e-9), (case["case_id"], name)
        if asked:
            for ours, name in (
                (drawn.lower_95, "exp_od_lcl95"),
                (drawn.upper_95, "exp_od_ucl95"),
                (drawn.lower_998, "exp_od_lcl998"),
                (drawn.upper_998, "exp_od_ucl998"),
            ):
                assert list(ours) == pytest.approx(column(rows, name), rel=1e-9), (case["case_id"], name)
            assert found.dispersion == pytest.approx(float(case["exp_phi"]), rel=1e-9)
            assert found.between == pytest.approx(float(case["exp_tau2"]), rel=1e-9)
        assert found.overdispersed == (case["exp_drawn_adjusted"] == "1")
        outside = found.outside_95 if case["limit"] == "95" else found.outside_998
        assert list(outside) == [row["exp_outlier"] == "1" for row in rows], case["case_id"]
        assert outside.sum() == int(case["exp_n_outliers"])


@FOLDERS
def test_fingertips_curves_match_the_reference(folder: Path) -> None:
    curves: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in reference.rows("funnel_phe_limits.csv", folder):
        curves.setdefault((row["dataset_id"], row["statistic"]), []).append(row)

    for (_, kind), rows in curves.items():
        multiplier = 100_000 if kind == "rate" else 100
        baseline = rows[0]["exp_baseline"]
        average = float(baseline) / multiplier if baseline else None

        found = fingertips_limits(column(rows, "x_axis"), kind=kind, average=average, multiplier=multiplier)

        tolerance = 1e-9 if kind == "proportion" else 1e-4
        for ours, name in (
            (found.lower_95, "exp_lower_2s"),
            (found.upper_95, "exp_upper_2s"),
            (found.lower_998, "exp_lower_3s"),
            (found.upper_998, "exp_upper_3s"),
        ):
            assert list(ours) == pytest.approx(column(rows, name), rel=tolerance, abs=1e-9), (kind, name)


@FOLDERS
def test_fingertips_labels_match_the_reference(folder: Path) -> None:
    datasets: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in reference.rows("funnel_phe_significance.csv", folder):
        datasets.setdefault((row["dataset_id"], row["statistic"]), []).append(row)

    for (dataset, kind), rows in datasets.items():
        found = significance(column(rows, "numerator"), column(rows, "denominator"), kind=kind)

        assert list(found) == [row["exp_significance"] for row in rows], dataset


def test_areas_that_vary_no_more_than_chance_keep_the_plain_limits() -> None:
    found = limits([100, 102, 98, 101], [1000, 1000, 1000, 1000])

    assert found.adjusted is not None
    assert found.dispersion < 1
    assert found.between == 0
    assert not found.overdispersed
    assert found.drawn is found.plain


def test_a_target_can_be_given_such_as_the_national_share() -> None:
    found = limits([100, 120, 90], [1000, 1000, 1000], target=0.2, multiplier=100, overdispersion=False)

    assert found.target == 20
    assert list(found.outside_998) == [True, True, True]
    assert math.isnan(found.dispersion)


def test_an_area_without_numbers_is_left_out_of_the_target_and_has_no_lines() -> None:
    found, without = limits([30, None, 60], [100, 100, 100]), limits([30, 60], [100, 100])

    assert found.target == without.target == 0.45
    assert found.dispersion == without.dispersion
    assert list(np.isnan(found.drawn.lower_95)) == list(np.isnan(found.values)) == [False, True, False]
    assert not found.outside_95[1]


def test_limits_of_very_small_areas_reach_nought_and_one_and_do_not_turn_back() -> None:
    found = limits([1, 500], [1, 1000], overdispersion=False)

    assert (found.plain.lower_998[0], found.plain.upper_998[0]) == (0, 1)


def test_no_event_has_no_logarithm_where_it_is_not_among_the_extremes() -> None:
    counts, expected = [0, 0, 0, 5, 6, 7], [3, 4, 5, 5, 5, 5]

    with pytest.raises(BadNumber, match="scale='square root' takes them"):
        limits(counts, expected, kind="ratio")
    assert limits(counts, expected, kind="ratio", scale="square root").dispersion > 1
    assert limits(counts, expected, kind="ratio", overdispersion=False).plain.lower_95[0] > 0


def test_one_area_of_twelve_without_an_event_is_extreme_and_does_not_matter() -> None:
    counts, expected = [0, *range(5, 16)], [9.0] * 12

    assert math.isfinite(limits(counts, expected, kind="ratio").dispersion)


def test_square_root_limits_are_squared_back_and_the_cqcs_are_not() -> None:
    counts, expected = [60, 150, 90, 140, 50, 130], [100] * 6

    root, cqc = (limits(counts, expected, kind="ratio", scale=scale) for scale in ("square root", "cqc"))

    assert (root.dispersion, root.between) == (cqc.dispersion, cqc.between)
    assert root.adjusted.upper_95 == pytest.approx(cqc.adjusted.upper_95**2)
    assert root.adjusted.upper_95[0] > root.plain.upper_95[0]


def test_expected_events_are_rounded_only_when_asked() -> None:
    counts, expected = [5, 6, 7], [5.004, 6.0, 7.0]

    asked, plain = (limits(counts, expected, kind="ratio", round_expected=rounded) for rounded in (True, False))

    assert asked.values[0] == 1
    assert plain.values[0] < 1


def test_next_to_nothing_expected_has_no_upper_limit() -> None:
    found = limits([5, 9, 3], [5, 5, 1e-7], kind="ratio", scale="shmi", trim=0)

    assert found.adjusted.upper_998[2] == math.inf


def drawn(found: Funnel) -> list[float]:
    return [float(each) for each in found.drawn.upper_95]


@given(AREAS, st.sampled_from(["proportion", "ratio", "ratio of counts"]), st.randoms())
def test_the_order_of_areas_is_nothing_and_lines_nest(pairs: list[tuple[int, int]], kind: Any, order: Any) -> None:
    found = limits(*zip(*pairs, strict=True), kind=kind)
    places = list(range(len(pairs)))
    order.shuffle(places)

    again = limits(*zip(*(pairs[place] for place in places), strict=True), kind=kind)

    assert again.dispersion == pytest.approx(found.dispersion)
    assert drawn(again) == pytest.approx([drawn(found)[place] for place in places], rel=1e-6)
    for lines in (found.plain, found.adjusted):
        assert np.all(lines.lower_998 <= lines.lower_95)
        assert np.all(lines.lower_95 <= found.target + 1e-12)
        assert np.all(lines.upper_95 >= found.target - 1e-12)
        assert np.all(lines.upper_998 >= lines.upper_95)
    assert np.all(found.outside_95 | ~found.outside_998)


@given(AREAS, st.sampled_from(["proportion", "ratio", "ratio of counts"]))
def test_a_curve_goes_through_the_limits_of_the_areas(pairs: list[tuple[int, int]], kind: Any) -> None:
    counts, totals = zip(*pairs, strict=True)
    found = limits(counts, totals, kind=kind, multiplier=100)

    curve = found.drawn_at(totals)

    assert list(curve.lower_998) == pytest.approx(list(found.drawn.lower_998))
    assert list(curve.upper_95) == pytest.approx(list(found.drawn.upper_95))


@given(st.integers(1, 2000), st.floats(0.5, 3))
def test_fingertips_curve_is_where_a_units_own_limits_touch_the_average(events: int, average: float) -> None:
    lines = fingertips_limits([events], kind="rate", average=average, multiplier=1)

    people = events / lines.upper_95[0]
    if events < 10:
        assert byars_interval(events, people, 1).lower == pytest.approx(average, rel=1e-9)
    else:
        assert byars_interval(events, people, 1).lower == pytest.approx(average, rel=1e-2)


def test_a_standardised_rate_of_too_few_events_is_not_applicable() -> None:
    people = {"population": [1000, 1000], "standard": [1, 1], "area": ["a", "b"]}
    usual, wide = (direct([5, 300], **people, confidence=level, multiplier=1) for level in (0.95, 0.998))

    assert list(significance_of_intervals(usual, wide, average=0.1)) == ["Not applicable", "High (0.001)"]


def test_an_area_without_numbers_has_no_label() -> None:
    assert list(significance([5, None], [10, 10], kind="ratio")) == ["Not significant", ""]


def test_lines_cannot_be_changed() -> None:
    found = limits([30, 60], [100, 100])

    for part in (found.values, found.outside_95, found.plain.lower_95):
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 1


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: limits([-1, 2], [5, 5]), "count: found a number below 0 at index 0"),
        (lambda: limits([1, 2], [5, 0]), "denominator: found 0 or less at index 1"),
        (lambda: limits([1, 6], [5, 5]), "count: found more than its denominator at index 1"),
        (lambda: limits([1, 6], [5]), "count, denominator: found 2, 1 rows"),
        (lambda: limits([], []), "count: found no area"),
        (lambda: limits([0, 0], [5, 5]), "count: found no event in any area"),
        (lambda: limits([3], [5]), "count: found too few areas"),
        (lambda: limits([3, 4], [5, 5], kind="rate"), "kind: found 'rate'"),
        (lambda: limits([3, 4], [5, 5], kind="ratio", scale="log"), "scale: found 'log'"),
        (lambda: limits([3, 4], [5, 5], kind="ratio", target=2), "target: found 2, allowed for a ratio is None"),
        (lambda: limits([3, 4], [5, 5], target=2), "target: found 2, allowed is a share"),
        (lambda: limits([3, 4], [5, 5], trim=0.5), "trim: found 0.5"),
        (lambda: limits([3, 4], [5, 5], multiplier=0), "multiplier: found 0"),
        (lambda: limits([3, 4], [0.001, 5], kind="ratio", round_expected=True), "denominator: found expected events"),
        (lambda: limits([3, 4], [5, 5]).drawn_at(0), "denominators: found something else"),
        (lambda: fingertips_limits([0], kind="ratio"), "at: found something else"),
        (lambda: fingertips_limits([5], kind="rate"), "average: found None"),
        (lambda: fingertips_limits([5], kind="proportion", average=25), "average: found 25"),
        (lambda: fingertips_limits([5], kind="mean"), "kind: found 'mean'"),
        (lambda: significance([11], [10], kind="proportion"), "count: found more than its denominator"),
    ],
)
def test_what_a_funnel_cannot_take_is_refused_in_words(call: Any, says: str) -> None:
    with pytest.raises(BadNumber) as fault:
        call()

    assert says in str(fault.value)
