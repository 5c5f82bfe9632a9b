"""Hours by shift and weekday, from jobs laid over shifts by hand."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.measures.world import answer

from nvap.engine.connection import connect
from nvap.errors import NotEnoughData, UsageFault
from nvap.measures.example import register
from nvap.measures.held import Held
from nvap.measures.hours import Hours, Shift, Wanted, hours_of, laid, read_shifts, read_time
from nvap.records.counting_rule import CountingRule, know

MONDAY = datetime.date(2024, 1, 1)
DAYS = (MONDAY, datetime.date(2024, 3, 11))
Row = Mapping[str, Any]


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def job(number: int, began: str, minutes: float | None = 60, **more: Any) -> tuple[Row, Row]:
    """An incident flagged at closure and the one car with two officers that was sent to it at once."""
    start = at(began)
    end = None if minutes is None else start + datetime.timedelta(minutes=minutes)
    incident = {"incident_ref": f"I{number}", "created": start, "closure_kind": "counted", "mh_at_closure": True}
    sent = {"deployment_ref": f"R{number}", "incident_ref": f"I{number}", "assigned": start, "arrived": start}
    sent |= {"cleared": end, "officers": 2, "stood_down": False}
    incident |= {"first_arrival": start, "closed": end}
    of_incident = {name: value for name, value in more.items() if name in incident}
    return incident | of_incident, sent | {name: value for name, value in more.items() if name not in incident}


def weekly(began: str, minutes: float = 60, weeks: int = 10, first: int = 1) -> list[tuple[Row, Row]]:
    """The same job in each of so many weeks."""
    start = at(began)
    return [job(first + week, (start + datetime.timedelta(weeks=week)).isoformat(), minutes) for week in range(weeks)]


def hours(
    jobs: Iterable[tuple[Row, Row]],
    *,
    days: tuple[datetime.date, datetime.date] = DAYS,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    **wanted: Any,
) -> Hours:
    jobs = list(jobs)
    with connect(memory_limit="256MB", threads=1) as engine:
        tables = {"incidents": [one for one, _ in jobs], "deployments": [other for _, other in jobs]}
        held: dict[str, Held] = {name: register(engine, name, rows, days) for name, rows in tables.items()}
        for name, altered in (changes or {}).items():
            held[name] = replace(held[name], **altered)
        return hours_of(engine, held, Wanted(**({"rule": "R1"} | wanted)))


def test_an_hour_of_a_double_crewed_car_each_monday_morning_is_two_officer_hours() -> None:
    found = hours(weekly("2024-01-01T09:00"))

    cell = found.cell(0, "early")
    assert cell.hours.estimate.value == pytest.approx(2)
    assert (cell.hours.estimate.lower, cell.hours.estimate.upper) == (pytest.approx(2), pytest.approx(2))
    assert cell.long == pytest.approx(2)
    assert cell.officers == pytest.approx(2 / 8)
    assert (cell.jobs, found.cell(0, "late").jobs, found.cell(1, "early").jobs) == (10, 0, 0)
    assert len(found.weeks) == 10
    assert found.weeks[0] == MONDAY
    assert sum(each.hours.estimate.value for each in found.cells) == pytest.approx(2)


def test_a_job_that_runs_into_the_night_takes_its_later_hours_from_the_night() -> None:
    # Friday from 22:00 for three hours: one of the late shift, two of Friday's night.
    found = hours(weekly("2024-01-05T22:00", minutes=180))

    assert found.cell(4, "late").hours.estimate.value == pytest.approx(2)
    assert found.cell(4, "night").hours.estimate.value == pytest.approx(4)
    assert found.week.estimate.value == pytest.approx(6)


def test_the_hours_before_the_first_shift_belong_to_the_night_of_the_day_before() -> None:
    found = hours(weekly("2024-01-02T03:00"))

    assert found.cell(0, "night").hours.estimate.value == pytest.approx(2)


def test_sundays_night_ends_on_the_next_monday_and_stays_in_its_week() -> None:
    found = hours(weekly("2024-01-08T03:00", weeks=9))

    # The first of ten weeks has it on its last night too: 8 January lies in the week of the 1st.
    assert found.cell(6, "night").hours.estimate.value == pytest.approx(2 * 9 / 10)


def test_in_summer_the_forces_own_clock_counts() -> None:
    # Half past six in UTC is half past seven in London in July: the early shift has begun.
    days = (datetime.date(2024, 7, 1), datetime.date(2024, 9, 9))

    found = hours(weekly("2024-07-01T06:30"), days=days)

    assert found.cell(0, "early").hours.estimate.value == pytest.approx(2)


def test_the_mean_has_limits_over_weeks_and_the_long_week_is_what_nine_in_ten_do_not_pass() -> None:
    jobs = [
        job(week, (at("2024-01-01T09:00") + datetime.timedelta(weeks=week)).isoformat(), 30 * (week + 1))
        for week in range(10)
    ]

    found = hours(jobs).cell(0, "early")

    # Officer hours of the ten weeks: 1 to 10. Mean 5.5, deviation 3.02765, t of 9 degrees 2.262157.
    assert found.hours.estimate.value == pytest.approx(5.5)
    reach = 2.2621571628 * 3.0276503541 / 10**0.5
    assert found.hours.estimate.upper == pytest.approx(5.5 + reach)
    assert found.hours.estimate.lower == pytest.approx(5.5 - reach)
    assert found.long == pytest.approx(9.1)


def test_a_job_that_was_never_cleared_is_no_zero_it_takes_what_the_others_take_with_bounds_beside() -> None:
    jobs = [*weekly("2024-01-01T09:00"), job(99, "2024-01-02T09:00", None)]

    found = hours(jobs)

    tuesday = found.cell(1, "early").hours
    assert tuesday.estimate.value == pytest.approx(0.2)
    assert tuesday.at_least == 0
    assert tuesday.at_most == pytest.approx(0.2)
    assert (found.stamps.jobs, found.stamps.known) == (11, 10)
    assert found.stamps.lacking == {"deployments.cleared missing": 1}


def test_the_most_takes_an_unknown_job_as_long_as_all_but_the_longest_of_those_known() -> None:
    known = [*weekly("2024-01-01T09:00"), *weekly("2024-01-03T09:00", minutes=180, first=20)]

    tuesday = hours([*known, job(99, "2024-01-02T09:00", None)]).cell(1, "early").hours

    # Twenty known jobs of 60 and 180 minutes: two hours on average, three at most.
    assert tuesday.estimate.value == pytest.approx(2 * 2 / 10)
    assert tuesday.at_most == pytest.approx(2 * 3 / 10)


@pytest.mark.parametrize("minutes", [-30, 2161])
def test_a_span_that_nobody_believes_is_unknown(minutes: float) -> None:
    found = hours([*weekly("2024-01-01T09:00"), job(99, "2024-01-02T09:00", minutes)])

    assert found.stamps.unknown == 1
    assert found.cell(1, "early").hours.at_least == 0
    assert "more than 36 hours" in next(iter(found.stamps.lacking))


def test_an_end_at_midnight_to_the_second_on_the_forces_clock_is_a_default_and_unknown() -> None:
    winter = job(98, "2024-01-02T22:00", 120)
    summer = datetime.date(2024, 7, 1), datetime.date(2024, 9, 9)

    found = hours([*weekly("2024-01-01T09:00"), winter])
    # In July midnight in London is 23:00 in UTC; midnight in UTC is an hour like any other.
    in_summer = hours(
        [*weekly("2024-07-01T09:00"), job(98, "2024-07-02T21:00", 120), job(99, "2024-07-03T21:00", 180)], days=summer
    )

    said = {"deployments.cleared at midnight to the second, as systems fill it in": 1}
    assert found.stamps.lacking == said
    assert in_summer.stamps.lacking == said


def test_a_car_whose_officers_are_not_known_is_unknown_though_its_time_is_known() -> None:
    found = hours([*weekly("2024-01-01T09:00"), job(99, "2024-01-02T09:00", officers=None)])

    assert found.stamps.lacking == {"deployments.officers missing": 1}
    assert found.cell(1, "early").hours.estimate.value == pytest.approx(0.2)


def test_three_ways_of_measuring_time_stand_side_by_side() -> None:
    # Sent at 9, there at half past, free at 11; the log closed at noon.
    jobs = [
        (incident | {"first_arrival": at9 + half, "closed": at9 + 6 * half}, sent | {"arrived": at9 + half})
        for incident, sent in weekly("2024-01-01T09:00", minutes=120)
        for at9, half in [(sent["assigned"], datetime.timedelta(minutes=30))]
    ]

    found = hours(jobs)

    totals = {each.time: each.hours.estimate.value for each in found.by_time if each.hours}
    assert totals == {"T1": pytest.approx(2.5), "T2": pytest.approx(3), "T3": pytest.approx(4)}
    assert hours(jobs, time="T2").week.estimate.value == pytest.approx(3)


def test_a_car_stood_down_on_its_way_takes_no_time_at_the_scene_but_the_time_of_being_sent() -> None:
    jobs = [(one, other | {"stood_down": True, "arrived": None}) for one, other in weekly("2024-01-01T09:00")]

    found = hours([*jobs, *weekly("2024-01-02T09:00", first=30)])

    totals = {each.time: each.hours.estimate.value for each in found.by_time if each.hours}
    assert totals["T3"] == pytest.approx(4)
    assert totals["T2"] == pytest.approx(2)
    assert totals["T1"] == pytest.approx(1)


def test_what_was_not_about_mental_health_is_left_out_and_what_carries_no_flag_is_counted_apart() -> None:
    others = weekly("2024-01-02T09:00", first=50)
    unflagged = [(one | {"mh_at_closure": None}, other) for one, other in others[:4]]
    not_about = [(one | {"mh_at_closure": False}, other) for one, other in others[4:]]

    found = hours([*weekly("2024-01-01T09:00"), *unflagged, *not_about])

    assert found.cell(1, "early").hours.estimate.value == 0
    assert found.stamps.without_flag == 4


def test_duplicates_and_cancelled_logs_bring_no_hours() -> None:
    twice = [(one | {"closure_kind": "duplicate"}, other) for one, other in weekly("2024-01-02T09:00", first=50)]

    found = hours([*weekly("2024-01-01T09:00"), *twice])

    assert found.week.estimate.value == pytest.approx(2)


def test_only_whole_weeks_count_and_a_week_without_a_job_is_nought() -> None:
    found = hours(weekly("2024-01-01T09:00", weeks=5), start=datetime.date(2024, 1, 3), end=datetime.date(2024, 3, 10))

    assert (found.weeks[0], len(found.weeks)) == (datetime.date(2024, 1, 8), 9)
    assert found.cell(0, "early").hours.estimate.value == pytest.approx(2 * 4 / 9)


def test_weeks_that_the_mapping_calls_incomplete_are_not_used() -> None:
    lost = (datetime.date(2024, 1, 17), datetime.date(2024, 1, 18))

    found = hours(weekly("2024-01-01T09:00"), changes={"deployments": {"partial": (lost,)}})

    assert datetime.date(2024, 1, 15) not in found.weeks
    assert len(found.weeks) == 9


def test_too_few_weeks_are_refused_with_how_many_there_are() -> None:
    with pytest.raises(NotEnoughData, match=r"need 8 whole weeks.*hold 3"):
        hours(weekly("2024-01-01T09:00"), end=datetime.date(2024, 1, 21))


def test_a_column_that_no_mapping_fills_is_named() -> None:
    jobs = [
        (one, {name: value for name, value in other.items() if name != "cleared"})
        for one, other in weekly("2024-01-01T09:00")
    ]

    with pytest.raises(NotEnoughData, match=r"no mapping fills deployments\.cleared \(When the resource was free"):
        hours(jobs)


def test_a_table_that_is_not_loaded_is_named() -> None:
    with connect(memory_limit="256MB", threads=1) as engine:
        held = {"incidents": register(engine, "incidents", [job(1, "2024-01-01T09:00")[0]], DAYS)}
        with pytest.raises(NotEnoughData, match="the table deployments is not loaded"):
            hours_of(engine, held, Wanted("R1"))


def test_times_held_by_day_only_are_refused() -> None:
    coarse = {"deployments": {"precision": {"assigned": "day"}}}

    with pytest.raises(NotEnoughData, match=r"deployments\.assigned is held by day only"):
        hours(weekly("2024-01-01T09:00"), changes=coarse)


def test_where_more_than_half_is_unknown_it_is_refused_and_said_what_lacks() -> None:
    lost = [job(100 + at, f"2024-01-{2 + at:02}T09:00", None) for at in range(11)]

    with pytest.raises(NotEnoughData, match=r"11 of 21 jobs are not known. deployments\.cleared missing: 11"):
        hours([*weekly("2024-01-01T09:00"), *lost])


def test_without_two_years_of_weeks_there_is_no_forecast_and_it_is_said_why() -> None:
    found = hours(weekly("2024-01-01T09:00"))

    assert found.ahead is None
    assert "needs 104 whole weeks in a row, and 10 are held" in found.no_forecast


def test_the_weeks_ahead_are_those_of_a_year_before_and_their_shifts_add_up() -> None:
    days = (MONDAY, datetime.date(2026, 1, 5))
    jobs = [
        job(week, (at("2024-01-01T09:00") + datetime.timedelta(weeks=week)).isoformat(), 30 + week % 52)
        for week in range(105)
    ]

    found = hours(jobs, days=days).ahead

    assert found is not None
    assert found.weeks[0] == datetime.date(2026, 1, 5)
    assert found.total.value == pytest.approx([2 * (30 + (week % 52)) / 60 for week in range(105, 109)])
    together = sum(each.value for each in found.by_shift.values())
    assert together == pytest.approx(found.total.value)
    assert found.total.missed.mean_error == pytest.approx(0)


def test_shifts_are_read_in_the_order_in_which_they_follow_each_other() -> None:
    found = read_shifts("night=22:00, day = 06:00,late=14:00")

    assert found == (Shift("day", 360), Shift("late", 840), Shift("night", 1320))
    assert [each.clock for each in found] == ["06:00", "14:00", "22:00"]


def test_two_shifts_of_twelve_hours_are_laid_as_they_are() -> None:
    found = hours(weekly("2024-01-01T18:00", minutes=120), shifts=read_shifts("day=07:00,night=19:00"))

    assert [found.cell(0, each).minutes for each in ("day", "night")] == [720, 720]
    assert found.cell(0, "day").hours.estimate.value == pytest.approx(2)
    assert found.cell(0, "night").hours.estimate.value == pytest.approx(2)


@pytest.mark.parametrize(
    "text", ["early", "early=7", "=07:00,late=15:00", "a=07:00", "a=07:00,b=07:00", "a=25:00,b=1:00"]
)
def test_shifts_written_otherwise_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageFault, match=r"--shifts: found"):
        read_shifts(text)


def test_a_way_of_measuring_time_that_is_none_is_refused() -> None:
    assert read_time("t2") == "T2"
    with pytest.raises(UsageFault, match=r"--time is T1, T2, T3; found `T4`"):
        read_time("T4")


def test_the_hours_known_add_up_to_those_of_measure_d12() -> None:
    chance = np.random.default_rng(3)
    jobs = []
    for number in range(200):
        began = at("2024-01-01T07:00") + datetime.timedelta(minutes=int(chance.integers(0, 60 * 24 * 69)))
        minutes = [None, -5, 3000, *map(int, chance.integers(5, 900, 17))][number % 20]
        half = datetime.timedelta(minutes=int(chance.integers(0, 5)))
        sent = {"arrived": began + half, "officers": int(chance.integers(1, 4)), "stood_down": number % 9 == 0}
        jobs.append(job(number, began.isoformat(), minutes, first_arrival=began + half, **sent))
    tables = {"incidents": [one for one, _ in jobs], "deployments": [other for _, other in jobs]}

    found = hours(jobs)
    rows = answer("D12", tables=tables, days=DAYS, by="whole")

    totals = {row["part"]: row["numerator"] for row in rows}
    for each in found.by_time:
        assert each.hours is not None
        known = each.hours.at_least * len(found.weeks)
        assert known == pytest.approx(totals[f"{each.time.lower()}_hours"], rel=1e-9)
    assert found.week.at_least < found.week.estimate.value < found.week.at_most


def test_no_officer_hour_is_lost_or_doubled_when_jobs_are_laid_over_shifts() -> None:
    chance = np.random.default_rng(7)
    began = chance.uniform(0, 7 * 1440 * 4 - 2160, 500)
    minutes, officers = chance.uniform(0, 2160, 500), chance.integers(1, 5, 500).astype(float)

    found = laid(began, minutes, officers, (np.array([0.0, 480.0, 960.0, 1440.0]), 4))

    assert found.shape == (4, 7, 3)
    assert found.sum() == pytest.approx(float(minutes @ officers) / 60)


def test_hours_stand_under_a_rule_of_the_forces_own() -> None:
    own = know(CountingRule("R-hours@00000001", "cancelled too", "Cancelled logs count.", leaves_out=("duplicate",)))
    cancelled = [job(20 + week, f"2024-01-{1 + 7 * week:02}T09:00", closure_kind="cancelled") for week in range(4)]

    found = hours([*weekly("2024-01-01T09:00"), *cancelled], rule=own.id)

    assert found.stamps.jobs == 14


def test_a_rule_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageFault, match="Records alone cannot be counted under the rule RA \\(on review\\)"):
        hours(weekly("2024-01-01T09:00"), rule="RA")
