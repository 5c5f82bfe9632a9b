"""The problem profile's pages: asked for, made by the worker, read in short, and taken as files."""

from __future__ import annotations

import datetime
import io
import json
import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from docx import Document
from tests.web.results.test_pages import text_of

from nvap.measures.profile import Profile, Wish, profile
from nvap.records.load import load
from nvap.records.workspace import Workspace
from nvap.web.accounts.models import Force, User
from nvap.web.journal.models import Entry
from nvap.web.profile import actions, work
from nvap.web.profile.models import ProfileRun
from nvap.web.results.job_actions import begin

Browse = Callable[..., Client]
Make = Callable[[Force], ProfileRun]
SHIFTS = "early=07:00, late=15:00, night=23:00"
ASKED = {"rule": "R1", "first": "", "last": "", "shifts": SHIFTS}


@pytest.fixture(autouse=True)
def _jobs_wait(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture(scope="session")
def documents(loaded: Workspace, tmp_path_factory: pytest.TempPathFactory) -> tuple[Profile, Path]:
    """The documents of Northshire's newest twelve months, written once."""
    folder = tmp_path_factory.mktemp("documents")
    found = profile(loaded, loaded.force("northshire"), Wish())
    work.write_documents(found, folder)
    return found, folder


@pytest.fixture
def made(documents: tuple[Profile, Path], with_extracts: Workspace) -> Make:
    """Makes a profile that is there, as the worker leaves one."""

    def make(force: Force) -> ProfileRun:
        found, folder = documents
        run = actions.request_profile(force=force, rule="R1", first=None, last=None, shifts=SHIFTS, by="ben")
        shutil.copytree(folder, work.folder_of(run))
        days = (found.start, found.end)
        actions.finish(run=run, days=days, as_at=found.as_at, made_up=found.is_made_up, by=work.WORKER)
        return run

    return make


def load_timed(workspace: Workspace, folder: Path) -> None:
    """Incidents with their minutes in twelve weeks of 2026, one a Monday at 9, each with a car of two for an hour."""
    mondays = [
        datetime.datetime.fromisoformat("2026-01-05T09:00") + datetime.timedelta(weeks=week) for week in range(12)
    ]
    here = workspace.force("northshire")
    extract = {"kind": "full", "from": "2026-01-01", "to": "2026-03-31"}
    when = {"format": "%Y-%m-%d %H:%M"}
    incidents = {
        "incident_ref": "ref",
        "created": {"expr": "at", **when},
        "closure_kind": {"expr": "'counted'"},
        "mh_at_closure": {"expr": "'Y'", "values": {"Y": True, "N": False}},
    }
    deployments = {
        "deployment_ref": "ref",
        "incident_ref": "ref",
        "assigned": {"expr": "at", **when},
        "arrived": {"expr": "at", **when},
        "cleared": {"expr": "cleared", **when},
        "officers": {"expr": "'2'"},
    }
    rows = [f"T{at:%m%d},{at:%Y-%m-%d %H:%M},{at + datetime.timedelta(hours=1):%Y-%m-%d %H:%M}" for at in mondays]
    for table, columns in (("incidents", incidents), ("deployments", deployments)):
        file, mapping = folder / f"timed-{table}.csv", folder / f"timed-{table}.yaml"
        file.write_text("ref,at,cleared\n" + "\n".join(rows) + "\n", encoding="utf-8")
        given = {"mapping": f"timed-{table}", "version": 1, "table": table, "made_up": True}
        given |= {"time_zone": "Europe/London", "extract": extract, "columns": columns}
        mapping.write_text(json.dumps(given), encoding="utf-8")
        load(workspace, here, file, mapping, as_at=datetime.date(2026, 4, 1))


def test_before_anything_is_loaded_the_page_says_what_a_profile_needs(browse: Browse, ben_analyst: User) -> None:
    said = text_of(browse(ben_analyst), "/profile/")

    assert "No extract has been loaded yet" in said
    assert "the hours need deployments too" in said
    assert "Make the profile" not in said


def test_an_analyst_asks_for_a_profile_and_the_page_says_that_it_waits(
    with_extracts: Workspace, browse: Browse, ben_analyst: User, northshire: Force
) -> None:
    client = browse(ben_analyst)

    answer = client.post("/profile/", ASKED)

    assert answer.status_code == 302
    run = ProfileRun.objects.get(force=northshire)
    assert (run.rule, run.first, run.last) == ("R1", None, None)
    assert run.shifts == "early=07:00,late=15:00,night=23:00"
    assert "It waits to be made" in text_of(client, "/profile/")
    assert Entry.objects.filter(force="northshire", object_type="problem profile").latest("seq").act == "compute"


def test_asked_for_twice_it_is_made_once(with_extracts: Workspace, browse: Browse, ben_analyst: User) -> None:
    client = browse(ben_analyst)

    client.post("/profile/", ASKED)
    client.post("/profile/", ASKED)

    assert ProfileRun.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("first", "spring", "Write a year, a month or a day"),
        ("last", "2025-13", "Write a year, a month or a day"),
        ("shifts", "early", "Write two shifts or more as name=beginning"),
        ("rule", "RA", "Choose a counting rule"),
    ],
)
def test_what_cannot_be_asked_for_is_said_at_its_field(
    with_extracts: Workspace, browse: Browse, ben_analyst: User, *, field: str, given: str, said: str
) -> None:
    answer = browse(ben_analyst).post("/profile/", ASKED | {field: given})

    assert answer.status_code == 200
    assert said in answer.content.decode().replace("&#x27;", "'")
    assert not ProfileRun.objects.exists()


