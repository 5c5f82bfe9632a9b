"""The thresholds, each once."""

from __future__ import annotations

import pytest

from nvap.disclosure.policy import (
    gives_away,
    is_small,
    may_show_percentage,
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
