"""Texts no wider than the window in which they are read."""

from __future__ import annotations

import shutil
import textwrap

_NARROWEST, _WIDEST = 40, 80


def width() -> int:
    """How many characters a line of text may have here; longer lines than 80 are hard to read."""
    return max(_NARROWEST, min(shutil.get_terminal_size().columns, _WIDEST))


def print_wrapped(text: str, indent: str = "") -> None:
    """Print each line of a text, broken where the window ends and hung under its beginning."""
    for line in text.splitlines():
        print(textwrap.fill(line, width(), initial_indent=indent, subsequent_indent=f"{indent}  "))