def test_days_that_stand_the_wrong_way_round_are_refused(
    with_extracts: Workspace, browse: Browse, ben_analyst: User
) -> None:
    answer = browse(ben_analyst).post("/profile/", ASKED | {"first": "2025-08", "last": "2025-01"})

    assert "The last day must not lie before the first" in answer.content.decode()


def test_the_worker_makes_it_and_the_page_says_in_short_what_it_says(
    with_extracts: Workspace, browse: Browse, ben_analyst: User, northshire: Force
) -> None:
    run = actions.request_profile(force=northshire, rule="R1", first=None, last=None, shifts=SHIFTS, by="ben")

    work.make("northshire", run.pk)

    run.refresh_from_db()
    assert (run.state, run.message) == ("done", "")
    # September 2024 to August 2025: 12, 10, 11, 10, 11, 10, 12, 11, 10, 11, 10 and 25 flagged incidents.
    assert (run.first, run.last) == (datetime.date(2024, 9, 1), datetime.date(2025, 8, 31))
    said = text_of(browse(ben_analyst), "/profile/")
    assert "143 incidents were recorded as mental-health-related" in said
    assert "What could not be said" in said
    assert "the table deployments is not loaded" in said
    assert "Made-up force" in said


def test_hours_stand_on_the_page_as_a_picture_and_as_tables(
    with_extracts: Workspace, browse: Browse, ben_analyst: User, northshire: Force, tmp_path: Path
) -> None:
    load_timed(with_extracts, tmp_path)
    run = actions.request_profile(
        force=northshire,
        rule="R1",
        first=datetime.date(2026, 1, 1),
        last=datetime.date(2026, 3, 31),
        shifts=SHIFTS,
        by="ben",
    )
    work.make("northshire", run.pk)

    page = browse(ben_analyst).get("/profile/").content.decode()

    assert 'id="profile-hours"' in page or "profile-hours-title" in page
    said = text_of(browse(ben_analyst), "/profile/")
    # One car of two for an hour each Monday morning.
    assert "take 2 (95% interval 2 to 2) officer hours in a mean week" in said
    assert "Monday 2.0 (2.0–2.0)" in said


def test_its_documents_can_be_taken_and_the_journal_says_by_whom(
    made: Make, browse: Browse, ben_analyst: User, northshire: Force
) -> None:
    run, client = made(northshire), browse(ben_analyst)

    for audience, leaves in (("inside", "not-for-release"), ("partners", "for-partners")):
        for kind, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK")):
            answer = client.get(f"/profile/{run.pk}/{audience}.{kind}")

            assert answer.content.startswith(begins)
            assert f"{leaves}.{kind}" in answer["Content-Disposition"]
            assert "made-up-northshire" in answer["Content-Disposition"]
            line = Entry.objects.filter(force="northshire").latest("seq")
            assert (line.act, line.object_type) == ("export", "problem profile")
            assert kind.upper() in line.reason


