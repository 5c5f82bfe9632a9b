"""Rates by population beside themselves as they would be with the standard population's ages."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pytest

from nvap.errors import UsageFault
from nvap.measures.asking import read_by
from nvap.measures.standardising import AGE_STANDARDISED, BANDS, STANDARD
from nvap.statistics.standardised import standard_people

from .world import answer, measure, people

PEOPLE = dict(zip(BANDS, (200, 100, 100, 100, 100, 100, 300), strict=True))


def ages(area: str | None = None, year: int = 2024, by_age: Mapping[str, int] = PEOPLE) -> list[dict[str, Any]]:
    return [{"area": area, "year": year, "age_band": band, "people": count} for band, count in by_age.items()]


def detentions(band: str | None, count: int, area: str = "East") -> list[dict[str, Any]]:
    made = {"detained": datetime.datetime.fromisoformat("2024-01-05 10:00"), "area": area, "age_band": band}
    return [{"s136_ref": f"{area}-{band}-{at}", **made} for at in range(count)]


def rows_of(s136: list[dict[str, Any]], groups: list[dict[str, Any]], by: str = "month") -> dict[Any, dict[str, Any]]:
    held = {"s136": s136, "population": [people("East", 1000), people("West", 1000)], "population_groups": groups}
    found = [row for row in answer("P12", tables=held, by=f"{by},standardised") if row["part"] == "rate"]
    return {(row["category"], row["area"]): row for row in found}


def test_the_standard_population_in_our_bands_adds_up_to_100_000() -> None:
    # 15 to 19 are 5,500: three fifths are under 18.
    assert STANDARD == (19300, 8200, 12500, 14000, 14000, 12500, 19500)


@pytest.mark.parametrize("first_ages", [(), (5, 10), (0, 18, 18), (0, 95)])
def test_ages_that_do_not_rise_from_birth_are_refused(first_ages: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="first_ages"):
        standard_people(first_ages)


def test_a_force_of_old_people_has_a_lower_rate_with_the_standards_ages() -> None:
    # 6 among 200 children and 24 among 300 of 65 and over: 0.03·19,300 + 0.08·19,500 = 2,139.
    found = rows_of([*detentions("under_18", 6), *detentions("65_over", 24)], ages())

    crude, made = found[None, None], found[AGE_STANDARDISED, None]

    assert (crude["numerator"], crude["denominator"], crude["value"]) == (30, 2000, 1500)
    assert (made["numerator"], made["denominator"], made["method"]) == (30, 1000, "Dobson")
    assert made["value"] == pytest.approx(2139)
    assert made["lower"] < made["value"] < made["upper"]
    assert made["reason"] == "Ages as in the 2013 European Standard Population."


def test_areas_of_unlike_ages_and_alike_rates_come_out_alike() -> None:
    young, old = dict(zip(BANDS, (400, 100, 100, 100, 100, 100, 100), strict=True)), PEOPLE
    s136 = [*detentions("under_18", 40, "East"), *detentions("65_over", 20, "East")]
    s136 += [*detentions("under_18", 20, "West"), *detentions("65_over", 60, "West")]

    found = rows_of(s136, [*ages("East", by_age=young), *ages("West", by_age=old)], by="month,area")

    assert (found[None, "East"]["value"], found[None, "West"]["value"]) == (6000, 8000)
    assert found[AGE_STANDARDISED, "East"]["value"] == pytest.approx(0.1 * 19300 + 0.2 * 19500)
    assert found[AGE_STANDARDISED, "East"]["value"] == pytest.approx(found[AGE_STANDARDISED, "West"]["value"])


def test_fewer_than_ten_events_have_no_standardised_rate() -> None:
    found = rows_of(detentions("65_over", 9), ages())

    made = found[AGE_STANDARDISED, None]
    assert (made["numerator"], made["value"], made["status"]) == (9, None, "not_enough_data")
    assert made["reason"] == "Fewer than 10: no standardised rate."


def test_those_of_unknown_age_are_counted_apart_and_too_many_of_them_refuse_the_rate() -> None:
    some = rows_of([*detentions("65_over", 20), *detentions(None, 2)], ages())[AGE_STANDARDISED, None]
    many = rows_of([*detentions("65_over", 20), *detentions("not_known", 10)], ages())[AGE_STANDARDISED, None]

    assert (some["numerator"], some["unknown"], some["status"]) == (20, 2, "ok")
    assert some["reason"].startswith("Those whose age is not known are in the crude rate")
    assert (many["unknown"], many["value"], many["status"]) == (10, None, "refused")


def test_a_year_without_people_by_age_is_refused() -> None:
    made = rows_of(detentions("65_over", 20), ages(year=2020))[AGE_STANDARDISED, None]

    assert (made["value"], made["status"]) == (None, "refused")
    assert made["reason"].startswith("No population is declared for 2024 (held: mid-2020)")


def test_an_area_whose_people_are_not_held_by_age_has_no_standardised_rate() -> None:
    s136 = [*detentions("65_over", 20, "East"), *detentions("65_over", 20, "West")]

    found = rows_of(s136, ages("East"), by="month,area")

    assert found[AGE_STANDARDISED, "East"]["status"] == "ok"
    assert found[AGE_STANDARDISED, "West"]["value"] is None
    assert found[AGE_STANDARDISED, "West"]["reason"].startswith("No population is held for this age and area.")


def test_only_a_rate_by_population_can_be_standardised_and_not_beside_a_breakdown() -> None:
    with pytest.raises(UsageFault, match="D01 cannot be standardised by age"):
        read_by("month,standardised", [measure("D01")])
    with pytest.raises(UsageFault, match="by period, area, sex and ethnicity only; found source"):
        read_by("month,sex,source,standardised", [measure("D02")])


def test_groups_of_people_of_unlike_ages_and_alike_rates_come_out_alike() -> None:
    """A group that is younger has another crude rate, and the same rate as with the standard's ages."""
    young = dict(zip(BANDS, (400, 100, 100, 100, 100, 100, 100), strict=True))
    groups = [{**each, "sex": "F"} for each in ages(by_age=young)] + [{**each, "sex": "M"} for each in ages()]
    s136 = [{**each, "sex": "F"} for each in [*detentions("under_18", 40), *detentions("65_over", 20)]]
    s136 += [{**each, "sex": "M", "s136_ref": f"M{each['s136_ref']}"}
             for each in [*detentions("under_18", 20), *detentions("65_over", 60)]]  # fmt: skip
    held = {"s136": s136, "population": [people(None, 2000)], "population_groups": groups}

    rows = {(row["category"], row["group"]): row for row in answer("P12", tables=held, by="whole,sex,standardised")
            if row["part"] == "rate"}  # fmt: skip

    assert (rows[None, "Female"]["value"], rows[None, "Male"]["value"]) == (6000, 8000)
    assert rows[AGE_STANDARDISED, "Female"]["value"] == pytest.approx(0.1 * 19300 + 0.2 * 19500)
    assert rows[AGE_STANDARDISED, "Male"]["value"] == pytest.approx(rows[AGE_STANDARDISED, "Female"]["value"])
