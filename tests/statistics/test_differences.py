"""Two groups side by side, and what is not known of them: published limits, statsmodels, and what must hold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.rates import confint_poisson_2indep

from nvap.statistics.bounds import (
    proportion_bounds,
    proportion_difference_bounds,
    proportion_ratio_bounds,
    rate_ratio_bounds,
)
from nvap.statistics.difference import (
    difference_of_proportions,
    difference_of_rates,
    ratio_of_proportions,
    ratio_of_rates,
)
from nvap.statistics.interval import BadNumber
from nvap.statistics.proportion import wilson_interval
from nvap.statistics.rate import byars_interval

SHARE = st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
RATE = st.tuples(st.integers(0, 300), st.integers(1, 10**6))


@pytest.mark.parametrize(
    ("groups", "lower", "upper"),
    # Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10.
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0000),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_a_difference_of_proportions_has_newcombes_published_limits(
    groups: tuple[int, int, int, int], lower: float, upper: float
) -> None:
    found = difference_of_proportions(*groups)

    assert (round(found.lower, 4), round(found.upper, 4)) == (lower, upper)
    assert found.method == "Newcombe, from Wilson's limits"


def test_194_detentions_and_then_118_have_the_published_ratio() -> None:
    # Heslin and others (2016): 194 before, 118 after; rate ratio 0.61 (0.48 to 0.76).
    found = ratio_of_rates(118, 1, 194, 1)

    assert [round(number, 2) for number in (found.value, found.lower, found.upper)] == [0.61, 0.48, 0.76]
    assert found.method == "log normal"


def test_68_deaths_and_then_60_must_not_be_called_a_fall() -> None:
    found = ratio_of_rates(60, 1, 68, 1)

    assert [round(number, 2) for number in (found.value, found.lower, found.upper)] == [0.88, 0.62, 1.25]


@given(SHARE, SHARE)
def test_differences_and_ratios_of_proportions_agree_with_statsmodels(
    first: tuple[int, int], other: tuple[int, int]
) -> None:
    groups = (*first, *other)
    theirs = confint_proportions_2indep(*groups, method="newcomb")
    plain = confint_proportions_2indep(*groups, method="wald")

    ours, normal = difference_of_proportions(*groups), difference_of_proportions(*groups, method="normal")

    assert (ours.lower, ours.upper) == pytest.approx(theirs, abs=1e-9)
    assert (normal.lower, normal.upper) == pytest.approx((max(plain[0], -1), min(plain[1], 1)), abs=1e-9)
    if first[0] and other[0]:
        log = ratio_of_proportions(*groups, method="log")
        assert (log.lower, log.upper) == pytest.approx(
            confint_proportions_2indep(*groups, compare="ratio", method="log"), rel=1e-9
        )


@given(RATE, RATE)
def test_ratios_and_differences_of_rates_agree_with_statsmodels(first: tuple[int, int], other: tuple[int, int]) -> None:
    if not (first[0] and other[0]):
        return
    groups = (*first, *other)

    log = ratio_of_rates(*groups, method="log")
    normal = difference_of_rates(*groups, multiplier=1, method="normal")

    assert (log.lower, log.upper) == pytest.approx(
        confint_poisson_2indep(*groups, compare="ratio", method="wald-log"), rel=1e-9
    )
    assert (normal.lower, normal.upper) == pytest.approx(
        confint_poisson_2indep(*groups, compare="diff", method="wald"), rel=1e-9, abs=1e-12
    )


@given(RATE, RATE)
def test_an_exact_ratio_of_rates_agrees_with_scipys_exact_binomial(
    first: tuple[int, int], other: tuple[int, int]
) -> None:
    if not first[0] + other[0]:
        return
    share = binomtest(first[0], first[0] + other[0]).proportion_ci(method="exact")

    found = ratio_of_rates(*first, *other, method="exact")

    for ours, theirs in ((found.lower, share.low), (found.upper, share.high)):
        expected = theirs / (1 - theirs) * other[1] / first[1] if theirs < 1 else math.inf
        assert ours == pytest.approx(expected, rel=1e-6)


@given(RATE, RATE, st.sampled_from([0.9, 0.95]))
def test_a_ratio_of_rates_turned_round_is_its_inverse_and_limits_nest(
    first: tuple[int, int], other: tuple[int, int], confidence: float
) -> None:
    here, there = (
        ratio_of_rates(*first, *other, confidence=confidence),
        ratio_of_rates(*other, *first, confidence=confidence),
    )
    wide = ratio_of_rates(*first, *other, confidence=0.998)
    if math.isnan(here.value):
        assert first[0] == other[0] == 0
        assert math.isnan(here.upper)
        assert here.method == ""
        return

    assert 0 <= wide.lower <= here.lower <= here.value <= here.upper <= wide.upper
    if here.lower > 0 and not math.isinf(there.upper):
        assert here.lower == pytest.approx(1 / there.upper, rel=1e-6)


@given(SHARE, SHARE)
def test_a_ratio_of_proportions_turned_round_is_its_inverse_and_limits_nest(
    first: tuple[int, int], other: tuple[int, int]
) -> None:
    here, there = ratio_of_proportions(*first, *other), ratio_of_proportions(*other, *first)
    wide = ratio_of_proportions(*first, *other, confidence=0.998)
    if math.isnan(here.value):
        assert first[0] == other[0] == 0
        return

    assert 0 <= wide.lower <= here.lower <= here.value <= here.upper <= wide.upper
    if here.lower > 0:
        assert here.lower == pytest.approx(1 / there.upper, rel=1e-6)


@given(SHARE, SHARE)
def test_the_ratio_says_that_groups_differ_where_newcombes_difference_does(
    first: tuple[int, int], other: tuple[int, int]
) -> None:
    apart, times = difference_of_proportions(*first, *other), ratio_of_proportions(*first, *other)
    if math.isnan(times.value) or min(abs(apart.lower), abs(apart.upper)) < 1e-9:
        return

    assert (apart.lower > 0, apart.upper < 0) == (times.lower > 1, times.upper < 1)


@given(SHARE, SHARE, st.sampled_from(["newcombe", "normal"]))
def test_a_difference_turned_round_has_the_other_sign(
    first: tuple[int, int], other: tuple[int, int], method: Any
) -> None:
    here = difference_of_proportions(*first, *other, method=method)
    there = difference_of_proportions(*other, *first, method=method)
    wide = difference_of_proportions(*first, *other, method=method, confidence=0.998)

    assert (here.value, here.lower, here.upper) == pytest.approx((-there.value, -there.upper, -there.lower), abs=1e-12)
    assert wide.lower - 1e-12 <= here.lower <= here.value <= here.upper <= wide.upper + 1e-12


@given(RATE, RATE)
def test_a_difference_of_rates_joins_the_limits_of_each_rate(first: tuple[int, int], other: tuple[int, int]) -> None:
    found, turned = difference_of_rates(*first, *other), difference_of_rates(*other, *first)
    alone, apart = byars_interval(*first), byars_interval(*other)

    assert (found.lower, found.upper) == pytest.approx((-turned.upper, -turned.lower))
    assert found.value - found.lower == pytest.approx(math.hypot(alone.value - alone.lower, apart.upper - apart.value))


def test_small_counts_have_exact_ratios_and_others_have_not() -> None:
    found = ratio_of_rates([9, 10, 10, 0], 100, [20, 20, 9, 0], 100)

    assert list(found.method) == ["exact", "log normal", "exact", ""]
    assert ratio_of_rates(9, 100, 20, 100, method="log").method == "log normal"


def test_no_event_in_the_other_group_leaves_a_ratio_without_an_upper_limit() -> None:
    rates, shares = ratio_of_rates(5, 100, 0, 100), ratio_of_proportions(5, 100, 0, 100)

    for found in (rates, shares):
        assert found.value == found.upper == math.inf
        assert 0 < found.lower < math.inf


def test_the_log_method_has_no_limits_where_a_count_is_nought() -> None:
    found = ratio_of_proportions(0, 10, 5, 10, method="log")

    assert found.value == 0
    assert math.isnan(found.lower)
    assert math.isnan(found.upper)


def test_one_bad_row_does_not_lose_the_others_and_missing_is_not_nought() -> None:
    shares = difference_of_proportions([5, 11, None], [10, 10, 10], 3, 10)
    rates = ratio_of_rates([5, 5, 50], [100, 0, 100], [5, 5, math.nan], 100)

    assert list(np.isnan(shares.value)) == list(np.isnan(shares.lower)) == [False, True, True]
    assert list(np.isnan(rates.value)) == list(np.isnan(rates.upper)) == [False, True, True]
    assert math.isnan(difference_of_rates(None, 10, 3, 10).value)
    assert shares.value.shape == (3,)


def test_certainty_has_the_widest_limits_of_a_ratio_and_a_difference() -> None:
    assert (ratio_of_rates(3, 10, 5, 10, confidence=1).lower, ratio_of_rates(30, 10, 50, 10, confidence=1).upper) == (
        0,
        math.inf,
    )
    found = difference_of_proportions(3, 10, 5, 10, confidence=1)
    assert (found.lower, found.upper) == (-1, 1)


def test_where_a_fifth_of_an_audit_cannot_be_told_both_extremes_are_given() -> None:
    found = proportion_bounds(5, 20, 4)

    assert (found.known.value, found.lowest.value, found.highest.value) == (5 / 16, 5 / 20, 9 / 20)
    assert (found.lower, found.upper) == (wilson_interval(5, 20).lower, wilson_interval(9, 20).upper)
    assert found.unknown_share == 0.2


def test_where_nothing_is_known_the_bounds_say_nothing() -> None:
    found = proportion_bounds(0, 8, 8)

    assert math.isnan(found.known.value)
    assert (found.lowest.value, found.highest.value, found.lower, found.upper) == (0, 1, 0, 1)


def test_unrecorded_ethnicity_moves_a_rate_ratio_between_its_bounds() -> None:
    # 60 of 1,000 against 200 of 9,000, and 30 of no known group.
    found = rate_ratio_bounds(60, 1000, 200, 9000, 30)

    assert found.known.value == pytest.approx(2.7)
    assert found.lowest.value == pytest.approx(60 / 1000 / (230 / 9000))
    assert found.highest.value == pytest.approx(90 / 1000 / (200 / 9000))
    assert found.unknown_share == pytest.approx(30 / 290)


@given(SHARE, SHARE, SHARE, st.data())
def test_wherever_the_unknown_belong_the_number_lies_within_the_bounds(
    first: tuple[int, int], other: tuple[int, int], unknown: tuple[int, int], data: Any
) -> None:
    cases, rest = unknown[0], unknown[1] - unknown[0]
    mine, theirs = data.draw(st.integers(0, cases)), data.draw(st.integers(0, rest))
    truth = (
        (first[0] + mine, first[1] + mine + theirs),
        (other[0] + cases - mine, other[1] + cases - mine + rest - theirs),
    )

    apart = proportion_difference_bounds(*first, *other, unknown_count=cases, unknown_total=unknown[1])
    times = proportion_ratio_bounds(*first, *other, unknown_count=cases, unknown_total=unknown[1])
    rates = rate_ratio_bounds(first[0], 500, other[0], 900, cases)

    among = difference_of_proportions(*truth[0], *truth[1]).value
    assert apart.lowest.value - 1e-12 <= among <= apart.highest.value + 1e-12
    ratio = ratio_of_proportions(*truth[0], *truth[1]).value
    assert not ratio < times.lowest.value - 1e-12
    assert not ratio > times.highest.value + 1e-9
    assert not ratio_of_rates(truth[0][0], 500, truth[1][0], 900).value < rates.lowest.value - 1e-12


@given(SHARE, SHARE)
def test_with_nothing_unknown_the_bounds_are_the_number_itself(first: tuple[int, int], other: tuple[int, int]) -> None:
    plain = difference_of_proportions(*first, *other)

    found = proportion_difference_bounds(*first, *other, unknown_count=0, unknown_total=0)

    assert found.lowest == found.highest == found.known == plain
    assert found.unknown_share == 0


def test_bounds_of_arrays_leave_out_what_is_missing_or_cannot_be() -> None:
    found = proportion_bounds([5, 5, None], 8, [1, 4, 1])

    assert list(np.isnan(found.lowest.value)) == list(np.isnan(found.highest.value)) == [False, True, True]
    with pytest.raises(ValueError, match="read-only"):
        found.unknown_share[0] = 0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: difference_of_proportions(11, 10, 3, 10), "count: found 11.0 of 10.0"),
        (lambda: difference_of_proportions(1, 10, 13, 10), "other_count: found 13.0 of 10.0"),
        (lambda: difference_of_proportions(1, 10, 3, 0), "other_total: found 0.0"),
        (lambda: difference_of_proportions(-1, 10, 3, 10), "count: found -1.0"),
        (lambda: difference_of_proportions(1, 10, 3, 10, method="wald"), "method: found 'wald'"),
        (lambda: difference_of_proportions(1, 10, 3, 10, confidence=95), "Did you mean 0.95?"),
        (lambda: difference_of_proportions([1, 2], [10, 10, 10], 3, 10), "do not fit together"),
        (lambda: ratio_of_proportions("1", 10, 3, 10), "count: found str"),
        (lambda: ratio_of_proportions(1, 10, 3, 10, method="newcombe"), "method: found 'newcombe'"),
        (lambda: ratio_of_rates(1, 0, 3, 10), "population: found 0.0"),
        (lambda: ratio_of_rates(1, 10, math.inf, 10), "other_count: found inf"),
        (lambda: ratio_of_rates(1, 10, 3, 10, method="score"), "method: found 'score'"),
        (lambda: difference_of_rates(1, 10, 3, 10, multiplier=0), "multiplier: found 0"),
        (lambda: difference_of_rates(1, 10, 3, -10), "other_population: found -10.0"),
        (lambda: proportion_bounds(5, 8, 4), "unknown: found 4.0 beside 5.0 of 8.0"),
        (lambda: proportion_bounds(5, 8, -1), "unknown: found -1.0"),
        (lambda: rate_ratio_bounds(5, 8, 5, 8, -1), "unknown: found -1.0"),
        (lambda: rate_ratio_bounds([5, 6], [8, 8, 8], 5, 8, 1), "do not fit together"),
        (
            lambda: proportion_ratio_bounds(5, 8, 5, 8, unknown_count=3, unknown_total=2),
            "unknown_count: found 3.0 of 2.0",
        ),
    ],
)
def test_what_a_comparison_cannot_take_is_refused_in_words(call: Any, says: str) -> None:
    with pytest.raises(BadNumber) as fault:
        call()

    assert says in str(fault.value)
