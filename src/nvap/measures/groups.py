"""A scan's sums put into a dense frame of groups, areas and periods; small groups of staff are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from nvap.measures.arrays import to_codes, to_floats, to_lists
from nvap.measures.compile import PartPlan
from nvap.measures.frame import NOT_RECORDED, Frame, as_read
from nvap.packs.measure_model import CLOCK, FEWEST_STAFF

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Words = tuple[str, ...]
"""A group's words, one for each dimension."""

NOT_KNOWN = "not known"
TOGETHER = "groups of few staff, together"


@dataclass(frozen=True)
class Groups:
    """The sums of a part by role, each an array of (groups, areas, periods); `hidden` marks staff too few to show.

    `words` are each group's words, one for each dimension, which `names` joins.
    """

    names: tuple[str | None, ...]
    sums: Mapping[str, Floats]
    shape: tuple[int, int, int]
    hidden: NDArray[np.bool_] | None
    values: Values | None = None
    words: tuple[Words, ...] = ()
    open: Values | None = None
    along: Along | None = None


@dataclass(frozen=True)
class Values:
    """Single values with the place of each in the frame (flat), where a part needs more than their sum."""

    place: Places
    value: Floats


@dataclass(frozen=True)
class Along:
    """A scan's rows before they are added up: the place of each in the frame (flat), which of `values` it is of (the
    place after the last: none), and its sums by role."""

    values: tuple[str, ...]
    which: Places
    place: Places
    sums: Mapping[str, Floats]

    def of_each(self, role: str, size: int) -> Floats:
        """A role's sums by value, as (values and none, places)."""
        whole = np.bincount(
            self.which * size + self.place, weights=self.sums[role], minlength=(len(self.values) + 1) * size
        ).astype(np.float64)
        return whole.reshape(len(self.values) + 1, size)


_LISTS = ("values", "open")


def in_groups(
    plan: PartPlan, found: pa.Table, frame: Frame, areas: Sequence[str | None], people: Sequence[Words] = ()
) -> Groups:
    """Add a scan's rows up in the frame; periods and areas without a row are 0, for nothing was counted there.

    `people` are the groups of people that are held, of which each stands in the frame, with or without a row.
    """
    of_period = _period_places(found, frame)
    of_area = _area_places(found, areas)
    words, of_group = _group_places(plan, found, people)
    names = tuple(", ".join(each) for each in words) if plan.dimensions else (None,)
    kept = of_period >= 0
    shape = (len(names), len(areas), len(frame.periods))
    place = np.where(kept, (of_group * shape[1] + of_area) * shape[2] + of_period, -1)
    single, still_open = (_single_values(plan, found, place, role) for role in _LISTS)

    def added_up(places: Places, weights: Floats | None = None) -> Floats:
        size = int(np.prod(shape))
        return np.bincount(places, weights=weights, minlength=size).reshape(shape).astype(np.float64)

    sums = {
        role: added_up(place[kept], np.nan_to_num(to_floats(found[column]))[kept])
        for role, column in plan.sums.items()
        if role not in _LISTS
    }
    if single is not None:
        sums["n"] = added_up(single.place) + (added_up(still_open.place) if still_open is not None else 0)
    made = Groups(names, sums, shape, None, single, words, still_open, _along(plan, found, place))
    made = _without_empty(made) if plan.dimensions and not people and made.along is None else made
    return _staff_together(made) if "size" in sums else made


def _without_empty(made: Groups) -> Groups:
    """Leave out groups in which nothing was counted anywhere, as a grade that expects no attendance."""
    held = np.zeros(made.shape[0], dtype=np.bool_)
    for each in made.sums.values():
        held |= each.any(axis=(1, 2))
    sums = {role: each[held] for role, each in made.sums.items()}
    names = tuple(name for name, kept in zip(made.names, held, strict=True) if kept)
    shape = (len(names), *made.shape[1:])
    words = tuple(each for each, kept in zip(made.words, held, strict=True) if kept)
    values, still_open = (_moved(each, held, shape[1] * shape[2]) for each in (made.values, made.open))
    return Groups(names, sums, shape, None, values, words, still_open)


def _along(plan: PartPlan, found: pa.Table, place: Places) -> Along | None:
    """The rows of a scan that a statistic counts along something; those outside the frame are left out."""
    if plan.along is None:
        return None
    values, which = to_codes(found[plan.along])
    kept = place >= 0
    sums = {role: np.nan_to_num(to_floats(found[column]))[kept] for role, column in plan.sums.items()}
    return Along(tuple(str(each) for each in values), which[kept], place[kept], sums)


def _moved(values: Values | None, kept: NDArray[np.bool_], size: int) -> Values | None:
    """The same values once groups were left out, none of which held any."""
    if values is None:
        return None
    group, within = np.divmod(values.place, size)
    return Values((np.cumsum(kept) - 1)[group] * size + within, values.value)


def _single_values(plan: PartPlan, found: pa.Table, place: Places, role: str) -> Values | None:
    """The values of a part that needs each of them, by their place in the frame; those outside it are left out.

    Moments are in minutes since 1970, UTC.
    """
    if role not in plan.sums:
        return None
    sizes, values = to_lists(found[plan.sums[role]])
    places = np.repeat(place, sizes)
    return Values(places[places >= 0], values[places >= 0])


def _period_places(found: pa.Table, frame: Frame) -> Places:
    """Which period of the frame each row lies in; -1 for one outside it."""
    if "period" not in found.column_names:
        return np.zeros(found.num_rows, dtype=np.int64)
    days, starts = np.nan_to_num(to_floats(found["period"]), nan=-1e9), frame.grid
    at = np.clip(np.searchsorted(starts, days), 0, len(starts) - 1)
    return np.where(starts[at] == days, at, -1)


