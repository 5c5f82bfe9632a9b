"""What is refused or lacks data says so, row by row, and nothing is guessed."""

from __future__ import annotations

import datetime

import pytest

from nvap.measures.held import Held
from nvap.measures.readiness import ready

from .world import JANUARY, answer, answer_with_sql, incident, measure, people

FLAGGED = [incident(at, "2024-01-05", flagged=True) for at in range(30)]


def test_a_share_of_all_incidents_is_refused_where_only_some_are_held() -> None:
    rows = answer("D01", tables={"incidents": FLAGGED}, changes={"incidents": {"only": "mhri"}})

    assert {row["status"] for row in rows} == {"refused"}
    assert "only some records are held (only: mhri)" in rows[0]["reason"]
    assert all(row["value"] is None and row["numerator"] is None for row in rows)


def test_a_rate_still_stands_where_only_mental_health_calls_are_held() -> None:
    tables = {"incidents": FLAGGED, "population": [people(None, 1000)]}

    row = answer("D02", tables=tables, changes={"incidents": {"only": "mhri"}})[0]

    assert (row["value"], row["status"]) == (30.0, "ok")


def test_the_rule_on_review_waits_for_dip_samples() -> None:
    row = answer("D01", tables={"incidents": FLAGGED}, rule="on review")[0]

    assert (row["status"], row["rule"]) == ("refused", "RA")
    assert row["reason"] == "The counting rule on review (RA) needs the results of a dip sample, and none is held."


def test_a_rule_without_its_columns_names_them() -> None:
    row = answer("D01", tables={"incidents": FLAGGED}, rule="plus linked records")[0]

    assert row["status"] == "not_enough_data"
    assert row["reason"].startswith("The table s136 is not loaded; no mapping fills incidents.mh_at_opening (")
    assert "no mapping fills incidents.mh_linked (" in row["reason"]


def test_times_that_are_held_by_day_cannot_give_minutes() -> None:
    example = measure("D11").example
    rows = answer(
        "D11",
        tables=example.tables,
        changes={"incidents": {"precision": {"first_arrival": "day"}}},
    )

    assert rows[0]["status"] == "not_enough_data"
    assert rows[0]["reason"] == "incidents.first_arrival is held by day only, and this needs it by minute."


def test_crimes_without_a_mental_health_factor_have_no_outcome_mix() -> None:
    crime = {"crime_ref": "C1", "recorded": datetime.datetime(2024, 1, 1), "outcome_type": "1"}  # noqa: DTZ001

    rows = answer("J15", tables={"crimes": [crime]})

    assert {row["status"] for row in rows} == {"not_enough_data"}
    assert rows[1]["reason"] == (
        "No mapping fills crimes.mh_factor (whether mental health is recorded as a factor, and for whom)."
    )


def test_fewer_than_twenty_show_no_percentage_and_keep_their_counts() -> None:
    few, enough = FLAGGED[:19], FLAGGED[:20]

    share_of_few = answer("D01", tables={"incidents": few})[1]
    share_of_enough = answer("D01", tables={"incidents": enough})[1]

    assert (share_of_few["numerator"], share_of_few["denominator"], share_of_few["value"]) == (19, 19, None)
    assert (share_of_few["status"], share_of_few["reason"]) == (
        "not_enough_data",
        "Fewer than 20: no percentage is shown.",
    )
    assert (share_of_enough["value"], share_of_enough["status"]) == (1.0, "ok")


def test_a_month_without_anything_has_no_share() -> None:
    share = answer("D01", tables={"incidents": [incident(1, "2023-06-01")]})[1]

    assert (share["denominator"], share["status"], share["reason"]) == (
        0, "not_enough_data", "There was none to take a share of."
    )  # fmt: skip


def test_what_is_not_flagged_either_way_is_unknown_and_not_false() -> None:
    rows = answer("D01", tables={"incidents": [*FLAGGED, incident("x", "2024-01-06", flagged=None)]})

    share = rows[1]
    assert (share["numerator"], share["denominator"], share["unknown"], share["value"]) == (30, 30, 1, 1.0)


def test_parts_over_incidents_that_are_grouped_alike_are_one_query() -> None:
    tables = {**measure("D12").example.tables, **measure("D11").example.tables, "population": [people(None, 1000)]}

    _, sql = answer_with_sql("D01", "D02", "D12", tables=tables)
    _, grouped = answer_with_sql("D01", "D02", "D11", "D12", tables=tables)

    assert len(sql) == 1
    assert " / NULLIF" not in sql[0]
    ways = {tuple(each.by.text for each in part.groups) for part in measure("D11").parts}
    assert len(grouped) == len(sql) + len(ways)


@pytest.mark.parametrize(
    ("tables", "state", "missing"),
    [
        ({}, "not", "the table incidents is not loaded"),
        ({"incidents": {"closure_kind", "mh_at_closure"}}, "not", "no mapping fills incidents.created"),
        ({"incidents": {"closure_kind", "mh_at_closure", "created"}}, "computable", None),
    ],
)
def test_readiness_names_what_is_missing(tables: dict[str, set[str]], state: str, missing: str | None) -> None:
    held = {name: Held(name, frozenset(columns), ranges=(JANUARY,)) for name, columns in tables.items()}

    found = ready(measure("D01"), held, "R1")

    assert found.state == state
    assert [said[: len(missing)] for said in found.missing] == [missing] if missing else not found.missing


def test_a_measure_with_one_part_possible_is_partly_ready() -> None:
    columns = {"created", "closure_kind", "mh_at_closure", "grade_initial", "grade_final"}
    grades = {"grade", "label", "target_minutes", "attended", "clock_start", "valid_from"}
    held = {
        "incidents": Held("incidents", frozenset(columns), ranges=(JANUARY,)),
        "grade_config": Held("grade_config", frozenset(grades), ranges=(JANUARY,)),
    }

    found = ready(measure("D11"), held, "R1")

    assert found.state == "partly"
    assert [said.partition(" (")[0] for said in found.missing] == [
        "no mapping fills incidents.first_arrival",
        "no mapping fills incidents.first_dispatch",
    ]
