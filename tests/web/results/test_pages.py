"""The measures' pages as the five people see them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.results import world

from nvap.disclosure.table import Column, Table
from nvap.packs import pack
from nvap.records.workspace import Workspace
from nvap.web.accounts.models import Force, User
from nvap.web.journal.models import Entry
from nvap.web.results.models import Computation
from nvap.web.results.tables import as_csv

Browse = Callable[..., Client]


@pytest.fixture(autouse=True)
def _jobs_wait(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def text_of(client: Client, address: str) -> str:
    """A page's words, without markup and with single spaces."""
    response = client.get(address)
    assert response.status_code == 200, address
    page = response.content.decode()
    main = page[page.index("<main") :]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main)).replace("&#x27;", "'")
    return re.sub(r" ([,.:])", r"\1", words)


def test_before_anything_is_loaded_the_page_says_what_to_do_first(browse: Browse, ben_analyst: User) -> None:
    said = text_of(browse(ben_analyst), "/measures/")

    assert "No extract has been loaded yet" in said
    assert "nvap load incidents.csv --mapping incidents.yaml" in said
    assert "nvap demo" in said
    assert "The table incidents is not loaded" in said


def test_the_list_says_each_newest_number_with_its_interval_and_rule(
    browse: Browse, alice_lead: User, with_results: Workspace
) -> None:
    said = text_of(browse(alice_lead), "/measures/")

    # 25 of 10,000 people: 2.5 per 1,000; Byar's limits of 25 are 16.18 and 36.91.
    assert "2.50 per 1,000 people August 2025, 95% interval 1.62 to 3.69 25 counted, 10,000 people" in said
    assert "Counted: flagged at closure" in said
    assert "Not enough data to say The table s136 is not loaded" in said
    assert f"2 of {len(pack().measures)} measures can be computed from what is loaded." in said
    assert "No number here is for release" in said


def test_a_measure_behind_more_stands_with_what_it_is_of_its_interval_and_what_is_not_known(
    browse: Browse, alice_lead: User, with_results: Workspace
) -> None:
    said = text_of(browse(alice_lead), "/measures/")

    assert "The newest number of each further measure" in said
    assert "Measure Number Value 95% interval Not known Period" in said


