"""Sustained-run medians: the reference groups, and that they stay advice."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

from nvap.statistics.control_chart import run, sustained_medians
from nvap.statistics.interval import BadNumber

FOLDERS = pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])


@FOLDERS
def test_baseline_and_sustained_medians_match_the_reference(folder: Path) -> None:
    groups = defaultdict(list)
    for row in reference.rows("runchart_rebase_input.csv", folder):
        groups[row["grp"]].append(row)
    expected = defaultdict(list)
    for row in reference.rows("runchart_rebase_expected.csv", folder):
        expected[row["med_rows"], row["runlength"], row["direction"], row["grp"]].append(row)
    assert len(expected) >= 9

    for (baseline, length, side, group), theirs in expected.items():
        rows = sorted(groups[group], key=lambda row: row["date"])
        values = [float(row["y"]) if row["y"] else None for row in rows]

        found = sustained_medians(values, baseline=int(baseline), run_length=int(length), side=side)

        assert [
            (rows[one.first]["date"], rows[one.last]["date"], "baseline" if one.baseline else "sustained")
            for one in found
        ] == [(row["exp_start_date"], row["exp_end_date"], row["exp_run_type"]) for row in theirs]
        assert [one.median for one in found] == pytest.approx([float(row["exp_median"]) for row in theirs], rel=1e-9)


def test_a_value_on_the_median_neither_counts_nor_breaks() -> None:
    found = sustained_medians([4, 5, 6, 8, 9, 5, None, 8], baseline=3, run_length=3)

    assert [(one.median, one.first, one.last, one.baseline) for one in found] == [(5, 0, 2, True), (8, 3, 7, False)]


def test_a_run_below_is_no_news_where_only_runs_above_count() -> None:
    values = [4, 5, 6, 1, 1, 1, 1]

    assert len(sustained_medians(values, baseline=3, run_length=4, side="above")) == 1
    assert len(sustained_medians(values, baseline=3, run_length=4, side="below")) == 2


def test_too_few_values_suggest_nothing() -> None:
    assert sustained_medians([1, 2, None], baseline=3, run_length=6) == ()


def test_a_chart_never_rebases_itself() -> None:
    values = [4, 5, 6] * 4 + [20, 21, 22] * 4

    assert len(sustained_medians(values, baseline=12, run_length=9)) == 2
    assert len(set(run(values, baseline=12).points.centre)) == 1


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"baseline": 1}, "baseline: found 1"),
        ({"run_length": 2.5}, "run_length: found 2.5"),
        ({"side": "up"}, "side: found 'up'"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(BadNumber) as fault:
        sustained_medians([1, 2, 3], **{"baseline": 2, "run_length": 6, **settings})

    assert says in str(fault.value)


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(2, 12), st.integers(2, 9))
def test_later_medians_follow_each_other_and_lie_beside_the_one_before(
    values: list[int], baseline: int, length: int
) -> None:
    found = sustained_medians(values, baseline=baseline, run_length=length)

    for before, after in pairwise(found):
        assert before.last < after.first <= after.last
        assert after.median != before.median
