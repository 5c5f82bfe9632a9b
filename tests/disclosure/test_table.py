"""The only table that a chart or a file accepts."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any

import pytest

from nvap.disclosure.policy import HIDDEN
from nvap.disclosure.sharing import share
from nvap.disclosure.table import Cell, Column, Table
from nvap.errors import Refused, UsageFault

COLUMNS = (
    Column("month", "Month"),
    Column("numerator", "Flagged", "count"),
    Column("denominator", "All incidents", "base"),
    Column("value", "Share", "share", unit="%"),
    Column("mean", "Average", "line", unit="%"),
)


def table(*rows: tuple[Cell, ...], columns: tuple[Column, ...] = COLUMNS, **changed: Any) -> Table:
    settings: dict[str, Any] = {
        "title": "Flagged incidents",
        "sentence": "About one in ten is flagged.",
        "counting_rule": "flagged at closure",
        "as_at": date(2026, 11, 1),
        "pack": "nvap-2.1.2-mental-health 1.0.0",
    }
    return Table(columns=columns, rows=rows, **(settings | changed))


def test_a_table_says_not_for_release_until_it_is_shared() -> None:
    made = table(("Jan", 20, 200, 10.0, 10.0), made_up=True)

    assert made.standing == ("Not for release", "Made-up force: these numbers are not real")
    assert table().standing == ("Not for release",)


@pytest.mark.parametrize(
    "column",
    [
        {"name": "person_key"},
        {"name": "place_key"},
        {"name": "staff_id"},
        {"name": "officer_number"},
        {"name": "postcode"},
        {"name": "date_of_birth"},
        {"name": "who", "domain": "person"},
        {"name": "team_member", "domain": "staff"},
    ],
)
def test_nothing_keyed_to_a_person_is_a_column(column: dict[str, str]) -> None:
    with pytest.raises(Refused, match="nothing keyed to a person"):
        Column(heading="Who", **column)


@pytest.mark.parametrize("name", ["people", "staff_trained", "officers", "monkeys", "area", "person_hours"])
def test_counts_of_people_are_columns(name: str) -> None:
    assert Column(name, "How many", "count").name == name


def test_a_kind_of_cell_that_is_not_known_gets_the_nearest() -> None:
    with pytest.raises(UsageFault, match="Did you mean `count`"):
        Column("n", "N", "counts")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: table(("Jan", 1)), "row 1 has 2 cells, but there are 5 columns"),
        (lambda: table(title=" "), "a title is needed"),
        (lambda: table(profile="public"), "found profile 'public'"),
        (lambda: table(columns=(COLUMNS[0], COLUMNS[0])), "column month stands twice"),
        (lambda: table().column("mont"), "Did you mean `month`"),
    ],
)
def test_a_table_that_does_not_hold_together_is_refused(make: Any, says: str) -> None:
    with pytest.raises(UsageFault, match=says):
        make()


def test_a_table_is_read_by_name_and_cannot_be_changed() -> None:
    made = table(("Jan", 20, 200, 10.0, None))

    assert made.column("value") == (10.0,)
    assert made.has("mean")
    assert not made.has("upper")
    assert made.records()[0]["numerator"] == 20
    with pytest.raises(FrozenInstanceError):
        made.title = "Other"  # type: ignore[misc]


def test_a_shared_table_hides_small_counts_and_what_gives_them_away() -> None:
    inside = table(
        ("Jan", 20, 200, 10.0, 9.0),
        ("Feb", 3, 200, 1.5, 9.0),
        ("Mar", 195, 200, 97.5, 9.0),
        ("Apr", 12, 49, 24.5, 9.0),
        ("May", 0, 200, 0.0, 9.0),
        ("Jun", None, 5, None, 9.0),
        ("All", 230, 854, 26.9, 9.0),
    )

    outside = share(inside, sentence="Some months are too small to show.", totals=(6,))

    assert outside.rows == (
        ("Jan", 20, 200, 10.0, HIDDEN),
        ("Feb", HIDDEN, 200, HIDDEN, HIDDEN),
        ("Mar", HIDDEN, 200, HIDDEN, HIDDEN),
        ("Apr", 12, 49, HIDDEN, HIDDEN),
        ("May", 0, 200, 0.0, HIDDEN),
        ("Jun", None, HIDDEN, None, HIDDEN),
        ("All", HIDDEN, HIDDEN, HIDDEN, HIDDEN),
    )
    assert outside.profile == "shared"
    assert outside.standing == ()
    assert outside.sentence == "Some months are too small to show."
    assert inside.rows[1][1] == 3


def test_a_shared_table_with_nothing_small_keeps_its_lines_and_total() -> None:
    inside = table(("Jan", 20, 200, 10.0, 9.0), ("All", 20, 200, 10.0, 9.0))

    assert share(inside, sentence="Steady.", totals=(1,)).rows == inside.rows


def test_a_rate_is_hidden_with_its_count_and_the_population_is_not() -> None:
    columns = (
        Column("n", "Incidents", "count"),
        Column("people", "People", "population"),
        Column("rate", "Rate", "rate"),
    )

    outside = share(table((8, 12_345, 0.65), columns=columns), sentence="Too small to show.")

    assert outside.rows == ((HIDDEN, 12_345, HIDDEN),)


@pytest.mark.parametrize("row", [("Jan", 3, 200, HIDDEN, 9.0), ("Jan", 20, 49, 40.8, 9.0), ("Jan", 20, 5, HIDDEN, 9.0)])
def test_no_one_can_call_a_table_shared_that_is_not_safe(row: tuple[Cell, ...]) -> None:
    with pytest.raises(Refused) as fault:
        table(row, profile="shared")

    assert "row 1" in str(fault.value)
    assert "40.8" not in str(fault.value)


def test_the_forces_own_references_never_leave() -> None:
    columns = (Column("incident_ref", "Incident", domain="record"),)

    with pytest.raises(Refused, match="own references"):
        share(table(("X1",), columns=columns), sentence="One.")
