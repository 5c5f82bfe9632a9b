"""Standardised rates: the reference set, cases worked by hand, and what must hold."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

from nvap.statistics.interval import BadNumber
from nvap.statistics.rate import byars_interval
from nvap.statistics.standardised import direct, direct_of_repeats, indirect

FOLDERS = pytest.mark.parametrize("folder", [reference.OWN, reference.LARGE], ids=["own", "large"])
BANDS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(100, 5000), st.integers(1, 7000)), min_size=1, max_size=19
).filter(lambda bands: sum(count for count, _, _ in bands) >= 10)


def column(rows: list[dict[str, str]], name: str) -> list[float]:
    return [float(row[name] or math.nan) for row in rows]


@FOLDERS
@pytest.mark.parametrize(
    ("name", "confidence", "multiplier", "limits"),
    [
        ("dsr_expected.csv", 0.95, 100_000, ("lower95_0cl", "upper95_0cl")),
        ("dsr_expected.csv", 0.998, 100_000, ("lower99_8cl", "upper99_8cl")),
        ("dsr_expected_90pc_per1000.csv", 0.9, 1000, ("lowercl", "uppercl")),
    ],
)
def test_directly_standardised_rates_match_the_reference(
    folder: Path, name: str, confidence: float, multiplier: float, limits: tuple[str, str]
) -> None:
    rows, expected = reference.rows("dsr_input.csv", folder), reference.rows(name, folder)

    found = direct(
        column(rows, "x"),
        column(rows, "n"),
        column(rows, "stdpop"),
        area=[row["area"] for row in rows],
        confidence=confidence,
        multiplier=multiplier,
    )

    assert found.areas == tuple(row["area"] for row in expected)
    for ours, theirs in zip((found.value, found.lower, found.upper), ("value", *limits), strict=True):
        assert list(ours) == pytest.approx(column(expected, theirs), rel=1e-9, nan_ok=True)
    assert list(found.count) == column(expected, "total_count")
    assert list(found.population) == column(expected, "total_pop")
    assert [bool(note) for note in found.note] == ["NA" in row["statistic"] for row in expected]


@FOLDERS
@pytest.mark.parametrize(("confidence", "level"), [(0.95, "95_0cl"), (0.998, "99_8cl")])
def test_rates_of_people_with_several_events_match_the_reference(folder: Path, confidence: float, level: str) -> None:
    rows = reference.rows("dsr_nonindependent_input.csv", folder)
    expected = reference.rows("dsr_nonindependent_expected.csv", folder)

    found = direct_of_repeats(
        column(rows, "persons"),
        column(rows, "freq"),
        column(rows, "n"),
        column(rows, "stdpop"),
        band=[row["ageband"] for row in rows],
        area=[row["area"] for row in rows],
        confidence=confidence,
    )

    for ours, theirs in (
        (found.value, "value"),
        (found.lower, f"lower{level}"),
        (found.upper, f"upper{level}"),
        (found.count, "total_count"),
        (found.population, "total_pop"),
    ):
        assert list(ours) == pytest.approx(column(expected, theirs), rel=1e-9), theirs


@FOLDERS
@pytest.mark.parametrize(("confidence", "level"), [(0.95, "95_0cl"), (0.998, "99_8cl")])
def test_indirectly_standardised_ratios_and_rates_match_the_reference(
    folder: Path, confidence: float, level: str
) -> None:
    rows = reference.rows("isr_input.csv", folder)

    found = indirect(
        *(column(rows, name) for name in ("x", "n", "x_ref", "n_ref")),
        area=[row["area"] for row in rows],
        confidence=confidence,
    )

    for interval, name in ((found.ratio, "isr_ratio_expected.csv"), (found.rate, "isr_rate_expected.csv")):
        expected = reference.rows(name, folder)
        for ours, theirs in (
            (interval.value, "value"),
            (interval.lower, f"lower{level}"),
            (interval.upper, f"upper{level}"),
            (found.observed, "observed"),
            (found.expected, "expected"),
        ):
            assert list(ours) == pytest.approx(column(expected, theirs), rel=1e-9), theirs
        assert list(interval.method) == [row["method"] for row in expected]
    assert list(found.reference_rate) == pytest.approx(column(expected, "ref_rate"), rel=1e-9)


@FOLDERS
def test_what_the_peers_refuse_of_standardised_rates_is_refused_here(folder: Path) -> None:
    named = {"numerators": "count", "denominators": "population"}
    path = folder / "validation_errors.json"
    if not path.exists():
        pytest.skip("the large reference set is not beside this checkout")
    for case in json.loads(path.read_text()):
        if case["method"] != "dsr":
            continue
        given_rows = {"x": [5, 6, 7], "n": [100, 100, 100]} | case["inputs"]
        if case["peer_response"] == "NO ERROR":
            assert not math.isnan(direct(given_rows["x"], given_rows["n"], [10, 20, 30]).value)
            continue

        with pytest.raises(BadNumber) as fault:
            direct(given_rows["x"], given_rows["n"], [10, 20, 30])

        assert str(fault.value).startswith(named[case["peer_response"].split()[0]]), case["id"]


def test_a_rate_of_two_bands_can_be_worked_by_hand() -> None:
    # 10 of 1,000 young and 30 of 1,000 old; the standard has three young to one old: (0.01 x 3 + 0.03 x 1) / 4.
    found = direct([10, 30], [1000, 1000], [3, 1], multiplier=1000)

    assert found.value == pytest.approx(15)
    assert (found.count, found.population, found.method, found.note) == (40, 2000, "Dobson", "")
    # Variance (10 x 0.003² + 30 x 0.001²)/16 = 7.5e-6; Byar's limits of 40 are 28.5729 and 54.4703.
    assert (found.lower, found.upper) == pytest.approx(
        (15 + math.sqrt(7.5e-6 / 40) * (28.5729 - 40) * 1000, 15 + math.sqrt(7.5e-6 / 40) * (54.4703 - 40) * 1000),
        abs=1e-3,
    )


def test_nine_events_have_no_standardised_rate_and_say_why() -> None:
    found = direct([4, 5], [1000, 1000], [1, 1])

    assert math.isnan(found.value)
    assert math.isnan(found.upper)
    assert (found.count, found.method) == (9, "")
    assert found.note == "fewer than 10 events: no standardised rate"


def test_a_missing_count_is_no_event_unless_asked_otherwise_and_is_told() -> None:
    counts, people, standard = [12, None, 7], [100, 100, 100], [1, 1, 1]

    usual, blank = direct(counts, people, standard), direct(counts, people, standard, missing_counts="blank")

    assert (usual.count, usual.missing, usual.missing_counts) == (19, 1, "zero")
    assert usual.value == direct([12, 0, 7], people, standard).value
    assert math.isnan(blank.value)
    assert (blank.note, blank.missing_counts) == ("a count is missing", "blank")


def test_areas_may_have_different_bands_and_one_of_few_events_does_not_lose_the_other() -> None:
    found = direct([10, 30, 3], [1000, 1000, 500], [3, 1, 1], area=["b", "b", "a"], multiplier=1000)

    assert found.areas == ("a", "b")
    assert [math.isnan(value) for value in found.value] == [True, False]
    assert found.value[1] == pytest.approx(15)
    with pytest.raises(ValueError, match="read-only"):
        found.count[0] = 1


def test_an_area_where_nothing_was_expected_has_no_ratio_and_says_why() -> None:
    found = indirect([1, 5], [100, 100], [0, 10], [1000, 1000], area=["a", "b"])

    assert list(found.note) == ["no event was expected", ""]
    assert list(np.isnan(found.ratio.value)) == [True, False]
    assert found.ratio.value[1] == pytest.approx(500)  # 5 against 1 expected, of 100
    with pytest.raises(ValueError, match="read-only"):
        found.observed[0] = 1


def test_one_area_alone_has_plain_numbers() -> None:
    found = indirect([1, 4], [100, 100], [10, 10], [1000, 1000], ratio_of=1)

    assert (found.ratio.value, found.expected, found.areas) == (pytest.approx(2.5), 2.0, ())
    assert found.rate.value == pytest.approx(2500)
    assert found.ratio.method == "Exact"


@given(BANDS, st.randoms())
def test_the_order_of_bands_is_nothing(bands: list[tuple[int, int, int]], order: Any) -> None:
    before = direct(*zip(*bands, strict=True))
    order.shuffle(bands)

    after = direct(*zip(*bands, strict=True))

    assert (before.value, before.lower, before.upper) == pytest.approx((after.value, after.lower, after.upper))


@given(BANDS)
def test_limits_nest_about_the_rate(bands: list[tuple[int, int, int]]) -> None:
    usual, wide = direct(*zip(*bands, strict=True)), direct(*zip(*bands, strict=True), confidence=0.998)

    assert wide.lower <= usual.lower <= usual.value <= usual.upper <= wide.upper


@given(st.integers(1, 100), st.lists(st.integers(1, 9), min_size=1, max_size=10), st.integers(1, 7000))
def test_with_the_same_rate_at_every_age_it_is_the_crude_rate(rate: int, sizes: list[int], weight: int) -> None:
    counts, people = [10 * rate * size for size in sizes], [1000 * size for size in sizes]

    found = direct(counts, people, [weight + place for place in range(len(sizes))])

    assert found.value == pytest.approx(sum(counts) / sum(people) * 100_000)


@given(BANDS)
def test_with_its_own_people_as_the_standard_it_has_the_crude_rate_and_byars_limits(
    bands: list[tuple[int, int, int]],
) -> None:
    counts, people, _ = zip(*bands, strict=True)
    crude = byars_interval(sum(counts), sum(people), 100_000)

    found = direct(counts, people, people)

    assert (found.value, found.lower, found.upper) == pytest.approx((crude.value, crude.lower, crude.upper))


@given(BANDS)
def test_people_with_one_event_each_have_the_rate_and_limits_of_events(bands: list[tuple[int, int, int]]) -> None:
    counts, people, standard = zip(*bands, strict=True)

    plain = direct(counts, people, standard)
    found = direct_of_repeats(counts, [1] * len(bands), people, standard, band=range(len(bands)))

    assert (found.value, found.lower, found.upper) == pytest.approx((plain.value, plain.lower, plain.upper))
    assert found.method == "Dobson, for people with several events"


def test_the_same_events_by_fewer_people_have_wider_limits() -> None:
    alone = direct_of_repeats([40, 0], [1, 2], [1000, 1000], [5, 5], band=["0-4", "0-4"])
    twice = direct_of_repeats([0, 20], [1, 2], [1000, 1000], [5, 5], band=["0-4", "0-4"])

    assert twice.value == pytest.approx(alone.value)
    assert twice.population == alone.population == 1000
    assert twice.upper - twice.lower == pytest.approx(math.sqrt(2) * (alone.upper - alone.lower))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: direct([5, -1], [100, 100], [1, 1]), "count: found a number below 0 at index 1"),
        (lambda: direct([5, 6], [100, 0], [1, 1]), "population: found 0, less or nothing at index 1"),
        (lambda: direct([5, 6], [100, None], [1, 1]), "population: found 0, less or nothing at index 1"),
        (lambda: direct([5, 6], [100, 100], [1, None]), "standard: found a number below 0 or nothing at index 1"),
        (lambda: direct([5, 6], [100, 100], [0, 0]), "standard: found only zeros"),
        (lambda: direct([5, 6], [100, 100], [1]), "count, population, standard: found 2, 2, 1 rows"),
        (lambda: direct([], [], []), "count: found no rows"),
        (lambda: direct([5], [10], [1], area=["a", "b"]), "area: found 2 areas for 1 rows"),
        (lambda: direct([5], [10], [1], area=[None]), "area: found a row without one"),
        (lambda: direct([5, 5], [10, 10], [1, 1], area=["a", 1]), "area: found labels of different kinds"),
        (lambda: direct([5], [10], [1], multiplier=0), "multiplier: found 0"),
        (lambda: direct([5], [10], [1], confidence=95), "Did you mean 0.95?"),
        (lambda: direct([5], [10], [1], missing_counts="none"), "missing_counts: found 'none'"),
        (lambda: direct_of_repeats([5], [0], [10], [1], band=["a"]), "events_each: found something else"),
        (
            lambda: direct_of_repeats([5, -1], [1, 2], [9, 9], [1, 1], band=["a", "a"]),
            "persons: found a number below 0",
        ),
        (
            lambda: direct_of_repeats([5, 6], [1, 2], [10, 9], [1, 1], band=["a", "a"]),
            "population: found another number",
        ),
        (lambda: direct_of_repeats([5, 6], [1, 2], [9, 9], [1, 2], band=["a", "a"]), "standard: found another number"),
        (lambda: direct_of_repeats([5, 6], [1, 1], [9, 9], [1, 1], band=["a", "a"]), "events_each: found two rows"),
        (lambda: direct_of_repeats([5, 6], [1, 1], [9, 9], [1, 1], band=["a"]), "band: found 1 bands for 2 rows"),
        (lambda: indirect([5], [10], [None], [10]), "reference_count: found"),
        (lambda: indirect([5], [10], [1], [0]), "reference_population: found"),
        (lambda: indirect([5], [0], [1], [10]), "population: found"),
        (lambda: indirect([5], [10], [1], [10], ratio_of=0), "ratio_of: found 0"),
    ],
)
def test_what_a_standardised_rate_cannot_take_is_refused_in_words(call: Any, says: str) -> None:
    with pytest.raises(BadNumber) as fault:
        call()

    assert says in str(fault.value)
