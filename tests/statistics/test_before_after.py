"""Segmented regression: the reference set, statsmodels, and what must hold."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from nvap.statistics.before_after import Segmented, segmented, segmented_ar1, segmented_counts
from nvap.statistics.interval import BadNumber

FOLDERS = pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
NAMES = {
    "(Intercept)": "level",
    "time": "slope",
    "post": "step",
    "time_after": "bend",
    "sin12": "season_sine",
    "cos12": "season_cosine",
}
SERIES = st.lists(st.integers(-100, 100), min_size=24, max_size=48)


def cases(folder: Path) -> list[tuple[list[dict[str, str]], list[dict[str, str]], dict[str, Any]]]:
    """Each case's expected terms, its rows, and the settings that it asks for."""
    rows, terms = defaultdict(list), defaultdict(list)
    for row in reference.rows("its_input.csv", folder):
        rows[row["case_id"]].append(row)
    for row in reference.rows("its_expected.csv", folder):
        terms[row["case_id"]].append(row)
    return [
        (
            expected,
            rows[case],
            {
                "change": int(rows[case][0]["t0"]) - 1,
                "seasonal": 12 if rows[case][0]["seasonal"] == "1" else None,
            },
        )
        for case, expected in terms.items()
    ]


def column(rows: list[dict[str, str]], name: str) -> list[float]:
    return [float(row[name]) for row in rows]


@FOLDERS
def test_least_squares_and_both_errors_match_the_reference(folder: Path) -> None:
    for expected, rows, settings in cases(folder):
        ordinary = segmented(column(rows, "y"), **settings, errors="ordinary")
        robust = segmented(column(rows, "y"), **settings)

        assert [term.name for term in robust.terms] == [NAMES[row["term"]] for row in expected]
        for row in expected:
            name = NAMES[row["term"]]
            found = ordinary[name]
            for ours, theirs in (
                (found.estimate, "ols_coef"),
                (found.error, "ols_se"),
                (found.p_value, "ols_p"),
                (found.lower, "ols_ci_low"),
                (found.upper, "ols_ci_high"),
                (robust[name].estimate, "ols_coef"),
                (robust[name].error, "hac_se"),
                (ordinary.durbin_watson, "dw"),
                (ordinary.r_squared, "r2"),
                (ordinary.effect_at_end.estimate, "effect_at_end"),
                (ordinary.effect_at_end.error, "effect_at_end_ols_se"),
                (robust.effect_at_end.error, "effect_at_end_hac_se"),
            ):
                assert ours == pytest.approx(float(row[theirs]), rel=1e-8), (row["case_id"], name, theirs)
            assert robust.lag == int(row["hac_lag"])


@FOLDERS
def test_poisson_regression_matches_the_reference(folder: Path) -> None:
    for expected, rows, settings in cases(folder):
        counts, people = column(rows, "count"), column(rows, "population")
        quasi = segmented_counts(counts, people, **settings)
        plain = segmented_counts(counts, people, **settings, errors="poisson")

        for row in expected:
            name = NAMES[row["term"]]
            assert quasi[name].estimate == pytest.approx(float(row["pois_coef"]), abs=1e-6)
            assert quasi[name].error == pytest.approx(float(row["quasi_se"]), rel=1e-5)
            assert plain[name].error == pytest.approx(float(row["pois_se"]), rel=1e-5)
            assert quasi.dispersion == pytest.approx(float(row["quasi_dispersion"]), rel=1e-5)


@FOLDERS
def test_autocorrelated_residuals_match_the_reference(folder: Path) -> None:
    for expected, rows, settings in cases(folder):
        found = segmented_ar1(column(rows, "y"), **settings)

        for row in expected:
            close = 0.1 * float(row["ols_se"])
            assert found[NAMES[row["term"]]].estimate == pytest.approx(float(row["gls_ar1_coef"]), abs=close)
            assert found.autocorrelation == pytest.approx(float(row["gls_ar1_rho"]), abs=2e-3)


def design(length: int, change: int) -> np.ndarray:
    time = np.arange(1, length + 1)
    post = (time > change).astype(float)
    return np.column_stack([np.ones(length), time, post, (time - change - 1) * post])


