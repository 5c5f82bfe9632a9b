"""One query for many forces: each table has a column that names the force, and nothing is ever joined across forces.

    of_each_force("SELECT count(*) AS n FROM incidents")
    SELECT count(*) AS n, "incidents"."_force" AS "_force" FROM incidents GROUP BY "incidents"."_force"

Every join and every look into other rows compares the force too, every group and every window is of one force, and the
rows come with the force that they are of.
"""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp

from nvap.engine.connection import FORCE
from nvap.engine.value_types import ExpressionFault


@cache
def of_each_force(sql: str) -> str:
    """The query that gives for all forces at once, in `_force`, what this one gives for each.

    `sql` is one SELECT of the kind that measures are made of (DuckDB's dialect): no set operation, and no common table
    expression but within a SELECT that stands as a table. A force without any row has no row in a query without groups.
    Raises ExpressionFault for other SQL.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    if not isinstance(tree, exp.Select) or tree.find(exp.SetOperation) or tree.args.get("with_"):
        raise ExpressionFault("Only a plain SELECT can be asked of all forces at once.")
    _give_force(tree)
    return tree.sql("duckdb", identify=True)


def _give_force(select: exp.Select) -> None:
    """Make a SELECT of rows (the whole query, or one that stands as a table) keep forces apart and name them."""
    force = _keep_apart(select)
    if not _brings_force(select):
        select.select(exp.alias_(force.copy(), FORCE, quoted=True), copy=False)
    group = select.args.get("group")
    counted = any(_own(select, each) and not each.find_ancestor(exp.Window) for each in select.find_all(exp.AggFunc))
    if group is not None and not group.args.get("all"):
        group.append("expressions", force.copy())
    elif group is None and counted:
        select.group_by(force.copy(), copy=False)


def _brings_force(select: exp.Select) -> bool:
    """Whether a star among the columns names the force already: that of all tables, or of one that has a row in each.

    Raises ExpressionFault for a star of a table that an outer join may find no row of.
    """
    outer = {each.this.alias_or_name for each in select.args.get("joins") or () if each.side}
    stars = [each for each in select.expressions if each.is_star]
    if any(isinstance(each, exp.Column) and each.table in outer for each in stars):
        raise ExpressionFault("A star of a table of an outer join cannot be asked of all forces at once.")
    return bool(stars)


def _look_into(select: exp.Select, outer: exp.Column) -> None:
    """Make a SELECT that stands as a value or a condition look at rows of the outer row's force only."""
    _rename_shadow(select, outer.table)
    force = _keep_apart(select)
    select.where(exp.EQ(this=force.copy(), expression=outer.copy()), copy=False)
    if select.args.get("group") is not None:
        select.args["group"].append("expressions", force.copy())


def _keep_apart(select: exp.Select) -> exp.Column:
    """Compare forces in every join, window and look into other rows; gives the column that names a row's force."""
    source = select.args["from_"].this
    if not source.alias_or_name:
        source.set("alias", exp.TableAlias(this=exp.to_identifier("_rows", quoted=True)))
    force = exp.column(FORCE, table=source.alias_or_name, quoted=True)
    for join in select.args.get("joins") or ():
        joined = exp.column(FORCE, table=join.this.alias_or_name, quoted=True)
        join.set("on", exp.and_(exp.EQ(this=joined, expression=force.copy()), join.args.get("on"), copy=False))
    tables = _tables(select)
    for nested in _nested(select):
        if isinstance(nested.parent, exp.CTE) or any(nested.parent is each for each in tables):
            _give_force(nested)
        else:
            _look_into(nested, force)
    for window in select.find_all(exp.Window):
        if _own(select, window):
            window.set("partition_by", [*window.args.get("partition_by", []), force.copy()])
    return force


def _tables(select: exp.Select) -> list[exp.Expression]:
    return [select.args["from_"].this, *(join.this for join in select.args.get("joins") or ())]


def _nested(select: exp.Select) -> list[exp.Select]:
    """The SELECTs directly within this one."""
    return [each for each in select.find_all(exp.Select) if each is not select and each.parent_select is select]


def _own(select: exp.Select, node: exp.Expr) -> bool:
    return node.parent_select is select


def _rename_shadow(select: exp.Select, outer: str) -> None:
    """Name an inner table that has the outer one's name something else, so that both can be compared."""
    for source in _tables(select):
        if source.alias_or_name != outer:
            continue
        within = f"{outer}_within"
        source.set("alias", exp.TableAlias(this=exp.to_identifier(within, quoted=True)))
        for column in select.find_all(exp.Column):
            if column.table == outer:
                column.set("table", exp.to_identifier(within, quoted=True))
