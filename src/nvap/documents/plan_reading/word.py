"""A Word document as rows: each paragraph a row with one cell, each row of a table a row with its cells.

The text is gathered from the document's own elements, since python-docx leaves out what stands in content controls and
in accepted or suggested changes. What was deleted is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_CONTROL, _INSIDE = qn("w:sdt"), qn("w:sdtContent")
_WORDS, _TAB, _BREAK, _DELETED = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:del")
# Word writes a text box twice, the second time for old readers.
_TWICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MOST_COLUMNS = 26

Row = list[tuple[int, str]]


def rows_of(path: str) -> Iterator[Row]:
    """Every row with something in it, in the document's order: (column, text) of each cell, columns from 1."""
    body: Any = Document(path).element.body
    for element in _blocks(body):
        if element.tag == _PARAGRAPH:
            text = _text(element)
            if text:
                yield [(1, text)]
        else:
            yield from filter(None, map(_cells, _inside(element, _ROW)))


def _blocks(parent: Any) -> Iterator[Any]:
    for child in parent.iterchildren():
        if child.tag in (_PARAGRAPH, _TABLE):
            yield child
        elif child.tag == _CONTROL:
            for content in child.iterchildren(_INSIDE):
                yield from _blocks(content)


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    for child in parent.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag in (_CONTROL, _INSIDE):
            yield from _inside(child, tag)


def _cells(row: Any) -> Row:
    found, column = [], 1
    for cell in _inside(row, _CELL):
        text = "\n".join(filter(None, (_text(each) for each in cell.iter(_PARAGRAPH))))
        if text:
            found.append((min(column, _MOST_COLUMNS), text))
        column += _span(cell)
    return found


def _span(cell: Any) -> int:
    held = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    told = held.get(qn("w:val"), "1") if held is not None else "1"
    return min(int(told), _MOST_COLUMNS) if told.isascii() and told.isdigit() else 1


def _text(paragraph: Any) -> str:
    return "".join(_pieces(paragraph)).strip()


def _pieces(element: Any) -> Iterator[str]:
    for child in element.iterchildren():
        if child.tag == _WORDS:
            yield child.text or ""
        elif child.tag == _TAB:
            yield "\t"
        elif child.tag == _BREAK:
            yield "\n"
        elif child.tag not in (_DELETED, _TWICE):
            yield from _pieces(child)
