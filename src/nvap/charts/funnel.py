"""A funnel: many areas by how many cases they have, and which differ by more than chance; no rank table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from xml.sax.saxutils import escape

from nvap.charts.axes import Axes, across_ticks, left_of, level, path, up_scale, value_lines
from nvap.charts.marks import mark
from nvap.charts.place import spread
from nvap.charts.scale import value_scale, with_unit
from nvap.charts.sheet import FONT, LINE, KeyItem, Sheet, account, axis_words, finished, heading, number_of
from nvap.charts.svg import INK, PAPER, QUIET, element, lines_of_text, number, plain, text
from nvap.charts.text import width, wrap
from nvap.disclosure.table import Column, Kind, Table
from nvap.errors import NotEnoughData, UsageFault
from nvap.wording import phrase

Outside = Literal["", "95", "99.8"]
COLUMNS: Final = ("name", "numerator", "denominator", "value", "outside", "high")
_JUDGED: Final = {
    ("95", True): phrase("above the 95% limits"),
    ("95", False): phrase("below the 95% limits"),
    ("99.8", True): phrase("above the 99.8% limits"),
    ("99.8", False): phrase("below the 99.8% limits"),
}
_DASHES: Final = "7 5"
_TALL: Final = 300.0
_FEW: Final = 20
_NAMED: Final = 8


@dataclass(frozen=True)
class Unit:
    """One area: its count, what it is of, its value as shown, and beyond which limits it lies."""

    name: str
    numerator: float
    denominator: float
    value: float
    outside: Outside = ""
    high: bool = False


@dataclass(frozen=True)
class Bound:
    """The limits at one denominator, as the values are shown."""

    denominator: float
    lower_95: float
    upper_95: float
    lower_998: float
    upper_998: float


@dataclass(frozen=True)
class Shape:
    """What areas are held against: the value of them all, and the limits as a curve from few cases to many.

    `widened` says that areas vary more than chance has it, and that the limits allow for it.
    """

    centre: float
    bounds: tuple[Bound, ...]
    widened: bool = False

    def __post_init__(self) -> None:
        if len(self.bounds) < 2:
            raise UsageFault(f"funnel: found {len(self.bounds)} points of the limits' curve, allowed are 2 or more.")


@dataclass(frozen=True)
class _Dot:
    name: str
    denominator: float
    value: float
    outside: str
    high: bool


def funnel_table(units: Sequence[Unit], *, kind: Kind, unit: str, headings: dict[str, str], **standing: Any) -> Table:
    """The areas as the table that is drawn and stands beside; `headings` for name, numerator, denominator, value."""
    columns = (
        Column("name", headings["name"]),
        Column("numerator", headings["numerator"], "count"),
        Column("denominator", headings["denominator"], "population" if kind == "rate" else "base"),
        Column("value", headings["value"], kind, unit),
        Column("judged", headings.get("judged", "Against the limits"), "text"),
        Column("outside", "Outside", "flag"),
        Column("high", "High", "flag"),
    )
    rows = tuple(
        (each.name, each.numerator, each.denominator, each.value, _judged(each), each.outside, each.high)
        for each in units
    )
    return Table(columns=columns, rows=rows, **standing)


def draw(table: Table, shape: Shape, sheet: Sheet) -> str:
    """The funnel as an SVG element: a mark for each area, its shape saying beyond which limits it lies.

    Raises UsageFault when the table lacks a column, NotEnoughData when no area has a value.
    """
    dots = _dots(table)
    value = next(column for column in table.columns if column.name == "value")
    under = next(column.heading for column in table.columns if column.name == "denominator")
    head, top = heading(table, sheet, axis_words(value, sheet.unit))
    axes = _axes(dots, shape, sheet, top)
    body = [
        head,
        value_lines(axes.up, axes.left, axes.right),
        across_ticks(axes.across, axes.bottom, sheet.across - 4),
        text(axes.right, axes.bottom + 40, under, text_anchor="end", fill=QUIET),
        _lines(shape, axes),
        "" if sheet.narrow else _names(dots, axes, sheet),
        *_points(dots, axes, sheet),
    ]
    return finished(
        table,
        sheet,
        body,
        axes.bottom + 48,
        description=describe(table, shape, sheet),
        key=_key(dots, shape, sheet),
        remarks=_remarks(dots, shape, sheet),
        role="img" if sheet.standalone else "group",
    )


def describe(table: Table, shape: Shape, sheet: Sheet) -> str:
    """What someone who cannot see the funnel is told: how many areas lie outside, and which."""
    say, dots = sheet.translate, _dots(table)
    said = [say("All areas together: {value}.").format(value=with_unit(shape.centre, sheet.decimals, sheet.unit))]
    for high, words in ((True, phrase("Above the 99.8% limits: {names}.")), (False, phrase("Below them: {names}."))):
        names = [dot.name for dot in dots if dot.outside == "99.8" and dot.high == high]
        if names:
            said.append(say(words).format(names=", ".join(names)))
    if not any(dot.outside == "99.8" for dot in dots):
        said.append(say("No area lies outside the 99.8% limits."))
    return account(table, sheet, said)


def _judged(unit: Unit) -> str:
    return _JUDGED[unit.outside, unit.high] if unit.outside else phrase("within the limits")


def _dots(table: Table) -> list[_Dot]:
    missing = [name for name in COLUMNS if not table.has(name)]
    if missing:
        raise UsageFault(f"funnel of {table.title}: the table has no column {', '.join(missing)}.")
    found = []
    for row in table.records():
        value, under = number_of(row["value"]), number_of(row["denominator"])
        if value is not None and under is not None:
            found.append(_Dot(str(row["name"]), under, value, str(row["outside"] or ""), bool(row["high"])))
    if not found:
        raise NotEnoughData(f"{table.title}: there is no number to draw yet.")
    return found


def _axes(dots: Sequence[_Dot], shape: Shape, sheet: Sheet, top: float) -> Axes:
    bottom = top + (220 if sheet.narrow else _TALL)
    # The curve runs to infinity at few cases; from the smallest area on it says all that is needed.
    smallest = min(dot.denominator for dot in dots)
    held = [each for each in shape.bounds if each.denominator >= smallest] or list(shape.bounds[-1:])
    values = [dot.value for dot in dots] + [shape.centre]
    values += [limit for each in held for limit in (each.lower_998, each.upper_998)]
    up = up_scale(values, top, bottom, percent=sheet.unit == "%")
    right = sheet.across - (14 if sheet.narrow else 190)
    denominators = [dot.denominator for dot in dots]
    across = value_scale([0.0, *denominators], left_of(up), right, floor=0.0)
    return Axes(across, up)


def _lines(shape: Shape, axes: Axes) -> str:
    drawn = [level(axes.left, axes.right, axes.up.at(shape.centre), stroke=QUIET, stroke_width=1.25)]
    for name, dashes, wide in (
        ("lower_95", _DASHES, 1.5),
        ("upper_95", _DASHES, 1.5),
        ("lower_998", "", 2.5),
        ("upper_998", "", 2.5),
    ):
        held = [
            axes.at(each.denominator, getattr(each, name))
            for each in shape.bounds
            if each.denominator <= axes.across.high and axes.up.low <= getattr(each, name) <= axes.up.high
        ]
        if len(held) > 1:
            dashed: dict[str, str] = {"stroke_dasharray": dashes} if dashes else {}
            drawn.append(path(held, stroke=QUIET, stroke_width=wide, **dashed))
    return "".join(drawn)


def _points(dots: Sequence[_Dot], axes: Axes, sheet: Sheet) -> list[str]:
    """Each area's mark, which tells its name and value to whoever points at it or reaches it with the keyboard.

    Among many areas only those outside the limits are reached with the keyboard: the table has them all. Marks drawn
    later lie above, so the areas outside come last.
    """
    few = len(dots) <= _FEW
    ordered = sorted(dots, key=lambda dot: (dot.outside != "", dot.denominator))
    return [_point(dot, axes, sheet, reached=few or bool(dot.outside)) for dot in ordered]


def _point(dot: _Dot, axes: Axes, sheet: Sheet, *, reached: bool) -> str:
    x, y = axes.at(dot.denominator, dot.value)
    words = f"{dot.name}: {with_unit(dot.value, sheet.decimals, sheet.unit)}"
    if sheet.standalone:
        return element("g", element("title", escape(plain(words))), _mark(dot, x, y))
    shown = wrap(words, sheet.across / 2, FONT)
    wide, tall = max(width(line, FONT) for line in shown) + 12, len(shown) * LINE + 6
    left = min(max(x - wide / 2, 2), sheet.across - wide - 2)
    top = y - tall - 14 if y - tall - 14 > 0 else y + 14
    label = element(
        "g",
        element("rect", class_="hollow", x=left, y=top, width=wide, height=tall, fill=PAPER, stroke=QUIET),
        lines_of_text(left + 6, top + LINE, shown, LINE),
        class_="nvap-point__name",
        visibility="hidden",
        aria_hidden="true",
    )
    ring = element(
        "circle", class_="line nvap-point__ring", cx=x, cy=y, r=12, fill="none", stroke=INK, stroke_width=3,
        visibility="hidden",
    )  # fmt: skip
    touched = element("circle", cx=x, cy=y, r=12, fill_opacity=0)
    return element(
        "g", touched, ring, _mark(dot, x, y), label, class_="nvap-point", role="img", aria_label=words,
        tabindex="0" if reached else None,
    )  # fmt: skip


def _mark(dot: _Dot, x: float, y: float) -> str:
    if dot.outside == "99.8":
        return mark("high" if dot.high else "low", x, y)
    return mark("part" if dot.outside == "95" else "plain", x, y)


def _names(dots: Sequence[_Dot], axes: Axes, sheet: Sheet) -> str:
    """The areas outside the limits, named to the right with a line to each; the wider limits alone for many."""
    outside = sorted(_told(dots), key=lambda dot: -dot.value)
    room = sheet.across - axes.right - 34
    words = [
        wrap(f"{dot.name}: {with_unit(dot.value, sheet.decimals, '%' if sheet.unit == '%' else '')}", room, FONT)
        for dot in outside
    ]
    sizes = [len(lines) * LINE for lines in words]
    places = [axes.at(dot.denominator, dot.value) for dot in outside]
    middles = spread([y for _, y in places], sizes, 4, axes.top - 10, axes.bottom + 40)
    drawn = []
    for (x, y), lines, middle, size in zip(places, words, middles, sizes, strict=True):
        leader = f"M{number(x + 8)} {number(y)}L{number(axes.right + 18)} {number(middle)}"
        drawn.append(element("path", class_="line", d=leader, fill="none", stroke="#b1b4b6", stroke_width=1))
        drawn.append(lines_of_text(axes.right + 24, middle - size / 2 + LINE * 0.75, lines, LINE))
    return "".join(drawn)


def _told(dots: Sequence[_Dot]) -> list[_Dot]:
    """The areas that are named: those outside the limits, and of too many to be read those outside the wider ones."""
    outside = [dot for dot in dots if dot.outside]
    return outside if len(outside) <= _NAMED else [dot for dot in outside if dot.outside == "99.8"]


def _key(dots: Sequence[_Dot], shape: Shape, sheet: Sheet) -> list[KeyItem]:
    say = sheet.translate
    centre = with_unit(shape.centre, sheet.decimals, sheet.unit)
    items = [
        KeyItem(_line(""), say("All areas together: {value}").format(value=centre)),
        KeyItem(_line(_DASHES), say("95% limits")),
        KeyItem(_line("", 2.5), say("99.8% limits")),
        KeyItem(mark("plain", 0, 0), say("Within the limits")),
    ]
    told = (
        ("part", lambda dot: dot.outside == "95", phrase("Between the 95% and the 99.8% limits")),
        ("high", lambda dot: dot.outside == "99.8" and dot.high, phrase("Above the 99.8% limits")),
        ("low", lambda dot: dot.outside == "99.8" and not dot.high, phrase("Below the 99.8% limits")),
    )
    items += [KeyItem(mark(shape_, 0, 0), say(words)) for shape_, holds, words in told if any(map(holds, dots))]
    return items


def _remarks(dots: Sequence[_Dot], shape: Shape, sheet: Sheet) -> list[str]:
    say, said = sheet.translate, []
    if sheet.narrow and any(dot.outside == "99.8" for dot in dots):
        names = ", ".join(dot.name for dot in dots if dot.outside == "99.8")
        said.append(say("Outside the 99.8% limits: {names}.").format(names=names))
    between = [dot.name for dot in _told(dots) if dot.outside == "95"]
    if sheet.narrow and between:
        said.append(say("Between the 95% and the 99.8% limits: {names}.").format(names=", ".join(between)))
    said.append(
        say("Of {many} areas about one in twenty lies outside the 95% limits by chance.").format(many=len(dots))
    )
    if shape.widened:
        said.append(say("Areas vary more than chance has it, and the limits allow for that."))
    said.append(say("A point outside is a question, not an answer."))
    return said


def _line(dashes: str, wide: float = 1.5) -> str:
    return element(
        "line", class_="line", x1=-9, x2=9, y1=0, y2=0, stroke=QUIET, stroke_width=wide,
        stroke_dasharray=dashes or None,
    )  # fmt: skip
