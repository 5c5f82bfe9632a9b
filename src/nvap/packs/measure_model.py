"""A measure's declaration as frozen facts: what it says, what it counts, and an example that shows it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nvap.engine.expression import Expression
from nvap.packs.items import PeelCodes, Source
from nvap.packs.measurable import MHRI, Measurable, measurable

STATISTICS = (
    "count", "rate", "proportion", "distribution", "total", "mean", "share", "quantile", "group_ratio",
    "pairs", "lift", "standardised_mix", "top_share", "waiting", "change",
)  # fmt: skip
ALONG = ("pairs", "lift", "standardised_mix", "top_share")
"""Statistics whose rows are counted along a further expression, and never shown by it."""
WHOLE_OR_YEAR = ("pairs", "lift")
"""Statistics that a quarter or a month holds too few of."""
WAITS = {"minutes": 1.0, "hours": 60.0, "days": 1440.0}
"""The units that a waiting may be in, and the minutes of each."""
DIRECTIONS = ("up", "down", "contextual")
HORIZONS = ("now", "short", "medium", "long")
PRECISIONS = ("month", "day", "hour", "instant")
RULES = ("R1", "R2", "R3", "RA")
PEOPLE_BY = ("age_band", "sex", "ethnicity")
"""What the table population_groups tells people apart by."""
STAFF_TABLES = ("staff", "training")
TEAM_SIZES = {"rosters": "planned_fte", "hr_absence": "fte"}
"""Tables whose rows are of a team, and the column that says how many staff it has."""
CLOCK = {
    "weekday": dict(
        zip("1234567", ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
    ),
    "hour": {f"{hour:02}": f"{hour:02}:00 to {hour:02}:59" for hour in range(24)},
}
"""What rows may be told apart by that their time says, on the force's own clock: each code's words."""
FEWEST_STAFF = 10
"""No breakdown shows fewer staff than this; smaller groups are shown together."""
FEWEST_FOR_PERCENT = 20
"""Inside the force a percentage or a mean of fewer than this is not shown."""


@dataclass(frozen=True)
class Side:
    """One side of a part's fraction.

    `where` says which of the measure's rows count (None: all). `sum` is what is added up over them; with `table`, over
    the rows of that table that belong to them. As a denominator, `table: population` stands for the people of the area,
    and `table: population_groups` for those of them who are of the group.
    """

    table: str | None = None
    where: Expression | None = None
    sum: Expression | None = None


@dataclass(frozen=True)
class Category:
    """One value of a distribution: its code and its label."""

    code: str
    label: str


@dataclass(frozen=True)
class Mix:
    """What a distribution is over: an expression, its values in order, and those that stand apart.

    Codes in `unknown` mean that nobody knows and are never in the denominator; nor are those in `apart`, which are
    shown as counts beside the mix.
    """

    by: Expression
    categories: tuple[Category, ...]
    unknown: frozenset[str]
    apart: frozenset[str]


@dataclass(frozen=True)
class Group:
    """Rows kept separate within a part, by an expression; `names` gives a value its words.

    `people` is the same expression over population_groups, where the people of each group are the denominator.
    """

    by: Expression
    title: str
    names: Mapping[str, str]
    people: Expression | None = None


@dataclass(frozen=True)
class Change:
    """What each row had before and after something, and what a comparison had in the same times."""

    before: Expression
    after: Expression
    compared_before: Expression
    compared_after: Expression

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """All four."""
        return (self.before, self.after, self.compared_before, self.compared_after)


@dataclass(frozen=True)
class Part:
    """One number of a measure, or one set of numbers that belong together.

    `table` is the table whose rows it counts: the measure's own, unless the part names another. `at` is the share of
    values that lie below a quantile, or the share of places that a top share is about. `reference` is the group that
    the others are held against. `along` is what rows are counted along without being shown by it. `open_since` is when
    a wait began that has not ended. `change` is what a change holds side by side.
    `own_words` are the words of codes that a force added, by code list, once the part is asked of it.
    """

    id: str
    title: str
    statistic: str
    numerator: Side
    denominator: Side
    mix: Mix | None
    groups: tuple[Group, ...]
    period: str
    multiplier: float | None
    unit: str
    direction: str
    note: str
    whole_coverage: bool
    table: str
    at: float | None
    last_snapshot: bool
    reference: str | None = None
    along: Expression | None = None
    open_since: Expression | None = None
    change: Change | None = None
    own_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def over(self) -> Measurable:
        """The table that its rows are of, as measures see it."""
        return measurable(self.table)

    @property
    def counts_staff(self) -> bool:
        """Whether its rows are staff, so that small groups may not be shown."""
        return self.table in STAFF_TABLES

    @property
    def uses_population(self) -> bool:
        """Whether the denominator is people who live in the area: all of them, or those of each group."""
        return self.denominator.table in ("population", "population_groups")

    @property
    def uses_groups_of_people(self) -> bool:
        """Whether each group is held against the people who are of it."""
        return self.denominator.table == "population_groups"

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Every expression over the measure's own table."""
        sides = (self.numerator, self.denominator)
        found = [side.where for side in sides] + [side.sum for side in sides if side.table is None]
        found += [self.mix.by] if self.mix else []
        found += [group.by for group in self.groups]
        found += [self.along, self.open_since, *(self.change.expressions if self.change else ())]
        return tuple(each for each in found if each is not None)

    @property
    def many(self) -> Mapping[str, tuple[Expression, ...]]:
        """The expressions over tables of many rows for each one, by table."""
        found: dict[str, tuple[Expression, ...]] = {}
        for side in (self.numerator, self.denominator):
            if side.table is not None and side.sum is not None:
                found[side.table] = (*found.get(side.table, ()), side.sum)
        return found

    @property
    def uses_rule(self) -> bool:
        """Whether a counting rule decides what this part counts."""
        return any(MHRI in (name, name.rpartition(".")[2]) for each in self.expressions for name in each.columns)

    @property
    def joins(self) -> frozenset[str]:
        """The linked tables that its expressions name."""
        return frozenset(name.rpartition(".")[0] for each in self.expressions for name in each.columns if "." in name)


