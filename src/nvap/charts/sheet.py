"""What every drawing has: its heading where it stands alone, its key, its remarks, its standing, its account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nvap.charts.scale import Language, day_name
from nvap.charts.svg import INK, QUIET, checked_id, drawing, lines_of_text
from nvap.charts.text import width, wrap
from nvap.disclosure.table import Cell, Column, Table
from nvap.wording import Translate

FONT: Final = 14.0
SMALL: Final = 12.0
LINE: Final = 18.0
WIDE: Final = 760.0
NARROW: Final = 320.0
EDGE: Final = 8.0


@dataclass(frozen=True)
class Sheet:
    """How a drawing is made: its id, unique on the page, how wide, whether a file of its own, in which language.

    `unit` follows a number (`%` without a space); `decimals` is how many a value is written with.
    """

    id: str
    unit: str = ""
    decimals: int = 0
    language: Language = "en"
    narrow: bool = False
    standalone: bool = False
    translate: Translate = field(default=str)

    def __post_init__(self) -> None:
        checked_id(self.id)

    @property
    def across(self) -> float:
        """How wide it is."""
        return NARROW if self.narrow else WIDE

    @property
    def room(self) -> float:
        """How wide a line of words may be."""
        return self.across - 2 * EDGE


@dataclass(frozen=True)
class KeyItem:
    """A line of the key: a small drawing 22 wide whose middle stands at 0, 0, and its words."""

    icon: str
    words: str


def heading(table: Table, sheet: Sheet, axis: str = "") -> tuple[str, float]:
    """Title and sentence (only in a file of its own), what the value axis shows, and where the drawing may begin."""
    title = wrap(table.title, sheet.room, 18, bold=True) if sheet.standalone else []
    sentence = wrap(table.sentence, sheet.room, FONT) if sheet.standalone else []
    named = wrap(axis, sheet.room, FONT)
    top = EDGE + 24 * len(title)
    drawn = lines_of_text(EDGE, 24, title, 24, font_size=18.0, font_weight="bold")
    drawn += lines_of_text(EDGE, top + 14, sentence, LINE)
    top += LINE * len(sentence) + (8 if sentence else 0)
    return drawn + lines_of_text(EDGE, top + 14, named, LINE), top + LINE * len(named) + 8


def axis_words(column: Column, unit: str) -> str:
    """What a value axis shows, with its unit where the heading does not say it."""
    return column.heading if not unit or unit in column.heading else f"{column.heading} ({unit})"


def finished(
    table: Table,
    sheet: Sheet,
    body: Sequence[str],
    bottom: float,
    *,
    description: str,
    key: Sequence[KeyItem] = (),
    remarks: Sequence[str] = (),
    role: str = "img",
) -> str:
    """The whole `<svg>`: the body, below it the key, the remarks, the table's notes and its standing.

    `role` is group for a drawing whose parts can be reached one by one.
    """
    below, y = _key(key, sheet, bottom + 12)
    said_below = (*remarks, *(sheet.translate(each) for each in table.notes))
    for said, bold in [*((each, False) for each in said_below), *standing(table, sheet.language, sheet.translate)]:
        lines = wrap(said, sheet.room, FONT, bold=bold)
        below += lines_of_text(EDGE, y + 15, lines, LINE, fill=QUIET, font_weight="bold" if bold else None)
        y += len(lines) * LINE + 2
    return drawing(
        sheet.id + ("-narrow" if sheet.narrow else ""),
        (sheet.across, y + 12),
        *body,
        below,
        title=table.title,
        description=description,
        role=role,
        language=sheet.language,
        standalone=sheet.standalone,
    )


def standing(table: Table, language: Language, translate: Translate) -> list[tuple[str, bool]]:
    """What must stand below every drawing of a table: rule, as-at date and edition, and (bold) whether it may leave."""
    told = []
    if table.counting_rule:
        told.append(translate("Counting rule: {rule}.").format(rule=table.counting_rule))
    if table.as_at is not None:
        told.append(translate("As at {day}.").format(day=day_name(table.as_at, language)))
    if table.pack:
        told.append(translate("Toolkit edition: {pack}.").format(pack=table.pack))
    marks = " ".join(f"{translate(words)}." for words in table.standing)
    return [(" ".join(told), False)] * bool(told) + [(marks, True)] * bool(marks)


def account(table: Table, sheet: Sheet, more: Sequence[str] = ()) -> str:
    """What someone who cannot see the drawing is told: its sentence, more of it, and its standing."""
    notes = (sheet.translate(each) for each in table.notes)
    said = [table.sentence, *more, *notes, *(sheet.translate(words) + "." for words in table.standing)]
    return " ".join(each for each in said if each)


def number_of(cell: Cell) -> float | None:
    """A cell's number; None for a gap, and for one that is hidden."""
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def shifted(inside: str, x: float, y: float) -> str:
    """A small drawing moved to x, y."""
    return f'<g transform="translate({x:.2f} {y:.2f})">{inside}</g>'


def _key(items: Sequence[KeyItem], sheet: Sheet, top: float) -> tuple[str, float]:
    """The key from `top` down, as many items beside each other as fit, and where it ends."""
    drawn, x, y = "", EDGE, top
    for item in items:
        lines = wrap(item.words, sheet.room - 26, FONT)
        wide = 26 + max(width(line, FONT) for line in lines)
        if x > EDGE and x + wide > sheet.across - EDGE:
            x, y = EDGE, y + LINE + 6
        drawn += shifted(item.icon, x + 11, y + 9) + lines_of_text(x + 26, y + 14, lines, LINE, fill=INK)
        x += wide + 20
        if len(lines) > 1:
            x, y = EDGE, y + LINE * len(lines) + 6
    return drawn, y + (LINE + 8 if x > EDGE else 0)
