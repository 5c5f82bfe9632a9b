"""The editions of HMICFRS's PEEL assessment framework, and whether a code of one stands for a code of another.

A code means nothing without its edition: `1.1.2` of 2021/22 is not `1.1.2` of a later one. Each edition is a file. A
later edition's file may map codes of an earlier one, but only in the name of the person who confirmed it; every other
code is "not mapped", and the product says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nvap.declarations import Faults, Node, read
from nvap.errors import nearest


@dataclass(frozen=True)
class PeelHeading:
    """A heading of the framework: its code and its title in our words."""

    code: str
    title: str


@dataclass(frozen=True)
class PeelLine:
    """A numbered line under a heading."""

    code: str
    heading: str
    title: str


@dataclass(frozen=True)
class PeelReference:
    """A code with its edition and short title, as shown to a reader."""

    edition: str
    code: str
    title: str

    @property
    def in_words(self) -> str:
        """`PEEL 2021/22, 1.1.2: short title`."""
        return f"PEEL {self.edition}, {self.code}: {self.title}"


@dataclass(frozen=True)
class Mapped:
    """One earlier code that a named person has confirmed to stand for a code of this edition."""

    toolkit_edition: str
    toolkit_code: str
    code: str
    confirmed_by: str
    confirmed_on: str
    declared_at: tuple[str, int] = field(default=("", 0), compare=False, repr=False)


@dataclass(frozen=True)
class PeelEdition:
    """One edition of the framework, as far as it is known."""

    edition: str
    title: str
    published: str
    revised: str
    note: str
    url: str
    headings: tuple[PeelHeading, ...]
    references: tuple[PeelLine, ...]
    questions: tuple[str, ...]  # titles of its questions, where its lines carry no numbers
    mapping: tuple[Mapped, ...]

    def reference(self, code: str) -> PeelReference | None:
        """The line or heading with this code, or None."""
        titles = {each.code: each.title for each in self.headings} | {each.code: each.title for each in self.references}
        return PeelReference(self.edition, code, titles[code]) if code in titles else None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its lines, then of its headings."""
        return (*(each.code for each in self.references), *(each.code for each in self.headings))

    def mapping_of(self, reference: PeelReference) -> Mapped | None:
        """The confirmed mapping of an earlier edition's code to this one, or None while it is not mapped."""
        for each in self.mapping:
            if (each.toolkit_edition, each.toolkit_code) == (reference.edition, reference.code):
                return each
        return None

    def mapping_in_words(self, reference: PeelReference) -> str:
        """`not mapped`, or the code, who confirmed it and when."""
        if reference.edition == self.edition:
            return reference.code
        found = self.mapping_of(reference)
        if found is None:
            return "not mapped"
        return f"{found.code}, confirmed by {found.confirmed_by} on {found.confirmed_on}"


def read_editions(
    folders: Iterable[Path], faults: Faults, *, unread: list[Path] | None = None
) -> Mapping[str, PeelEdition]:
    """Every edition found in the folders' `peel/`, by name, oldest first; the first folder to name one wins.

    A file that could not be read is noted in `faults`, and added to `unread`.
    """
    found: dict[str, PeelEdition] = {}
    for folder in folders:
        for file in sorted((folder / "peel").glob("*.yaml")):
            node = read(file, faults)
            if node is not None:
                edition = _read_edition(node)
                found.setdefault(edition.edition, edition)
            elif unread is not None:
                unread.append(file)
    for each in found.values():
        _check_mapping(each, found, faults)
    return dict(sorted(found.items()))


def _read_edition(node: Node) -> PeelEdition:
    headings = [_heading(each) for each in node.nodes("headings")]
    lines = [_line(each) for each in node.nodes("references")]
    known = [each.code for each in headings]
    for entry, line in zip(node.nodes("references"), lines, strict=True):
        if line.heading and line.heading not in known:
            message = f"heading `{line.heading}` of `{line.code}` is not among the headings"
            entry.fault(f"{message}.{nearest(line.heading, known)}", "heading")
    codes = [*known, *(line.code for line in lines)]
    for code in dict.fromkeys(each for each in codes if codes.count(each) > 1):
        node.fault(f"code `{code}` stands twice in edition `{node.optional_text('edition')}`", "references")
    edition = PeelEdition(
        edition=node.text("edition"),
        title=node.text("title"),
        published=node.optional_text("published") or "",
        revised=node.optional_text("revised") or "",
        note=node.optional_text("note") or "",
        url=node.optional_text("url") or "",
        headings=tuple(headings),
        references=tuple(lines),
        questions=node.texts("questions"),
        mapping=tuple(_mapped(each) for each in node.nodes("mapping")),
    )
    node.done()
    return edition


def _heading(node: Node) -> PeelHeading:
    made = PeelHeading(node.text("code"), node.text("title"))
    node.done()
    return made


def _line(node: Node) -> PeelLine:
    made = PeelLine(node.text("code"), node.text("heading"), node.text("title"))
    node.done()
    return made


def _mapped(node: Node) -> Mapped:
    made = Mapped(
        toolkit_edition=node.text("toolkit_edition"),
        toolkit_code=node.text("toolkit_code"),
        code=node.text("code"),
        confirmed_by=node.text("confirmed_by"),
        confirmed_on=node.text("confirmed_on"),
        declared_at=(str(node.file), node.line),
    )
    try:
        datetime.date.fromisoformat(made.confirmed_on or "2000-01-01")
    except ValueError:
        node.fault(f"`confirmed_on` is `{made.confirmed_on}`; write a date as 2026-11-23", "confirmed_on")
    node.done()
    return made


def _check_mapping(edition: PeelEdition, editions: Mapping[str, PeelEdition], faults: Faults) -> None:
    """A mapping goes from a known code of another edition to a known code of this one."""
    for each in edition.mapping:
        start = editions.get(each.toolkit_edition)
        file, line = each.declared_at
        if start is None:
            close = nearest(each.toolkit_edition, editions)
            faults.add(file, line, f"mapping names unknown edition `{each.toolkit_edition}`.{close}")
        elif each.toolkit_code not in start.codes:
            close = nearest(each.toolkit_code, start.codes)
            faults.add(file, line, f"mapping names `{each.toolkit_code}`, unknown to {start.edition}.{close}")
        if edition.codes and each.code not in edition.codes:
            faults.add(file, line, f"mapping leads to `{each.code}`, unknown here.{nearest(each.code, edition.codes)}")
