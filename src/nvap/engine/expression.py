"""SQL expressions that people write in mappings and measures: parsed and checked, never run as typed.

    condition = parse("closure_kind = 'counted' and not stood_down", {"closure_kind": "code", "stood_down": "boolean"})
    condition.columns        frozenset({"closure_kind", "stood_down"})
    condition.type           "boolean"
    condition.sql()          "closure_kind" = 'counted' AND NOT "stood_down"

An expression is one scalar value of one row: no subquery, no aggregate, no star. Its functions are those that give
equal values on DuckDB and Spark; a division by nothing is missing, on both.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from nvap.declarations import Node
from nvap.engine.functions import ALLOWED_CASTS, ALLOWED_FUNCTIONS, ALLOWED_NODES, UNITS
from nvap.engine.value_types import TYPES, ExpressionFault, in_words, type_of
from nvap.errors import nearest

__all__ = ["ALLOWED_FUNCTIONS", "TYPES", "Column", "Expression", "ExpressionFault", "check_boolean", "parse"]

# Words of the grammar itself; any other word may be a column's name, even where SQL has another use for it.
_GRAMMAR = frozenset(
    {
        "and", "or", "not", "in", "is", "null", "like", "ilike", "between", "case", "when", "then", "else", "end", "as",
        "true", "false", "cast", "try_cast", "distinct", "from", "escape", "interval", "date", "timestamp", "extract",
        "coalesce", "nullif",
    }
)  # fmt: skip
# SQLGlot warns on its own log when it gives up on a statement; our error says it better.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Column:
    """A column an expression may use: its name and one of TYPES."""

    name: str
    type: str

    def __post_init__(self) -> None:
        if self.type not in TYPES:
            raise ExpressionFault(f"`{self.name}` has the type `{self.type}`; allowed: {', '.join(TYPES)}.")


@dataclass(frozen=True)
class Expression:
    """A checked expression: the text as written, the columns it uses, and the type of its value where that is known."""

    text: str
    columns: frozenset[str]
    type: str | None
    tree: exp.Expression

    def sql(self, dialect: str = "duckdb", *, table: str | None = None) -> str:
        """The expression in an engine's dialect, identifiers quoted, each column under `table` where one is given."""
        return _render(self.tree, dialect, table)

    def renamed(self, names: Mapping[str, str]) -> Expression:
        """The same expression over other columns: `{"mhri": "mhri_r1"}` reads the column of a chosen rule.

        A column of another table is renamed within it: `{"incidents.mhri": "incidents.mhri_r1"}`.
        """
        if not self.columns & names.keys():
            return self
        tree = self.tree.copy()
        for column in list(tree.find_all(exp.Column)):
            written = f"{column.table}.{column.name}" if column.table else column.name
            renamed = names.get(written, written).rpartition(".")[2]
            column.set("this", exp.to_identifier(renamed, quoted=True))
        return Expression(self.text, frozenset(names.get(name, name) for name in self.columns), self.type, tree)


def parse(text: str, columns: Mapping[str, str], *, where: Node | None = None) -> Expression:
    """Parse and check one expression.

    `columns` gives each allowed column its type (one of TYPES); names are matched without regard to case, and a name
    that SQL reserves (`force`, `source`) needs no quotes. A column of another table is known as `table.column`.
    `where` puts its file and line before the message.

    Raises ExpressionFault: not one scalar expression; an unknown column or function (with the nearest); a subquery; a
    comparison of unlike types; a cast to a type that is not listed.
    """
    try:
        tree = _tree(text, columns)
        _check_nodes(tree)
        used = _resolve_columns(tree, columns)
        kind = type_of(tree, columns)
    except ExpressionFault as fault:
        place = f"{where.file}:{where.line}: " if where is not None else ""
        raise ExpressionFault(f"{place}{fault}") from None
    return Expression(text, frozenset(used), kind, _guard_divisions(tree))


def check_boolean(expression: Expression) -> None:
    """Raise ExpressionFault when the expression's value is not true or false."""
    if expression.type not in (None, "boolean"):
        raise ExpressionFault(
            f"`{expression.text}` is {in_words(expression.type)}, and a condition must be true or false."
        )


