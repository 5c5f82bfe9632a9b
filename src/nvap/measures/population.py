"""The people of each area in each period: which mid-year figure serves, and what to say about it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nvap.engine.connection import quoted
from nvap.engine.expression import Expression
from nvap.engine.interface import Answers
from nvap.measures.groups import Words, name_of
from nvap.measures.held import Days, Held
from nvap.packs.measure_model import PEOPLE_BY

Floats = NDArray[np.float64]
# A whole force's rate is refused when more than this share of its placed rows stand in areas whose people are not
# held: they are counted while nobody who lives there is. Below it the rate is given with a remark. (Our own choice.)
MOST_ROWS_WITHOUT_PEOPLE = 0.05


@dataclass(frozen=True)
class Gap:
    """Areas that hold rows but no people in a mid-year, where the whole force's people are the sum of its areas."""

    areas: int
    rows: int
    share: float

    @property
    def text(self) -> str:
        """What must be said of a whole force's rate."""
        areas = "1 area has" if self.areas == 1 else f"{self.areas:,} areas have"
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        return f"{areas} {rows} ({self.share:.1%} of those with an area) but no population, so the rate is too high."


@dataclass(frozen=True)
class People:
    """People by area and year; `whole` is each year's figure for the whole force, in `summed` years the areas' sum.

    `told_by` names the columns that tell them apart, for people of groups.
    """

    by_area: dict[str, dict[int, float]]
    whole: dict[int, float]
    served_by: dict[int, int]
    summed: frozenset[int] = frozenset()
    gaps: Mapping[int, Gap] = field(default_factory=dict)
    told_by: tuple[str, ...] = ()

    @property
    def areas(self) -> set[str]:
        """The areas that have a population in any year."""
        return set(self.by_area)

    def year_for(self, year: int) -> int | None:
        """The mid-year whose people stand for a calendar year, or None where neither is declared nor held."""
        served = self.served_by.get(year, year)
        return served if served in self.whole else None

    def of(self, areas: Sequence[str | None], periods: Sequence[Days]) -> Floats:
        """The people of each area (None: the whole force) in each period, as (areas, periods); NaN where none are held.

        A period over several calendar years takes each year's people by its share of the days.
        """
        years = sorted(self.whole)
        held = [self.whole if area is None else self.by_area.get(area, {}) for area in areas]
        people = np.array([[each.get(year, np.nan) for year in years] for each in held]).reshape(len(held), len(years))
        shares = np.array([self._shares(years, period) for period in periods]).reshape(len(periods), len(years))
        found = np.nan_to_num(people) @ shares.T
        unheld = np.isnan(people).astype(np.float64) @ (shares > 0).T.astype(np.float64) > 0
        # Where no year is declared for part of a period its shares do not add up to 1.
        return np.where(unheld | (shares.sum(axis=1) < _WHOLE)[None, :], np.nan, found)

    def beside(self, rows_by_area: Mapping[str, int]) -> People:
        """The same people, knowing which areas of these rows they leave out in each year that was summed from areas."""
        gaps, total = {}, sum(rows_by_area.values())
        for year in self.summed:
            without = [rows for area, rows in rows_by_area.items() if year not in self.by_area.get(area, {})]
            if without:
                gaps[year] = Gap(len(without), sum(without), sum(without) / total)
        return replace(self, gaps=gaps)

    def gap(self, period: Days) -> Gap | None:
        """The largest gap of the mid-years behind a period."""
        years = {self.year_for(year) for year in range(period[0].year, period[1].year + 1)}
        return max((gap for year, gap in self.gaps.items() if year in years), key=lambda gap: gap.share, default=None)

    def remark(self, period: Days) -> str:
        """What a reader must know of the population behind a period; empty where its own year serves."""
        said = [
            f"The population of mid-{served} is used for {year}."
            for year in range(period[0].year, period[1].year + 1)
            if (served := self.year_for(year)) not in (None, year)
        ]
        if len({self.year_for(year) for year in range(period[0].year, period[1].year + 1)}) > 1:
            said.append("Several years' people are taken by their share of the days.")
        return " ".join(said)

    def undeclared(self, period: Days) -> str:
        """Why the population of a period is refused; empty where it is not."""
        years = [year for year in range(period[0].year, period[1].year + 1) if self.year_for(year) is None]
        if not years:
            return ""
        if not self.whole:
            return self._none_held
        named = ", ".join(str(year) for year in years)
        held = ", ".join(f"mid-{year}" for year in sorted(self.whole))
        return (
            f"No population is declared for {named} (held: {held}); say in the population's mapping which mid-year"
            " serves it (population_years)."
        )

    @property
    def _none_held(self) -> str:
        """That the table holds nobody at all of those who are asked for."""
        if not self.told_by:
            return "No population is held for any year: load one into the table population."
        by = " and ".join(name.replace("_", " ") for name in self.told_by)
        return f"No population by {by} is held for any year: load one that tells it into the table population_groups."

    def _shares(self, years: Sequence[int], period: Days) -> list[float]:
        """The share of a period's days that each held year's people stand for."""
        first, last = period
        days = dict.fromkeys(years, 0)
        for year in range(first.year, last.year + 1):
            served = self.year_for(year)
            if served is not None:
                start, end = max(first, datetime.date(year, 1, 1)), min(last, datetime.date(year, 12, 31))
                days[served] += (end - start).days + 1
        length = (last - first).days + 1
        return [days[year] / length for year in years]


