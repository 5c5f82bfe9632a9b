"""Drawings as PDF and picture: tagged, titled, in the right language, and with every word of the drawing."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from nvap.charts.logic_model import Box, Edge, LogicModelDrawing, draw
from nvap.documents import drawing
from nvap.documents.drawing import pdf, png
from nvap.errors import UsageFault

CHART = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><desc>Steady.</desc></svg>'


def logic_model(text: str = "Train each role, regularly") -> str:
    boxes = (
        Box("A1a", 0, "A1a", text, "Stated", "/toolkit/A1a", "Training"),
        Box("out1", 1, "A1a.out1", "A register shows who is in date", "Reconstructed"),
    )
    return draw(
        LogicModelDrawing("lm", "Logic model", ("Activities", "Outputs"), boxes, (Edge("A1a", "out1"),)), heading=False
    )


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


def test_a_pdf_is_tagged_titled_and_in_its_language() -> None:
    with opened(pdf(logic_model(), title="Logic model, objective 1", language="cy")) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "cy"
        assert document.docinfo["/Title"] == "Logic model, objective 1"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def test_the_drawing_is_a_figure_with_its_description_and_the_lists_follow_in_words() -> None:
    with opened(pdf(logic_model(), title="Logic model")) as document:
        found = tags(document)

    kinds = [kind for kind, _ in found]
    assert [alt for kind, alt in found if kind == "/Figure"] == [
        "2 boxes in 2 columns: Activities, Outputs. Each box says what it leads to."
    ]
    assert [kinds.count(kind) for kind in ("/H1", "/H2", "/H3", "/LI")] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("shape", "paper", "size"),
    [("200 100", "a3", [1191, 842]), ("100 200", "a3", [842, 1191]), ("200 100", "a4", [842, 595])],
)
def test_a_wide_drawing_lies_and_a_tall_one_stands(shape: str, paper: str, size: list[int]) -> None:
    with opened(pdf(CHART.replace("200 100", shape), title="T", paper=paper)) as document:
        assert [round(float(side)) for side in document.pages[0].MediaBox[2:]] == size


def test_a_drawing_without_lists_is_one_page() -> None:
    with opened(pdf(CHART, title="Chart", subtitle="Force A", marking="Not for release")) as document:
        assert len(document.pages) == 1
        assert ("/Figure", "Steady.") in tags(document)


def test_a_drawing_without_a_description_has_its_title_as_alternative() -> None:
    with opened(pdf(CHART.replace("<desc>Steady.</desc>", ""), title="Chart")) as document:
        assert ("/Figure", "Chart") in tags(document)


def test_a_long_model_fills_more_pages_and_loses_nothing() -> None:
    words = "Every word of this stands in the list. " * 8
    boxes = tuple(Box(f"A{n}", n % 4, f"A{n}", words, "Stated") for n in range(80))
    svg = draw(LogicModelDrawing("lm", "Long", ("A", "B", "C", "D"), boxes, ()), heading=False)

    with opened(pdf(svg, title="Long")) as document:
        assert len(document.pages) > 2
        assert sum(kind == "/LI" for kind, _ in tags(document)) == 80


def test_the_same_drawing_gives_the_same_bytes() -> None:
    assert pdf(logic_model(), title="T") == pdf(logic_model(), title="T")


def test_only_the_products_own_font_is_used_and_it_has_the_welsh_letters() -> None:
    if not any(drawing.FONTS.glob("*.ttf")):
        pytest.skip("the fonts are not built: `make setup` puts them there")

    with opened(pdf(logic_model("Dŵr, tŷ, ŴŶ, a’r – ‘teulu’"), title="Tŷ")) as document:
        fonts = {str(font.get("/BaseFont", "")) for font in document.objects if is_font(font)}

    assert fonts
    assert all("Arimo" in name for name in fonts)


def is_font(found: Any) -> bool:
    return isinstance(found, pikepdf.Dictionary) and found.get("/Type") == "/Font"


def test_without_the_products_font_the_sheet_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(drawing, "FONTS", tmp_path)

    with opened(pdf(logic_model(), title="T")) as document:
        assert document.Root.MarkInfo.Marked

    assert "set in a font of this machine" in caplog.text


def test_characters_that_a_tagged_pdf_refuses_are_left_out() -> None:
    with opened(pdf(logic_model("Done →\ufe0f or →\ufe0e"), title="T")) as document:
        assert document.Root.MarkInfo.Marked


def test_words_are_never_read_as_commands() -> None:
    made = pdf(logic_model('#panic("x") *bold* $x$'), title='#panic("x")', subtitle="#image(1)", marking="*@x*")

    with opened(made) as document:
        assert document.docinfo["/Title"] == '#panic("x")'


def test_a_picture_is_as_wide_as_asked_and_carries_its_title() -> None:
    made = png(logic_model(), title="Model rhesymeg: tŷ", width_px=900)

    assert made.startswith(b"\x89PNG")
    assert struct.unpack(">I", made[16:20]) == (900,)
    assert "Model rhesymeg: tŷ".encode() in made
    chunk = made[33:]
    (length,) = struct.unpack(">I", chunk[:4])
    assert chunk[4:8] == b"iTXt"
    assert struct.unpack(">I", chunk[8 + length : 12 + length]) == (zlib.crc32(chunk[4 : 8 + length]),)


def test_a_picture_takes_the_drawings_own_title_where_none_is_given() -> None:
    assert b"Logic model" in png(logic_model())[:120]
    assert png(CHART, width_px=100)[33:].startswith(b"iTXt") is False


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: pdf(logic_model(), title=" "), "a title is needed"),
        (lambda: pdf(logic_model(), title="T", paper="a5"), "found 'a5', allowed are a3 and a4"),
        (lambda: pdf(logic_model(), title="T", language="fr"), "found 'fr', allowed are en and cy"),
        (lambda: pdf("not a drawing", title="T"), "is not SVG"),
        (lambda: pdf("<p>no</p>", title="T"), "is not SVG"),
        (lambda: pdf('<svg xmlns="http://www.w3.org/2000/svg"/>', title="T"), "no viewBox"),
        (lambda: pdf('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 9"/>', title="T"), "has no size"),
        (lambda: png(logic_model(), title="T", width_px=50), "found 50, allowed are 100 to 10,000"),
    ],
)
def test_what_cannot_be_set_is_refused_in_words(call: Any, says: str) -> None:
    with pytest.raises(UsageFault) as fault:
        call()

    assert says in str(fault.value)
