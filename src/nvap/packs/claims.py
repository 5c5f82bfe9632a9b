"""What a measure's file says of the rest of the pack, also where the file has faults.

A measure with a fault in one field cannot be computed, but its links can be checked, and links to it hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from nvap.declarations import Faults, read
from nvap.packs.item import PeelCodes

if TYPE_CHECKING:
    from nvap.packs.measure import Measure

_ID_LINE = re.compile(r"^id *: *[\"']?([A-Za-z0-9][A-Za-z0-9.-]*)", re.MULTILINE)


@dataclass(frozen=True)
class Claims:
    """A measure's id and the ids it names; `questions` is None where the file does not say them readably."""

    id: str
    file: Path
    objective: str = ""
    activities: tuple[str, ...] = ()
    questions: tuple[str, ...] | None = None
    read_alongside: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    peel: PeelCodes | None = None
    is_read: bool = True

    def line_of(self, key: str, word: str = "") -> int:
        """The line of the file where `key` stands, or the first after it that holds `word`."""
        lines = self.file.read_text(encoding="utf-8").splitlines()
        start = next((number for number, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)
        holding = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w-])")
        return next((number for number, line in enumerate(lines[start - 1 :], start) if holding.search(line)), start)


def claims_of(measure: Measure, file: Path) -> Claims:
    """What a measure without faults names."""
    return Claims(
        id=measure.id,
        file=file,
        objective=measure.objective,
        activities=measure.activities,
        questions=measure.questions,
        read_alongside=tuple(each.measure for each in measure.read_alongside),
        references=tuple(each.reference for each in measure.benchmarks if each.reference),
        peel=measure.peel,
    )


def claims_despite_faults(file: Path) -> Claims:
    """What a file whose faults are noted already still names; of one that is no YAML only its id, or its name."""
    node = read(file, Faults())
    name = file.stem.partition("-")[0]
    if node is None:
        found = _ID_LINE.search(file.read_bytes().decode("utf-8", errors="replace")) if file.is_file() else None
        return Claims(found.group(1) if found else name, file, is_read=False)
    content = node.content
    return Claims(
        id=_text(content.get("id")) or name,
        file=file,
        objective=_text(content.get("objective")),
        activities=_texts(content.get("activities")) or (),
        questions=_texts(content.get("questions")),
        read_alongside=tuple(_each(content.get("read_alongside"), "measure")),
        references=tuple(_each(content.get("benchmarks"), "reference")),
        peel=_peel(content.get("peel")),
    )


def _text(found: Any) -> str:
    return "" if found is None or isinstance(found, CommentedMap | CommentedSeq) else str(found).strip()


def _texts(found: Any) -> tuple[str, ...] | None:
    """A list's texts; one text alone counts as a list of one."""
    if isinstance(found, CommentedSeq):
        return tuple(said for each in found if (said := _text(each)))
    return (_text(found),) if _text(found) else None


def _each(found: Any, key: str) -> Iterator[str]:
    """What stands under a key in each mapping of a list."""
    for each in found if isinstance(found, CommentedSeq) else ():
        said = _text(each.get(key)) if isinstance(each, CommentedMap) else ""
        if said:
            yield said


def _peel(found: Any) -> PeelCodes | None:
    if not isinstance(found, CommentedMap) or not _text(found.get("edition")):
        return None
    return PeelCodes(_text(found["edition"]), _texts(found.get("codes")) or ())
