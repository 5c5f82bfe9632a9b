"""One entry of a pack's YAML, read by what its kind declares in `items`: nothing here knows a kind by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from nvap.declarations import Faults, Node
from nvap.errors import nearest
from nvap.packs.item import BESIDE, PARTS, Item, ItemFault, PeelCodes, Source


@dataclass
class Entry:
    """What one entry said, before anyone knows whether it makes a valid item."""

    cls: type[Item]
    id: str
    file: Path | str
    line: int
    values: dict[str, Any]
    lines: dict[tuple[str, int], int] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)

    def line_of(self, name: str, position: int = 0) -> int:
        """The line on which a field, or the id at a position of its list, stands."""
        return self.lines.get((name, position)) or self.lines.get((name, 0)) or self.line

    def fault(self, faults: Faults, message: str, name: str = "", position: int = 0) -> None:
        """Note a fault at a field of this entry, or at the entry."""
        faults.add(self.file, self.line_of(name, position), message)


def read_entry(node: Node, cls: type[Item], *, id_key: str = "id", finish: bool = True, **given: Any) -> Entry:
    """Read one entry as the kind `cls`; `given` holds what its place in the file says (its objective).

    `finish` false leaves it to the caller to report unknown keys, after reading what else the mapping holds.
    """
    entry = Entry(cls, node.text(id_key), node.file, node.line_of(id_key), {"objective": "", **given})
    for each in fields(cls):
        how = each.metadata
        if how.get("reads") in _READERS:
            key, before = how.get("key") or each.name, len(node.faults.found)
            entry.values[each.name] = _READERS[how["reads"]](node, key, how)
            if len(node.faults.found) > before:
                entry.faulty.add(each.name)
            entry.lines[each.name, 0] = node.line_of(key)
            if not node.has(key):
                entry.absent.add(each.name)
            elif how["reads"] == "links":
                _note_lines(entry, node, key, each.name)
    _stand_in(entry, node)
    if cls.names_objective:
        entry.values["objective"] = node.optional_text("objective") or ""
        entry.lines["objective", 0] = node.line_of("objective")
    if cls.needs_source or node.has("source") or node.has("status"):
        _read_source(entry, node)
    if finish:
        node.done()
    return entry


def build(entry: Entry, faults: Faults, shown: str) -> Item | None:
    """The item an entry makes, or None with its problems noted; `shown` says where it was declared."""
    if not entry.id or entry.values.get("source", BESIDE) is None:
        return None
    try:
        return entry.cls(id=entry.id, declared_at=shown, **entry.values)
    except ItemFault as fault:
        for key, message in fault.problems:
            if not (key in ("text", "status") and message.endswith("is missing")):
                entry.fault(faults, message, key)
        return None


def _stand_in(entry: Entry, node: Node) -> None:
    """Take the text from the field that says it all, where the kind allows that."""
    if entry.values["text"]:
        return
    for name in entry.cls.text_from:
        if entry.values.get(name):
            entry.values["text"] = entry.values[name]
            return
    wanted = entry.cls.text_from[-1] if entry.cls.text_from else "text"
    if not node.has("text") and wanted in ("text", "title"):
        node.fault(f"`{entry.id or entry.cls.kind}` has no `{wanted}`")


def _read_source(entry: Entry, node: Node) -> None:
    entry.lines["status", 0] = node.line_of("status")
    if node.has("status"):
        entry.values["status"] = node.choice("status", ("stated", "reconstructed"))
    else:
        node.value("status")
        node.fault(f"`{entry.id or entry.cls.kind}` has no `status`; allowed: stated, reconstructed")
        entry.values["status"] = "stated"
    entry.values["source"] = None
    source = node.node("source")
    if source is None:
        if not node.has("source"):
            node.fault(f"`{entry.id or entry.cls.kind}` has no `source`; give its part and place in the toolkit")
        return
    found = len(node.faults.found)
    part, place, page = source.choice("part", PARTS), source.text("place"), source.optional_text("page") or ""
    source.done()
    if len(node.faults.found) == found:
        entry.values["source"] = Source(part, place, page)
        if part == "ours" and entry.values["status"] == "stated":
            node.fault(f"`{entry.id}` is not in the toolkit, so its `status` is `reconstructed`", "status")
    else:
        entry.values["source"] = BESIDE


def _note_lines(entry: Entry, node: Node, key: str, name: str) -> None:
    listed = node.content.get(key)
    for position in range(len(entry.values[name])):
        entry.lines[name, position] = int(listed.lc.item(position)[0]) + 1


def _text(node: Node, key: str, how: Mapping[str, Any]) -> str:
    return (node.text(key) if how.get("required") else node.optional_text(key)) or ""


def _number(node: Node, key: str, _: Mapping[str, Any]) -> int | None:
    found = node.number(key)
    if found is not None and not isinstance(found, int):
        node.fault(f"`{key}` must be a whole number", key)
        return None
    return found


def _choice(node: Node, key: str, how: Mapping[str, Any]) -> str:
    return node.choice(key, how["allowed"], how.get("start"))


def _choices(node: Node, key: str, how: Mapping[str, Any]) -> tuple[str, ...]:
    found = node.texts(key)
    for each in found:
        if each not in how["allowed"]:
            allowed = ", ".join(how["allowed"])
            node.fault(f"`{key}` holds `{each}`; allowed: {allowed}.{nearest(each, how['allowed'])}", key)
    return found


def _links(node: Node, key: str, _: Mapping[str, Any]) -> tuple[str, ...]:
    found = node.texts(key)
    for each in dict.fromkeys(each for each in found if found.count(each) > 1):
        node.fault(f"`{key}` names `{each}` twice", key)
    return found


def _link(node: Node, key: str, _: Mapping[str, Any]) -> tuple[str, ...]:
    found = node.optional_text(key)
    return (found,) if found else ()


def _peel(node: Node, key: str, _: Mapping[str, Any]) -> PeelCodes | None:
    """`{edition, code}` or `{edition, codes: []}`."""
    inner = node.node(key)
    if inner is None:
        return None
    edition, code, codes = inner.text("edition"), inner.optional_text("code"), inner.texts("codes")
    if (code is None) == (not codes):
        inner.fault("`peel` needs either `code` or `codes`")
    inner.done()
    return PeelCodes(edition, (code,) if code else codes)


_READERS: dict[str, Callable[[Node, str, Mapping[str, Any]], Any]] = {
    "text": _text,
    "number": _number,
    "choice": _choice,
    "choices": _choices,
    "links": _links,
    "link": _link,
    "peel": _peel,
}
