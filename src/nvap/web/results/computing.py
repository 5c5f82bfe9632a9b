"""Computing a force's measures and storing them, step by step; the worker does it, and so may a command."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from nvap import packs
from nvap.errors import NotEnoughData, NvapError
from nvap.measures import results
from nvap.measures.asking import end_of
from nvap.measures.run import run
from nvap.packs.measure import Measure
from nvap.packs.model import Pack
from nvap.records.workspace import Force as WorkspaceForce
from nvap.records.workspace import Workspace
from nvap.web import workspace as workspaces
from nvap.web.accounts.models import Force
from nvap.web.results import actions
from nvap.web.results.breakdowns.again import ask_again
from nvap.web.results.layouts import AREA, MONTHS_BY_AREA, Step, steps
from nvap.web.results.models import Computation, StoredResult
from nvap.web.results.offered import own_rules_of
from nvap.web.results.stored import rows_of

WORKER = "the worker"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Work:
    """What every run of one computation shares."""

    workspace: Workspace
    force: WorkspaceForce
    mirrored: Force
    pack: Pack
    asked_by: str


@dataclass(frozen=True)
class _Span:
    """The measures of one run and the days that it asks for (None: all that is held)."""

    measures: tuple[Measure, ...]
    first: date | None = None
    last: date | None = None


def compute(force_code: str, number: int) -> None:
    """Do one computation from its beginning. A fault in one measure is told and does not stop the others."""
    computation = Computation.objects.filter(pk=number, force=force_code).first()
    if computation is None or not computation.is_open:
        return
    pack, here = packs.pack(), workspaces.current()
    mirrored = Force.objects.get(code=force_code)
    work = _Work(here, here.force(force_code), mirrored, pack, computation.requested_by)
    own = [each.id for each in own_rules_of(work.force)]
    ahead = steps(pack, own)
    actions.begin(computation=computation, total=len(ahead), by=WORKER)
    stored, failures = 0, list[str]()
    for done, step in enumerate(ahead):
        actions.record_progress(computation=computation, done=done, doing=f"{step.by} {step.rule.partition('@')[0]}")
        if step.rule in own and step.rule not in {each.id for each in own_rules_of(work.force)}:
            continue  # somebody has changed or retired it since; its successor waits to be computed
        for span in _spans(work, step):
            kept, failed = _store(work, step, span)
            stored, failures = stored + kept, [*failures, *failed]
    actions.record_progress(computation=computation, done=len(ahead), doing="")
    ask_again(force=mirrored, here=work.force, pack=pack, by=WORKER)
    told = list(dict.fromkeys(failures))
    actions.finish(computation=computation, stored=stored, failures=told, by=WORKER)


def _store(work: _Work, step: Step, span: _Span) -> tuple[int, list[str]]:
    """Run measures together, or one by one where together fails; how many runs were stored, and what failed."""
    try:
        found = _run(work, step, span)
    except NotEnoughData as fault:
        return 0, [str(fault)]
    except Exception as fault:  # whatever it is: the other measures are computed, and this one is told
        if len(span.measures) > 1:
            alone = [_Span((each,), span.first, span.last) for each in span.measures]
            outcomes = [_store(work, step, each) for each in alone]
            return sum(kept for kept, _ in outcomes), [said for _, failed in outcomes for said in failed]
        return 0, [_told(span.measures[0], step, fault)]
    made = results.store(work.force, found)
    actions.index(force=work.mirrored, run=made, rows=found, by=work.asked_by, told=True)
    return 1, []


def _run(work: _Work, step: Step, span: _Span) -> pa.Table:
    return run(
        work.workspace,
        work.force,
        [each.id for each in span.measures],
        start=span.first,
        end=span.last,
        by=step.by,
        rule=step.rule,
        pack=work.pack,
        asked_by=work.asked_by,
    )


def _told(measure: Measure, step: Step, fault: Exception) -> str:
    """A fault in words for the page; the full account of one that is ours goes to the server's log."""
    if isinstance(fault, NvapError):
        return f"{measure.id}: {fault}"
    _log.error("%s failed by %s under %s", measure.id, step.by, step.rule, exc_info=fault)
    return f"{measure.id}: an unexpected fault; the server's log tells more."


def _spans(work: _Work, step: Step) -> Iterator[_Span]:
    """By period all that is held; by area the last whole months of each measure, those with the same ones together."""
    if step.by != AREA:
        yield _Span(step.measures)
        return
    together: dict[tuple[date, date], list[Measure]] = defaultdict(list)
    monthly = StoredResult.objects.filter(force=work.mirrored, by="month", rule__in=["", step.rule]).current()
    entries = {entry.measure: entry for entry in monthly}
    for measure in step.measures:
        last = last_whole_month(rows_of(work.force, entries[measure.id])) if measure.id in entries else None
        if last is not None:
            together[months_before(last, MONTHS_BY_AREA), last].append(measure)
    for (first, last), measures in together.items():
        yield _Span(tuple(measures), first, last)


def last_whole_month(rows: pa.Table) -> date | None:
    """The last day of the newest month that the extracts cover whole; None where there is none."""
    ends = [
        end
        for end, status, count in zip(
            rows["period_end"].to_pylist(), rows["status"].to_pylist(), rows["numerator"].to_pylist(), strict=True
        )
        if end is not None and count is not None and status != "part_period"
    ]
    return max(ends, default=None)


def months_before(last: date, months: int) -> date:
    """The first day of the stretch of this many whole months that ends on `last`."""
    at = last.year * 12 + last.month - months
    start = date(at // 12, at % 12 + 1, 1)
    assert end_of(start, "month") <= last  # noqa: S101 - a stretch of a month or more
    return start
