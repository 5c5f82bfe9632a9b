"""The made-up force's small tables: grades, population, courses required, staff, training and the calendar."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import pyarrow as pa

from nvap.records.made_up.shape import (
    BACK_FLAGGING_FROM,
    CODE_CHANGE,
    DISPLACEMENT,
    MONTHS,
    OUTAGE,
    OUTAGE_DAYS,
    RCRP_START,
    TARGET_CHANGE,
    TRAINING,
    Shape,
)  # fmt: skip
from nvap.records.made_up.workforce import HOURS, REQUIREMENTS, Person, in_post, valid_until

Cell = str | int | float | None


def day(date: datetime.date | None) -> str | None:
    """A date as the force writes it."""
    return None if date is None else f"{date:%d/%m/%Y}"


def grade_config(shape: Shape) -> pa.Table:
    """The grades; the priority grade's target moves once."""
    change, first = shape.month(TARGET_CHANGE), day(shape.first)
    until = day(change - datetime.timedelta(days=1))
    return _table(
        ("GRADE", "IN_WORDS", "TARGET_MIN", "ATTEND", "CLOCK_FROM", "FROM_DATE", "TO_DATE"),
        [
            ("I", "Immediate", 15, "Y", "CREATED", first, None),
            ("P", "Priority", 60, "Y", "CREATED", first, until),
            ("P", "Priority", 75, "Y", "CREATED", day(change), None),
            ("S", "Scheduled", 2880, "Y", "CREATED", first, None),
            ("R", "Resolved without deployment", None, "N", "CREATED", first, None),
        ],
    )


def mid_years(shape: Shape) -> tuple[int, ...]:
    """The mid-years that population figures exist for: the first year to the last but one."""
    return tuple(range(shape.first.year, shape.month(MONTHS - 1).year))


def population(shape: Shape, *, restated: bool) -> pa.Table:
    """Residents by area and mid-year: projections made at the start, or the estimates that replaced them later."""
    rng = shape.random("population")
    weights = 0.6 + rng.random(len(shape.areas))
    news = rng.normal(0, 0.004, (len(mid_years(shape)), len(shape.areas)))
    rows: list[tuple[Cell, ...]] = []
    for number, year in enumerate(mid_years(shape)):
        known = restated or number == 0
        basis = f"made-up {'estimate' if known else 'projection'} for mid-{year}"
        for area, name in enumerate(shape.areas):
            people = shape.size.people * weights[area] / weights.sum() * 1.006**number
            rows.append((name, year, round(people * (1 + news[number, area] * known)), basis))
    return _table(("AREA", "MID_YEAR", "RESIDENTS", "BASIS"), rows)


def years_served(shape: Shape) -> dict[int, int]:
    """Which mid-year serves each calendar year: its own, and the newest for the last year."""
    years = mid_years(shape)
    return {**{year: year for year in years}, years[-1] + 1: years[-1]}


def course_requirements(shape: Shape) -> pa.Table:
    """The course that each role needs."""
    return _table(
        ("ROLE", "COURSE", "FROM_DATE", "LASTS_MONTHS", "GRACE_DAYS"),
        [(each.role, each.course, day(shape.first), each.months, each.grace_days) for each in REQUIREMENTS],
    )


def staff_in(shape: Shape, people: list[Person], month: int) -> pa.Table:
    """Everybody in post on the first day of a month; a leaving date shows once notice is given, a month before."""
    snapshot = shape.month(month)
    notice = shape.month(month + 1)
    return _table(
        ("EMP_KEY", "SNAPSHOT", "ROLE", "TEAM", "SHIFT", "JOINED", "LEAVES", "FTE"),
        [
            (
                _employee(person), day(snapshot), person.role, person.team, person.shift, day(person.joined),
                day(person.left if person.left and person.left <= notice else None), person.fte,
            )
            for person in people if in_post(person, snapshot)
        ],
    )  # fmt: skip


def training(people: list[Person]) -> pa.Table:
    """Every completion; one register leaves the end date empty."""
    needed = {each.role: each for each in REQUIREMENTS}
    rows: list[tuple[Cell, ...]] = []
    for person in people:
        requirement = needed[person.role]
        for completed in person.completed:
            until = valid_until(completed, requirement) if requirement.states_end else None
            rows.append((_employee(person), requirement.course, day(completed), day(until), HOURS[requirement.course]))
    return _table(("EMP_KEY", "COURSE", "DONE_ON", "VALID_TO", "HOURS"), rows)


def calendar(shape: Shape, *, known_at_first: bool) -> pa.Table:
    """The changes that a reader of a chart must know: those planned from the start, or those noted afterwards."""
    outage = shape.month(OUTAGE) + datetime.timedelta(days=OUTAGE_DAYS[0])
    back = shape.last_as_at() - datetime.timedelta(days=16)
    planned: list[tuple[Cell, ...]] = [
        (day(shape.month(CODE_CHANGE)), "DEFINITION", "incidents",
         "Made up: qualifier Q7 gives way to MH1 and MH2; Q7 is used again for drones", "Y"),
        (day(shape.month(RCRP_START)), "RCRP", "incidents", "Made up: Right Care Right Person begins", "N"),
        (day(shape.month(TARGET_CHANGE)), "POLICY", "incidents",
         "Made up: the target for priority calls moves from 60 to 75 minutes", "N"),
        (day(shape.month(TRAINING)), "OTHER", "incidents", "Made up: a training campaign on flagging begins", "N"),
    ]  # fmt: skip
    noted: list[tuple[Cell, ...]] = [
        (day(shape.month(DISPLACEMENT)), "POLICY", "crimes", "Made up: new guidance on closing cases", "N"),
        (day(outage), "SYSTEM", "incidents", "Made up: nine days of a system outage; logs were lost", "N"),
        (day(back), "DEFINITION", "incidents",
         f"Made up: logs since {shape.month_name(BACK_FLAGGING_FROM)} were reviewed and flagged afterwards", "N"),
    ]  # fmt: skip
    return _table(("DATE", "KIND", "TOUCHES", "NOTE", "BREAK"), planned if known_at_first else noted)


def _employee(person: Person) -> str:
    return f"E{person.key:06d}"


def _table(columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> pa.Table:
    texts = [[None if cell is None else str(cell) for cell in row] for row in rows]
    return pa.table({name: pa.array([row[at] for row in texts], pa.string()) for at, name in enumerate(columns)})
