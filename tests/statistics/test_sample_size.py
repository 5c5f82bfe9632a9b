"""Sample sizes of audits: the reference set, statsmodels, and what must hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import samplesize_confint_proportion

from nvap.statistics.interval import BadNumber
from nvap.statistics.sample_size import proportion

MARGINS, SHARES = st.floats(0.005, 0.3), st.floats(0.01, 0.99)


@pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
def test_sample_sizes_match_the_reference(folder: Path) -> None:
    for row in reference.rows("sample_size.csv", folder):
        found = proportion(
            float(row["margin"]),
            population=int(row["population_N"]),
            expected=float(row["expected_p"]),
            confidence=float(row["confidence"]),
        )

        assert (found.size, found.unlimited) == (int(row["exp_n_fpc_ceil"]), int(row["exp_n_infinite_ceil"])), row
        numbers = (found.unrounded_unlimited, found.unrounded, found.correction, found.achieved)
        names = ("exp_n0", "exp_n_fpc_unrounded", "exp_fpc", "exp_achieved_margin_at_p")
        assert numbers == pytest.approx([float(row[name]) for name in names], rel=1e-9), row


def test_five_points_either_way_at_95_percent_take_385_records_of_a_population_without_end() -> None:
    found = proportion(0.05)

    assert (found.size, found.unlimited, found.population, found.correction) == (385, 385, None, 1)
    assert found.achieved <= 0.05


def test_ten_records_are_all_looked_at() -> None:
    found = proportion(0.001, population=10)

    assert (found.size, found.achieved, found.correction) == (10, 0, 0)


def test_one_record_is_looked_at() -> None:
    assert (proportion(0.3, population=1).size, proportion(0.3, population=1).achieved) == (1, 0)


@given(MARGINS, SHARES)
def test_without_end_it_agrees_with_statsmodels(margin: float, share: float) -> None:
    theirs = samplesize_confint_proportion(share, margin, alpha=0.05)

    assert proportion(margin, expected=share).unrounded == pytest.approx(theirs, rel=1e-9)


@given(MARGINS, SHARES, st.integers(1, 10**7))
def test_the_size_keeps_the_margin_and_one_fewer_would_not(margin: float, share: float, population: int) -> None:
    found = proportion(margin, population=population, expected=share)

    assert 1 <= found.size <= min(population, found.unlimited)
    assert found.achieved <= margin * (1 + 1e-6)
    assert found.size == 1 or found.size - 1 < found.unrounded


@given(MARGINS, st.integers(1, 10**6), st.integers(0, 10**6))
def test_more_records_or_more_confidence_never_need_fewer(margin: float, population: int, more: int) -> None:
    usual = proportion(margin, population=population).size

    assert proportion(margin, population=population + more).size >= usual
    assert proportion(margin, population=population, confidence=0.99).size >= usual


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: proportion(0), "margin: found 0"),
        (lambda: proportion(1e-200), "margin: found 1e-200"),
        (lambda: proportion(5), "Did you mean 0.05?"),
        (lambda: proportion(0.05, expected=0), "expected: found 0"),
        (lambda: proportion(0.05, expected=1), "expected: found 1"),
        (lambda: proportion(0.05, population=0), "population: found 0"),
        (lambda: proportion(0.05, population=10.5), "population: found 10.5"),
        (lambda: proportion(0.05, confidence=1), "no sample is sure"),
        (lambda: proportion(0.05, confidence=95), "Did you mean 0.95?"),
    ],
)
def test_what_a_sample_size_cannot_take_is_refused_in_words(call: Any, says: str) -> None:
    with pytest.raises(BadNumber) as fault:
        call()

    assert says in str(fault.value)
