"""A measure's pictures as files, for slides and reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.web.results import world
from tests.web.results.test_pages import text_of

from nvap.records.workspace import Workspace
from nvap.web.accounts.models import User
from nvap.web.journal.models import Entry

Browse = Callable[..., Client]


@pytest.fixture(autouse=True)
def _jobs_wait(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def test_alice_takes_the_chart_as_a_picture_for_her_slides_and_the_journal_notes_it(
    browse: Browse, alice_lead: User, with_results: Workspace
) -> None:
    answer = browse(alice_lead).get("/measures/D02/picture.png?by=month")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert 'filename="made-up-northshire-D02-rate-by-month-not-for-release.png"' in answer["Content-Disposition"]
    line = Entry.objects.filter(object_type="measure").latest("at")
    assert (line.act, line.actor) == ("export", str(alice_lead))
    assert line.reason.startswith("PNG, part=rate&by=month&rule=R1, run ")


def test_the_same_as_svg_says_what_it_is_and_that_it_is_not_for_release(
    browse: Browse, alice_lead: User, with_results: Workspace
) -> None:
    drawn = browse(alice_lead).get("/measures/D02/picture.svg?by=month").content.decode()

    assert "<title" in drawn
    assert "<desc" in drawn
    assert "Not for release. Made-up force: these numbers are not real" in drawn
    assert "A new control room." in drawn


def test_two_areas_have_no_funnel_and_nothing_is_written_to_the_journal(
    browse: Browse, alice_lead: User, with_results: Workspace
) -> None:
    assert browse(alice_lead).get("/measures/D02/picture.png?by=area").status_code == 404
    assert browse(alice_lead).get("/measures/D02/picture.gif?by=month").status_code == 404
    assert not Entry.objects.filter(object_type="measure").exists()


def test_the_page_leads_to_both_files(browse: Browse, alice_lead: User, with_results: Workspace) -> None:
    page = browse(alice_lead).get("/measures/D02/?by=month").content.decode()

    assert "/measures/D02/picture.svg?part=rate&amp;by=month&amp;rule=R1" in page
    assert "/measures/D02/picture.png?part=rate&amp;by=month&amp;rule=R1" in page


def test_a_run_stored_by_month_and_area_is_shown_as_a_small_chart_for_each_area(
    browse: Browse, alice_lead: User, with_results: Workspace
) -> None:
    world.store(with_results, with_results.force("northshire"), ("D01",), by="month,area")
    client = browse(alice_lead)

    said = text_of(client, "/measures/D01/?part=share&by=area")
    drawn = client.get("/measures/D01/picture.svg?part=share&by=area&picture=multiples").content.decode()

    assert "Month by month in each area" in said
    assert "The drawing as a table" in said
    assert "This is no league table." in said
    assert "Every panel runs from January 2024 to August 2025" in drawn


def test_the_file_of_a_chart_of_rare_events_is_the_chart_that_the_page_shows(
    browse: Browse, alice_lead: User, with_results: Workspace, tmp_path: Path
) -> None:
    force = with_results.force("northshire")
    world.load_rare(with_results, force, tmp_path)
    world.store(with_results, force, ("P12",), by="month")
    client = browse(alice_lead)

    page = client.get("/measures/P12/?by=month").content.decode()
    drawn = client.get("/measures/P12/picture.svg?by=month").content.decode()
    by_period = client.get("/measures/P12/picture.svg?by=month&picture=period").content.decode()

    assert "The same by period, without limits" in page
    assert "picture=period" in page
    assert "days since the one before" in drawn
    assert "Days since the one before" in drawn
    assert "17 July 2025" in drawn
    assert "days since the one before" not in by_period
