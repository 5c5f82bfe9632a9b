"""What each force of a nation can tell of a number, and which forces hold which periods whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nvap.measures.frame import covered
from nvap.measures.held import Days, Held, common, joined
from nvap.measures.nation_folder import NationForce
from nvap.measures.run import Ask, Key, Layouts
from nvap.packs.measure import Measure, Part

_FROM_COARSE = ("month", "day", "hour", "instant")


@dataclass(frozen=True)
class Standing:
    """One force: the periods of each part that it can give, and of each other part its status and reason."""

    force: NationForce
    frames: Layouts
    messages: Mapping[Key, tuple[str, str]]


@dataclass(frozen=True)
class Spell:
    """Days of periods, and the codes of the forces that hold all of these days (none: no force does)."""

    codes: tuple[str, ...]
    periods: tuple[Days, ...]


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
        held = {each.force.code: _held(each.force, measure, part, days, ask) for each in able}
        codes = tuple(code for code, each in held.items() if each == (days,))
        if not codes and len(alike := set(held.values())) == 1 and len(shared := alike.pop()) == 1:
            codes, days = tuple(held), shared[0]
        found.setdefault(codes, []).append(days if codes else period)
    return [Spell(codes, tuple(days)) for codes, days in found.items()]


def _held(force: NationForce, measure: Measure, part: Part, days: Days, ask: Ask) -> tuple[Days, ...]:
    """Those of these days that a force's extracts hold whole; none where a sample or a part is held of any of them."""
    tables = [force.held[name] for name in (part.table, *part.many)]
    if any(each.sample_days for each in tables):
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
    )


def _coarsest(column: str, every: Sequence[Held]) -> str:
    return min((each.precision.get(column, "instant") for each in every), key=_FROM_COARSE.index)
