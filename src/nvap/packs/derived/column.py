"""What a derived column is, and short ways to declare one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rows:
    """Other rows, each of which belongs to one row of a table: `select` gives them, with the row's key as `each_key`.

    `key` is the column of the table that `each_key` equals. Columns that add up the same rows are read together.
    """

    name: str
    key: str
    select: str


@dataclass(frozen=True)
class LookUp:
    """What other rows add up to for one row: an aggregate over them, and what stands where the row has none."""

    rows: Rows
    aggregate: str
    none: str = "NULL"

    def beside(self, table: str) -> str:
        """SQL for the value beside a row of the table, wherever one stands."""
        name = f'"{self.rows.name}"'
        return (
            f"(SELECT CASE WHEN count(*) = 0 THEN {self.none} ELSE {self.aggregate} END FROM ({self.rows.select})"
            f' AS {name} WHERE {name}.each_key = "{table}"."{self.rows.key}")'
        )

    def joined(self, alias: str, name: str) -> str:
        """SQL for the value where the rows, added up by key, are joined under an alias, and the aggregate is named."""
        found = f"{alias}.{name}"
        return found if self.none == "NULL" else f"CASE WHEN {alias}.each_key IS NULL THEN {self.none} ELSE {found} END"


@dataclass(frozen=True)
class DerivedColumn:
    """A column worked out from others: its SQL, its type for expressions, and the columns it needs (`table.column`).

    With `look_ups` it is made of what other rows add up to: `then` says how, over the table's own row, with `{0}`,
    `{1}` … where they stand; where many rows are read, the rows looked into are read once for all of them. `code_list`
    gives the words of its codes. `unknown` says in words when the column is missing; what follows from the form of the
    SQL need not be said (`unknown_when`). With `tells_apart` a measure may be broken down by it; `names` gives values
    that no list holds their words.
    """

    sql: str
    type: str
    description: str
    needs: frozenset[str]
    look_ups: tuple[LookUp, ...] = ()
    then: str = "{0}"
    code_list: str | None = None
    unknown: str = ""
    names: tuple[tuple[str, str], ...] = ()
    tells_apart: bool = False

    @property
    def unknown_when(self) -> str:
        """When the column is missing, in words; empty where nobody has said so."""
        if self.unknown:
            return self.unknown
        if self.sql.startswith("EXISTS"):
            return NO_SUCH_ROW
        if self.sql.startswith("NOT EXISTS"):
            return "Never: where there is no such row it is true."
        return ""


def column(
    table: str, description: str, needs: str, sql: str, *, kind: str = "boolean", unknown: str = ""
) -> DerivedColumn:
    """A column that SQL works out; `needs` are columns of the table, and of others as `table.column`."""
    return DerivedColumn(" ".join(sql.split()), kind, description, needed(table, needs.split()), unknown=unknown)


def looked_up(
    table: str, description: str, needs: str, *look_ups: LookUp, then: str = "{0}", kind: str = "boolean",
    unknown: str = "",
) -> DerivedColumn:  # fmt: skip
    """A column made of what other rows add up to; `needs` as in `column`."""
    then = " ".join(then.split())
    sql = then.format(*(each.beside(table) for each in look_ups))
    return DerivedColumn(sql, kind, description, needed(table, needs.split()), look_ups, then, unknown=unknown)


def rows(name: str, key: str, select: str) -> Rows:
    """Rows that belong to one row of a table each; the SQL may run over several lines."""
    return Rows(name, key, " ".join(select.split()))


def rows_of(table: str, key: str) -> Rows:
    """The rows of a whole table, by a column that both tables have."""
    return Rows(table, key, f'SELECT *, "{key}" AS each_key FROM "{table}"')


NO_SUCH_ROW = "Never: where there is no such row it is false."
SOME_ROW_CANNOT_TELL = "No row says so, and some row cannot tell; without any row it is false."
"""When what `any_of` and what `any_known` give is missing, in words."""


def any_of(found: Rows, condition: str) -> LookUp:
    """Whether any of the rows meets a condition; a row that cannot tell does not, and without any row it is false."""
    return LookUp(found, f"coalesce(bool_or({condition}), FALSE)", "FALSE")


def any_known(found: Rows, condition: str) -> LookUp:
    """Whether any of the rows meets a condition: false without rows, missing where some cannot tell."""
    least = f"CASE WHEN count({condition}) < count(*) THEN NULL ELSE FALSE END"
    return LookUp(found, f"bool_or({condition}) OR {least}", "FALSE")


def needed(table: str, names: Iterable[str]) -> frozenset[str]:
    """Column names as `table.column`."""
    return frozenset(name if "." in name else f"{table}.{name}" for name in names)


_KEYS = {"incidents": "incident_ref", "custody": "custody_ref", "va": "va_ref"}
"""The key of each table that others hold many rows for."""


def any_row(table: str, many: str, description: str, needs: str, condition: str) -> DerivedColumn:
    """Whether any row of a table of many rows meets a condition; `needs` are columns of that table."""
    key = _KEYS[table]
    columns = " ".join(sorted(needed(many, [*needs.split(), key])))
    found = any_known(rows_of(many, key), " ".join(condition.split()))
    return looked_up(table, description, f"{key} {columns}", found, unknown=SOME_ROW_CANNOT_TELL)


def exists(table: str, description: str, needs: str, *found: Rows, where: str = "is_so") -> DerivedColumn:
    """Whether there is any of these rows that meets a condition; false where it cannot be told."""
    then = " OR ".join(f"{{{at}}}" for at in range(len(found)))
    return looked_up(table, description, needs, *(any_of(each, where) for each in found), then=then,
                     unknown=NO_SUCH_ROW)  # fmt: skip
