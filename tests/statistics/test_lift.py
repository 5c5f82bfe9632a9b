"""Lift: how much more often two things are found together than chance has it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nvap.statistics.interval import BadNumber
from nvap.statistics.lift import lift


def test_two_things_that_have_nothing_to_do_with_another_have_a_lift_of_one() -> None:
    found = lift(10, 100, 100, 1000)

    assert found.value == 1
    assert found.lower < 1 < found.upper


def test_a_lift_and_its_limits_worked_by_hand() -> None:
    # 30 of 200 that hold the first hold the second too; 50 of 1,000 do: 0.15 / 0.05 = 3.
    # Its logarithm varies by 1/30 - 1/200 - 1/50 + 5/1000 = 0.013333; the root is 0.115470, and e^(1.96 × 0.11547)
    # is 1.2540.
    found = lift(30, 200, 50, 1000)

    assert found.value == 3
    assert found.lower == pytest.approx(3 / 1.25397, rel=1e-4)
    assert found.upper == pytest.approx(3 * 1.25397, rel=1e-4)


def test_limits_hold_the_true_lift_about_nineteen_times_in_twenty() -> None:
    shares, total = np.array([0.04, 0.06, 0.11, 0.79]), 2000
    true = shares[0] / ((shares[0] + shares[1]) * (shares[0] + shares[2]))
    held = 0
    for both, first, second, _ in np.random.default_rng(1).multinomial(total, shares, size=2000):
        found = lift(both, both + first, both + second, total)
        held += found.lower <= true <= found.upper

    assert 0.935 <= held / 2000 <= 0.965


def test_none_together_is_nought_without_limits() -> None:
    found = lift(0, 10, 10, 100)

    assert found.value == 0
    assert math.isnan(found.lower)
    assert found.method == ""


@pytest.mark.parametrize(
    "numbers", [(5, 4, 10, 100), (1, 0, 10, 100), (1, 80, 80, 100), (-1, 3, 3, 10), (math.nan, 1, 1, 1)]
)
def test_counts_that_cannot_be_are_refused(numbers: tuple[float, float, float, float]) -> None:
    with pytest.raises(BadNumber, match="lift: found"):
        lift(*numbers)
