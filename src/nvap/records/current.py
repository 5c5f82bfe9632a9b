"""The current view: the latest version of each row as at a date, whatever the order in which the batches were loaded.

Each batch shows its rows but for those that a later batch holds too (the later as-at date wins), and those that lie in
the period of a later `full` extract (what that extract does not hold was withdrawn). Which batches share keys was
counted when they were loaded, so batches that share none are read as they stand.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyarrow import parquet

from nvap.engine.connection import Engine, quoted, read_parquet
from nvap.records.contract import TABLES, Contract, contract
from nvap.records.store import PRECISIONS, Batch, Coverage, Precision, batches
from nvap.records.workspace import Force


@dataclass(frozen=True)
class TableState:
    """What a force holds of one table as at a date: which columns are filled, how finely, and what is not covered."""

    table: str
    batches: tuple[Batch, ...]
    precision: Mapping[str, Precision]
    coverage: Coverage
    columns_filled: frozenset[str]
    partial_periods: frozenset[str]
    population_years: Mapping[int, int]

    @property
    def as_at(self) -> datetime.date:
        """The as-at date of the newest batch shown."""
        return max(each.as_at for each in self.batches)


@dataclass(frozen=True)
class Tables:
    """The contract tables that an engine can now read, by name."""

    held: Mapping[str, TableState]
    as_at: datetime.date | None


def open_tables(
    engine: Engine,
    force: Force,
    *,
    as_at: datetime.date | None = None,
    tables: Iterable[str] = TABLES,
    only: Mapping[str, Collection[str]] | None = None,
    copied_up_to: int = 0,
) -> Tables:
    """Make each contract table that the force holds readable under its name, as at a date (None: the newest).

    `only` names, by table, the batches to read: the tables as an earlier run saw them. A table without a batch is not
    there; `Tables.held` says which are. Tables of up to `copied_up_to` rows are read once and kept in the engine: many
    queries over them then need not work out again which rows are current.
    """
    held: dict[str, TableState] = {}
    for table in tables:
        visible = [each for each in batches(force, table) if as_at is None or each.as_at <= as_at]
        if only is not None:
            visible = [each for each in visible if each.id in only.get(table, ())]
        if visible:
            sql = current_sql(contract(table), visible)
            if sum(each.report.get("loaded", copied_up_to + 1) for each in visible) <= copied_up_to:
                engine.run(f"CREATE OR REPLACE TEMP TABLE {quoted(table)} AS {sql}")
            else:
                engine.view(table, sql)
            held[table] = _state(table, visible)
    return Tables(held, as_at)


def current_sql(described: Contract, visible: list[Batch]) -> str:
    """SQL for the current rows of these batches, which stand in the order in which they win (the last wins)."""
    plain: list[Path] = []
    parts: list[str] = []
    for at, batch in enumerate(visible):
        later = visible[at + 1 :]
        conditions = _withdrawals(described, batch, later)
        if conditions is None:
            continue
        conditions += _superseded(described, batch, later)
        if conditions:
            where = " AND ".join(conditions)
            parts.append(f"{_select(described, [batch.rows])} WHERE {where}")
        else:
            plain.append(batch.rows)
    if plain:
        parts.insert(0, _select(described, plain))
    if not parts:
        return f"{_select(described, [visible[-1].rows])} WHERE false"
    return "\nUNION ALL\n".join(parts)


def same_key(described: Contract, left: str, right: str) -> str:
    """SQL that says whether two rows have the same key: references without regard to case, nothing equals nothing."""
    pairs = []
    for name in described.key:
        sides = (f'{left}."{name}"', f'{right}."{name}"')
        if described.column(name).type == "record_ref":
            sides = (f"upper({sides[0]})", f"upper({sides[1]})")
        pairs.append(f"{sides[0]} IS NOT DISTINCT FROM {sides[1]}")
    return " AND ".join(pairs)


def _select(described: Contract, files: list[Path]) -> str:
    """The contract's columns from stored files; one that the contract had not when they were stored is missing."""
    stored = {name for file in files for name in parquet.read_schema(file).names} if files else set()
    columns = [
        f'held."{name}"' if name in stored else f'CAST(NULL AS {kind}) AS "{name}"'
        for name, kind in described.stored_types.items()
    ]
    return f'SELECT {", ".join(columns)}, held."_ambiguous", held."_batch" FROM {read_parquet(files)} AS held'


def _withdrawals(described: Contract, batch: Batch, later: list[Batch]) -> list[str] | None:
    """The conditions that leave out what later full extracts withdrew, or None where nothing of the batch is left."""
    conditions = []
    for full in later:
        if full.extract.kind != "full":
            continue
        first, last = full.extract.first, full.extract.last
        if first is None or last is None:
            return None
        if batch.first_day is None or batch.last_day is None or batch.last_day < first or batch.first_day > last:
            continue
        if first <= batch.first_day and batch.last_day <= last and not batch.undated_rows:
            return None
        span = f"DATE '{first.isoformat()}' AND DATE '{last.isoformat()}'"
        conditions.append(f"NOT coalesce({described.period_day} BETWEEN {span}, false)")
    return conditions


def _superseded(described: Contract, batch: Batch, later: list[Batch]) -> list[str]:
    """The condition that leaves out rows that a later batch holds too."""
    sharing = [each.rows for each in later if batch.id in each.overlaps or each.id in batch.overlaps]
    if not sharing:
        return []
    return [f"NOT EXISTS (SELECT 1 FROM {read_parquet(sharing)} AS newer WHERE {same_key(described, 'newer', 'held')})"]


def _state(table: str, visible: list[Batch]) -> TableState:
    precision: dict[str, Precision] = {}
    years: dict[int, int] = {}
    for batch in visible:
        years.update(batch.population_years)
        for column, found in batch.precision.items():
            precision[column] = max(precision.get(column, found), found, key=PRECISIONS.index)
    limits = [batch.coverage for batch in visible]
    only = sorted({each.only for each in limits if each.only})
    notes = list(dict.fromkeys(each.note for each in limits if each.note))
    part = frozenset(period for each in limits for period in each.partial_periods)
    return TableState(
        table=table,
        batches=tuple(visible),
        precision=precision,
        coverage=Coverage(
            ", ".join(only) or None, " ".join(notes) or None, tuple(sorted(part)), any(x.sample_days for x in limits)
        ),
        columns_filled=frozenset(name for batch in visible for name in batch.columns_filled),
        partial_periods=part,
        population_years=years,
    )
