"""People who ask for the same, or change the same rule, at the very same moment, each over their own connection."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from nvap.records.counting_rule import CountingRule, own_rules
from nvap.records.rule_book import Overtaken, history
from nvap.records.workspace import Workspace
from nvap.web.accounts.actions import mirror_forces
from nvap.web.accounts.models import Force
from nvap.web.journal.models import Entry
from nvap.web.profile.actions import request_profile
from nvap.web.profile.models import ProfileRun
from nvap.web.results.actions import request_computation
from nvap.web.results.breakdowns.actions import request_breakdown
from nvap.web.results.breakdowns.asked import Asked
from nvap.web.results.job_actions import begin
from nvap.web.results.jobs import Job
from nvap.web.results.models import Breakdown, Computation
from nvap.web.results.rules import actions

PEOPLE = ("Ben", "Cy", "Di", "Eve")
Ask = Callable[[Force, str], Job]
OVERTAKEN = "Somebody has changed the rule R-own meanwhile."


@pytest.fixture
def force(transactional_db: None, workspace: Workspace, settings: Any) -> Force:
    """Northshire, in a database that is really written to; the worker's jobs are noted and not done."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    return mirror_forces(forces=[workspace.force("northshire")], by="the tests")[0]


def profile(force: Force, by: str) -> ProfileRun:
    return request_profile(force=force, rule="R1", first=None, last=None, shifts="early=07:00,late=19:00", by=by)


def breakdown(force: Force, by: str) -> Breakdown:
    return request_breakdown(force=force, asked=Asked("D01", "week", "count", "R1"), by=by)


def computation(force: Force, by: str) -> Computation:
    return request_computation(force=force, because="a test", by=by)


@pytest.mark.parametrize(
    ("ask", "model", "called"),
    [
        (profile, ProfileRun, "problem profile"),
        (breakdown, Breakdown, "breakdown"),
        (computation, Computation, "computation"),
    ],
)
def test_whoever_asks_for_the_same_at_the_same_moment_shares_one_job(
    force: Force, ask: Ask, model: Any, called: str
) -> None:
    jobs = at_once(lambda by: ask(force, by).pk)

    assert set(jobs) == {model.objects.get().pk}
    assert Entry.objects.filter(object_type=called).count() == 1


def test_of_those_who_change_the_same_rule_at_the_same_moment_one_does_and_the_others_are_told(
    force: Force, workspace: Workspace
) -> None:
    folder = workspace.force("northshire").folder
    seen = actions.save(force=force, rule=CountingRule("R-own", "ours", "As R1."), seen=None, why="So", by="Ben")
    begin(Computation.objects.get())

    def change(by: str) -> str:
        request_computation(force=force, because="a load", by=by)
        try:
            return actions.save(force=force, rule=replace(seen, never_codes=(by,)), seen=seen, why="So", by=by).id
        except Overtaken as refusal:
            return str(refusal)

    told = at_once(change)

    (stands,) = own_rules(folder)
    assert sorted(told) == sorted([stands.id, OVERTAKEN, OVERTAKEN, OVERTAKEN])
    assert [each.rule.id for each in history(folder)] == [seen.id, stands.id]
    assert Entry.objects.filter(object_type="counting rule").count() == 2
    assert Computation.objects.filter(state="waiting").count() == 1


def at_once(act: Callable[[str], Any]) -> list[Any]:
    """What each of the people gets who do this at the same moment."""
    together = Barrier(len(PEOPLE), timeout=60)

    def acts(by: str) -> Any:
        try:
            connection.ensure_connection()
            together.wait()
            return act(by)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(PEOPLE)) as everybody:
        return list(everybody.map(acts, PEOPLE))