def test_numbers_side_by_side_have_their_units_and_what_is_not_known(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    said = text_of(browse(ben_analyst), "/measures/D01/")

    assert "Number Value 95% interval Counted Not known Mental-health-related incidents 25 incidents 0" in said


def test_a_measures_page_says_the_number_what_is_usual_and_what_to_read_alongside(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    said = text_of(browse(ben_analyst), "/measures/D02/")

    assert "It cannot say how many incidents were truly about mental health" in said
    assert "August 2025: 2.50 per 1,000 people, unusually high: above the upper limit." in said
    assert "1 of the 20 months judged stood out." in said
    assert "1 March 2024: A new control room" in said
    assert "Read alongside flag recall (D03)" in said
    assert "Read alongside the audit-adjusted rate (D05)" in said
    assert "9.1 per 1,000 people, for a year: England and Wales, 2020/21." in said
    assert "It is for another length of time than what is shown, so no line is drawn." in said
    assert "A rise usually means better flagging first" in said
    assert "Not for release" in said
    assert "Made-up force: these numbers are not real" in said


def test_the_account_names_rule_extracts_query_and_who(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    said = text_of(browse(ben_analyst), "/measures/D02/")

    assert "Flagged at closure (R1)" in said
    assert "where counted and mhri" in said
    assert "A mental-health-related incident, flagged at closure (R1)." in said
    assert "incidents.csv" in said
    assert "asked for by the tests, with duckdb" in said
    assert "nvap measure D02 --force northshire --by month --rule R1" in said
    assert "date_trunc('month'" in said
    assert "Incidents: 801 rows read, 1 of them set aside" in said


def test_fewer_than_thirteen_points_have_no_limits(browse: Browse, ben_analyst: User, with_results: Workspace) -> None:
    said = text_of(browse(ben_analyst), "/measures/D02/?by=quarter")

    assert "Limits that say what is usual need 13 quarters" in said
    assert "Upper limit" not in said
    assert "July to September 2025 is a part quarter, shown but not judged." in said


def test_a_yearly_figure_stands_beside_yearly_numbers(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    said = text_of(browse(ben_analyst), "/measures/D02/?by=year")

    # 128 flagged incidents of 2024 among 10,000 people.
    assert "12.8 per 1,000 people" in said
    assert "It stands as a line in the chart: both are for the same length of time." in said


def test_areas_stand_beside_each_other_with_what_is_not_recorded(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    said = text_of(browse(ben_analyst), "/measures/D02/?by=area")

    assert "September 2024 to August 2025: from 0.0 per 1,000 people (West) to" in said
    # One flagged incident of each of the twelve months has no area.
    assert re.search(r"Not recorded 12\b", said)
    assert "Rows without an area have no population to be held against." in said


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("by=years", "The address says by “years”. For D02 it may be: month, quarter, year, area. Did you mean year?"),
        ("rule=R9", "The address says rule “R9”. For D02 it may be: R1, R2, R3."),
        ("part=zzz", "The address says part “zzz”. For D02 it may be: "),
        ("group=zzz", "The address says group “zzz”, and D02 has none to choose from."),
        ("ruel=R2", "What can be chosen: part, category, group, by, rule, as_at. Did you mean rule?"),
        ("area=A9", "The address says area, which is not known here."),
        ("from=2026-13", "On the command line, nvap measure D02 takes --from."),
        ("as_at=x", "The address says as_at “x”, which is no day. A day is written as 2025-04-01."),
        ("as_at=2001-01-01", "On the command line, nvap measure D02 --as-at 2001-01-01 works it out."),
    ],
)  # fmt: skip
def test_what_an_address_cannot_have_is_named_with_what_it_may_be(
    browse: Browse, ben_analyst: User, with_results: Workspace, query: str, sentence: str
) -> None:
    client = browse(ben_analyst)

    page, file = client.get(f"/measures/D02/?{query}"), client.get(f"/measures/D02/table.csv?{query}")

    assert (page.status_code, file.status_code) == (400, 400)
    assert "There is a problem" in page.content.decode()
    assert "No number is shown" in page.content.decode()
    assert sentence in page.content.decode()
    assert sentence in file.content.decode()
    assert file["Content-Type"] == "text/plain; charset=utf-8"
    assert not Entry.objects.filter(act="export").exists()


def test_each_wrong_word_leads_to_the_nearest_right_one_and_keeps_what_was_right(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    page = browse(ben_analyst).get("/measures/D02/?by=Quarters&rule=R1&part=nonsense").content.decode()

    assert re.search(r'<a href="/measures/D02/\?[^"]*by=quarter[^"]*">The address says by', page)
    assert page.count("The address says") == 2
    assert "by=area" in page


def test_before_anything_is_computed_an_address_is_judged_by_what_is_known(browse: Browse, ben_analyst: User) -> None:
    client = browse(ben_analyst)

    assert client.get("/measures/D02/?by=year&rule=R2&group=somebody").status_code == 200
    assert client.get("/measures/D02/?by=fortnight").status_code == 400


def test_a_layout_that_a_measure_is_not_stored_by_is_not_replaced_by_another(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    response = browse(ben_analyst).get("/measures/P12/?by=area")

    assert response.status_code == 400
    assert "For P12 it may be: month, quarter, year." in response.content.decode()


def test_an_id_in_small_letters_leads_to_the_measure(browse: Browse, ben_analyst: User) -> None:
    assert browse(ben_analyst).get("/measures/d02/")["Location"] == "/measures/D02/"
    assert browse(ben_analyst).get("/measures/d02/?by=year")["Location"] == "/measures/D02/?by=year"


def test_a_measure_that_nothing_computes_yet_leads_to_its_item(browse: Browse, ben_analyst: User) -> None:
    assert browse(ben_analyst).get("/measures/D03/")["Location"] == "/item/D03/"


def test_an_id_that_is_none_is_not_found(browse: Browse, ben_analyst: User) -> None:
    assert browse(ben_analyst).get("/measures/D99/").status_code == 404
    assert browse(ben_analyst).get("/measures/A1a/").status_code == 404


def test_a_refusal_reads_not_enough_data_to_say_with_its_reason(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    said = text_of(browse(ben_analyst), "/measures/P12/")

    assert "Not enough data to say The table s136 is not loaded." in said


def test_a_rule_that_cannot_be_answered_says_what_it_lacks(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    world.store(with_results, with_results.force("northshire"), ("D02",), by="month", rule="R2")

    said = text_of(browse(ben_analyst), "/measures/D02/?rule=R2")

    assert "Not enough data to say No mapping fills incidents.mh_at_opening (whether" in said


def test_the_file_holds_what_the_page_shows_and_the_journal_says_who_took_it(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    client = browse(ben_analyst)
    client.get("/measures/D02/")

    response = client.get("/measures/D02/table.csv?by=month")

    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 20
    assert (rows[-1]["from"], rows[-1]["counted"], rows[-1]["value"]) == ("2025-08-01", "25", "2.5")
    assert {row["unit"] for row in rows} == {"per 1,000 people"}
    assert {row["counting_rule"] for row in rows} == {"flagged at closure"}
    assert {row["standing"] for row in rows} == {"Not for release; Made-up force: these numbers are not real"}
    assert "made-up-northshire-D02" in response["Content-Disposition"]
    line = Entry.objects.get(act="export")
    assert (line.object_id, line.actor.startswith("Ben Analyst")) == ("2.1.2/D02", True)


def test_a_text_that_a_spreadsheet_takes_for_a_formula_is_disarmed() -> None:
    columns = (Column("name", "Area"), Column("value", "Share", "share", "%"))
    table = Table(
        columns=columns, rows=(("=1+1", -0.5),), title="t", sentence="", counting_rule="", as_at=None, pack="p"
    )

    line = list(csv.reader(io.StringIO(as_csv(table, "D02"))))[1]

    assert line[:3] == ["'=1+1", "-0.5", "%"]


def test_no_file_leaves_when_the_journal_cannot_be_written(
    browse: Browse, ben_analyst: User, with_results: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nvap.web.results import views

    client = browse(ben_analyst, raise_request_exception=False)
    client.get("/measures/D02/")

    def broken(**_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(views.journal, "write", broken)

    assert client.get("/measures/D02/table.csv").status_code == 500


def test_an_inspector_sees_no_number_and_is_told_why(
    browse: Browse, ines_inspector: User, with_results: Workspace
) -> None:
    said = text_of(browse(ines_inspector), "/measures/") + text_of(browse(ines_inspector), "/measures/D02/")

    assert said.count("has released no number yet") == 2
    assert "2.50" not in said
    assert browse(ines_inspector).get("/measures/D02/table.csv").status_code == 403


def test_another_forces_results_cannot_be_reached(
    browse: Browse, omar_of_another_force: User, with_results: Workspace
) -> None:
    client = browse(omar_of_another_force)

    said = text_of(client, "/measures/") + text_of(client, "/measures/D02/")

    assert "2.50" not in said
    assert "Not enough data to say" in said
    assert client.get("/measures/D02/table.csv").status_code == 404


def test_the_analyst_can_have_the_measures_computed_and_sees_that_they_wait(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    client = browse(ben_analyst)

    response = client.post("/measures/compute/", follow=True)

    page = response.content.decode()
    assert "The measures wait to be computed" in page
    assert "Look again" in page
    assert Computation.objects.get().requested_by.startswith("Ben Analyst")


def test_how_far_the_worker_is_stands_on_the_page(
    browse: Browse, alice_lead: User, with_results: Workspace, northshire: Force
) -> None:
    Computation.objects.create(force=northshire, requested_by="Ben", state="running", done=5, total=12)

    page = browse(alice_lead).get("/measures/D02/").content.decode()

    assert "5 of 12 steps done" in page
    assert '<progress class="nvap-progress" max="12" value="5"' in page


def test_a_lead_may_not_ask_for_a_computation(browse: Browse, alice_lead: User) -> None:
    assert browse(alice_lead).post("/measures/compute/").status_code == 403


def test_what_was_loaded_adds_up_and_shows_no_value_of_a_row(
    browse: Browse, carol_admin: User, with_extracts: Workspace
) -> None:
    said = text_of(browse(carol_admin), "/loads/")

    assert "806 rows read = 805 loaded + 1 set aside + 0 identical duplicates + 0 excluded by a named rule." in said
    assert "created: not a date or time in the declared format, 1 row (first in row 802)" in said
    assert "2024-13-45" not in said


def test_readiness_names_the_missing_table_and_column(
    browse: Browse, alice_lead: User, with_extracts: Workspace
) -> None:
    said = text_of(browse(alice_lead), "/readiness/")

    assert "The table s136 is not loaded" in said
    assert "D02 Mental-health-related incidents per 1,000 people Computable" in said
    assert "nvap contract s136" in said


def test_the_home_page_tells_the_analyst_what_measures_lack(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    said = text_of(browse(ben_analyst), "/")

    assert "Have the measures computed: extracts have been loaded since." in said
    lacking = ", ".join(sorted(each for each in pack().measures if each not in ("D01", "D02")))
    assert f"Load what {len(pack().measures) - 2} measures lack: " in said
    assert f"Not enough data to say, or only in part: {lacking}" in said


def test_the_impact_statement_shows_the_newest_numbers_to_those_who_may_read_them(
    browse: Browse, alice_lead: User, ines_inspector: User, with_results: Workspace
) -> None:
    text_of(browse(alice_lead), "/measures/")

    assert "2.50 per 1,000 people" in text_of(browse(alice_lead), "/impact-statement/")
    assert "2.50" not in text_of(browse(ines_inspector), "/impact-statement/")


@pytest.mark.parametrize(("address", "most"), [("/measures/", 25), ("/measures/D02/", 25), ("/loads/", 15)])
def test_a_page_asks_the_database_few_questions(
    address: str, most: int, browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    client = browse(ben_analyst)
    client.get(address)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(address)

    assert len(asked) <= most, [each["sql"][:90] for each in asked]


def test_a_damaged_result_is_told_and_not_shown(browse: Browse, ben_analyst: User, with_results: Workspace) -> None:
    from nvap.web.results import stored

    client = browse(ben_analyst, raise_request_exception=False)
    client.get("/measures/D02/")
    for rows in with_results.force("northshire").folder.glob("results/*/rows.parquet"):
        rows.write_bytes(b"not parquet")
    stored._rows.cache_clear()

    response = client.get("/measures/D02/")

    assert response.status_code == 200
    assert "The stored result cannot be read; have the measures computed again." in response.content.decode()


def test_a_measure_without_areas_says_why_and_by_what_it_can_be_shown(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    answer = browse(ben_analyst).get("/measures/D15/?by=area")

    said = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))
    assert answer.status_code == 400
    assert "D15 cannot be shown by area: what it counts (" in said
    assert "It may be shown by: month, quarter, year." in said
