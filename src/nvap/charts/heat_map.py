"""When in the week: hours by weekdays, each cell with its number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from nvap.charts.cells import Grid, cell, fits, legend, steps
from nvap.charts.scale import Language, with_unit, written
from nvap.charts.sheet import FONT, SMALL, KeyItem, Sheet, account, finished, heading, number_of
from nvap.charts.svg import QUIET, text
from nvap.charts.text import width
from nvap.disclosure.policy import HIDDEN
from nvap.disclosure.table import Cell, Column, Kind, Table
from nvap.errors import NotEnoughData, UsageFault

WEEKDAYS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "cy": ("Dydd Llun", "Dydd Mawrth", "Dydd Mercher", "Dydd Iau", "Dydd Gwener", "Dydd Sadwrn", "Dydd Sul"),
}
_SHORT: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "cy": ("Llun", "Maw", "Mer", "Iau", "Gwe", "Sad", "Sul"),
}
HOURS: Final = 24
COLUMNS: Final = ("weekday", "hour", "value")


@dataclass(frozen=True)
class HourOfWeek:
    """One hour of the week: weekday from 0 (Monday), hour from 0, its value; None where nothing can be said."""

    weekday: int
    hour: int
    value: float | None

    def __post_init__(self) -> None:
        if self.weekday not in range(7) or self.hour not in range(HOURS):
            raise UsageFault(
                f"hour of the week: found day {self.weekday}, hour {self.hour}; allowed are 0 to 6 and 0 to 23."
            )


def heat_map_table(
    hours: Sequence[HourOfWeek],
    *,
    kind: Kind,
    unit: str,
    headings: dict[str, str],
    language: Language = "en",
    **standing: Any,
) -> Table:
    """The hours as the table that is drawn and stands beside: a row an hour of the week."""
    columns = (
        Column("day", headings["day"]),
        Column("hour_words", headings["hour"]),
        Column("value", headings["value"], kind, unit),
        Column("weekday", "Weekday", "flag"),
        Column("hour", "Hour", "flag"),
    )
    rows = tuple(
        (WEEKDAYS[language][each.weekday], hour_words(each.hour), each.value, each.weekday, each.hour)
        for each in sorted(hours, key=lambda each: (each.weekday, each.hour))
    )
    return Table(columns=columns, rows=rows, **standing)


def hour_words(hour: int) -> str:
    """An hour by its beginning and end, on the force's own clock."""
    return f"{hour:02}:00–{hour:02}:59"


def draw(table: Table, sheet: Sheet) -> str:
    """The heat map as an SVG element: weekdays down and hours across, on a narrow screen the other way round.

    Raises UsageFault when the table lacks a column, NotEnoughData when no hour has a value.
    """
    held = _held(table)
    known = [value for value in map(number_of, held.values()) if value is not None]
    whole = all(value.is_integer() for value in known)
    ends = steps(known, whole=whole)
    head, top = heading(table, sheet, next(column.heading for column in table.columns if column.name == "value"))
    grid, labels = _grid(sheet, top)
    words = {place: _label(value, sheet) for place, value in held.items()}
    size = fits(list(words.values()), grid.wide, (12.0, 11.0, 10.0, 9.0))
    cells = [
        cell(grid, place if not sheet.narrow else place[::-1], number_of(value), ends, label=words[place], size=size)
        for place, value in held.items()
    ]
    rows, unit = HOURS if sheet.narrow else 7, "%" if sheet.unit == "%" else ""
    return finished(
        table,
        sheet,
        [head, labels, *cells],
        grid.top + rows * grid.tall,
        description=describe(table, sheet),
        key=[KeyItem(icon, said) for icon, said in legend(ends, sheet.decimals, unit, whole=whole)],
        remarks=[sheet.translate("Hours are those of the force's own clock.")],
    )


def describe(table: Table, sheet: Sheet) -> str:
    """What someone who cannot see it is told: the hours of the week with the most and the least."""
    held = [(row, number_of(row["value"])) for row in table.records()]
    known = sorted(((value, row) for row, value in held if value is not None), key=lambda each: -each[0])
    if not known:
        return account(table, sheet)
    say = sheet.translate

    def named(value: float, row: dict[str, Cell]) -> str:
        return f"{row['day']} {row['hour_words']} ({with_unit(value, sheet.decimals, sheet.unit)})"

    most = "; ".join(named(value, row) for value, row in known[:3])
    return account(
        table,
        sheet,
        [say("Most: {hours}.").format(hours=most), say("Least: {hour}.").format(hour=named(*known[-1]))],
    )


def _held(table: Table) -> dict[tuple[int, int], Cell]:
    """Each hour's cell, by hour and weekday."""
    missing = [name for name in COLUMNS if not table.has(name)]
    if missing:
        raise UsageFault(f"heat map of {table.title}: the table has no column {', '.join(missing)}.")
    held: dict[tuple[int, int], Cell] = {(hour, day): None for day in range(7) for hour in range(HOURS)}
    for row in table.records():
        held[int(number_of(row["hour"]) or 0), int(number_of(row["weekday"]) or 0)] = row["value"]
    if not any(number_of(each) is not None for each in held.values()):
        raise NotEnoughData(f"{table.title}: there is no number to draw yet.")
    return held


def _label(value: Cell, sheet: Sheet) -> str:
    number = number_of(value)
    if number is None:
        return str(value) if value == HIDDEN else ""
    return written(number, sheet.decimals)


def _grid(sheet: Sheet, top: float) -> tuple[Grid, str]:
    """The cells' places and the names of their rows and columns."""
    days = _SHORT[sheet.language]
    if sheet.narrow:
        left = 34.0
        grid = Grid(left, top + 22, (sheet.across - left - 8) / 7, 22)
        names = "".join(
            text(left + (at + 0.5) * grid.wide, top + 14, day, text_anchor="middle", fill=QUIET, font_size=SMALL)
            for at, day in enumerate(days)
        )
        return grid, names + "".join(
            text(
                left - 6, grid.top + (hour + 0.5) * 22 + 4, f"{hour:02}", text_anchor="end", fill=QUIET, font_size=SMALL
            )
            for hour in range(HOURS)
        )
    left = 16 + max(width(day, FONT) for day in days)
    grid = Grid(left, top + 22, (sheet.across - left - 8) / HOURS, 30)
    names = "".join(
        text(left - 8, grid.top + (at + 0.5) * 30 + 5, day, text_anchor="end", fill=QUIET)
        for at, day in enumerate(days)
    )
    return grid, names + "".join(
        text(left + (hour + 0.5) * grid.wide, top + 14, f"{hour:02}", text_anchor="middle", fill=QUIET, font_size=SMALL)
        for hour in range(HOURS)
    )
