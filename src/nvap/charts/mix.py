"""A mix over time: what share each outcome has of all, period by period, each with a pattern and a name of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from nvap.charts.axes import left_of, value_lines
from nvap.charts.options import Event
from nvap.charts.place import spread
from nvap.charts.scale import Grain, Language, day_name, period_name, period_ticks, value_scale, written
from nvap.charts.sheet import FONT, LINE, KeyItem, Sheet, account, axis_words, finished, heading, number_of, shifted
from nvap.charts.svg import INK, PAPER, QUIET, element, lines_of_text, number, text
from nvap.charts.text import width, wrap
from nvap.disclosure.table import Column, Table
from nvap.errors import NotEnoughData, UsageFault

MOST: Final = 8
"""More kinds than this cannot be told apart: put the rarest together as "other" first."""
COLUMNS: Final = ("start", "period", "kind", "count", "share")
# A tint and a pattern each: what tells two kinds apart is the pattern, so that the drawing can be read without colour.
_TINTS: Final = ("#1d70b8", "#ffffff", "#b8d4ec", "#ffffff", "#f3d9c4", "#ffffff", "#d9dcdd", "#ffffff")
_PATTERNS: Final = (
    "",
    "M-1 1l2-2M0 8l8-8M7 9l2-2",
    "",
    "M0 2h8M0 6h8M2 0v8M6 0v8",
    "M0 4h8",
    "M4 0v8",
    "M4 4h0.01",
    "M0 0l8 8M8 0l-8 8",
)
_TALL: Final = 260.0


@dataclass(frozen=True)
class ShareOfMix:
    """One kind's count and its share (in per cent) in one period; None where nothing can be said."""

    start: date
    kind: str
    count: float | None
    share: float | None


def mix_table(
    shares: Sequence[ShareOfMix],
    *,
    grain: Grain,
    headings: dict[str, str],
    language: Language = "en",
    **standing: Any,
) -> Table:
    """The shares as the table that is drawn and stands beside: a row a period and kind, in time order.

    Raises UsageFault for more kinds than can be told apart.
    """
    kinds = list(dict.fromkeys(each.kind for each in shares))
    if len(kinds) > MOST:
        raise UsageFault(f"mix: found {len(kinds)} kinds, allowed are up to {MOST}; put the rarest together first.")
    columns = (
        Column("start", "Start", "flag"),
        Column("period", headings["period"]),
        Column("kind", headings["kind"]),
        Column("count", headings["count"], "count"),
        Column("share", headings["share"], "share", "%"),
    )
    ordered = sorted(shares, key=lambda each: (each.start, kinds.index(each.kind)))
    rows = tuple(
        (each.start, period_name(each.start, grain, language), each.kind, each.count, each.share) for each in ordered
    )
    return Table(columns=columns, rows=rows, **standing)


@dataclass(frozen=True)
class _Bars:
    """Periods from left to right, each with its shares from the bottom up."""

    starts: list[date]
    periods: list[str]
    kinds: list[str]
    shares: dict[tuple[date, str], float]


def draw(table: Table, sheet: Sheet, *, grain: Grain = "month", events: Sequence[Event] = ()) -> str:
    """The mix as an SVG element: a bar a period, cut by kind; calendar changes as numbered lines named below.

    Raises UsageFault when the table lacks a column, NotEnoughData when no period has shares.
    """
    bars = _bars(table)
    shown = next(column for column in table.columns if column.name == "share")
    head, top = heading(table, sheet, axis_words(shown, "%"))
    top += 10
    up = value_scale([0.0, 100.0], top + _TALL, top, floor=0.0, ceiling=100.0)
    left, right = left_of(up), sheet.across - (8 if sheet.narrow else 200)
    each = (right - left) / len(bars.starts)
    body = [_defs(sheet, len(bars.kinds)), head, value_lines(up, left, right)]
    for at, start in enumerate(bars.starts):
        below = 0.0
        for place, kind in enumerate(bars.kinds):
            share = bars.shares.get((start, kind))
            if share:
                high, low = up.at(below + share), up.at(below)
                body.append(_piece(sheet, place, (left + at * each, high, max(each - 1.5, 0.8), low - high)))
                below += share
    body.append(_ticks(bars, grain, (left, top + _TALL, each), sheet))
    body.append(_changes(bars, events, (left, each), (top, top + _TALL)))
    if not sheet.narrow:
        body.append(_names(bars, right, up.at))
    return finished(
        table,
        sheet,
        body,
        top + _TALL + 44,
        description=describe(table, sheet),
        key=[KeyItem(_swatch(sheet, at), kind) for at, kind in enumerate(bars.kinds)],
        remarks=[
            f"{at}. {day_name(event.on, sheet.language)}: {event.words.rstrip('.')}."
            for at, event in enumerate(_within(bars, events), start=1)
        ],
    )


def describe(table: Table, sheet: Sheet) -> str:
    """What someone who cannot see it is told: the newest period's mix, and what changed most since the first."""
    bars = _bars(table)
    say, first, last = sheet.translate, bars.starts[0], bars.starts[-1]
    now = [f"{kind} {written(bars.shares.get((last, kind), 0.0), sheet.decimals)}%" for kind in bars.kinds]
    said = [say("{period}: {list}.").format(period=bars.periods[-1], list="; ".join(now))]
    moved = max(bars.kinds, key=lambda kind: abs(bars.shares.get((last, kind), 0) - bars.shares.get((first, kind), 0)))
    said.append(
        say("Most changed since {period}: {kind}, from {then}% to {now}%.").format(
            period=bars.periods[0],
            kind=moved,
            then=written(bars.shares.get((first, moved), 0.0), sheet.decimals),
            now=written(bars.shares.get((last, moved), 0.0), sheet.decimals),
        )
    )
    return account(table, sheet, said)


