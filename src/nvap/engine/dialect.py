"""DuckDB's SQL as Spark's, so that both give equal values; what SQLGlot leaves or gets wrong is put right here."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cache

import sqlglot
from sqlglot import exp

from nvap.engine.connection import FORCE

# Functions that SQLGlot does not know, by DuckDB's name.
_FUNCTIONS = {"epoch_us": "unix_micros", "to_months": "make_ym_interval"}

_OWN, _BEFORE = "_own", "_before"


@cache
def to_spark(sql: str) -> str:
    """A SELECT in DuckDB's dialect as one in Spark's.

    A number with a point is a double (in Spark it would be a decimal, whose quotients are rounded); `to_months(n)` is
    an interval of years and months.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    _work_out_before(tree)
    for subquery in list(tree.find_all(exp.Subquery)):
        _with_own_row(subquery)
    for number in list(tree.find_all(exp.Literal)):
        if not number.is_string and not number.is_int:
            number.replace(exp.cast(number.copy(), exp.DataType.Type.DOUBLE))
    for function in list(tree.find_all(exp.Anonymous)):
        name = function.name.lower()
        function.set("this", _FUNCTIONS.get(name, name))
        if name == "to_months":
            function.set("expressions", [exp.Literal.number(0), *function.expressions])
    for rounded in reversed(list(tree.find_all(exp.Round))):
        _round_as_duckdb(rounded)
    return tree.sql("spark", identify=True)


def _round_as_duckdb(rounded: exp.Round) -> None:
    """DuckDB rounds 1.005 to 1.0, as its double lies below; Spark rounds what is written, to 1.01."""
    decimals = rounded.args.get("decimals")
    if isinstance(decimals, exp.Literal) and decimals.is_int and int(decimals.name) > 0:
        scale = exp.cast(exp.Literal.number(10 ** int(decimals.name)), exp.DataType.Type.DOUBLE)
        whole = exp.Round(this=exp.Mul(this=exp.Paren(this=rounded.this.copy()), expression=scale))
        rounded.replace(exp.Paren(this=exp.Div(this=whole, expression=scale.copy())))


def _with_own_row(subquery: exp.Subquery) -> None:
    """Let a sum over other rows compare with its own row by equality only.

    Where it also says `e.created < incidents.created`, Spark would first join every row of `e` with every moment of
    `incidents`: rows in their square. So the compared columns of `incidents` are joined within, and found by equality;
    a row in which one of them is missing has nothing to compare with, on both.
    """
    inner, outer = subquery.this, subquery.parent_select
    if not isinstance(inner, exp.Select) or isinstance(subquery.parent, exp.From | exp.Join | exp.In) or outer is None:
        return
    source = _table_of(outer.args["from_"].this)
    compared = [each for each in inner.find_all(exp.Column) if each.table == source.alias_or_name]
    unequal = any(each.find_ancestor(exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between) for each in compared)
    shadowed = any(each.alias_or_name == source.alias_or_name for each in inner.find_all(exp.Table))
    if not isinstance(source, exp.Table) or not unequal or shadowed or inner.args.get("group"):
        return
    names = sorted({each.name for each in compared})
    for each in compared:
        each.set("table", exp.to_identifier(_OWN, quoted=True))
    rows = exp.select(*(exp.column(name, quoted=True) for name in names)).distinct().from_(source.copy())
    inner.join(rows.subquery(exp.to_identifier(_OWN, quoted=True)), join_type="cross", copy=False)
    for name in names:
        own, other = (exp.column(name, table=table, quoted=True) for table in (_OWN, source.alias_or_name))
        inner.where(exp.EQ(this=own, expression=other), copy=False)


def _work_out_before(tree: exp.Expr) -> None:
    """Make what looks into further rows a column of the table that it is about, where it stands within an EXISTS.

    "No earlier log that is alike": whether each of the two logs is alike looks into other tables, and Spark compares
    only columns there.
    """
    names = (f"{_BEFORE}{number}" for number in itertools.count())
    for found in list(tree.find_all(exp.Exists)):
        within = found.this
        looks = [each for each in within.find_all(exp.In, exp.Exists, exp.Subquery) if _looks(each, within)]
        if any((owner := _owner(each)) and owner not in _sources(within) for each in looks):
            for each in looks:
                _move(each, within, names)


def _looks(node: exp.Expr, within: exp.Expr) -> bool:
    """Whether a node is a value or condition directly of this SELECT that looks into further rows."""
    if node.parent_select is not within or isinstance(node.parent, exp.From | exp.Join | exp.In | exp.Subquery):
        return False
    return isinstance(node.args.get("query") if isinstance(node, exp.In) else node.this, exp.Query)


def _move(node: exp.Expr, within: exp.Select, names: Iterator[str]) -> None:
    """Put a node into the source that it is about, as a column; what stands there already is not put again."""
    owner, scope = _owner(node), within
    while scope.parent_select is not None and owner not in _sources(scope):
        scope = scope.parent_select
    if owner is None or owner not in _sources(scope):
        return
    for column in _outer_columns(node):
        column.set("table", exp.to_identifier(owner, quoted=True))
    source = _sources(scope)[owner]
    if not _is_wider(source):
        wider = exp.select("*").from_(source.copy()).subquery(exp.to_identifier(owner, quoted=True))
        source = source.replace(wider)
    held = {each.this.sql(): each.alias for each in source.this.expressions if isinstance(each, exp.Alias)}
    value = exp.Subquery(this=node.unnest().copy()) if isinstance(node, exp.Subquery) else node.copy()
    name = held.get(value.sql()) or next(names)
    if value.sql() not in held:
        source.this.select(exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True)), copy=False)
    node.replace(exp.column(name, table=owner, quoted=True))


def _is_wider(source: exp.Expr) -> bool:
    """Whether a source is a table with columns that were put into it."""
    columns = source.this.expressions if isinstance(source, exp.Subquery) else []
    return any(each.alias.startswith(_BEFORE) for each in columns)


def _table_of(source: exp.Expr) -> exp.Expr:
    """A source, or the table within it where columns were put into it."""
    return source.this.args["from_"].this if _is_wider(source) else source


def _owner(node: exp.Expr) -> str | None:
    """The one table that a node compares further rows with; None where there are several or none."""
    columns = _outer_columns(node)
    named = {each.table for each in columns if each.name != FORCE} or {each.table for each in columns}
    return next(iter(named)) if len(named) == 1 else None


def _outer_columns(node: exp.Expr) -> list[exp.Column]:
    """The columns within a node that are of a table outside it."""
    return [each for each in node.find_all(exp.Column) if each.table and not _is_own(each, node)]


def _is_own(column: exp.Column, node: exp.Expr) -> bool:
    select = column.parent_select
    while select is not None and select is not node.parent_select:
        if column.table in _sources(select):
            return True
        select = select.parent_select
    return False


def _sources(select: exp.Select) -> dict[str, exp.Expr]:
    """What a SELECT reads, by name."""
    source = select.args.get("from_")
    found = [*([source.this] if source else []), *(each.this for each in select.args.get("joins") or ())]
    return {each.alias_or_name: each for each in found}
