"""What the numbers of a measure may be told apart by: people, codes, flags, the clock, and teams."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest

from nvap.engine.connection import connect
from nvap.measures.asking import choices, read_by
from nvap.measures.example import register
from nvap.measures.run import Ask, compute

from .world import JANUARY, answer, incident, measure, people

AT = datetime.datetime.fromisoformat
INCIDENTS = [
    incident(at, f"2024-01-0{at} 10:30", flagged=True, closing_code=f"C{at}", source="999") for at in (1, 2, 3)
]
INCIDENT_MEASURES = ("D01", "D02", "D06", "D08", "D09", "D11", "D12", "P07", "P08", "P11", "P19")


def counts(by: str, *, of: str = "D01", part: str = "count", **tables: Any) -> dict[str, float]:
    rows = answer(of, tables={"incidents": INCIDENTS, **tables}, by=f"whole,{by}")
    return {row["group"]: row["numerator"] for row in rows if row["part"] == part}


def code(name: str, role: str, start: str = "2020-01-01", end: str | None = None) -> dict[str, Any]:
    day = datetime.date.fromisoformat
    return {"code": name, "label": f"{name} in words", "scheme": "own", "mh_role": role,
            "valid_from": day(start), "valid_to": day(end) if end else None}  # fmt: skip


@pytest.mark.parametrize("measure_id", INCIDENT_MEASURES)
def test_the_measures_of_incidents_can_be_told_apart_alike(measure_id: str) -> None:
    offered = set(choices(measure(measure_id)))

    assert offered >= {"source", "grade_initial", "grade_final", "mh_sub_type", "mh_qualifier", "strand"}
    assert offered >= {"age_band", "sex", "ethnicity", "weekday", "hour", "area"}


def test_the_sub_type_is_the_code_of_that_day_in_the_forces_words() -> None:
    codes = [code("C1", "core"), code("C2", "core", end="2021-12-31"), code("C3", "none")]

    assert counts("mh_sub_type", code_map=codes) == {"C1 in words": 1, "not known": 2}


def test_of_several_codes_the_one_that_means_mental_health_tells() -> None:
    several = [incident(1, "2024-01-05", flagged=True, closing_code="A; MH 1|B")]
    codes = [code("A", "possible"), code("MH 1", "core"), code("B", "none"), code("MH", "core")]

    rows = answer("D01", tables={"incidents": several, "code_map": codes}, by="whole,mh_sub_type")

    assert [row["group"] for row in rows if row["part"] == "count"] == ["MH 1 in words"]


def test_the_qualifier_is_the_last_one_for_mental_health() -> None:
    def event(at: str, value: str, about: bool) -> dict[str, Any]:
        return {"incident_ref": "I1", "happened": AT(at), "event_type": "qualifier_added", "about_mh": about,
                "new_value": value}  # fmt: skip

    events = [
        event("2024-01-01 10:40", "Q1", True),
        event("2024-01-01 10:50", "Q2", True),
        event("2024-01-01 11:00", "Q9", False),
    ]

    assert counts("mh_qualifier", incident_events=events) == {"Q2": 1, "not known": 2}


def test_an_incident_of_several_strands_stands_once_so_that_they_add_up() -> None:
    flags = [
        {"incident_ref": ref, "strand": strand, "set_at": AT("2024-01-01 11:00")}
        for ref, strand in [("I1", "missing"), ("I1", "suicide"), ("I2", "suicide"), ("I2", "mental_health")]
    ]

    assert counts("strand", vulnerability_flags=flags) == {
        "Suicide (local addition)": 1,
        "Several other strands": 1,
        "No other strand": 1,
    }


def test_the_person_whom_it_is_about_goes_before_the_caller_by_the_record_of_that_time() -> None:
    day = datetime.date.fromisoformat
    links = [
        {"incident_ref": "I1", "record_date": day("2024-01-01"), "person_key": "C", "role": "caller"},
        {"incident_ref": "I1", "record_date": day("2024-01-01"), "person_key": "P", "role": "subject"},
        {"incident_ref": "I2", "record_date": day("2024-01-02"), "person_key": "C", "role": "caller"},
        {"incident_ref": "I3", "record_date": day("2024-01-03"), "person_key": "C", "role": "witness"},
    ]
    persons = [
        {"person_key": "P", "as_of": day("2020-01-01"), "age_band": "18_24"},
        {"person_key": "P", "as_of": day("2023-12-31"), "age_band": "25_34"},
        {"person_key": "P", "as_of": day("2024-01-02"), "age_band": "35_44"},
        {"person_key": "C", "as_of": day("2024-06-01"), "age_band": "65_over"},
    ]

    assert counts("age_band", person_links=links, persons=persons) == {"25 to 34": 1, "65 and over": 1, "not known": 1}


def test_a_rate_by_sex_is_held_against_the_people_of_that_sex() -> None:
    day = datetime.date.fromisoformat
    links = [{"incident_ref": "I1", "record_date": day("2024-01-01"), "person_key": "P", "role": "subject"}]
    held = {
        "incidents": INCIDENTS,
        "population": [people(None, 3000)],
        "population_groups": [{"year": 2024, "sex": "F", "people": 1000}, {"year": 2024, "sex": "M", "people": 2000}],
        "person_links": links,
        "persons": [{"person_key": "P", "as_of": day("2024-01-01"), "sex": "M"}],
    }

    rows = {row["group"]: row for row in answer("D02", tables=held, by="whole,sex")}

    assert {group: (row["numerator"], row["denominator"], row["value"]) for group, row in rows.items()} == {
        "Female": (0, 1000, 0),
        "Male": (1, 2000, 0.5),
        "Not known": (2, None, None),
    }


def test_a_rate_by_source_and_sex_has_every_sex_beside_every_source() -> None:
    held = {
        "incidents": INCIDENTS,
        "population": [people(None, 3000)],
        "population_groups": [{"year": 2024, "sex": "F", "people": 1000}, {"year": 2024, "sex": "M", "people": 2000}],
        "person_links": [{"incident_ref": "I9", "record_date": datetime.date(2024, 1, 1), "person_key": "P"}],
        "persons": [{"person_key": "P", "as_of": datetime.date(2024, 1, 1), "sex": "M"}],
    }
    held["person_links"][0]["role"] = "subject"

    rows = answer("D02", tables=held, by="whole,source,sex")

    assert [(row["group"], row["denominator"]) for row in rows] == [
        ("Emergency call, Female", 1000),
        ("Emergency call, Male", 2000),
        ("Emergency call, Not known", None),
    ]


def test_a_breakdown_without_its_table_says_which_is_missing() -> None:
    rows = answer("D01", tables={"incidents": INCIDENTS}, by="whole,sex")
    by_sex = answer("D02", tables={"incidents": INCIDENTS, "population": [people(None, 9)]}, by="whole,sex")

    assert {row["reason"] for row in rows} == {"By sex: the table person_links is not loaded."}
    assert by_sex[0]["reason"] == "By sex: the table person_links is not loaded."


def test_weekdays_stand_in_their_order() -> None:
    # 1 January 2024 was a Monday.
    assert list(counts("weekday").items()) == [("Monday", 1), ("Tuesday", 1), ("Wednesday", 1)]


def test_a_weekday_before_the_day_that_they_are_counted_from_is_right() -> None:
    old = [incident(1, "2015-06-14 10:00", flagged=True)]

    rows = answer(
        "D01", tables={"incidents": old}, by="whole,weekday", days=(JANUARY[0].replace(year=2015), JANUARY[1])
    )

    assert rows[0]["group"] == "Sunday"


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("UTC", ["10:00 to 10:59", "23:00 to 23:59"]), ("Europe/London", ["00:00 to 00:59", "10:00 to 10:59"])],
)
def test_hours_are_those_of_the_forces_own_clock(zone: str, hours: list[str]) -> None:
    winter, summer = incident(1, "2024-01-05 10:59", flagged=True), incident(2, "2024-06-30 23:10", flagged=True)
    days = (datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))

    with connect(memory_limit="256MB", threads=1) as engine:
        held = {"incidents": register(engine, "incidents", [winter, summer], days)}
        ask = Ask((measure("D01"),), None, None, read_by("whole,hour", [measure("D01")]), "R1", None, zone)
        found, _ = compute(engine, held, ask, force="kent", pack="pack@1")

    assert [row["group"] for row in found.to_pylist() if row["part"] == "count"] == hours


def test_hours_of_a_time_that_is_held_by_day_are_not_told() -> None:
    changes = {"incidents": {"precision": {"created": "day"}}}

    rows = answer("D01", tables={"incidents": INCIDENTS}, by="whole,hour", changes=changes)

    assert {row["reason"] for row in rows} == {"By hour: incidents.created is not held to the hour."}


def test_teams_of_few_staff_are_put_together_by_the_size_that_their_roster_says() -> None:
    def shift(team: str, size: int, hours: float) -> dict[str, Any]:
        return {"team": team, "shift_date": datetime.date(2024, 1, 5), "shift": "Lates", "planned_fte": size,
                "actual_fte": size, "mh_hours": 1.0, "overtime_hours": hours}  # fmt: skip

    rosters = [shift("North", 12, 3.0), shift("South", 6, 5.0), shift("East", 5, 7.0)]

    rows = answer("D14", tables={"rosters": rosters}, by="whole,team")

    overtime = {row["group"]: (row["numerator"], row["status"]) for row in rows if row["part"] == "overtime"}
    assert overtime == {"North": (3.0, "ok"), "groups of few staff, together": (12.0, "ok")}


def test_a_single_small_team_is_not_shown() -> None:
    roster = {"team": "South", "shift_date": datetime.date(2024, 1, 5), "shift": "Lates", "planned_fte": 6,
              "actual_fte": 6, "mh_hours": 1.0, "overtime_hours": 5.0}  # fmt: skip

    rows = answer("D14", tables={"rosters": [roster]}, by="whole,team")

    hidden = next(row for row in rows if row["part"] == "overtime")
    assert (hidden["numerator"], hidden["value"], hidden["status"]) == (None, None, "refused")


def test_every_breakdown_that_a_measure_declares_runs_on_its_own_example() -> None:
    """A breakdown whose SQL is wrong fails here, whatever its numbers."""
    with connect(threads=1) as engine:
        for measure_id in ("D01", "D02", "D12", "D14", "D15", "J06", "J09", "P13", "P16", "P20"):
            asked = measure(measure_id)
            days = (asked.example.start, asked.example.end)
            held = {name: register(engine, name, rows, days) for name, rows in asked.example.tables.items()}
            for table in ("person_links", "persons", "code_map", "incident_events", "vulnerability_flags"):
                if table not in held:
                    made = register(engine, table, [], days)
                    held[table] = replace(made, columns=frozenset(asked.part(asked.parts[0].id).over.columns) | {
                        "incident_ref", "person_key", "role", "record_date", "as_of", "age_band", "sex", "ethnicity",
                        "code", "label", "mh_role", "valid_from", "happened", "event_type", "about_mh", "new_value",
                        "strand",
                    })  # fmt: skip
            for name in asked.breakdowns:
                ask = Ask((asked,), *days, read_by(f"whole,{name}", [asked]), asked.example.rule, None)
                found, _ = compute(engine, held, ask, force="kent", pack="pack@1")
                assert found.num_rows, (measure_id, name)


def test_a_part_whose_table_does_not_tell_it_is_refused_and_the_others_stand() -> None:
    detained = {"s136_ref": "A", "detained": AT("2024-01-05 10:00"), "sex": "F"}
    escort = {"escort_ref": "E", "started": AT("2024-01-05 10:00")}
    held = {
        "s136": [detained],
        "voluntary_escorts": [escort],
        "population": [people(None, 3000)],
        "population_groups": [{"year": 2024, "sex": "F", "people": 1000}],
    }

    rows = {(row["part"], row["group"]): row for row in answer("P12", tables=held, by="whole,sex")}

    assert rows["rate", "Female"]["value"] == 100
    assert rows["escorts", None]["status"] == "refused"
    assert rows["escorts", None]["reason"] == "By sex: the table voluntary_escorts does not tell it."
