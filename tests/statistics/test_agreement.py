"""Agreement of raters: the reference set, statsmodels, published examples, and what must hold."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa as their_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as their_fleiss

from nvap.statistics.agreement import (
    brennan_prediger,
    cohens_kappa,
    congers_kappa,
    fleiss_kappa,
    gwets_ac,
    krippendorffs_alpha,
    raw_agreement,
)
from nvap.statistics.interval import BadNumber
from nvap.statistics.proportion import wilson_interval

FOLDERS = pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
ALL = (raw_agreement, cohens_kappa, congers_kappa, fleiss_kappa, brennan_prediger, gwets_ac, krippendorffs_alpha)
COEFFICIENTS = {
    "gwet.ac1": gwets_ac,
    "fleiss.kappa": fleiss_kappa,
    "bp.coeff": brennan_prediger,
    "conger.kappa": congers_kappa,
}
LEVELS = {"unweighted": "nominal", "quadratic": "interval", "ordinal": "gwets ordinal"}
GRADES = (1, 2, 3, 4)
PAIRS = st.lists(st.tuples(st.sampled_from(GRADES), st.sampled_from(GRADES)), min_size=3, max_size=40).filter(
    lambda rows: len({rating for row in rows for rating in row}) > 1
)
GAPPY = st.lists(st.tuples(*[st.sampled_from([None, *GRADES])] * 3), min_size=4, max_size=30).filter(
    lambda rows: len({r for row in rows for r in row if r and sum(each is not None for each in row) > 1}) > 1
)


def tables(folder: Path) -> dict[str, tuple[list[list[float]], list[int]]]:
    """Each case's ratings, a row an item, and its categories."""
    found: dict[str, dict[int, dict[int, float]]] = {}
    for row in reference.rows("agreement_ratings.csv", folder):
        found.setdefault(row["case_id"], {}).setdefault(int(row["item"]), {})[int(row["rater"])] = float(
            row["rating"] or math.nan
        )
    return {
        case: (
            [[ratings[rater] for rater in sorted(ratings)] for ratings in items.values()],
            sorted({int(each) for ratings in items.values() for each in ratings.values() if not math.isnan(each)}),
        )
        for case, items in found.items()
    }


@FOLDERS
def test_coefficients_of_several_raters_match_the_reference(folder: Path) -> None:
    cases = tables(folder)
    for row in reference.rows("agreement_expected.csv", folder):
        ratings, categories = cases[row["case_id"]]
        settings: dict[str, Any] = {"population": int(row["population_N"])} if row["population_N"] else {}
        if row["statistic"] == "krippen.alpha":
            level = LEVELS.get(row["weights"], row["weights"])
            found = krippendorffs_alpha(ratings, categories=categories, level=level, **settings)
        else:
            weights = "identity" if row["weights"] == "unweighted" else row["weights"]
            found = COEFFICIENTS[row["statistic"]](ratings, categories=categories, weights=weights, **settings)

        ours = [found.value, found.observed, found.chance, found.error]
        names = ("exp_coefficient", "exp_pa", "exp_pe", "exp_se")
        assert ours == pytest.approx([float(row[name]) for name in names], abs=1e-9), row
        expected = [float(row[name]) for name in ("exp_ci_low", "exp_ci_high")]
        assert [found.lower, found.upper] == pytest.approx(expected, abs=1e-7), row


