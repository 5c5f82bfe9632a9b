"""The force's people in post, month by month, the courses their roles need and the courses they took.

The truth of who was in date is worked out here, person by person, from the same rules that the tables state.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

import numpy as np

from nvap.records.made_up.shape import MONTHS, TRAINING, Shape


@dataclass(frozen=True)
class Requirement:
    """A role's course: how many months a completion lasts, and how many days a joiner has."""

    role: str
    course: str
    months: int
    grace_days: int
    states_end: bool


REQUIREMENTS = (
    Requirement("response", "MH-RESP", 24, 90, True),
    Requirement("neighbourhood", "MH-RESP", 24, 90, True),
    Requirement("mental health triage", "MH-TRI", 12, 30, True),
    Requirement("control room", "MH-CTRL", 24, 60, True),
    Requirement("custody", "MH-CUST", 36, 60, False),  # its register leaves the end date empty
    Requirement("investigation", "MH-INV", 36, 120, True),
)
HOURS = {"MH-RESP": 14.0, "MH-TRI": 28.0, "MH-CTRL": 7.0, "MH-CUST": 7.0, "MH-INV": 7.5}
_SHIFTS = {"response": "ABCDE", "control room": "ABCD", "custody": "AB"}


@dataclass
class Person:
    """One member of staff: where they work, from when to when, and what they completed."""

    key: int
    role: str
    team: str
    shift: str
    joined: datetime.date
    left: datetime.date | None
    fte: float
    completed: list[datetime.date] = field(default_factory=list)


def people_of(shape: Shape) -> list[Person]:
    """Everybody who was in post at some time in the five years, with their training."""
    rng = shape.random("workforce")
    people: list[Person] = []
    for requirement in REQUIREMENTS:
        for slot in range(shape.size.staff[requirement.role]):
            people.extend(_holders(shape, requirement, slot, len(people), rng))
    for person in people:
        requirement = next(each for each in REQUIREMENTS if each.role == person.role)
        person.completed = _training(shape, person, requirement, rng)
    return people


def in_post(person: Person, day: datetime.date) -> bool:
    """Whether somebody is in post on a day."""
    return person.joined <= day and (person.left is None or person.left > day)


def valid_until(completed: datetime.date, requirement: Requirement) -> datetime.date:
    """The last day on which a completion counts: the same day so many months later."""
    return add_months(completed, requirement.months)


def standing(person: Person, requirement: Requirement, day: datetime.date) -> str:
    """`in date`, `joiner in grace`, `out of date` or `never trained`, on a day."""
    taken = [each for each in person.completed if each <= day]
    if any(valid_until(each, requirement) >= day for each in taken):
        return "in date"
    if day <= person.joined + datetime.timedelta(days=requirement.grace_days):
        return "joiner in grace"
    return "out of date" if taken else "never trained"


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day of the month so many months later, or that month's last day where it is shorter."""
    whole = day.year * 12 + day.month - 1 + months
    first = datetime.date(whole // 12, whole % 12 + 1, 1)
    following = datetime.date((whole + 1) // 12, (whole + 1) % 12 + 1, 1)
    return min(first + datetime.timedelta(days=day.day - 1), following - datetime.timedelta(days=1))


def _holders(shape: Shape, requirement: Requirement, slot: int, taken: int, rng: np.random.Generator) -> list[Person]:
    """The people who held one post after each other: about one in seven leaves in a year, and the post is filled."""
    shifts = _SHIFTS.get(requirement.role, "D")
    team = shape.areas[slot % len(shape.areas)]
    holders: list[Person] = []

    def hold(joined: datetime.date, left: datetime.date | None) -> None:
        fte = float(rng.choice((1.0, 1.0, 1.0, 1.0, 0.8, 0.6)))
        shift = shifts[slot % len(shifts)]
        holders.append(Person(taken + len(holders), requirement.role, team, shift, joined, left, fte))

    joined = shape.first - datetime.timedelta(days=int(rng.integers(30, 5000)))
    for month in range(1, MONTHS):
        if rng.random() < 0.013 and shape.month(month) > joined:
            left = shape.month(month) + datetime.timedelta(days=int(rng.integers(0, 27)))
            hold(joined, left)
            joined = left + datetime.timedelta(days=int(rng.integers(1, 40)))
    if joined < shape.month(MONTHS):
        hold(joined, None)
    return holders


def _training(shape: Shape, person: Person, requirement: Requirement, rng: np.random.Generator) -> list[datetime.date]:
    """A course soon after joining, most refreshers some months late, and a campaign in the training month."""
    end = min(person.left or shape.month(MONTHS), shape.month(MONTHS))
    taken: list[datetime.date] = []
    if rng.random() < 0.90:
        start = max(person.joined, shape.first - datetime.timedelta(days=900))
        day = start + datetime.timedelta(days=int(rng.integers(7, 330 if start > person.joined else 120)))
        while day < end:
            taken.append(day)
            late = int(rng.exponential(110)) - 40
            day = add_months(day, requirement.months) + datetime.timedelta(days=late)
            if rng.random() < 0.12:
                break
    campaign = shape.month(TRAINING) + datetime.timedelta(days=int(rng.integers(0, 28)))
    if in_post(person, campaign) and rng.random() < 0.55:
        taken = [day for day in taken if abs((day - campaign).days) > 120] + [campaign]
    return sorted(day for day in set(taken) if day < end)
