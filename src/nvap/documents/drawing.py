"""A drawing as a PDF that a screen reader can read (PDF/UA-1), and as a picture; both set by Typst."""

from __future__ import annotations

import json
import logging
import re
import struct
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

import typst
from defusedxml import ElementTree  # type: ignore[import-untyped]

from nvap.errors import UsageFault, nearest
from nvap.wording import Translate, phrase

FONTS: Final = Path(__file__).with_name("fonts")
PAPERS: Final = {"a3": "a3", "a4": "a4"}
LANGUAGES: Final = ("en", "cy")

_SVG: Final = "{http://www.w3.org/2000/svg}"
# They pick a character's text or emoji form; with them, a PDF whose every character must be text is refused.
_VARIATION_SELECTORS: Final = re.compile("[\ufe0e\ufe0f]")
_OWN_FONT: Final = "Arimo"
_STAND_INS: Final = ("Liberation Sans", "Arial", "Helvetica", "DejaVu Sans")
_MISSING_FONT: Final = phrase("The product's own font was not found; this is set in one of the machine's.")

_log = logging.getLogger(__name__)


def pdf(
    svg: str,
    *,
    title: str,
    subtitle: str = "",
    language: str = "en",
    paper: str = "a3",
    marking: str | None = None,
    translate: Translate = str,
) -> bytes:
    """The drawing on one sheet, standing or lying as it fits, tagged and titled, its description as alternative text.

    Where the drawing holds lists (a logic model's columns), the same follows in words. The same drawing gives the same
    bytes. Links inside the drawing do not survive.

    Args:
        svg: a drawing of nvap.charts, without its own heading: the sheet has one.
        title: the document's title and its heading.
        subtitle: a line under the heading.
        language: `en` or `cy`.
        paper: `a3` or `a4`.
        marking: what must be printed on every page, such as "Not for release".
        translate: from English to the reader's language, for the few words that the sheet adds.

    Raises:
        UsageFault: for an empty title, another language or paper, or text that is no SVG.
    """
    if not title.strip():
        raise UsageFault("drawing: a title is needed; a PDF without one cannot be read out.")
    if paper not in PAPERS:
        raise UsageFault(f"drawing: paper: found {paper!r}, allowed are a3 and a4.{nearest(paper, PAPERS)}")
    if language not in LANGUAGES:
        raise UsageFault(f"drawing: language: found {language!r}, allowed are en and cy.")
    svg, root = _parsed(svg)
    across, down = _size(root)
    own_font = _has_own_font()
    told = {
        "title": title,
        "subtitle": subtitle,
        "language": language,
        "paper": paper,
        "flipped": across > down,
        "marking": marking or "",
        "svg": svg,
        "alt": _alternative(root, title),
        "lists": _lists(root),
        "in_words": translate("The same in words"),
        "leads_to": translate("Leads to:"),
        "fonts": [_OWN_FONT] if own_font else list(_STAND_INS),
        "font_missing": "" if own_font else translate(_MISSING_FONT),
    }
    source = Path(__file__).with_name("drawing.typ").read_bytes()
    return _compiled(source, told, format="pdf", pdf_standards=["ua-1"])


def png(svg: str, *, title: str | None = None, width_px: int = 2400) -> bytes:
    """The drawing as a picture this many pixels wide, its title (or else the drawing's own) in the file's own text.

    Raises UsageFault for a width outside 100 to 10,000, or text that is no SVG.
    """
    if not 100 <= width_px <= 10_000:
        raise UsageFault(f"drawing: width_px: found {width_px}, allowed are 100 to 10,000.")
    svg, root = _parsed(svg)
    across, down = _size(root)
    source = (
        "#let d = json(bytes(sys.inputs.drawing))\n"
        "#set page(width: d.across * 1pt, height: d.down * 1pt, margin: 0pt, fill: white)\n"
        '#image(bytes(d.svg), format: "svg", width: 100%, height: 100%)\n'
    )
    picture = _compiled(
        source.encode(), {"svg": svg, "across": across, "down": down}, format="png", ppi=72 * width_px / across
    )
    named = title or root.findtext(f"{_SVG}title") or ""
    return _titled(picture, named) if named else picture


def _compiled(source: bytes, told: dict[str, Any], **how: Any) -> bytes:
    with TemporaryDirectory() as root:
        own_font = _has_own_font()
        made = typst.compile(
            source,
            root=root,
            sys_inputs={"drawing": json.dumps(told)},
            font_paths=[str(FONTS)] if own_font else [],
            ignore_system_fonts=own_font,
            **how,
        )
    return cast("bytes", made)


def _has_own_font() -> bool:
    if any(FONTS.glob("*.ttf")):
        return True
    _log.warning("No font in %s: documents are set in a font of this machine. `make setup` puts it there.", FONTS)
    return False


def _parsed(svg: str) -> tuple[str, Any]:
    """The drawing without variation selectors, and its root element."""
    cleaned = _VARIATION_SELECTORS.sub("", svg)
    try:
        root = ElementTree.fromstring(cleaned)
    except ElementTree.ParseError as fault:
        raise UsageFault(f"drawing: what was given is not SVG ({fault}).") from None
    if root.tag != f"{_SVG}svg":
        raise UsageFault("drawing: what was given is not SVG.")
    return cleaned, root


def _size(root: Any) -> tuple[float, float]:
    try:
        _, _, across, down = (float(number) for number in root.get("viewBox", "").split())
    except ValueError:
        raise UsageFault("drawing: the SVG has no viewBox of four numbers.") from None
    if across <= 0 or down <= 0:
        raise UsageFault("drawing: the SVG's viewBox has no size.")
    return across, down


def _alternative(root: Any, title: str) -> str:
    said = " ".join((root.findtext(f"{_SVG}desc") or "").split())
    return said or title


def _lists(root: Any) -> list[dict[str, Any]]:
    """Each list of the drawing with its name and its items' words, for the pages that say it in words."""
    return [
        {
            "name": group.get("aria-label") or "",
            "items": [
                {part: _words(item, part) for part in ("tag", "status", "title", "body")}
                | {"leads_to": item.get("data-leads-to") or ""}
                for item in group
                if item.get("role") == "listitem"
            ],
        }
        for group in root.iter(f"{_SVG}g")
        if group.get("role") == "list"
    ]


def _words(item: Any, part: str) -> str:
    lines = (
        " ".join(text.itertext()).strip() for text in item.iter(f"{_SVG}text") if text.get("class") == f"lm-{part}"
    )
    return " ".join(lines)


def _titled(picture: bytes, title: str) -> bytes:
    """The PNG with its title as international text after the first chunk (PNG specification, 11.3.4.5)."""
    body = b"iTXt" + b"Title\x00\x00\x00\x00\x00" + title.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    after_header = 8 + 4 + 4 + 13 + 4
    return picture[:after_header] + chunk + picture[after_header:]