@FOLDERS
def test_kappa_and_ac_of_two_raters_tables_match_the_reference(folder: Path) -> None:
    tables: dict[str, list[tuple[int, int]]] = {}
    for row in reference.rows("kappa_tables.csv", folder):
        pair = (int(row["rater_a"]), int(row["rater_b"]))
        tables.setdefault(row["case_id"], []).extend([pair] * int(row["count"]))

    for row in reference.rows("kappa_expected.csv", folder):
        ratings, categories = tables[row["case_id"]], range(1, int(row["categories"]) + 1)
        kappa = cohens_kappa(ratings, categories=categories, weights=row["weights"])
        ac = gwets_ac(ratings, categories=categories, weights=row["weights"], divisor="n")
        raw = raw_agreement(ratings, categories=categories, weights=row["weights"])

        ours = [kappa.observed, raw.value, kappa.value, kappa.error, ac.value, ac.error]
        names = ("exp_pa", "exp_pa", "exp_kappa", "exp_kappa_se", "exp_ac", "exp_ac_se")
        assert ours == pytest.approx([float(row[name]) for name in names], abs=1e-9), row
        expected = [float(row[name]) for name in ("exp_kappa_ci_low_t", "exp_kappa_ci_high_t")]
        assert [kappa.lower, kappa.upper] == pytest.approx(expected, abs=1e-7), row


@FOLDERS
def test_alpha_matches_the_reference_at_every_level(folder: Path) -> None:
    cases = tables(folder)
    for row in reference.rows("krippendorff_alpha.csv", folder):
        ratings, categories = cases[row["case_id"]]

        found = krippendorffs_alpha(ratings, categories=categories, level=row["level"])

        for name in ("exp_alpha_krippendorff_py_0_9_0", "exp_alpha_irrCAC_R_1_4"):
            if row[name]:
                assert found.value == pytest.approx(float(row[name]), abs=1e-9), row


def test_krippendorffs_own_example_has_his_published_alphas() -> None:
    # Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: 0.743, 0.815, 0.849 and 0.797.
    gap = None
    raters = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, gap, gap, gap],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, gap, 3],
        [gap, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, gap],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, gap],
    ]
    ratings = list(zip(*raters, strict=True))

    found = [
        round(krippendorffs_alpha(ratings, categories=range(1, 6), level=level).value, 3)
        for level in ("nominal", "ordinal", "interval", "ratio")
    ]

    assert found == [0.743, 0.815, 0.849, 0.797]


def test_where_an_answer_is_rare_kappa_falls_to_nought_and_ac_does_not() -> None:
    ratings = [("yes", "yes")] * 118 + [("yes", "no")] * 2 + [("no", "yes")] * 5

    raw, kappa, ac = (each(ratings, categories=("yes", "no")) for each in (raw_agreement, cohens_kappa, gwets_ac))

    assert (raw.value, round(kappa.value, 2), round(ac.value, 2)) == (0.944, -0.02, 0.94)
    assert (raw.method, kappa.method, ac.method) == ("raw agreement", "Cohen's kappa", "Gwet's AC1")


def test_two_raters_raw_agreement_has_wilsons_limits() -> None:
    ratings, plain = [("a", "a")] * 9 + [("a", "b")], wilson_interval(9, 10)

    found = raw_agreement(ratings, categories=["a", "b"])

    assert (found.value, found.lower, found.upper, found.limits) == (0.9, plain.lower, plain.upper, "Wilson")


@pytest.mark.parametrize("coefficient", ALL[1:])
def test_where_only_one_category_was_used_all_agree_and_nothing_can_be_estimated(coefficient: Any) -> None:
    found = coefficient([("yes", "yes")] * 5, categories=("yes", "no"))

    assert math.isnan(found.value)
    assert math.isnan(found.lower)
    assert (found.observed, found.method) == (1, "")
    assert found.note == "not estimable: all ratings are of one category"


@pytest.mark.parametrize("coefficient", [each for each in ALL if each is not congers_kappa])
def test_without_an_item_rated_twice_nothing_can_be_estimated(coefficient: Any) -> None:
    found = coefficient([("yes", None), (None, "no"), (None, None)], categories=("yes", "no"))

    assert math.isnan(found.value)
    assert found.note == "not estimable: no item was rated twice"


@pytest.mark.parametrize("coefficient", ALL)
def test_an_audit_without_items_says_so(coefficient: Any) -> None:
    found = coefficient(np.empty((0, 2), dtype=object), categories=("yes", "no"))

    assert math.isnan(found.value)
    assert (found.items, found.note) == (0, "not estimable: no item was rated twice")


