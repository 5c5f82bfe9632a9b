"""What measures should find in the further extracts, counted from the made-up truth while they are written."""

from __future__ import annotations

from dataclasses import dataclass, field

from nvap.records.made_up.clock import Mask


@dataclass
class Tallies:
    """For each measure and part: how many rows count, of how many (None where there is no denominator)."""

    found: dict[str, dict[str, list[int | None]]] = field(default_factory=dict)

    def note(self, measure: str, part: str, counted: Mask, among: Mask | None = None) -> None:
        """Note one part over the rows of a table."""
        of = None if among is None else int(among.sum())
        self.found.setdefault(measure, {})[part] = [int(counted.sum()), of]
