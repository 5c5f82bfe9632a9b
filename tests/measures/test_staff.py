"""Staff are never shown in groups of fewer than ten."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from .world import answer

MARCH = (datetime.date(2024, 3, 1), datetime.date(2024, 3, 31))
COURSE = {"course_code": "MH1", "valid_from": datetime.date(2020, 1, 1), "validity_months": 24, "grace_days": 90}


def world(sizes: dict[str, int], trained: int = 1000) -> dict[str, list[dict[str, Any]]]:
    """A snapshot with roles of these sizes; the first `trained` staff hold the course."""
    staff, at = [], 0
    for role, size in sizes.items():
        for _ in range(size):
            staff.append({"staff_key": f"S{at}", "snapshot": MARCH[0], "role_group": role, "shift": role[0]})
            at += 1
    training = [
        {"staff_key": f"S{each}", "course_code": "MH1", "completed": datetime.date(2023, 6, 1)}
        for each in range(min(trained, at))
    ]
    requirements = [{**COURSE, "role_group": role} for role in sizes]
    return {"staff": staff, "training": training, "course_requirements": requirements}


def shown(rows: list[dict[str, Any]]) -> dict[str, tuple[Any, Any, str]]:
    return {
        row["group"]: (row["numerator"], row["denominator"], row["status"]) for row in rows if row["part"] == "by_role"
    }


def test_roles_with_enough_staff_stand_on_their_own() -> None:
    rows = answer("D15", tables=world({"Response": 25, "Custody": 20}, trained=30), days=MARCH)

    assert shown(rows) == {"Custody": (5, 20, "ok"), "Response": (25, 25, "ok")}


def test_small_roles_stand_together() -> None:
    rows = answer("D15", tables=world({"Response": 25, "Custody": 6, "Dogs": 5}), days=MARCH)

    assert shown(rows) == {"Response": (25, 25, "ok"), "groups of few staff, together": (11, 11, "not_enough_data")}


def test_a_single_small_role_is_put_with_the_next_so_that_nothing_can_be_taken_away_from_the_whole() -> None:
    rows = answer("D15", tables=world({"Response": 25, "Custody": 20, "Dogs": 5}), days=MARCH)

    assert shown(rows) == {"Response": (25, 25, "ok"), "groups of few staff, together": (25, 25, "ok")}


def test_a_breakdown_of_a_small_force_is_refused() -> None:
    rows = answer("D15", tables=world({"Response": 5, "Dogs": 3}), days=MARCH)

    assert shown(rows) == {"groups of few staff, together": (None, None, "refused")}
    assert next(row["reason"] for row in rows if row["part"] == "by_role").startswith("Fewer than 10 staff")


@pytest.mark.parametrize("part", ["in_date", "in_grace"])
def test_a_breakdown_asked_for_puts_small_groups_together_too(part: str) -> None:
    rows = answer("D15", tables=world({"Response": 25, "Custody": 20, "Dogs": 5}), days=MARCH, by="month,shift")

    assert [row["group"] for row in rows if row["part"] == part] == ["R", "groups of few staff, together"]


def test_only_staff_who_must_be_trained_make_a_group_large_enough() -> None:
    tables = world({"Response": 25, "Custody": 20})
    # Nine of Custody are still there, and twelve of Response; nine are too few, and would follow from the whole.
    gone = {"left_on": datetime.date(2023, 1, 1)}
    staff = [{**row, "left_on": None} for row in tables["staff"]]
    staff = [{**row, **gone} if at < 13 or at >= 34 else row for at, row in enumerate(staff)]

    rows = answer("D15", tables={**tables, "staff": staff}, days=MARCH)

    assert shown(rows) == {"groups of few staff, together": (21, 21, "ok")}


def test_the_last_snapshot_of_a_quarter_counts() -> None:
    tables = world({"Response": 25})
    earlier = [
        {**row, "snapshot": datetime.date(2024, 1, 1), "staff_key": f"old-{row['staff_key']}"}
        for row in tables["staff"]
    ]
    tables = {**tables, "staff": [*earlier, *tables["staff"]]}

    rows = answer("D15", tables=tables, days=(datetime.date(2024, 1, 1), MARCH[1]), by="quarter")

    assert [(row["numerator"], row["denominator"]) for row in rows if row["part"] == "in_date"] == [(25, 25)]


def test_a_month_without_a_snapshot_has_no_share() -> None:
    rows = answer("D15", tables=world({"Response": 25}), days=(datetime.date(2024, 2, 1), MARCH[1]))

    statuses = [(str(row["period_start"]), row["status"]) for row in rows if row["part"] == "in_date"]
    assert statuses == [("2024-02-01", "not_enough_data"), ("2024-03-01", "ok")]
