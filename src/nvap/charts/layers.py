"""Boxes in given columns: in which order they stand and how high, so that lines cross little and run level.

Source: the layered drawing of Sugiyama, Tagawa and Toda (1981), with the columns given: barycentre sweeps for the
order, isotonic regression for the heights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from nvap.charts.place import spread

Columns: TypeAlias = list[list[str]]
Pairs: TypeAlias = Sequence[tuple[str, str]]

_SWEEPS = 16


def ordered(columns: Columns, pairs: Pairs) -> Columns:
    """The columns with their boxes in an order in which few lines cross.

    The first column keeps its order, which people know; of orders that cross alike, the nearest to the given one stays.

    Args:
        columns: ids by column.
        pairs: lines between neighbouring columns, from left to right.
    """
    best = [list(column) for column in columns]
    fewest = crossings(best, pairs)
    tried = [list(column) for column in columns]
    left, right = _neighbours(pairs)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        places = range(1, len(tried)) if forward else range(len(tried) - 2, 0, -1)
        for place in places:
            beside = tried[place - 1] if forward else tried[place + 1]
            tried[place] = _by_barycentre(tried[place], beside, left if forward else right)
        _swap_neighbours(tried, pairs)
        found = crossings(tried, pairs)
        if found < fewest:
            best, fewest = [list(column) for column in tried], found
    _as_given(best, columns, pairs)
    return best


def crossings(columns: Columns, pairs: Pairs) -> int:
    """How many pairs of lines between the same two columns cross."""
    at = {id_: (column, place) for column, ids in enumerate(columns) for place, id_ in enumerate(ids)}
    between: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for source, target in pairs:
        between[at[source][0]].append((at[source][1], at[target][1]))
    return sum(
        (one[0] - other[0]) * (one[1] - other[1]) < 0
        for lines in between.values()
        for one, other in combinations(lines, 2)
    )


def heights(
    columns: Columns, sizes: Mapping[str, float], pairs: Pairs, *, gap: float, top: float
) -> tuple[dict[str, float], float]:
    """The middle of each box, as near to level with what it is joined to as the gaps allow, and where the lowest ends.

    The tallest column decides how far down the drawing goes; the others stay within it.
    """
    tall = [sum(sizes[id_] for id_ in ids) + gap * (len(ids) - 1) for ids in columns if ids]
    bottom = top + max(tall, default=0.0)
    middles: dict[str, float] = {}
    for ids in columns:
        even = spread([(top + bottom) / 2] * len(ids), [sizes[id_] for id_ in ids], gap, top, bottom)
        middles.update(zip(ids, even, strict=True))
    left, right = _neighbours(pairs)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for ids in columns if forward else reversed(columns):
            # The last sweeps weigh both sides, so that no column is level with one side at the other's cost.
            sides = (left, right) if sweep >= _SWEEPS // 2 else ((left,) if forward else (right,))
            wanted = [_mean([middles[other] for side in sides for other in side[id_]], middles[id_]) for id_ in ids]
            middles.update(zip(ids, spread(wanted, [sizes[id_] for id_ in ids], gap, top, bottom), strict=True))
    return middles, bottom


def _neighbours(pairs: Pairs) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    left, right = defaultdict(list), defaultdict(list)
    for source, target in pairs:
        left[target].append(source)
        right[source].append(target)
    return left, right


def _by_barycentre(ids: Sequence[str], beside: Sequence[str], joined: Mapping[str, list[str]]) -> list[str]:
    place = {id_: at for at, id_ in enumerate(beside)}
    own = {id_: at * len(beside) / max(len(ids), 1) for at, id_ in enumerate(ids)}
    return sorted(
        ids, key=lambda id_: _mean([float(place[other]) for other in joined[id_] if other in place], own[id_])
    )


def _swap_neighbours(columns: Columns, pairs: Pairs) -> None:
    """Swaps boxes that stand next to each other while that takes crossings away."""
    fewest = crossings(columns, pairs)
    better = True
    while better:
        better = False
        for ids in columns[1:]:
            for place in range(len(ids) - 1):
                ids[place], ids[place + 1] = ids[place + 1], ids[place]
                found = crossings(columns, pairs)
                if found < fewest:
                    fewest, better = found, True
                else:
                    ids[place], ids[place + 1] = ids[place + 1], ids[place]


def _as_given(columns: Columns, given: Columns, pairs: Pairs) -> None:
    """Puts boxes that stand next to each other in their given order where that makes no more lines cross."""
    place = {id_: at for ids in given for at, id_ in enumerate(ids)}
    fewest = crossings(columns, pairs)
    better = True
    while better:
        better = False
        for ids in columns:
            for at in range(len(ids) - 1):
                if place[ids[at]] < place[ids[at + 1]]:
                    continue
                ids[at], ids[at + 1] = ids[at + 1], ids[at]
                if crossings(columns, pairs) <= fewest:
                    better = True
                else:
                    ids[at], ids[at + 1] = ids[at + 1], ids[at]


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