def test_a_partners_document_holds_no_small_count(made: Make, northshire: Force) -> None:
    run = made(northshire)

    path = work.file_of(run, "partners", "docx")

    assert path is not None
    document = Document(io.BytesIO(path.read_bytes()))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert not cells & {str(many) for many in range(1, 10)} - {"1", "2", "3"}
    header = document.sections[0].header.paragraphs[0].text
    assert header == "OFFICIAL-SENSITIVE · Made-up force: nothing here is real"


def test_what_cannot_be_made_is_told_in_words(
    with_extracts: Workspace, browse: Browse, ben_analyst: User, northshire: Force
) -> None:
    day = datetime.date(2019, 1, 1)
    run = actions.request_profile(force=northshire, rule="R1", first=day, last=day, shifts=SHIFTS, by="ben")

    work.make("northshire", run.pk)

    run.refresh_from_db()
    assert run.state == "failed"
    assert "No extract of incidents covers 2019-01-01" in run.message
    assert "No extract of incidents covers" in text_of(browse(ben_analyst), "/profile/")


def test_the_inspector_reads_that_nothing_is_released(
    with_extracts: Workspace, browse: Browse, ines_inspector: User
) -> None:
    assert "has released no number yet" in text_of(browse(ines_inspector), "/profile/")


def test_somebody_who_may_not_compute_reads_and_does_not_ask(
    made: Make, browse: Browse, alice_lead: User, northshire: Force
) -> None:
    made(northshire)
    client = browse(alice_lead)

    client.post("/profile/", ASKED)

    assert ProfileRun.objects.count() == 1
    said = text_of(client, "/profile/")
    assert "143 incidents" in said
    assert "Make the profile" not in said


def test_another_forces_profile_is_not_there(
    made: Make, browse: Browse, omar_of_another_force: User, northshire: Force
) -> None:
    run = made(northshire)
    client = browse(omar_of_another_force)

    assert client.get(f"/profile/{run.pk}/").status_code == 404
    assert client.get(f"/profile/{run.pk}/inside.pdf").status_code == 404


def test_an_earlier_profile_stays_and_can_be_opened(
    made: Make, browse: Browse, ben_analyst: User, northshire: Force
) -> None:
    first, second = made(northshire), made(northshire)
    client = browse(ben_analyst)

    assert f"/profile/{first.pk}/" in client.get("/profile/").content.decode()
    assert "143 incidents" in text_of(client, f"/profile/{second.pk}/")
    assert client.get(f"/profile/{first.pk}/everybody.pdf").status_code == 404
    assert client.get(f"/profile/{first.pk}/inside.html").status_code == 404


def test_a_profile_whose_files_are_gone_says_so(
    made: Make, browse: Browse, ben_analyst: User, northshire: Force
) -> None:
    run = made(northshire)
    (work.folder_of(run) / "document.json").unlink()

    assert "The files of this profile are gone" in text_of(browse(ben_analyst), "/profile/")


def test_made_again_after_a_cut_it_is_whole(with_extracts: Workspace, northshire: Force) -> None:
    run = actions.request_profile(force=northshire, rule="R1", first=None, last=None, shifts=SHIFTS, by="ben")
    begin(run)
    folder = work.folder_of(run)
    folder.with_name(f".making-{run.pk}").mkdir(parents=True)
    (folder.with_name(f".making-{run.pk}") / "left.pdf").write_bytes(b"half")

    work.make("northshire", run.pk)

    assert {path.name for path in folder.iterdir()} == {
        *(f"{audience}.{kind}" for audience in ("inside", "partners") for kind in ("pdf", "docx", "xlsx")),
        "document.json",
    }


def test_profiles_that_waited_twice_before_the_constraint_came_wait_once(northshire: Force) -> None:
    migration = import_module("nvap.web.profile.migrations.0002_one_waits")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX profile_one_waits")
    how = {"force": northshire, "rule": "R1", "shifts": SHIFTS}
    first, last = ProfileRun.objects.create(**how), ProfileRun.objects.create(**how)
    other = ProfileRun.objects.create(**how, first=datetime.date(2026, 1, 1))

    migration.leave_one_waiting(apps, None)

    assert set(ProfileRun.objects.filter(state="waiting")) == {last, other}
    first.refresh_from_db()
    assert (first.state, first.message) == ("failed", "It was asked for once more, and made then.")
