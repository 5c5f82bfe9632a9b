"""A logic model as SVG: boxes in columns, arrows from left to right, unintended consequences below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from nvap.charts.boxes import Laid, draw_box, lay
from nvap.charts.lanes import Line, Routed, Span, route
from nvap.charts.layers import heights, ordered
from nvap.charts.model import Box, Edge, LogicModelDrawing
from nvap.charts.svg import INK, QUIET, drawing, element, lines_of_text, number, text
from nvap.charts.text import wrap
from nvap.wording import Translate

__all__ = ["Box", "Edge", "LogicModelDrawing", "draw"]

_MARGIN: Final = 20.0
_WIDTHS: Final = (274.0, 300.0, 330.0, 360.0, 390.0, 420.0, 450.0, 480.0, 520.0)
_GAP: Final = 16.0
_HEAD: Final = 36.0
_LANE: Final = 9.0
_GUTTER: Final = 52.0
_PASSAGE: Final = 10.0
# Each can be told from white and from black paper; further columns begin again.
_COLOURS: Final = ("#1d70b8", "#00703c", "#6a45b5", "#505a5f")
_WATCH: Final = "#b8510d"


@dataclass(frozen=True)
class _Plan:
    """What does not change with the boxes' width: their order, the lines of each gutter, and which pairs run level."""

    model: LogicModelDrawing
    columns: list[list[str]]
    lines: list[list[Line]]
    level: list[tuple[str, str]]


@dataclass(frozen=True)
class _Layout:
    """Where everything stands: boxes and passages by id, routes by gutter, the left edge of each column."""

    laid: Mapping[str, Laid]
    middles: Mapping[str, float]
    columns: list[list[str]]
    routes: list[list[Routed]]
    lefts: list[float]
    wide: float
    across: float
    bottom: float

    def right_of(self, column: int) -> float:
        return self.lefts[column] + self.wide


def draw(
    model: LogicModelDrawing,
    *,
    standalone: bool = False,
    proportion: float | None = None,
    heading: bool = True,
    translate: Translate = str,
) -> str:
    """The logic model as an SVG element; the same model gives the same text.

    Every column is a list, every box an item of it and a link; arrows are said in each link's name. Inline it stands in
    a page beside the nested list that is its source.

    Args:
        model: what to draw, checked at birth.
        standalone: a file of its own: with paper, size and style, and no links but to the web.
        proportion: width to height to come near to by wider boxes, such as 1.414 for a sheet of A3 lying down.
        heading: whether the title stands above; not where the page or document around it says it.
        translate: from English to the reader's language.
    """
    if standalone:
        model = _without_local_links(model)
    top = wrap(model.title, 1000, 24, bold=True) if heading else []
    plan = _planned(model)
    tried = [_composed(plan, wide, top, translate) for wide in (_WIDTHS if proportion else _WIDTHS[:1])]
    content, size = min(tried, key=lambda made: abs(made[1][0] / made[1][1] - (proportion or 0)))
    return drawing(
        model.id,
        size,
        *content,
        title=model.title,
        description=_description(model, translate),
        role="group",
        language=model.language,
        standalone=standalone,
    )


def _composed(
    plan: _Plan, wide: float, heading: Sequence[str], translate: Translate
) -> tuple[list[str], tuple[float, float]]:
    """Everything drawn with boxes this wide, and the size that it takes."""
    model, top = plan.model, _MARGIN + (len(heading) * 30 + 10 if heading else 0)
    layout = _layout(plan, wide, top + _HEAD + 18)
    below, bottom = _below(model, layout, translate)
    content = [
        lines_of_text(_MARGIN, _MARGIN + 22, heading, 30, font_size=24.0, font_weight="bold", aria_hidden="true"),
        element("g", *_arrows(layout), aria_hidden="true"),
        *(_column(model, layout, at, top, translate) for at in range(len(model.columns))),
        below,
    ]
    return content, (layout.across, bottom + _MARGIN)


def _without_local_links(model: LogicModelDrawing) -> LogicModelDrawing:
    """A link within the site leads nowhere from a file that was downloaded."""

    def outside(boxes: Sequence[Box]) -> tuple[Box, ...]:
        return tuple(box if box.href.startswith(("http://", "https://")) else replace(box, href="") for box in boxes)

    return replace(model, boxes=outside(model.boxes), consequences=outside(model.consequences))


def _description(model: LogicModelDrawing, translate: Translate) -> str:
    return translate("{count} boxes in {columns} columns: {names}. Each box says what it leads to.").format(
        count=len(model.boxes), columns=len(model.columns), names=", ".join(model.columns)
    )


def _planned(model: LogicModelDrawing) -> _Plan:
    columns = [[box.id for box in model.boxes if box.column == at] for at in range(len(model.columns))]
    lines, passages = _through_columns(model, {box.id: box.column for box in model.boxes})
    for id_, at in passages.items():
        columns[at].append(id_)
    level = [(line.source, line.target) for gutter in lines for line in gutter if not line.back]
    return _Plan(model, ordered(columns, level), lines, level)


def _layout(plan: _Plan, wide: float, top: float) -> _Layout:
    laid = {box.id: lay(box, wide) for box in plan.model.boxes}
    sizes = {id_: laid[id_].tall if id_ in laid else _PASSAGE for ids in plan.columns for id_ in ids}
    middles, bottom = heights(plan.columns, sizes, plan.level, gap=_GAP, top=top)
    spans = {id_: Span(middles[id_], max(sizes[id_] - 16, 0.0)) for id_ in sizes}
    routed, lefts, x = [], [], _MARGIN
    for at, gutter in enumerate(plan.lines):
        lefts.append(x)
        routes, lanes = route(gutter, spans, spans)
        routed.append(routes)
        last = at == len(plan.lines) - 1
        x += wide + (0 if last and not gutter else max(_GUTTER, 44 + lanes * _LANE))
    return _Layout(laid, middles, plan.columns, routed, lefts, wide, x + _MARGIN, bottom)


