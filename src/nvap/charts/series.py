"""A measure's readings and their control chart as the one table that is drawn, said and printed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from nvap.charts.scale import Grain, Language, period_name
from nvap.disclosure.table import Cell, Column, Kind, Table
from nvap.errors import UsageFault
from nvap.statistics.control_chart import ControlChart
from nvap.statistics.interval import Floats

COLUMNS = ("start", "period", "value", "mean", "lower", "upper", "signal", "kind", "stretch", "short", "still", "part")


@dataclass(frozen=True)
class Reading:
    """One period's number: what was counted, of how many, how many are not known, and whether the period is whole.

    `value` is None where nothing can be said, with the `reason`; `part` marks a period that the extract holds only
    in part, which is shown but never used for limits.
    """

    start: date
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    unknown: float | None = None
    part: bool = False
    reason: str = ""


def reading_of(row: Mapping[str, Any], value: float | None) -> Reading:
    """A result row of a measure (`nvap.measures.rows.SCHEMA`) as charts take it, with its value as it is shown."""
    return Reading(
        start=row["period_start"],
        value=value,
        numerator=row["numerator"],
        denominator=row["denominator"],
        unknown=row["unknown"],
        part=row["status"] == "part_period",
        reason=row["reason"] or "",
    )


def every_period(readings: Sequence[Reading], grain: Grain, *, reason: str = "No data held") -> list[Reading]:
    """The readings in time order with an empty one, and the reason, for each period between them that has none."""
    held = {reading.start: reading for reading in readings}
    if len(held) != len(readings):
        raise UsageFault("readings: the same period stands twice; a chart shows one number a period.")
    if not held:
        return []
    if grain == "event":
        raise UsageFault("readings: events have no periods between them to fill.")
    months = {"month": 1, "quarter": 3, "year": 12}[grain]
    start, last = min(held), max(held)
    filled = []
    while start <= last:
        filled.append(held.get(start, Reading(start, None, reason=reason)))
        ahead = start.month - 1 + months
        start = date(start.year + ahead // 12, ahead % 12 + 1, 1)
    strays = [reading.start for reading in readings if reading not in filled]
    if strays:
        raise UsageFault(f"readings: {strays[0]} is not the start of a {grain} in step with {min(held)}.")
    return filled


def values_for_limits(readings: Sequence[Reading]) -> Floats:
    """What `xmr` takes: each value, NaN where there is none or where the period is held only in part."""
    return np.array(
        [math.nan if reading.value is None or reading.part else reading.value for reading in readings], dtype=np.float64
    )


def first_places(readings: Sequence[Reading], breaks: Sequence[date]) -> tuple[int, ...]:
    """The places at which `xmr` begins a new period: the first reading that starts on or after each break."""
    places = {next((place for place, reading in enumerate(readings) if reading.start >= day), None) for day in breaks}
    return tuple(sorted(place for place in places if place))


def control_chart_table(
    readings: Sequence[Reading],
    chart: ControlChart,
    *,
    grain: Grain,
    kind: Kind = "rate",
    headings: dict[str, str],
    unit: str = "",
    language: Language = "en",
    **standing: Any,
) -> Table:
    """The readings beside the chart's lines, a row a period.

    Args:
        readings: in time order, one a period (`every_period`).
        chart: `xmr(values_for_limits(readings), …)`.
        grain: what a period is.
        kind: how the value is protected: share, rate, count or line.
        headings: column headings for period, value, numerator, denominator and unknown; a count without one is
            left out.
        unit: what follows a value, such as `%` or `per 1,000 people`.
        language: of the periods' names.
        standing: title, sentence, counting_rule, as_at, pack and the rest of Table's fields.

    Raises:
        UsageFault: when chart and readings do not have the same number of periods.
    """
    if len(readings) != len(chart.points):
        raise UsageFault(f"control chart: {len(readings)} readings, but the chart has {len(chart.points)} points.")
    columns, shown = _columns(kind, headings, unit)
    rows = tuple(
        (
            reading.start,
            period_name(reading.start, grain, language),
            *(getattr(reading, name) for name in shown),
            reading.value,
            *(_cell(line) for line in (point.mean, point.lower, point.upper)),
            point.signal,
            point.kind,
            point.period,
            point.short,
            point.still,
            reading.part,
            reading.reason,
        )
        for reading, point in zip(readings, chart.points, strict=True)
    )
    return Table(columns=columns, rows=rows, **standing)


def _columns(kind: Kind, headings: dict[str, str], unit: str) -> tuple[tuple[Column, ...], list[str]]:
    """The table's columns, and the names of the counts among them."""
    counts: dict[str, Kind] = {
        "numerator": "count",
        "denominator": "population" if kind == "rate" else "base",
        "unknown": "count",
    }
    shown = [name for name in counts if name in headings]
    return (
        Column("start", "Start", "date"),
        Column("period", headings.get("period", "Period")),
        *(Column(name, headings[name], counts[name]) for name in shown),
        Column("value", headings.get("value", "Value"), kind, unit),
        Column("mean", "Average", "line", unit),
        Column("lower", "Lower limit", "line", unit),
        Column("upper", "Upper limit", "line", unit),
        Column("signal", "Signal", "flag"),
        Column("kind", "What the signal means", "flag"),
        Column("stretch", "Stretch under the same conditions", "flag"),
        Column("short", "Too few periods for limits", "flag"),
        Column("still", "No variation", "flag"),
        Column("part", "Part period", "flag"),
        Column("reason", "Why there is no value", "text"),
    ), shown


def _cell(number: float) -> Cell:
    return None if math.isnan(number) else number
