"""What was loaded: each extract with what became of every one of its rows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nvap.records import store
from nvap.records.contract import contract, contracts
from nvap.records.store import Batch
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.results.numbers import plain


@dataclass(frozen=True)
class RuleBroken:
    """A rule that rows broke: in which column, how many rows, and the numbers of the first."""

    rule: str
    column: str
    rows: int
    first_rows: tuple[int, ...]


@dataclass(frozen=True)
class Load:
    """One extract and its reconciliation: read = loaded + set aside + identical duplicates + excluded."""

    batch: Batch
    file: str
    read: int
    loaded: int
    set_aside: int
    duplicates: int
    excluded: int
    excluded_by: tuple[tuple[str, int], ...]
    rules: tuple[RuleBroken, ...]
    unmapped: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    warnings: tuple[str, ...]

    @property
    def counts(self) -> tuple[str, ...]:
        """The reconciliation's numbers as people read them, in its order."""
        return tuple(plain(each) for each in (self.read, self.loaded, self.set_aside, self.duplicates, self.excluded))

    @property
    def has_more(self) -> bool:
        """Whether there is anything to tell beyond the counts."""
        return bool(self.rules or self.excluded_by or self.unmapped or self.warnings)


@dataclass(frozen=True)
class TableLoads:
    """The extracts of one table, the newest first."""

    name: str
    title: str
    loads: tuple[Load, ...]
    as_at: datetime.date

    @property
    def has_more(self) -> bool:
        """Whether there is anything to tell of any extract beyond the counts."""
        return any(each.has_more for each in self.loads)


def loads(force: Force) -> list[TableLoads]:
    """Every extract of the force, table by table in the order of the contracts."""
    batches = store.all_batches(workspace.current().force(force.code))
    found = []
    for table in contracts():
        own = [each for each in batches if each.table == table]
        if own:
            shown = tuple(_load(each) for each in reversed(own))
            found.append(TableLoads(table, contract(table).title, shown, max(each.as_at for each in own)))
    return found


def totals(tables: Sequence[TableLoads]) -> dict[str, str]:
    """The counts of all extracts together."""
    every = [load for table in tables for load in table.loads]
    return {
        name: plain(sum(getattr(each, name) for each in every))
        for name in ("read", "loaded", "set_aside", "duplicates", "excluded")
    }


def _load(batch: Batch) -> Load:
    report: dict[str, Any] = dict(batch.report)
    excluded = tuple(report["excluded"].items())
    return Load(
        batch=batch,
        file=str(report.get("file", "")),
        read=report["read"],
        loaded=report["loaded"],
        set_aside=report["set_aside"],
        duplicates=report["identical_duplicates"],
        excluded=sum(count for _, count in excluded),
        excluded_by=excluded,
        rules=tuple(
            RuleBroken(each["rule"], each["column"] or "", each["rows"], tuple(each["first_rows"]))
            for each in report["set_aside_rules"]
        ),
        unmapped=tuple((column, tuple(codes.items())) for column, codes in report.get("unmapped", {}).items()),
        warnings=tuple(report.get("warnings", ())),
    )
