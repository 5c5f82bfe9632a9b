"""Rates and ratios of groups of people: who they are held against, and what the unknown can change."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from nvap.measures.values import AMONG_KNOWN, HIGHEST, LOWEST
from nvap.statistics.difference import ratio_of_rates

from .world import answer, people

AT = datetime.datetime.fromisoformat("2024-01-05 10:00")


def detained(count: int, ethnicity: str | None, area: str = "East", **more: Any) -> list[dict[str, Any]]:
    row = {"detained": AT, "area": area, "ethnicity": ethnicity, **more}
    return [{"s136_ref": f"{area}-{ethnicity}-{more}-{at}", **row} for at in range(count)]


def group(ethnicity: str, count: int, area: str | None = None, year: int = 2024, **more: Any) -> dict[str, Any]:
    return {"area": area, "year": year, "ethnicity": ethnicity, "people": count, **more}


def rows_of(part: str, s136: list[dict[str, Any]], groups: list[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    held = {"s136": s136, "population": [people(None, 100_000)], "population_groups": groups}
    return [row for row in answer("D19", tables=held, **more) if row["part"] == part]


PEOPLE = [group("W1", 80_000), group("B1", 10_000), group("A1", 10_000)]


def test_a_ratio_has_the_interval_of_two_rates_and_its_bounds_for_the_unknown() -> None:
    s136 = [*detained(80, "W1"), *detained(30, "B1"), *detained(10, "NS"), *detained(10, None)]

    rows = {row["category"]: row for row in rows_of("detained_ratio", s136, PEOPLE) if row["group"] == "Black"}

    expected = ratio_of_rates(30, 10_000, 80, 80_000)
    known = rows[AMONG_KNOWN]
    assert (known["numerator"], known["denominator"], known["unknown"], known["value"]) == (30, 10_000, 20, 3)
    assert (known["lower"], known["upper"]) == (pytest.approx(expected.lower), pytest.approx(expected.upper))
    # All 20 White: 30 / (100 / 8); all 20 Black: 50 / (80 / 8).
    assert (rows[LOWEST]["value"], rows[HIGHEST]["value"]) == (2.4, 5)
    assert rows[LOWEST]["lower"] < known["lower"] < known["upper"] < rows[HIGHEST]["upper"]


def test_a_group_without_any_event_stands_in_the_table_with_none() -> None:
    rows = {row["group"]: row for row in rows_of("detained", detained(20, "W1"), PEOPLE)}

    assert (rows["Asian"]["numerator"], rows["Asian"]["denominator"], rows["Asian"]["value"]) == (0, 10_000, 0)
    assert rows["Asian"]["upper"] > 0


def test_a_year_without_people_by_group_is_refused() -> None:
    rows = rows_of("detained", detained(20, "W1"), [group("W1", 80_000, year=2011)])

    assert {(row["value"], row["status"]) for row in rows} == {(None, "refused")}
    assert rows[0]["reason"].startswith("No population is declared for 2024 (held: mid-2011)")


def test_where_nobody_is_told_apart_by_sex_the_refusal_says_so_and_names_no_empty_list_of_years() -> None:
    rows = rows_of("detained_sex", detained(20, "W1", sex="M"), [group("W1", 80_000, sex=None)])

    assert {(row["value"], row["status"]) for row in rows} == {(None, "refused")}
    assert {row["reason"] for row in rows} == {
        "No population by sex is held for any year: load one that tells it into the table population_groups."
    }


def test_the_year_that_the_population_declares_serves_its_groups_too() -> None:
    changes = {"population": {"population_years": {2024: 2011}}}

    rows = rows_of("detained", detained(20, "W1"), [group("W1", 80_000, year=2011)], changes=changes)

    assert (rows[0]["value"], rows[0]["status"]) == (25, "ok")
    assert rows[0]["reason"] == "The population of mid-2011 is used for 2024."


def test_people_who_are_held_by_ethnicity_and_sex_are_added_up_and_never_beside_the_sum() -> None:
    split = [group("W1", 30_000, sex="F"), group("W1", 20_000, sex="M")]

    added = rows_of("detained", detained(10, "W1"), split)
    beside = rows_of("detained", detained(10, "W1"), [*split, group("W1", 60_000)])

    assert (added[0]["denominator"], beside[0]["denominator"]) == (50_000, 60_000)


def test_broad_groups_add_up_the_groups_within_them() -> None:
    rows = rows_of("detained", [*detained(2, "W1"), *detained(3, "W9")], [group("W1", 40_000), group("W9", 10_000)])
    each = rows_of("detained_18", detained(3, "W9"), [group("W1", 40_000), group("W9", 10_000)])

    assert (rows[0]["group"], rows[0]["numerator"], rows[0]["denominator"], rows[0]["value"]) == (
        "White",
        5,
        50_000,
        10,
    )
    assert [(row["group"], row["value"]) for row in each] == [
        ("White: English, Welsh, Scottish, Northern Irish or British", 0),
        ("White: any other background", 30),
    ]


def test_people_by_group_and_area_give_rates_by_area() -> None:
    groups = [group("W1", 10_000, "East"), group("W1", 20_000, "West"), group("B1", 1_000, "East")]
    s136 = [*detained(10, "W1", "East"), *detained(10, "W1", "West"), *detained(1, "B1", "West")]

    rows = {(row["group"], row["area"]): row for row in rows_of("detained", s136, groups, by="whole,area")}

    assert (rows["White", "East"]["value"], rows["White", "West"]["value"]) == (100, 50)
    assert (rows["Black", "East"]["value"], rows["Black", "West"]["value"]) == (0, None)
    assert rows["Black", "West"]["reason"] == "No population is held for this group and area."


def test_a_reference_group_without_any_event_gives_no_ratio_and_says_so() -> None:
    rows = {row["group"]: row for row in rows_of("detained_ratio", detained(5, "B1"), PEOPLE)
            if row["category"] == AMONG_KNOWN}  # fmt: skip

    assert (rows["Black"]["value"], rows["Black"]["status"]) == (None, "not_enough_data")
    assert rows["Black"]["reason"] == "The group held against has none, so there is no ratio."
    assert rows["Asian"]["reason"] == "Neither group has one, so there is no ratio."


def test_shares_of_two_groups_are_held_against_each_other_with_bounds() -> None:
    s136 = [
        *detained(40, "W1", conveyance="ambulance"),
        *detained(10, "W1", conveyance="police_vehicle"),
        *detained(5, "B1", conveyance="ambulance"),
        *detained(5, "B1", conveyance="police_vehicle"),
        *detained(4, "NS", conveyance="police_vehicle"),
        *detained(6, "NS", conveyance="ambulance"),
    ]

    rows = {row["category"]: row for row in rows_of("police_vehicle_ratio", s136, PEOPLE) if row["group"] == "Black"}

    known = rows[AMONG_KNOWN]
    assert (known["numerator"], known["denominator"], known["unknown"]) == (5, 10, 10)
    assert known["value"] == pytest.approx(0.5 / 0.2)
    # The 4 unknown cases White and the 6 others Black: (5/16) / (14/54); the other way round (9/14) / (10/56).
    assert rows[LOWEST]["value"] == pytest.approx((5 / 16) / (14 / 54))
    assert rows[HIGHEST]["value"] == pytest.approx((9 / 14) / (10 / 56))


def test_the_unknown_are_never_a_group_of_the_ratio() -> None:
    rows = rows_of("detained_ratio", [*detained(20, "W1"), *detained(5, "NS")], PEOPLE)

    assert {row["group"] for row in rows} == {"White", "Black", "Asian"}
    assert {row["category"] for row in rows if row["group"] == "White"} == {AMONG_KNOWN}
