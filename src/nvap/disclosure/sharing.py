"""A table as others may see it: small counts hidden, and all that would give them away."""

from __future__ import annotations

from nvap.disclosure.policy import HIDDEN, gives_away, is_small, may_show_percentage
from nvap.disclosure.table import Cell, Column, Table
from nvap.errors import Refused


def share(table: Table, *, sentence: str, totals: tuple[int, ...] = ()) -> Table:
    """The table under profile `shared`.

    In each row a small count is hidden, with every other count whose difference from the row's base would be small,
    and with the shares and rates worked out from it. A share of a base under 50 is hidden. Where anything is hidden,
    the rows named in `totals` are hidden too, and every line (a mean or a limit rests on all rows) with them.

    Args:
        table: one of profile `internal`.
        sentence: what the shared table says, written from what it shows; the internal sentence may name hidden counts.
        totals: places (from 0) of rows that are sums of the others.

    Returns:
        A new table; the given one is unchanged.

    Raises:
        Refused: for a table with records' own references, which never leave.
    """
    referring = [column.name for column in table.columns if column.domain == "record"]
    if referring:
        raise Refused(
            f"table {table.title}: column {referring[0]} holds the force's own references, which never leave."
        )
    rows = [_shared_row(table.columns, row) for row in table.rows]
    any_hidden = any(HIDDEN in row for row in rows)
    if any_hidden:
        rows = [
            tuple(
                HIDDEN if cell is not None and _rests_on_hidden(column, place in totals) else cell
                for column, cell in zip(table.columns, row, strict=True)
            )
            for place, row in enumerate(rows)
        ]
    return table.with_rows(tuple(rows), profile="shared", sentence=sentence)


def _rests_on_hidden(column: Column, is_total: bool) -> bool:
    return column.kind == "line" or (is_total and column.kind in ("count", "base", "share", "rate"))


def _shared_row(columns: tuple[Column, ...], row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    base = next((_number(cell) for column, cell in zip(columns, row, strict=True) if column.kind == "base"), None)
    counts = [_number(cell) for column, cell in zip(columns, row, strict=True) if column.kind == "count"]
    told = any(gives_away(count, base) for count in counts) or is_small(base)
    return tuple(_shared_cell(column, cell, base, told=told) for column, cell in zip(columns, row, strict=True))


def _shared_cell(column: Column, cell: Cell, base: float | None, *, told: bool) -> Cell:
    if cell is None:
        return None
    if column.kind == "base":
        return HIDDEN if is_small(base) else cell
    if column.kind == "count":
        # Two counts of one base add up to it, so one that could be shown would give the hidden one away.
        return HIDDEN if told and _number(cell) != 0 else cell
    if column.kind == "rate":
        return HIDDEN if told else cell
    if column.kind == "share":
        return HIDDEN if told or not may_show_percentage(base, "shared") else cell
    return cell


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None
