"""Areas added up to a level above them: in a scan's rows, and in the people who live there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from nvap.measures.arrays import texts, to_codes
from nvap.measures.population import People, PeopleOfGroups

NOT_IN_LOOKUP = "not in the lookup"
"""Where areas stand that the lookup does not hold, so that the larger areas add up to the whole."""


def rows_at_level(found: pa.Table, within: Mapping[str, str] | None) -> pa.Table:
    """A scan's rows with the larger area in place of each area; several rows of one are added up later."""
    if within is None:
        return found
    at = found.column_names.index("area")
    areas, places = to_codes(found["area"])
    return found.set_column(
        at, "area", texts([*(within.get(str(each), NOT_IN_LOOKUP) for each in areas), None], places)
    )


def people_at_level(people: People, within: Mapping[str, str] | None) -> People:
    """The people of each larger area: its own figure where one is held, else the sum of its areas'.

    The sum stands only for years in which every one of its areas has people; else a rate would be too high.
    """
    if within is None:
        return people
    smaller: dict[str, list[Mapping[int, float]]] = {}
    for area, name in within.items():
        smaller.setdefault(name, []).append(people.by_area.get(area, {}))
    held = {}
    for name, areas in smaller.items():
        shared = set(areas[0]).intersection(*areas[1:])
        held[name] = people.by_area.get(name) or {year: sum(each[year] for each in areas) for year in sorted(shared)}
    return replace(people, by_area=held)


def groups_at_level(groups: PeopleOfGroups, within: Mapping[str, str] | None) -> PeopleOfGroups:
    """The people of each group in each larger area."""
    if within is None:
        return groups
    by_words = {words: people_at_level(people, within) for words, people in groups.by_words.items()}
    return PeopleOfGroups(by_words, people_at_level(groups.everyone, within))
