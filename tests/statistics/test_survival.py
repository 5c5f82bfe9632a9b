"""Kaplan-Meier: a published trial, statsmodels, and what must hold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from nvap.statistics.interval import BadNumber
from nvap.statistics.survival import Survival, kaplan_meier

# Freireich and others (1963): weeks in remission on 6-MP, as in most textbooks; + is cut off.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
FOLLOWED = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60)


def curve(people: list[tuple[int, bool]], **settings: Any) -> Survival:
    times, happened = zip(*people, strict=True)
    return kaplan_meier(times, happened, **settings)


def test_freireichs_remissions_have_the_published_curve() -> None:
    found = kaplan_meier(WEEKS, RELAPSED)

    # Klein and Moeschberger (2003), table 4.1A: share and Greenwood's standard error at each relapse.
    assert list(found.time) == [6, 7, 10, 13, 16, 22, 23]
    assert list(found.at_risk) == [21, 17, 15, 12, 11, 7, 6]
    assert [round(share, 3) for share in found.share] == [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]
    assert [round(error, 3) for error in found.error] == [0.076, 0.087, 0.096, 0.107, 0.114, 0.128, 0.135]
    assert (found.median.value, found.total, found.happened, found.missing) == (23, 21, 9, 0)


def test_the_log_log_limits_of_freireichs_sixth_week_can_be_worked_by_hand() -> None:
    # S = 18/21, variance of ln S = 3/(21 x 18); exponents exp(∓1.96 x sqrt(that) / ln S).
    share, spread = 18 / 21, math.sqrt(3 / (21 * 18))
    stretch = math.exp(1.959963984540054 * spread / abs(math.log(share)))

    first = kaplan_meier(WEEKS, RELAPSED).share_at(6)

    assert first.value == pytest.approx(share)
    assert (first.lower, first.upper) == pytest.approx((share**stretch, share ** (1 / stretch)))


def test_the_placebo_group_relapses_by_week_8_in_the_middle_and_all_by_23() -> None:
    found = kaplan_meier(PLACEBO, [1] * 21)

    assert (found.median.value, found.share[-1], found.happened) == (8, pytest.approx(0, abs=1e-15), 21)
    assert math.isnan(found.upper[-1])
    # Without anyone cut off, the mean is the plain mean, and its error the plain one (with n for n - 1).
    assert found.restricted_mean.value == pytest.approx(np.mean(PLACEBO))
    assert found.restricted_mean_error == pytest.approx(np.std(PLACEBO) / math.sqrt(21))


@given(FOLLOWED)
def test_the_curve_agrees_with_statsmodels(people: list[tuple[int, bool]]) -> None:
    if not any(happened for _, happened in people):
        return
    times, happened = zip(*people, strict=True)
    theirs = SurvfuncRight(np.array(times), np.array(happened, dtype=int))

    ours = curve(people)

    assert list(ours.time) == list(theirs.surv_times)
    assert list(ours.at_risk) == list(theirs.n_risk)
    assert list(ours.share) == pytest.approx(list(theirs.surv_prob), abs=1e-12)
    left = ours.at_risk > ours.events
    assert list(ours.error[left]) == pytest.approx(list(np.asarray(theirs.surv_prob_se)[left]), rel=1e-9)


@given(FOLLOWED)
def test_the_medians_limits_agree_with_statsmodels(people: list[tuple[int, bool]]) -> None:
    ours = curve(people)
    on_the_half = np.abs(np.concatenate([ours.share, ours.lower, ours.upper]) - 0.5) < 1e-9
    # On one half exactly statsmodels waits for the next event; where nobody is left it has no limit either.
    if not ours.happened or on_the_half.any() or np.isnan(ours.upper).any():
        return
    times, happened = zip(*people, strict=True)
    theirs = SurvfuncRight(np.array(times), np.array(happened, dtype=int))

    lower, upper = theirs.quantile_ci(0.5, method="cloglog")

    assert ours.median.value == (theirs.quantile(0.5) if np.isfinite(theirs.quantile(0.5)) else math.inf)
    assert (ours.median.lower, ours.median.upper) == (lower, upper)


@given(FOLLOWED)
def test_the_mean_agrees_with_a_second_way_of_working_it_out(people: list[tuple[int, bool]]) -> None:
    horizon = max(time for time, _ in people)
    if not horizon:
        return

    found = curve(people)

    # Whole times: the area is a sum over days of the share still waiting.
    def share_after(time: float) -> float:
        share = 1.0
        for one in sorted({duration for duration, happened in people if happened and duration <= time}):
            risk = sum(duration >= one for duration, _ in people)
            share *= 1 - sum(happened and duration == one for duration, happened in people) / risk
        return share

    assert found.restricted_mean.value == pytest.approx(sum(share_after(day) for day in range(horizon)), abs=1e-9)
    variance = 0.0
    for one in {duration for duration, happened in people if happened}:
        risk = sum(duration >= one for duration, _ in people)
        had = sum(happened and duration == one for duration, happened in people)
        if risk > had:
            variance += sum(share_after(day) for day in range(one, horizon)) ** 2 * had / (risk * (risk - had))
    assert found.restricted_mean_error == pytest.approx(math.sqrt(variance), abs=1e-9)


@given(FOLLOWED)
def test_the_curve_falls_within_its_limits_and_wider_confidence_is_wider(people: list[tuple[int, bool]]) -> None:
    usual, wide = curve(people), curve(people, confidence=0.998)

    assert np.all(np.diff(usual.share) < 0)
    held = ~np.isnan(usual.lower)
    assert np.all(wide.lower[held] <= usual.lower[held])
    assert np.all(usual.lower[held] <= usual.share[held])
    assert np.all(usual.share[held] <= usual.upper[held])
    assert np.all(usual.upper[held] <= wide.upper[held])


@given(st.permutations([(6, True), (6, False), (7, True), (9, False), (10, True), (10, False)]))
def test_the_order_of_rows_is_nothing(people: list[tuple[int, bool]]) -> None:
    assert list(curve(people).share) == pytest.approx([5 / 6, 5 / 6 * 3 / 4, 5 / 8 * 1 / 2])


def test_half_at_exactly_one_half_is_the_median() -> None:
    assert kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1]).median.value == 2
    assert kaplan_meier([1, 2, 3, 4], [1, 0, 0, 0]).median.value == math.inf


def test_the_mean_can_be_restricted_to_a_shorter_time() -> None:
    found = kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1], horizon=2)

    assert found.restricted_mean.value == pytest.approx(1 + 0.75)
    assert found.horizon == 2


def test_beyond_the_longest_time_followed_nothing_is_known() -> None:
    found = kaplan_meier([1, 2, 3], [1, 0, 0])

    assert math.isnan(found.share_at(3.5).value)
    assert (found.share_at(0).value, found.share_at(3).value) == (1, pytest.approx(2 / 3))


def test_who_cannot_be_told_is_left_out_and_counted() -> None:
    found = kaplan_meier([1, None, 3, 4], [1, 1, None, 0])

    assert (found.total, found.happened, found.missing) == (2, 1, 2)


def test_nobody_followed_gives_no_number() -> None:
    found = kaplan_meier([], [])

    assert (len(found.time), found.total) == (0, 0)
    assert math.isnan(found.median.value)
    assert math.isnan(found.restricted_mean.value)


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (([-1], [1]), {}, "durations: found a time below 0 at index 0"),
        (([math.inf], [1]), {}, "durations: found an infinite number"),
        (([1, 2], [1]), {}, "durations and observed: found shapes (2,) and (1,)"),
        (([1, 2], [1, 2]), {}, "observed: found another number at index 1"),
        ((["1"], [1]), {}, "durations: found list"),
        (([1], [1]), {"horizon": 2}, "horizon: found 2, allowed are times above 0 up to 1"),
        (([], []), {"horizon": 2}, "horizon: found 2, nobody is followed"),
        (([1], [1]), {"horizon": 0}, "horizon: found 0"),
        (([1], [1]), {"confidence": 95}, "Did you mean 0.95?"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(arguments: Any, settings: dict[str, Any], says: str) -> None:
    with pytest.raises(BadNumber) as fault:
        kaplan_meier(*arguments, **settings)

    assert says in str(fault.value)


def test_a_time_before_the_start_is_refused() -> None:
    with pytest.raises(BadNumber, match="time: found -1"):
        kaplan_meier([1], [1]).share_at(-1)
