"""The SQL that draws any stretch of a table of the made-up nation: rows from one number to another, of one force."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from nvap.engine.connection import quoted
from nvap.records.contract import Column, Contract, contract
from nvap.records.made_up.clock import DAY, seconds
from nvap.records.made_up.nation_columns import (
    After,
    Drawn,
    Source,
    Sql,
    area,
    instant,
    local_day,
    number_of,
    person,
    place,
    reference,
    sql_of,
    usual,
)  # fmt: skip
from nvap.records.made_up.nation_tables import STAFF, TABLES, Belongs, Listed


@dataclass(frozen=True)
class Force:
    """What the rows of one force follow from: the nation's seed, the force's code, its incidents and areas, the first
    day and the first day after."""

    seed: int
    code: str
    incidents: int
    areas: int
    start: datetime.date
    end: datetime.date

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.end - self.start).days

    def source(self, table: str) -> Source:
        """What a table's columns are drawn from."""
        return Source(
            force_seed=number_of(self.seed, self.code), table_seed=number_of(self.seed, self.code, table),
            incidents=self.incidents, areas=self.areas,
        )  # fmt: skip


def rows_of(table: str, force: Force) -> int:
    """How many rows a table of a force has."""
    rows = TABLES[table].rows
    if isinstance(rows, Listed):
        return rows.count(incidents=force.incidents, areas=force.areas, days=force.days)
    above = force.incidents if table == "incidents" else rows_of(rows.to, force)
    if table == "incidents":
        return above
    return -(-above * rows.many // rows.every) if rows.spread else -(-above // rows.every) * rows.many


def rows_sql(table: str, force: Force, first: int, last: int) -> str:
    """A SELECT of the rows numbered from `first` up to before `last`, in the contract's stored columns and order."""
    described, source = contract(table), force.source(table)
    drawn = {each.name: _drawn(table, each, described, source) for each in described.columns}
    values = {name: sql_of(each, source, name) for name, each in drawn.items()}
    kinds = {each.name: each.type for each in described.columns}
    instants = {name: sql for name, sql in values.items() if kinds[name] == "instant"}
    seconds_sql = ", ".join(f"{instants[name]} AS s_{name}" for name in _in_order(table, described, list(instants)))
    years = range(force.start.year - 1, force.end.year + 3)
    day = _day_sql(table, described, years)
    stored = []
    for name, kind in described.stored_types.items():
        if name in instants:
            sql = instant(f"s_{name}")
        elif name not in values:
            sql = local_day(f"s_{name.removesuffix('_date')}", years)
        else:
            sql = values[name]
        stored.append(f"CAST({sql} AS {kind}) AS {quoted(name)}")
    numbered = _numbered_sql(table, force, source, first, last)
    timed = f"SELECT *{', ' if seconds_sql else ''}{seconds_sql} FROM ({numbered})"
    return f"SELECT {', '.join(stored)} FROM (SELECT *, {day} AS d FROM ({timed}))"


def _numbered_sql(table: str, force: Force, source: Source, first: int, last: int) -> str:
    """The rows' numbers: `j`, `up`, `i`, and `s`, the second of the incident behind each."""
    start = f"DATE '{force.start.isoformat()}'"
    known = f"{force.incidents} AS incidents, {force.areas} AS areas, {start} AS start"
    rows = TABLES[table].rows
    if isinstance(rows, Listed):
        numbered = f"SELECT range AS j, range AS up, range AS i, {known} FROM range({first}, {last})"
        day = f"(SELECT *, CAST({rows.day} AS DATE) AS own_day FROM ({numbered}))"
        return f"SELECT *, epoch(own_day)::BIGINT + {DAY // 2} AS s FROM {day}"
    step = force.days * DAY / force.incidents
    moment = f"{seconds(force.start)} + CAST((i + {source.luck('created', 'i')}) * {step} AS BIGINT)"
    above = f"SELECT range AS j, {_up('range', rows)} AS up FROM range({first}, {last})"
    found = f"SELECT *, {_incident(table)} AS i, {known} FROM ({above})"
    return f"SELECT *, {moment} AS s FROM ({found})"


def _up(number: str, rows: Belongs) -> str:
    """SQL for the number of the row that a row belongs to."""
    if rows.spread:
        return f"({number} * {rows.every} // {rows.many})"
    return f"(({number} // {rows.many}) * {rows.every})"


def _incident(table: str) -> str:
    """SQL for the number of the incident behind a row whose `up` is known."""
    rows, number = TABLES[table].rows, "up"
    while isinstance(rows, Belongs) and rows.to != "incidents":
        rows = TABLES[rows.to].rows
        if isinstance(rows, Belongs):
            number = _up(number, rows)
    return number


def _day_sql(table: str, described: Contract, years: range) -> str:
    """SQL for the local day of a row: that of its own period where that is an instant, else that of its incident."""
    if isinstance(TABLES[table].rows, Listed):
        return "own_day"
    own = described.column(described.period_column)
    return local_day(f"s_{own.name}" if own.type == "instant" else "s", years)


def _in_order(table: str, described: Contract, names: list[str]) -> list[str]:
    """Instants in an order in which each stands after the one that it is counted from."""
    found: list[str] = []

    def add(name: str) -> None:
        drawn = _said(table, described.column(name), described)
        if isinstance(drawn, After) and drawn.what != "s":
            add(drawn.what)
        if name not in found:
            found.append(name)

    for name in names:
        add(name)
    return found


def _said(table: str, column: Column, described: Contract) -> Drawn:
    return TABLES[table].columns.get(column.name) or usual(column, described)


def _drawn(table: str, column: Column, described: Contract, source: Source) -> Drawn:
    """How a column is drawn: as its table says, as what it refers to, or as usual for its type."""
    said = TABLES[table].columns.get(column.name)
    if said is not None:
        return said
    if column.type == "record_ref":
        return Sql(_reference(table, column, described))
    if column.type == "key":
        staff = f"'s' || CAST(CAST(floor({{r}} * {STAFF + source.incidents // 2000}) AS INTEGER) AS VARCHAR)"
        return Sql({"person": person(source), "place": place(source), "staff": staff}[str(column.domain)])
    if column.name == "area":
        return Sql(area(source))
    return usual(column, described)


def _reference(table: str, column: Column, described: Contract) -> str:
    """The row's own reference, that of the row it belongs to, or that of its incident; else none."""
    rows = TABLES[table].rows
    if described.key == (column.name,):
        return reference(column.name, "j")
    if isinstance(rows, Belongs) and contract(rows.to).key == (column.name,):
        return reference(column.name, "up")
    if column.name == "incident_ref" and isinstance(rows, Belongs):
        return reference(column.name, "i")
    return "CAST(NULL AS VARCHAR)"
