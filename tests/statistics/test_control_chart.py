"""XmR charts: the reference set, the cases where the peer goes wrong, and what must hold."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

from nvap.statistics.control_chart import ControlChart, xmr, xmr_of_each
from nvap.statistics.interval import BadNumber

FOLDERS = pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
# Whole numbers keep sums and differences exact, so that no point lies beside a line by rounding.
SERIES = st.lists(st.integers(-1000, 1000), min_size=2, max_size=60)


def chart_of(case: dict[str, str], points: list[dict[str, str]], **settings: Any) -> ControlChart:
    """The chart that a reference case asks for."""
    dates = [point["date"] for point in points]
    direction = case["improvement_direction"]
    return xmr(
        [float(point["value"]) for point in points],
        improvement=None if direction == "neutral" else direction,
        target=float(case["target"]) if case["target"] else None,
        rebase=[dates.index(date) for date in case["rebase_dates"].split(";") if date],
        baseline=int(case["fix_after_n_points"]) if case["fix_after_n_points"] else None,
        screen=case["screen_outliers"] == "1",
        **settings,
    )


def cases(folder: Path) -> list[tuple[dict[str, str], list[dict[str, str]]]]:
    points = defaultdict(list)
    for row in reference.rows("xmr_points.csv", folder):
        points[row["case_id"]].append(row)
    return [(case, points[case["case_id"]]) for case in reference.rows("xmr_cases.csv", folder)]


@FOLDERS
def test_lines_and_labels_match_the_nhs_package(folder: Path) -> None:
    for case, points in cases(folder):
        chart = chart_of(case, points, two_in_three="between_two_and_three_sigma")

        for ours, theirs in zip(chart.points, points, strict=True):
            expected = [float(theirs[name]) for name in ("exp_mean", "exp_lpl", "exp_upl")]
            assert [ours.mean, ours.lower, ours.upper] == pytest.approx(expected, rel=1e-9), case["case_id"]
            assert (ours.period, ours.short) == (int(theirs["exp_rebase_group"]), theirs["exp_short_group"] == "1")
            if "1" not in (case["knife_edge"], case["degenerate"], case["tie_at_trend_turn"]):
                assert (ours.signal, ours.kind) == (theirs["exp_special_cause_type"], theirs["exp_point_type"]), theirs


@FOLDERS
def test_variation_and_assurance_match_the_nhs_package(folder: Path) -> None:
    for case, points in cases(folder):
        chart = chart_of(case, points, two_in_three="between_two_and_three_sigma")

        if "1" not in (case["knife_edge"], case["degenerate"], case["tie_at_trend_turn"]):
            assert chart.variation == case["exp_variation_type"], case["case_id"]
            assert (chart.assurance or "") == case["exp_assurance_type"], case["case_id"]
        assert chart.short == (case["exp_any_short_group"] == "1")


@FOLDERS
def test_two_in_three_counts_every_point_beyond_two_sigma_unless_told_otherwise(folder: Path) -> None:
    changed = {
        (row["case_id"], row["seq"]): (row["mdc_special_cause_type"], row["mdc_point_type"])
        for row in reference.rows("xmr_mdc2023_differences.csv", folder)
    }
    assert changed
    for case, points in cases(folder):
        chart = chart_of(case, points)

        for ours, theirs in zip(chart.points, points, strict=True):
            expected = (theirs["exp_special_cause_type"], theirs["exp_point_type"])
            assert (ours.signal, ours.kind) == changed.get((case["case_id"], theirs["seq"]), expected)


def test_the_first_lines_can_be_worked_by_hand() -> None:
    # Mean (4+6+5+9)/4 = 6; ranges 2, 1, 4 average 7/3; limits 6 ± 2.66 x 7/3.
    chart = xmr([4, 6, 5, 9])

    assert chart.points.mean[0] == 6
    assert chart.points.upper[0] == pytest.approx(6 + 2.66 * 7 / 3)
    assert chart.points.lower[0] == pytest.approx(6 - 2.66 * 7 / 3)
    assert chart.short


def test_a_wild_range_is_screened_once() -> None:
    # Ranges: twelve of 1, then 49 up and 49 down: average 110/14 = 7.857, cut at 25.67, screened average 1.
    values = [0, 1] * 6 + [0, 49, 0]

    assert xmr(values).points.upper[0] == pytest.approx(np.mean(values) + 2.66)
    assert xmr(values, screen=False).points.upper[0] == pytest.approx(np.mean(values) + 2.66 * 110 / 14)


def test_a_series_without_movement_has_limits_on_its_mean_and_no_special_cause() -> None:
    for value in (5, 0.1, 1 / 3):
        chart = xmr([value] * 20)

        assert set(chart.points.signal) == {"Common Cause"}
        assert list(chart.points.lower) == list(chart.points.upper) == [value] * 20
        assert chart.points.still.all()


def test_one_odd_month_does_not_flag_the_nineteen_equal_ones() -> None:
    chart = xmr([5] * 19 + [6])

    assert list(chart.points.signal) == ["Common Cause"] * 19 + ["Above UCL"]
    assert chart.points.upper[0] == pytest.approx(5.05 + 2.66 / 19)


def test_a_rare_event_after_months_of_none_is_the_only_signal() -> None:
    chart = xmr([0] * 23 + [1])

    assert list(chart.points.signal[:23]) == ["Common Cause"] * 23
    assert chart.variation == "special_cause_neutral_high"


def test_a_level_that_changes_after_a_still_baseline_is_a_shift() -> None:
    chart = xmr([5] * 12 + [7] * 7, baseline=12)

    assert list(chart.points.signal) == ["Common Cause"] * 12 + ["7 Points Above CL"] * 7


def test_a_single_month_is_not_enough_data() -> None:
    chart = xmr([5], improvement="increase", target=4)

    assert (chart.points.mean[0], chart.variation, chart.assurance) == (5, "not_enough_data", "not_enough_data")
    assert math.isnan(chart.points.lower[0])
    assert chart.short


@pytest.mark.parametrize("values", [[], [None, None], [math.nan]])
def test_nothing_to_chart_is_not_enough_data(values: list[float | None]) -> None:
    chart = xmr(values, improvement="increase", target=1)

    assert (len(chart.points), chart.variation, chart.assurance) == (len(values), "not_enough_data", "not_enough_data")
    assert chart.short


def test_a_missing_month_is_a_gap_that_no_range_or_run_crosses() -> None:
    values = [50, 47, 50, 58, 52, 46, 52, 54, 53, None, 58, 52, 47, 39, 56, 50, 50, 55, 54, 53]
    held = [value for value in values if value is not None]

    chart = xmr(values, screen=False)

    assert chart.points.signal[9] == chart.points.kind[9] == ""
    assert chart.points.mean[0] == pytest.approx(np.mean(held))
    ranges = np.abs(np.diff(np.array(values, dtype=float)))
    assert chart.points.upper[0] == pytest.approx(np.mean(held) + 2.66 * np.nanmean(ranges))


def test_six_and_six_either_side_of_a_gap_are_no_shift_and_no_trend() -> None:
    around = [20, 0] * 10
    flat = xmr([*around, 11, 12, 11, 12, 11, 12, None, 11, 12, 11, 12, 11, 12], baseline=20)
    rising = xmr([*around, None, 1, 2, 3, 4, 5, 6, None, 7, 8, 9, 9.5, 9.6, 9.7], baseline=20)

    assert set(flat.points.signal) == set(rising.points.signal) == {"Common Cause", ""}


def test_the_last_month_held_gives_the_variation() -> None:
    chart = xmr([5, 6] * 8 + [30, None], improvement="decrease")

    assert chart.variation == "special_cause_concern"


def test_the_seventh_point_of_a_rise_that_ties_with_a_fall_is_rising() -> None:
    chart = xmr([1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1, 0, 8, 0, 8, 1, 7, 0, 8], improvement="increase")

    assert chart.points[6].signal == "7 Point Trend (Increasing)"
    assert chart.points[7].signal == "7 Point Trend (Decreasing)"


@pytest.mark.parametrize(("direction", "target"), [("increase", 0.9), ("increase", 1.0), ("decrease", 1.0)])
def test_a_measure_constantly_at_its_target_passes(direction: str, target: float) -> None:
    assert xmr([1] * 20, improvement=direction, target=target).assurance == "consistent_pass"


def test_a_measure_constantly_short_of_its_target_fails() -> None:
    assert xmr([0.8] * 20, improvement="increase", target=0.9).assurance == "consistent_fail"


def test_a_target_on_a_limit_is_hit_or_miss_when_some_months_miss_it() -> None:
    chart = xmr([4, 6] * 8, improvement="increase")

    on_the_limit = float(chart.points.upper[0])

    assert xmr([4, 6] * 8, improvement="increase", target=on_the_limit).assurance == "inconsistent"


def test_assurance_looks_at_the_latest_period() -> None:
    chart = xmr([4, 6] * 8 + [48, 52] * 8, improvement="increase", target=20, rebase=[16])

    assert chart.assurance == "consistent_pass"
    assert list(np.unique(chart.points.mean)) == [5, 50]


def test_only_the_short_period_is_marked_short() -> None:
    chart = xmr([4, 6] * 8, rebase=[13])

    assert chart.short
    assert list(chart.points.short) == [False] * 13 + [True] * 3


@FOLDERS
def test_the_edge_cases_go_as_recommended(folder: Path) -> None:
    path = folder / "xmr_edge.json"
    if not path.exists():
        pytest.skip("the large reference set is not beside this checkout")
    charts = {}
    for case in json.loads(path.read_text()):
        options = dict(case["options"] or {})
        if "improvement_direction" in options:
            options["improvement"] = options.pop("improvement_direction")
        values = case["value"] if isinstance(case["value"], list) else [case["value"]]
        charts[case["id"]] = xmr(values, **options)

    assert set(charts) == {"ED01", "ED03", "ED06", "ED08", "ED12", "ED13"}
    assert set(charts["ED01"].points.signal) == {"Common Cause"}
    assert not np.isnan(charts["ED01"].points.lower).any()
    assert set(charts["ED03"].points.signal[:-1]) == {"Common Cause"}
    assert charts["ED06"].variation == "not_enough_data"
    assert np.isfinite(charts["ED08"].points.upper).all()
    assert charts["ED12"].points[6].signal == "7 Point Trend (Increasing)"
    assert charts["ED13"].assurance == "consistent_pass"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"values": [1, math.inf]}, "values: found an infinite number at index 1"),
        ({"values": [[1, 2], [3, 4]]}, "values: found 2 dimensions"),
        ({"values": ["1", "2"]}, "values: found list"),
        ({"improvement": "increasing"}, "Did you mean `increase`?"),
        ({"improvement": "neutral"}, "allowed are 'increase', 'decrease' and None"),
        ({"target": math.nan}, "target: found nan"),
        ({"target": "high"}, "target: found str"),
        ({"rebase": [20]}, "rebase: found index 20, allowed are 0 to 14"),
        ({"rebase": [-1]}, "rebase: found index -1"),
        ({"rebase": 12}, "rebase: found 12"),
        ({"rebase": ["2020-01-01"]}, "rebase: found ['2020-01-01']"),
        ({"baseline": 11}, "baseline: found 11"),
        ({"baseline": 12.5}, "baseline: found 12.5"),
        ({"baseline": True}, "baseline: found True"),
        ({"factor": 2.66}, "factor: found 2.66"),
        ({"gaps": "bridged"}, "Did you mean `bridge`?"),
        ({"ties": "break it"}, "Did you mean `break`?"),
        ({"on_limit": "pass"}, "on_limit: found 'pass'"),
        ({"dates": ["2024"] * 2}, "dates: found 2 dates for 15 values"),
        ({"two_in_three": "beyond_2_sigma"}, "Did you mean `beyond_two_sigma`?"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(settings: dict[str, Any], says: str) -> None:
    values = settings.pop("values", [1, 2, 3] * 5)

    with pytest.raises(BadNumber) as fault:
        xmr(values, **settings)

    assert says in str(fault.value)


def test_what_the_peers_refuse_is_refused_here_by_the_arguments_name() -> None:
    path = reference.LARGE / "validation_errors.json"
    if not path.exists():
        pytest.skip("the large reference set is not beside this checkout")
    refused = {case["id"] for case in json.loads(path.read_text()) if case["method"] == "xmr"}
    settings: dict[str, dict[str, Any]] = {"ER19": {"baseline": 11}, "ER20": {"dates": ["2024-01-01"] * 15}}

    assert refused == set(settings)
    for case, setting in settings.items():
        with pytest.raises(BadNumber) as fault:
            xmr([1, 2, 3] * 5, **setting)

        assert str(fault.value).startswith(f"{next(iter(setting))}: "), case


def test_dates_in_order_are_taken_and_change_nothing() -> None:
    dated = xmr([1, 2, 3], dates=["2024-01-01", "2024-02-01", "2024-03-01"])

    assert list(dated.points) == list(xmr([1, 2, 3]).points)


def test_many_series_in_one_pass_are_charted_as_each_alone() -> None:
    random = np.random.default_rng(5)
    many = [random.poisson(20, size).astype(float) for size in (24, 0, 36, 1, 13, 24)]
    many[2][5] = np.nan
    many[4][:] = 7
    settings: dict[str, Any] = {"improvement": "decrease", "target": 25, "baseline": 12}

    together = xmr_of_each(many, **settings)

    for chart, values in zip(together, many, strict=True):
        alone = xmr(values, **settings)
        assert repr(list(chart.points)) == repr(list(alone.points))
        assert (chart.variation, chart.assurance, chart.short) == (alone.variation, alone.assurance, alone.short)
    assert xmr_of_each([]) == []


def test_many_series_can_share_a_rebase() -> None:
    charts = xmr_of_each([[4, 6] * 8, [40, 60] * 8], rebase=[8])

    assert [list(np.unique(chart.points.period)) for chart in charts] == [[0, 1], [0, 1]]
    with pytest.raises(BadNumber, match="rebase: found index 8"):
        xmr_of_each([[4, 6] * 8, [40, 60]], rebase=[8])


def test_limits_can_have_the_factor_of_the_textbooks() -> None:
    nhs, textbook = xmr([4, 6, 5, 9]), xmr([4, 6, 5, 9], factor="3/1.128")

    assert textbook.points.upper[0] == pytest.approx(6 + 3 / 1.128 * 7 / 3)
    assert (nhs.factor, textbook.factor) == ("2.66", "3/1.128")


def test_a_gap_can_be_bridged_when_asked() -> None:
    values = [20, 0] * 10 + [11, 12, 11, None, 12, 11, 12, 11]
    held = [value for value in values if value is not None]

    bridged, alone = xmr(values, baseline=20, gaps="bridge"), xmr(held, baseline=20)

    assert [point.signal for point in bridged.points if point.signal] == [point.signal for point in alone.points]
    assert bridged.points.signal[23] == ""
    assert bridged.points[27].signal == "7 Points Above CL"
    assert xmr(values, baseline=20).points[27].signal == "Common Cause"
    assert bridged.gaps == "bridge"


def test_a_bridged_gap_gives_a_moving_range() -> None:
    assert math.isnan(xmr([4, None, 6]).points.upper[0])
    assert xmr([4, None, 6], gaps="bridge").points.upper[0] == pytest.approx(5 + 2.66 * 2)


def test_a_value_on_the_mean_can_be_skipped_in_a_shift() -> None:
    # The mean of the baseline is 10, and the seven above it have one on it among them.
    values = [20, 0] * 10 + [11, 12, 11, 10, 12, 11, 12, 11]

    breaking, skipping = xmr(values, baseline=20), xmr(values, baseline=20, ties="skip")

    assert set(breaking.points.signal) == {"Common Cause"}
    assert list(skipping.points.signal[20:]) == [
        "7 Points Above CL" if value != 10 else "Common Cause" for value in values[20:]
    ]


def test_a_tie_can_be_skipped_in_a_trend_but_a_gap_or_rebase_never() -> None:
    around = [20, 0] * 10
    tied = [*around, 1, 2, 3, 3, 4, 5, 6, 7, 2]

    assert "7 Point Trend (Increasing)" not in xmr(tied, baseline=20).points.signal
    assert list(xmr(tied, baseline=20, ties="skip").points.signal[20:28]) == ["7 Point Trend (Increasing)"] * 8
    gapped = [*around, 1, 2, 3, None, 3, 4, 5, 6, 2]
    assert "7 Point Trend (Increasing)" not in xmr(gapped, baseline=20, ties="skip").points.signal
    assert "7 Point Trend (Increasing)" not in xmr(tied, rebase=[23], ties="skip").points.signal


def test_a_target_on_a_limit_can_be_called_hit_or_miss() -> None:
    settings: dict[str, Any] = {"improvement": "increase", "target": 1.0}

    assert xmr([1] * 20, **settings, on_limit="hit_or_miss").assurance == "inconsistent"
    assert xmr([1] * 20, **settings).assurance == "consistent_pass"


@given(SERIES)
def test_without_gaps_and_ties_the_options_for_them_change_nothing(values: list[int]) -> None:
    # Made different from each other and from their mean.
    distinct = [value * 128 + place for place, value in enumerate(values)]
    if any(value * len(distinct) == sum(distinct) for value in distinct):
        return

    plain, asked = xmr(distinct), xmr(distinct, ties="skip", gaps="bridge")

    assert list(plain.points) == list(asked.points)


def test_a_chart_cannot_be_changed_and_leaves_its_input_alone() -> None:
    values = np.array([1.0, 2.0, 3.0])

    chart = xmr(values)
    values[0] = 9

    assert chart.points.value[0] == 1
    with pytest.raises(FrozenInstanceError):
        chart.short = False  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        chart.points.mean[0] = 1


@given(SERIES, st.sampled_from([0.25, 0.5, 2.0, 1024.0]))
def test_limits_scale_with_the_values(values: list[int], factor: float) -> None:
    plain, scaled = xmr(values), xmr(np.array(values) * factor)

    assert list(scaled.points.upper) == pytest.approx(list(plain.points.upper * factor), rel=1e-12, abs=1e-12)
    assert list(scaled.points.signal) == list(plain.points.signal)


@given(SERIES)
def test_rebasing_at_the_first_month_changes_nothing(values: list[int]) -> None:
    plain, rebased = xmr(values), xmr(values, rebase=[0])

    assert list(rebased.points) == list(plain.points)


@given(SERIES, SERIES)
def test_rebased_periods_are_charted_as_if_alone(first: list[int], second: list[int]) -> None:
    together = xmr([*first, *second], rebase=[len(first)])

    alone = [*xmr(first).points, *xmr(second).points]

    assert [(p.mean, p.lower, p.signal) for p in together.points] == [(p.mean, p.lower, p.signal) for p in alone]


@given(st.lists(st.integers(-1000, 1000), min_size=13, max_size=60), st.integers(12, 30))
def test_a_baseline_has_the_limits_of_its_months_alone(values: list[int], baseline: int) -> None:
    fixed, alone = xmr(values, baseline=baseline), xmr(values[:baseline])

    assert set(fixed.points.lower) == set(alone.points.lower)
    assert set(fixed.points.mean) == set(alone.points.mean)


@given(SERIES)
def test_reversing_time_turns_trends_and_nothing_else(values: list[int]) -> None:
    forward, backward = xmr(values), xmr(values[::-1])
    turned = {
        "7 Point Trend (Increasing)": "7 Point Trend (Decreasing)",
        "7 Point Trend (Decreasing)": "7 Point Trend (Increasing)",
    }

    for there, back in zip(forward.points, list(backward.points)[::-1], strict=True):
        assert (there.mean, there.lower, there.upper) == pytest.approx((back.mean, back.lower, back.upper))
        # A turning point shared by two trends takes the way on, so it reads the same from both ends.
        if there.signal not in turned:
            assert there.signal == back.signal
        else:
            assert back.signal in turned


def test_a_lone_trend_reads_the_other_way_backwards() -> None:
    values = [9, 1, 8, 2, 9, 1, 2, 3, 4, 5, 6, 7, 1, 9, 2]

    rising, falling = xmr(values).points.signal, xmr(values[::-1]).points.signal

    assert list(rising[5:12]) == ["7 Point Trend (Increasing)"] * 7
    assert list(falling[3:10]) == ["7 Point Trend (Decreasing)"] * 7


@given(SERIES)
def test_the_other_direction_swaps_improvement_and_concern(values: list[int]) -> None:
    up, down = xmr(values, improvement="increase"), xmr(values, improvement="decrease")
    swapped = {
        "special_cause_improvement": "special_cause_concern",
        "special_cause_concern": "special_cause_improvement",
        "common_cause": "common_cause",
    }

    assert [swapped[kind] for kind in up.points.kind] == list(down.points.kind)
    assert list(up.points.signal) == list(down.points.signal)


@given(st.lists(st.one_of(st.none(), st.integers(-100, 100)), max_size=60))
def test_gaps_never_stop_a_chart(values: list[int | None]) -> None:
    chart = xmr(values)

    assert [point.signal == "" for point in chart.points] == [value is None for value in values]
    known = ~np.isnan(chart.points.lower)
    assert (chart.points.lower[known] <= chart.points.upper[known]).all()
