"""What the made-up force is: its size, its five years, the months in which something changed, and its extracts.

Levels follow published English and Welsh figures: about 9 recorded mental-health incidents per 1,000 people a year,
about 5% of counted incidents, about 50 detentions under section 136 per 100,000 people a year. Everything else is
chosen, not observed.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nvap.errors import UsageFault
from nvap.records.made_up.clock import DAY, HOUR, seconds

FORCE_CODE = "madeup"
FORCE_NAME = "Made-up Constabulary (not a real force)"
TIME_ZONE = "Europe/London"
MONTHS = 60
DEFAULT_END = "2026-09"
DEFAULT_SEED = 212

SizeName = Literal["small", "force"]
SIZES: tuple[SizeName, ...] = ("small", "force")


@dataclass(frozen=True)
class Size:
    """How big the force is: logs a year, people, areas, staff by role, and how much dirt a month holds."""

    logs_a_year: int
    people: int
    areas: int
    staff: dict[str, int]
    dirt: int


# The triage team stays too small to be shown on its own, whatever the size of the force.
_TINY = "mental health triage"
_STAFF = {"response": 90, "neighbourhood": 40, "control room": 34, "custody": 16, "investigation": 45, _TINY: 6}
_MANY_STAFF = {role: count if role == _TINY else count * 15 for role, count in _STAFF.items()}
_SIZES = {
    "small": Size(20_000, 110_000, 8, _STAFF, 1),
    "force": Size(300_000, 1_650_000, 40, _MANY_STAFF, 8),
}

_AREA_NAMES = (
    "Alder", "Bramble", "Cedar", "Damson", "Elder", "Foxglove", "Gorse", "Hawthorn", "Iris", "Juniper",
    "Kestrel", "Larch", "Maple", "Nettle", "Osier", "Poplar", "Quince", "Rowan", "Sorrel", "Teasel",
    "Umber", "Vetch", "Willow", "Yarrow", "Aspen", "Birch", "Campion", "Dogwood", "Elm", "Fern",
    "Gentian", "Hazel", "Ivy", "Jasmine", "Knapweed", "Lavender", "Medlar", "Oak", "Plum", "Rush",
)  # fmt: skip

OUTAGE_DAYS = (9, 18)
"""The days of the outage month (first, and first day after) in which logs were lost."""


@dataclass(frozen=True)
class Extract:
    """One incidents extract: what it covers (months counted from 0, both inclusive) and the state it shows."""

    name: str
    kind: Literal["full", "changes"]
    first_month: int
    last_month: int
    as_at: datetime.date
    dirty: bool

    @property
    def instant(self) -> int:
        """The UTC second whose state the extract shows: 04:00 on its as-at date."""
        return seconds(self.as_at) + 4 * HOUR

    def covers(self, month: int) -> bool:
        """Whether rows of this month can stand in the extract."""
        return self.first_month <= month <= self.last_month


@dataclass(frozen=True)
class Shape:
    """The made-up force of one size, seed and last month; everything else follows."""

    size_name: SizeName
    seed: int
    first: datetime.date

    @property
    def size(self) -> Size:
        """The figures of its size."""
        return _SIZES[self.size_name]

    @property
    def areas(self) -> tuple[str, ...]:
        """The names of its areas."""
        return _AREA_NAMES[: self.size.areas]

    @property
    def origin(self) -> str:
        """What it was made from, in words."""
        return f"size {self.size_name}, seed {self.seed}, to {self.month_name(MONTHS - 1)}"

    def month(self, number: int) -> datetime.date:
        """The first day of a month, counted from 0; 60 is the day after the last one."""
        months = self.first.year * 12 + self.first.month - 1 + number
        return datetime.date(months // 12, months % 12 + 1, 1)

    def month_name(self, number: int) -> str:
        """A month as `2024-06`."""
        return f"{self.month(number):%Y-%m}"

    def bounds(self, number: int) -> tuple[int, int]:
        """A month's first local second and the first second after it."""
        return seconds(self.month(number)), seconds(self.month(number + 1))

    def days(self, number: int) -> int:
        """How many days a month has."""
        start, end = self.bounds(number)
        return (end - start) // DAY

    def year_name(self, year: int) -> str:
        """A year of the force, counted from 0, as `2021-22`."""
        return f"{self.month(12 * year).year}-{self.month(12 * year + 11).year % 100:02d}"

    def year_as_at(self, year: int) -> datetime.date:
        """The as-at date of a year's extracts: the tenth of the month after it."""
        return self.month(12 * year + 12).replace(day=10)

    def last_as_at(self) -> datetime.date:
        """The as-at date of the last extracts of all: the ninth of the second month after the end."""
        return self.month(MONTHS + 1).replace(day=9)

    def random(self, stream: str, number: int = 0) -> np.random.Generator:
        """The random numbers of one stream of one month: the same for the same seed, whatever else is made."""
        return np.random.default_rng([self.seed, *stream.encode("ascii"), number])

    def incident_extracts(self) -> tuple[Extract, ...]:
        """The incidents extracts, by as-at date: five full years, two of changes, and one quarter taken again."""
        years = [
            Extract(f"incidents-{self.year_name(y)}", "full", 12 * y, 12 * y + 11, self.year_as_at(y), True)
            for y in range(5)
        ]
        early = Extract("incidents-changes-1", "changes", 0, 35, self.month(39).replace(day=8), False)
        again = Extract("incidents-quarter-again", "full", 51, 53, self.month(MONTHS).replace(day=24), False)
        late = Extract("incidents-changes-2", "changes", 0, 59, self.last_as_at(), False)
        return tuple(sorted((*years, early, again, late), key=lambda extract: extract.as_at))