@given(SERIES, st.integers(8, 16))
def test_least_squares_agree_with_statsmodels(values: list[int], change: int) -> None:
    lag = int(4 * (len(values) / 100) ** (2 / 9))
    model = sm.OLS(np.array(values, dtype=float), design(len(values), change))
    theirs = model.fit(cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": True})

    ours = segmented(values, change=change)

    size = float(np.abs(theirs.params).max()) + 1
    assert [term.estimate for term in ours.terms] == pytest.approx(list(theirs.params), abs=1e-9 * size)
    assert [term.error for term in ours.terms] == pytest.approx(list(theirs.bse), rel=1e-6, abs=1e-7)
    effect = theirs.t_test([0, 0, 1, len(values) - change - 1])
    assert ours.effect_at_end.estimate == pytest.approx(effect.effect.item(), abs=1e-8 * size)
    assert ours.effect_at_end.error == pytest.approx(effect.sd.item(), rel=1e-6, abs=1e-7)


@given(st.lists(st.integers(1, 300), min_size=24, max_size=48), st.integers(8, 16))
def test_counts_agree_with_statsmodels(counts: list[int], change: int) -> None:
    people = np.linspace(100_000, 120_000, len(counts))
    model = sm.GLM(counts, design(len(counts), change), family=sm.families.Poisson(), offset=np.log(people))
    theirs = model.fit(tol=1e-12, tol_criterion="params")
    dispersion = theirs.pearson_chi2 / theirs.df_resid

    ours = segmented_counts(counts, people, change=change)

    assert [term.estimate for term in ours.terms] == pytest.approx(list(theirs.params), rel=1e-6, abs=1e-6)
    assert [term.error for term in ours.terms] == pytest.approx(list(theirs.bse * math.sqrt(dispersion)), rel=1e-5)
    assert ours.dispersion == pytest.approx(dispersion, rel=1e-6)


def test_a_clean_step_and_bend_are_found_exactly() -> None:
    # 10 + 2t, from the 13th value on 5 lower and rising by 1 less a period.
    values = [10 + 2 * time - (5 + (time - 13) if time >= 13 else 0) for time in range(1, 25)]

    found = segmented(values, change=12)

    assert [found[name].estimate for name in ("level", "slope", "step", "bend")] == pytest.approx([10, 2, -5, -1])
    assert found.effect_at_end.estimate == pytest.approx(-5 - 11)
    assert list(found.without_change) == pytest.approx([10 + 2 * time for time in range(1, 25)])
    assert (found.before, found.after, found.short) == (12, 12, False)


def test_the_step_can_be_told_one_period_before_the_change() -> None:
    values = [10 + 2 * time - (5 + (time - 13) if time >= 13 else 0) for time in range(1, 25)]

    found = segmented(values, change=12, step_at="before")

    assert found["step"].estimate == pytest.approx(-4)
    assert found.step_at == "before"


@given(SERIES, st.integers(8, 16))
def test_line_and_effect_do_not_depend_on_where_the_step_is_told(values: list[int], change: int) -> None:
    at, before = segmented(values, change=change), segmented(values, change=change, step_at="before")

    assert list(at.fitted) == pytest.approx(list(before.fitted), abs=1e-8)
    assert at.effect_at_end.estimate == pytest.approx(before.effect_at_end.estimate, abs=1e-8)
    assert at.effect_at_end.error == pytest.approx(before.effect_at_end.error, rel=1e-6, abs=1e-7)
    assert at["step"].estimate - at["bend"].estimate == pytest.approx(before["step"].estimate, abs=1e-8)


def test_a_change_of_nothing_has_no_effect_at_the_end_of_counts() -> None:
    found = segmented_counts([50] * 24, change=12)

    assert found.ratio_at_end is not None
    assert found.ratio_at_end.estimate == pytest.approx(1)
    assert list(found.fitted) == pytest.approx([50] * 24)


def test_counts_that_halve_have_a_ratio_of_one_half() -> None:
    found = segmented_counts([100] * 12 + [50] * 12, [1000] * 24, change=12)

    assert found.ratio_at_end is not None
    assert found.ratio_at_end.estimate == pytest.approx(0.5)
    assert list(found.without_change) == pytest.approx([100] * 24)


def test_a_limit_past_what_a_number_holds_is_infinite() -> None:
    found = segmented_counts([1] * 7 + [300] + [5] * 40, change=8)

    assert found.ratio_at_end is not None
    assert found.ratio_at_end.upper == math.inf


@pytest.mark.parametrize("fit", [segmented, segmented_ar1, segmented_counts])
def test_a_missing_month_is_left_out_and_time_goes_on(fit: Callable[..., Segmented]) -> None:
    random = np.random.default_rng(7)
    values = [*random.poisson(60, 15).astype(float), *random.poisson(45, 15).astype(float)]
    full = fit(values, change=15)
    values[3] = math.nan

    found = fit(values, change=15)

    assert (found.before, found.after) == (14, 15)
    assert len(found.fitted) == 30
    assert np.isfinite(found.fitted).all()
    assert found["step"].estimate == pytest.approx(full["step"].estimate, abs=2 * full["step"].error)


def test_least_squares_with_a_gap_are_those_of_the_months_held() -> None:
    random = np.random.default_rng(8)
    values = random.normal(50, 5, 30)
    values[20] = np.nan
    held = ~np.isnan(values)
    theirs = sm.OLS(values[held], design(30, 14)[held]).fit()

    ours = segmented(values, change=14, errors="ordinary")

    assert [term.estimate for term in ours.terms] == pytest.approx(list(theirs.params))
    assert [term.error for term in ours.terms] == pytest.approx(list(theirs.bse))


@pytest.mark.parametrize("fit", [segmented, segmented_ar1])
def test_values_on_a_line_have_no_error(fit: Callable[..., Segmented]) -> None:
    found = fit([5] * 24, change=12)

    assert found["level"].estimate == pytest.approx(5)
    assert found["step"].error == pytest.approx(0, abs=1e-9)


def test_every_result_says_how_it_was_made() -> None:
    values = list(range(20))

    found = segmented(values, change=9, seasonal=4, errors="ordinary", confidence=0.9)

    assert (found.errors, found.lag, found.seasonal, found.confidence, found.short) == ("ordinary", None, 4, 0.9, True)
    assert segmented(values, change=9).lag == 2
    with pytest.raises(ValueError, match="read-only"):
        found.fitted[0] = 1


@pytest.mark.parametrize(
    ("fit", "arguments", "settings", "says"),
    [
        (segmented, ([1] * 20,), {"change": 7}, "values: found 7 before the change and 13 after it; at least 8"),
        (segmented, ([1] * 20,), {"change": 21}, "change: found 21"),
        (segmented, ([1] * 20,), {"change": 10.0}, "change: found 10.0"),
        (segmented, ([1, math.inf],), {"change": 1}, "values: found an infinite number"),
        (segmented, ([1] * 20,), {"change": 10, "errors": "hac"}, "errors: found 'hac'"),
        (segmented, ([1] * 20,), {"change": 10, "step_at": "after"}, "step_at: found 'after'"),
        (segmented, ([1] * 20,), {"change": 10, "seasonal": 2}, "seasonal: found 2"),
        (segmented, ([1] * 20,), {"change": 10, "seasonal": 24}, "seasonal: found 24"),
        (segmented, ([1] * 20,), {"change": 10, "confidence": 95}, "Did you mean 0.95?"),
        (segmented_counts, ([-1] * 20,), {"change": 10}, "counts: found a number below 0"),
        (segmented_counts, ([1] * 20, [0] * 20), {"change": 10}, "population: found a number of 0 or less"),
        (segmented_counts, ([1] * 20, [1]), {"change": 10}, "counts and population: found 20 and 1 numbers"),
        (segmented_counts, ([5] * 10 + [0] * 10,), {"change": 10}, "counts: found so few events"),
        (segmented_counts, ([0] * 20,), {"change": 10}, "counts: found so few events"),
        (segmented_counts, ([5] * 10 + [0] * 9 + [1],), {"change": 10}, "counts: found so few events"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(
    fit: Callable[..., Segmented], arguments: Any, settings: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadNumber) as fault:
        fit(*arguments, **settings)

    assert says in str(fault.value)
