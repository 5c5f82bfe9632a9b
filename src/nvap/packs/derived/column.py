"""What a derived column is, and short ways to declare one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class DerivedColumn:
    """A column worked out from others: its SQL, its type for expressions, and the columns it needs (`table.column`).

    With `any_of`, a table of many rows for each one, the SQL is a condition over that table's rows, and the column says
    whether any of them meets it (false where there are none). `code_list` gives the words of its codes. `unknown` says
    in words when the column is missing; what follows from the form of the SQL need not be said (`unknown_when`).
    With `tells_apart` a measure may be broken down by it; `names` gives values that no list holds their words.
    """

    sql: str
    type: str
    description: str
    needs: frozenset[str]
    any_of: str | None = None
    code_list: str | None = None
    unknown: str = ""
    names: tuple[tuple[str, str], ...] = ()
    tells_apart: bool = False

    @property
    def unknown_when(self) -> str:
        """When the column is missing, in words; empty where nobody has said so."""
        if self.unknown:
            return self.unknown
        if self.any_of is not None:
            return "No row says so, and some row cannot tell; without any row it is false."
        if self.sql.startswith("EXISTS"):
            return "Never: where there is no such row it is false."
        if self.sql.startswith("NOT EXISTS"):
            return "Never: where there is no such row it is true."
        return ""


def column(
    table: str, description: str, needs: str, sql: str, *, kind: str = "boolean", unknown: str = ""
) -> DerivedColumn:
    """A column that SQL works out; `needs` are columns of the table, and of others as `table.column`."""
    return DerivedColumn(" ".join(sql.split()), kind, description, needed(table, needs.split()), unknown=unknown)


def needed(table: str, names: Iterable[str]) -> frozenset[str]:
    """Column names as `table.column`."""
    return frozenset(name if "." in name else f"{table}.{name}" for name in names)
