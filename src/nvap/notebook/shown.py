"""What is found, shown twice from the same pieces: as tables in a notebook, and as text in a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from nvap.charts.beside import Beside
from nvap.errors import UsageFault

Piece = str | Beside
WIDTH = 80
_MOST_ROWS = 60
_CAPTION = "text-align:left;white-space:nowrap;font-weight:bold;padding:0.6em 0"
_ARGUMENTS = {"from": "start", "to": "end"}


class Shown:
    """Something that a notebook shows as HTML tables and a terminal as text; `pieces` says what, in order."""

    def pieces(self) -> tuple[Piece, ...]:
        """Sentences and tables, in the order of reading."""
        raise NotImplementedError

    def as_text(self) -> str:
        """The same as lines of text, at most 80 characters wide where the tables allow it."""
        return "\n".join(line for piece in self.pieces() for line in _text_lines(piece))

    def _repr_html_(self) -> str:
        return "\n".join(_html(piece) for piece in self.pieces() if piece)

    def __repr__(self) -> str:
        return self.as_text()


def said(text: str) -> str:
    """A sentence that begins with a capital letter and ends with a full stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}" if text else ""


@contextmanager
def in_python() -> Iterator[None]:
    """Have faults name a call's arguments instead of a command's options: `by` for `--by`."""
    try:
        yield
    except UsageFault as fault:
        raise UsageFault(re.sub(r"--([a-z][a-z-]+)", _argument, str(fault))) from None


def _argument(option: re.Match[str]) -> str:
    return _ARGUMENTS.get(option[1], option[1].replace("-", "_"))


def _html(piece: Piece) -> str:
    if isinstance(piece, str):
        return f"<p>{escape(piece)}</p>"
    shown, hidden = piece.rows[:_MOST_ROWS], len(piece.rows) - _MOST_ROWS
    heads = "".join(
        f'<th scope="col" style="{_aligned(is_number)}">{escape(heading)}</th>'
        for heading, is_number in zip(piece.headings, piece.numbers, strict=True)
    )
    rows = "".join(f"<tr>{''.join(_html_cells(row, piece.numbers))}</tr>" for row in shown)
    more = f"<p>{_more(hidden)}</p>" if hidden > 0 else ""
    caption = f'<caption style="{_CAPTION}">{escape(piece.caption)}</caption>'
    return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _html_cells(row: tuple[str, ...], numbers: tuple[bool, ...]) -> Iterator[str]:
    for at, (cell, is_number) in enumerate(zip(row, numbers, strict=True)):
        tag, scope = ("th", ' scope="row"') if at == 0 else ("td", "")
        yield f'<{tag}{scope} style="{_aligned(is_number)}">{escape(cell)}</{tag}>'


def _aligned(is_number: bool) -> str:
    return f"text-align:{'right' if is_number else 'left'};padding:0.2em 0.6em"


def _text_lines(piece: Piece) -> Iterator[str]:
    if isinstance(piece, str):
        yield from textwrap.wrap(piece, WIDTH, break_on_hyphens=False)
        return
    if piece.caption:
        yield from textwrap.wrap(piece.caption, WIDTH)
    cells = [piece.headings, *piece.rows[:_MOST_ROWS]]
    widths = [max(len(row[at]) for row in cells) for at in range(len(piece.headings))]
    for row in cells:
        texts = [
            cell.rjust(wide) if is_number else cell.ljust(wide)
            for cell, wide, is_number in zip(row, widths, piece.numbers, strict=True)
        ]
        yield "  ".join(texts).rstrip()
    if len(piece.rows) > _MOST_ROWS:
        yield _more(len(piece.rows) - _MOST_ROWS)


def _more(hidden: int) -> str:
    return f"{hidden:,} more rows are not shown here; `.table` holds them all."
