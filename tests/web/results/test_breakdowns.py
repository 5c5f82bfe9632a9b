"""A measure's further pictures: asked for, worked out by the worker, shown, and taken as files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.results import world
from tests.web.results.test_pages import text_of

from nvap import packs
from nvap.records.workspace import Workspace
from nvap.web.accounts.models import Force, User
from nvap.web.journal.models import Entry
from nvap.web.results.breakdowns import work
from nvap.web.results.breakdowns.again import ask_again
from nvap.web.results.models import Breakdown

Browse = Callable[..., Client]
MOST_QUERIES = 15


@pytest.fixture(autouse=True)
def _jobs_wait(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def worked_out(browse: Browse, who: User, address: str) -> Client:
    """Press the button of an address's page, and let the worker do what waits."""
    client = browse(who)
    path, _, query = address.partition("?")
    answer = client.post(f"{path}work-out/?{query}")
    assert answer.status_code == 302, answer.content
    for each in Breakdown.objects.filter(state="waiting"):
        work.work_out("northshire", each.pk)
    return client


def test_alice_reads_that_nothing_is_worked_out_yet_and_has_no_button(
    browse: Browse, alice_lead: User, with_flags: Workspace
) -> None:
    page = browse(alice_lead).get("/measures/D18/pictures/strands/").content.decode()

    assert "This has not been worked out yet" in page
    assert "Somebody who may have measures computed can ask for it here" in page
    assert "Work this out" not in page


def test_ben_asks_and_the_worker_finds_how_often_other_strands_are_flagged_beside_mental_health(
    browse: Browse, ben_analyst: User, with_flags: Workspace
) -> None:
    said = text_of(
        worked_out(browse, ben_analyst, "/measures/D18/pictures/strands/"), "/measures/D18/pictures/strands/"
    )

    # 228 of 800 incidents are flagged; of those, 30 carry domestic abuse, 10 of these suicide too.
    assert "30 of 228 mental-health-related incidents (13.2%) carry a flag of another strand" in said
    assert "Domestic abuse 30 13.2%" in said
    assert "Suicide (local addition) 10 4.4%" in said
    # 20 incidents that are not mental-health-related carry domestic abuse: (30 × 800) / (228 × 50) = 2.11.
    assert "50 2.11" in said
    assert "Flags that stand on no incident held, and are left out: 1." in said
    assert "Which strands stand together" in said
    assert "A lift says how many times as often" in said
    # Of 228, 30 carry the one, 10 the other and 10 both: (10 × 228) / (30 × 10) = 7.60.
    assert "Domestic abuse and Suicide (local addition): 7.60 (" in said
    assert "1: as often as by chance" in said


def test_somebody_who_may_not_compute_cannot_ask(browse: Browse, alice_lead: User, with_flags: Workspace) -> None:
    assert browse(alice_lead).post("/measures/D18/pictures/strands/work-out/").status_code == 403
    assert not Breakdown.objects.exists()


def test_asked_for_twice_it_is_worked_out_once(browse: Browse, ben_analyst: User, with_flags: Workspace) -> None:
    client = browse(ben_analyst)

    for _ in range(2):
        client.post("/measures/D18/pictures/strands/work-out/")

    assert Breakdown.objects.filter(state="waiting").count() == 1
    assert "It waits to be worked out, asked for by" in text_of(client, "/measures/D18/pictures/strands/")


def test_the_journal_says_who_asked_and_who_took_the_picture(
    browse: Browse, ben_analyst: User, with_flags: Workspace
) -> None:
    client = worked_out(browse, ben_analyst, "/measures/D18/pictures/strands/")
    answer = client.get("/measures/D18/pictures/strands/lift.png")

    assert answer.content.startswith(b"\x89PNG")
    assert 'filename="made-up-northshire-D18-strands-lift-not-for-release.png"' in answer["Content-Disposition"]
    asked = Entry.objects.filter(object_type="breakdown").order_by("at").first()
    assert (asked.act, asked.actor, asked.reason) == ("compute", str(ben_analyst), "D18 strands R1 asked for")
    taken = Entry.objects.filter(object_type="measure").latest("at")
    assert (taken.act, taken.reason) == ("export", "PNG, strands, lift, rule=R1; not for release")


