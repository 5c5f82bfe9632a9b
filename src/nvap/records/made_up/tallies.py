"""What measures should find in the further extracts, counted from the made-up truth while they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt
import pyarrow as pa

from nvap.records.made_up.clock import Mask


@dataclass(frozen=True)
class Fact:
    """Rows of a further extract: the reference of the log or crime that each is about, and columns beside it."""

    ref: list[str]
    columns: dict[str, npt.NDArray[Any]]


@dataclass
class Tallies:
    """For each measure and part: how many rows count, of how many (None where there is no denominator)."""

    found: dict[str, dict[str, list[int | None]]] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)

    def note(self, measure: str, part: str, counted: Mask, among: Mask | None = None) -> None:
        """Note one part over the rows of a table."""
        of = None if among is None else int(among.sum())
        self.found.setdefault(measure, {})[part] = [int(counted.sum()), of]

    def fact(self, table: str, ref: pa.Array, *, held: Mask, **columns: npt.NDArray[Any]) -> None:
        """Keep what the rows of a table say that lie within its extract (`held`)."""
        kept = {name: values[held] for name, values in columns.items()}
        self.facts[table] = Fact(ref.filter(pa.array(held)).to_pylist(), kept)
