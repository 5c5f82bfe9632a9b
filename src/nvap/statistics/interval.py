"""What an interval is, and the checks that every interval makes on the numbers given to it."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from statistics import NormalDist
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nvap.errors import UsageFault

Floats: TypeAlias = NDArray[np.float64]
Texts: TypeAlias = NDArray[np.str_]
Flags: TypeAlias = NDArray[np.bool_]

Numbers = TypeVar("Numbers", float, Floats)
Methods = TypeVar("Methods", str, Texts)


class BadNumber(UsageFault, ValueError):
    """A number that the statistic cannot take; the message names the argument, what was found and what is allowed."""


@dataclass(frozen=True)
class Interval(Generic[Numbers, Methods]):
    """A value with its confidence limits and the method that gave them.

    From scalars: three floats and one method. From arrays: four read-only arrays of one shape. Where an element is
    missing or cannot be used, value and limits are NaN and the method is the empty text: nothing was computed.
    """

    value: Numbers
    lower: Numbers
    upper: Numbers
    method: Methods

    def __post_init__(self) -> None:
        for field in fields(self):
            part = getattr(self, field.name)
            if isinstance(part, np.ndarray):
                part.flags.writeable = False


def quantile(confidence: float) -> float:
    """z, the normal quantile of a two-sided confidence level between 0.9 and 1 (infinite at 1).

    Raises BadNumber outside that range, as PHEindicatormethods does: lower levels are not used in this field.
    """
    try:
        level = float(confidence)
    except (TypeError, ValueError):
        level = math.nan
    if not 0.9 <= level <= 1:
        percent = f" Did you mean {level / 100:g}?" if 90 <= level <= 100 else ""
        raise BadNumber(f"confidence: found {confidence!r}, allowed is a number from 0.9 to 1, such as 0.95.{percent}")
    return NormalDist().inv_cdf(0.5 + level / 2) if level < 1 else math.inf


def numbers(name: str, given: ArrayLike) -> Floats:
    """`given` as an array of floats (NaN where None stood); raises BadNumber for what is not a number."""
    try:
        plain = np.asarray(given)
        # A text such as "12" would pass as a number: it is a column that was never typed.
        if plain.dtype.kind not in "USmM":
            return plain.astype(np.float64)
    except (TypeError, ValueError):
        pass
    raise BadNumber(f"{name}: found {type(given).__name__}, allowed are numbers or arrays of numbers.")


def together(first: Floats, second: Floats, names: str) -> tuple[Floats, Floats]:
    """Both arrays in one shape; raises BadNumber when their shapes do not fit together."""
    try:
        left, right = np.broadcast_arrays(first, second)
    except ValueError:
        raise BadNumber(f"{names}: found shapes {first.shape} and {second.shape}, which do not fit together.") from None
    return left, right


def told(value: Floats) -> str:
    """A scalar as a message writes it. An array is not written out: its elements are refused without a message."""
    return str(value) if np.ndim(value) == 0 else "an array"


def refuse_scalars(checks: list[tuple[Flags, str]]) -> Flags:
    """Where any check fails; raises BadNumber with the first failing check's message when the checks are of scalars.

    In an array a bad element becomes NaN instead: one area's bad row must not lose the other areas' numbers.
    """
    bad = np.zeros(checks[0][0].shape, dtype=np.bool_)
    for failed, message in checks:
        if failed.ndim == 0 and failed:
            raise BadNumber(message)
        bad |= failed
    return bad
