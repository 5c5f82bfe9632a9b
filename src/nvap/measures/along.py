"""Numbers whose rows are counted along something that they are not shown by: strands, offences, places; and waits."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Final

import numpy as np

from nvap.measures.groups import NOT_KNOWN, Groups
from nvap.measures.values import (
    NOT_ENOUGH,
    Flags,
    Floats,
    Layout,
    Numbers,
    blank,
    checked_percent,
    numbers_of,
    with_interval,
)
from nvap.packs.measure import Part
from nvap.packs.measure_model import FEWEST_FOR_PERCENT, WAITS
from nvap.statistics.difference import ratio_of_rates
from nvap.statistics.interval import Interval
from nvap.statistics.lift import lift
from nvap.statistics.proportion import wilson_interval
from nvap.statistics.rate import byars_interval
from nvap.statistics.survival import METHOD, kaplan_meier

SEPARATOR: Final = ","
"""What stands between the codes of a value that holds several."""


def numbers_along(part: Part, groups: Groups, layout: Layout) -> list[Numbers]:
    """The numbers of a part, whichever its statistic: those that are counted along something, and all others."""
    made = _ALONG.get(part.statistic)
    return made(part, groups, layout) if made else numbers_of(part, groups, layout)


def _carrying(groups: Groups, role: str) -> tuple[list[str], Callable[..., Floats]]:
    """The codes that any row carries, and what gives how many rows carry all of some of them, in the frame."""
    along = groups.along
    assert along is not None  # noqa: S101 - the part has `along`, checked when it was read
    sets = [frozenset(filter(None, value.split(SEPARATOR))) for value in along.values] + [frozenset()]
    counts = along.of_each(role, int(np.prod(groups.shape)))

    def of(*codes: str) -> Floats:
        held = [at for at, each in enumerate(sets) if each.issuperset(codes)]
        found: Floats = counts[held].sum(axis=0).reshape(groups.shape)
        return found

    return sorted({code for each in sets for code in each}), of


def _labels(part: Part) -> Mapping[str, str]:
    name = next(iter(part.along.columns)) if part.along is not None and len(part.along.columns) == 1 else ""
    return part.over.names_of(name, part.own_words) if name in part.over.derived else {}


def _pairs(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    """Of the rows, how many carry both of two codes, for each pair that any row carries."""
    codes, of = _carrying(groups, "n")
    labels, every = _labels(part), of()
    found = []
    for one, other in combinations(codes, 2):
        both = of(one, other)
        if both.any():
            made = blank(both, every, groups.sums["u"], _named(labels, one, other))
            found.append(checked_percent(with_interval(made, wilson_interval(both, every))))
    return sorted(found, key=lambda each: -float(each.numerator.sum()))


def _lifts(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    """How much more often two things are found together than by chance (nvap.statistics.lift).

    With a condition in the numerator, it beside each code; without one, each pair of codes.
    """
    codes, of = _carrying(groups, "n")
    labels, every = _labels(part), of()
    found = []
    if part.numerator.where is not None:
        meeting = _carrying(groups, "k")[1]
        for code in codes:
            found.append(_lift(labels.get(code, code), meeting(code), (meeting(), of(code), every), groups))
    else:
        for one, other in combinations(codes, 2):
            found.append(_lift(_named(labels, one, other), of(one, other), (of(one), of(other), every), groups))
    kept = [each for each in found if each.numerator.any()]
    return sorted(kept, key=lambda each: -float(each.numerator.sum()))


def _lift(name: str, both: Floats, held: tuple[Floats, Floats, Floats], groups: Groups) -> Numbers:
    first, second, every = held
    made = blank(both, every, groups.sums["u"], name)
    value, lower, upper = (np.full(both.shape, np.nan) for _ in range(3))
    for at in np.argwhere((first > 0) & (second > 0)):
        place = tuple(at)
        one = lift(float(both[place]), float(first[place]), float(second[place]), float(every[place]))
        value[place], lower[place], upper[place] = one.value, one.lower, one.upper
    method = np.where(np.isnan(value), "", "log normal")
    made = with_interval(made, Interval(value, lower, upper, method))
    made.withhold(np.isnan(value), NOT_ENOUGH, "One of the two was never found, so there is no lift.")
    return made


def _named(labels: Mapping[str, str], one: str, other: str) -> str:
    return " and ".join(sorted((labels.get(one, one), labels.get(other, other))))


def _standardised_mix(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    """How often each category came, over how often it would with the reference's mix of the same kinds (indirect).

    Expected is the sum over kinds of the group's rows times the reference's share of the category; limits are those of
    the count that came (Breslow NE, Day NE (1987), IARC, chapter 2), the reference's shares taken as they are. Rows of
    a kind that is not known, or that the reference has none of, are unknown.
    """
    mix, along = part.mix, groups.along
    assert mix is not None and along is not None  # noqa: S101, PT018 - checked when the part was read
    size, shape = int(np.prod(groups.shape)), (len(along.values), *groups.shape)
    reference = part.groups[0].names[part.reference or ""]
    at = _places_beside(groups, reference)
    rows = along.of_each("n", size)[:-1].reshape(shape)
    of_reference = np.where((at < 0)[None, :, None, None], 0.0, rows[:, at])
    held = of_reference > 0
    left_out = groups.sums["n"] - np.where(held, rows, 0).sum(axis=0)
    shown = _shown(groups, reference, part.groups[0].names.get("unknown", NOT_KNOWN))
    found = []
    for each in mix.categories:
        if each.code in mix.unknown | mix.apart:
            continue
        came = along.of_each(f"k:{each.code}", size)[:-1].reshape(shape)
        theirs = np.where((at < 0)[None, :, None, None], 0.0, came[:, at])
        share = np.divide(theirs, of_reference, out=np.zeros(shape), where=held)
        observed, expected = np.where(held, came, 0).sum(axis=0), (rows * share).sum(axis=0)
        made = blank(observed, expected, groups.sums["u"] + left_out, each.code)
        made = with_interval(made, byars_interval(observed, np.where(expected > 0, expected, np.nan), 1))
        made.withhold(~(expected > 0), NOT_ENOUGH, "None was expected, so there is no ratio.")
        made.shown = shown
        found.append(made)
    return found


def _places_beside(groups: Groups, name: str) -> np.ndarray:
    """For each group, the place of the group of this name that shares its further words; -1 where there is none."""
    index = {words: at for at, words in enumerate(groups.words)}
    return np.array([index.get((name, *words[1:]), -1) for words in groups.words], dtype=np.int64)


def _shown(groups: Groups, *left_out: str) -> Flags:
    return np.array([words[0] not in left_out for words in groups.words], dtype=np.bool_)


def _top_shares(part: Part, groups: Groups, _: Layout) -> list[Numbers]:
    """The share of all that the busiest places (or people) have, as a share of those that had any.

    `at` is how many of them are looked at, rounded up: 0.1 is the busiest tenth. It describes; it has no limits.
    """
    along, top = groups.along, part.at
    assert along is not None and top is not None  # noqa: S101, PT018 - checked when the part was read
    size, nobody = int(np.prod(groups.shape)), len(along.values)
    known = along.which < nobody
    without = np.bincount(
        along.place[along.which == nobody], weights=along.sums["k"][along.which == nobody], minlength=size
    )
    busiest, every = np.zeros(size), np.zeros(size)
    # One of them may stand in several rows, where others of the scan tell its rows apart.
    held, row = np.unique(along.place[known] * nobody + along.which[known], return_inverse=True)
    count = np.bincount(row, weights=along.sums["k"][known], minlength=len(held))
    place, count = held[count > 0] // max(nobody, 1), count[count > 0]
    order = np.lexsort((-count, place))
    place, count = place[order], count[order]
    starts = np.unique(place, return_index=True)[1]
    for start, each in zip(starts, np.split(count, starts)[1:], strict=True):
        every[place[start]] = each.sum()
        busiest[place[start]] = each[: int(np.ceil(len(each) * top))].sum()
    shape = groups.shape
    made = blank(busiest.reshape(shape), every.reshape(shape), groups.sums["u"] + without.reshape(shape), None)
    value = made.numerator / np.where(made.denominator > 0, made.denominator, np.nan)
    nothing = np.full(shape, np.nan)
    made = with_interval(made, Interval(value, nothing, nothing, np.where(np.isnan(value), "", "described")))
    return [checked_percent(made)]


def _changes(_: Part, groups: Groups, __: Layout) -> list[Numbers]:
    """What came after over what came before, as it is and over the comparison's own change, with limits of a ratio of
    two rates (nvap.statistics.difference). The denominator is what would have come without any change beside it."""
    after, before = groups.sums["k"], groups.sums["before"]
    then, now = groups.sums["compared_before"], groups.sums["compared_after"]
    held = (then > 0) & (now > 0)
    found = []
    for category, growth in (
        (AS_IT_IS, np.ones(groups.shape)),
        (COMPARED, np.where(held, now / np.maximum(then, 1), 0)),
    ):
        usable = np.where(growth > 0, growth, np.nan)
        made = blank(after, before * usable, groups.sums["u"], category)
        made = with_interval(made, ratio_of_rates(after, usable, before, np.ones(groups.shape)))
        nothing = np.isnan(made.value) & ~np.isnan(usable)
        made.withhold(np.isnan(usable), NOT_ENOUGH, "The comparison had none, so there is nothing to compare with.")
        made.withhold(nothing, NOT_ENOUGH, "There was none before and none after.")
        made.withhold(np.isinf(made.value), NOT_ENOUGH, "There was none before, so there is no ratio.")
        made.upper = np.where(np.isinf(made.upper), np.nan, made.upper)
        found.append(made)
    return found


AS_IT_IS: Final = "as it is"
COMPARED: Final = "beside the comparison"


def _waitings(part: Part, groups: Groups, layout: Layout) -> list[Numbers]:
    """The time by which half had ended, those still open counted for as long as they have lasted (Kaplan-Meier)."""
    done, still = groups.values, groups.open
    assert done is not None and still is not None  # noqa: S101, PT018 - a waiting has both, checked when it was read
    until = layout.until or datetime.date.max
    end = datetime.datetime.combine(until, datetime.time(), datetime.UTC).timestamp() / 60
    lasted = np.maximum(end - still.value, 0) / WAITS[part.unit]
    n = groups.sums["n"]
    ended = np.bincount(done.place, minlength=n.size).reshape(n.shape).astype(np.float64)
    made = blank(ended, n, groups.sums["u"], None)
    value, lower, upper = (np.full(n.size, np.nan) for _ in range(3))
    place = np.concatenate([done.place, still.place])
    time, observed = np.concatenate([done.value, lasted]), np.repeat([1.0, 0.0], [len(done.value), len(lasted)])
    for at in np.unique(place):
        own = place == at
        middle = kaplan_meier(time[own], observed[own]).median
        value[at], lower[at], upper[at] = _finite([middle.value, middle.lower, middle.upper])
    method = np.where(np.isnan(value), "", METHOD)
    shaped = Interval(value.reshape(n.shape), lower.reshape(n.shape), upper.reshape(n.shape), method.reshape(n.shape))
    made = with_interval(made, shaped)
    few = n < FEWEST_FOR_PERCENT
    made.withhold(n == 0, NOT_ENOUGH, "There was none to look at.")
    made.withhold(few & (n > 0), NOT_ENOUGH, f"Fewer than {FEWEST_FOR_PERCENT}: no middle value is shown.")
    made.withhold(
        ~few & np.isnan(made.value), NOT_ENOUGH, "Fewer than half have ended, so the middle is not known yet."
    )
    return [made]


def _finite(numbers: Sequence[float]) -> list[float]:
    return [each if np.isfinite(each) else np.nan for each in numbers]


_ALONG: Mapping[str, Callable[[Part, Groups, Layout], list[Numbers]]] = {
    "pairs": _pairs,
    "lift": _lifts,
    "standardised_mix": _standardised_mix,
    "top_share": _top_shares,
    "waiting": _waitings,
    "change": _changes,
}
