"""How a mapping fills one column: its expression, its format and precision, what its values become."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from nvap.declarations import Node
from nvap.errors import nearest
from nvap.records.contract import Column, Contract, day
from nvap.records.store import PRECISIONS, Precision

# What a format may hold; each reads the same text on every machine.
_SPECIFIERS = frozenset("aAbBdeHIjmMpSfgyYzn%")
_TIMES = ("instant", "date")
OPEN = "OPEN"
"""What a draft writes for a value of which only the analyst knows what it becomes."""


@dataclass(frozen=True)
class ValueMap:
    """What the source's values become, between two days (None: no bound). An empty source value is `""`."""

    first: datetime.date | None
    last: datetime.date | None
    values: MappingOf[str, str | None]


@dataclass(frozen=True)
class MappedColumn:
    """One contract column: the expression that fills it and how its text is read."""

    column: Column
    text: str
    line: int
    format: str | None = None
    precision: Precision | None = None
    missing: tuple[str, ...] = ()
    maps: tuple[ValueMap, ...] = ()
    decimal: str = "."
    thousands: str = ""


def read_columns(node: Node, described: Contract) -> tuple[MappedColumn, ...]:
    """The mapped columns under `columns`; every fault is noted in the node, and required columns must be there."""
    parent = node.node("columns", required=True)
    if parent is None:
        return ()
    known = [each.name for each in described.columns]
    found = []
    for name in parent.keys():  # noqa: SIM118 - Node is not a dict
        if name not in known:
            parent.value(name)
            parent.fault(f"`{described.name}` has no column `{name}`.{nearest(name, known)}", name)
            continue
        mapped = _column(parent, described.column(name))
        if mapped is not None:
            found.append(mapped)
    for column in described.columns:
        if column.required and not parent.has(column.name):
            near = nearest(column.name, [name for name in parent.keys() if name not in known])  # noqa: SIM118
            parent.fault(f"`{column.name}` is required in {described.name} and not mapped.{near}")
    return tuple(found)


def _column(parent: Node, column: Column) -> MappedColumn | None:
    name = column.name
    line = parent.line_of(name)
    if not isinstance(parent.content.get(name), CommentedMap):
        text = parent.text(name)
        precision: Precision | None = {"instant": "instant", "date": "day"}.get(column.type)  # type: ignore[assignment]
        return MappedColumn(column, text, line, precision=precision) if text else None
    node = parent.node(name)
    if node is None:
        return None
    decimal, thousands = _separators(node, column)
    form = _format(node, column)
    made = MappedColumn(
        column=column,
        text=node.text("expr"),
        line=node.line_of("expr"),
        format=form,
        precision=_precision(node, column, form),
        missing=node.texts("missing"),
        maps=_maps(node, column),
        decimal=decimal,
        thousands=thousands,
    )
    node.done()
    return made


def _separators(node: Node, column: Column) -> tuple[str, str]:
    decimal, thousands = node.optional_text("decimal") or ".", str(node.value("thousands") or "")
    if (node.has("decimal") or node.has("thousands")) and column.type not in ("number", "integer"):
        node.fault(f"`decimal` and `thousands` are for numbers; `{column.name}` is {column.type}")
    if decimal not in (".", ",") or thousands not in ("", ",", ".", " ", "'") or decimal == thousands:
        node.fault("`decimal` is `.` or `,`; `thousands` is `,`, `.`, a space or `'`, and another sign than `decimal`")
    return decimal, thousands


def _format(node: Node, column: Column) -> str | None:
    form = node.optional_text("format")
    if form is None:
        return None
    if column.type not in _TIMES:
        node.fault(f"`format` is for dates and times; `{column.name}` is {column.type}", "format")
        return None
    unknown = [each for each in re.findall(r"%(.)", form) if each not in _SPECIFIERS]
    if unknown or "%" not in form:
        node.fault(
            f"`format` is `{form}`; write it as in %d/%m/%Y %H:%M:%S"
            + (f" (`%{unknown[0]}` is not known)" if unknown else ""),
            "format",
        )
        return None
    if "%Y" not in form and "%y" not in form and "%j" not in form:
        node.fault(f"`format` is `{form}` and names no year (%Y)", "format")
    return form


