"""What may stand in an expression: functions, casts and units that give equal values on DuckDB and Spark."""

from __future__ import annotations

from sqlglot import exp

ALLOWED_FUNCTIONS = frozenset(
    {
        "abs", "cast", "coalesce", "concat", "date_diff", "date_trunc", "datediff", "extract", "greatest", "least",
        "left", "length", "list_contains", "lower", "lpad", "minutes_between", "nullif", "regexp_matches", "replace",
        "right", "round", "split_part", "substr", "substring", "trim", "try_cast", "upper",
    }
)  # fmt: skip

ALLOWED_CASTS = frozenset(
    {"text", "varchar", "int", "integer", "bigint", "double", "decimal", "boolean", "date", "timestamp"}
)

# The units whose values agree. DuckDB counts the boundaries of a month or an hour that are crossed, Spark whole months
# and hours; only days between dates are the same, so `minutes_between` serves the rest. Weekdays start on other days.
UNITS: tuple[tuple[tuple[type[exp.Expression], ...], str, tuple[str, ...]], ...] = (
    ((exp.DateDiff,), "datediff", ("day",)),
    ((exp.TimestampTrunc, exp.DateTrunc), "date_trunc", ("year", "quarter", "month", "week", "day", "hour")),
    ((exp.Extract,), "extract", ("year", "quarter", "month", "day", "hour", "minute")),
)

ALLOWED_NODES: tuple[type[exp.Expression], ...] = (
    # values
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Neg, exp.Var, exp.DataType,
    exp.DataTypeParam,
    # conditions
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In, exp.Between, exp.Like,
    exp.ILike, exp.NullSafeEQ, exp.NullSafeNEQ, exp.RegexpLike, exp.ArrayContains, exp.Escape,
    # choices
    exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least,
    # numbers
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.Abs, exp.Round,
    # text
    exp.DPipe, exp.Concat, exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Replace, exp.Left, exp.Right, exp.Pad,
    exp.Length, exp.SplitPart,
    # types and times
    exp.Cast, exp.TryCast, exp.DateDiff, exp.TimestampTrunc, exp.DateTrunc, exp.Extract,
    # minutes_between, the only function of our own
    exp.Anonymous,
)  # fmt: skip
