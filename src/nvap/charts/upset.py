"""An UpSet drawing: how several yes-or-no facts go together, each combination with its count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from nvap.charts.scale import written
from nvap.charts.sheet import FONT, SMALL, KeyItem, Sheet, account, finished, heading, number_of
from nvap.charts.svg import INK, PAPER, QUIET, SHADE, element, lines_of_text, text
from nvap.charts.text import wrap
from nvap.disclosure.policy import HIDDEN
from nvap.disclosure.table import Cell, Column, Table
from nvap.errors import NotEnoughData, UsageFault

_BAR: Final = "#1d70b8"
_ROW: Final = 26.0
_ROW_OF_TWO: Final = 36.0
_SHOWN: Final = {True: 8, False: 14}


@dataclass(frozen=True)
class Combination:
    """Those facts that hold together, and of how many records exactly these hold."""

    holding: tuple[str, ...]
    count: float


def upset_table(
    facts: Sequence[str],
    combinations: Sequence[Combination],
    *,
    headings: dict[str, str],
    yes: str = "yes",
    none: str = "none of them",
    **standing: Any,
) -> Table:
    """The combinations as the table that is drawn and stands beside: a column a fact, the commonest combination first.

    Raises UsageFault for a combination that names another fact, or that stands twice.
    """
    seen = set()
    for each in combinations:
        strange = sorted(set(each.holding) - set(facts))
        if strange:
            raise UsageFault(f"combination: found {strange[0]}, allowed are {', '.join(facts)}.")
        if frozenset(each.holding) in seen:
            raise UsageFault(f"combination of {', '.join(each.holding) or 'none'}: stands twice.")
        seen.add(frozenset(each.holding))
    columns = (
        Column("together", headings.get("together", "Holding together")),
        *(Column(f"fact_{at}", fact) for at, fact in enumerate(facts)),
        Column("count", headings["count"], "count"),
    )
    ordered = sorted(combinations, key=lambda each: -each.count)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            ", ".join(fact for fact in facts if fact in each.holding) or none,
            *(yes if fact in each.holding else "" for fact in facts),
            each.count,
        )
        for each in ordered
    )
    return Table(columns=columns, rows=rows, **standing)


def draw(table: Table, sheet: Sheet) -> str:
    """The drawing as an SVG element: a bar a combination, and below it which facts hold (filled) and which not (ring).

    A narrow screen shows the 8 commonest combinations, a wide one 14; how many are left out is said. Raises UsageFault
    when the table is not one of `upset_table`, NotEnoughData when no combination has a count.
    """
    facts, held = _held(table)
    shown = held[: _SHOWN[sheet.narrow]]
    count = table.columns[-1].heading
    head, top = heading(table, sheet, count)
    tall = 120.0 if sheet.narrow else 170.0
    left = sheet.across * (0.42 if sheet.narrow else 0.3)
    step = (sheet.across - left - 8) / max(len(shown), 1)
    base = top + 18 + tall
    most = max(number for number in (number_of(cell) for _, cell in shown) if number is not None)
    body = [head, element("line", class_="line", x1=left, x2=sheet.across - 8, y1=base, y2=base, stroke=QUIET)]
    names = [wrap(fact, left - 24, SMALL if sheet.narrow else FONT) for fact in facts]
    row = _ROW_OF_TWO if any(len(lines) > 1 for lines in names) else _ROW
    for at, lines in enumerate(names):
        body.append(_fact(lines, (base + 8 + at * row, row), left, sheet, banded=at % 2 == 0))
    for at, (holding, cell) in enumerate(shown):
        middle = left + (at + 0.5) * step
        high = tall * (number_of(cell) or 0.0) / most
        body.append(_bar(cell, (middle, base), (min(step * 0.6, 34), high)))
        body.append(_dots(holding, middle, (base + 8, row), min(7.5, step * 0.28)))
    say = sheet.translate
    remarks = []
    if len(held) > len(shown):
        remarks.append(say("Rarer combinations, in the table only: {many}.").format(many=len(held) - len(shown)))
    return finished(
        table,
        sheet,
        body,
        base + 12 + len(facts) * row,
        description=describe(table, sheet),
        key=[KeyItem(_dot(0, 0, 7, True), say("Holds")), KeyItem(_dot(0, 0, 7, False), say("Does not hold"))],
        remarks=remarks,
    )


def describe(table: Table, sheet: Sheet) -> str:
    """What someone who cannot see it is told: the commonest combinations, and of how many each fact holds."""
    facts, held = _held(table)
    say = sheet.translate
    named = []
    for holding, cell in held[:5]:
        number = number_of(cell)
        if number is not None:
            words = ", ".join(fact for fact, holds in zip(facts, holding, strict=True) if holds) or say("none of them")
            named.append(f"{words}: {written(number, 0)}")
    said = [say("Commonest combinations: {list}.").format(list="; ".join(named))] if named else []
    totals = [
        f"{fact} {written(sum(number_of(cell) or 0.0 for holding, cell in held if holding[at]), 0)}"
        for at, fact in enumerate(facts)
        if not any(cell == HIDDEN for holding, cell in held if holding[at])
    ]
    if totals:
        said.append(say("In all: {list}.").format(list="; ".join(totals)))
    return account(table, sheet, said)


def _held(table: Table) -> tuple[list[str], list[tuple[tuple[bool, ...], Cell]]]:
    facts = [column for column in table.columns if column.name.startswith("fact_")]
    if len(facts) < 2 or not table.has("count"):
        raise UsageFault(f"UpSet of {table.title}: the table needs two facts or more, and a column count.")
    rows = [(tuple(bool(row[fact.name]) for fact in facts), row["count"]) for row in table.records()]
    if not any(number_of(cell) for _, cell in rows):
        raise NotEnoughData(f"{table.title}: there is no number to draw yet.")
    return [fact.heading for fact in facts], rows


def _bar(cell: Cell, foot: tuple[float, float], size: tuple[float, float]) -> str:
    number, (middle, base), (wide, high) = number_of(cell), foot, size
    if number is None:
        return text(middle, base - 6, str(cell or ""), text_anchor="middle", fill=QUIET, font_size=SMALL)
    bar = element("rect", class_="mark", x=middle - wide / 2, y=base - high, width=wide, height=high, fill=_BAR)
    return bar + text(middle, base - high - 5, written(number, 0), text_anchor="middle", font_size=SMALL)


def _fact(lines: Sequence[str], place: tuple[float, float], left: float, sheet: Sheet, *, banded: bool) -> str:
    """The name of a fact in its row (top and height), on a band where rows alternate; two lines at most."""
    y, tall = place
    band = ""
    if banded:
        band = element("rect", class_="hollow", x=8, y=y, width=sheet.across - 16, height=tall, fill=SHADE)
    size, shown = SMALL if sheet.narrow else FONT, list(lines[:2])
    if len(lines) > len(shown):
        shown[-1] = f"{shown[-1]}…"
    first = y + tall / 2 + size * 0.35 - (len(shown) - 1) * size * 0.575
    return band + lines_of_text(left - 10, first, shown, size * 1.15, text_anchor="end", font_size=size)


def _dots(holding: tuple[bool, ...], middle: float, rows: tuple[float, float], size: float) -> str:
    ys = [rows[0] + (at + 0.5) * rows[1] for at in range(len(holding))]
    joined = [y for y, holds in zip(ys, holding, strict=True) if holds]
    line = ""
    if len(joined) > 1:
        line = element(
            "line", class_="line", x1=middle, x2=middle, y1=joined[0], y2=joined[-1], stroke=INK, stroke_width=3
        )
    return line + "".join(_dot(middle, y, size, holds) for y, holds in zip(ys, holding, strict=True))


def _dot(x: float, y: float, size: float, holds: bool) -> str:
    if holds:
        return element("circle", class_="mark", cx=x, cy=y, r=size, fill=INK)
    return element("circle", class_="hollow", cx=x, cy=y, r=size * 0.75, fill=PAPER, stroke=QUIET, stroke_width=1.25)