def test_the_table_is_a_file_whose_rows_say_what_they_are(
    browse: Browse, ben_analyst: User, with_flags: Workspace
) -> None:
    client = worked_out(browse, ben_analyst, "/measures/D18/pictures/strands/")
    text = client.get("/measures/D18/pictures/strands/table.csv").content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["name"] for row in rows] == ["Domestic abuse", "Suicide (local addition)"]
    assert (rows[0]["both"], rows[0]["all"], rows[0]["measure"]) == ("30", "50", "D18")
    assert rows[0]["standing"] == "Not for release; Made-up force: these numbers are not real"


def test_what_cannot_be_worked_out_is_told_in_words(browse: Browse, ben_analyst: User, with_results: Workspace) -> None:
    address = "/measures/D01/pictures/week/"

    said = text_of(worked_out(browse, ben_analyst, address), address)

    assert "Not enough data to say" in said
    assert "incidents.created is not held to the hour" in said


def test_each_areas_own_chart_is_worked_out_and_stored_as_a_run(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    address = "/measures/D01/pictures/areas/?part=share"

    client = worked_out(browse, ben_analyst, address)

    assert "Every panel runs from January 2024 to August 2025" in client.get(address).content.decode()
    drawn = client.get("/measures/D01/pictures/areas/multiples.svg?part=share").content.decode()
    assert "Every panel runs from January 2024 to August 2025" in drawn
    assert "Month by month in each area" in text_of(client, "/measures/D01/?part=share&by=area")


def test_a_page_asks_the_database_at_most_fifteen_times(
    browse: Browse, ben_analyst: User, with_flags: Workspace
) -> None:
    client = worked_out(browse, ben_analyst, "/measures/D18/pictures/strands/")
    client.get("/measures/D18/pictures/strands/")

    with CaptureQueriesContext(connection) as asked:
        client.get("/measures/D18/pictures/strands/")

    assert len(asked) <= MOST_QUERIES, [each["sql"] for each in asked]


def test_a_picture_that_a_measure_cannot_have_is_refused_with_what_it_can_have(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    answer = browse(ben_analyst).get("/measures/D01/pictures/strands/")

    said = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))
    assert answer.status_code == 400
    assert "D01 has no picture “other vulnerabilities beside mental health”" in said
    assert "It can have: hours of the week; month by month in each area." in said


@pytest.mark.parametrize("address", ["/measures/D01/pictures/wek/", "/measures/D99/pictures/week/"])
def test_a_picture_that_does_not_exist_is_not_found(
    browse: Browse, ben_analyst: User, with_results: Workspace, address: str
) -> None:
    assert browse(ben_analyst).get(address).status_code == 404


