"""What the worker does for a breakdown: read the force's tables, and note the counts that the picture is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from nvap import packs
from nvap.measures import results
from nvap.measures.outcome_changes import MEASURES as OUTCOMES
from nvap.measures.outcome_changes import outcomes_became
from nvap.measures.run import run
from nvap.measures.strands import strands_beside
from nvap.measures.together import codes_together
from nvap.measures.week import hours_of_week
from nvap.packs.measure import Measure, Part
from nvap.packs.model import Pack
from nvap.records import store
from nvap.records.workspace import Force as WorkspaceForce
from nvap.records.workspace import Workspace
from nvap.web import workspace as workspaces
from nvap.web.accounts.models import Force
from nvap.web.results import actions as runs
from nvap.web.results import restated
from nvap.web.results.breakdowns import actions
from nvap.web.results.breakdowns.asked import batches_behind
from nvap.web.results.breakdowns.kinds import AREAS, BECAME, CHANGES, RATIOS, STRANDS, WEEK
from nvap.web.results.breakdowns.said import strands_said
from nvap.web.results.computing import WORKER
from nvap.web.results.job_actions import Failed, attempt, begin
from nvap.web.results.models import Breakdown
from nvap.web.results.offered import own_rules_of
from nvap.web.results.stored import RESULTS, read_run

GRADES = ("grade_initial", "grade_final")


@dataclass(frozen=True)
class Work:
    """What one breakdown is worked out from."""

    workspace: Workspace
    force: WorkspaceForce
    mirrored: Force
    pack: Pack
    measure: Measure
    part: Part
    rule: str
    asked: Breakdown


@dataclass(frozen=True)
class Found:
    """What came of it, as JSON can hold it, as at which day, and whether it rests on made-up records."""

    found: dict[str, Any]
    as_at: date
    origins: frozenset[str]


def work_out(force_code: str, number: int) -> None:
    """Work one breakdown out from its beginning; what cannot be is told in words."""
    asked = Breakdown.objects.filter(pk=number, force=force_code).first()
    if asked is None or not asked.is_open:
        return
    pack, here = packs.pack(), workspaces.current()
    own_rules_of(here.force(force_code))
    measure = pack.measure(asked.measure)
    part = measure.part(asked.part) if asked.part else measure.parts[0]
    mirrored = Force.objects.get(code=force_code)
    work = Work(here, here.force(force_code), mirrored, pack, measure, part, asked.rule or "R1", asked)
    begin(asked)
    extracts = [each.id for each in batches_behind(work.force, asked, measure)]
    found = attempt(asked, lambda: WORK[work.asked.kind](work))
    if isinstance(found, Failed):
        actions.fail(breakdown=asked, message=found.why, extracts=extracts, by=WORKER)
        return
    rests_on = {"as_at": found.as_at, "pack": pack.release, "made_up": "made-up" in found.origins, "extracts": extracts}
    actions.finish(breakdown=asked, found=found.found, rests_on=rests_on, by=WORKER)


def _week(work: Work) -> Found:
    week = hours_of_week(work.force, work.measure, work.part, rule=work.rule, as_at=work.asked.wanted_day)
    counts = [[day, hour, many] for (day, hour), many in sorted(week.counts.items())]
    return Found({"counts": counts}, week.as_at, week.origins)


def _became(work: Work) -> Found:
    as_at = work.asked.wanted_day
    if work.measure.id in OUTCOMES:
        found = outcomes_became(work.force, as_at=as_at)
    else:
        found = codes_together(work.force, work.measure.table, GRADES, span=(None, None), as_at=as_at)
    counts = [[*pair, many] for pair, many in found.counts.items()]
    return Found({"counts": counts, "unknown": found.unknown}, found.as_at, found.origins)


def _strands(work: Work) -> Found:
    found = strands_beside(work.force, work.measure, rule=work.rule, as_at=work.asked.wanted_day)
    return Found(strands_said(found), found.as_at, found.origins)


def _areas(work: Work) -> Found:
    return _stored_run(work, "month,area")


def _whole(work: Work) -> Found:
    """All days together, from the first year for which the people of each group are held."""
    held = [each.first_day for each in store.all_batches(work.force) if each.table == "population_groups"]
    years = [day.year for day in held if day is not None]
    return _stored_run(work, "whole", date(min(years), 1, 1) if years else None)


def _changes(work: Work) -> Found:
    """Two stored runs compared."""
    then, now = work.asked.wanted.split()
    told = restated.compared(work.force, (then, now), work.measure.id)
    newer = read_run(work.force.folder / RESULTS / told["now"])
    return Found(told, newer.as_at, frozenset(newer.provenance["origins"]))


def _stored_run(work: Work, by: str, start: date | None = None) -> Found:
    """A run of the measure by another layout, stored as any other."""
    found = run(
        work.workspace,
        work.force,
        [work.measure.id],
        start=start,
        by=by,
        rule=work.rule,
        as_at=work.asked.wanted_day,
        pack=work.pack,
        asked_by=work.asked.requested_by,
    )
    made = results.store(work.force, found)
    runs.index(force=work.mirrored, run=made, rows=found, by=work.asked.requested_by, told=True)
    return Found({"run": made.id}, made.as_at, frozenset(made.provenance["origins"]))


WORK: Mapping[str, Callable[[Work], Found]] = {
    WEEK: _week,
    BECAME: _became,
    STRANDS: _strands,
    AREAS: _areas,
    RATIOS: _whole,
    CHANGES: _changes,
}