@pytest.mark.parametrize("coefficient", ALL[1:])
def test_raters_who_agree_on_every_item_have_one(coefficient: Any) -> None:
    found = coefficient([("yes", "yes")] * 5 + [("no", "no")] * 3, categories=("yes", "no"))

    assert (found.value, found.lower, found.upper) == pytest.approx((1, 1, 1))
    assert found.error == pytest.approx(0, abs=1e-9)


def test_raters_who_never_agree_have_kappa_of_minus_one_at_most() -> None:
    found = cohens_kappa([("a", "b")] * 5 + [("b", "a")] * 5, categories=("a", "b"))

    assert found.value == -1


def test_a_category_that_nobody_used_still_counts() -> None:
    ratings = [("a", "a")] * 6 + [("a", "b")] * 2 + [("b", "b")] * 2

    two, three = (brennan_prediger(ratings, categories=tuple(listed)) for listed in ("ab", "abc"))

    assert (two.chance, three.chance) == pytest.approx((1 / 2, 1 / 3))


def test_gaps_are_counted() -> None:
    found = gwets_ac([(1, 1, None), (2, None, 2), (None, None, None), (1, 2, 1)], categories=(1, 2))

    assert (found.items, found.raters, found.missing) == (3, 3, 5)


def test_a_sample_of_few_items_has_a_smaller_error_and_a_sample_of_all_has_none() -> None:
    ratings = [(1, 1), (2, 2), (1, 2), (2, 2), (1, 1)]

    plain, few, every = (gwets_ac(ratings, categories=(1, 2), population=many) for many in (None, 10, 5))

    assert few.error == pytest.approx(plain.error * math.sqrt(0.5))
    assert (every.error, every.lower) == (0, every.value)


def test_the_normal_limits_are_an_option_and_are_narrower() -> None:
    ratings = [(1, 1), (2, 2), (1, 2), (2, 2), (1, 2), (2, 1)]

    by_t, normal = (gwets_ac(ratings, categories=(1, 2), limits=limits) for limits in ("t", "normal"))

    assert (by_t.limits, normal.limits) == ("t", "normal")
    assert normal.lower == pytest.approx(normal.value - 1.959963984540054 * normal.error)
    assert by_t.lower < normal.lower


def test_ratings_in_an_array_are_what_they_are_in_lists() -> None:
    ratings = [[1, 1], [2, 2], [1, 2], [2, math.nan]]

    assert fleiss_kappa(np.array(ratings), categories=(1, 2)) == fleiss_kappa(ratings, categories=(1, 2))


@given(PAIRS)
def test_kappa_agrees_with_statsmodels(pairs: list[tuple[int, int]]) -> None:
    table = np.zeros((4, 4))
    for first, other in pairs:
        table[first - 1, other - 1] += 1

    for weights, theirs in (("identity", None), ("linear", "linear"), ("quadratic", "quadratic")):
        with np.errstate(all="ignore"):
            expected = their_kappa(table, wt=theirs)
        found = cohens_kappa(pairs, categories=GRADES, weights=weights, limits="normal")

        assert found.value == pytest.approx(expected.kappa, abs=1e-9)
        if theirs is None:
            # Theirs is the root of a rounding below 0 where there is no error.
            assert found.error == pytest.approx(np.nan_to_num(expected.std_kappa), abs=1e-7)


@given(PAIRS)
def test_fleiss_agrees_with_statsmodels_and_for_two_raters_alpha_lies_just_above(pairs: list[tuple[int, int]]) -> None:
    counts = [[row.count(grade) for grade in GRADES] for row in pairs]

    found, alpha = (each(pairs, categories=GRADES) for each in (fleiss_kappa, krippendorffs_alpha))

    assert found.value == pytest.approx(their_fleiss(np.array(counts)), abs=1e-9)
    assert alpha.value == pytest.approx(found.value + (1 - found.value) / (2 * len(pairs)), abs=1e-9)


