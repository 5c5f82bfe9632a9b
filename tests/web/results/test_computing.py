"""The worker's job: what it stores, how it tells how far it is, and what happens when it fails or is cut off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import default_task_backend

from nvap import packs
from nvap.errors import InputFault
from nvap.records.workspace import Workspace
from nvap.web import loading
from nvap.web.accounts.models import Force, User
from nvap.web.journal.models import Entry
from nvap.web.results import actions, computing, stored
from nvap.web.results.layouts import has_area, rules_of, steps
from nvap.web.results.models import Computation, StoredResult


@pytest.fixture(autouse=True)
def _jobs_wait(settings: Any) -> None:
    """Jobs are noted and not done: each test does its own."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def ask(force: Force) -> Computation:
    return actions.request_computation(force=force, because="a test", by="the tests")


def test_every_layout_and_rule_that_a_measure_allows_is_a_step() -> None:
    found = [(step.by, step.rule, len(step.measures)) for step in steps(packs.pack())]

    measures = packs.pack().measures.values()
    in_rule = {rule: [each for each in measures if rule in rules_of(each)] for rule in ("R1", "R2", "R3")}
    with_area = {rule: sum(has_area(each) for each in held) for rule, held in in_rule.items()}
    assert found == [
        (by, rule, with_area[rule] if by == "area" else len(held))
        for rule, held in in_rule.items()
        for by in ("month", "quarter", "year", "area")
    ]
    assert 0 < len(in_rule["R2"]) < len(in_rule["R1"]) == len(measures)


def test_a_measure_that_no_rule_decides_is_computed_once() -> None:
    assert rules_of(packs.pack().measures["P12"]) == ("R1",)


def test_a_load_has_its_journal_line_and_asks_for_one_computation(with_extracts: Workspace, northshire: Force) -> None:
    loading.note(force=with_extracts.force("northshire"), by="ben")

    asked = Computation.objects.get()
    assert (asked.state, asked.force_id, asked.requested_by) == ("waiting", "northshire", "ben")
    acts = list(Entry.objects.filter(force="northshire").order_by("seq").values_list("act", flat=True))
    assert acts[-4:] == ["collect", "collect", "collect", "compute"]


def test_loads_that_follow_one_another_share_a_computation(northshire: Force) -> None:
    first, second = ask(northshire), ask(northshire)

    assert first.pk == second.pk
    assert Computation.objects.count() == 1


def test_two_computations_of_a_force_cannot_wait_at_once(northshire: Force) -> None:
    ask(northshire)

    with pytest.raises(IntegrityError), transaction.atomic():
        Computation.objects.create(force=northshire, requested_by="somebody else")


def test_the_worker_stores_what_the_measures_say(with_extracts: Workspace, northshire: Force) -> None:
    asked = ask(northshire)

    computing.compute("northshire", asked.pk)

    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.total, asked.message) == ("done", 12, 12, "")
    held = stored.answers(northshire, ["D02"], "R1")["D02"]
    assert set(held) == {"month", "quarter", "year", "area"}
    newest = held["month"].rows[-1]
    # 25 flagged incidents among 10,000 people.
    assert (newest["numerator"], newest["denominator"], newest["value"]) == (25, 10_000, 2.5)
    by_area = held["area"]
    assert (by_area.entry.first.isoformat(), by_area.entry.last.isoformat()) == ("2024-09-01", "2025-08-31")
    assert by_area.provenance["who"] == "the tests"
    told = Entry.objects.filter(object_type="computation").order_by("seq").last()
    assert told is not None
    assert told.reason == "12 of 12 steps, 0 with faults"


def test_the_web_and_the_command_store_alike(with_extracts: Workspace, northshire: Force) -> None:
    from tests.web.results import world

    world.store(with_extracts, with_extracts.force("northshire"), ("D02",), by="month")
    by_command = stored.answers(northshire, ["D02"], "R1")
    assert by_command == {}

    stored.catch_up(northshire)
    of_command = stored.answers(northshire, ["D02"], "R1")["D02"]["month"].rows
    computing.compute("northshire", ask(northshire).pk)
    of_worker = stored.answers(northshire, ["D02"], "R1")["D02"]["month"].rows

    assert of_worker == of_command