def _tree(text: str, columns: Mapping[str, str]) -> exp.Expression:
    if not text.strip():
        raise ExpressionFault("The expression is empty.")
    tokens = _tokens(text)
    _check_functions(tokens, columns)
    try:
        trees = sqlglot.parse(f"SELECT {_with_names_quoted(text, tokens, columns)}", read="duckdb")
    except SqlglotError:
        trees = []
    select = trees[0] if len(trees) == 1 else None
    parts = [key for key, value in select.args.items() if value and key != "kind"] if select is not None else []
    if not isinstance(select, exp.Select) or parts != ["expressions"] or len(select.expressions) != 1:
        raise ExpressionFault(f"`{text}` is not one SQL expression.")
    tree = select.expressions[0]
    if isinstance(tree, exp.Alias):
        raise ExpressionFault(f"`{text}` gives a name with AS; leave that out.")
    found: exp.Expression = tree
    found.pop()
    return found


@lru_cache(maxsize=4096)
def _cached_tokens(text: str) -> tuple[Token, ...]:
    return tuple(sqlglot.tokenize(text, read="duckdb"))


def _tokens(text: str) -> tuple[Token, ...]:
    try:
        tokens = _cached_tokens(text)
    except SqlglotError:
        raise ExpressionFault(f"`{text}` is not one SQL expression: a quote may be left open.") from None
    if any(token.token_type is TokenType.SEMICOLON or token.comments for token in tokens):
        raise ExpressionFault(f"`{text}` is not one SQL expression: it holds `;` or a comment.")
    return tokens


def _check_functions(tokens: tuple[Token, ...], columns: Mapping[str, str]) -> None:
    for token, following in itertools.pairwise(tokens):
        name = token.text.lower()
        if following.token_type is not TokenType.L_PAREN or not name.replace("_", "a").isalnum() or name.isdigit():
            continue
        if token.token_type in (TokenType.STRING, TokenType.IDENTIFIER, TokenType.NUMBER) or name in ALLOWED_FUNCTIONS:
            continue
        if name not in _GRAMMAR and name not in ALLOWED_CASTS and name not in {each.lower() for each in columns}:
            raise ExpressionFault(f"Unknown function `{name}`.{nearest(name, ALLOWED_FUNCTIONS)}")


def _with_names_quoted(text: str, tokens: tuple[Token, ...], columns: Mapping[str, str]) -> str:
    """The text with every bare word that names a column put in quotes, so that no column's name is a keyword."""
    known = {name.lower(): name for name in columns}
    pieces, at = [], 0
    for token, following in zip(tokens, (*tokens[1:], None), strict=True):
        name = known.get(token.text.lower())
        word = token.text.lower()
        plain = token.token_type not in (TokenType.STRING, TokenType.IDENTIFIER, TokenType.NUMBER)
        opens = following is not None and following.token_type in (TokenType.L_PAREN, TokenType.STRING)
        if name is None or not plain or (opens and word in ALLOWED_FUNCTIONS | _GRAMMAR):
            continue
        if word in _GRAMMAR - {"date", "timestamp", "interval", "from", "end", "escape", "distinct"}:
            continue
        if _is_part_of_grammar(token, tokens):
            continue
        pieces += [text[at : token.start], exp.to_identifier(name, quoted=True).sql("duckdb")]
        at = token.end + 1
    return "".join((*pieces, text[at:]))


def _is_part_of_grammar(token: Token, tokens: tuple[Token, ...]) -> bool:
    """Whether this word, though it is also a column's name, is here a type, a unit or a word of the grammar."""
    at = tokens.index(token)
    before = tokens[at - 1].text.lower() if at else ""
    two_before = tokens[at - 2].text.lower() if at > 1 else ""
    word = token.text.lower()
    if before in ("as", "::") or (before == "(" and two_before == "extract"):
        return True
    if word == "end":
        return any(each.text.lower() == "case" for each in tokens)
    if word == "from":
        return before == "distinct" or any(each.text.lower() == "extract" for each in tokens)
    return word == "distinct" and before in ("is", "not")


