"""Means and quantiles: the reference set, published limits, scipy, and what must hold."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nvap.statistics.interval import BadNumber
from nvap.statistics.mean import mean, median, quantile, quantiles, t_interval

SERIES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80)


@pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
def test_means_match_the_reference(folder: Path) -> None:
    values: dict[str, list[float]] = {}
    for row in reference.rows("means_t_input.csv", folder):
        values.setdefault(row["group"], []).append(float(row["y"]))

    for row in reference.rows("means_t_expected.csv", folder):
        usual, wide = mean(values[row["group"]]), mean(values[row["group"]], confidence=0.998)

        expected = [float(row[name]) for name in ("value", "lower95_0cl", "upper95_0cl")]
        assert [usual.value, usual.lower, usual.upper] == pytest.approx(expected, rel=1e-7), row
        expected = [float(row[name]) for name in ("stdev", "lower99_8cl", "upper99_8cl")]
        assert [wide.deviation, wide.lower, wide.upper] == pytest.approx(expected, rel=1e-7), row
        assert usual.count == int(row["value_count"])


def test_a_mean_counts_what_is_missing_and_leaves_it_out() -> None:
    found = mean([4, None, 6, math.nan])

    assert (found.value, found.count, found.missing, found.method) == (5, 2, 2, "Student's t")


def test_one_value_has_a_mean_and_no_limits_and_none_has_nothing() -> None:
    one, none = mean([3]), mean([math.nan])

    assert (one.value, one.count) == (3, 1)
    assert math.isnan(one.lower)
    assert math.isnan(one.upper)
    assert math.isnan(none.value)
    assert (none.method, none.missing) == ("", 1)


def test_values_all_alike_have_their_limits_on_them_at_any_confidence() -> None:
    assert (mean([4] * 8).lower, mean([4] * 8, confidence=1).upper) == (4, 4)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=80))
def test_limits_of_a_mean_agree_with_scipy(values: list[float]) -> None:
    if np.std(values) < 1e-6:
        return
    lower, upper = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))

    found = mean(values)

    assert (found.lower, found.upper) == pytest.approx((lower, upper), rel=1e-7, abs=1e-7)


def test_means_that_the_engine_worked_out_have_the_limits_of_their_values() -> None:
    found = t_interval([5.0, 7.0, 3.0, math.nan], [math.sqrt(2), 0.0, math.nan, 1.0], [2, 5, 1, 4])

    alone = mean([4, 6])
    assert (found.lower[0], found.upper[0]) == pytest.approx((alone.lower, alone.upper))
    assert (found.lower[1], found.upper[1]) == (7, 7)
    assert list(np.isnan(found.lower)) == [False, False, True, True]
    assert list(found.method) == ["Student's t", "Student's t", "Student's t", ""]


@pytest.mark.parametrize(
    ("count", "ranks", "coverage"),
    # Limits of a median at 95%, as in Conover (1999), table A3: cut where binomial(n, 1/2) leaves 2.5% or less.
    [
        (6, (1, 6), 0.96875),
        (8, (1, 8), 0.9921875),
        (9, (2, 8), 0.9609375),
        (10, (2, 9), 0.978515625),
        (20, (6, 15), 0.9586105),
    ],
)
def test_a_median_has_the_published_ranks(count: int, ranks: tuple[int, int], coverage: float) -> None:
    found = median(range(1, count + 1))

    assert (found.lower, found.upper) == ranks
    assert found.coverage == pytest.approx(coverage, abs=1e-7)
    assert found.method == "order statistics"


def test_five_values_are_too_few_for_limits_of_their_median() -> None:
    found = median([3, 1, 2, 5, 4])

    assert found.value == 3
    assert math.isnan(found.lower)
    assert math.isnan(found.upper)
    assert math.isnan(found.coverage)


def test_the_longest_tenth_of_ten_jobs_has_a_lower_limit_only() -> None:
    found = quantile(range(10), 0.9)

    assert (found.value, found.lower) == (pytest.approx(8.1), 6)
    assert math.isnan(found.upper)


@given(SERIES, st.sampled_from([0.1, 0.25, 0.5, 0.9]), st.randoms())
def test_limits_of_a_quantile_nest_and_the_order_of_rows_is_nothing(
    values: list[float], share: float, order: Any
) -> None:
    usual, wide = quantile(values, share), quantile(values, share, confidence=0.998)
    order.shuffle(values)

    again = quantile(values, share)

    assert repr(usual) == repr(again)
    assert not usual.lower > usual.value
    assert not usual.upper < usual.value
    assert not wide.lower > usual.lower
    assert not wide.upper < usual.upper


@given(st.integers(6, 400), st.sampled_from([0.25, 0.5, 0.75]), st.sampled_from([0.9, 0.95, 0.99]))
def test_limits_of_a_quantile_cover_what_was_asked_and_no_rank_less_would(
    count: int, share: float, confidence: float
) -> None:
    found = quantile(range(1, count + 1), share, confidence=confidence)
    tail, chance = (1 - confidence) / 2, stats.binom(count, share)

    if not math.isnan(found.lower):
        assert chance.cdf(found.lower - 1) <= tail + 1e-9 < chance.cdf(found.lower) + 2e-9
    if not math.isnan(found.upper):
        assert chance.sf(found.upper - 1) <= tail + 1e-9 < chance.sf(found.upper - 2) + 2e-9
    if not math.isnan(found.coverage):
        assert found.coverage >= confidence - 1e-9


@given(
    st.lists(st.tuples(st.integers(0, 4), st.floats(-1e6, 1e6)), max_size=60),
    st.sampled_from([0.1, 0.25, 0.5, 0.9]),
    st.sampled_from([0.9, 0.95, 1.0]),
)
def test_the_quantiles_of_many_series_are_those_of_each(
    rows: list[tuple[int, float]], share: float, confidence: float
) -> None:
    found = quantiles([value for _, value in rows], [at for at, _ in rows], 5, share, confidence=confidence)

    for series in range(5):
        alone = quantile([value for at, value in rows if at == series], share, confidence=confidence)
        together = (found.value[series], found.lower[series], found.upper[series])
        assert repr([float(each) for each in together]) == repr([alone.value, alone.lower, alone.upper])
        assert found.method[series] == alone.method


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: quantiles([1, math.nan], [0, 0], 1, 0.5), "values: found a missing one"),
        (lambda: quantiles([1, 2], [0], 1, 0.5), "of_group: one place from 0 to 0"),
        (lambda: quantiles([1, 2], [0, 2], 2, 0.5), "of_group: one place from 0 to 1"),
        (lambda: quantiles([1, 2], [0, 0], 1, 2), "share: found 2"),
        (lambda: mean([1, math.inf]), "values: found an infinite number at index 1"),
        (lambda: mean([[1, 2]]), "values: found 2 dimensions"),
        (lambda: mean(["a"]), "values: found list"),
        (lambda: mean([1, 2], confidence=95), "Did you mean 0.95?"),
        (lambda: mean([], confidence=0.5), "confidence: found 0.5"),
        (lambda: median([], confidence=0.5), "confidence: found 0.5"),
        (lambda: quantile([1, 2], 1), "share: found 1"),
        (lambda: quantile([1, 2], 0), "share: found 0"),
        (lambda: t_interval(1, -1, 3), "deviation: found -1.0"),
        (lambda: t_interval(1, 1, 0), "count: found 0.0"),
        (lambda: t_interval(1, 1, math.inf), "count: found inf"),
        (lambda: t_interval(1, 1, 2.5), "count: found 2.5"),
        (lambda: t_interval([1, 2], [1, 2, 3], 4), "do not fit together"),
    ],
)
def test_what_a_mean_cannot_take_is_refused_in_words(call: Any, says: str) -> None:
    with pytest.raises(BadNumber) as fault:
        call()

    assert says in str(fault.value)