@dataclass(frozen=True)
class PeopleOfGroups:
    """The people of each group, by its words (one for each dimension that tells people apart), and of all of them."""

    by_words: Mapping[Words, People]
    everyone: People

    def of(self, groups: Sequence[Words], areas: Sequence[str | None], periods: Sequence[Days]) -> Floats:
        """The people of each group in each area and period, as (groups, areas, periods); NaN where none are held."""
        nobody = np.full((len(areas), len(periods)), np.nan)
        held = [self.by_words[each].of(areas, periods) if each in self.by_words else nobody for each in groups]
        return np.array(held).reshape(len(groups), len(areas), len(periods))


# Shares are sums of fractions of days; a rounding must not make a whole period look like a part of one.
_WHOLE = 1 - 1e-9


def read_people(engine: Answers, held: Held) -> People:
    """The population table: areas, and the whole force as its own row or, without one, as the sum of its areas."""
    rows = engine.query(
        'SELECT nullif("area", \'\') AS area, "year", sum("people") AS people FROM "population"'
        ' WHERE "year" IS NOT NULL GROUP BY ALL'
    ).to_pylist()
    figures = {(row["area"], row["year"]): np.nan if row["people"] is None else float(row["people"]) for row in rows}
    return _people_of(figures, held.population_years)


def read_groups(
    engine: Answers, expressions: Sequence[tuple[Expression, Mapping[str, str]]], served_by: Mapping[int, int]
) -> PeopleOfGroups:
    """The table population_groups by one or more of its expressions, each with the words of its values.

    Where one year of one area is held both by exactly what the expressions name and split further, the first serves;
    where it is only held split further, the parts are added up. People whose group nobody knows are of no group.
    `served_by` gives calendar years the mid-year that stands for them.
    """
    named = sorted({name for expression, _ in expressions for name in expression.columns})
    others = [name for name in PEOPLE_BY if name not in named]
    split = " || ".join(f"CASE WHEN {quoted(name)} IS NULL THEN '0' ELSE '1' END" for name in others) or "''"
    shown = [f"{expression.sql()} AS g{at}" for at, (expression, _) in enumerate(expressions)]
    known = [f"{quoted(name)} IS NOT NULL AND {quoted(name)} NOT IN {_NOBODY_KNOWS}" for name in named]
    rows = engine.query(
        f'SELECT nullif("area", \'\') AS area, "year" AS held_year, {split} AS split, {", ".join(shown)},'
        f' sum("people") AS people FROM "population_groups" WHERE {" AND ".join(known)} AND "year" IS NOT NULL'
        " GROUP BY ALL"
    ).to_pylist()
    fewest: dict[tuple[str | None, int], tuple[int, str]] = {}
    for row in rows:
        key = (row["area"], row["held_year"])
        fewest[key] = min(fewest.get(key, (len(PEOPLE_BY), "")), (row["split"].count("1"), row["split"]))
    held: dict[Words, dict[tuple[str | None, int], float]] = {}
    for row in rows:
        key, values = (row["area"], row["held_year"]), [row[f"g{at}"] for at in range(len(expressions))]
        if row["split"] == fewest[key][1] and None not in values:
            words = tuple(name_of(value, words) for value, (_, words) in zip(values, expressions, strict=True))
            of_group = held.setdefault(words, {})
            of_group[key] = of_group.get(key, 0.0) + float(row["people"])
    every: dict[tuple[str | None, int], float] = {}
    for each in held.values():
        for key, people in each.items():
            every[key] = every.get(key, 0.0) + people
    by_words = {words: _people_of(each, served_by) for words, each in held.items()}
    return PeopleOfGroups(by_words, replace(_people_of(every, served_by), told_by=tuple(named)))


_NOBODY_KNOWS = "('not_known', 'unknown', 'NS')"


def _people_of(held: Mapping[tuple[str | None, int], float], served_by: Mapping[int, int]) -> People:
    """People by area and year; the whole force as its own figure or, without one, as the sum of its areas."""
    by_area: dict[str, dict[int, float]] = {}
    whole: dict[int, float] = {}
    summed: dict[int, float] = {}
    for (area, year), people in held.items():
        if area is None:
            whole[year] = people
        else:
            by_area.setdefault(area, {})[year] = people
            summed[year] = summed.get(year, 0.0) + people
    return People(by_area, {**summed, **whole}, dict(served_by), frozenset(summed) - frozenset(whole))


def rows_by_area(engine: Answers, held: Held, table: str) -> dict[str, int]:
    """How many rows of a table stand in each area; empty where the table tells no areas."""
    if "area" not in held.columns:
        return {}
    found = engine.query(f'SELECT "area", count(*) AS held FROM "{table}" WHERE "area" IS NOT NULL GROUP BY 1')
    return dict(zip(found["area"].to_pylist(), found["held"].to_pylist(), strict=True))