def test_an_unknown_part_is_refused_with_those_there_are(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    answer = browse(ben_analyst).get("/measures/D01/pictures/week/?part=shar")

    assert answer.status_code == 400
    assert "Did you mean share?" in answer.content.decode()


def test_extracts_that_came_in_since_are_told(
    browse: Browse, ben_analyst: User, with_flags: Workspace, tmp_path: Path
) -> None:
    client = worked_out(browse, ben_analyst, "/measures/D18/pictures/strands/")
    assert "Extracts have been loaded since" not in text_of(client, "/measures/D18/pictures/strands/")

    world.load_flags(with_flags, with_flags.force("northshire"), tmp_path, more=("2024-02-1,missing,2024-02-02",))

    assert "Extracts have been loaded since" in text_of(client, "/measures/D18/pictures/strands/")


def test_another_force_has_its_own(
    browse: Browse, ben_analyst: User, omar_of_another_force: User, with_flags: Workspace
) -> None:
    worked_out(browse, ben_analyst, "/measures/D18/pictures/strands/")

    said = text_of(browse(omar_of_another_force), "/measures/D18/pictures/strands/")

    assert "mental-health-related incidents (13.2%)" not in said
    assert Breakdown.objects.get().force == Force.objects.get(code="northshire")


@pytest.fixture
def with_groups(with_results: Workspace, tmp_path: Path) -> Workspace:
    """Extracts with people and detentions by ethnicity, and D19 stored by year."""
    force = with_results.force("northshire")
    world.load_groups(with_results, force, tmp_path)
    world.store(with_results, force, ("D19",), by="year")
    return with_results


def test_each_group_stands_against_the_reference_group_with_interval_and_bounds_in_words(
    browse: Browse, ben_analyst: User, with_groups: Workspace
) -> None:
    address = "/measures/D19/pictures/ratios/"

    said = text_of(worked_out(browse, ben_analyst, address), address)

    assert "All days since 1 January 2024, together" in said
    assert "Ethnicity: of 4 of 34 it is not known (11.8%)." in said
    # 10 of 1,000 over 20 of 9,000; among as many people the ratio of the known is 4.5.
    assert "Black: 4.50 (" in said
    assert "White: the reference group." in said
    assert "whatever is not known" in said
    assert "Not enough data to say" in said
    assert "No mapping fills persons.ethnicity" in said or "persons is not loaded" in said


def test_the_ratios_of_one_year_are_read_from_what_is_stored_without_the_worker(
    browse: Browse, alice_lead: User, with_groups: Workspace
) -> None:
    client = browse(alice_lead)

    said = text_of(client, "/measures/D19/pictures/ratios/?period=2024")
    drawn = client.get("/measures/D19/pictures/ratios/detained_ratio.csv?period=2024").content.decode("utf-8-sig")

    assert "Detention rate of each ethnic group over that of White people" in said
    black = next(row for row in csv.DictReader(io.StringIO(drawn)) if row["name"] == "Black")
    # 10 of 1,000 over 12 of 9,000, the detentions of 2024.
    assert (black["counted"], black["of"], black["value"]) == ("10", "1000", "7.5")


def test_a_year_that_is_not_stored_is_refused_with_those_that_are(
    browse: Browse, alice_lead: User, with_groups: Workspace
) -> None:
    answer = browse(alice_lead).get("/measures/D19/pictures/ratios/?period=1999")

    assert answer.status_code == 400
    assert "It may be: 2024, 2025" in answer.content.decode()


def test_what_an_outcome_became_is_drawn_from_the_history_of_crimes(
    browse: Browse, ben_analyst: User, with_results: Workspace, tmp_path: Path
) -> None:
    world.load_outcomes(with_results, with_results.force("northshire"), tmp_path)
    address = "/measures/J17/pictures/became/"

    said = text_of(worked_out(browse, ben_analyst, address), address)

    assert "3 changes of an outcome type, of crimes with a mental-health factor" in said
    assert "2 went from 10:" in said


def test_what_was_asked_for_once_is_worked_out_again_after_a_load(
    browse: Browse, ben_analyst: User, with_flags: Workspace, tmp_path: Path
) -> None:
    worked_out(browse, ben_analyst, "/measures/D18/pictures/strands/")
    force, here = Force.objects.get(code="northshire"), with_flags.force("northshire")
    how = {"force": force, "here": here, "pack": packs.pack(), "by": "the worker"}

    unchanged = ask_again(**how)
    world.load_flags(with_flags, here, tmp_path, more=("2024-02-1,missing,2024-02-02",))
    after_a_load = ask_again(**how)

    assert (unchanged, after_a_load) == (0, 1)
    assert Breakdown.objects.get(state="waiting").requested_by == "the worker"


@pytest.mark.parametrize(
    "address", ["/measures/D19/pictures/ratios/", "/measures/D01/pictures/week/", "/measures/D01/pictures/areas/"]
)
def test_no_page_of_pictures_asks_the_database_more_than_fifteen_times(
    browse: Browse, ben_analyst: User, with_groups: Workspace, address: str
) -> None:
    client = worked_out(browse, ben_analyst, address)
    client.get(address)

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)

    assert answer.status_code == 200
    assert len(asked) <= MOST_QUERIES, [each["sql"] for each in asked]


def test_a_ratio_is_shown_unasked_of_a_group_that_is_held_against_another(
    browse: Browse, alice_lead: User, with_groups: Workspace
) -> None:
    said = text_of(browse(alice_lead), "/measures/D19/?part=detained_ratio&by=year")

    assert "Detention rate of each ethnic group over that of White people: among those known, Black" in said
    assert "All groups beside each other, with what is not known" in said
