"""The problem profile as a Word document: the same words, tables and pictures as in the PDF, in the same order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from nvap.documents.board_pack import fit
from nvap.documents.drawing import png
from nvap.documents.profile import WORDS, Drawing, Grid, ProfileDocument, Section
from nvap.wording import Translate

AUTHOR: Final = "NVAP"
_LANGUAGES: Final = {"en": "en-GB", "cy": "cy-GB"}
_FONT: Final = "Arial"
_PICTURE_PX: Final = 1600
_WIDTH: Final = Mm(165)
# A fixed day, so that the same profile gives the same bytes.
_ON: Final = datetime(2000, 1, 1, tzinfo=UTC)
_IN_ZIP: Final = (1980, 1, 1, 0, 0, 0)


def docx(document: ProfileDocument, translate: Translate = str) -> bytes:
    """The profile as a Word document (A4), marked on each page, with header rows, alternative texts and no name.

    Its contents are a field that Word fills in when it is opened or printed. The same profile gives the same bytes.
    """
    return _Writer(document, translate).written()


class _Writer:
    """Word's document as it grows."""

    def __init__(self, told: ProfileDocument, translate: Translate) -> None:
        self.told = told
        self.words = {name: translate(words) for name, words in WORDS.items()}
        self.marks = fit(told.marks(translate))
        self.document = Document()
        self._properties()
        self._styles()
        self._sheet()

    def written(self) -> bytes:
        """The file's bytes."""
        told, words = self.told, self.words
        self.document.add_heading(fit(told.title), 0)
        self.paragraph(told.force)
        self.paragraph(told.days)
        if told.figures:
            self._figures()
        self.heading(words["in_short"], 1)
        self.points(told.in_short)
        for each in told.facts:
            paragraph = self.document.add_paragraph()
            paragraph.add_run(f"{fit(each.label)}: ").bold = True
            paragraph.add_run(fit(each.text))
        self.heading(words["contents"], 1)
        self._contents()
        for place, section in enumerate(told.sections):
            self._section(section, new_page=place == 0)
        if told.not_said:
            self.heading(words["not_said"], 1)
            self.points(told.not_said)
        held = io.BytesIO()
        self.document.save(held)
        return _without_moments(held.getvalue())

    def heading(self, words: str, level: int, *, new_page: bool = False) -> None:
        """A heading of one of Word's own levels."""
        made = self.document.add_heading(fit(words), level)
        made.paragraph_format.page_break_before = new_page

    def paragraph(self, words: str, *, bold: bool = False) -> None:
        """One paragraph; nothing for no words."""
        if words.strip():
            self.document.add_paragraph().add_run(fit(words)).bold = bold

    def points(self, all_words: Iterable[str]) -> None:
        """A list with bullets."""
        for words in all_words:
            self.document.add_paragraph(fit(words), style="List Bullet")

    def table(self, grid: Grid) -> None:
        """A table whose first row is its header, said again on each page; numbers stand to the right."""
        made = self.document.add_table(rows=1, cols=len(grid.headings), style="Table Grid")
        made.autofit = True
        made.rows[0]._tr.get_or_add_trPr().append(_flag("w:tblHeader"))
        _fill(made.rows[0].cells, grid.headings, grid.numbers, bold=True)
        for row in grid.rows:
            cells = made.add_row()
            cells._tr.get_or_add_trPr().append(_flag("w:cantSplit"))
            _fill(cells.cells, row, grid.numbers)
        for note in grid.notes:
            self.paragraph(note)
        self.document.add_paragraph()

    def picture(self, drawing: Drawing) -> None:
        """A picture with its alternative text."""
        held = io.BytesIO(png(drawing.svg, title=drawing.alt[:200], width_px=_PICTURE_PX))
        shape = self.document.add_picture(held, width=_WIDTH)
        shape._inline.docPr.set("descr", fit(drawing.alt))

    def _figures(self) -> None:
        """The few numbers of the first page, each with what it is."""
        figures = self.told.figures
        made = self.document.add_table(rows=1, cols=len(figures))
        for cell, each in zip(made.rows[0].cells, figures, strict=True):
            number = cell.paragraphs[0].add_run(fit(each.text))
            number.bold, number.font.size = True, Pt(18)
            cell.add_paragraph(fit(each.label))

    def _section(self, section: Section, *, new_page: bool) -> None:
        self.heading(section.title, 1, new_page=new_page)
        for at, words in enumerate(section.said):
            self.paragraph(words, bold=at == 0)
        self.paragraph(section.why)
        for drawing in section.drawings:
            self.picture(drawing)
        for grid in section.grids:
            self.heading(grid.title, 2)
            self.table(grid)
        for note in section.notes:
            self.paragraph(note)

    def _contents(self) -> None:
        """A table of contents that Word makes; until then the sections' titles stand in it."""
        paragraph = self.document.add_paragraph()
        _field(paragraph, 'TOC \\o "1-1" \\h \\z', "; ".join(fit(each.title) for each in self.told.sections))

    def _properties(self) -> None:
        properties = self.document.core_properties
        properties.title = fit(f"{self.told.title}, {self.told.force}")
        properties.author = properties.last_modified_by = AUTHOR
        properties.comments = properties.keywords = ""
        properties.language = _LANGUAGES[self.told.language]
        properties.created = properties.modified = _ON
        properties.revision = 1
        # The library's own empty document brings a picture of its first page, which is not ours.
        ties = self.document.part.package.rels
        for key in [key for key, tie in ties.items() if tie.reltype.endswith("/thumbnail")]:
            del ties[key]

    def _styles(self) -> None:
        sizes = (("Normal", 10), ("Title", 24), ("Heading 1", 16), ("Heading 2", 12), ("List Bullet", 10))
        for name, size in sizes:
            style: Any = self.document.styles[name]
            style.font.name, style.font.size = _FONT, Pt(size)
            style.font.color.rgb = RGBColor(0x0B, 0x0C, 0x0C)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{kind}"), None)
        normal: Any = self.document.styles["Normal"]
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), _LANGUAGES[self.told.language])
        normal.element.get_or_add_rPr().append(language)

    def _sheet(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(18)
        section.top_margin = section.bottom_margin = Mm(20)
        for place in (section.header.paragraphs[0], section.footer.paragraphs[0]):
            place.alignment = WD_ALIGN_PARAGRAPH.CENTER
            place.add_run(self.marks).bold = True
        numbers = section.footer.add_paragraph()
        numbers.add_run(f"{fit(self.told.force)} · {fit(self.told.days)} · {self.words['page']} ")
        _field(numbers, "PAGE", "1")
        numbers.add_run(f" {self.words['of']} ")
        _field(numbers, "NUMPAGES", "1")


def _fill(cells: Sequence[Any], words: Sequence[str], numbers: Sequence[bool], *, bold: bool = False) -> None:
    for cell, each, is_number in zip(cells, words, numbers, strict=True):
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(fit(each))
        run.bold, run.font.size = bold, Pt(8.5)
        paragraph.paragraph_format.space_after = Pt(1)
        if is_number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _flag(name: str) -> Any:
    made = OxmlElement(name)
    made.set(qn("w:val"), "true")
    return made


def _field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field that Word fills in, with what stands there until it has."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _without_moments(made: bytes) -> bytes:
    """The same file with no moment of its making in it."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _IN_ZIP)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return held.getvalue()