def _area_places(found: pa.Table, areas: Sequence[str | None]) -> Places:
    if "area" not in found.column_names:
        return np.zeros(found.num_rows, dtype=np.int64)
    index = {name: at for at, name in enumerate(areas)}
    values, places = to_codes(found["area"])
    table = np.array([index[str(name)] for name in values] + [index.get(NOT_RECORDED, 0)], dtype=np.int64)
    return table[places]


def _group_places(plan: PartPlan, found: pa.Table, people: Sequence[Words] = ()) -> tuple[tuple[Words, ...], Places]:
    """The words of the groups in the order to show them, and which of them each row is in."""
    if not plan.dimensions:
        return ((),), np.zeros(found.num_rows, dtype=np.int64)
    combined = np.zeros(found.num_rows, dtype=np.int64)
    dimensions: list[list[_Value]] = []
    named = words_of(plan)
    for column, words in zip(plan.dimensions, named, strict=True):
        different, codes = to_codes(found[column])
        dimensions.append([*(_value(_plain(each), words) for each in different), _value("unknown", words)])
        combined = combined * len(dimensions[-1]) + codes
    held, places = np.unique(combined, return_inverse=True)
    values = [_values(int(each), dimensions) for each in held]
    # Two values may have one name, as a code and a label that is kept for it: they are one group.
    every = [*values, *_without_rows(plan, values, people, named)]
    groups = tuple(dict.fromkeys(tuple(each.name for each in group) for group in sorted(every, key=_order)))
    index = {group: at for at, group in enumerate(groups)}
    again = np.array([index[tuple(each.name for each in group)] for group in values], dtype=np.int64)
    return groups, again[places] if values else places


def _without_rows(
    plan: PartPlan, values: Sequence[list[_Value]], people: Sequence[Words], named: Sequence[Mapping[str, str]]
) -> list[list[_Value]]:
    """Every group of people that is held, beside each value of the dimensions that tell no people apart."""
    if not people:
        return []
    at = [place for place, people_by in enumerate(plan.people_by) if people_by is not None]
    others = {tuple(each for place, each in enumerate(group) if place not in at) for group in values}
    found = []
    for group in people:
        for other in others or ([()] if len(at) == len(named) else []):
            rest, whose = iter(other), iter(_placed(word, named[place]) for word, place in zip(group, at, strict=True))
            found.append([next(whose) if place in at else next(rest) for place in range(len(named))])
    return found


def _placed(name: str, words: Mapping[str, str]) -> _Value:
    """A value by its name, at its place among those that have words."""
    names = list(words.values())
    return _Value(name, names.index(name) if name in names else len(words))


@dataclass(frozen=True)
class _Value:
    """One value of a dimension: its words, and its place among those that have words (after them where it has none)."""

    name: str
    place: int


def _value(code: str, words: Mapping[str, str]) -> _Value:
    if code == "unknown":
        return _Value(words.get("unknown", NOT_KNOWN), len(words) + 1)
    return _Value(words.get(code, code), list(words).index(code) if code in words else len(words))


def _values(combined: int, dimensions: Sequence[Sequence[_Value]]) -> list[_Value]:
    found = []
    for each in reversed(dimensions):
        combined, at = divmod(combined, len(each))
        found.append(each[at])
    return found[::-1]


def _order(group: Sequence[_Value]) -> list[tuple[int, list[tuple[bool, int, str]]]]:
    return [(each.place, as_read(each.name)) for each in group]


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def words_of(plan: PartPlan) -> list[Mapping[str, str]]:
    """The words of each dimension's values: the groups' own, and the code list's for a breakdown."""
    words: list[Mapping[str, str]] = [group.names for group in plan.part.groups]
    for name in plan.breakdowns:
        listed = CLOCK.get(name) or plan.part.over.names_of(name, plan.part.own_words)
        words.append(listed or {"true": f"{name}: yes", "false": f"{name}: no"})
    return words


def name_of(value: object, words: Mapping[str, str]) -> str:
    """The name under which a value of a dimension is shown; None is what is missing."""
    return _value("unknown" if value is None else _plain(value), words).name


def _staff_together(made: Groups) -> Groups:
    """Put groups of few staff together until each group shown has enough in every period that it has any in."""
    sizes = made.sums["size"]
    fewest = np.where(sizes > 0, sizes, np.inf).min(axis=(1, 2), initial=np.inf)
    order = np.argsort(fewest, kind="stable")
    small = [int(at) for at in order if fewest[at] < FEWEST_STAFF]
    rest = [int(at) for at in order if fewest[at] >= FEWEST_STAFF]
    while small and rest and _too_few(sizes[small].sum(axis=0)):
        small.append(rest.pop(0))
    if not small:
        return made
    rest.sort()
    sums = {
        role: np.concatenate([each[rest], each[small].sum(axis=0, keepdims=True)]) for role, each in made.sums.items()
    }
    names = (*(made.names[at] for at in rest), TOGETHER)
    shape = (len(names), made.shape[1], made.shape[2])
    hidden = np.zeros(shape, dtype=np.bool_)
    hidden[-1] = _few(sums["size"][-1])
    return Groups(names, sums, shape, hidden, words=(*(made.words[at] for at in rest), (TOGETHER,)))


def _few(sizes: Floats) -> NDArray[np.bool_]:
    return (sizes > 0) & (sizes < FEWEST_STAFF)


def _too_few(sizes: Floats) -> bool:
    return bool(_few(sizes).any())
