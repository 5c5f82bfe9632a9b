"""What a force's tables can answer, shown in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nvap.charts.beside import Beside
from nvap.measures import ready_words
from nvap.measures.readiness import Readiness
from nvap.notebook.shown import WIDTH, Piece, Shown
from nvap.packs.some_measures import unknown_measure


@dataclass(frozen=True, repr=False)
class Ready(Shown):
    """For each measure whether it can be computed, and what is missing where it cannot.

    `ready["D02"]` is one of them, with `.state` (`computable`, `partly` or `not`) and `.missing`; one that there is not
    raises UsageFault with the nearest.
    """

    found: tuple[Readiness, ...]

    def __getitem__(self, measure: str) -> Readiness:
        known = [each.measure.id for each in self.found]
        if measure.upper() not in known:
            raise unknown_measure(measure, known)
        return self.found[known.index(measure.upper())]

    def __iter__(self) -> Iterator[Readiness]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def pieces(self) -> tuple[Piece, ...]:
        """One row for each measure, and how many can be computed."""
        rows = tuple(
            (each.measure.id, each.measure.title, ready_words.STATE_WORDS[each.state], "; ".join(each.missing))
            for each in self.found
        )
        headings = ("Measure", "Title", "Can it be computed?", "What is missing")
        ready = sum(each.state == "computable" for each in self.found)
        partly = sum(each.state == "partly" for each in self.found)
        head = f"{ready} of {len(self.found)} computable, {partly} partly."
        return (head, Beside("What each measure can be computed from", headings, (False,) * 4, rows))

    def as_text(self) -> str:
        """As the command line prints it."""
        return ready_words.in_words(self.found, WIDTH)
