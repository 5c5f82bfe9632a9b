"""People who ask the worker for the same thing at the very same moment, each over a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from nvap.records.workspace import Workspace
from nvap.web.accounts.actions import mirror_forces
from nvap.web.accounts.models import Force
from nvap.web.journal.models import Entry
from nvap.web.profile.actions import request_profile
from nvap.web.profile.models import ProfileRun
from nvap.web.results.actions import request_computation
from nvap.web.results.breakdowns.actions import request_breakdown
from nvap.web.results.breakdowns.asked import Asked
from nvap.web.results.jobs import Job
from nvap.web.results.models import Breakdown, Computation

PEOPLE = ("Ben", "Cy", "Di", "Eve")
Ask = Callable[[Force, str], Job]


def profile(force: Force, by: str) -> ProfileRun:
    return request_profile(force=force, rule="R1", first=None, last=None, shifts="early=07:00,late=19:00", by=by)


def breakdown(force: Force, by: str) -> Breakdown:
    return request_breakdown(force=force, asked=Asked("D01", "week", "count", "R1"), by=by)


def computation(force: Force, by: str) -> Computation:
    return request_computation(force=force, because="a test", by=by)


@pytest.fixture
def _jobs_wait(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.mark.parametrize(
    ("ask", "model", "called"),
    [
        (profile, ProfileRun, "problem profile"),
        (breakdown, Breakdown, "breakdown"),
        (computation, Computation, "computation"),
    ],
)
@pytest.mark.usefixtures("transactional_db", "_jobs_wait")
def test_whoever_asks_for_the_same_at_the_same_moment_shares_one_job(
    workspace: Workspace, ask: Ask, model: Any, called: str
) -> None:
    (force,) = mirror_forces(forces=[workspace.force("northshire")], by="the tests")
    together = Barrier(len(PEOPLE), timeout=60)

    def asks(by: str) -> int:
        try:
            connection.ensure_connection()
            together.wait()
            return int(ask(force, by).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(PEOPLE)) as everybody:
        jobs = set(everybody.map(asks, PEOPLE))

    assert jobs == {model.objects.get().pk}
    assert Entry.objects.filter(object_type=called).count() == 1
