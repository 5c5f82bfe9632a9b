"""The evidence of an activity: what each piece is, where it is kept, its date, and who added it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from nvap.plan.document import Document, Thing, Written
from nvap.web.plans.models import EvidenceFile, Plan

_OPENED_BY_BROWSERS = ("https", "http")


@dataclass(frozen=True)
class KeptFile:
    """A file of evidence, without its content."""

    number: int
    name: str
    size: int
    sha256: str

    @property
    def is_destroyed(self) -> bool:
        """Whether its content was destroyed; its hash is left."""
        return self.size == 0

    @property
    def kilobytes(self) -> int:
        """Its size as people say it."""
        return -(-self.size // 1024)


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence; `written` is what was last said about it, `file` what is kept of it here."""

    key: str
    parent: str
    title: str
    link: str
    dated: date | None
    period: str
    file: KeptFile | None
    written: Written | None

    @property
    def is_link(self) -> bool:
        """Whether a browser may follow its address; any other is shown as text."""
        return opens(self.link)


def opens(link: str) -> bool:
    """Whether a browser may follow an address; a path on a file share is shown as text."""
    return urlsplit(link).scheme.casefold() in _OPENED_BY_BROWSERS


def of(
    document: Document,
    parent: str,
    period: str = "",
    *,
    files: Mapping[int, KeptFile] | None = None,
    removed: bool = False,
) -> tuple[Evidence, ...]:
    """The evidence that stands beside a thing (or was removed), of one period where it is named; newest first."""
    found = (_evidence(document, each, files or {}) for each in document.of("evidence", parent, removed=removed))
    wanted = [each for each in found if period in ("", each.period)]
    return tuple(sorted(wanted, key=lambda each: (each.dated or date.min, each.key), reverse=True))


def files_of(plan: Plan, document: Document) -> dict[int, KeptFile]:
    """The files that a plan's evidence names, by number; one question, and none where there are no files."""
    named = set(filter(None, (number_of(document, each.key) for each in _all(document))))
    rows = EvidenceFile.objects.filter(plan=plan, pk__in=named).values_list("pk", "name", "size", "sha256")
    return {row[0]: KeptFile(*row) for row in rows}


def number_of(document: Document, key: str) -> int:
    """The number of the file behind a piece of evidence; 0 where there is none."""
    given = document.text(key, "file")
    return int(given) if given.isdecimal() and len(given) <= 18 else 0


def _all(document: Document) -> Iterable[Thing]:
    return (each for each in document.things.values() if each.kind == "evidence")


def _evidence(document: Document, thing: Thing, files: Mapping[int, KeptFile]) -> Evidence:
    return Evidence(
        key=thing.key,
        parent=thing.parent,
        title=document.text(thing.key, "title"),
        link=document.text(thing.key, "link"),
        dated=document.day(thing.key, "dated"),
        period=document.text(thing.key, "period"),
        file=files.get(number_of(document, thing.key)),
        written=document.last_of(thing.key),
    )
