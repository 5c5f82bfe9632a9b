"""YAML in, checked values out; every fault at once, each with its file and line.

A declaration is anything that people write as YAML for the product: a pack's items, a measure, a data contract, a
mapping. `read` gives the file's top `Node` (or nothing, with the fault noted); a reader then asks the node for each key
it knows and finally calls `done`, which reports every key nobody asked for. Nothing stops at the first fault: the
caller reads on and raises once, with `Faults.raise_if_any`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, SequenceNode

from nvap.errors import InputFault, nearest


@dataclass
class Faults:
    """The faults found so far, in the order of finding."""

    found: list[str] = field(default_factory=list)

    def add(self, file: Path | str, line: int, message: str) -> None:
        """Note one fault at a file's line (counted from 1)."""
        self.found.append(f"{file}:{line}: {message}")

    def raise_if_any(self, message: str) -> None:
        """Raise InputFault with every fault found, if there is one."""
        if self.found:
            raise InputFault(message, self.found)


@dataclass
class Node:
    """One mapping of a declaration: its keys are asked for by type, and `done` reports those that nobody knows."""

    content: CommentedMap
    file: Path | str
    faults: Faults
    where: str = ""
    _known: list[str] = field(default_factory=list)

    @property
    def line(self) -> int:
        """The line on which this mapping starts, from 1."""
        return int(self.content.lc.line) + 1

    def line_of(self, key: str) -> int:
        """The line on which `key` stands, or this mapping's own line where it is absent."""
        try:
            return int(self.content.lc.key(key)[0]) + 1
        except (KeyError, TypeError, AttributeError):
            return self.line

    def fault(self, message: str, key: str | None = None) -> None:
        """Note a fault at `key`, or at this mapping."""
        self.faults.add(self.file, self.line_of(key) if key else self.line, message)

    def has(self, key: str) -> bool:
        """Whether `key` is present with a value."""
        return self.content.get(key) is not None

    def keys(self) -> list[str]:
        """Every key, as text, in the file's order."""
        return [str(key) for key in self.content]

    def value(self, key: str, *, required: bool = False) -> Any:
        """The plain value of `key` (mappings and lists as ruamel gives them), or None."""
        self._known.append(key)
        found = self.content.get(key)
        if found is None and required:
            self.fault(f"`{key}` is missing", None)
        return found

    def text(self, key: str) -> str:
        """The text of a required `key`; an empty string where it is missing or not text (the fault is noted)."""
        return self._text(key, required=True) or ""

    def optional_text(self, key: str) -> str | None:
        """The text of `key`, or None where it is absent."""
        return self._text(key, required=False)

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """One of the allowed words; `default` where the key is absent (required when there is no default)."""
        words = list(allowed)
        found = self._text(key, required=default is None)
        if found is None:
            return default or words[0]
        if found not in words:
            self.fault(f"`{key}` is `{found}`; allowed: {', '.join(words)}.{nearest(found, words)}", key)
            return words[0]
        return found

    def flag(self, key: str, default: bool = False) -> bool:
        """A true or false; `default` where the key is absent."""
        found = self.value(key)
        if found is None:
            return default
        if not isinstance(found, bool):
            self.fault(f"`{key}` must be true or false", key)
            return default
        return found

    def number(self, key: str, *, required: bool = False) -> float | int | None:
        """A number, or None where the key is absent."""
        found = self.value(key, required=required)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float):
            self.fault(f"`{key}` must be a number", key)
            return None
        return found

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts; empty where the key is absent."""
        found = self.value(key, required=required)
        if found is None:
            return ()
        if not isinstance(found, CommentedSeq) or any(isinstance(each, CommentedMap | CommentedSeq) for each in found):
            self.fault(f"`{key}` must be a list of texts", key)
            return ()
        return tuple(str(each).strip() for each in found)

    def node(self, key: str, *, required: bool = False) -> Node | None:
        """The mapping under `key`, or None where it is absent."""
        found = self.value(key, required=required)
        if found is None:
            return None
        if not isinstance(found, CommentedMap):
            self.fault(f"`{key}` must hold keys and values", key)
            return None
        return Node(found, self.file, self.faults, f"{self.where}{key}.")

    def nodes(self, key: str, *, required: bool = False) -> list[Node]:
        """The list of mappings under `key`; empty where it is absent."""
        found = self.value(key, required=required)
        if found is None:
            return []
        if not isinstance(found, CommentedSeq) or any(not isinstance(each, CommentedMap) for each in found):
            self.fault(f"`{key}` must be a list of entries with keys and values", key)
            return []
        return [Node(each, self.file, self.faults, f"{self.where}{key}.") for each in found]

    def named_nodes(self, key: str, *, required: bool = False) -> Iterator[tuple[str, Node]]:
        """Each name and mapping of the mapping under `key`, in the file's order."""
        parent = self.node(key, required=required)
        if parent is None:
            return
        for name in parent.keys():  # noqa: SIM118 - Node is not a dict
            child = parent.node(name)
            if child is not None:
                yield name, child

    def done(self) -> None:
        """Report every key that nobody asked for, with the nearest known one."""
        known = list(dict.fromkeys(self._known))
        for key in self.keys():
            if key not in known:
                self.fault(f"unknown field `{key}`.{nearest(key, known)}", key)

    def _text(self, key: str, *, required: bool) -> str | None:
        found = self.value(key, required=required)
        if found is None:
            return None
        if isinstance(found, CommentedMap | CommentedSeq):
            self.fault(f"`{key}` must be text", key)
            return None
        return str(found).strip()


def read(path: Path, faults: Faults, *, shown_as: Path | str | None = None) -> Node | None:
    """Read one YAML file whose top is a mapping.

    `shown_as` is the path printed in faults (default: `path`). Duplicate keys, broken YAML, an empty file, a top
    that is not a mapping, and text that is not UTF-8 are faults, noted with their line; the answer is then None.
    """
    shown = shown_as or path
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        faults.add(shown, 1, "is not UTF-8 text")
        return None
    except OSError as error:
        faults.add(shown, 1, f"cannot be read: {error.strerror}")
        return None
    try:
        content = _load(text, shown, faults)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        faults.add(shown, line, f"is not valid YAML: {error.problem}")
        return None
    except YAMLError:
        faults.add(shown, 1, "is not valid YAML")
        return None
    if not isinstance(content, CommentedMap):
        faults.add(shown, 1, "must hold keys and values")
        return None
    return Node(content, shown, faults)


def _load(text: str, shown: Path | str, faults: Faults) -> Any:
    """The text's content; where keys stand twice each is a fault, and the first counts, so that reading goes on."""
    yaml = YAML(typ="rt", pure=True)
    try:
        return yaml.load(text)
    except DuplicateKeyError:
        for key, line, first in _duplicate_keys(yaml.compose(text)):
            faults.add(shown, line, f"duplicate key `{key}`; it stands on line {first} already")
        lenient = YAML(typ="rt", pure=True)
        lenient.allow_duplicate_keys = True
        return lenient.load(text)


def _duplicate_keys(top: Any) -> Iterator[tuple[str, int, int]]:
    """Each key that its mapping holds already: the key, its line and the line of the first."""
    waiting, seen = [top], set[int]()
    while waiting:
        node = waiting.pop(0)
        if id(node) in seen:  # an alias
            continue
        seen.add(id(node))
        if isinstance(node, SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, MappingNode):
            lines: dict[str, int] = {}
            for key, value in node.value:
                line = int(key.start_mark.line) + 1
                if str(key.value) in lines:
                    yield str(key.value), line, lines[str(key.value)]
                lines.setdefault(str(key.value), line)
                waiting.append(value)
