"""A restated figure keeps the old one, and the pages show both and say why."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.web.results import world
from tests.web.results.test_pages import text_of

from nvap.records.load import load
from nvap.records.workspace import Workspace
from nvap.web.accounts.models import User
from nvap.web.results.breakdowns import work
from nvap.web.results.models import Breakdown

Browse = Callable[..., Client]


@pytest.fixture(autouse=True)
def _jobs_wait(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def restated(with_results: Workspace, tmp_path: Path) -> Workspace:
    """Five more flags of July 2025 come in late: 10 of 10,000 people become 15."""
    file, mapping = tmp_path / "late.csv", tmp_path / "late.yaml"
    rows = [f"2025-07-{at},2025-07-{at % 28 + 1:02},East,Y" for at in range(20, 25)]
    file.write_text("\n".join(["id,day,area,flag", *rows]) + "\n", encoding="utf-8")
    declared = {
        "mapping": "tests-incidents",
        "version": 1,
        "made_up": True,
        "table": "incidents",
        "extract": {"kind": "changes"},
        "columns": {
            "incident_ref": "id",
            "created": {"expr": "day", "format": "%Y-%m-%d", "precision": "day"},
            "area": "area",
            "closure_kind": {"expr": "'counted'"},
            "mh_at_closure": {"expr": "flag", "values": {"Y": True, "N": False}},
        },
    }
    mapping.write_text(json.dumps(declared), encoding="utf-8")
    force = with_results.force("northshire")
    load(with_results, force, file, mapping, as_at=date(2026, 12, 1), by="the tests")
    world.store(with_results, force, by="month")
    return with_results


def test_alice_sees_the_old_figure_beside_the_new_one(browse: Browse, alice_lead: User, restated: Workspace) -> None:
    said = text_of(browse(alice_lead), "/measures/D02/?by=month")

    assert "1 figure shown here was told otherwise before; both stand under “Restated figures”." in said
    assert "July 2025 1.00 per 1,000 people (10 counted, 10,000 people), as at" in said
    assert "1.50 per 1,000 people (15 counted, 10,000 people)" in said


def test_where_nothing_was_restated_nothing_is_said_of_it(
    browse: Browse, alice_lead: User, with_results: Workspace
) -> None:
    assert "Restated figures" not in text_of(browse(alice_lead), "/measures/D02/?by=month")


def test_alice_reads_what_changed_between_two_runs_and_that_late_records_did_it(
    browse: Browse, alice_lead: User, restated: Workspace
) -> None:
    said = text_of(browse(alice_lead), "/measures/D02/changes/?by=month")

    assert "Late records: newer extracts: incidents as at 2026-12-01" in said
    assert "1 figure changed. 19 are the same" in said
    assert "Late records: 1.00 to 1.50, 5 changed" in said


def test_a_measure_with_one_run_has_nothing_to_compare_yet(
    browse: Browse, alice_lead: User, with_results: Workspace
) -> None:
    assert "there is nothing to compare yet" in text_of(browse(alice_lead), "/measures/D02/changes/?by=month")


def test_a_run_that_is_not_of_this_measure_is_not_compared(
    browse: Browse, alice_lead: User, restated: Workspace
) -> None:
    said = text_of(browse(alice_lead), "/measures/D02/changes/?by=month&then=../../etc&now=x")

    assert "Figures that changed" not in said


def test_alice_reads_a_measure_as_it_stood_before_the_late_records_came(
    browse: Browse, alice_lead: User, restated: Workspace
) -> None:
    now = text_of(browse(alice_lead), "/measures/D02/?by=month")
    then = text_of(browse(alice_lead), "/measures/D02/?by=month&as_at=2026-11-30")

    assert "July 2025 15 10,000" in now
    assert "July 2025 10 10,000" in then
    assert "As it stood on" in then
    assert "Show what stands now" in then
    assert "1 December 2026" in now


def test_the_file_of_an_earlier_day_holds_the_figures_of_that_day(
    browse: Browse, alice_lead: User, restated: Workspace
) -> None:
    client = browse(alice_lead)
    client.get("/measures/D02/?by=month")

    then = client.get("/measures/D02/table.csv?by=month&as_at=2026-11-30").content.decode("utf-8-sig")

    assert "July 2025,2025-07-01,2025-07-31,10,10000" in then


def test_where_too_much_is_to_be_read_for_a_page_the_worker_compares_and_the_page_shows_it(
    browse: Browse, ben_analyst: User, restated: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nvap.web.results.restated.MOST_ROWS", 1000)
    client = browse(ben_analyst)

    before = text_of(client, "/measures/D02/changes/?by=month")
    client.post("/measures/D02/changes/work-out/?by=month")
    waiting = text_of(client, "/measures/D02/changes/?by=month")
    for each in Breakdown.objects.all():
        work.work_out("northshire", each.pk)

    # 801 rows were read of the incidents first, and 5 that came late; the population has 4.
    assert "1,615 rows of the force's tables must be read" in before
    assert "nvap results compare" in before
    assert "It waits to be worked out, asked for by" in waiting
    assert "Late records: 1.00 to 1.50, 5 changed" in text_of(client, "/measures/D02/changes/?by=month")


def test_somebody_who_may_not_compute_reads_how_it_can_be_had(
    browse: Browse, alice_lead: User, restated: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nvap.web.results.restated.MOST_ROWS", 1000)

    said = text_of(browse(alice_lead), "/measures/D02/changes/?by=month")

    assert "Somebody who may have measures computed can ask for it here." in said
    assert browse(alice_lead).post("/measures/D02/changes/work-out/?by=month").status_code == 403