@given(PAIRS, st.sampled_from(["identity", "linear", "quadratic", "ordinal"]))
def test_congers_kappa_of_two_raters_is_cohens(pairs: list[tuple[int, int]], weights: Any) -> None:
    cohen, conger = (each(pairs, categories=GRADES, weights=weights) for each in (cohens_kappa, congers_kappa))

    assert conger.value == pytest.approx(cohen.value, abs=1e-9)
    assert conger.chance == pytest.approx(cohen.chance, abs=1e-9)


@given(GAPPY, st.randoms())
def test_the_order_of_items_and_of_raters_is_nothing_and_limits_nest(rows: list[tuple[Any, ...]], order: Any) -> None:
    mixed = [tuple(reversed(row)) for row in rows]
    order.shuffle(mixed)

    for coefficient in (raw_agreement, fleiss_kappa, brennan_prediger, gwets_ac, krippendorffs_alpha):
        here, there = (coefficient(each, categories=GRADES) for each in (rows, mixed))
        wide = coefficient(rows, categories=GRADES, confidence=0.998)

        assert (here.value, here.error) == pytest.approx((there.value, there.error), nan_ok=True, abs=1e-9)
        assert not wide.lower > here.lower
        assert not here.lower > here.value + 1e-12
        assert not here.value > here.upper + 1e-12
        assert here.upper <= 1 or math.isnan(here.upper)


@given(GAPPY)
def test_what_categories_are_called_is_nothing(rows: list[tuple[Any, ...]]) -> None:
    names = {None: None, 1: "low", 2: "medium", 3: "high", 4: "severe"}
    renamed = [[names[rating] for rating in row] for row in rows]

    for weights in ("identity", "linear", "quadratic", "ordinal"):
        here = gwets_ac(rows, categories=GRADES, weights=weights)
        there = gwets_ac(renamed, categories=list(names.values())[1:], weights=weights)
        assert (here.value, here.lower) == pytest.approx((there.value, there.lower), nan_ok=True)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: gwets_ac([(1, 5)], categories=(1, 2)), "ratings: found one of no category at item 0, rater 1"),
        (lambda: gwets_ac([1, 2], categories=(1, 2)), "ratings: found no table"),
        (lambda: gwets_ac([(1,), (2,)], categories=(1, 2)), "ratings: found no table of two raters"),
        (lambda: gwets_ac([(1, 1)], categories=(1,)), "categories: found fewer than two"),
        (lambda: gwets_ac([(1, 1)], categories=(1, 1)), "categories: found one twice"),
        (lambda: gwets_ac([(1, 1)], categories=(2, 1)), "categories: found numbers out of order"),
        (lambda: gwets_ac([("a", "b")], categories="ab"), "categories: found fewer than two"),
        (lambda: gwets_ac([(1, 1)], categories=(1, 2), weights="none"), "weights: found 'none'"),
        (lambda: gwets_ac([(1, 1)], categories=(1, 2), limits="z"), "limits: found 'z'"),
        (lambda: gwets_ac([(1, 1)], categories=(1, 2), divisor="m"), "divisor: found 'm'"),
        (lambda: gwets_ac([(1, 1)], categories=(1, 2), confidence=95), "Did you mean 0.95?"),
        (lambda: gwets_ac([(1, 1), (1, 2)], categories=(1, 2), population=1), "population: found 1"),
        (lambda: gwets_ac([("a", "b")], categories=["a", "b"], weights="ratio"), "have no ratio"),
        (lambda: cohens_kappa([(1, 1, 1)], categories=(1, 2)), "ratings: found 3 raters"),
        (lambda: congers_kappa([(1, None)], categories=(1, 2)), "ratings: found a gap"),
        (lambda: krippendorffs_alpha([(1, 1)], categories=(1, 2), level="metric"), "level: found 'metric'"),
        (lambda: krippendorffs_alpha([("a", "b")], categories=["a", "b"], level="interval"), "needs numbers"),
    ],
)
def test_what_agreement_cannot_take_is_refused_in_words(call: Any, says: str) -> None:
    with pytest.raises(BadNumber) as fault:
        call()

    assert says in str(fault.value)
