"""What is shown of stored rows as a table, on the page and as a file: the same rows, the same standing."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from nvap.disclosure.table import Cell, Column, Kind, Table
from nvap.measures.export import spreadsheet_safe
from nvap.measures.frame import NOT_RECORDED as UNPLACED
from nvap.web.results.chart import rule_of, title_of
from nvap.web.results.choices import Choice
from nvap.web.results.layouts import AREA
from nvap.web.results.numbers import Scale, period_words, plain
from nvap.web.results.stored import Answer, Row
from nvap.web.results.words import NOT_RECORDED


@dataclass(frozen=True)
class Line:
    """A row as a page shows it: its heading, and its cells as texts."""

    heading: str
    cells: tuple[str, ...]


def results_table(choice: Choice, answer: Answer, scale: Scale, rows: Sequence[Row]) -> Table:
    """The rows that are shown, a row a period or an area."""
    first = gettext("Area") if choice.by == AREA else gettext("Period")
    of: Kind = "population" if choice.part.uses_population else "base"
    columns = [
        Column("name", first),
        Column("from", gettext("First day"), "date"),
        Column("to", gettext("Last day"), "date"),
        Column("counted", _counted_heading(choice), "count"),
        Column("of", gettext("People") if of == "population" else gettext("Of"), of),
        Column("not_known", gettext("Not known"), "count"),
        Column("value", scale.heading, scale.kind, scale.unit),
        Column("lower", gettext("Lower 95% limit"), "line", scale.unit),
        Column("upper", gettext("Upper 95% limit"), "line", scale.unit),
        Column("method", gettext("Interval"), "text"),
        Column("note", gettext("Note"), "text"),
    ]
    cells = [_cells(choice, row, scale) for row in rows]
    kept = [at for at, column in enumerate(columns) if _is_told(column, scale, cells, at)]
    return Table(
        columns=tuple(columns[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) for row in cells),
        title=title_of(choice),
        sentence=choice.measure.says,
        counting_rule=rule_of(choice, answer),
        as_at=answer.entry.as_at,
        pack=answer.entry.pack,
        made_up=answer.is_made_up,
    )


def lines(table: Table, scale: Scale) -> tuple[list[str], list[Line]]:
    """The table as a page shows it: its headings, and its rows with the limits in one column."""
    shown = [column for column in table.columns if column.name not in ("from", "to", "lower", "upper", "method")]
    headings = [column.heading for column in shown]
    with_limits = table.has("lower") and any(cell is not None for cell in table.column("lower"))
    if with_limits:
        at = headings.index(scale.heading) + 1
        headings.insert(at, gettext("95% interval"))
    found = []
    for record in table.records():
        texts = [_text(column, record[column.name], scale) for column in shown]
        if with_limits:
            texts.insert(at, _limits(record["lower"], record["upper"], scale))
        found.append(Line(texts[0], tuple(texts[1:])))
    return headings, found


def as_csv(table: Table, measure: str) -> str:
    """The table as a file: a line a row, each with what must be said of it wherever it goes.

    Texts that a spreadsheet would take for a formula get an apostrophe in front.
    """
    return _with_facts(
        table, {"unit": next(column.unit for column in table.columns if column.name == "value")}, measure
    )


def picture_csv(table: Table, measure: str) -> str:
    """The table of a picture as such a file; what only steers the drawing is left out."""
    kept = [at for at, column in enumerate(table.columns) if column.kind != "flag"]
    rows = tuple(tuple(row[at] for at in kept) for row in table.rows)
    return _with_facts(table.with_rows(rows, columns=tuple(table.columns[at] for at in kept)), {}, measure)


def _with_facts(table: Table, more: dict[str, Cell], measure: str) -> str:
    """A line a row, each with the facts that must go with it."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    facts: dict[str, Cell] = {
        **more,
        "measure": measure,
        "shown": table.title,
        "counting_rule": table.counting_rule,
        "as_at": table.as_at,
        "toolkit": table.pack,
        "standing": "; ".join(table.standing),
    }
    writer.writerow([*(column.name for column in table.columns), *facts])
    for row in table.rows:
        writer.writerow([_safe(cell) for cell in (*row, *facts.values())])
    return target.getvalue()


def _cells(choice: Choice, row: Row, scale: Scale) -> tuple[Cell, ...]:
    name = period_words(row, choice.by) if choice.by != AREA else _area_words(row["area"])
    return (
        name,
        row["period_start"],
        row["period_end"],
        row["numerator"],
        row["denominator"],
        row["unknown"],
        scale.shown(row["value"]),
        scale.shown(row["lower"]),
        scale.shown(row["upper"]),
        row["method"],
        row["reason"] or "",
    )


def _area_words(area: str) -> str:
    return str(NOT_RECORDED) if area == UNPLACED else area


def _counted_heading(choice: Choice) -> str:
    return gettext("Sum") if choice.part.statistic in ("mean", "share") else gettext("Counted")


def _is_told(column: Column, scale: Scale, cells: Sequence[tuple[Cell, ...]], at: int) -> bool:
    """Whether a column says anything: a count is not shown twice, and a column of nothing not at all."""
    if column.name == "counted" and scale.is_count:
        return False
    return column.name in ("name", "value", "not_known") or any(row[at] not in (None, "") for row in cells)


def _text(column: Column, cell: Cell, scale: Scale) -> str:
    if cell is None:
        return ""
    if column.name == "value" and isinstance(cell, int | float):
        return _written(cell, scale)
    if isinstance(cell, int | float):
        return plain(float(cell))
    return str(cell)


def _limits(lower: Cell, upper: Cell, scale: Scale) -> str:
    if not isinstance(lower, int | float) or not isinstance(upper, int | float):
        return ""
    return gettext("%(lower)s to %(upper)s") % {"lower": _written(lower, scale), "upper": _written(upper, scale)}


def _written(shown: float, scale: Scale) -> str:
    return f"{shown:,.{scale.decimals}f}" + ("%" if scale.is_share else "")


def _safe(cell: Cell) -> object:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, float):
        return repr(round(cell, 10))
    if isinstance(cell, date):
        return cell.isoformat()
    return spreadsheet_safe(cell)
