"""When in the week a measure's rows lie: how many in each hour of each weekday, on the force's own clock."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from nvap.engine.connection import Engine, connect, quoted
from nvap.engine.expression import Expression
from nvap.errors import NotEnoughData
from nvap.measures.held import Held, held_tables
from nvap.measures.readiness import obstacle
from nvap.packs.measurable import rule_columns
from nvap.packs.measure import Measure, Part
from nvap.records.current import open_tables
from nvap.records.workspace import Force

HourOfWeek = tuple[int, int]
"""Weekday from 0 (Monday) and hour from 0."""


@dataclass(frozen=True)
class Week:
    """How many rows of a part lie in each hour of the week, and as at when."""

    counts: Mapping[HourOfWeek, int]
    as_at: datetime.date
    origins: frozenset[str]


def hours_of_week(
    force: Force,
    measure: Measure,
    part: Part,
    *,
    rule: str,
    start: datetime.date | None = None,
    end: datetime.date | None = None,
    as_at: datetime.date | None = None,
) -> Week:
    """The rows that a part counts (its numerator), by weekday and hour of the moment that places them in time.

    Args:
        rule: the id of a counting rule (`asking.read_rule`); it matters where the part uses one.
        start, end: the first and the last day (included); None takes all that is held.
        as_at: as at this day; None takes all that is loaded.

    Returns:
        How many rows lie in each of the 168 hours, on the clock of the force's time zone.

    Raises:
        NotEnoughData: where something is missing, where the time is not held to the hour, or where the part's
            condition asks other rows or tables.
    """
    with connect(memory_limit="1500MB") as engine:
        held = held_tables(open_tables(engine, force, as_at=as_at))
        stopped = obstacle(measure, part, held, rule)
        if stopped is not None:
            raise NotEnoughData(f"{measure.id}, {part.title}: {stopped.reason}")
        _refuse_coarse(held[part.table], measure, part)
        hours = _hours(engine, part, rule, (start or datetime.date.min, end or datetime.date.max))
    counts = dict.fromkeys(((day, hour) for day in range(7) for hour in range(24)), 0)
    zone = ZoneInfo(force.time_zone)
    for moment, many in hours:
        local = moment.replace(tzinfo=datetime.UTC).astimezone(zone)
        counts[local.weekday(), local.hour] += many
    table = held[part.table]
    return Week(counts, as_at or table.as_at or datetime.date.max, table.origins)


def _refuse_coarse(held: Held, measure: Measure, part: Part) -> None:
    is_instant = part.over.columns.get(part.period) == "instant"
    if not is_instant or not held.is_finer_than(part.period, "hour"):
        raise NotEnoughData(f"{measure.id}, {part.title}: {part.table}.{part.period} is not held to the hour.")


def _hours(
    engine: Engine, part: Part, rule: str, days: tuple[datetime.date, datetime.date]
) -> list[tuple[datetime.datetime, int]]:
    """How many rows lie in each hour that has any, in UTC."""
    table, column = quoted(part.table), quoted(part.period)
    wanted = [each for each in (part.denominator.where, part.numerator.where) if each is not None]
    conditions = [_sql(each, part, rule) for each in wanted if part.denominator.table is None or each is wanted[-1]]
    derived = _derived(wanted, part, rule)
    within = f"{quoted(f'{part.period}_date')} BETWEEN DATE '{days[0]}' AND DATE '{days[1]}'"
    where = " AND ".join([within, f"{column} IS NOT NULL", *(f"({each})" for each in conditions)])
    found = engine.query(
        f"SELECT date_trunc('hour', {column}) AS moment, count(*) AS many FROM"
        f" (SELECT {table}.*{derived} FROM {table}) AS {table} WHERE {where} GROUP BY 1 ORDER BY 1"
    )
    return list(zip(found["moment"].to_pylist(), found["many"].to_pylist(), strict=True))


def _sql(expression: Expression, part: Part, rule: str) -> str:
    return expression.renamed(rule_columns(rule)).sql(table=part.table)


def _derived(expressions: list[Expression], part: Part, rule: str) -> str:
    """The worked-out columns that the conditions name."""
    over = part.over
    names = {name for each in expressions for name in each.renamed(rule_columns(rule)).columns}
    if any("." in name for name in names):
        raise NotEnoughData(f"{part.title}: what it counts hangs on other tables, so its hours are not drawn.")
    return "".join(f", {over.derived[name].sql} AS {quoted(name)}" for name in sorted(names & over.derived.keys()))