def _check_nodes(tree: exp.Expression) -> None:
    for node in tree.walk():
        if isinstance(node, exp.Query | exp.Subquery):
            raise ExpressionFault("A subquery cannot stand in an expression.")
        if isinstance(node, exp.Star):
            raise ExpressionFault("`*` cannot stand in an expression; name the columns.")
        if isinstance(node, exp.AggFunc | exp.Window):
            raise ExpressionFault(f"`{node.sql('duckdb')}` counts over rows; an expression is about one row.")
        if not isinstance(node, ALLOWED_NODES):
            raise ExpressionFault(f"`{node.sql('duckdb')}` is not allowed in an expression.")
        if isinstance(node, exp.Anonymous) and node.name.lower() not in ALLOWED_FUNCTIONS:
            raise ExpressionFault(
                f"Unknown function `{node.name.lower()}`.{nearest(node.name.lower(), ALLOWED_FUNCTIONS)}"
            )
        _check_cast(node)
        _check_unit(node)
        _check_minutes(node)


def _check_cast(node: exp.Expression) -> None:
    if isinstance(node, exp.Cast):
        target = node.to.sql("duckdb").split("(")[0].lower()
        if target not in ALLOWED_CASTS:
            allowed = ", ".join(sorted(ALLOWED_CASTS))
            raise ExpressionFault(
                f"A cast to `{target}` is not allowed; allowed: {allowed}.{nearest(target, ALLOWED_CASTS)}"
            )


def _check_unit(node: exp.Expression) -> None:
    for kinds, name, allowed in UNITS:
        if not isinstance(node, kinds):
            continue
        unit = node.this if isinstance(node, exp.Extract) else node.args.get("unit")
        found = unit.name.lower() if unit is not None else "nothing"
        if found not in allowed:
            more = " For minutes between two moments use minutes_between(from, to)." if name == "datediff" else ""
            raise ExpressionFault(f"`{name}` takes {', '.join(allowed)}; found `{found}`.{more}")


def _check_minutes(node: exp.Expression) -> None:
    if isinstance(node, exp.Anonymous) and len(node.expressions) != 2:
        raise ExpressionFault(f"`{node.name.lower()}` takes two moments, from and to; found {len(node.expressions)}.")


def _resolve_columns(tree: exp.Expression, columns: Mapping[str, str]) -> set[str]:
    known = {name.lower(): name for name in columns}
    used = set()
    for column in list(tree.find_all(exp.Column)):
        written = f"{column.table}.{column.name}" if column.table else column.name
        name = known.get(written.lower())
        if name is None:
            raise ExpressionFault(f"Unknown column `{written}`.{nearest(written, columns)}")
        table, _, bare = name.rpartition(".") if column.table else ("", "", name)
        column.set("this", exp.to_identifier(bare, quoted=True))
        column.set("table", exp.to_identifier(table, quoted=True) if table else None)
        used.add(name)
    return used


def _guard_divisions(tree: exp.Expression) -> exp.Expression:
    """Divide by NULLIF(n, 0): DuckDB gives infinity or missing for n = 0 and Spark stops."""
    for node in list(tree.find_all(exp.Div, exp.Mod)):
        divisor = node.expression
        if isinstance(divisor, exp.Literal) and not divisor.is_string and float(divisor.name) != 0:
            continue
        node.set("expression", exp.Nullif(this=node.expression.copy(), expression=exp.Literal.number(0)))
    return tree


@lru_cache(maxsize=4096)
def _render(tree: exp.Expression, dialect: str, table: str | None) -> str:
    tree = tree.copy()
    for column in list(tree.find_all(exp.Column)):
        if table is not None and not column.table:
            column.set("table", exp.to_identifier(table, quoted=True))
    minutes = {"duckdb": "epoch_us", "spark": "unix_micros"}[dialect]

    def written(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Anonymous) and node.name.lower() == "minutes_between":
            start, end = node.expressions
            first, last = (exp.Anonymous(this=minutes, expressions=[each.copy()]) for each in (start, end))
            elapsed = exp.Div(
                this=exp.Paren(this=exp.Sub(this=last, expression=first)), expression=exp.Literal.number("60000000.0")
            )
            return exp.Paren(this=exp.Case().when(exp.GTE(this=end.copy(), expression=start.copy()), elapsed))
        return node

    return tree.transform(written).sql(dialect, identify=True)
