"""How columns of one table go together: which yes-or-no facts hold at once, and what one code became in another."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from nvap.engine.connection import connect, quoted
from nvap.errors import NotEnoughData, UsageFault, nearest
from nvap.packs.measurable import MHRI, measurable
from nvap.records.contract import code_list, contract
from nvap.records.current import open_tables
from nvap.records.workspace import Force

MOST_CODES: Final = 12
_CODED: Final = ("text", "code")


@dataclass(frozen=True)
class Together:
    """How many rows have each combination of values; rows in which any of them is missing are counted apart."""

    counts: Mapping[tuple[str, ...], int]
    unknown: int
    as_at: datetime.date
    origins: frozenset[str]


Span = tuple[datetime.date | None, datetime.date | None]


def facts_together(
    force: Force, table: str, facts: Sequence[str], *, span: Span, as_at: datetime.date | None
) -> Together:
    """Which facts hold at once: keys are those that hold. Raises UsageFault for a column that is no yes-or-no fact."""
    known = [name for name, kind in measurable(table).columns.items() if kind == "boolean" and "." not in name]
    known = [name for name in known if name != MHRI]
    _check(facts, known, at_least=2)
    found = _counted(force, table, facts, span=span, as_at=as_at)
    counts: dict[tuple[str, ...], int] = {}
    for values, many in found.counts.items():
        holding = tuple(fact for fact, value in zip(facts, values, strict=True) if value == "true")
        counts[holding] = counts.get(holding, 0) + many
    return Together(counts, found.unknown, found.as_at, found.origins)


def codes_together(
    force: Force, table: str, pair: tuple[str, str], *, span: Span, as_at: datetime.date | None
) -> Together:
    """What one code became in another: keys are both codes' labels. Raises UsageFault for a column that is no code."""
    columns = {each.name: each for each in contract(table).columns}
    known = [
        name for name, each in columns.items() if each.type in _CODED and not each.personal and each.domain is None
    ]
    _check(pair, known, at_least=2)
    found = _counted(force, table, pair, span=span, as_at=as_at)
    labels = [code_list(listed).labels if (listed := columns[name].code_list) else {} for name in pair]
    if any(len({key[at] for key in found.counts}) > MOST_CODES for at in (0, 1)):
        raise NotEnoughData(f"{table}: a column has more than {MOST_CODES} codes, which no matrix can show.")
    counts = {
        tuple(names.get(value, value) for names, value in zip(labels, values, strict=True)): many
        for values, many in found.counts.items()
    }
    return Together(counts, found.unknown, found.as_at, found.origins)


def _check(given: Sequence[str], known: Sequence[str], *, at_least: int) -> None:
    for name in given:
        if name not in known:
            raise UsageFault(f"`{name}` cannot be drawn so; allowed: {', '.join(known)}.{nearest(name, known)}")
    if len(set(given)) < at_least or len(set(given)) != len(given):
        raise UsageFault(f"At least {at_least} different columns are needed; found {', '.join(given)}.")


def _counted(force: Force, table: str, names: Sequence[str], *, span: Span, as_at: datetime.date | None) -> Together:
    described, derived = contract(table), measurable(table).derived
    with connect(memory_limit="1500MB") as engine:
        tables = open_tables(engine, force, as_at=as_at)
        if table not in tables.held:
            raise NotEnoughData(f"The table {table} is not loaded.")
        state = tables.held[table]
        needs = {need for name in names for need in (derived[name].needs if name in derived else {f"{table}.{name}"})}
        missing = [need for need in sorted(needs) if need.partition(".")[2] not in _filled(tables.held, need)]
        if missing:
            raise NotEnoughData(f"No mapping fills {', '.join(missing)}.")
        shown = ", ".join(
            f"{derived[name].sql if name in derived else quoted(name)} AS v{at}" for at, name in enumerate(names)
        )
        first, last = span[0] or datetime.date.min, span[1] or datetime.date.max
        within = f"{described.period_day} BETWEEN DATE '{first}' AND DATE '{last}'"
        cast = ", ".join(f"CAST(v{at} AS VARCHAR) AS v{at}" for at in range(len(names)))
        found = engine.query(
            f"SELECT {cast}, count(*) AS many FROM (SELECT {shown} FROM {quoted(table)} WHERE {within}) GROUP BY ALL"
        )
    counts, unknown = {}, 0
    for *values, many in zip(*(found[name].to_pylist() for name in found.column_names), strict=True):
        if None in values:
            unknown += many
        else:
            counts[tuple(values)] = many
    if not counts:
        raise NotEnoughData(f"{table}: there is no row in which all of {', '.join(names)} are known.")
    return Together(counts, unknown, as_at or state.as_at, frozenset(each.origin for each in state.batches))


def _filled(held: Mapping[str, object], need: str) -> frozenset[str]:
    state = held.get(need.partition(".")[0])
    return frozenset(getattr(state, "columns_filled", ()))
