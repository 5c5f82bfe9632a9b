"""What every Word document of the product has in common: the sheet, the styles, the marks, and the same bytes again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from nvap.documents.drawing import png
from nvap.documents.typeset import fit

AUTHOR: Final = "NVAP"
_LANGUAGES: Final = {"en": "en-GB", "cy": "cy-GB"}
_FONT: Final = "Arial"
_PICTURE_PX: Final = 1600
# A fixed day, so that the same content gives the same bytes.
_ON: Final = datetime(2000, 1, 1, tzinfo=UTC)
_IN_ZIP: Final = (1980, 1, 1, 0, 0, 0)


class Drawn(Protocol):
    """A drawing with what it shows in words."""

    @property
    def svg(self) -> str: ...
    @property
    def alt(self) -> str: ...


@dataclass(frozen=True)
class Sheet:
    """What stands on every page and in the file's properties; `page` and `of` are the words around page numbers.

    `sizes` are those of Word's own styles, in points.
    """

    title: str
    marks: str
    foot: str
    language: str
    page: str
    of: str
    sizes: Mapping[str, int]


class WordWriter:
    """Word's document as it grows: A4, marked on each page, with alternative texts and no person's name."""

    def __init__(self, sheet: Sheet) -> None:
        self.document = Document()
        self._properties(sheet)
        self._styles(sheet)
        self._page(sheet)

    def heading(self, words: str, level: int, *, new_page: bool = False) -> None:
        """A heading of one of Word's own levels."""
        made = self.document.add_heading(fit(words), level)
        made.paragraph_format.page_break_before = new_page

    def paragraph(self, words: str, *, bold: bool = False) -> None:
        """A paragraph for each line; nothing for no words."""
        for line in lines(words):
            self.document.add_paragraph().add_run(line).bold = bold

    def picture(self, drawing: Drawn, width: Mm) -> None:
        """A picture with its alternative text."""
        held = io.BytesIO(png(drawing.svg, title=drawing.alt[:200], width_px=_PICTURE_PX))
        shape = self.document.add_picture(held, width=width)
        shape._inline.docPr.set("descr", fit(drawing.alt))

    def saved(self) -> bytes:
        """The file's bytes, with no moment of its making in them."""
        held = io.BytesIO()
        self.document.save(held)
        return _without_moments(held.getvalue())

    def _properties(self, sheet: Sheet) -> None:
        properties = self.document.core_properties
        properties.title = fit(sheet.title)
        properties.author = properties.last_modified_by = AUTHOR
        properties.comments = properties.keywords = ""
        properties.language = _LANGUAGES[sheet.language]
        properties.created = properties.modified = _ON
        properties.revision = 1
        # The library's own empty document brings a picture of its first page, which is not ours.
        ties = self.document.part.package.rels
        for key in [key for key, tie in ties.items() if tie.reltype.endswith("/thumbnail")]:
            del ties[key]

    def _styles(self, sheet: Sheet) -> None:
        for name, size in sheet.sizes.items():
            style: Any = self.document.styles[name]
            style.font.name, style.font.size = _FONT, Pt(size)
            style.font.color.rgb = RGBColor(0x0B, 0x0C, 0x0C)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{kind}"), None)
        normal: Any = self.document.styles["Normal"]
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), _LANGUAGES[sheet.language])
        normal.element.get_or_add_rPr().append(language)

    def _page(self, sheet: Sheet) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(18)
        section.top_margin = section.bottom_margin = Mm(20)
        for place in (section.header.paragraphs[0], section.footer.paragraphs[0]):
            place.alignment = WD_ALIGN_PARAGRAPH.CENTER
            place.add_run(sheet.marks).bold = True
        numbers = section.footer.add_paragraph()
        numbers.add_run(f"{fit(sheet.foot)} · {sheet.page} ")
        field(numbers, "PAGE", "1")
        numbers.add_run(f" {sheet.of} ")
        field(numbers, "NUMPAGES", "1")


def lines(words: str) -> list[str]:
    """The lines of a text that hold anything."""
    return [line for line in fit(words).split("\n") if line.strip()]


def flag(name: str) -> Any:
    """A setting of Word's that is on."""
    made = OxmlElement(name)
    made.set(qn("w:val"), "true")
    return made


def field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field that Word fills in, with what stands there until it has."""
    made = OxmlElement("w:fldSimple")
    made.set(qn("w:instr"), instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = shown
    run.append(text)
    made.append(run)
    paragraph._p.append(made)


def _without_moments(made: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _IN_ZIP)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return held.getvalue()
