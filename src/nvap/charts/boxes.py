"""One box of a logic model: how tall its words make it, and how it is drawn, named and linked."""

from __future__ import annotations

from dataclasses import dataclass

from nvap.charts.model import Box
from nvap.charts.svg import INK, PAPER, QUIET, element, lines_of_text, text
from nvap.charts.text import width, wrap
from nvap.wording import Translate

FONT = 14.0
LINE = 18.0
SIDE = 14.0
_SMALL = 12.0
_BEFORE_NOTE = 4.0


@dataclass(frozen=True)
class Laid:
    """A box with its words broken into lines for its width."""

    box: Box
    wide: float
    status: tuple[str, ...]
    status_beside: bool
    title: tuple[str, ...]
    body: tuple[str, ...]
    note: tuple[str, ...] = ()
    least: float = 0.0

    @property
    def tall(self) -> float:
        """The height of the box, at least `least`."""
        lines = len(self.title) + len(self.body) + len(self.note) + (0 if self.status_beside else len(self.status))
        gaps = (2 if self.title and self.body else 0) + (_BEFORE_NOTE if self.note else 0)
        return max(self.least, 12 + LINE * (1 + lines) + gaps + 8)


def lay(box: Box, wide: float) -> Laid:
    """The box's words as lines; its status stands beside the tag where there is room, else below it."""
    room = wide - 2 * SIDE
    beside = width(box.tag, FONT, bold=True) + 14 + width(box.status, _SMALL) <= room
    return Laid(
        box=box,
        wide=wide,
        status=(box.status,) if beside else tuple(wrap(box.status, room, _SMALL)),
        status_beside=beside,
        title=tuple(wrap(box.title, room, FONT, bold=True)),
        body=tuple(wrap(box.text, room, FONT)),
        note=tuple(wrap(box.note, room, _SMALL, bold=True)),
    )


def draw_box(laid: Laid, x: float, y: float, *, colour: str, leads_to: tuple[Box, ...], translate: Translate) -> str:
    """The box with its top left corner at x, y, as a list item; a link where the box has somewhere to lead.

    Its name for a screen reader holds the words that are seen, in order, and then where its arrows lead; the same
    stands in `data-leads-to` for whoever sets the drawing in words.
    """
    box, left = laid.box, x + SIDE
    frame = element(
        "rect", class_="hollow", x=x, y=y, width=laid.wide, height=laid.tall, rx=3, fill=PAPER,
        stroke=colour, stroke_width=1.6,
    )  # fmt: skip
    bar = element("rect", class_="mark", x=x, y=y, width=5, height=laid.tall, fill=colour)
    down = y + 12 + LINE * 0.72
    words = [text(left, down, box.tag, class_="lm-tag", font_weight="bold", fill=colour)]
    if laid.status_beside:
        right = x + laid.wide - SIDE
        words.append(text(right, down, box.status, class_="lm-status", text_anchor="end", font_size=_SMALL, fill=QUIET))
    else:
        words.append(
            lines_of_text(left, down + LINE, laid.status, LINE, class_="lm-status", font_size=_SMALL, fill=QUIET)
        )
        down += LINE * len(laid.status)
    words.append(lines_of_text(left, down + LINE, laid.title, LINE, class_="lm-title", font_weight="bold"))
    down += LINE * (1 + len(laid.title)) + (2 if laid.title else 0)
    words.append(lines_of_text(left, down, laid.body, LINE, class_="lm-body"))
    down += LINE * len(laid.body) + _BEFORE_NOTE
    words.append(
        lines_of_text(left, down, laid.note, LINE, class_="lm-note", font_size=_SMALL, font_weight="bold", fill=INK)
    )
    inside = frame + bar + "".join(words)
    if box.href:
        inside = element("a", inside, href=box.href, aria_label=_name(box, leads_to, translate))
    return element("g", inside, role="listitem", data_leads_to=_leads_to(leads_to) or None)


def _name(box: Box, leads_to: tuple[Box, ...], translate: Translate) -> str:
    seen = " ".join(part for part in (box.tag, box.status, box.title, box.text, box.note) if part)
    if not leads_to:
        return seen
    return f"{seen} {translate('Leads to:')} {_leads_to(leads_to)}"


def _leads_to(boxes: tuple[Box, ...]) -> str:
    return "; ".join(f"{box.tag} {box.title or box.text}" for box in boxes)
