"""A grid of cells shaded by how much they hold, each with its number written in it: never told by the shade alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nvap.charts.scale import written
from nvap.charts.svg import INK, PAPER, QUIET, element, text
from nvap.charts.text import width

# Five steps of one blue, light to dark; the number stands in ink on the light ones and in white on the dark.
SHADES: Final = ("#f3f8fc", "#cfe2f3", "#9cc3e4", "#2e73b3", "#123f70")
_DARK: Final = 3


@dataclass(frozen=True)
class Grid:
    """Where cells stand: the left and upper edge, and the size of each."""

    left: float
    top: float
    wide: float
    tall: float

    def place(self, column: int, row: int) -> tuple[float, float]:
        """The upper left corner of a cell."""
        return self.left + column * self.wide, self.top + row * self.tall


def steps(values: Sequence[float], *, whole: bool = False) -> tuple[float, ...]:
    """The upper ends of the five shades: equal stretches from nought to the most.

    `whole` says that the values are counts: the ends are whole numbers, so that each count is in one shade alone.
    """
    most = max(values, default=0.0)
    ends = tuple(most * (at + 1) / len(SHADES) for at in range(len(SHADES)))
    return tuple(float(math.ceil(end)) for end in ends) if whole else ends


def shade_of(value: float, ends: Sequence[float]) -> int:
    """Which shade a value has; nought has the lightest."""
    return next((at for at, end in enumerate(ends) if value <= end), len(ends) - 1)


def cell(
    grid: Grid, place: tuple[int, int], value: float | None, ends: Sequence[float], *, label: str, size: float
) -> str:
    """One cell with its label; without a value it is hatched, and its label says why where it has one."""
    x, y = grid.place(*place)
    shade = shade_of(value, ends) if value is not None else None
    fill = SHADES[shade] if shade is not None else PAPER
    box = element(
        "rect", class_="shade", x=x + 0.75, y=y + 0.75, width=grid.wide - 1.5, height=grid.tall - 1.5, fill=fill,
        stroke="#b1b4b6", stroke_width=0.75, stroke_dasharray=None if value is not None else "3 3",
    )  # fmt: skip
    ink = PAPER if shade is not None and shade >= _DARK else INK if value is not None else QUIET
    # In forced colours the page's own ink wins over this one, and the cells have the page's paper.
    words = text(
        x + grid.wide / 2, y + grid.tall / 2 + size * 0.35, label, text_anchor="middle", fill=ink, font_size=size
    )
    return box + (words if label else "")


def fits(labels: Sequence[str], wide: float, sizes: Sequence[float]) -> float:
    """The largest of these type sizes at which every label fits into a cell; the smallest where none does."""
    for size in sizes:
        if all(width(label, size) <= wide - 4 for label in labels):
            return size
    return sizes[-1]


def legend(ends: Sequence[float], decimals: int, unit: str, *, whole: bool = False) -> list[tuple[str, str]]:
    """Each shade's box and its words, lightest first; of counts (`whole`) no number stands in two shades."""
    found = []
    for at, end in enumerate(ends):
        before = ends[at - 1] if at else 0.0
        if at and end == before:
            continue  # too few counts for five shades
        low = before + 1 if whole and at else before
        box = element(
            "rect", class_="shade", x=-8, y=-7, width=16, height=14, fill=SHADES[at], stroke=QUIET, stroke_width=1
        )
        words = written(end, decimals) if low == end else f"{written(low, decimals)}–{written(end, decimals)}"
        found.append((box, f"{words}{unit}"))
    return found
