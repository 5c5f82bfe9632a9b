"""Every derived column on rows that a reader can work out by hand, and where each one is documented."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from tests.measures.world import answer

from nvap.engine.connection import Engine, connect
from nvap.measures.example import register
from nvap.packs.derived_columns import OWN_DERIVED

Rows = Sequence[Mapping[str, Any]]
DAYS = (datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))


@pytest.fixture
def engine() -> Iterator[Engine]:
    with connect(memory_limit="256MB", threads=1) as opened:
        yield opened


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def worked_out(engine: Engine, table: str, column: str, **tables: Rows) -> list[Any]:
    """The column's values for the table's rows, in the order of their references."""
    for name, rows in tables.items():
        register(engine, name, rows, DAYS)
    key = next(iter(tables[table][0]))
    sql = f'SELECT {OWN_DERIVED[table][column].sql} AS found FROM "{table}" ORDER BY "{key}"'
    found: list[Any] = engine.query(sql)["found"].to_pylist()
    return found


def log(ref: str, created: str = "2024-03-01 12:00", **more: Any) -> dict[str, Any]:
    return {"incident_ref": ref, "created": at(created), "closure_kind": "counted", "mh_at_closure": True, **more}


def link(ref: str, person: str, **more: Any) -> dict[str, Any]:
    return {
        "incident_ref": ref,
        "record_date": datetime.date(2024, 3, 1),
        "person_key": person,
        "role": "subject",
        **more,
    }


CHAINS = [
    log("A"),
    log("B", duplicate_of="A"),
    log("C", duplicate_of="B"),  # a duplicate of a duplicate
    log("D", duplicate_of="C"),
    log("E", duplicate_of="F"),  # a loop of two
    log("F", duplicate_of="E"),
    log("G", duplicate_of="G"),  # a loop of one
    log("H", duplicate_of="E"),  # leads into a loop
    log("I", duplicate_of="gone"),
    log("J", duplicate_of="I"),
]


def test_a_chain_of_duplicates_is_followed_to_the_log_that_leads_it(engine: Engine) -> None:
    found = worked_out(engine, "incidents", "event_ref", incidents=CHAINS)

    assert found == ["A", "A", "A", "A", None, None, None, None, "gone", "gone"]


def test_loops_and_leading_logs_that_are_not_held_are_told(engine: Engine) -> None:
    found = worked_out(engine, "incidents", "chain", incidents=CHAINS)

    assert found == ["none", *["duplicate"] * 3, *["loop"] * 4, *["leader_not_held"] * 2]


def test_only_the_leading_log_stands_for_its_event(engine: Engine) -> None:
    found = worked_out(engine, "incidents", "leads_event", incidents=CHAINS)

    assert found == [True, False, False, False, *[None] * 6]


@pytest.mark.parametrize("length", [15, 16, 17])
def test_a_chain_is_followed_for_sixteen_steps_and_is_unknown_beyond(length: int, engine: Engine) -> None:
    logs = [log(f"L{at:02}", duplicate_of=f"L{at - 1:02}" if at else None) for at in range(length + 1)]

    found = worked_out(engine, "incidents", "event_ref", incidents=logs)

    assert set(found[:17]) == {"L00"}
    assert found[17:] == [None] * (length - 16)


def test_contacts_within_24_hours_of_the_one_before_are_one_episode(engine: Engine) -> None:
    logs = [
        log("A", "2024-03-01 12:00"),
        log("B", "2024-03-02 11:00"),
        log("C", "2024-03-03 10:00"),  # 23 hours after B, 46 after A: still the same episode
        log("D", "2024-03-04 10:01"),
        log("E", "2024-03-04 11:00", mh_at_closure=False),  # not of the same kind
        log("F", "2024-03-04 12:00", closure_kind="cancelled"),
    ]
    people = [link(each["incident_ref"], "P") for each in logs]

    found = worked_out(engine, "incidents", "begins_episode", incidents=logs, person_links=people)

    assert found == [True, False, False, True, True, False]


def test_without_a_person_the_place_tells_an_episode_unless_it_is_an_institution(engine: Engine) -> None:
    logs = [
        log("A", "2024-03-01 12:00", place_key="home", place_kind="home"),
        log("B", "2024-03-01 13:00", place_key="home", place_kind="home"),
        log("C", "2024-03-01 12:00", place_key="ward", place_kind="hospital"),
        log("D", "2024-03-01 13:00", place_key="ward", place_kind="hospital"),
        log("E", "2024-03-01 13:00"),
    ]

    found = worked_out(engine, "incidents", "begins_episode", incidents=logs, person_links=[link("none", "P")])

    assert found == [True, False, None, None, None]


REPEATS = [
    log("A", "2024-01-01 12:00", place_key="X", place_kind="care_home"),
    log("B", "2024-03-20 12:00", place_key="X", place_kind="care_home"),
    log("C", "2024-04-01 12:00", place_key="X", place_kind=None, mh_at_closure=False),  # no history for others
    log("D", "2024-04-10 12:00", place_key="X", place_kind="home"),
    log("E", "2024-04-10 12:00"),
]


@pytest.mark.parametrize(
    ("person", "place", "expected"),
    [
        ("of_person_in_30_days", "at_place_in_30_days", [0, 0, 1, 1]),
        ("of_person_in_90_days", "at_place_in_90_days", [0, 1, 1, 1]),
        ("earlier_of_person", "earlier_at_place", [0, 1, 2, 2]),
    ],
)
def test_repeats_look_back_over_thirty_ninety_and_365_days(
    person: str, place: str, expected: list[int], engine: Engine
) -> None:
    people = [link(ref, "P") for ref in "ABCD"]

    # From A to B are 79 days, from A to C 91 and to D 100, from B to C 12 and to D 21.
    assert worked_out(engine, "incidents", person, incidents=REPEATS, person_links=people) == [*expected, None]
    assert worked_out(engine, "incidents", place, incidents=REPEATS) == [*expected, None]


def test_a_link_made_by_likeness_is_not_sure(engine: Engine) -> None:
    people = [link("A", "P", match_method="rms_id"), link("B", "P", match_method="rms_id"),
              link("D", "P", match_method="probabilistic")]  # fmt: skip

    found = worked_out(engine, "incidents", "earlier_of_person_sure", incidents=REPEATS, person_links=people)

    assert found == [0, 1, None, 0, None]


def test_institutions_are_labelled_and_a_place_of_unknown_kind_is_not_guessed(engine: Engine) -> None:
    found = worked_out(engine, "incidents", "at_institution", incidents=REPEATS)

    assert found == [True, True, None, False, None]


def event(ref: str, happened: str, kind: str, about_mh: bool | None) -> dict[str, Any]:
    return {"incident_ref": ref, "happened": at(happened), "event_type": kind, "about_mh": about_mh, "new_value": kind}


HISTORY = [
    event("A", "2024-03-01 12:05", "code_set", True),
    event("B", "2024-04-02 12:00", "qualifier_added", True),  # on the 32nd day
    event("B", "2024-03-01 12:00", "created", None),
    event("C", "2024-03-01 12:05", "code_set", True),
    event("C", "2024-03-09 12:05", "code_set", False),  # another main code instead
    event("D", "2024-03-01 12:05", "qualifier_added", True),
    event("D", "2024-03-05 12:05", "qualifier_removed", True),
    event("E", "2024-03-01 12:05", "qualifier_added", True),
    event("E", "2024-03-02 12:05", "code_set", False),  # the qualifier stays
    event("G", "2024-05-20 12:05", "code_set", True),
]
FLAGGED = [*(log(ref) for ref in "ABCDEF"), log("G", "2024-05-20 12:00")]


def test_the_flag_after_thirty_days_is_what_the_history_says(engine: Engine) -> None:
    found = worked_out(engine, "incidents", "flag_at_30_days", incidents=FLAGGED, incident_events=HISTORY)

    assert found == [True, False, False, False, True, None, None]


def test_a_log_is_mature_not_yet_mature_or_without_history(engine: Engine) -> None:
    found = worked_out(engine, "incidents", "maturity", incidents=FLAGGED, incident_events=HISTORY)

    assert found == [*["mature"] * 5, "no_history", "not_yet"]


def test_without_an_event_history_the_flag_after_thirty_days_is_not_computable_and_says_why() -> None:
    rows = {row["part"]: row for row in answer("D06", tables={"incidents": FLAGGED})}

    row = rows["at_30_days"]
    assert (row["status"], row["value"], row["numerator"]) == ("not_enough_data", None, None)
    assert row["reason"] == "The table incident_events is not loaded."


def sent(ref: str, arrived: str | None, cleared: str | None, *, day: str = "2024-03-01", **more: Any) -> dict[str, Any]:
    """A deployment assigned at ten; `cleared_date` is the local day of its clearing."""
    row = {
        "deployment_ref": ref,
        "incident_ref": "A",
        "officers": 2,
        "assigned": at("2024-03-01 10:00"),
        "arrived": at(arrived) if arrived else None,
        "cleared": at(cleared) if cleared else None,
        "cleared_date": datetime.date.fromisoformat(day),
        "stood_down": False,
    }
    return {**row, **more}


RESOURCES = [
    sent("A", "2024-03-01 10:30", "2024-03-01 12:00"),
    sent("B", "2024-03-01 10:30", None),
    sent("C", "2024-03-01 10:30", "2024-03-01 10:20"),  # clear before it arrived
    sent("D", "2024-03-01 10:30", "2024-03-02 00:00", day="2024-03-02"),  # filled in
    sent("E", "2024-03-01 10:30", "2024-03-02 22:31", day="2024-03-02"),  # 36 hours and a minute
    sent("F", "2024-03-01 10:30", "2024-03-01 11:00", officers=None),
    sent("G", None, "2024-03-01 10:30", stood_down=True),
]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("t2_hours", [3, None, None, None, None, None, 0]),
        ("t2_hours_least", [3, 0, 0, 0, 0, 0, 0]),
        ("t2_hours_most", [3, 72, 72, 72, 72, None, 0]),
        ("t3_hours", [4, None, 2 / 3, None, None, None, 1]),
        ("t3_hours_least", [4, 0, 2 / 3, 0, 0, 0, 1]),
        ("t3_hours_most", [4, 72, 2 / 3, 72, 72, None, 1]),
    ],
)
def test_hours_that_cannot_be_believed_are_unknown_and_bounded(
    column: str, expected: list[float | None], engine: Engine
) -> None:
    assert worked_out(engine, "deployments", column, deployments=RESOURCES) == pytest.approx(expected)


def test_why_hours_are_unknown_is_told(engine: Engine) -> None:
    found = worked_out(engine, "deployments", "stamps_at_scene", deployments=RESOURCES)

    assert found == ["whole", "missing", "end_before_start", "at_midnight", "too_long", "whole", "stood_down"]


MIDNIGHTS = [
    # (UTC, local day, is it midnight on the clocks of the United Kingdom)
    ("2024-01-15 00:00:00", "2024-01-15", True),
    ("2024-01-14 23:00:00", "2024-01-14", False),
    ("2024-07-14 23:00:00", "2024-07-15", True),
    ("2024-07-15 00:00:00", "2024-07-15", False),
    ("2024-03-31 00:00:00", "2024-03-31", True),  # the last Sunday of March begins in winter time
    ("2024-03-31 23:00:00", "2024-04-01", True),
    ("2024-10-26 23:00:00", "2024-10-27", True),  # the last Sunday of October begins in summer time
    ("2024-10-28 00:00:00", "2024-10-28", True),
    ("2024-10-27 23:00:00", "2024-10-27", False),
    ("2024-03-30 00:00:00", "2024-03-30", True),
    ("2024-10-25 23:00:00", "2024-10-26", True),
    ("2024-01-15 00:00:01", "2024-01-15", False),
]


@pytest.mark.parametrize(("moment", "day", "expected"), MIDNIGHTS)
def test_midnight_is_known_in_winter_in_summer_and_about_the_change(
    moment: str, day: str, expected: bool, engine: Engine
) -> None:
    row = sent("A", (at(moment) - datetime.timedelta(hours=1)).isoformat(), moment, day=day)

    (found,) = worked_out(engine, "deployments", "stamps_at_scene", deployments=[row])

    assert found == ("at_midnight" if expected else "whole")


SPANS = [
    log("A", first_arrival=at("2024-03-01 12:30"), closed=at("2024-03-01 14:00")),
    log("B", first_arrival=at("2024-03-01 12:30"), closed=None),
    log("C", first_arrival=None, closed=at("2024-03-01 14:00")),
    log("D", first_arrival=at("2024-03-01 12:30"), closed=at("2024-03-04 14:00")),
    log("E", first_arrival=at("2024-03-01 12:30"), closed=at("2024-03-02 00:00")),
]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("t1_hours", [1.5, None, None, None, None]),
        ("t1_hours_least", [1.5, 0, 0, 0, 0]),
        ("t1_hours_most", [1.5, 36, 36, 36, 36]),
        ("stamps_of_span", ["whole", "missing", "missing", "too_long", "at_midnight"]),
    ],
)
def test_the_span_of_an_incident_is_unknown_where_its_stamps_are(
    column: str, expected: list[Any], engine: Engine
) -> None:
    assert worked_out(engine, "incidents", column, incidents=SPANS) == expected
