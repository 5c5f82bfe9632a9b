"""Texts no wider than the window in which they are read."""

from __future__ import annotations

import shutil
import sys
import textwrap

_NARROWEST, _WIDEST = 40, 80


def width() -> int:
    """How many characters a line of text may have here; longer lines than 80 are hard to read."""
    return max(_NARROWEST, min(shutil.get_terminal_size().columns, _WIDEST))


def print_wrapped(text: str, indent: str = "") -> None:
    """Print each line of a text, broken where the window ends and hung under its beginning."""
    for line in text.splitlines():
        print(_wrapped(line, indent))


def print_fault(text: str) -> None:
    """Print what went wrong on stderr: broken where the window ends for a reader, line by line for a program."""
    read = sys.stderr.isatty()
    print("\n".join(_wrapped(line) for line in text.splitlines()) if read else text, file=sys.stderr)


def _wrapped(line: str, indent: str = "") -> str:
    """A line that keeps names, paths and ids whole, also those with a hyphen."""
    return textwrap.fill(
        line,
        width(),
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
        break_long_words=False,
    )
