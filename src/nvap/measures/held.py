"""What is held of a table, as measures need to know it: columns, precision, the days covered and what is left out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nvap.measures.asking import end_of
from nvap.records.contract import contract
from nvap.records.current import Tables, TableState
from nvap.records.own_codes import labels_of

# Tables that set things up, or hold a history: what is asked need not lie within their own days.
SETTINGS = frozenset(
    {
        "population", "population_groups", "grade_config", "code_map", "course_requirements", "training", "calendar",
        "persons", "problem_plans",
    }
)  # fmt: skip
# Tables of registers and staff as they stood on a day, which stands for its month.
SNAPSHOTS = frozenset({"staff", "agreements", "isa_register", "problem_profiles"})
_FINENESS = ("month", "day", "hour", "instant")
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?|-[qQ]([1-4]))?")

Days = tuple[datetime.date, datetime.date]


@dataclass(frozen=True)
class Held:
    """One table's state. `ranges` are the days its extracts cover, apart and in order; `partial` days within them that
    are incomplete. `own_codes` are the words of codes that the force added, by code list."""

    table: str
    columns: frozenset[str]
    precision: Mapping[str, str] = field(default_factory=dict)
    ranges: tuple[Days, ...] = ()
    partial: tuple[Days, ...] = ()
    only: str | None = None
    sample_days: bool = False
    population_years: Mapping[int, int] = field(default_factory=dict)
    as_at: datetime.date | None = None
    batches: tuple[str, ...] = ()
    origins: frozenset[str] = frozenset()
    own_codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def is_finer_than(self, column: str, wanted: str) -> bool:
        """Whether a time column is at least as fine as wanted."""
        return _FINENESS.index(self.precision.get(column, "instant")) >= _FINENESS.index(wanted)


def held_tables(tables: Tables) -> dict[str, Held]:
    """What each open table holds."""
    return {name: _held(state) for name, state in tables.held.items()}


def _held(state: TableState) -> Held:
    column = contract(state.table).period_column
    # A month's first day stands for the month, both where only months are held and in snapshots.
    monthly = state.precision.get(column) == "month" or state.table in SNAPSHOTS
    ranges = []
    for batch in state.batches:
        first, last = batch.extract.first or batch.first_day, batch.extract.last or batch.last_day
        if first is not None and last is not None:
            ranges.append((first, end_of(last.replace(day=1), "month") if monthly else last))
    return Held(
        table=state.table,
        columns=state.columns_filled,
        precision=dict(state.precision),
        ranges=joined(ranges),
        partial=tuple(days for text in sorted(state.partial_periods) if (days := period_days(text)) is not None),
        only=state.coverage.only,
        sample_days=state.coverage.sample_days,
        population_years=dict(state.population_years),
        as_at=state.as_at,
        batches=tuple(batch.id for batch in state.batches),
        origins=frozenset(batch.origin for batch in state.batches),
        own_codes=labels_of(batch.own_codes for batch in state.batches),
    )


def joined(ranges: Iterable[Days]) -> tuple[Days, ...]:
    """Ranges of days put in order, with those that touch or overlap made one."""
    found: list[Days] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + datetime.timedelta(days=1):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def common(one: tuple[Days, ...], other: tuple[Days, ...]) -> tuple[Days, ...]:
    """The days that lie in both."""
    both = [(max(a[0], b[0]), min(a[1], b[1])) for a in one for b in other]
    return joined(each for each in both if each[0] <= each[1])


def period_days(text: str) -> Days | None:
    """The days of `2015`, `2015-Q2`, `2015-06` or `2015-06-14`; None for anything else."""
    found = _PERIOD.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, quarter = found.groups()
    if day:
        only = datetime.date(int(year), int(month), int(day))
        return only, only
    start = datetime.date(int(year), int(month or (int(quarter or 1) - 1) * 3 + 1), 1)
    return start, end_of(start, "month" if month else "quarter" if quarter else "year")
