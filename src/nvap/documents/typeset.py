"""Setting a document with Typst: A4, PDF/UA-1, in the product's own font, whatever letters people typed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

import typst

from nvap.documents.drawing import FONTS
from nvap.wording import phrase

MARKINGS: Final = ("OFFICIAL", "OFFICIAL-SENSITIVE")
MADE_UP: Final = phrase("Made-up force: nothing here is real")
STAND_IN: Final = "[?]"
# What neither a PDF that is read out nor Word's format can hold: control characters, surrogates, private letters.
_UNFIT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufe0e\ufe0f\ufffe\uffff]")


def fit(text: str) -> str:
    """A text without what neither format can hold."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def typeset(source: Path, name: str, told: dict[str, Any]) -> bytes:
    """The PDF that a Typst file makes of what it is told under a name. The same in, the same bytes out.

    A letter that no font has is refused in a PDF that must be read out: then a mark stands in its place.
    """
    try:
        return _compiled(source.read_bytes(), name, told)
    except typst.TypstError:
        return _compiled(source.read_bytes(), name, _only_known_letters(told))


def _only_known_letters(found: Any) -> Any:
    if isinstance(found, str):
        return "".join(letter if _is_known(letter) else STAND_IN for letter in found)
    if isinstance(found, list):
        return [_only_known_letters(each) for each in found]
    if isinstance(found, dict):
        return {name: _only_known_letters(each) for name, each in found.items()}
    return found


def _is_known(letter: str) -> bool:
    """Whether the product's font surely has a letter: Latin with its accents, Greek, Cyrillic, plain punctuation."""
    return letter in "\n\t€™…•“”‘’‚„–—‑†‡‰‹›←→↑↓−≤≥≠≈●■▲▼◆○□" or 0x20 <= ord(letter) < 0x250 or letter in "ẀẁẂẃẄẅỲỳ"


def _compiled(source: bytes, name: str, told: dict[str, Any]) -> bytes:
    own_font = any(FONTS.glob("*.ttf"))
    # Typst's own types ask for one kind of path throughout; what it takes is wider.
    how: dict[str, Any] = {
        "sys_inputs": {name: json.dumps(told)},
        "font_paths": [str(FONTS)] if own_font else [],
        "ignore_system_fonts": own_font,
        "format": "pdf",
        "pdf_standards": ["ua-1"],
    }
    with TemporaryDirectory() as root:
        return cast("bytes", typst.compile(source, root=root, **how))
