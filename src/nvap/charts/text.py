"""How wide a text is drawn, and how it breaks into lines."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from nvap.charts.letter_widths import BOLD, REGULAR

FONT_FAMILY: Final = "Arimo, Arial, 'Liberation Sans', Helvetica, sans-serif"
# Another sans-serif stands in where none of these is there: leave it a little room.
_ROOM: Final = 1.02
_UNKNOWN: Final = 667

_WIDTHS: Final = {
    bold: {letter: thousandths for thousandths, letters in table.items() for letter in letters}
    for bold, table in ((False, REGULAR), (True, BOLD))
}


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The drawn width of `text` at this font size, in the same unit as the size."""
    return _thousandths(text, bold) * size / 1000 * _ROOM


def wrap(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """`text` as lines no wider than `room`; words stay whole unless one alone is wider than a line."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, room, size, bold)
        lines.extend(full)
    return [*lines, line] if line else lines


def _pieces(word: str, room: float, size: float, bold: bool) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size, bold=bold) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


@lru_cache(maxsize=4096)
def _thousandths(text: str, bold: bool) -> int:
    return sum(_letter(letter, bold) for letter in unicodedata.normalize("NFC", text))


def _letter(letter: str, bold: bool) -> int:
    table = _WIDTHS[bold]
    if letter in table:
        return table[letter]
    # ŵ is as wide as w.
    plain = unicodedata.normalize("NFD", letter)[0]
    return table.get(plain, _UNKNOWN)
