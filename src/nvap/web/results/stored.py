"""Finding and reading stored results: the index says which run, the run's file holds the rows."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from nvap.errors import InputFault
from nvap.measures.results import HEADER, StoredRun
from nvap.records.counting_rule import from_json, know, rule_of
from nvap.records.workspace import Force as WorkspaceForce
from nvap.web import workspace
from nvap.web.accounts.models import Force
from nvap.web.results import actions
from nvap.web.results.layouts import LAYOUTS
from nvap.web.results.models import Computation, StoredResult
from nvap.web.results.words import RULES, Words, rule_in_words

Row = dict[str, Any]
Days = tuple[date, date]
"""A first and a last day."""
RESULTS = "results"
BY_MONTH_AND_AREA, WHOLE = "month,area", "whole"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """One measure's stored rows (read when asked for), with the line of the index that found them."""

    entry: StoredResult
    folder: Path

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row of the measure."""
        return _rows(self.folder, self.entry.measure)

    @property
    def provenance(self) -> dict[str, Any]:
        """Where the rows come from."""
        return read_run(self.folder).provenance

    @property
    def rule_words(self) -> Words:
        """The counting rule by the name that it had when it counted."""
        rule = self.entry.rule
        if not rule or rule in RULES:
            return rule_in_words(rule)
        return rule_in_words(rule, (self.provenance.get("counting_rule") or {}).get("name", ""))

    @property
    def is_made_up(self) -> bool:
        """Whether any of it rests on the made-up force."""
        return "made-up" in self.provenance["origins"]

    def of_part(self, part: str) -> list[Row]:
        """The rows of one part."""
        return [row for row in self.rows if row["part"] == part]


def catch_up(force: Force) -> None:
    """Note the runs that a command has stored since; a look at the folder's names where there is none.

    While the worker is at it nothing is noted: it notes its own runs.
    """
    if Computation.objects.filter(force=force, state=Computation.State.RUNNING).exists():
        return
    folder = _folder(force)
    there = {path.parent.name for path in folder.glob(f"*/{HEADER}") if not path.parent.name.startswith(".")}
    known = set(StoredResult.objects.filter(force=force).values_list("run", flat=True).distinct())
    for name in sorted(there - known):
        try:
            run = read_run(folder / name)
            actions.index(force=force, run=run, rows=run.rows(), by=run.provenance["who"])
        except InputFault as fault:
            _log.error("%s", fault)


def answers(
    force: Force, measures: Sequence[str], rule: str, *, as_at: date | None = None
) -> dict[str, dict[str, Answer]]:
    """What stands now of several measures under a counting rule, by measure and layout, in one question to the index.

    A measure that no counting rule decides is answered under any. `as_at` takes what stood on that day: of the runs as
    at that day or before, the newest.
    """
    entries = StoredResult.objects.filter(force=force, measure__in=measures, by__in=LAYOUTS, rule__in=["", rule])
    folder = _folder(force)
    found: dict[str, dict[str, Answer]] = {}
    if as_at is not None:
        # In the order in which they win: each takes the place of the one before it.
        for entry in entries.filter(as_at__lte=as_at).order_by("as_at", "computed_at"):
            if (folder / entry.run / HEADER).exists():
                found.setdefault(entry.measure, {})[entry.by] = Answer(entry, folder / entry.run)
        return found
    for entry in entries.current():
        held = found.setdefault(entry.measure, {})
        if not (folder / entry.run / HEADER).exists():
            _log.error("%s is gone; have the measures computed again.", folder / entry.run)
        elif entry.by not in held or held[entry.by].entry.computed_at < entry.computed_at:
            held[entry.by] = Answer(entry, folder / entry.run)
    return found


def month_by_area(answer: Answer, *, stood: bool = False) -> Answer | None:
    """The newest run by month and area of the same measure and rule; with `stood`, one that stands as at its day."""
    entry = answer.entry
    within = (entry.as_at, entry.as_at) if stood else None
    how = ([entry.rule], BY_MONTH_AND_AREA)
    return _newest(entry.force_id, entry.measure, how, answer.folder.parent, within=within)


def newest_by(force: Force, measure: str, rule: str, by: str, *, within: Days | None = None) -> Answer | None:
    """The newest run of a measure by a layout that is not computed unasked; without a rule, under any.

    `within` takes those that stand as at one of these days, also where somebody asked for them so.
    """
    return _newest(force.code, measure, (["", rule], by), _folder(force), within=within)


def _newest(
    force: str, measure: str, how: tuple[Sequence[str], str], folder: Path, *, within: Days | None
) -> Answer | None:
    rules, by = how
    entries = StoredResult.objects.filter(force=force, measure=measure, by=by, rule__in=rules)
    wanted = entries.filter(as_at__range=within) if within else entries.filter(as_at_asked=None)
    found = wanted.order_by("-computed_at").first()
    return Answer(found, folder / found.run) if found and (folder / found.run / HEADER).exists() else None


def days_held(force: Force, measure: str, rule: str) -> list[date]:
    """The days as at which runs of a measure stand, the newest first."""
    entries = StoredResult.objects.filter(force=force, measure=measure, by__in=LAYOUTS, rule__in=["", rule])
    return list(entries.order_by("-as_at").values_list("as_at", flat=True).distinct())


def earlier(answer: Answer, most: int) -> list[Answer]:
    """The runs that told the same before, the newest first; not those asked for as at an earlier day."""
    entry = answer.entry
    entries = StoredResult.objects.filter(
        force=entry.force_id,
        measure=entry.measure,
        by=entry.by,
        rule=entry.rule,
        first=entry.first,
        last=entry.last,
        as_at_asked=None,
        computed_at__lt=entry.computed_at,
    ).order_by("-computed_at")[:most]
    folder = answer.folder.parent
    return [Answer(each, folder / each.run) for each in entries if (folder / each.run / HEADER).exists()]


def rows_of(force: WorkspaceForce, entry: StoredResult) -> pa.Table:
    """The stored rows behind a line of the index."""
    return read_run(force.folder / RESULTS / entry.run).rows(entry.measure)


def _folder(force: Force) -> Path:
    return workspace.current().force(force.code).folder / RESULTS


# A stored run never changes, so what was read once stays right. A measure's rows take some megabytes.
@lru_cache(maxsize=48)
def _rows(folder: Path, measure: str) -> tuple[Row, ...]:
    """The rows of one measure; none where the file is damaged, which the log tells and the page says."""
    try:
        return tuple(read_run(folder).rows(measure).to_pylist())
    except InputFault as fault:
        _log.error("%s", fault)
        return ()


@lru_cache(maxsize=256)
def read_run(folder: Path) -> StoredRun:
    """A stored run by its folder; its counting rule is known from then on. Raises InputFault where it is damaged."""
    try:
        header = json.loads((folder / HEADER).read_text(encoding="utf-8"))
        if header.get("counting_rule") and rule_of(header["rule"]) is None:
            know(from_json(header["counting_rule"]))
        return StoredRun(folder.name, folder, header)
    except (OSError, ValueError, TypeError) as fault:
        raise InputFault(f"{folder / HEADER} is missing or damaged; have the measures computed again.") from fault
