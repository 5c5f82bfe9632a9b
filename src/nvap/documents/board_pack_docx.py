"""The board pack as a Word document: the same words, tables and pictures as in the PDF, in the same order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from nvap.documents.board_pack import (
    MADE_UP,
    Activity,
    BoardPack,
    Entry,
    Measure,
    Objective,
    Picture,
    Said,
    facts_of,
    fit,
    in_short,
    tagged,
    words_of,
)
from nvap.documents.drawing import png
from nvap.wording import Translate

AUTHOR: Final = "NVAP"
_LANGUAGES: Final = {"en": "en-GB", "cy": "cy-GB"}
_FONT: Final = "Arial"
_PICTURE_PX: Final = 1600
# A fixed day, so that the same plan gives the same bytes.
_ON: Final = datetime(2000, 1, 1, tzinfo=UTC)
_IN_ZIP: Final = (1980, 1, 1, 0, 0, 0)


def docx(pack: BoardPack, translate: Translate = str) -> bytes:
    """The pack as a Word document (A4), marked on each page, with header rows, alternative texts and no person's name.

    The same pack gives the same bytes.
    """
    return _Writer(pack, translate).written()


class _Writer:
    """Word's document as it grows."""

    def __init__(self, pack: BoardPack, translate: Translate) -> None:
        self.pack = pack
        self.words = words_of(translate)
        self.marking = " · ".join(filter(None, (pack.marking, translate(MADE_UP) if pack.made_up else "")))
        self.document = Document()
        self._properties()
        self._styles()
        self._sheet()

    def written(self) -> bytes:
        pack, words = self.pack, self.words
        self.document.add_heading(fit(pack.title), 0)
        for line in (pack.force, pack.action):
            self.paragraph(line)
        self.paragraph(pack.standing, bold=True)
        self.heading(words["plan"], 1)
        self.pairs(pack.about, instead=words["nothing"])
        self._objectives()
        self._measures()
        self._entries(words["consequences"], pack.consequences, words["no_consequences"])
        self._entries(words["impacts"], pack.impacts, words["no_impacts"], new_page=False)
        self._drawings()
        held = io.BytesIO()
        self.document.save(held)
        return _without_moments(held.getvalue())

    def heading(self, words: str, level: int, *, new_page: bool = False) -> None:
        made = self.document.add_heading(fit(words), level)
        made.paragraph_format.page_break_before = new_page

    def paragraph(self, words: str, *, bold: bool = False) -> None:
        for line in _lines(words):
            self.document.add_paragraph().add_run(line).bold = bold

    def pairs(self, said: Sequence[Said], instead: str = "") -> None:
        if not said and instead:
            self.paragraph(instead)
        for each in said:
            lines = _lines(each.text) or [""]
            paragraph = self.document.add_paragraph()
            colon = "" if each.label.endswith("?") else ":"
            paragraph.add_run(f"{fit(each.label)}{colon} ").bold = True
            paragraph.add_run(lines[0])
            for line in lines[1:]:
                self.document.add_paragraph(line)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table whose first row is its header, said again on each page."""
        made = self.document.add_table(rows=1, cols=len(headings), style="Table Grid")
        row_properties = made.rows[0]._tr.get_or_add_trPr()
        row_properties.append(_flag("w:tblHeader"))
        for cell, words in zip(made.rows[0].cells, headings, strict=True):
            cell.paragraphs[0].add_run(fit(words)).bold = True
        for row in rows:
            for cell, words in zip(made.add_row().cells, row, strict=True):
                cell.text = fit(words)
        self.document.add_paragraph()

    def picture(self, picture: Picture, width: Mm) -> None:
        held = io.BytesIO(png(picture.svg, title=picture.alt[:200], width_px=_PICTURE_PX))
        shape = self.document.add_picture(held, width=width)
        properties = shape._inline.docPr
        properties.set("descr", fit(picture.alt))

    def _objectives(self) -> None:
        words = self.words
        if self.pack.objectives:
            self.heading(words["objectives"], 2)
            self.table(
                (words["objective"], words["owner"], words["activities"], words["how_far"]),
                [
                    (f"{each.id} {each.title}", each.owner or words["nobody"], str(len(each.activities)), each.how_far)
                    for each in self.pack.objectives
                ],
            )
        said = in_short(self.pack)
        if said:
            self.heading(words["in_short"], 2)
            self.pairs(said)
        for each in self.pack.objectives:
            self._objective(each)

    def _objective(self, objective: Objective) -> None:
        words = self.words
        self.heading(f"{objective.id} {objective.title}", 1, new_page=True)
        if objective.text != objective.title:
            self.paragraph(objective.text)
        deputy = f" ({objective.deputy})" if objective.deputy else ""
        self.pairs((Said(words["owner"], (objective.owner or words["nobody"]) + deputy), *objective.description))
        self.heading(words["activities"], 2)
        if not objective.activities:
            self.paragraph(words["no_activities"])
            return
        self.table(
            (words["activity"], words["stage"], words["activity_owner"], words["due"]),
            [
                (tagged(each.id, each.name), each.stage, each.owner or words["nobody"], each.due or words["no_date"])
                for each in objective.activities
            ],
        )
        for activity in objective.activities:
            self._activity(activity)

    def _activity(self, activity: Activity) -> None:
        self.heading(tagged(activity.id, activity.name), 3)
        self.pairs(activity.said, instead="" if activity.rows else self.words["nothing"])
        if activity.rows:
            self.table((self.words["field"], *activity.sides), activity.rows)

    def _measures(self) -> None:
        self.heading(self.words["measures"], 1, new_page=True)
        self.paragraph(self.words["how_shown"])
        if not self.pack.measures:
            self.paragraph(self.words["no_measures"])
        for each in self.pack.measures:
            self._measure(each)

    def _measure(self, measure: Measure) -> None:
        self.heading(tagged(measure.id, measure.title), 2)
        self.paragraph(measure.sentence, bold=True)
        for note in measure.notes:
            self.paragraph(note)
        if measure.chart:
            self.picture(measure.chart, Mm(174))
        if measure.rows:
            self.table(measure.headings, measure.rows)
        self.pairs(facts_of(measure, self.words, self.pack.language))

    def _entries(self, title: str, entries: Sequence[Entry], instead: str, *, new_page: bool = True) -> None:
        self.heading(title, 1, new_page=new_page)
        if not entries:
            self.paragraph(instead)
        for each in entries:
            self.heading(each.title, 2)
            self.pairs(each.said)

    def _drawings(self) -> None:
        drawn = [each for each in self.pack.objectives if each.drawing]
        if not drawn:
            return
        section = self.document.add_section()
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        for place, each in enumerate(drawn):
            self.heading(f"{self.words['logic_model']}, {each.id}", 1, new_page=place > 0)
            if each.drawing:
                self.picture(each.drawing, Mm(_drawing_width(each.drawing)))

    def _properties(self) -> None:
        properties = self.document.core_properties
        properties.title = fit(f"{self.pack.title}, {self.pack.force}")
        properties.author = properties.last_modified_by = AUTHOR
        properties.comments = properties.keywords = ""
        properties.language = _LANGUAGES[self.pack.language]
        properties.created = properties.modified = _ON
        properties.revision = 1
        self._without_thumbnail()

    def _without_thumbnail(self) -> None:
        """The library's own empty document brings a picture of its first page, which is not ours."""
        ties = self.document.part.package.rels
        for key in [key for key, tie in ties.items() if tie.reltype.endswith("/thumbnail")]:
            del ties[key]

    def _styles(self) -> None:
        for name, size in (("Normal", 10), ("Title", 24), ("Heading 1", 17), ("Heading 2", 13), ("Heading 3", 11)):
            style: Any = self.document.styles[name]
            style.font.name, style.font.size = _FONT, Pt(size)
            style.font.color.rgb = RGBColor(0x0B, 0x0C, 0x0C)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{kind}"), None)
        normal: Any = self.document.styles["Normal"]
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), _LANGUAGES[self.pack.language])
        normal.element.get_or_add_rPr().append(language)

    def _sheet(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(18)
        section.top_margin = section.bottom_margin = Mm(20)
        top = section.header.paragraphs[0]
        bottom = section.footer.paragraphs[0]
        for place in (top, bottom):
            place.alignment = WD_ALIGN_PARAGRAPH.CENTER
            place.add_run(self.marking).bold = True
        numbers = section.footer.add_paragraph()
        numbers.add_run(f"{fit(self.pack.force)} · {fit(self.pack.standing)} · {self.words['page']} ")
        numbers._p.append(_counter("PAGE"))
        numbers.add_run(f" {self.words['of']} ")
        numbers._p.append(_counter("NUMPAGES"))


def _lines(words: str) -> list[str]:
    return [line for line in fit(words).split("\n") if line.strip()]


def _drawing_width(picture: Picture) -> float:
    """As wide as a lying sheet takes it, in millimetres, without being taller than the sheet."""
    _, _, across, down = (float(number) for number in picture.svg.split('viewBox="')[1].split('"')[0].split())
    return min(261.0, 145.0 * across / down)


def _flag(name: str) -> Any:
    made = OxmlElement(name)
    made.set(qn("w:val"), "true")
    return made


def _counter(name: str) -> Any:
    """A field that Word fills in: the page's number, or how many there are."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    return field


def _without_moments(made: bytes) -> bytes:
    """The same file with no moment of its making in it."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _IN_ZIP)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return held.getvalue()
