"""What each force of a nation can tell of a number, and which forces hold which periods whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from nvap.engine.interface import Answers
from nvap.measures.asking import By
from nvap.measures.frame import covered
from nvap.measures.held import Days, Held, common, joined
from nvap.measures.nation_folder import NationForce
from nvap.measures.population import People, read_people
from nvap.measures.run import Ask, Key, Layouts
from nvap.packs.measure import Measure, Part
from nvap.packs.measure_model import PEOPLE_BY

_FROM_COARSE = ("month", "day", "hour", "instant")


@dataclass(frozen=True)
class Standing:
    """One force: the periods of each part that it can give, and of each other part its status and reason.

    `people` are those of the tables of people, by table, where any part is by them.
    """

    force: NationForce
    frames: Layouts
    messages: Mapping[Key, tuple[str, str]]
    people: Mapping[str, People] = field(default_factory=dict)

    def holds_people(self, part: Part, days: Days, by: By) -> bool:
        """Whether the people are held that a part needs in these days."""
        tables = people_tables(part, by)
        held = [self.people[each] for each in tables if each in self.people]
        return len(held) == len(tables) and all(np.isfinite(each.of([None], [days])).all() for each in held)


def people_tables(part: Part, by: By) -> tuple[str, ...]:
    """The tables of people that a part is held against, laid out so."""
    if not part.uses_population:
        return ()
    by_group = part.uses_groups_of_people or by.standardised or set(PEOPLE_BY) & set(by.breakdowns)
    whole = () if part.uses_groups_of_people else ("population",)
    return (*whole, "population_groups") if by_group else whole


@dataclass(frozen=True)
class Spell:
    """Days of periods, and the codes of the forces that hold all of these days (none: no force does)."""

    codes: tuple[str, ...]
    periods: tuple[Days, ...]


def people_held(engine: Answers, held: Mapping[str, Held], table: str) -> People:
    """The years of which a force's table of people holds any, each with the mid-year that stands for it."""
    if table == "population":
        return read_people(engine, held[table])
    rows = engine.query(f'SELECT "year" AS y, count(*) AS n FROM "{table}" WHERE "year" IS NOT NULL GROUP BY 1')
    tables = [held[name] for name in ("population", "population_groups") if name in held]
    served = {year: mid for each in tables for year, mid in each.population_years.items()}
    return People({}, dict.fromkeys(rows["y"].to_pylist(), 1.0), served)


def spells(measure: Measure, part: Part, standing: Sequence[Standing], ask: Ask) -> list[Spell]:
    """The periods of a part in which any force has a row, by the forces that hold all of each.

    Where none holds all of a period, but all hold the same days of it, it stands with these.
    """
    key = measure.id, part.id
    able = [each for each in standing if key in each.frames]
    periods = sorted({period for each in able for period in each.frames[key].periods})
    if not ask.by.period and ask.start and ask.end:
        periods = [(ask.start, ask.end)]
    found: dict[tuple[str, ...], list[Days]] = {}
    for period in periods:
        days = max(period[0], ask.days[0]), min(period[1], ask.days[1])
        held = {each.force.code: _held(each, measure, part, days, ask) for each in able}
        codes = tuple(code for code, each in held.items() if each == (days,))
        if not codes and len(alike := set(held.values())) == 1 and len(shared := alike.pop()) == 1:
            codes, days = tuple(held), shared[0]
        found.setdefault(codes, []).append(days if codes else period)
    return [Spell(codes, tuple(days)) for codes, days in found.items()]


def _held(standing: Standing, measure: Measure, part: Part, days: Days, ask: Ask) -> tuple[Days, ...]:
    """Those of these days that a force's extracts hold whole; none where a sample or a part is held of any of them."""
    force = standing.force
    tables = [force.held[name] for name in (part.table, *part.many)]
    if any(each.sample_days for each in tables) or not standing.holds_people(part, days, ask.by):
        return ()
    if any(a <= days[1] and b >= days[0] for each in tables for a, b in each.partial):
        return ()
    return common(covered(measure, part, force.held, ask.rule), (days,))


def held_together(forces: Sequence[NationForce], periods: Sequence[Days]) -> dict[str, Held]:
    """The tables that all of these forces hold, as one force would hold them in these periods."""
    days = joined(periods)
    tables = [name for name in forces[0].held if all(name in each.held for each in forces)]
    return {name: _together(name, [each.held[name] for each in forces], days) for name in tables}


def _together(table: str, every: Sequence[Held], days: tuple[Days, ...]) -> Held:
    columns = frozenset.intersection(*(each.columns for each in every))
    years = every[0].population_years
    return Held(
        table=table,
        columns=columns,
        precision={name: _coarsest(name, every) for name in columns},
        ranges=days,
        population_years=years if all(each.population_years == years for each in every) else {},
        as_at=max((each.as_at for each in every if each.as_at is not None), default=None),
        origins=frozenset[str]().union(*(each.origins for each in every)),
        own_codes=_own_codes(every),
    )


def _coarsest(column: str, every: Sequence[Held]) -> str:
    return min((each.precision.get(column, "instant") for each in every), key=_FROM_COARSE.index)


def _own_codes(every: Sequence[Held]) -> dict[str, dict[str, str]]:
    """The codes that any of the forces added, each with the words of the first that did."""
    found: dict[str, dict[str, str]] = {}
    for each in reversed(every):
        for name, words in each.own_codes.items():
            found.setdefault(name, {}).update(words)
    return found
