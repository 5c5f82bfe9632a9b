"""Rows kept separate within a part: their names, their order, and those that hold nothing."""

from __future__ import annotations

from typing import Any

from nvap.measures.frame import as_read

from .world import answer, incident, measure

GRADES = measure("D11").example.tables["grade_config"]


def attended(at: int, grade: str, *, flagged: bool | None) -> dict[str, Any]:
    """An incident of a grade, without a time of arrival."""
    grades = {"grade_initial": grade, "grade_final": grade, "first_dispatch": None, "first_arrival": None}
    return incident(at, "2024-01-20T10:00", flagged=flagged, **grades)


def test_groups_stand_in_the_order_that_the_measure_names_them_and_the_unknown_last() -> None:
    incidents = [
        attended(1, "2", flagged=None),
        attended(2, "2", flagged=False),
        attended(3, "2", flagged=True),
        attended(4, "1", flagged=False),
        attended(5, "9", flagged=True),
    ]

    rows = answer("D11", tables={"incidents": incidents, "grade_config": GRADES})

    assert [row["group"] for row in rows if row["part"] == "in_time"] == [
        "Immediate, other incidents",
        "Priority, mental-health-related",
        "Priority, other incidents",
        "Priority, not known whether mental-health-related",
        "not known, mental-health-related",
    ]


def test_a_grade_that_expects_no_attendance_is_no_group() -> None:
    rows = answer("D11", tables={"incidents": [attended(1, "4", flagged=True)], "grade_config": GRADES})

    assert [(row["part"], row["status"], row["reason"]) for row in rows] == [
        ("in_time", "not_enough_data", "There was none to count in the days asked for."),
        ("regraded", "not_enough_data", "There was none to count in the days asked for."),
    ]


def test_an_incident_meets_one_target_where_two_periods_of_a_grade_overlap() -> None:
    overlapping = [{**row, "valid_to": None} for row in GRADES]

    rows = answer("D11", tables={"incidents": [attended(1, "1", flagged=True)], "grade_config": overlapping})

    assert [(row["group"], row["unknown"]) for row in rows if row["part"] == "in_time"] == [
        ("Immediate, mental-health-related", 1)
    ]


def test_names_sort_as_a_reader_expects() -> None:
    assert sorted(["10", "9", "100", "Area 2", "Area 10"], key=as_read) == ["9", "10", "100", "Area 2", "Area 10"]