@dataclass(frozen=True)
class Alongside:
    """A measure to read beside this one, and the sentence that says why."""

    measure: str
    sentence: str


@dataclass(frozen=True)
class Benchmark:
    """A published figure to hold a part against: like with like, so its period and area are part of it.

    `value` is on the part's own scale: a share from 0 to 1, a rate per its multiplier.
    """

    part: str
    category: str | None
    value: float
    unit: str
    period: str
    area: str
    year: str
    source: str
    reference: str


@dataclass(frozen=True)
class Example:
    """A tiny world in which the measure's numbers can be worked out by hand, and what they are."""

    tables: Mapping[str, tuple[Mapping[str, Any], ...]]
    start: datetime.date
    end: datetime.date
    by: tuple[str, ...]
    rule: str
    expect: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Measure:
    """A measure as its YAML declares it: valid, or it would not be here."""

    id: str
    title: str
    short: str
    says: str
    cannot_say: str
    rise_means: str
    why: str
    objective: str
    activities: tuple[str, ...]
    questions: tuple[str, ...]
    peel: PeelCodes
    horizon: str
    unit: str
    table: str
    period: str
    precision: str
    last_snapshot: bool
    parts: tuple[Part, ...]
    breakdowns: tuple[str, ...]
    rules: tuple[str, ...]
    direction: str
    expected_course: str
    read_alongside: tuple[Alongside, ...]
    benchmarks: tuple[Benchmark, ...]
    caveats: tuple[str, ...]
    owner: str
    review_date: datetime.date
    status: str
    note: str
    source: Source
    waits_for: tuple[str, ...]
    may_be_missing: frozenset[str]
    example: Example

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables whose rows its parts count, its own first."""
        return tuple(dict.fromkeys((self.table, *(each.table for each in self.parts))))

    def part(self, part_id: str) -> Part:
        """The part with this id. Raises KeyError."""
        return {each.id: each for each in self.parts}[part_id]

    def needs(self, part: Part, rule: str | None) -> frozenset[str]:
        """The stored columns a part cannot do without, each as `table.column`.

        `rule` is the counting rule that `mhri` stands for; columns that may be missing are left out.
        """
        rule = rule if part.uses_rule else None
        names = {name for each in part.expressions for name in each.columns} | {part.period}
        found = set(part.over.needs(names, rule))
        for table, sums in part.many.items():
            key = part.over.many[table]
            columns = {name for each in sums for name in each.columns}
            found |= measurable(table).needs({*columns, key}, rule) | {f"{part.table}.{key}"}
        if part.uses_groups_of_people:
            named = {name for group in part.groups if group.people for name in group.people.columns}
            found |= {f"population_groups.{name}" for name in ("people", "year", *named)}
        elif part.uses_population:
            found |= {"population.people", "population.year"}
        return frozenset(found) - self.may_be_missing
