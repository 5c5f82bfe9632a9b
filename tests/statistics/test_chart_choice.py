"""Which chart when: each reason has a series that asks for it, and says so in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nvap.statistics import control_chart
from nvap.statistics.control_chart import choose
from nvap.statistics.interval import BadNumber

MONTHS = 24
SOME = [14, 9, 12, 17] * 6
RARE = [0, 0, 1, 0, 2, 0] * 4


@pytest.mark.parametrize(
    ("kind", "values", "denominator", "chart", "says"),
    [
        ("value", [20.1, 22.5, 19.8] * 8, None, "xmr", "single values"),
        ("count", SOME, None, "c", "counts from about the same opportunity"),
        ("count", [14_000, 9_100] * 12, None, "xmr", "half of the counts are 11,550 or more"),
        ("proportion", SOME, [40, 45] * 12, "p", "its limits follow how many it is a share of"),
        ("rate", SOME, [40, 45] * 12, "u", "its limits follow the size of what it is a rate of"),
        ("proportion", [840, 900] * 12, [1200, 1300] * 12, "p_prime", "Laney's P' chart, for big denominators"),
        ("rate", [1400, 900] * 12, [2.7] * 24, "u_prime", "Laney's U' chart"),
        ("count", [0, 1, 0, 2] * 6, None, "t", "the time between events: 12 of 24 periods have none"),
        ("rate", [0, 1, 0, 2] * 6, [9000] * 24, "t", "something so rare"),
        ("proportion", [0, 1, 0, 2] * 6, [90] * 24, "g", "the cases between events: 12 of 24 periods have none"),
        ("count", RARE, None, "line", "12 events in 24 periods"),
        ("count", SOME[:12], None, "line", "12 values in the longest period"),
        ("value", [5] * 24, None, "line", "every value is the same"),
        ("count", [0] * 24, None, "line", "every value is the same"),
        ("proportion", [10, 20] * 12, [30, 60] * 12, "line", "every value is the same"),
        ("value", [], None, "line", "0 values"),
        ("proportion", [None, 0], [4, 0], "line", "0 values"),
    ],
)
def test_the_chart_that_fits_is_named_with_its_reason(
    kind: str, values: list[Any], denominator: list[float] | None, chart: str, says: str
) -> None:
    choice = choose(kind, values, denominator)

    assert choice.chart == chart
    assert says in choice.why
    assert "{" not in choice.why


def test_a_break_splits_the_series_and_its_short_side_stays_a_plain_line() -> None:
    choice = choose("count", SOME, rebase=[18])

    assert (choice.chart, choice.short_periods) == ("c", (1,))
    assert choice.why.endswith("1 of 2 periods between breaks hold fewer than 13 values: a plain line there.")


def test_two_halves_that_are_both_short_are_a_plain_line() -> None:
    choice = choose("count", SOME, rebase=[12])

    assert (choice.chart, choice.reason, choice.short_periods) == ("line", "too_few", (0, 1))


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (("proportions", [1]), {}, "kind: found 'proportions'"),
        (("count", [-1]), {}, "values: found a number below 0"),
        (("count", [1], [1]), {}, "denominator: found some, a count has none"),
        (("rate", [1]), {}, "denominator: found none, a rate has one for each value"),
        (("rate", [1], [1, 2]), {}, "values and denominator: found 1 and 2 numbers"),
        (("rate", [1], [-1]), {}, "denominator: found a number below 0"),
        (("count", [1]), {"rebase": [1]}, "rebase: found index 1"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(arguments: tuple[Any, ...], settings: dict[str, Any], says: str) -> None:
    with pytest.raises(BadNumber) as fault:
        choose(*arguments, **settings)

    assert says in str(fault.value)


@given(
    st.sampled_from(["count", "proportion", "rate", "value"]),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), max_size=40),
)
def test_there_is_always_a_chart_and_it_can_be_drawn_up(kind: str, pairs: list[tuple[int, int]]) -> None:
    above, below = [low for low, _ in pairs], [low + more for low, more in pairs]

    choice = choose(kind, above, below if kind in ("proportion", "rate") else None)

    assert choice.chart == "line" or callable(getattr(control_chart, choice.chart))
    if choice.chart in ("p", "p_prime", "u", "u_prime"):
        getattr(control_chart, choice.chart)(above, below)
    elif choice.chart in ("xmr", "c"):
        getattr(control_chart, choice.chart)(above)
