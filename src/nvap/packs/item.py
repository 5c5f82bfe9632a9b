"""What every piece of a toolkit has in common, and the ways in which a kind declares its fields.

A field says how a pack's YAML gives it (`reads`) and, for ids of other items, what the link is called in both
directions. The reader, the checker, the comparison and `nvap pack show` all work from these declarations, so that a
kind of item (`items`) is described once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

PARTS = {
    "guidance": "guidance notes",
    "impact-statement": "part 1, impact statement",
    "logic-model": "part 2, logic model",
    "supporting-information": "part 3, supporting information",
    "references": "references",
    "plan": "part 4, impact realisation plan",
    "ours": "not in the toolkit",
}
STATUSES = {
    "stated": "Stated in the toolkit",
    "reconstructed": "Reconstructed",
    "beside": "Stands beside the toolkit's text",
}
SIDES = ("organisational", "external")
TITLE_LENGTH = 60
_HOLDS_IDS = ("links", "link", "given")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


class ItemFault(ValueError):
    """An item cannot exist as given; `problems` holds every (key, message)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(message for _, message in problems))


@dataclass(frozen=True)
class Source:
    """Where the toolkit says it: the part, and the place within it in words."""

    part: str
    place: str
    page: str = ""

    def __post_init__(self) -> None:
        """Refuse a part the toolkit does not have, or a place left empty."""
        problems = []
        if self.part not in PARTS:
            problems.append(("part", f"`part` is `{self.part}`; allowed: {', '.join(PARTS)}"))
        if not self.place:
            problems.append(("place", "`place` is missing"))
        if problems:
            raise ItemFault(problems)

    @property
    def in_words(self) -> str:
        """For a reader: `Toolkit, part 2, logic model: Objective 1, activities, row 2`."""
        start = f"Toolkit, {PARTS[self.part]}" if self.part != "ours" else "Not in the toolkit"
        return f"{start}: {self.place}" + (f" (page {self.page})" if self.page else "")


BESIDE = Source("ours", "added to the pack")


@dataclass(frozen=True)
class PeelCodes:
    """Codes of one edition of the PEEL assessment framework. The codes mean nothing without their edition."""

    edition: str
    codes: tuple[str, ...]


def words(*, required: bool = False, key: str = "") -> Any:
    """A field that holds words a person reads: compared as wording, searched, translated by overlays."""
    return field(default="", metadata={"reads": "text", "required": required, "words": True, "key": key})


def fact(*, required: bool = False, key: str = "") -> Any:
    """A field that holds a short fact as text (a year in words, an address)."""
    return field(default="", metadata={"reads": "text", "required": required, "key": key})


def number() -> Any:
    """A whole number, or None where the pack does not say."""
    return field(default=None, metadata={"reads": "number"})


def choice(*allowed: str, key: str = "", default: str | None = None) -> Any:
    """One of the allowed words."""
    return field(default=default or "", metadata={"reads": "choice", "allowed": allowed, "key": key, "start": default})


def choices(*allowed: str) -> Any:
    """Some of the allowed words."""
    return field(default=(), metadata={"reads": "choices", "allowed": allowed})


def links(*to: str, ahead: str, back: str, reads: str = "links", key: str = "") -> Any:
    """Ids of items of the kinds `to` (`*`: any); `ahead` and `back` name the link read from either end.

    `reads` is `links` for a list, `link` for one id, `given` where nesting says it; the field is a tuple all the same.
    """
    return field(default=(), metadata={"reads": reads, "to": to, "ahead": ahead, "back": back, "key": key})


def mirror(*to: str, reads: str = "links") -> Any:
    """Ids that repeat a link from its other end (`mirrors.MIRRORS` pairs them); filled in when left out."""
    return field(default=(), metadata={"reads": reads, "to": to})


def peel_codes() -> Any:
    """PEEL codes with their edition, or None."""
    return field(default=None, metadata={"reads": "peel"})


@dataclass(frozen=True, kw_only=True)
class Item:
    """One piece of a toolkit, with a permanent id, our own plain words, its source and its status."""

    kind: ClassVar[str] = "item"
    plural: ClassVar[str] = "items"
    text_from: ClassVar[tuple[str, ...]] = ()  # the fields that stand in where `text` is left out
    needs_source: ClassVar[bool] = True  # false: source and status may be left out, the item stands beside the toolkit
    names_objective: ClassVar[bool] = False  # says its objective under a key, rather than by standing in its file

    id: str
    objective: str = ""  # the objective's id, for what belongs to one
    title: str = words()
    text: str = words()
    source: Source = BESIDE
    status: str = "beside"
    note: str = words()
    references: tuple[str, ...] = links("reference", ahead="Cites", back="Cited by")
    declared_at: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        """Raise ItemFault with every problem: an item that exists is a valid one."""
        problems = list(self.problems())
        if problems:
            raise ItemFault(problems)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Each reason why this item may not exist, with the key to mend."""
        if not _ID.fullmatch(self.id):
            yield "id", f"id `{self.id}` may hold letters, digits, dots and hyphens only"
        if not self.text:
            yield "text", "`text` is missing"
        if len(self.title) > TITLE_LENGTH and not self.text_from:
            yield "title", f"`title` has {len(self.title)} characters; drawings hold {TITLE_LENGTH}"
        if self.status not in STATUSES:
            yield "status", f"`status` is `{self.status}`; allowed: stated, reconstructed"
        if self.status == "reconstructed" and not self.note:
            yield "status", f"`{self.id}` is reconstructed and needs a `note` that says how it was arrived at"

    @property
    def label(self) -> str:
        """The short name: the title where there is one, else the text."""
        return self.title or self.text

    @property
    def status_in_words(self) -> str:
        """For a reader: `Stated in the toolkit`, or `Reconstructed: why and how`."""
        said = STATUSES[self.status]
        return f"{said}: {self.note}" if self.status == "reconstructed" else said


def wording(cls: type[Item]) -> tuple[str, ...]:
    """The fields of a kind that hold words a person reads."""
    if cls not in _WORDING:
        _WORDING[cls] = tuple(each.name for each in fields(cls) if each.metadata.get("words"))
    return _WORDING[cls]


def link_fields(cls: type[Item]) -> Mapping[str, Mapping[str, Any]]:
    """The fields of a kind that hold ids, each with how it is declared; a mirror has no `ahead`."""
    if cls not in _LINK_FIELDS:
        declared = {each.name: each.metadata for each in fields(cls)}
        _LINK_FIELDS[cls] = {name: how for name, how in declared.items() if how.get("reads") in _HOLDS_IDS}
    return _LINK_FIELDS[cls]


_WORDING: dict[type[Item], tuple[str, ...]] = {}
_LINK_FIELDS: dict[type[Item], Mapping[str, Mapping[str, Any]]] = {}
