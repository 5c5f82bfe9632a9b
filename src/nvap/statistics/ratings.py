"""What raters said of the items that they judged, counted by category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nvap.statistics.interval import BadNumber, Flags, Floats


@dataclass(frozen=True, eq=False)
class Rated:
    """Items rated at least once: each rater's category by its place (-1 for a gap), and how often each was given."""

    places: NDArray[np.int64]
    counts: Floats
    raters: int
    missing: int

    @property
    def times(self) -> Floats:
        """How often each item was rated."""
        total: Floats = np.sum(self.counts, axis=1)
        return total

    def shares(self) -> Floats:
        """The mean share of each category over the items; 0 where there are none."""
        total: Floats = np.sum(self.counts / self.times[:, None], axis=0)
        return total / max(len(self.counts), 1)

    def only(self, kept: Flags) -> Rated:
        """Some of the items."""
        return Rated(self.places[kept], self.counts[kept], self.raters, self.missing)


def rated_of(ratings: Sequence[Sequence[Any]] | NDArray[Any], categories: Sequence[Any]) -> Rated:
    """A table of ratings, a row an item; raises BadNumber for one that is none of the categories."""
    check_categories(categories)
    given = np.asarray(ratings, dtype=object)
    if given.ndim != 2 or given.shape[1] < 2:
        raise BadNumber("ratings: found no table of two raters or more; allowed is a row an item, a column a rater.")
    number = {category: place for place, category in enumerate(categories)}
    places = np.full(given.shape, -1, dtype=np.int64)
    for (item, rater), rating in np.ndenumerate(given):
        if rating is None or rating != rating:  # noqa: PLR0124 - NaN alone differs from itself
            continue
        if rating not in number:
            listed = ", ".join(repr(category) for category in categories)
            raise BadNumber(f"ratings: found one of no category at item {item}, rater {rater}; allowed are {listed}.")
        places[item, rater] = number[rating]
    counts = np.stack([np.sum(places == place, axis=1) for place in range(len(number))], axis=1).astype(np.float64)
    kept = counts.sum(axis=1) > 0
    return Rated(places[kept], counts[kept], given.shape[1], int(np.sum(places < 0)))


def check_categories(categories: Sequence[Any]) -> None:
    """Raise BadNumber unless there are two categories or more, each once, and numbers in increasing order."""
    if isinstance(categories, str) or len(categories) < 2:
        raise BadNumber("categories: found fewer than two; allowed is the list of all there could be.")
    if len(set(categories)) < len(categories):
        raise BadNumber("categories: found one twice; allowed is each once.")
    if are_numbers(categories) and list(categories) != sorted(categories):
        raise BadNumber("categories: found numbers out of order; allowed are increasing ones.")


def are_numbers(categories: Sequence[Any]) -> bool:
    """Whether all categories are numbers, so that their distances mean something."""
    return all(isinstance(each, int | float | np.number) for each in categories)