# Months, counted from the force's first, in which something changed.
CODE_CHANGE = 18  # the mental-health qualifier Q7 becomes MH1 and MH2, and Q7 comes to mean something else
RCRP_START = 27  # fewer calls about welfare are attended
TARGET_CHANGE = 30  # the priority grade's target moves from 60 to 75 minutes
TRAINING = 32  # flagging improves over three months
DISPLACEMENT = 36  # outcome codes 10 and 12 give way to 14, 15 and 16
OUTAGE = 40  # a system outage loses logs
BACK_FLAGGING_FROM = 42  # the first month whose unflagged incidents an audit went back to


def changes(shape: Shape) -> dict[str, str]:
    """When each of them happened: its month, and the days of the outage."""
    months = {
        "code_change": CODE_CHANGE,
        "right_care_right_person": RCRP_START,
        "target_change": TARGET_CHANGE,
        "training_lifts_flagging_from": TRAINING,
        "outcomes_displaced_from": DISPLACEMENT,
        "outage": OUTAGE,
        "back_flagging_of_logs_since": BACK_FLAGGING_FROM,
    }
    days = {"outage_first_day": OUTAGE_DAYS[0], "outage_day_after": OUTAGE_DAYS[1]}
    return {
        **{name: shape.month_name(number) for name, number in months.items()},
        **{name: str(shape.month(OUTAGE) + datetime.timedelta(days=number)) for name, number in days.items()},
    }


def shape_of(size: str, seed: int, end: str = DEFAULT_END) -> Shape:
    """The shape for a size, a seed and the last month (`2026-09`). Raises UsageFault for one that cannot be."""
    if size not in SIZES:
        raise UsageFault(f"--size is {' or '.join(SIZES)}; found `{size}`.")
    if not 0 <= seed < 2**32:
        raise UsageFault(f"--seed is a whole number from 0 to {2**32 - 1}; found {seed}.")
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", end):
        raise UsageFault(f"--end is a month such as 2026-09; found `{end}`.")
    months = int(end[:4]) * 12 + int(end[5:]) - MONTHS
    if months < 2019 * 12 + 3:
        raise UsageFault(f"--end is 2024-03 or later, as the outcome codes are those from April 2019; found `{end}`.")
    return Shape("force" if size == "force" else "small", seed, datetime.date(months // 12, months % 12 + 1, 1))
