"""The problem profile as a Word document: the same words, tables and pictures as in the PDF, in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from nvap.documents.profile import WORDS, Grid, ProfileDocument, Section
from nvap.documents.typeset import fit
from nvap.documents.word import Sheet, WordWriter, field, flag
from nvap.wording import Translate

_WIDTH: Final = Mm(165)
_SIZES: Final = {"Normal": 10, "Title": 24, "Heading 1": 16, "Heading 2": 12, "List Bullet": 10}


def docx(document: ProfileDocument, translate: Translate = str) -> bytes:
    """The profile as a Word document (A4), marked on each page, with header rows, alternative texts and no name.

    Its contents are a field that Word fills in when it is opened or printed. The same profile gives the same bytes.
    """
    return _Writer(document, translate).written()


class _Writer(WordWriter):
    """Word's document as it grows."""

    def __init__(self, told: ProfileDocument, translate: Translate) -> None:
        self.told = told
        self.words = {name: translate(words) for name, words in WORDS.items()}
        super().__init__(
            Sheet(
                title=f"{told.title}, {told.force}",
                marks=fit(told.marks(translate)),
                foot=f"{told.force} · {told.days}",
                language=told.language,
                page=self.words["page"],
                of=self.words["of"],
                sizes=_SIZES,
            )
        )

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
        return self.saved()

    def points(self, all_words: Iterable[str]) -> None:
        """A list with bullets."""
        for words in all_words:
            self.document.add_paragraph(fit(words), style="List Bullet")

    def table(self, grid: Grid) -> None:
        """A table whose first row is its header, said again on each page; numbers stand to the right."""
        made = self.document.add_table(rows=1, cols=len(grid.headings), style="Table Grid")
        made.autofit = True
        made.rows[0]._tr.get_or_add_trPr().append(flag("w:tblHeader"))
        _fill(made.rows[0].cells, grid.headings, grid.numbers, bold=True)
        for row in grid.rows:
            cells = made.add_row()
            cells._tr.get_or_add_trPr().append(flag("w:cantSplit"))
            _fill(cells.cells, row, grid.numbers)
        for note in grid.notes:
            self.paragraph(note)
        self.document.add_paragraph()

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
            self.picture(drawing, _WIDTH)
        for grid in section.grids:
            self.heading(grid.title, 2)
            self.table(grid)
        for note in section.notes:
            self.paragraph(note)

    def _contents(self) -> None:
        """A table of contents that Word makes; until then the sections' titles stand in it."""
        paragraph = self.document.add_paragraph()
        field(paragraph, 'TOC \\o "1-1" \\h \\z', "; ".join(fit(each.title) for each in self.told.sections))


def _fill(cells: Sequence[Any], words: Sequence[str], numbers: Sequence[bool], *, bold: bool = False) -> None:
    for cell, each, is_number in zip(cells, words, numbers, strict=True):
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(fit(each))
        run.bold, run.font.size = bold, Pt(8.5)
        paragraph.paragraph_format.space_after = Pt(1)
        if is_number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
