"""Rates by population: which year's people serve, and what is refused."""

from __future__ import annotations

import datetime

import pytest

from .world import answer, incident, people

D = datetime.date
ONE = [incident(1, "2024-01-05", flagged=True)]


def test_a_published_rate_comes_out_as_published() -> None:
    # HMICFRS: 9.1 per 1,000. A local check: 4,550 among 500,000 is 9.10 (8.84 to 9.37).
    incidents = [incident(at, "2024-01-05", flagged=True) for at in range(4550)]

    row = answer("D02", tables={"incidents": incidents, "population": [people(None, 500_000)]})[0]

    assert (row["value"], row["multiplier"], row["method"]) == (9.1, 1000, "Byars")
    assert row["lower"] == pytest.approx(8.84, abs=0.005)
    assert row["upper"] == pytest.approx(9.37, abs=0.005)


def test_a_small_count_has_exact_limits() -> None:
    # Three events: 0.619 to 8.767 (chi-squared), as OHID works them.
    incidents = [incident(at, "2024-01-05", flagged=True) for at in range(3)]

    row = answer("D02", tables={"incidents": incidents, "population": [people(None, 1000)]})[0]

    assert row["method"] == "Exact"
    assert (row["lower"], row["upper"]) == (pytest.approx(0.619, abs=5e-4), pytest.approx(8.767, abs=5e-4))


def test_another_years_people_serve_where_the_mapping_says_so() -> None:
    tables = {"incidents": ONE, "population": [people(None, 1000, 2016)]}

    row = answer("D02", tables=tables, changes={"population": {"population_years": {2024: 2016}}})[0]

    assert (row["denominator"], row["status"]) == (1000, "ok")
    assert row["reason"] == "The population of mid-2016 is used for 2024."


def test_a_year_that_nobody_declared_is_refused() -> None:
    row = answer("D02", tables={"incidents": ONE, "population": [people(None, 1000, 2016)]})[0]

    assert (row["numerator"], row["value"], row["status"]) == (1, None, "refused")
    assert row["reason"].startswith(
        "No population is declared for 2024 (held: mid-2016); say in the population's mapping"
    )


def test_no_people_at_all_is_refused() -> None:
    row = answer("D02", tables={"incidents": ONE, "population": [people("East", 0)]})[0]

    assert (row["numerator"], row["denominator"], row["value"], row["status"]) == (1, 0, None, "refused")
    assert row["reason"] == "The population held is 0, so there is no rate."


def test_the_whole_forces_own_row_goes_before_the_sum_of_its_areas() -> None:
    tables = {"incidents": ONE, "population": [people("East", 100), people("West", 200), people(None, 310)]}

    assert answer("D02", tables=tables)[0]["denominator"] == 310


def test_a_time_over_two_years_takes_each_years_people_by_its_days() -> None:
    # 2023-12-01 to 2024-01-31: 31 days with 1,000 people and 31 with 2,000.
    tables = {"incidents": ONE, "population": [people(None, 1000, 2023), people(None, 2000, 2024)]}

    row = answer("D02", tables=tables, days=(D(2023, 12, 1), D(2024, 1, 31)), by="whole")[0]

    assert row["denominator"] == 1500
    assert row["reason"] == "Several years' people are taken by their share of the days."


def test_without_a_population_there_is_not_enough_data() -> None:
    row = answer("D02", tables={"incidents": ONE})[0]

    assert (row["status"], row["reason"]) == ("not_enough_data", "The table population is not loaded.")


def test_a_whole_forces_rate_is_refused_when_many_incidents_stand_where_no_people_are_held() -> None:
    incidents = [
        incident(1, "2024-01-05", flagged=True, area="East"),
        incident(2, "2024-01-06", flagged=True, area="Oak"),
    ]
    tables = {"incidents": incidents, "population": [people("East", 1000)]}

    row = answer("D02", tables=tables)[0]

    assert (row["numerator"], row["denominator"], row["value"], row["status"]) == (2, 1000, None, "refused")
    assert "1 area has 1 row (50.0% of those with an area) but no population" in row["reason"]


def test_a_few_incidents_where_no_people_are_held_are_named_beside_the_rate() -> None:
    incidents = [incident(at, "2024-01-05", flagged=True, area="East") for at in range(99)]
    tables = {
        "incidents": [*incidents, incident(99, "2024-01-06", flagged=True, area="Oak")],
        "population": [people("East", 10_000)],
    }

    row = answer("D02", tables=tables)[0]

    assert (row["value"], row["status"]) == (10.0, "ok")
    assert row["reason"].startswith("1 area has 1 row (1.0% of those with an area) but no population")


def test_a_population_given_for_the_whole_force_needs_no_areas() -> None:
    incidents = [incident(1, "2024-01-05", flagged=True, area="Oak")]

    row = answer("D02", tables={"incidents": incidents, "population": [people(None, 1000), people("East", 600)]})[0]

    assert (row["value"], row["reason"]) == (1.0, None)
