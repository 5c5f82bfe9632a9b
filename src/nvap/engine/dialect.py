"""DuckDB's SQL as Spark's, so that both give equal values; what SQLGlot leaves or gets wrong is put right here."""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp

# Functions that SQLGlot does not know, by DuckDB's name.
_FUNCTIONS = {"epoch_us": "unix_micros", "to_months": "make_ym_interval"}


@cache
def to_spark(sql: str) -> str:
    """A SELECT in DuckDB's dialect as one in Spark's.

    A number with a point is a double (in Spark it would be a decimal, whose quotients are rounded); `to_months(n)` is
    an interval of years and months.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
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
