"""The mental-health problem profile as a document: what it holds, who may read it, and the PDF of it (A4, PDF/UA-1)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

from nvap.charts.beside import InWords
from nvap.charts.scale import Language
from nvap.disclosure.table import Table
from nvap.documents.board_pack import Said
from nvap.documents.typeset import MADE_UP, MARKINGS, fit, typeset
from nvap.errors import Refused, UsageFault, nearest
from nvap.wording import Translate, phrase

Audience = Literal["inside", "partners"]
AUDIENCES: Final[tuple[Audience, ...]] = ("inside", "partners")
NOT_FOR_RELEASE: Final = phrase("Not for release")
HIDES: Final = phrase(
    "Made to be shared: counts of 1 to 9, and what would give them away, are shown as [c] or put together with others;"
    " so is every percentage of fewer than 50."
)
WORDS: Final = {
    "contents": phrase("Contents"),
    "in_short": phrase("In short"),
    "page": phrase("Page"),
    "of": phrase("of"),
    "not_said": phrase("What could not be said"),
}


@dataclass(frozen=True)
class Grid(InWords):
    """A table in words: its title, headings, which columns hold numbers, rows, and what must be read with it."""

    id: str
    title: str
    headings: tuple[str, ...]
    numbers: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.headings)]
        if wrong or len(self.numbers) != len(self.headings):
            raise UsageFault(f"profile, table {self.title}: its rows do not fit its headings.")


@dataclass(frozen=True)
class Drawing:
    """A picture, wide and narrow (SVG), with the words for those who cannot see it."""

    id: str
    svg: str
    narrow: str
    alt: str

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise UsageFault(f"profile, picture {self.id}: a picture without words cannot be read out.")


@dataclass(frozen=True)
class Section:
    """One section: what it says, what shows it, and what must be read with it. `why` says why it holds no number."""

    id: str
    title: str
    said: tuple[str, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    grids: tuple[Grid, ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class ProfileDocument:
    """The whole document. `figures` and `facts` stand on the first page; `tables` are the numbers for a spreadsheet.

    Raises Refused for a table that has not gone through nvap.disclosure.sharing where partners are to read it.
    """

    title: str
    force: str
    days: str
    audience: Audience
    marking: str
    figures: tuple[Said, ...]
    in_short: tuple[str, ...]
    facts: tuple[Said, ...]
    sections: tuple[Section, ...]
    not_said: tuple[str, ...]
    tables: tuple[tuple[str, Table], ...] = ()
    made_up: bool = False
    language: Language = "en"

    def __post_init__(self) -> None:
        if self.marking not in MARKINGS:
            raise UsageFault(f"profile: marking: found {self.marking!r}, allowed are {' and '.join(MARKINGS)}.")
        if self.audience not in AUDIENCES:
            raise UsageFault(f"--for is {' or '.join(AUDIENCES)}; found `{self.audience}`.")
        unshared = [name for name, table in self.tables if table.profile != "shared"]
        if self.audience == "partners" and unshared:
            raise Refused(f"profile, {unshared[0]}: only a shared table may stand in a document for partners.")

    def section(self, id_: str) -> Section:
        """A section by its id."""
        return next(each for each in self.sections if each.id == id_)

    def marks(self, translate: Translate = str) -> str:
        """What stands at the top and the bottom of every page."""
        told = [self.marking]
        if self.audience == "inside":
            told.append(translate(NOT_FOR_RELEASE))
        if self.made_up:
            told.append(translate(MADE_UP))
        return " · ".join(told)


def read_audience(text: str) -> Audience:
    """Whom it is for, by name. Raises UsageFault."""
    for each in AUDIENCES:
        if each == text.strip().lower():
            return each
    raise UsageFault(f"--for is {' or '.join(AUDIENCES)}; found `{text}`.{nearest(text, AUDIENCES)}")


def pdf(document: ProfileDocument, translate: Translate = str) -> bytes:
    """The profile on A4 sheets, tagged, with contents, marked at the top and bottom of each. Same in, same out."""
    told = as_json(document) | {"words": {name: translate(words) for name, words in WORDS.items()}}
    told |= {"marks": document.marks(translate)}
    return typeset(Path(__file__).with_suffix(".typ"), "profile", told)


def as_json(document: ProfileDocument) -> dict[str, Any]:
    """The document as what JSON holds, without the tables for spreadsheets; every text fit to be set."""
    held = dataclasses.replace(document, tables=())
    return cast("dict[str, Any]", _fit(dataclasses.asdict(held)))


def from_json(told: Mapping[str, Any]) -> ProfileDocument:
    """The document that `as_json` told, without its tables for spreadsheets."""
    sections = tuple(
        Section(
            **{
                **each,
                "said": tuple(each["said"]),
                "notes": tuple(each["notes"]),
                "drawings": tuple(Drawing(**one) for one in each["drawings"]),
                "grids": tuple(_grid(one) for one in each["grids"]),
            }
        )
        for each in told["sections"]
    )
    plain: dict[str, Any] = {name: tuple(told[name]) for name in ("in_short", "not_said")}
    plain |= {name: tuple(Said(**each) for each in told[name]) for name in ("figures", "facts")}
    return ProfileDocument(**{**told, **plain, "sections": sections, "tables": ()})


def _grid(told: Mapping[str, Any]) -> Grid:
    plain = {name: tuple(told[name]) for name in ("headings", "numbers", "notes")}
    return Grid(**{**told, **plain, "rows": tuple(tuple(row) for row in told["rows"])})


def _fit(found: Any) -> Any:
    if isinstance(found, str):
        return fit(found)
    if isinstance(found, list | tuple):
        return [_fit(each) for each in found]
    if isinstance(found, dict):
        return {name: _fit(each) for name, each in found.items()}
    return found
