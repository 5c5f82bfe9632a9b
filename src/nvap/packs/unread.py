"""A file of a pack that could not be read, or only in part: which ids stand in it all the same.

A link into such a file is not called wrong, and nothing that such a file may name is said to stand alone. Every other
link of the pack is checked, so that one slip in a file does not hide the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from nvap.packs.files import kinds_in
from nvap.packs.item import Item, link_fields

_ID_LINE = re.compile(r"(?:^|[\s{,])(?:id|number) *: *[\"']?([A-Za-z0-9][A-Za-z0-9.-]*)", re.MULTILINE)


@dataclass(frozen=True)
class Unread:
    """One such file: its text as it stands, and the ids of what was not read in it."""

    file: Path
    text: str
    ids: frozenset[str]
    classes: tuple[type[Item], ...]

    def may_hold(self, item_id: str, kinds: tuple[str, ...]) -> bool:
        """Whether an id may stand in this file: it is seen there, or nothing is and the file is for such kinds."""
        of_such_kinds = "*" in kinds or any(each.kind in kinds for each in self.classes)
        return item_id in self.ids or (not self.ids and of_such_kinds)

    def may_name(self, item_id: str, kind: str) -> bool:
        """Whether this file may hold a link to an item: its id is seen there, or no id is at all."""
        if self.ids:
            return re.search(rf"(?<![\w.-]){re.escape(item_id)}(?![\w-]|\.\w)", self.text) is not None
        ends = {end for cls in self.classes for how in link_fields(cls).values() for end in how["to"]}
        return bool(ends & {kind, "*"})


def unread_file(folder: Path, file: Path) -> Unread:
    """A file that could not be read at all; its ids are what its text seems to say."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    place = file.relative_to(folder).as_posix()
    return Unread(file, text, frozenset(_ID_LINE.findall(text)), kinds_in(place))


def partly_unread(folder: Path, file: Path, content: CommentedMap, read: frozenset[str]) -> Unread | None:
    """A file in which entries stand that nothing read, as under a misspelt key; None where every entry was."""
    lost = frozenset(_ids_within(content)) - read
    if not lost:
        return None
    place = file.relative_to(folder).as_posix()
    return Unread(file, file.read_text(encoding="utf-8"), lost, kinds_in(place))


def _ids_within(content: Any) -> Iterator[str]:
    """Every id of an entry, however deep it stands."""
    waiting, seen = [content], set[int]()
    while waiting:
        here = waiting.pop()
        if id(here) in seen:  # an alias
            continue
        seen.add(id(here))
        if isinstance(here, CommentedMap):
            if isinstance(here.get("id"), str):
                yield here["id"].strip()
            waiting.extend(here.values())
        elif isinstance(here, CommentedSeq):
            waiting.extend(here)
