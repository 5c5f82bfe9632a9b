"""The nights on which the clock changes: skipped times are set aside, repeated ones never make a duration negative."""

from __future__ import annotations

import datetime
import itertools
from zoneinfo import ZoneInfo

import pytest
from tests.records.conftest import INCIDENTS, Bench

from nvap.errors import InputFault
from nvap.records.zone import utc_days, zone_days

SPAN = {**INCIDENTS, "first_arrival": "arrived", "closed": "closed"}


def utc(hour: int, minute: int, day: int = 26) -> datetime.datetime:
    return datetime.datetime(2025, 10, day, hour, minute)  # noqa: DTZ001


def test_a_time_that_the_clock_skipped_is_set_aside(bench: Bench) -> None:
    report = bench.check("id,created\nA1,2025-03-30 01:30:00\nA2,2025-03-30 00:59:59\nA3,2025-03-30 02:00:00\n")

    assert report.set_aside_rules == {("local time skipped by the clock change", "created"): 1}
    assert report.loaded == 2


def test_a_time_that_the_clock_showed_twice_is_taken_as_the_first_and_counted(bench: Bench) -> None:
    batch = bench.load("id,created\nA1,2025-10-26 01:30:00\nA2,2025-10-26 02:00:00\n")

    assert bench.rows("incidents", "created, _ambiguous") == [(utc(0, 30), "created"), (utc(2, 0), None)]
    assert batch.report["ambiguous"] == {"created": 1}
    assert "shown twice" in batch.report["warnings"][0] or "clock showed twice" in batch.report["warnings"][0]


def test_an_end_at_ten_past_one_after_a_start_at_ten_to_two_took_twenty_minutes(bench: Bench) -> None:
    bench.load("id,created,arrived,closed\nA1,2025-10-26 01:00:00,2025-10-26 01:50:00,2025-10-26 01:10:00\n", SPAN)

    assert bench.rows("incidents", "created, first_arrival, closed") == [(utc(0, 0), utc(0, 50), utc(1, 10))]


def test_a_start_before_the_change_and_an_end_in_the_repeated_hour_take_the_first_reading(bench: Bench) -> None:
    bench.load("id,created,arrived,closed\nA1,2025-10-26 00:50:00,,2025-10-26 01:20:00\n", SPAN)

    assert bench.rows("incidents", "closed") == [(utc(0, 20),)]


def test_no_duration_over_the_repeated_hour_is_negative(bench: Bench) -> None:
    minutes = range(0, 180, 20)
    rows = "".join(
        f"A{start}-{end},2025-10-26 {start // 60:02}:{start % 60:02}:00,,2025-10-26 {end // 60:02}:{end % 60:02}:00\n"
        for start in minutes
        for end in minutes
        if end >= start or (60 <= end < 120 and 60 <= start < 120)
    )

    batch = bench.load(f"id,created,arrived,closed\n{rows}", SPAN)

    assert batch.report["set_aside"] == 0
    assert bench.rows("incidents", "min(closed - created) >= INTERVAL 0 MINUTE") == [(True,)]


def test_a_time_that_says_its_offset_is_never_in_doubt(bench: Bench) -> None:
    bench.load("id,created\nA1,2025-10-26T01:30:00+01:00\nA2,2025-10-26T01:30:00+00:00\nA3,2025-10-26T01:30:00Z\n")

    assert bench.rows("incidents", "incident_ref, created, created_date, _ambiguous") == [
        ("A1", utc(0, 30), datetime.date(2025, 10, 26), None),
        ("A2", utc(1, 30), datetime.date(2025, 10, 26), None),
        ("A3", utc(1, 30), datetime.date(2025, 10, 26), None),
    ]


def test_the_local_day_of_a_utc_time_is_the_forces(bench: Bench) -> None:
    bench.load("id,created\nA1,2025-07-01T23:30:00Z\n")

    assert bench.rows("incidents", "created_date") == [(datetime.date(2025, 7, 2),)]


def test_a_format_may_hold_the_offset(bench: Bench) -> None:
    columns = {**INCIDENTS, "created": {"expr": "created", "format": "%d/%m/%Y %H:%M:%S %z"}}

    bench.load("id,created\nA1,26/10/2025 01:30:00 +0100\n", columns)

    assert bench.rows("incidents", "created") == [(utc(0, 30),)]


