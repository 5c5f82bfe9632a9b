"""A table's rows as the points of a chart: what of each may be drawn and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nvap.charts.options import ChartOptions
from nvap.charts.scale import reading_decimals
from nvap.charts.series import COLUMNS
from nvap.disclosure.policy import HIDDEN
from nvap.disclosure.table import Cell, Table
from nvap.errors import NotEnoughData, UsageFault

JUDGED = {
    "special_cause_improvement": "improvement",
    "special_cause_concern": "concern",
    "special_cause_neutral_high": "high",
    "special_cause_neutral_low": "low",
}


@dataclass(frozen=True)
class Drawn:
    """One period as drawn. `mark` is plain, improvement, concern, high or low; lines are None where not to be drawn.

    No limits and no judgement where the period has fewer than 13 values or never moves.
    """

    start: date
    period: str
    value: float | None
    mean: float | None
    limits: tuple[float, float] | None
    signal: str
    mark: str
    stretch: int
    short: bool
    still: bool
    part: bool
    hidden: bool


def drawn_points(table: Table) -> list[Drawn]:
    """The points of a table made by `control_chart_table`.

    Raises:
        UsageFault: when a column is missing.
        NotEnoughData: when no row has a value to draw.
    """
    missing = [name for name in COLUMNS if not table.has(name)]
    if missing:
        raise UsageFault(f"chart of {table.title}: the table has no column {', '.join(missing)}.")
    points = [_point(row) for row in table.records()]
    if not any(point.value is not None for point in points):
        raise NotEnoughData(f"{table.title}: there is no number to draw yet.")
    return points


def value_decimals(points: Sequence[Drawn], options: ChartOptions) -> int:
    """How many decimals the values are written with: as told, or as the whole periods need."""
    if options.decimals is not None:
        return options.decimals
    held = [point for point in points if point.value is not None]
    return reading_decimals([point.value or 0.0 for point in held if not point.part] or [held[0].value or 0.0])


def _point(row: dict[str, Cell]) -> Drawn:
    start = row["start"]
    if not isinstance(start, date):
        raise UsageFault(f"chart: column start: found {type(start).__name__}, allowed are dates.")
    short, still = bool(row["short"]), bool(row["still"])
    lower, upper = _number(row["lower"]), _number(row["upper"])
    judged = not short and lower is not None
    return Drawn(
        start=start,
        period=str(row["period"]),
        value=_number(row["value"]),
        mean=_number(row["mean"]),
        limits=(lower, upper) if judged and not still and lower is not None and upper is not None else None,
        signal=str(row["signal"] or "") if judged else "",
        mark=JUDGED.get(str(row["kind"]), "plain") if judged else "plain",
        stretch=int(_number(row["stretch"]) or 0),
        short=short,
        still=still,
        part=bool(row["part"]),
        hidden=row["value"] == HIDDEN,
    )


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None
