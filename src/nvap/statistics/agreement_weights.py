"""How much of an agreement two different categories are: 1 on the diagonal, and less the further they lie apart.

Sources: Gwet KL (2014), Handbook of Inter-Rater Reliability, fourth edition, chapter 3; Krippendorff K (2018), Content
Analysis, fourth edition, chapter 12. The two have an "ordinal" each, and they differ: Gwet's goes by the number of
pairs of categories between two, Krippendorff's by the ratings given between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np

from nvap.statistics.control_chart.checks import check_choice
from nvap.statistics.interval import BadNumber, Floats
from nvap.statistics.ratings import are_numbers

Weights = Literal["identity", "linear", "quadratic", "ordinal", "ratio"]
Level = Literal["nominal", "ordinal", "interval", "ratio", "linear", "gwets ordinal"]
WEIGHTS: Final = ("identity", "linear", "quadratic", "ordinal", "ratio")
LEVELS: Final = ("nominal", "ordinal", "interval", "ratio", "linear", "gwets ordinal")
_WEIGHTS_OF_LEVEL: Final[dict[str, Weights]] = {
    "nominal": "identity",
    "interval": "quadratic",
    "ratio": "ratio",
    "linear": "linear",
    "gwets ordinal": "ordinal",
}


def weights_of(weights: Weights, categories: Sequence[Any]) -> Floats:
    """The square table of weights, a row and a column for each of `categories`.

    Raises BadNumber for a name not listed, or a ratio of what are no numbers.
    """
    check_choice("weights", weights, WEIGHTS)
    size = len(categories)
    if weights == "identity":
        return np.eye(size)
    at = _places(categories)
    apart = np.abs(at[:, None] - at[None, :])
    if weights == "ordinal":
        steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
        return _of_distances(steps * (steps + 1) / 2)
    if weights == "ratio":
        if not are_numbers(categories) or at[0] < 0:
            raise BadNumber("categories: found some that have no ratio; allowed with it are numbers from 0 up.")
        sums = at[:, None] + at[None, :]
        return _of_distances(np.divide(apart, sums, out=np.zeros((size, size)), where=sums > 0) ** 2)
    return _of_distances(apart if weights == "linear" else apart**2)


def for_level(level: Level, categories: Sequence[Any], given: Floats) -> Floats:
    """The weights of one of Krippendorff's levels; `given` is how many ratings of each category there are.

    Raises BadNumber for a level of numbers where the categories are none.
    """
    if level in ("interval", "ratio") and not are_numbers(categories):
        raise BadNumber(f"categories: found some that are no numbers; the level {level!r} needs numbers.")
    if level != "ordinal":
        return weights_of(_WEIGHTS_OF_LEVEL[level], categories)
    # All ratings from one category to another, with half of those at either end.
    middle = np.cumsum(given) - given / 2
    return _of_distances(np.subtract.outer(middle, middle) ** 2)


def _of_distances(distances: Floats) -> Floats:
    longest = float(distances.max())
    return 1 - distances / longest if longest else np.ones(distances.shape)


def _places(categories: Sequence[Any]) -> Floats:
    return np.array(categories if are_numbers(categories) else range(len(categories)), dtype=np.float64)