def _precision(node: Node, column: Column, form: str | None) -> Precision | None:
    if column.type not in _TIMES:
        if node.has("precision"):
            node.fault(f"`precision` is for dates and times; `{column.name}` is {column.type}", "precision")
        return None
    held = _finest(form) if form else ("instant" if column.type == "instant" else "day")
    allowed = PRECISIONS if column.type == "instant" else ("day", "month")
    if not node.has("precision"):
        return held if held in allowed else "day"
    found: Precision = node.choice("precision", allowed)  # type: ignore[assignment]
    if PRECISIONS.index(found) < PRECISIONS.index(held):
        node.fault(f"`precision` is {found}, but the format `{form}` holds no more than the {held}", "precision")
    return found


def _finest(form: str) -> Precision:
    """What a format can hold: down to the instant, the hour, the day or the month."""
    parts = set(re.findall(r"%(.)", form))
    if "M" in parts:
        return "instant"
    if parts & {"H", "I"}:
        return "hour"
    return "day" if parts & {"d", "e", "j"} else "month"


def _maps(node: Node, column: Column) -> tuple[ValueMap, ...]:
    found = node.value("values")
    if found is None:
        return ()
    if column.type not in ("code", "boolean", "text"):
        node.fault(f"`values` are for codes, text and yes or no; `{column.name}` is {column.type}", "values")
        return ()
    if isinstance(found, CommentedMap):
        return (ValueMap(None, None, _values(node, found, column)),)
    if not isinstance(found, CommentedSeq):
        node.fault("`values` gives each source value what it becomes: {MH1: true}", "values")
        return ()
    maps = []
    for each in node.nodes("values"):
        inner = each.value("map", required=True)
        first, last = day(each, "from"), day(each, "to")
        if isinstance(inner, CommentedMap):
            maps.append(ValueMap(first, last, _values(each, inner, column)))
        elif inner is not None:
            each.fault("`map` gives each source value what it becomes: {MH1: true}", "map")
        each.done()
    _check_apart(node, maps)
    return tuple(maps)


def _check_apart(node: Node, maps: list[ValueMap]) -> None:
    low, high = datetime.date.min, datetime.date.max
    spans = sorted((each.first or low, each.last or high) for each in maps)
    for (_, last), (first, _) in itertools.pairwise(spans):
        if first <= last:
            node.fault(f"two lists of `values` hold on {first}; end one before the other begins", "values")


def _values(node: Node, found: CommentedMap, column: Column) -> dict[str, str | None]:
    """Each source value as text with what it becomes, checked against the column's codes."""
    values: dict[str, str | None] = {}
    allowed = [each.code for each in column.codes]
    for key, target in found.items():
        written = "true" if key is True else "false" if key is False else str(key).strip()
        text = None if target is None else str(target).lower() if isinstance(target, bool) else str(target).strip()
        line = int(found.lc.key(key)[0]) + 1
        choices = allowed or (["true", "false"] if column.type == "boolean" else [])
        if text == OPEN and choices:
            where = f"`{written}` of `{column.name}` is still OPEN"
            node.faults.add(node.file, line, f"{where}; write what it becomes: {', '.join(choices)}, null")
        elif text is not None and column.type == "boolean" and text not in ("true", "false"):
            node.faults.add(node.file, line, f"`{written}` becomes `{text}`; allowed: true, false, null")
        elif text is not None and allowed and text not in allowed:
            node.faults.add(
                node.file,
                line,
                f"`{written}` becomes `{text}`, which is no {column.code_list}; allowed: {', '.join(allowed)}."
                f"{nearest(text, allowed)}",
            )
        values[written] = text
    return values