def _bars(table: Table) -> _Bars:
    missing = [name for name in COLUMNS if not table.has(name)]
    if missing:
        raise UsageFault(f"mix of {table.title}: the table has no column {', '.join(missing)}.")
    shares: dict[tuple[date, str], float] = {}
    periods: dict[date, str] = {}
    kinds: dict[str, None] = {}
    for row in table.records():
        start, share = row["start"], number_of(row["share"])
        if not isinstance(start, date):
            raise UsageFault(f"mix of {table.title}: column start: allowed are dates.")
        periods[start] = str(row["period"])
        kinds[str(row["kind"])] = None
        if share is not None:
            shares[start, str(row["kind"])] = share
    if not shares:
        raise NotEnoughData(f"{table.title}: there is no number to draw yet.")
    starts = sorted(periods)
    return _Bars(starts, [periods[start] for start in starts], list(kinds), shares)


def _defs(sheet: Sheet, many: int) -> str:
    """The patterns, each under an id of this drawing."""
    found = []
    for at in range(many):
        if not _PATTERNS[at]:
            continue
        ground = element("rect", width=8, height=8, fill=_TINTS[at])
        dot = _PATTERNS[at].endswith("h0.01")
        lines = element(
            "path", d=_PATTERNS[at], stroke=INK, stroke_width=3.0 if dot else 1.25, fill="none",
            stroke_linecap="round" if dot else None,
        )  # fmt: skip
        tile = element(
            "pattern", ground, lines, id=_pattern(sheet, at), width=8, height=8, patternUnits="userSpaceOnUse"
        )
        found.append(tile)
    return f"<defs>{''.join(found)}</defs>"


def _pattern(sheet: Sheet, at: int) -> str:
    return f"{sheet.id}{'-narrow' if sheet.narrow else ''}-kind-{at}"


def _piece(sheet: Sheet, place: int, box: tuple[float, float, float, float]) -> str:
    x, y, wide, tall = box
    # A plain tint is no pattern: its tiles would show their seams.
    fill = f"url(#{_pattern(sheet, place)})" if _PATTERNS[place] else _TINTS[place]
    return element(
        "rect",
        x=x,
        y=y,
        width=wide,
        height=tall,
        fill=fill,
        stroke=QUIET,
        stroke_width=0.6,
    )


def _swatch(sheet: Sheet, at: int) -> str:
    return _piece(sheet, at, (-9, -8, 18, 16))


def _ticks(bars: _Bars, grain: Grain, place: tuple[float, float, float], sheet: Sheet) -> str:
    left, bottom, each = place
    drawn = []
    for at, label, year in period_ticks(bars.starts, grain, each, FONT, sheet.language):
        half = max(width(label, FONT), width(year, FONT)) / 2
        x = min(max(left + (at + 0.5) * each, half + 2), sheet.across - half - 2)
        drawn.append(text(x, bottom + 18, label, text_anchor="middle", fill=QUIET))
        drawn.append(text(x, bottom + 35, year, text_anchor="middle", fill=QUIET) if year else "")
    return "".join(drawn)


def _within(bars: _Bars, events: Sequence[Event]) -> list[Event]:
    return sorted(
        (event for event in events if bars.starts[0] <= event.on <= bars.starts[-1]), key=lambda each: each.on
    )


def _changes(bars: _Bars, events: Sequence[Event], across: tuple[float, float], down: tuple[float, float]) -> str:
    left, each = across
    drawn = []
    for count, event in enumerate(_within(bars, events), start=1):
        at = sum(start < event.on for start in bars.starts)
        x = left + at * each
        line = element("line", class_="line", x1=x, x2=x, y1=down[0] - 4, y2=down[1], stroke=INK, stroke_width=2.5)
        badge = element("circle", class_="hollow", cx=0, cy=0, r=9, fill=PAPER, stroke=INK, stroke_width=1.5)
        badge += text(0, 4.5, str(count), text_anchor="middle", font_weight="bold", font_size=12.0)
        drawn.append(line + shifted(badge, x, down[0] - 6))
    return "".join(drawn)


def _names(bars: _Bars, right: float, at: Callable[[float], float]) -> str:
    """Each kind's name and newest share beside its piece of the last bar, spread so that none touch."""
    last, below = bars.starts[-1], 0.0
    places, words = [], []
    for kind in bars.kinds:
        share = bars.shares.get((last, kind), 0.0)
        places.append(at(below + share / 2))
        words.append(wrap(f"{kind} {written(share, 0)}%", 166, FONT))
        below += share
    order = sorted(range(len(places)), key=lambda place: places[place])
    sizes = [len(words[place]) * LINE for place in order]
    middles = spread([places[place] for place in order], sizes, 3, at(100.0) - 10, at(0.0) + 40)
    drawn = []
    for place, middle, size in zip(order, middles, sizes, strict=True):
        leader = f"M{number(right)} {number(places[place])}L{number(right + 16)} {number(middle)}"
        drawn.append(element("path", class_="line", d=leader, fill="none", stroke="#b1b4b6", stroke_width=1))
        drawn.append(lines_of_text(right + 20, middle - size / 2 + LINE * 0.75, words[place], LINE))
    return "".join(drawn)
