"""The thresholds, each once."""

from __future__ import annotations

import pytest

from nvap.disclosure.policy import (
    HIDDEN,
    gives_away,
    is_small,
    may_break_down_staff,
    may_show_percentage,
    shared_counts,
)


@pytest.mark.parametrize(
    ("denominator", "inside", "shared"), [(None, 0, 0), (19, 0, 0), (20, 1, 0), (49, 1, 0), (50, 1, 1)]
)
def test_a_percentage_needs_20_inside_and_50_outside(denominator: int | None, inside: int, shared: int) -> None:
    assert may_show_percentage(denominator) == bool(inside)
    assert may_show_percentage(denominator, "shared") == bool(shared)


@pytest.mark.parametrize(("count", "small"), [(None, False), (0, False), (1, True), (9, True), (10, False)])
def test_counts_of_one_to_nine_are_small_and_nought_is_not(count: int | None, small: bool) -> None:
    assert is_small(count) == small


def test_all_but_a_few_gives_the_few_away() -> None:
    assert gives_away(95, 100)
    assert not gives_away(90, 100)
    assert not gives_away(100, 100)


def test_a_total_is_hidden_with_any_part_of_it() -> None:
    # 51 - 10 - 15 - 25 would give the 1 away.
    assert shared_counts([1, 10, 15, 25], 51) == ((HIDDEN, 10, 15, 25), HIDDEN)
    assert shared_counts([0, 10, None], 10) == ((0, 10, None), 10)
    assert shared_counts([3], 3) == ((HIDDEN,), HIDDEN)


def test_no_breakdown_of_fewer_than_ten_staff() -> None:
    assert may_break_down_staff([10, 45])
    assert not may_break_down_staff([9, 45])
