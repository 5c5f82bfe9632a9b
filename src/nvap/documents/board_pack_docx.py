"""The board pack as a Word document: the same words, tables and pictures as in the PDF, in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from docx.enum.section import WD_ORIENT
from docx.shared import Mm

from nvap.documents.board_pack import (
    Activity,
    BoardPack,
    Entry,
    Measure,
    Objective,
    Picture,
    Said,
    facts_of,
    in_short,
    tagged,
    words_of,
)
from nvap.documents.typeset import MADE_UP, fit
from nvap.documents.word import Sheet, WordWriter, flag, lines
from nvap.wording import Translate

_SIZES: Final = {"Normal": 10, "Title": 24, "Heading 1": 17, "Heading 2": 13, "Heading 3": 11}


def docx(pack: BoardPack, translate: Translate = str) -> bytes:
    """The pack as a Word document (A4), marked on each page, with header rows, alternative texts and no person's name.

    The same pack gives the same bytes.
    """
    return _Writer(pack, translate).written()


class _Writer(WordWriter):
    """Word's document as it grows."""

    def __init__(self, pack: BoardPack, translate: Translate) -> None:
        self.pack = pack
        self.words = words_of(translate)
        super().__init__(
            Sheet(
                title=f"{pack.title}, {pack.force}",
                marks=" · ".join(filter(None, (pack.marking, translate(MADE_UP) if pack.made_up else ""))),
                foot=f"{pack.force} · {pack.standing}",
                language=pack.language,
                page=self.words["page"],
                of=self.words["of"],
                sizes=_SIZES,
            )
        )

    def written(self) -> bytes:
        """The file's bytes."""
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
        return self.saved()

    def pairs(self, said: Sequence[Said], instead: str = "") -> None:
        if not said and instead:
            self.paragraph(instead)
        for each in said:
            first, *more = lines(each.text) or [""]
            paragraph = self.document.add_paragraph()
            colon = "" if each.label.endswith("?") else ":"
            paragraph.add_run(f"{fit(each.label)}{colon} ").bold = True
            paragraph.add_run(first)
            for line in more:
                self.document.add_paragraph(line)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table whose first row is its header, said again on each page."""
        made = self.document.add_table(rows=1, cols=len(headings), style="Table Grid")
        row_properties = made.rows[0]._tr.get_or_add_trPr()
        row_properties.append(flag("w:tblHeader"))
        for cell, words in zip(made.rows[0].cells, headings, strict=True):
            cell.paragraphs[0].add_run(fit(words)).bold = True
        for row in rows:
            for cell, words in zip(made.add_row().cells, row, strict=True):
                cell.text = fit(words)
        self.document.add_paragraph()

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


def _drawing_width(picture: Picture) -> float:
    """As wide as a lying sheet takes it, in millimetres, without being taller than the sheet."""
    _, _, across, down = (float(number) for number in picture.svg.split('viewBox="')[1].split('"')[0].split())
    return min(261.0, 145.0 * across / down)
