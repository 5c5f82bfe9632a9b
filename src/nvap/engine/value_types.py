"""The type of an expression's value, worked out from its columns; comparisons of unlike things are faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from nvap.errors import NvapError

TYPES = ("text", "code", "record_ref", "key", "integer", "number", "boolean", "date", "instant", "text_list")

# What may be compared with what; a text literal also compares with a moment, since both engines read it as one.
_KIND = {"text": "text", "code": "text", "record_ref": "text", "key": "text", "integer": "number", "number": "number",
         "boolean": "boolean", "date": "time", "instant": "time", "text_list": "list"}  # fmt: skip
_IN_WORDS = {
    "text": "text",
    "number": "a number",
    "boolean": "true or false",
    "time": "a date or time",
    "list": "a list",
}


class ExpressionFault(NvapError):
    """A SQL expression that cannot be used, with what was found and the nearest right thing."""


def in_words(kind: str) -> str:
    """One of TYPES as a reader says it: "a date or time"."""
    return _IN_WORDS[_KIND[kind]]


def type_of(tree: exp.Expression, columns: Mapping[str, str]) -> str | None:
    """The type of an expression's value, or None where it depends; comparisons of unlike things are faults."""
    if isinstance(tree, exp.Column):
        return columns[f"{tree.table}.{tree.name}" if tree.table else tree.name]
    if isinstance(tree, exp.Literal):
        return "text" if tree.is_string else ("integer" if tree.is_int else "number")
    found = {id(child): type_of(child, columns) for child in tree.iter_expressions()}

    def of(node: Any) -> str | None:
        return found.get(id(node))

    if isinstance(tree, exp.DateDiff) and "instant" in found.values():
        # DuckDB counts the midnights between two moments, Spark whole days.
        raise ExpressionFault("`datediff` counts days between dates; take the day of a moment (created_date).")
    for kinds, name in _RESULT:
        if isinstance(tree, kinds):
            return name
    if isinstance(tree, exp.Predicate | exp.In):
        _check_comparison(tree, of)
        return "boolean"
    if isinstance(tree, exp.And | exp.Or | exp.Not):
        for child in tree.iter_expressions():
            if of(child) not in (None, "boolean"):
                word = type(tree).__name__.upper()
                raise ExpressionFault(f"`{child.sql('duckdb')}` stands beside {word} but is not true or false.")
        return "boolean"
    return _type_of_parts(tree, of)


# The type of what each of these gives, whatever it is given.
_RESULT: tuple[tuple[tuple[type[exp.Expression], ...], str], ...] = (
    ((exp.Boolean, exp.ArrayContains), "boolean"),
    (
        (
            exp.DPipe,
            exp.Concat,
            exp.Lower,
            exp.Upper,
            exp.Trim,
            exp.Substring,
            exp.Replace,
            exp.Left,
            exp.Right,
            exp.Pad,
            exp.SplitPart,
        ),
        "text",
    ),
    ((exp.Length, exp.DateDiff, exp.Extract), "integer"),
    ((exp.Div, exp.Anonymous), "number"),
)
_CAST_GIVES = {"text": "text", "varchar": "text", "int": "integer", "bigint": "integer", "double": "number",
               "decimal": "number", "boolean": "boolean", "date": "date", "timestamp": "instant"}  # fmt: skip


def _type_of_parts(tree: exp.Expression, of: Callable[[Any], str | None]) -> str | None:
    if isinstance(tree, exp.Cast):
        return _CAST_GIVES.get(tree.to.sql("duckdb").split("(")[0].lower())
    if isinstance(tree, exp.Case):
        branches = [*tree.args["ifs"], tree.args.get("default")]
        return _common([of(each) for each in branches if each is not None])
    if isinstance(tree, exp.If):
        return of(tree.args["true"])
    if isinstance(tree, exp.Paren | exp.Neg | exp.Abs | exp.Round | exp.Nullif | exp.TimestampTrunc | exp.DateTrunc):
        return of(tree.this)
    if isinstance(tree, exp.Coalesce | exp.Greatest | exp.Least):
        return _common([of(tree.this), *(of(each) for each in tree.expressions)])
    if isinstance(tree, exp.Add | exp.Sub | exp.Mul | exp.Mod):
        sides = [of(tree.this), of(tree.expression)]
        return "date" if "date" in sides and "integer" in sides else _common(sides)
    return None


def _common(types: list[str | None]) -> str | None:
    kinds = {_KIND[each] for each in types if each is not None}
    if len(kinds) != 1 or None in types:
        return None
    found = {each for each in types if each is not None}
    return found.pop() if len(found) == 1 else {"text": "text", "number": "number", "time": "instant"}.get(kinds.pop())


def _check_comparison(tree: exp.Expression, of: Callable[[Any], str | None]) -> None:
    if isinstance(tree, exp.Is):
        return
    children = list(tree.iter_expressions())
    first = of(children[0])
    for child in children[1:]:
        other = of(child)
        if first is None or other is None or _KIND[first] == _KIND[other]:
            continue
        written_moment = {_KIND[first], _KIND[other]} == {"text", "time"} and (
            isinstance(child, exp.Literal) or isinstance(children[0], exp.Literal)
        )
        if not written_moment:
            raise ExpressionFault(
                f"`{children[0].sql('duckdb')}` is {in_words(first)} and `{child.sql('duckdb')}` is"
                f" {in_words(other)}; they cannot be compared."
            )
