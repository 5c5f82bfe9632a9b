"""SVG elements as text, escaped; attributes only, since a page's security policy allows no inline styles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from nvap.charts.text import FONT_FAMILY
from nvap.errors import UsageFault

INK: Final = "#0b0c0c"
QUIET: Final = "#505a5f"
PAPER: Final = "#ffffff"
SHADE: Final = "#e8eaeb"

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")

# Belongs in the page's own stylesheet, since a page's security policy allows no styles in the drawing; a drawing that
# stands alone holds it.
STYLE: Final = (
    "@media (forced-colors: active) {"
    ".nvap-drawing .paper { fill: Canvas }"
    ".nvap-drawing .line { stroke: CanvasText }"
    ".nvap-drawing .mark { fill: CanvasText; stroke: CanvasText }"
    ".nvap-drawing .hollow { fill: Canvas; stroke: CanvasText }"
    ".nvap-drawing .shade { fill: Canvas; stroke: GrayText }"
    ".nvap-drawing text { fill: CanvasText }"
    ".nvap-drawing a text { fill: LinkText }"
    "}"
    "@media print { .nvap-drawing { break-inside: avoid; print-color-adjust: exact } }"
    ".nvap-drawing a:focus { outline: none }"
    ".nvap-drawing a:focus .hollow { stroke: #0b0c0c; stroke-width: 4; fill: #ffdd00 }"
    ".nvap-drawing a:hover .hollow { stroke-width: 3 }"
)


def number(value: float) -> str:
    """A coordinate with at most two decimals, so that the same drawing is the same text."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def plain(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NOT_XML.sub("", text)


def element(tag: str, *children: str, **attributes: str | float | None) -> str:
    """An element with children that are SVG already; `class_` is class, `stroke_width` stroke-width, None left out."""
    written = "".join(
        f" {name.rstrip('_').replace('_', '-')}={quoteattr(plain(value) if isinstance(value, str) else number(value))}"
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{written}>{''.join(children)}</{tag}>" if children else f"<{tag}{written}/>"


def text(x: float, y: float, words: str, **attributes: str | float | None) -> str:
    """A line of words with its baseline at y."""
    attributes.setdefault("fill", INK)
    # The space keeps two lines from being read as one word.
    return element("text", escape(plain(words)) + " ", x=x, y=y, **attributes)


def lines_of_text(x: float, y: float, lines: Sequence[str], step: float, **attributes: str | float | None) -> str:
    """Lines of words under each other, the first with its baseline at y."""
    return "".join(text(x, y + place * step, line, **attributes) for place, line in enumerate(lines))


def checked_id(given: str) -> str:
    """An id that can stand in a page; raises UsageFault for one that cannot."""
    if not _ID.fullmatch(given):
        raise UsageFault(f"drawing: found id {given!r}, allowed are letters, digits, '-', '_' and '.', a letter first.")
    return given


def drawing(
    id_: str,
    size: tuple[float, float],
    *content: str,
    title: str,
    description: str,
    role: str,
    language: str,
    standalone: bool,
) -> str:
    """The whole `<svg>`: named and described, as wide as the page lets it, with its own size where it stands alone."""
    parts = [
        element("title", escape(plain(title)), id=f"{id_}-title"),
        element("desc", escape(plain(description)), id=f"{id_}-desc"),
    ]
    if standalone:
        parts.append(element("style", STYLE))
    # On a dark page too: where the page brings no style for forced colours, ink without paper would be lost.
    parts.append(element("rect", class_="paper", width=size[0], height=size[1], fill=PAPER))
    return element(
        "svg",
        *parts,
        *content,
        xmlns="http://www.w3.org/2000/svg",
        class_="nvap-drawing",
        viewBox=f"0 0 {number(size[0])} {number(size[1])}",
        width=size[0] if standalone else "100%",
        height=size[1] if standalone else None,
        role=role,
        aria_labelledby=f"{id_}-title {id_}-desc" if role == "img" else f"{id_}-title",
        aria_describedby=None if role == "img" else f"{id_}-desc",
        lang=language,
        font_family=FONT_FAMILY,
        font_size=14.0,
    )
