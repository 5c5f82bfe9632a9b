"""Rows that belong to areas (or strata, or bands): the area of each, and sums by area, never by position."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nvap.statistics.control_chart.checks import series_of
from nvap.statistics.interval import BadNumber, Floats


class Areas:
    """Which area each row is of, and sums of a column by area; without areas all rows are of one."""

    def __init__(self, area: Iterable[Hashable] | None, length: int) -> None:
        given: list[Hashable] = [0] * length if area is None else list(area)
        if len(given) != length:
            raise BadNumber(f"area: found {len(given)} areas for {length} rows; each row has one.")
        if area is None and not length:
            raise BadNumber("count: found no rows; a rate needs one age band or more.")
        self.labels, self.place = numbered("area", given)

    def sums(self, column: Floats) -> Floats:
        """The sum of a column in each area, in the order of `labels`."""
        return np.bincount(self.place, weights=column, minlength=len(self.labels)).astype(np.float64)


def numbered(name: str, given: Sequence[Hashable]) -> tuple[tuple[Hashable, ...], NDArray[np.int64]]:
    """The different labels, sorted, and the number of each row's label among them; BadNumber where one is missing."""
    if any(label is None or label != label for label in given):  # noqa: PLR0124 - NaN alone differs from itself
        raise BadNumber(f"{name}: found a row without one; allowed is a label in every row.")
    try:
        labels = tuple(sorted(set(given)))  # type: ignore[type-var]
    except TypeError:
        raise BadNumber(f"{name}: found labels of different kinds; allowed are all texts or all numbers.") from None
    number = {label: place for place, label in enumerate(labels)}
    return labels, np.array([number[label] for label in given], dtype=np.int64)


def columns_of(**given: ArrayLike) -> list[Floats]:
    """The named columns of numbers, NaN for what is missing; raises BadNumber when one is shorter than another."""
    columns = {name: series_of(name, column) for name, column in given.items()}
    lengths = [len(column) for column in columns.values()]
    if len(set(lengths)) > 1:
        raise BadNumber(f"{', '.join(columns)}: found {', '.join(map(str, lengths))} rows; each has one a row.")
    return list(columns.values())
