"""The checks that every control chart makes on what it is given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from operator import index
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nvap.errors import nearest
from nvap.statistics.interval import BadNumber, Flags, Floats, numbers


def series_of(name: str, given: ArrayLike) -> Floats:
    """`given` as an own one-dimensional array, NaN for a gap; raises BadNumber for more dimensions or an infinity."""
    series = numbers(name, given)
    if series.ndim != 1:
        raise BadNumber(f"{name}: found {series.ndim} dimensions, allowed is one series of numbers in time order.")
    refuse_where(np.isinf(series), name, "an infinite number", "leave a missing value as NaN")
    return series.copy()


def refuse_where(wrong: Flags, name: str, found: str, allowed: str) -> None:
    """Raise BadNumber with the first place where `wrong` holds; the value itself is not repeated."""
    places = np.flatnonzero(wrong)
    if len(places):
        raise BadNumber(f"{name}: found {found} at index {places[0]}; {allowed}.")


def starts_of(rebase: Iterable[int], length: int) -> list[int]:
    """The sorted first indices of new periods."""
    return places_of("rebase", rebase, length, "indices of the first values of new periods, such as (12, 24)")


def places_of(name: str, given: Iterable[int], length: int, allowed: str) -> list[int]:
    """Sorted indices into a series of `length`; raises BadNumber for anything that is none."""
    try:
        places = sorted({index(place) for place in given})
    except TypeError:
        raise BadNumber(f"{name}: found {given!r}, allowed are whole {allowed}.") from None
    for place in places:
        if not 0 <= place < length:
            raise BadNumber(f"{name}: found index {place}, allowed are 0 to {length - 1}: there are {length} values.")
    return places


def periods_of(starts: Sequence[int], length: int) -> NDArray[np.int64]:
    """Which period each of `length` values belongs to, from 0; a period begins at each of `starts`."""
    period = np.zeros(length, dtype=np.int64)
    period[[start for start in starts if start]] = 1
    return np.cumsum(period)


def check_baseline(baseline: int | None, fewest: int) -> None:
    """Raise BadNumber unless `baseline` is None or a whole number of points from `fewest` up."""
    if baseline is None:
        return
    if isinstance(baseline, bool) or not isinstance(baseline, int | np.integer) or baseline < fewest:
        raise BadNumber(f"baseline: found {baseline!r}, allowed are None and whole numbers of points from {fewest} up.")


def check_choice(name: str, found: object, allowed: Collection[str], *, none: bool = False) -> None:
    """Raise BadNumber, with the nearest allowed word, unless `found` is one of `allowed`."""
    if found in allowed or (none and found is None):
        return
    words = [repr(word) for word in allowed] + (["None"] if none else [])
    listed = f"{', '.join(words[:-1])} and {words[-1]}"
    raise BadNumber(f"{name}: found {found!r}, allowed are {listed}.{nearest(str(found), allowed)}")


def one_number(name: str, given: float, *, above: float | None = None) -> float:
    """`given` as one finite float, above `above` where that is said."""
    wanted = numbers(name, given)
    if wanted.ndim or not np.isfinite(wanted) or (above is not None and wanted <= above):
        more = "" if above is None else f" above {above:g}"
        raise BadNumber(f"{name}: found {given!r}, allowed is one finite number{more}.")
    return float(wanted)


def check_dates(dates: Iterable[Any] | None, length: int) -> None:
    """Raise BadNumber unless there is one date a value, each later than the one before."""
    if dates is None:
        return
    try:
        held = list(dates)
        steps = [(before < after, before == after) for before, after in pairwise(held)]
    except TypeError:
        raise BadNumber(
            "dates: found something that is no series of dates; allowed is one date for each value."
        ) from None
    if len(held) != length:
        raise BadNumber(f"dates: found {len(held)} dates for {length} values; each value has one.")
    for place, (later, same) in enumerate(steps, start=1):
        if not later:
            fault = "the same date twice" if same else "an earlier date"
            raise BadNumber(f"dates: found {fault} at index {place}; allowed are dates in time order, each once.")
