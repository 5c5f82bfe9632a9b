"""Pages of pictures as at an earlier day: what was held then, however it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.web.results import world
from tests.web.results.test_breakdowns import worked_out
from tests.web.results.test_pages import text_of

from nvap import packs
from nvap.records.store import batches
from nvap.records.workspace import Workspace
from nvap.web.accounts.models import Force, User
from nvap.web.journal.models import Entry
from nvap.web.results.breakdowns import work
from nvap.web.results.breakdowns.again import ask_again
from nvap.web.results.models import Breakdown, StoredResult

Browse = Callable[..., Client]
STRANDS = "/measures/D18/pictures/strands/"
AREAS = "/measures/D01/pictures/areas/"
LATER = "2099-01-01"


@pytest.fixture(autouse=True)
def _jobs_wait(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def held_on(workspace: Workspace, table: str) -> str:
    """The day at which the first extract of a table stands."""
    return min(each.as_at for each in batches(workspace.force("northshire"), table)).isoformat()


@pytest.fixture
def flagged_later(with_flags: Workspace, tmp_path: Path) -> Workspace:
    """Flags of other strands, and a later extract in which one more incident carries one."""
    world.load_flags(
        with_flags, with_flags.force("northshire"), tmp_path, ("2024-02-4,missing,2024-02-05",), as_at=LATER
    )
    return with_flags


def test_ben_asks_how_strands_stood_together_before_the_last_extract(
    browse: Browse, ben_analyst: User, flagged_later: Workspace
) -> None:
    then = f"{STRANDS}?as_at={held_on(flagged_later, 'vulnerability_flags')}"

    now = text_of(worked_out(browse, ben_analyst, STRANDS), STRANDS)
    before = text_of(worked_out(browse, ben_analyst, then), then)

    assert "31 of 228 mental-health-related incidents" in now
    assert "30 of 228 mental-health-related incidents" in before
    assert "As it stood on" in before
    assert "As it stood on" not in now


def test_the_days_to_choose_from_are_those_of_the_extracts_that_it_reads(
    browse: Browse, ben_analyst: User, flagged_later: Workspace
) -> None:
    then = held_on(flagged_later, "vulnerability_flags")

    page = worked_out(browse, ben_analyst, STRANDS).get(f"{STRANDS}?as_at={then}").content.decode()

    assert f'<option value="{then}" selected>' in page
    assert f'<option value="{LATER}"' not in page  # that is the newest
    assert f'href="{STRANDS}?rule=R1"' in page


def test_a_day_between_two_extracts_shows_the_one_before_it(
    browse: Browse, ben_analyst: User, flagged_later: Workspace
) -> None:
    then = held_on(flagged_later, "vulnerability_flags")
    client = worked_out(browse, ben_analyst, f"{STRANDS}?as_at={then}")

    assert "30 of 228" in text_of(client, f"{STRANDS}?as_at=2098-06-30")


def test_the_newest_day_is_what_stands_now(browse: Browse, ben_analyst: User, flagged_later: Workspace) -> None:
    client = worked_out(browse, ben_analyst, STRANDS)

    said = text_of(client, f"{STRANDS}?as_at={LATER}")

    assert "31 of 228" in said
    assert "As it stood on" not in said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("yesterday", "The address says as_at “yesterday”, which is no day. A day is written as 2025-04-01."),
        ("2001-01-01", "Nothing that D18 is told from was held on 2001-01-01: the first of it stands as at "),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_one_that_can(
    browse: Browse, ben_analyst: User, flagged_later: Workspace, asked: str, said: str
) -> None:
    answer = browse(ben_analyst).get(f"{STRANDS}?as_at={asked}")

    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_what_was_asked_as_at_a_day_is_not_stale_for_a_later_extract_and_is_not_asked_again(
    browse: Browse, ben_analyst: User, with_flags: Workspace, tmp_path: Path
) -> None:
    here, then = with_flags.force("northshire"), held_on(with_flags, "vulnerability_flags")
    world.load_flags(with_flags, here, tmp_path, ("2024-02-4,missing,2024-02-05",), as_at="2098-01-01")
    client = worked_out(browse, ben_analyst, f"{STRANDS}?as_at={then}")
    world.load_flags(with_flags, here, tmp_path, ("2024-02-5,missing,2024-02-06",), as_at=LATER)

    again = ask_again(force=Force.objects.get(code="northshire"), here=here, pack=packs.pack(), by="the worker")

    assert again == 0
    assert "Extracts have been loaded since" not in text_of(client, f"{STRANDS}?as_at={then}")


def test_the_journal_and_the_file_say_as_at_which_day(
    browse: Browse, ben_analyst: User, flagged_later: Workspace
) -> None:
    then = held_on(flagged_later, "vulnerability_flags")
    client = worked_out(browse, ben_analyst, f"{STRANDS}?as_at={then}")

    answer = client.get(f"{STRANDS}lift.svg?as_at={then}")

    asked = Entry.objects.filter(object_type="breakdown").order_by("at").first()
    assert asked.reason == f"D18 strands R1 as at {then}, asked for"
    assert Entry.objects.filter(object_type="measure").latest("at").reason == (
        f"SVG, strands, lift, rule=R1&as_at={then}; not for release"
    )
    assert answer.status_code == 200


def test_each_areas_own_chart_stands_as_at_the_day_and_the_newest_stays_as_it_is(
    browse: Browse, ben_analyst: User, with_results: Workspace, tmp_path: Path
) -> None:
    then = held_on(with_results, "incidents")
    world.load_september(with_results, with_results.force("northshire"), tmp_path, as_at=LATER)
    address = f"{AREAS}?part=count&as_at={then}"

    client = worked_out(browse, ben_analyst, address)

    assert "to August 2025" in text_of(client, address)
    assert "This has not been worked out yet" in text_of(client, f"{AREAS}?part=count")
    worked_out(browse, ben_analyst, f"{AREAS}?part=count")
    assert "to September 2025" in text_of(client, f"{AREAS}?part=count")
    assert "to August 2025" in text_of(client, address)
    assert {str(each.as_at_asked) for each in StoredResult.objects.filter(by="month,area")} == {then, "None"}


def test_a_measure_by_area_as_at_a_day_is_not_drawn_with_small_panels_of_another(
    browse: Browse, ben_analyst: User, with_results: Workspace, tmp_path: Path
) -> None:
    then = held_on(with_results, "incidents")
    world.load_september(with_results, with_results.force("northshire"), tmp_path, as_at=LATER)
    client = worked_out(browse, ben_analyst, f"{AREAS}?part=count")

    assert "Month by month in each area" in client.get("/measures/D01/?part=count&by=area").content.decode()
    page = client.get(f"/measures/D01/?part=count&by=area&as_at={then}").content.decode()
    assert "to September 2025" not in page
    assert 'id="multiples-d01' not in page


def test_what_an_outcome_type_became_is_shown_as_at_an_earlier_day(
    browse: Browse, ben_analyst: User, with_results: Workspace, tmp_path: Path
) -> None:
    here, address = with_results.force("northshire"), "/measures/J17/pictures/became/"
    world.load_outcomes(with_results, here, tmp_path)
    then = held_on(with_results, "crime_outcome_history")
    world.load_outcomes(with_results, here, tmp_path, more=("C2,2024-04-10,18",), as_at=LATER)

    now = text_of(worked_out(browse, ben_analyst, address), address)
    before = text_of(worked_out(browse, ben_analyst, f"{address}?as_at={then}"), f"{address}?as_at={then}")

    assert "4 changes of an outcome type" in now
    assert "3 changes of an outcome type" in before


def test_a_mix_is_read_from_the_run_that_stood_on_the_day(
    browse: Browse, alice_lead: User, with_results: Workspace, tmp_path: Path
) -> None:
    here, address = with_results.force("northshire"), "/measures/D19/pictures/mix/?part=who&by=year"
    world.load_groups(with_results, here, tmp_path)
    then = world.store(with_results, here, ("D19",), by="year").as_at
    world.load_groups(with_results, here, tmp_path, ("S99,2024-03-03,B1",), as_at=LATER)
    world.store(with_results, here, ("D19",), by="year")
    client = browse(alice_lead)

    now, before = text_of(client, address), text_of(client, f"{address}&as_at={then}")

    # In 2024 10 of the 22 whose ethnicity is known are Black, then 11 of 23.
    assert "As it stood on" in before
    assert "45.5%" in before
    assert "47.8%" in now
    assert "47.8%" not in before


def test_ratios_of_groups_stand_as_at_the_day_and_a_year_chosen_before_gives_way(
    browse: Browse, ben_analyst: User, with_results: Workspace, tmp_path: Path
) -> None:
    here, address = with_results.force("northshire"), "/measures/D19/pictures/ratios/"
    world.load_groups(with_results, here, tmp_path)
    then = held_on(with_results, "s136")
    world.load_groups(with_results, here, tmp_path, ("S99,2024-03-03,B1",), as_at=LATER)

    now = text_of(worked_out(browse, ben_analyst, address), address)
    before = text_of(worked_out(browse, ben_analyst, f"{address}?as_at={then}"), f"{address}?as_at={then}&period=2024")

    assert "Ethnicity: of 4 of 35 it is not known" in now
    assert "Ethnicity: of 4 of 34 it is not known" in before


def test_a_job_that_waits_is_of_its_day_alone(browse: Browse, ben_analyst: User, flagged_later: Workspace) -> None:
    then, client = held_on(flagged_later, "vulnerability_flags"), browse(ben_analyst)

    client.post(f"{STRANDS}work-out/")
    client.post(f"{STRANDS}work-out/?as_at={then}")

    assert sorted(Breakdown.objects.values_list("wanted", flat=True)) == ["", then]
    for each in Breakdown.objects.all():
        work.work_out("northshire", each.pk)
    assert {str(each.as_at) for each in Breakdown.objects.all()} == {then, LATER}
