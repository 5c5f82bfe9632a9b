"""The board pack as PDF and Word: tagged, marked on each page, with every typed word and no markup carried out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pikepdf
import pytest
from docx import Document

from nvap.disclosure.sharing import share
from nvap.disclosure.table import Column, Table
from nvap.documents.board_pack import Activity, BoardPack, Entry, Measure, Objective, Picture, Said, pdf
from nvap.documents.board_pack_docx import docx
from nvap.errors import Refused, UsageFault

CHART = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><rect width="9" height="9"/></svg>'
HOSTILE = '#set page(fill: red)\n#panic("x") $x^2$ *bold* _it_ @ref `raw` <script>alert(1)</script> = Heading // c'
WELSH = "Dŵr, tŷ, ŴŶ, â ê î ô û, a’r – ‘teulu’"


def table() -> Table:
    columns = (Column("name", "Period"), Column("counted", "Counted", "count"), Column("of", "Of", "base"))
    rows = (("March 2026", 30, 90), ("April 2026", 4, 90))
    return Table(columns, rows, "Incidents", "", "flagged at closure", date(2026, 5, 1), "nvap-2.1.2")


def measure() -> Measure:
    shared = share(table(), sentence="")
    rows = tuple(tuple(str(cell) for cell in row) for row in shared.rows)
    return Measure(
        "D01", "Incidents", "March 2026: 30.", shared, ("Period", "Counted", "Of"), rows,
        Picture(CHART, "Steady at 30."), cannot_say="How much true demand there is.",
    )  # fmt: skip


def board_pack(text: str = "A register shows who is in date.", **changed: Any) -> BoardPack:
    activity = Activity(
        "A1a", "Train each role", "In place", "Olga Owner", "1 May 2026", ("Organisational impact", "External impact"),
        (("Output", text, ""), ("Progress", "Half of them.", text)),
    )  # fmt: skip
    objective = Objective(
        "O1", "Understanding demand", "Know what comes.", "Olga Owner", "", (Said("Impact description", text),),
        (activity,), Picture(CHART, "Logic model of objective O1"),
    )  # fmt: skip
    made = BoardPack(
        title="Impact Realisation Plan",
        force="Northshire Police",
        action="Action 2.1.2, Mental Health",
        version=7,
        marking="OFFICIAL-SENSITIVE",
        standing="DRAFT, version 7",
        about=(Said("Why do this", text),),
        objectives=(objective,),
        consequences=(Entry("X1 Displacement", (Said("Threshold", "A rise of 10%."),)),),
        impacts=(Entry("L1 Fewer in crisis", (Said("What the lead concludes", "Too early to say."),)),),
        measures=(measure(),),
    )
    return replace(made, **changed)


@contextmanager
def opened(made: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(made)) as document:
        yield document


def tags(document: pikepdf.Pdf) -> list[tuple[str, str]]:
    """Every element of the structure tree in reading order: its kind and its alternative text."""
    found: list[tuple[str, str]] = []

    def walk(element: Any) -> None:
        if isinstance(element, pikepdf.Array):
            for child in element:
                walk(child)
        elif isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                found.append((str(element.S), str(element.get("/Alt", ""))))
            walk(element.get("/K"))

    walk(document.Root.StructTreeRoot.get("/K"))
    return found


def letters_of(font: Any) -> dict[int, str]:
    """What each glyph of a font says, by its ToUnicode map."""
    found: dict[int, str] = {}
    for many, lines in re.findall(
        r"begin(bfchar|bfrange)\n(.*?)\nend", font.ToUnicode.read_bytes().decode(), re.DOTALL
    ):
        for line in lines.splitlines():
            ends = re.findall(r"<([0-9A-Fa-f ]+)>", line)
            said = bytes.fromhex(ends[-1].replace(" ", "")).decode("utf-16-be")
            last = int(ends[1], 16) if many == "bfrange" else int(ends[0], 16)
            for at, glyph in enumerate(range(int(ends[0], 16), last + 1)):
                found[glyph] = said[:-1] + chr(ord(said[-1]) + at)
    return found


def words_on(page: pikepdf.Page) -> str:
    """The text of a page, as a reader would copy it, without blanks."""
    fonts = {str(name): letters_of(font) for name, font in (page.resources.get("/Font") or {}).items()}
    said, current = "", {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = fonts[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            parts = operands[0] if str(operator) == "TJ" else [operands[0]]
            for part in parts:
                if isinstance(part, pikepdf.String):
                    raw = bytes(part)
                    pairs = (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))
                    said += "".join(current.get(glyph, "") for glyph in pairs)
    return re.sub(r"\s", "", said)


def words_in(made: bytes) -> str:
    with opened(made) as document:
        return "".join(words_on(page) for page in document.pages)


def test_the_pdf_is_tagged_titled_and_in_its_language() -> None:
    with opened(pdf(board_pack(language="cy"))) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "cy"
        assert document.docinfo["/Title"] == "Impact Realisation Plan, Northshire Police"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def test_headings_tables_and_figures_can_be_read_out() -> None:
    with opened(pdf(board_pack())) as document:
        found = tags(document)

    kinds = {kind for kind, _ in found}
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/Figure"} <= kinds
    assert [alt for kind, alt in found if kind == "/Figure"] == ["Steady at 30.", "Logic model of objective O1"]


def test_the_marking_and_the_page_number_stand_on_every_page() -> None:
    with opened(pdf(board_pack(made_up=True))) as document:
        pages = [words_on(page) for page in document.pages]

    assert len(pages) == 5
    for number, said in enumerate(pages, start=1):
        assert said.count("OFFICIAL-SENSITIVE·Made-upforce:nothinghereisreal") == 2
        assert f"DRAFT,version7Page{number}of5" in said


def test_every_page_is_a4() -> None:
    with opened(pdf(board_pack())) as document:
        sizes = {tuple(sorted(round(float(side)) for side in page.MediaBox[2:])) for page in document.pages}

    assert sizes == {(595, 842)}


def test_what_people_type_is_shown_as_text_and_never_carried_out() -> None:
    plain = re.sub(r"\s", "", HOSTILE)

    assert plain.startswith("#setpage(fill:red)#panic")
    assert words_in(pdf(board_pack(HOSTILE))).count(plain) == 4
    paragraphs = [each.text for each in Document(io.BytesIO(docx(board_pack(HOSTILE)))).paragraphs]
    assert any("<script>alert(1)</script>" in each for each in paragraphs)


def test_welsh_letters_are_shown() -> None:
    assert re.sub(r"\s", "", WELSH) in words_in(pdf(board_pack(WELSH)))


def test_a_letter_that_no_font_has_does_not_stop_the_pack() -> None:
    said = words_in(pdf(board_pack("Good \U0001f600 day \x00\ue000 \u4e2d.")))

    assert "Good[?]day" in said


def test_a_long_text_flows_over_and_nothing_of_it_is_cut() -> None:
    text = "\n".join(f"Line {number} of what was done." for number in range(300))

    said = words_in(pdf(board_pack(text)))

    assert all(f"Line{number}ofwhatwasdone." in said for number in range(300))


def test_an_empty_plan_gives_a_short_pack_that_says_so() -> None:
    empty = Objective("O1", "Understanding demand", "", "", "", (), ())
    bare = board_pack(about=(), objectives=(empty,), consequences=(), impacts=(), measures=())

    with opened(pdf(bare)) as document:
        assert len(document.pages) == 4
    said = words_in(pdf(bare))
    for words in ("Nobody named yet", "No activity of this objective is in the plan yet.", "No measure is in the plan"):
        assert words.replace(" ", "") in said


def test_a_hidden_count_is_shown_as_hidden() -> None:
    said = words_in(pdf(board_pack()))

    assert "April2026[c]90" in said


def test_a_table_that_was_not_shared_is_refused() -> None:
    with pytest.raises(Refused, match="only a shared table"):
        Measure("D01", "Incidents", "", table())


def test_another_marking_or_no_title_is_refused() -> None:
    with pytest.raises(UsageFault, match="OFFICIAL and OFFICIAL-SENSITIVE"):
        board_pack(marking="SECRET")
    with pytest.raises(UsageFault, match="a title is needed"):
        board_pack(title=" ")


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert pdf(board_pack()) == pdf(board_pack())
    assert docx(board_pack()) == docx(board_pack())


def test_the_word_document_names_no_person_and_holds_no_comments() -> None:
    made = docx(board_pack(language="cy"))

    properties = Document(io.BytesIO(made)).core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("NVAP", "NVAP", "")
    assert properties.title == "Impact Realisation Plan, Northshire Police"
    assert properties.language == "cy-GB"
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert not [name for name in parts.namelist() if "comment" in name.lower() or "thumbnail" in name]
        body = parts.read("word/document.xml").decode()
    assert "<w:ins " not in body
    assert "<w:del " not in body


def test_the_word_document_holds_the_same_and_can_be_read_out() -> None:
    made = Document(io.BytesIO(docx(board_pack(made_up=True))))

    headings = [each.text for each in made.paragraphs if each.style and each.style.name == "Heading 1"]
    assert headings == [
        "The plan", "O1 Understanding demand", "Measures", "Risks and unintended consequences", "Long-term impacts",
        "Logic model, O1",
    ]  # fmt: skip
    assert all(each.rows[0]._tr.xpath("w:trPr/w:tblHeader") for each in made.tables)
    assert [each._inline.docPr.get("descr") for each in made.inline_shapes] == [
        "Steady at 30.",
        "Logic model of objective O1",
    ]
    for section in made.sections:
        assert section.header.paragraphs[0].text == "OFFICIAL-SENSITIVE · Made-up force: nothing here is real"
        assert section.footer.paragraphs[0].text == section.header.paragraphs[0].text
    assert made.styles["Normal"].element.xpath("w:rPr/w:lang/@w:val") == ["en-GB"]