def test_no_duration_that_a_measure_takes_over_the_repeated_hour_is_negative(bench: Bench) -> None:
    zone, first = ZoneInfo("Europe/London"), datetime.datetime(2025, 10, 26, 0, 0, tzinfo=datetime.UTC)
    steps = [
        (first + datetime.timedelta(minutes=20 * at)).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") for at in range(8)
    ]
    nights = list(itertools.combinations_with_replacement(steps, 3))  # what truly came one after the other
    content = "id,a,b,c\n" + "".join(f"D{at},{a},{b},{c}\n" for at, (a, b, c) in enumerate(nights))
    incidents = {**INCIDENTS, "created": "a", "first_dispatch": "a", "first_arrival": "b", "closed": "c"}
    resources = {"deployment_ref": "id", "incident_ref": "id", "assigned": "a", "arrived": "b", "cleared": "c"}

    held = [bench.load(content, incidents), bench.load(content, resources, table="deployments")]

    assert [each.report["set_aside"] for each in held] == [0, 0]
    for table, start, end in [
        ("incidents", "created", "first_arrival"),
        ("incidents", "first_dispatch", "first_arrival"),
        ("incidents", "first_arrival", "closed"),
        ("deployments", "assigned", "arrived"),
        ("deployments", "arrived", "cleared"),
        ("deployments", "assigned", "cleared"),
    ]:
        assert bench.rows(table, f"min(date_diff('minute', {start}, {end}))") == [(0,)]


def test_local_times_and_times_with_an_offset_in_one_column_are_refused(bench: Bench) -> None:
    with pytest.raises(InputFault, match="Local times and times with an offset stand mixed") as told:
        bench.check("id,created\nA1,2025-10-26 01:30:00\nA2,2025-10-26T01:30:00Z\n")

    assert "created: some times say their offset from UTC (the first in row 3), others do not" in str(told.value)


def test_the_mappings_time_zone_comes_before_the_forces(bench: Bench) -> None:
    bench.load("id,created\nA1,2025-07-01 23:30:00\n", time_zone="America/Toronto")

    assert bench.rows("incidents", "created, created_date") == [
        (datetime.datetime(2025, 7, 2, 3, 30), datetime.date(2025, 7, 1))  # noqa: DTZ001
    ]


def test_a_month_begins_on_its_first_local_day(bench: Bench) -> None:
    bench.load("id,m\nA1,2014-July\n", {**INCIDENTS, "created": {"expr": "m", "format": "%Y-%B"}})

    assert bench.rows("incidents", "created, created_date") == [
        (datetime.datetime(2014, 6, 30, 23, 0), datetime.date(2014, 7, 1))  # noqa: DTZ001
    ]


ZONES = ["Europe/London", "America/Toronto", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia", "Asia/Kolkata"]


@pytest.mark.parametrize("name", ZONES)
def test_the_table_of_days_says_what_the_zone_database_says(name: str) -> None:
    zone = ZoneInfo(name)
    days = {row["day"]: row for row in zone_days(zone, datetime.date(2026, 12, 31)).to_pylist()}
    moments = [
        row["low"] + datetime.timedelta(minutes=30 * at) for row in days.values() if row["low"] for at in range(-50, 50)
    ]
    moments += [datetime.datetime(1971 + at % 55, 1 + at % 12, 1 + at % 28, at % 24) for at in range(500)]  # noqa: DTZ001

    for moment in moments:
        row = days.get(moment.date())
        if row is None or moment.year < 1970:
            continue
        first, second = (moment.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
        if row["low"] is not None and row["low"] <= moment < row["high"]:
            assert first != second, moment
        else:
            said = row["before_us"] if row["low"] is None or moment < row["low"] else row["after_us"]
            assert first == second == datetime.timedelta(microseconds=said), moment


def test_utc_days_hold_the_moment_of_each_change() -> None:
    days = utc_days(ZoneInfo("Europe/London"), datetime.date(2025, 12, 31)).to_pylist()

    assert [str(row["change"]) for row in days if row["day"].year == 2025 and row["change"]] == [
        "2025-03-30 01:00:00",
        "2025-10-26 01:00:00",
    ]
