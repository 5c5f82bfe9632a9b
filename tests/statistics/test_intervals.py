"""Wilson and Byar's intervals: published values, the reference set, and what must hold."""

from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from nvap.errors import NvapError
from nvap.statistics.interval import BadNumber, quantile
from nvap.statistics.proportion import wilson_interval
from nvap.statistics.rate import byars_count_limits, byars_interval


def test_an_interval_for_no_cases_out_of_ten_starts_at_zero() -> None:
    interval = wilson_interval(0, 10)

    assert (interval.value, interval.lower, interval.method) == (0.0, 0.0, "Wilson")
    assert interval.upper == pytest.approx(0.2775328, abs=1e-7)  # z²/(n + z²) = 3.8414588/13.8414588


@pytest.mark.parametrize(
    ("count", "total", "lower", "upper"),
    # Newcombe (1998), Statistics in Medicine 17:857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombes_published_limits(count: int, total: int, lower: float, upper: float) -> None:
    interval = wilson_interval(count, total)

    assert (round(interval.lower, 4), round(interval.upper, 4)) == (lower, upper)


def test_toronto_in_january_2014_is_0_6147_per_1000() -> None:
    interval = byars_interval(1679, 2_731_571)

    assert round(interval.value, 4) == 0.6147
    assert interval.method == "Byars"


@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    # Exact 95% Poisson limits as printed in Ulm (1990) and most tables.
    [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (9, 4.1154, 17.0848)],
)
def test_small_counts_have_exact_poisson_limits(count: int, lower: float, upper: float) -> None:
    interval = byars_interval(count, 1, multiplier=1)

    assert interval.method == "Exact"
    assert (round(interval.lower, 4), round(interval.upper, 4)) == (lower, upper)


def test_the_method_changes_at_ten_and_not_before() -> None:
    methods = [byars_interval(count, 100).method for count in (9, 9.9999, 10, 10.5)]

    assert methods == ["Exact", "Exact", "Byars", "Byars"]


@pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
def test_proportions_match_the_reference(folder: Path) -> None:
    for row in reference.rows("wilson_proportions.csv", folder):
        multiplier = float(row["multiplier"])

        interval = wilson_interval(float(row["x"]), float(row["n"]), float(row["confidence"]))

        expected = [float(row[name]) / multiplier for name in ("value", "lowercl", "uppercl")]
        assert [interval.value, interval.lower, interval.upper] == pytest.approx(expected, rel=0, abs=1e-9), row


@pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
def test_rates_match_the_reference(folder: Path) -> None:
    for row in reference.rows("byars_rates.csv", folder):
        interval = byars_interval(
            float(row["x"]), float(row["n"]), float(row["multiplier"]), confidence=float(row["confidence"])
        )

        expected = [float(row[name]) for name in ("value", "lowercl", "uppercl")]
        assert [interval.value, interval.lower, interval.upper] == pytest.approx(expected, rel=1e-9, abs=0), row
        assert interval.method == row["method"]


@pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
def test_areas_are_summed_before_their_rate_is_taken(folder: Path) -> None:
    sums: dict[str, list[float]] = {}
    for row in reference.rows("byars_rates_grouped_input.csv", folder):
        area = sums.setdefault(row["area"], [0.0, 0.0])
        area[0] += float(row["x"])
        area[1] += float(row["n"])
    expected = reference.rows("byars_rates_grouped_expected.csv", folder)

    intervals = byars_interval(
        np.array([sums[row["area"]][0] for row in expected]), np.array([sums[row["area"]][1] for row in expected])
    )

    for place, name in ((intervals.value, "value"), (intervals.lower, "lowercl"), (intervals.upper, "uppercl")):
        assert list(place) == pytest.approx([float(row[name]) for row in expected], rel=1e-9)
    assert list(intervals.method) == [row["method"] for row in expected]


@pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
def test_byars_limits_of_a_count_match_the_reference_and_are_blank_where_it_has_none(folder: Path) -> None:
    for row in reference.rows("byars_count_limits.csv", folder):
        z = quantile(float(row["confidence"]))

        lower, upper = byars_count_limits(np.array([float(row["x"])]), z)

        expected = [float(row[name] or math.nan) for name in ("byars_lower", "byars_upper")]
        assert [lower[0], upper[0]] == pytest.approx(expected, rel=1e-9, nan_ok=True), row


def test_byars_lower_limit_of_no_event_is_blank() -> None:
    lower, upper = byars_count_limits(np.array([0.0, 12.0, math.nan]), 1.96)

    assert list(np.isnan(lower)) == [True, False, True]
    assert list(np.isnan(upper)) == [False, False, True]


@pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
def test_what_the_peers_refuse_is_refused_here_by_the_arguments_name(folder: Path) -> None:
    path = folder / "validation_errors.json"
    if not path.exists():
        pytest.skip("the large reference set is not beside this checkout")
    interval = {"rate": (byars_interval, "population"), "proportion": (wilson_interval, "total")}
    named = {"numerators": "count", "denominators": None, "confidence": "confidence"}
    for case in json.loads(path.read_text()):
        if case["method"] not in interval:
            continue
        function, denominator = interval[case["method"]]
        inputs = case["inputs"]
        settings = {"confidence": inputs["confidence"]} if "confidence" in inputs else {}

        with pytest.raises(BadNumber) as fault:
            function(inputs["x"], inputs["n"], **settings)

        assert str(fault.value).startswith(named[case["peer_response"].split()[0]] or denominator), case["id"]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: wilson_interval(11, 10), "count: found 11.0 of a total of 10.0"),
        (lambda: wilson_interval(-1, 10), "count: found -1.0"),
        (lambda: wilson_interval(0, 0), "total: found 0.0"),
        (lambda: wilson_interval(1, math.inf), "total: found inf"),
        (lambda: wilson_interval("1", 10), "count: found str"),
        (lambda: wilson_interval(1, 10, confidence=95), "Did you mean 0.95?"),
        (lambda: wilson_interval(1, 10, confidence=0.85), "confidence: found 0.85"),
        (lambda: wilson_interval(1, 10, confidence=math.nan), "confidence: found nan"),
        (lambda: wilson_interval([1, 2, 3], [10, 10]), "do not fit together"),
        (lambda: byars_interval(-1, 100), "count: found -1.0"),
        (lambda: byars_interval(1, 0), "population: found 0.0"),
        (lambda: byars_interval(math.inf, 100), "count: found inf"),
        (lambda: byars_interval(1, 100, multiplier=0), "multiplier: found 0"),
        (lambda: byars_interval(1, 100, confidence="high"), "confidence: found 'high'"),
    ],
)
def test_a_bad_scalar_is_refused_in_words(call: object, says: str) -> None:
    with pytest.raises(BadNumber) as fault:
        call()

    assert says in str(fault.value)
    assert isinstance(fault.value, ValueError)
    assert isinstance(fault.value, NvapError)


@pytest.mark.parametrize("missing", [math.nan, None, np.nan])
def test_a_missing_number_gives_nan_and_never_zero(missing: float | None) -> None:
    for interval in (wilson_interval(missing, 10), wilson_interval(3, missing), byars_interval(missing, 10)):
        assert math.isnan(interval.value)
        assert math.isnan(interval.lower)
        assert math.isnan(interval.upper)
        assert interval.method == ""


def test_one_bad_row_of_an_array_does_not_lose_the_others() -> None:
    proportions = wilson_interval(np.array([5, 11, 5, np.nan]), np.array([10, 10, 0, 10]))
    rates = byars_interval([12, -1, 3], [1000, 1000, 0])

    assert list(np.isnan(proportions.lower)) == [False, True, True, True]
    assert list(proportions.method) == ["Wilson", "", "", ""]
    assert list(np.isnan(rates.upper)) == [False, True, True]
    assert list(rates.method) == ["Byars", "", ""]


def test_arrays_give_what_scalars_give_in_the_same_shape() -> None:
    counts = np.array([[0, 3, 9], [10, 250, 12]])

    rates = byars_interval(counts, 5000)

    assert rates.value.shape == rates.method.shape == (2, 3)
    for place, count in np.ndenumerate(counts):
        alone = byars_interval(int(count), 5000)
        assert (rates.lower[place], rates.upper[place], rates.method[place]) == (alone.lower, alone.upper, alone.method)


def test_an_empty_array_gives_empty_arrays() -> None:
    assert wilson_interval([], []).value.shape == (0,)
    assert byars_interval([], []).method.shape == (0,)


def test_an_interval_cannot_be_changed() -> None:
    alone, many = wilson_interval(1, 2), wilson_interval([1], [2])

    with pytest.raises(FrozenInstanceError):
        alone.value = 1.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        many.value[0] = 1.0


def test_certainty_has_the_widest_limits() -> None:
    assert (wilson_interval(3, 10, confidence=1).lower, wilson_interval(3, 10, confidence=1).upper) == (0, 1)
    assert (byars_interval(30, 10, confidence=1).lower, byars_interval(3, 10, confidence=1).upper) == (0, math.inf)


@given(st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_mirrored_and_stays_within_nought_and_one(pair: tuple[int, int]) -> None:
    count, total = pair

    here, there = wilson_interval(count, total), wilson_interval(total - count, total)

    assert 0 <= here.lower <= here.value <= here.upper <= 1
    assert here.lower == pytest.approx(1 - there.upper, abs=1e-12)


@given(st.integers(0, 400), st.integers(400, 10**6))
def test_wilson_agrees_with_statsmodels(count: int, total: int) -> None:
    lower, upper = proportion_confint(count, total, method="wilson")

    interval = wilson_interval(count, total)

    assert (interval.lower, interval.upper) == pytest.approx((lower, upper), abs=1e-12)


@given(st.floats(0, 1e6), st.floats(1, 1e7))
def test_limits_of_a_higher_confidence_hold_those_of_a_lower(count: float, population: float) -> None:
    usual, wide = byars_interval(count, population), byars_interval(count, population, confidence=0.998)

    assert wide.lower <= usual.lower <= usual.value <= usual.upper <= wide.upper
