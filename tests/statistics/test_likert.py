"""Surveys: the reference set, cases worked by hand, and what must hold."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

from nvap.statistics.interval import BadNumber
from nvap.statistics.likert import stratified_mean, stratified_proportion, summary
from nvap.statistics.mean import mean
from nvap.statistics.proportion import wilson_interval

FOLDERS = pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
ANSWERS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5)), min_size=6, max_size=60).filter(
    lambda rows: all(sum(1 for name, _ in rows if name == label) != 1 for label in "abc")
)


@FOLDERS
def test_summaries_match_the_reference(folder: Path) -> None:
    answers: dict[str, list[dict[str, str]]] = {}
    for row in reference.rows("likert_input.csv", folder):
        answers.setdefault(row["case_id"], []).append(row)

    for row in reference.rows("likert_expected.csv", folder):
        asked = answers[row["case_id"]]
        found = summary(
            [float(answer["score"] or math.nan) for answer in asked],
            lowest=int(asked[0]["scale_min"]),
            highest=int(asked[0]["scale_max"]),
        )

        ours = {
            "n_asked": found.asked,
            "exp_n_valid": found.answered,
            "exp_n_missing": found.missing,
            "exp_mean": found.mean.value,
            "exp_sd": found.mean.deviation,
            "exp_mean_ci_low": found.mean.lower,
            "exp_mean_ci_high": found.mean.upper,
            "exp_median": found.median,
            "exp_q1_type7": found.lower_quartile,
            "exp_q3_type7": found.upper_quartile,
            "exp_top2_n": found.top_count,
            "exp_top2": found.top.value,
            "exp_top2_wilson_low": found.top.lower,
            "exp_top2_wilson_high": found.top.upper,
            "exp_bottom2_n": found.bottom_count,
            "exp_bottom2": found.bottom.value,
            "exp_bottom2_wilson_low": found.bottom.lower,
            "exp_bottom2_wilson_high": found.bottom.upper,
        }
        for name, number in ours.items():
            assert number == pytest.approx(float(row[name] or math.nan), abs=1e-9, nan_ok=True), (row, name)
        assert sum(found.counts) == found.answered


@FOLDERS
def test_stratified_estimates_match_the_reference(folder: Path) -> None:
    answers: dict[str, list[dict[str, str]]] = {}
    for row in reference.rows("survey_stratified_input.csv", folder):
        answers.setdefault(row["case_id"], []).append(row)

    for row in reference.rows("survey_stratified_expected.csv", folder):
        rows = answers[row["case_id"]]
        strata, people = [each["stratum"] for each in rows], {each["stratum"]: float(each["N"]) for each in rows}
        scores, favourable = [float(each["score"]) for each in rows], [float(each["fav"]) for each in rows]

        score, plain = (stratified_mean(scores, strata, people, finite=finite) for finite in (True, False))
        share, wide = (stratified_proportion(favourable, strata, people, finite=finite) for finite in (True, False))

        found = (score.value, score.error, plain.error, share.value, share.error, wide.error)
        names = ("mean", "mean_se_fpc", "mean_se_nofpc", "fav", "fav_se_fpc", "fav_se_nofpc")
        assert found == pytest.approx([float(row[f"exp_{name}"]) for name in names], rel=1e-9)
        assert (score.degrees, sum(score.answered), len(score.strata)) == tuple(
            int(row[name]) for name in ("exp_df", "n", "strata")
        )


def test_a_question_that_nobody_answered_is_blank() -> None:
    found = summary([None, math.nan], lowest=1, highest=5)

    assert (found.asked, found.answered, found.missing, found.counts) == (2, 0, 2, (0, 0, 0, 0, 0))
    for number in (found.mean.value, found.median, found.lower_quartile, found.top.value, found.bottom.upper):
        assert math.isnan(number)


def test_points_that_nobody_chose_are_still_points_of_the_scale() -> None:
    found = summary([3, 3, 4], lowest=1, highest=5)

    assert found.counts == (0, 0, 2, 1, 0)
    assert (found.top_count, found.bottom_count) == (1, 0)


@given(st.lists(st.integers(1, 5), max_size=60))
def test_a_turned_scale_swaps_top_and_bottom(scores: list[int]) -> None:
    here, there = summary(scores, lowest=1, highest=5), summary([6 - score for score in scores], lowest=1, highest=5)

    assert (here.top_count, here.bottom_count) == (there.bottom_count, there.top_count)
    assert here.counts == there.counts[::-1]
    assert here.mean.value == pytest.approx(6 - there.mean.value, nan_ok=True)


def test_a_stratified_share_can_be_worked_by_hand() -> None:
    # 900 officers, 3 of 4 trained; 100 staff, 1 of 4: share 0.9 x 0.75 + 0.1 x 0.25.
    people = {"officers": 900, "staff": 100}
    strata = ["officers"] * 4 + ["staff"] * 4

    found = stratified_proportion([1, 1, 1, 0, 1, 0, 0, 0], strata, people)

    assert found.value == pytest.approx(0.7)
    # s² = 0.25 in both; Σ W²(1 - n/N)s²/n.
    assert found.error**2 == pytest.approx((0.81 * (1 - 4 / 900) + 0.01 * (1 - 4 / 100)) * 0.25 / 4)
    assert (found.strata, found.answered, found.degrees) == (("officers", "staff"), (4, 4), 6)
    assert found.method == "stratified, Wilson with the effective sample size"


def test_the_limits_by_students_t_are_an_option_and_say_so() -> None:
    strata, people = ["a"] * 10, {"a": 1000}

    found = stratified_proportion([1] + [0] * 9, strata, people, limits="t")

    assert found.lower < 0
    assert found.method == "stratified, Student's t"
    assert stratified_proportion([1] + [0] * 9, strata, people).lower > 0


def test_where_everybody_answered_nothing_is_left_to_chance() -> None:
    found = stratified_proportion([1, 0, 1], ["a", "a", "b"], {"a": 2, "b": 1})

    assert (found.value, found.lower, found.upper, found.error) == (pytest.approx(2 / 3),) * 3 + (0.0,)


def test_no_case_among_twenty_of_a_thousand_has_the_limits_of_no_case_among_twenty() -> None:
    found, plain = stratified_proportion([0] * 20, ["a"] * 20, {"a": 1000}), wilson_interval(0, 20)

    assert (found.value, found.lower, found.upper) == pytest.approx((0, plain.lower, plain.upper))


def test_a_stratum_of_one_answer_is_refused_or_takes_the_others_spread_and_is_named() -> None:
    values, strata, people = [1, 3, 5, 4], ["a", "a", "a", "b"], {"a": 300, "b": 100}

    with pytest.raises(BadNumber, match="one answer in stratum 'b'"):
        stratified_mean(values, strata, people)
    found = stratified_mean(values, strata, people, alone="pooled", finite=False)

    assert found.pooled == ("b",)
    assert found.error**2 == pytest.approx(0.75**2 * 4 / 3 + 0.25**2 * 4)  # s² = 4 within a


def test_who_gave_no_answer_is_counted_and_left_out() -> None:
    found = stratified_mean([1, 3, None, 2, 2], ["a", "a", "a", "b", "b"], {"a": 10, "b": 10})

    assert (found.missing, found.answered, found.value) == (1, (2, 2), 2)


@given(ANSWERS, st.randoms())
def test_the_order_of_answers_is_nothing_and_limits_nest(rows: list[tuple[str, int]], order: Any) -> None:
    people = {name: 100.0 + 50 * ord(name) for name, _ in rows}

    def estimate(confidence: float) -> Any:
        strata, scores = zip(*rows, strict=True)
        return stratified_proportion([score > 3 for score in scores], strata, people, confidence=confidence)

    usual, wide = estimate(0.95), estimate(0.998)
    order.shuffle(rows)
    again = estimate(0.95)

    assert (usual.value, usual.lower, usual.upper) == pytest.approx((again.value, again.lower, again.upper))
    assert 0 <= wide.lower <= usual.lower <= usual.upper <= wide.upper <= 1
    assert usual.lower - 1e-9 <= usual.value <= usual.upper + 1e-9


@given(st.lists(st.integers(1, 7), min_size=2, max_size=50))
def test_one_stratum_without_the_correction_is_the_plain_mean(scores: list[int]) -> None:
    plain = mean(scores)

    found = stratified_mean(scores, ["all"] * len(scores), {"all": 10_000}, finite=False)

    assert (found.value, found.lower, found.upper) == pytest.approx((plain.value, plain.lower, plain.upper))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: summary([6], lowest=1, highest=5), "scores: found a score off the scale at index 0"),
        (lambda: summary([2.5], lowest=1, highest=5), "scores: found a score off the scale at index 0"),
        (lambda: summary([1], lowest=1, highest=1), "highest: found 1"),
        (lambda: summary([1], lowest=1, highest=10**9), "highest: found 1000000000 points"),
        (lambda: summary([1], lowest=1, highest=3), "box: found 2, allowed are 1 to 1"),
        (lambda: summary([1], lowest=1.5, highest=3), "lowest, highest, box: found 1.5"),
        (lambda: summary([1], lowest=1, highest=5, confidence=95), "Did you mean 0.95?"),
        (lambda: stratified_mean([1, 2], ["a"], {"a": 5}), "stratum: found 1 strata for 2 answers"),
        (lambda: stratified_mean([1, 2], ["a", "b"], {"a": 5}), "no number of people for stratum 'b'"),
        (lambda: stratified_mean([1, 2], ["a", "a"], {"a": 5, "b": 5}), "no answer in stratum 'b'"),
        (lambda: stratified_mean([1, 2], ["a", "a"], {"a": 1}), "found 1 people in stratum 'a', and 2 answers"),
        (lambda: stratified_mean([1, 2], ["a", "a"], {"a": 0}), "found 0 people in stratum 'a'"),
        (lambda: stratified_mean([1, 2], ["a", "a"], {}), "population: found no strata"),
        (lambda: stratified_mean([1, 2], ["a", "a"], {"a": 5}, alone="drop"), "alone: found 'drop'"),
        (lambda: stratified_mean([1], ["a"], {"a": 5}, alone="pooled"), "one answer in stratum 'a'"),
        (lambda: stratified_mean([1, 2], ["a", "a"], {"a": 5}, confidence=0.5), "confidence: found 0.5"),
        (lambda: stratified_proportion([2, 1], ["a", "a"], {"a": 5}), "outcomes: found another number at index 0"),
        (lambda: stratified_proportion([0, 1], ["a", "a"], {"a": 5}, limits="f"), "limits: found 'f'"),
    ],
)
def test_what_a_survey_cannot_take_is_refused_in_words(call: Any, says: str) -> None:
    with pytest.raises(BadNumber) as fault:
        call()

    assert says in str(fault.value)


def test_a_survey_of_yes_and_no_takes_true_and_false() -> None:
    assert stratified_proportion(np.array([True, False]), ["a", "a"], {"a": 9}).value == 0.5