def _through_columns(model: LogicModelDrawing, column: Mapping[str, int]) -> tuple[list[list[Line]], dict[str, int]]:
    """The lines of each gutter, and a passage in every column that an arrow runs past."""
    lines: list[list[Line]] = [[] for _ in model.columns]
    passages: dict[str, int] = {}
    for edge in model.edges:
        start, end = column[edge.source], column[edge.target]
        if start == end:
            lines[start].append(Line(edge.source, edge.target, back=True))
            continue
        here = edge.source
        for at in range(start, end):
            there = edge.target if at == end - 1 else f"{edge.source} past {at + 1} to {edge.target}"
            lines[at].append(Line(here, there))
            if at < end - 1:
                passages[there] = at + 1
            here = there
    return lines, passages


def _arrows(layout: _Layout) -> list[str]:
    drawn = []
    for at, routes in enumerate(layout.routes):
        start = layout.right_of(at)
        end = layout.lefts[at + 1] if at + 1 < len(layout.lefts) else start
        lanes = 1 + max((routed.lane for routed in routes if routed.lane is not None), default=-1)
        # The trunks stand in the middle of the gutter, with room for the arrowheads.
        first = start + ((end - start - 8) - (lanes - 1) * _LANE) / 2 if end > start else start + 16
        for routed in routes:
            turn = None if routed.lane is None else first + routed.lane * _LANE
            finish = start if routed.line.back else end
            drawn.append(_path(start, routed.leaves, turn, finish, routed.arrives))
            if routed.line.target in layout.laid:
                drawn.append(_head(finish, routed.arrives, back=routed.line.back))
    for id_, middle in layout.middles.items():
        if id_ not in layout.laid:
            at = next(place for place, ids in enumerate(layout.columns) if id_ in ids)
            drawn.append(_path(layout.lefts[at], middle, None, layout.right_of(at), middle))
    return drawn


def _path(x: float, y: float, turn: float | None, end: float, arrive: float) -> str:
    if turn is None:
        path = f"M{number(x)} {number(y)}L{number(end)} {number(arrive)}"
    else:
        bend = min(6.0, abs(arrive - y) / 2)
        way = bend if arrive > y else -bend
        on = bend if end > turn else -bend
        path = (
            f"M{number(x)} {number(y)}H{number(turn - bend)}"
            f"Q{number(turn)} {number(y)} {number(turn)} {number(y + way)}"
            f"V{number(arrive - way)}"
            f"Q{number(turn)} {number(arrive)} {number(turn + on)} {number(arrive)}"
            f"H{number(end)}"
        )
    return element("path", class_="line", d=path, fill="none", stroke=QUIET, stroke_width=1.4)


def _head(x: float, y: float, *, back: bool) -> str:
    tail = x + 9 if back else x - 9
    points = f"{number(x)},{number(y)} {number(tail)},{number(y - 4.5)} {number(tail)},{number(y + 4.5)}"
    return element("polygon", class_="mark", points=points, fill=QUIET)


def _column(model: LogicModelDrawing, layout: _Layout, at: int, top: float, translate: Translate) -> str:
    left, colour = layout.lefts[at], _COLOURS[at % len(_COLOURS)]
    head = element("rect", class_="hollow head", x=left, y=top, width=layout.wide, height=_HEAD, fill=colour)
    name = text(left + 14, top + 23, model.columns[at], fill="#ffffff", font_weight="bold", font_size=16.0)
    boxes = [
        draw_box(
            layout.laid[id_],
            left,
            layout.middles[id_] - layout.laid[id_].tall / 2,
            colour=colour,
            leads_to=model.leads_to(id_),
            translate=translate,
        )
        for id_ in layout.columns[at]
        if id_ in layout.laid
    ]
    return element("g", head, name, aria_hidden="true") + (
        element("g", *boxes, role="list", aria_label=model.columns[at]) if boxes else ""
    )


def _below(model: LogicModelDrawing, layout: _Layout, translate: Translate) -> tuple[str, float]:
    """Consequences side by side under the columns, then the notes."""
    y, drawn = layout.bottom + 30, ""
    if model.consequences:
        heading = text(_MARGIN, y + 16, model.consequences_heading, font_weight="bold", font_size=16.0)
        drawn += element("g", heading, aria_hidden="true")
        y += 30
        rows = -(-len(model.consequences) // max(len(layout.lefts), 1))
        many = -(-len(model.consequences) // rows)
        wide = (layout.across - 2 * _MARGIN - _GAP * (many - 1)) / many
        boxes = []
        for start in range(0, len(model.consequences), many):
            row = [lay(box, wide) for box in model.consequences[start : start + many]]
            tallest = max(laid.tall for laid in row)
            boxes += [
                draw_box(
                    replace(laid, least=tallest),
                    _MARGIN + place * (wide + _GAP),
                    y,
                    colour=_WATCH,
                    leads_to=(),
                    translate=translate,
                )
                for place, laid in enumerate(row)
            ]
            y += tallest + _GAP
        drawn += element("g", *boxes, role="list", aria_label=model.consequences_heading)
    for note in model.notes:
        lines = wrap(note, layout.across - 2 * _MARGIN, 14)
        drawn += lines_of_text(_MARGIN, y + 14, lines, 18, fill=INK)
        y += len(lines) * 18 + 4
    return drawn, y