def test_catching_up_twice_notes_a_run_once(with_results: Workspace, northshire: Force) -> None:
    stored.catch_up(northshire)
    noted, told = StoredResult.objects.count(), Entry.objects.count()

    stored.catch_up(northshire)

    assert (StoredResult.objects.count(), Entry.objects.count()) == (noted, told)


def test_one_failing_measure_does_not_stop_the_others(
    with_extracts: Workspace, northshire: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = computing.run

    def failing(here: object, force: object, measures: list[str], **how: object) -> object:
        if "D01" in measures:
            raise InputFault("the incidents' file is damaged")
        return real(here, force, measures, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(computing, "run", failing)
    asked = ask(northshire)

    computing.compute("northshire", asked.pk)

    asked.refresh_from_db()
    assert asked.state == "done"
    assert asked.message == "D01: the incidents' file is damaged"
    assert set(stored.answers(northshire, ["D01", "D02"], "R1")) == {"D02"}


def test_an_unexpected_fault_is_told_without_its_details(
    with_extracts: Workspace, northshire: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> object:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(computing, "run", failing)
    asked = ask(northshire)

    computing.compute("northshire", asked.pk)

    asked.refresh_from_db()
    assert asked.state == "failed"
    assert "D02: an unexpected fault; the server's log tells more." in asked.message
    assert "secret" not in asked.message


def test_nothing_loaded_is_a_computation_that_failed_and_says_why(workspace: Workspace, northshire: Force) -> None:
    asked = ask(northshire)

    computing.compute("northshire", asked.pk)

    asked.refresh_from_db()
    assert asked.state == "failed"
    assert "holds no extract" in asked.message


def test_a_computation_that_was_cut_off_is_done_again_from_its_beginning(
    with_extracts: Workspace, northshire: Force
) -> None:
    asked = ask(northshire)
    Computation.objects.filter(pk=asked.pk).update(state="running", done=5, total=12, started_at=timezone.now())

    computing.compute("northshire", asked.pk)

    asked.refresh_from_db()
    assert (asked.state, asked.done) == ("done", 12)
    assert Entry.objects.filter(reason="begun again: the worker was cut off").exists()


def test_a_computation_that_is_over_is_not_done_again(workspace: Workspace, northshire: Force) -> None:
    asked = ask(northshire)
    Computation.objects.filter(pk=asked.pk).update(state="done")

    computing.compute("northshire", asked.pk)

    assert StoredResult.objects.count() == 0


def test_a_new_request_ends_one_whose_worker_is_gone(northshire: Force) -> None:
    silent = ask(northshire)
    long_ago = timezone.now() - timedelta(hours=3)
    Computation.objects.filter(pk=silent.pk).update(state="running", heard_at=long_ago)

    ask(northshire)

    silent.refresh_from_db()
    assert silent.state == "failed"
    assert Computation.objects.filter(state="waiting").count() == 1


def test_asking_again_after_a_long_wait_gives_the_worker_its_job_again(northshire: Force) -> None:
    waiting = ask(northshire)
    Computation.objects.filter(pk=waiting.pk).update(requested_at=timezone.now() - timedelta(hours=1))
    jobs = len(default_task_backend.results)  # type: ignore[attr-defined]

    ask(northshire)

    assert len(default_task_backend.results) == jobs + 1  # type: ignore[attr-defined]
    assert Computation.objects.count() == 1


def test_a_journal_that_cannot_be_written_undoes_the_request(
    northshire: Force, ben_analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(actions.journal, "write", broken)

    with pytest.raises(OSError, match="full"):
        actions.request_computation(force=northshire, because="a test", by=ben_analyst)

    assert Computation.objects.count() == 0


def test_the_newest_result_stands_and_one_asked_as_at_an_earlier_day_does_not(
    with_results: Workspace, northshire: Force
) -> None:
    stored.catch_up(northshire)
    newest = StoredResult.objects.get(measure="D02", by="month")
    copy = {name: getattr(newest, name) for name in ("measure", "by", "rule", "as_at", "pack", "status", "computed_by")}
    later = newest.computed_at + timedelta(hours=1)
    StoredResult.objects.create(force=northshire, run="another", computed_at=later, as_at_asked=newest.as_at, **copy)

    current = StoredResult.objects.filter(measure="D02", by="month").current()

    assert [each.run for each in current] == [newest.run]
