"""Items and measures as plain values: for JSON, for a line of words, and for comparing part by part."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from nvap.engine.expression import Expression
from nvap.packs.item import PeelCodes, Source


def plain(value: Any) -> Any:
    """The value as texts, numbers, lists and mappings; an expression is the text that was written."""
    if isinstance(value, Expression):
        return value.text
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(each) for each in value)
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def line(value: Any) -> str:
    """The value in one line of words; nothing for what is not there."""
    if isinstance(value, Source):
        return value.in_words
    if isinstance(value, PeelCodes):
        return f"{value.edition} {', '.join(value.codes)}".strip()
    found = plain(value)
    if isinstance(found, dict):
        said = ((name.replace("_", " "), line(each)) for name, each in found.items())
        return "; ".join(f"{name}: {words}" for name, words in said if words)
    if isinstance(found, list):
        return ", ".join(line(each) for each in found)
    if isinstance(found, bool):
        return "yes" if found else "no"
    return "" if found is None else str(found)


def parts(thing: Any) -> dict[str, str]:
    """Every part of a dataclass by its name in words: `part rate, numerator, where`; lists of named things by id."""
    return dict(_parts("", thing))


def _parts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    whole = isinstance(value, Expression | Source | PeelCodes)
    if dataclasses.is_dataclass(value) and not isinstance(value, type) and not whole:
        for each in dataclasses.fields(value):
            yield from _parts(_joined(name, each.name.replace("_", " ")), getattr(value, each.name))
    elif isinstance(value, tuple) and value and all(hasattr(each, "id") for each in value):
        for each in value:
            yield from _parts(_joined(name.removesuffix("s"), "", each.id), each)
    else:
        yield name, line(value)


def _joined(name: str, inner: str, item_id: str = "") -> str:
    if item_id:
        return f"{name} {item_id}"
    return f"{name}, {inner}" if name else inner
