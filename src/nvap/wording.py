"""English words that a page may say in another language: marked here, so that the catalogues find them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

# Turns an English sentence into the reader's language; the web passes gettext.
Translate: TypeAlias = Callable[[str], str]


def phrase(english: str) -> str:
    """The same words: marks those that stand in a table and are translated where they are used."""
    return english
