"""The seasonal-naive forecast against numbers worked by hand and against a plain recomputation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nvap.statistics.forecast import seasonal_naive
from nvap.statistics.interval import BadNumber

Z95 = 1.959963984540054


def test_each_value_ahead_is_the_one_of_a_season_before_and_seasons_repeat():
    found = seasonal_naive([1, 2, 3, 5, 6, 7], season=3, horizon=5)

    assert found.value.tolist() == [5, 6, 7, 5, 6]


def test_the_interval_rests_on_the_residuals_and_widens_by_the_root_of_the_seasons_ahead():
    # Residuals by hand: 3, 4 and -5; their mean square is 50/3.
    found = seasonal_naive([10, 20, 30, 13, 24, 25], season=3, horizon=4)

    deviation = math.sqrt(50 / 3)
    assert found.deviation == pytest.approx(deviation, rel=1e-12)
    reach = found.upper - found.value
    assert reach == pytest.approx([Z95 * deviation] * 3 + [Z95 * deviation * math.sqrt(2)], rel=1e-12)
    assert found.value - found.lower == pytest.approx(reach)


def test_the_error_out_of_sample_is_that_of_forecasts_made_from_the_past_alone():
    series = [1, 2, 4, 2, 3, 4, 6]
    found = seasonal_naive(series, season=2, horizon=1).missed

    # The origins: after 4, 5 and 6 values; the forecasts are 4, 2 and 3; what came is 3, 4 and 6.
    assert (found.origins, found.steps) == (3, 3)
    assert found.mean_error == pytest.approx((1 + 2 + 3) / 3)
    means = [9 / 4, 12 / 5, 16 / 6]
    assert found.of_mean_method == pytest.approx((abs(3 - means[0]) + abs(4 - means[1]) + abs(6 - means[2])) / 3)
    # Scales: mean absolute seasonal differences of what was known: (3 + 0)/2, (3 + 0 + 1)/3, (3 + 0 + 1 + 2)/4.
    assert found.scaled == pytest.approx((1 / 1.5 + 2 / (4 / 3) + 3 / 1.5) / 3)
    assert found.relative == pytest.approx(found.mean_error / found.of_mean_method)


def test_a_perfect_season_is_never_missed_and_its_interval_has_no_width():
    found = seasonal_naive([1, 5, 9] * 6, season=3, horizon=3)

    assert found.deviation == 0
    assert found.missed.mean_error == 0
    assert found.missed.inside == 1
    assert math.isnan(found.missed.scaled)
    assert found.missed.relative == 0


def test_numbers_that_only_scatter_are_forecast_worse_than_by_their_mean():
    scatter = np.random.default_rng(4).normal(100, 10, 260)

    found = seasonal_naive(scatter, season=52, horizon=4).missed

    # In theory the error is the root of two times that of the mean.
    assert 1.2 < found.relative < 1.6
    assert 0.9 < found.inside <= 1


def test_a_season_that_matters_is_forecast_better_than_by_the_mean():
    weeks = np.arange(208)
    wave = 100 + 30 * np.sin(2 * np.pi * weeks / 52) + np.random.default_rng(5).normal(0, 3, 208)

    assert seasonal_naive(wave, season=52, horizon=4).missed.relative < 0.3


@pytest.mark.parametrize(("season", "horizon", "length"), [(4, 3, 30), (7, 14, 60), (1, 2, 12), (12, 1, 40)])
def test_it_agrees_with_a_plain_recomputation_step_by_step(season, horizon, length):
    series = [round(value, 3) for value in np.random.default_rng(season).gamma(3, 5, length)]

    found = seasonal_naive(series, season=season, horizon=horizon, confidence=0.9)

    z, errors, of_mean, scaled, inside = 1.6448536269514722, [], [], [], []
    for origin in range(season + max(2, season // 2), length):
        known = series[:origin]
        residuals = [known[at] - known[at - season] for at in range(season, origin)]
        spread = math.sqrt(sum(each**2 for each in residuals) / len(residuals))
        scale = sum(abs(each) for each in residuals) / len(residuals)
        for ahead in range(1, horizon + 1):
            if origin + ahead > length:
                break
            seasons = (ahead - 1) // season + 1
            value = known[origin + ahead - 1 - season * seasons]
            error = abs(series[origin + ahead - 1] - value)
            errors.append(error)
            of_mean.append(abs(series[origin + ahead - 1] - sum(known) / origin))
            scaled.append(error / scale)
            inside.append(error <= z * spread * math.sqrt(seasons))
    assert found.missed.steps == len(errors)
    assert found.missed.mean_error == pytest.approx(sum(errors) / len(errors), rel=1e-12)
    assert found.missed.of_mean_method == pytest.approx(sum(of_mean) / len(of_mean), rel=1e-12)
    assert found.missed.scaled == pytest.approx(sum(scaled) / len(scaled), rel=1e-12)
    assert found.missed.inside == pytest.approx(sum(inside) / len(inside), rel=1e-12)


def test_two_full_seasons_are_enough_for_a_forecast_and_half_a_season_more_is_judged():
    found = seasonal_naive([1, 2, 3, 4] * 2, season=4, horizon=2)

    assert found.missed.origins == 2


def test_of_a_season_of_one_two_values_give_a_forecast_without_any_error_to_show():
    found = seasonal_naive([3, 5], season=1, horizon=1)

    assert found.value.tolist() == [5]
    assert found.missed.origins == 0
    assert math.isnan(found.missed.mean_error)
    assert math.isnan(found.missed.relative)


@pytest.mark.parametrize(
    ("series", "asked", "said"),
    [
        ([1, 2, 3], {"season": 2, "horizon": 1}, "allowed are 4 or more: two full seasons of 2"),
        ([1, math.nan, 3, 4], {"season": 2, "horizon": 1}, "a gap at index 1"),
        ([1, None, 3, 4], {"season": 2, "horizon": 1}, "a gap at index 1"),
        ([1, math.inf, 3, 4], {"season": 2, "horizon": 1}, "an infinite number at index 1"),
        ([[1, 2], [3, 4]], {"season": 1, "horizon": 1}, "2 dimensions"),
        ([1, 2, 3, 4], {"season": 0, "horizon": 1}, "season: found 0"),
        ([1, 2, 3, 4], {"season": 1.5, "horizon": 1}, "season: found 1.5"),
        ([1, 2, 3, 4], {"season": 2, "horizon": 0}, "horizon: found 0"),
        ([1, 2, 3, 4], {"season": 2, "horizon": 1, "confidence": 1}, "below 1"),
        ([1, 2, 3, 4], {"season": 2, "horizon": 1, "confidence": 0.5}, "confidence: found 0.5"),
        (["1", "2"], {"season": 1, "horizon": 1}, "allowed are numbers"),
    ],
)
def test_what_it_cannot_forecast_from_is_refused_with_what_is_allowed(series, asked, said):
    with pytest.raises(BadNumber, match=said):
        seasonal_naive(series, **asked)


def test_the_arrays_of_a_forecast_cannot_be_written_to():
    found = seasonal_naive([1, 2, 3, 4], season=2, horizon=1)

    with pytest.raises(ValueError, match="read-only"):
        found.value[0] = 9


def test_the_series_that_was_given_is_left_as_it_was():
    given = np.array([1.0, 2.0, 3.0, 4.0])

    seasonal_naive(given, season=2, horizon=3)

    assert given.tolist() == [1, 2, 3, 4]
