"""The profile's own pictures: hours by shift and weekday with what they may be off, and the weeks ahead."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nvap.charts.axes import across_ticks, left_of, level, path, up_scale, value_lines
from nvap.charts.scale import Scale, day_name, value_scale, written
from nvap.charts.sheet import FONT, SMALL, KeyItem, Sheet, account, finished, heading, number_of
from nvap.charts.svg import INK, PAPER, QUIET, SHADE, element, text
from nvap.disclosure.policy import HIDDEN
from nvap.disclosure.table import Cell, Table
from nvap.errors import NotEnoughData
from nvap.wording import phrase

_BLUE: Final = "#1d70b8"
_BAND: Final = "#a3c4e3"
_ROW: Final = 21.0
_TALL: Final = 240.0
# A year and a half of weeks: enough to see what was a year ago.
_WEEKS_SHOWN: Final = 78
_ICON_DOT: Final = element("circle", cx=0, cy=0, r=4.5, fill=_BLUE)
_ICON_LINE: Final = element("line", x1=-10, x2=10, y1=0, y2=0, stroke=_BLUE, stroke_width=2.5)
_ICON_LONG: Final = element("path", d="M0 -5L5 0L0 5L-5 0Z", fill=PAPER, stroke=INK, stroke_width=1.5)
_ICON_BAND: Final = element("rect", x=-10, y=-5, width=20, height=10, fill=_BAND)


@dataclass(frozen=True)
class _Row:
    """A shift of a weekday: where it stands, and its numbers; None where they are hidden."""

    weekday: str
    shift: str
    value: float | None
    lower: float | None
    upper: float | None
    long: float | None


def draw_hours(table: Table, sheet: Sheet) -> str:
    """Hours by weekday and shift as an SVG element: a dot for the mean, a line for its limits, a diamond for the tenth
    week in ten.

    Args:
        table: columns `weekday`, `shift`, `hours`, `hours_lower`, `hours_upper` and `long`, a row a shift.
        sheet: how it is made.

    Raises:
        NotEnoughData: where no shift has a number.
    """
    rows = [_row(each) for each in table.records()]
    known = [each for row in rows for each in (row.upper, row.long, row.value) if each is not None]
    if not known:
        raise NotEnoughData(f"{table.title}: no shift has a number that may be shown.")
    head, top = heading(table, sheet, sheet.translate("Officer hours in one shift"))
    left = 136.0 if sheet.narrow else 190.0
    across = value_scale([0.0, *known], left, sheet.across - 16, floor=0.0)
    body, y, day = [head], top + 4, ""
    for row in rows:
        if row.weekday != day:
            day, y = row.weekday, y + 6
            body.append(text(8, y + 14, day[:3] if sheet.narrow else day, fill=INK, font_weight="bold"))
            body.append(level(8, sheet.across - 16, y, stroke=SHADE, stroke_width=1))
        body.append(text(left - 10, y + 14, row.shift, text_anchor="end", fill=QUIET))
        body.append(_marks(row, y + 10, across))
        y += _ROW
    body.append(across_ticks(across, y + 6, sheet.across - 4))
    say = sheet.translate
    key = [
        KeyItem(_ICON_DOT, say("Mean over the weeks")),
        KeyItem(_ICON_LINE, say("95% interval of the mean")),
        KeyItem(_ICON_LONG, say("Nine in ten weeks took no more")),
    ]
    return finished(table, sheet, body, y + 30, description=describe_hours(table, sheet), key=key)


def describe_hours(table: Table, sheet: Sheet) -> str:
    """What someone who cannot see it is told: the shifts with the most and the least hours."""
    rows = sorted(
        (each for each in map(_row, table.records()) if each.value is not None), key=lambda e: -(e.value or 0)
    )
    if not rows:
        return account(table, sheet)
    words = phrase("Most: {most}. Least: {least}.")
    named = [f"{each.weekday} {each.shift} ({written(each.value or 0, 1)})" for each in (rows[0], rows[-1])]
    return account(table, sheet, [sheet.translate(words).format(most=named[0], least=named[1])])


def draw_weeks(table: Table, sheet: Sheet) -> str:
    """Hours week by week and the weeks ahead with their interval, as an SVG element.

    Args:
        table: columns `week`, `hours`, `hours_lower` and `hours_upper`; rows with limits are weeks ahead.
        sheet: how it is made.

    Raises:
        NotEnoughData: where there is no week.
    """
    records = [each for each in table.records() if number_of(each["hours"]) is not None][-_WEEKS_SHOWN:]
    if not records:
        raise NotEnoughData(f"{table.title}: there is no week that may be shown.")
    head, top = heading(table, sheet, sheet.translate("Officer hours in a week"))
    values = [number_of(each[name]) for each in records for name in ("hours", "hours_lower", "hours_upper")]
    bottom = top + _TALL
    up = up_scale([0.0, *(each for each in values if each is not None)], top + 8, bottom, percent=False)
    left, right = left_of(up), sheet.across - 12
    step = (right - left) / max(len(records) - 1, 1)
    at = [(left + step * place, each) for place, each in enumerate(records)]
    seen = [(x, up.at(float(each["hours"]))) for x, each in at if each["hours_lower"] is None]  # type: ignore[arg-type]
    ahead = [(x, each) for x, each in at if each["hours_lower"] is not None]
    body = [head, value_lines(up, left, right), path(seen, stroke=INK, stroke_width=1.5)]
    half = max(2.0, step * 0.42)
    for x, each in ahead:
        low, middle, high = (up.at(float(each[name])) for name in ("hours_lower", "hours", "hours_upper"))  # type: ignore[arg-type]
        body.append(element("rect", x=x - half, y=high, width=2 * half, height=low - high, fill=_BAND))
        body.append(element("circle", cx=x, cy=middle, r=3.5, fill=_BLUE))
    body.append(_dates([(x, each["week"]) for x, each in at], bottom, sheet))
    say = sheet.translate
    key = [
        KeyItem(element("line", x1=-10, x2=10, y1=0, y2=0, stroke=INK, stroke_width=1.5), say("Hours that were")),
        KeyItem(_ICON_DOT, say("The same week of the year before")),
        KeyItem(_ICON_BAND, say("95% interval of the forecast")),
    ]
    return finished(table, sheet, body, bottom + 46, description=account(table, sheet), key=key)


def _row(told: dict[str, Cell]) -> _Row:
    numbers = [number_of(told[name]) for name in ("hours", "hours_lower", "hours_upper", "long")]
    return _Row(str(told["weekday"]), str(told["shift"]), *numbers)


def _marks(row: _Row, y: float, across: Scale) -> str:
    if row.value is None or row.lower is None or row.upper is None:
        return text(across.start + 4, y + 4, HIDDEN, fill=QUIET, font_size=SMALL)
    drawn = element(
        "line", class_="line", x1=across.at(row.lower), x2=across.at(row.upper), y1=y, y2=y, stroke=_BLUE,
        stroke_width=2.5,
    )  # fmt: skip
    drawn += element("circle", class_="mark", cx=across.at(row.value), cy=y, r=4.5, fill=_BLUE)
    if row.long is not None:
        x = across.at(row.long)
        shape = f"M{x:.1f} {y - 5:.1f}L{x + 5:.1f} {y:.1f}L{x:.1f} {y + 5:.1f}L{x - 5:.1f} {y:.1f}Z"
        drawn += element("path", class_="hollow", d=shape, fill=PAPER, stroke=INK, stroke_width=1.5)
    return drawn


def _dates(places: Sequence[tuple[float, Cell]], bottom: float, sheet: Sheet) -> str:
    """The first week of each quarter (of each half year on a narrow screen) named below the axis."""
    drawn, named, free = "", -1, -1e9
    every = 6 if sheet.narrow else 3
    for x, week in places:
        if not isinstance(week, datetime.date):
            continue
        turn = (week.year * 12 + week.month - 1) // every
        if turn != named and x > free:
            words = day_name(week, sheet.language).partition(" ")[2]
            drawn += element("line", x1=x, x2=x, y1=bottom, y2=bottom + 5, stroke=QUIET, stroke_width=1)
            # The last name must not run out of the sheet.
            anchor = "end" if x + 90 > sheet.across else "start"
            if anchor == "end" and x - 90 < free:
                continue
            drawn += text(x, bottom + 8 + FONT, words, fill=QUIET, font_size=SMALL, text_anchor=anchor)
            named, free = turn, x + 90
    return drawn
