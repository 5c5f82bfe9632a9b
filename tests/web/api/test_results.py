"""What a program reads: definitions, rows, runs and their provenance."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests.web.results import world

from nvap.packs import pack
from nvap.records.workspace import Workspace
from nvap.web.accounts.models import User
from nvap.web.journal.models import Act, Entry

Program = Callable[[Any], Client]
D02 = "/api/v1/measures/D02/results"


def read(client: Client, address: str, status: int = 200) -> Any:
    response = client.get(address)
    assert response.status_code == status, response.content[:600]
    return response.json()


def test_a_program_finds_its_way_from_the_first_address(program: Program, ben_analyst: User) -> None:
    start = read(program(ben_analyst), "/api/v1/")

    assert (start["force"], start["role"]) == ("northshire", "analyst")
    assert start["latest"] == "http://testserver/api/v1/latest"


def test_a_definition_says_what_the_measure_cannot_say(program: Program, ben_analyst: User) -> None:
    said = read(program(ben_analyst), "/api/v1/measures/d02")
    own = pack().measure("D02")

    assert (said["id"], said["qualified_id"], said["title"]) == ("D02", "2.1.2/D02", own.title)
    assert said["cannot_say"] == own.cannot_say
    assert said["caveats"] == list(own.caveats)
    assert [part["id"] for part in said["parts"]] == [part.id for part in own.parts]
    assert said["rules"][0] == {"id": "R1", "name": "flagged at closure"}


def test_the_list_of_measures_goes_on_page_by_page(program: Program, ben_analyst: User) -> None:
    client = program(ben_analyst)

    ids, address = [], "/api/v1/measures?limit=7"
    while address:
        page = read(client, address)
        ids += [each["id"] for each in page["items"]]
        address = page["next"]

    assert ids == list(pack().measures)
    assert page["total"] == len(ids)


def test_the_last_month_says_all_that_must_be_said_of_it(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    page = read(program(ben_analyst), f"{D02}?from=2025-08")
    row = next(each for each in page["items"] if each["numerator"] == 25)

    # 25 of 10,000 people: 2.5 per 1,000; Byar's limits of 25 are 16.17 and 36.91.
    assert (row["denominator"], row["unknown"], row["value"]) == (10000, 0, 2.5)
    assert (round(row["lower"], 3), round(row["upper"], 3)) == (1.617, 3.691)
    assert (row["period_start"], row["period_end"], row["by"]) == ("2025-08-01", "2025-08-31", "month")
    assert (row["status"], row["rule"], row["multiplier"]) == ("ok", "R1", 1000)
    assert row["rule_name"] == "flagged at closure"
    assert row["method"]
    assert row["pack"].startswith("nvap-2.1.2")
    assert row["unit"] == pack().measure("D02").part(row["part"]).unit
    assert row["standing"] == "Not for release. MADE-UP FORCE: none of these numbers is real."
    assert date.fromisoformat(row["as_at"]) >= date(2025, 8, 31)
    assert row["run"] in [each["run"] for each in read(program(ben_analyst), "/api/v1/runs?measure=D02")["items"]]


def test_pages_of_rows_make_up_the_whole_and_hold_to_one_run(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client, force = program(ben_analyst), with_results.force("northshire")
    whole = read(client, D02)
    first = read(client, f"{D02}?limit=7")

    world.store(with_results, force, ("D02",), by="month")  # somebody computes it anew between the pages
    rows, address = first["items"], first["next"]
    while address:
        page = read(client, address)
        rows, address = rows + page["items"], page["next"]

    assert whole["next"] is None
    assert (len(rows), first["total"]) == (whole["total"], whole["total"])
    assert rows == whole["items"]
    assert read(client, f"{D02}?limit=1")["items"][0]["run"] != rows[0]["run"]


def test_a_page_beyond_the_end_is_empty(program: Program, ben_analyst: User, with_results: Workspace) -> None:
    page = read(program(ben_analyst), f"{D02}?offset=100000")

    assert (page["items"], page["next"]) == ([], None)


@pytest.mark.parametrize("query", ["offset=99999999999999999999", "offset=-1", "offset=1.5"])
def test_a_place_that_no_list_has_is_refused(query: str, program: Program, ben_analyst: User) -> None:
    assert "may be a whole number from 0 to" in read(program(ben_analyst), f"{D02}?{query}", 400)["detail"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("by=month&by=year", "by stands there twice"),
        ("run=%00", "run holds letters that cannot be read"),
        ("area=a%0d%0ab", "area holds letters that cannot be read"),
        ("part=", "part is “”; it may be"),
    ],
)
def test_a_query_that_means_nothing_plain_is_refused(
    query: str, said: str, program: Program, ben_analyst: User
) -> None:
    assert said in read(program(ben_analyst), f"{D02}?{query}", 400)["detail"]


@pytest.mark.parametrize("limit", ["0", "1001", "ten", "-1"])
def test_a_page_of_more_than_a_thousand_is_refused_in_plain_words(
    limit: str, program: Program, ben_analyst: User
) -> None:
    said = read(program(ben_analyst), f"{D02}?limit={limit}", 400)

    assert said["detail"] == f"limit is “{limit}”; it may be a whole number from 1 to 1000."


def test_rows_are_chosen_by_layout_days_part_and_area(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)
    part = read(client, f"{D02}?limit=1")["items"][0]["part"]

    by_year = read(client, f"{D02}?by=year&part={part}&to=2024")["items"]
    days = read(client, f"{D02}?from=2024-03-01&to=2024-05&part={part}")["items"]
    east = read(client, f"{D02}?by=area&area=East")["items"]

    assert [(each["period_start"], each["by"]) for each in by_year] == [("2024-01-01", "year")]
    assert [each["period_start"] for each in days] == ["2024-03-01", "2024-04-01", "2024-05-01"]
    assert {each["area"] for each in east} == {"East"}


def test_the_whole_force_has_no_area_and_areas_are_told_where_one_is_misspelt(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)

    assert {each["area"] for each in read(client, D02)["items"]} == {None}
    assert "Did you mean `East`?" in read(client, f"{D02}?by=area&area=Eats", 400)["detail"]


def test_every_fault_of_a_query_is_named_at_once(program: Program, ben_analyst: User, with_results: Workspace) -> None:
    said = read(program(ben_analyst), f"{D02}?by=moth&rule=R7&from=soon&as_at=2025-99-99&part=none", 400)

    assert [each["name"] for each in said["faults"]] == ["by", "rule", "from", "as_at", "part"]
    assert "by is “moth”; it may be month, quarter, year, area. Did you mean `month`?" in said["detail"]
    assert "as_at is “2025-99-99”; it may be a day, as 2026-04-01." in said["detail"]


def test_a_filter_that_is_misspelt_is_not_passed_over(program: Program, ben_analyst: User) -> None:
    said = read(program(ben_analyst), f"{D02}?area_name=East&rul=R1", 400)

    assert [each["name"] for each in said["faults"]] == ["area_name", "rul"]
    assert "Did you mean `rule`?" in said["detail"]


def test_days_the_wrong_way_round_are_refused(program: Program, ben_analyst: User) -> None:
    assert "from lies after to" in read(program(ben_analyst), f"{D02}?from=2025&to=2024", 400)["detail"]


@pytest.mark.parametrize(
    "address", ["/api/v1/measures/D99", "/api/v1/measures/D99/results", "/api/v1/runs/2020", "/api/v1/runs/%00"]
)
def test_what_is_not_there_is_not_there(address: str, program: Program, ben_analyst: User) -> None:
    said = read(program(ben_analyst), address, 404)

    assert said["status"] == 404
    assert "/api/v1/" in said["detail"]


def test_a_measure_of_which_nothing_is_stored_says_so(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    said = read(program(ben_analyst), "/api/v1/measures/P12/results?by=area", 404)

    assert said["detail"] == "No result of P12 by area is stored. Stored: month, quarter, year."


def test_a_row_that_has_no_number_says_why(program: Program, ben_analyst: User, with_results: Workspace) -> None:
    rows = read(program(ben_analyst), "/api/v1/measures/P12/results?from=2025-01")["items"]

    assert rows
    assert {(each["status"], each["value"]) for each in rows} == {("not_enough_data", None)}
    assert all(each["reason"] for each in rows)


def test_csv_and_parquet_hold_the_same_rows_as_json(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)
    rows = read(client, D02)["items"]

    listed = list(csv.DictReader(io.StringIO(client.get(f"{D02}.csv").content.decode("utf-8-sig"))))
    response = client.get(f"{D02}.parquet")
    table = pq.read_table(io.BytesIO(response.content)).to_pylist()

    assert response["Content-Type"] == "application/vnd.apache.parquet"
    assert response["Content-Disposition"] == 'attachment; filename="made-up-northshire-D02-not-for-release.parquet"'
    assert list(listed[0]) == list(table[0]) == list(rows[0])
    as_text = [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in rows]
    assert [{**row, **floats(row)} for row in listed] == [{**row, **floats(row)} for row in as_text]
    assert [(row["numerator"], row["value"], str(row["period_start"])) for row in table] == [
        (row["numerator"], row["value"], row["period_start"]) for row in rows
    ]


def floats(row: dict[str, str]) -> dict[str, Any]:
    """The numbers of a row of text, so that 1000 and 1000.0 are the same."""
    names = ("numerator", "denominator", "value", "multiplier", "lower", "upper")
    return {name: float(row[name]) if row[name] else None for name in names}


def test_a_file_is_not_paged_and_says_so(program: Program, ben_analyst: User, with_results: Workspace) -> None:
    assert "limit is not known here" in read(program(ben_analyst), f"{D02}.csv?limit=5", 400)["detail"]


def test_what_stood_on_a_day_is_read_by_that_day(program: Program, ben_analyst: User, with_results: Workspace) -> None:
    client, force = program(ben_analyst), with_results.force("northshire")
    as_at = read(client, f"{D02}?limit=1")["items"][0]["as_at"]

    standing = read(client, f"{D02}?as_at={as_at}&limit=1")["items"][0]
    none = read(client, f"{D02}?as_at=2001-01-01", 404)

    assert standing["as_at"] == as_at
    assert "that stood on 2001-01-01" in none["detail"]
    assert force.code == "northshire"


def test_a_run_is_read_by_its_name_and_by_no_other_measures(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)
    run = read(client, "/api/v1/runs?measure=D02&by=year")["items"][0]

    rows = read(client, f"{D02}?run={run['run']}")["items"]
    wrong = read(client, f"{D02}?run={run['run']}&by=month", 400)
    none = read(client, f"{D02}?run=20200101T000000-00000000", 404)

    assert {(each["run"], each["by"]) for each in rows} == {(run["run"], "year")}
    assert "this run has year" in wrong["detail"]
    assert "/api/v1/runs?measure=D02" in none["detail"]


def test_a_runs_provenance_tells_extracts_and_queries_and_no_days_of_events(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)
    run = read(client, "/api/v1/runs?by=month")["items"][0]

    said = read(client, run["provenance"])

    assert (said["run"], said["who"], said["force"]) == (run["run"], "the tests", "northshire")
    assert said["extracts"]["incidents"]
    assert any("SELECT" in each.upper() for each in said["sql"])
    assert "charts" not in said


def test_runs_are_listed_newest_first_each_once(program: Program, ben_analyst: User, with_results: Workspace) -> None:
    client = program(ben_analyst)
    whole = read(client, "/api/v1/runs")["items"]
    second = read(client, read(client, "/api/v1/runs?limit=1")["next"])["items"]

    assert [each["by"] for each in whole] == ["area", "year", "quarter", "month"]
    assert second == whole[1:2]
    assert sorted(whole[0]["measures"]) == ["D01", "D02"]
    assert (whole[0]["from"], whole[0]["to"]) == ("2024-09-01", "2025-08-31")
    assert (whole[1]["from"], whole[1]["as_at_asked"]) == (None, None)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("measure=D99", "measure is “D99”; it may be D01, "),
        ("by=moth", "by is “moth”; it may be month, quarter, year, area. Did you mean `month`?"),
        ("rule=R9", "rule is “R9”; it may be R1, R2, R3"),
    ],
)
def test_a_misspelt_filter_of_runs_is_refused_and_not_an_empty_list(
    query: str, said: str, program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    assert said in read(program(ben_analyst), f"/api/v1/runs?{query}", 400)["detail"]


def test_runs_are_chosen_by_a_measure_as_it_is_written_elsewhere(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)
    plain = read(client, "/api/v1/runs?measure=D02")

    assert plain["total"] > 0
    for written in ("d02", "2.1.2/D02"):
        assert read(client, f"/api/v1/runs?measure={written}")["items"] == plain["items"]


def test_runs_of_a_layout_that_only_a_command_stored_can_be_asked_for(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)
    read(client, "/api/v1/runs?by=whole", 400)

    world.store(with_results, with_results.force("northshire"), ("D02",), by="whole")

    assert [each["by"] for each in read(client, "/api/v1/runs?by=whole")["items"]] == ["whole"]


def test_a_measure_that_is_nearly_one_is_told_which(program: Program, ben_analyst: User) -> None:
    assert "Did you mean `D02`?" in read(program(ben_analyst), "/api/v1/measures/d022", 404)["detail"]


def test_the_latest_of_all_measures_is_one_flat_table(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)

    page = read(client, "/api/v1/latest?by=year")
    some = read(client, "/api/v1/latest?by=year&measure=D02,d01")

    assert {each["by"] for each in page["items"]} == {"year"}
    assert {each["measure"] for each in page["items"]} == set(pack().measures)
    assert {each["measure"] for each in some["items"]} == {"D01", "D02"}
    in_json = [each for each in some["items"] if each["measure"] == "D02"]
    assert in_json == read(client, f"{D02}?by=year")["items"]
    assert "Did you mean" in read(client, "/api/v1/latest?measure=D02,D001", 400)["detail"]


def test_a_rule_that_only_a_stored_run_has_can_be_asked_for_and_is_named(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)
    before = read(client, f"{D02}?rule=R1/event", 400)
    world.store(with_results, with_results.force("northshire"), ("D02",), by="year", rule="R1/event")

    rows = read(client, f"{D02}?by=year&rule=R1/event")["items"]

    assert "it may be R1, R2, R3" in before["detail"]
    assert {(each["rule"], each["rule_name"]) for each in rows} == {("R1/event", "flagged at closure, by event")}
    assert {each["measure"] for each in read(client, "/api/v1/latest?by=year&rule=R1/event")["items"]} >= {"D02"}


def test_pages_of_the_latest_leave_out_what_is_stored_meanwhile(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client, force = program(ben_analyst), with_results.force("northshire")
    whole = read(client, "/api/v1/latest?by=year")["items"]
    page = read(client, "/api/v1/latest?by=year&limit=40")

    world.store(with_results, force, ("D01", "D02"), by="year")
    rows = page["items"]
    while page["next"]:
        page = read(client, page["next"])
        rows += page["items"]

    assert rows == whole
    assert read(client, "/api/v1/latest?by=year&measure=D02")["items"][0]["run"] not in {each["run"] for each in whole}


def test_the_latest_as_a_file_is_the_whole_table(program: Program, ben_analyst: User, with_results: Workspace) -> None:
    client = program(ben_analyst)
    total = read(client, "/api/v1/latest?limit=1")["total"]

    table = pq.read_table(io.BytesIO(client.get("/api/v1/latest.parquet").content))
    lines = client.get("/api/v1/latest.csv").content.decode("utf-8-sig").splitlines()

    assert table.num_rows == total
    assert lines[0] == ",".join(table.column_names)


def test_before_anything_is_computed_the_latest_is_empty_with_its_columns(program: Program, ben_analyst: User) -> None:
    client = program(ben_analyst)

    assert read(client, "/api/v1/latest")["items"] == []
    assert pq.read_table(io.BytesIO(client.get("/api/v1/latest.parquet").content)).column_names[0] == "force"


def test_reading_numbers_leaves_a_line_that_says_who_took_what(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)
    run = read(client, f"{D02}?by=year")["items"][0]["run"]
    line = Entry.objects.filter(force="northshire").order_by("-seq")[0]

    client.get("/api/v1/latest.csv")
    after = Entry.objects.filter(force="northshire").order_by("-seq")[0]

    assert (line.act, line.object_id, line.actor) == (Act.EXPORT, "2.1.2/D02", str(ben_analyst))
    assert f"by=year, run {run}, by token nvap_" in line.reason
    assert "not for release" in line.reason
    assert (after.seq, after.object_id) == (line.seq + 1, "all")
    assert after.reason.startswith("API, csv, of ")


@pytest.mark.parametrize(
    "address", [f"{D02}?by=year", f"{D02}.csv", f"{D02}.parquet", "/api/v1/latest", "/api/v1/runs"]
)
def test_a_program_that_holds_the_answer_is_told_so_and_nothing_is_noted(
    address: str, program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)
    mark = client.get(address)["ETag"]
    before = Entry.objects.count()

    again = client.get(address, headers={"If-None-Match": mark})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", mark)
    assert Entry.objects.count() == before


def test_the_headers_alone_are_not_noted_as_taken(program: Program, ben_analyst: User, with_results: Workspace) -> None:
    client = program(ben_analyst)
    mark = client.get(D02)["ETag"]
    before = Entry.objects.count()

    asked = client.head(D02)

    assert (asked.status_code, asked.content, asked["ETag"]) == (200, b"", mark)
    assert Entry.objects.count() == before


def test_after_a_new_computation_what_a_program_holds_is_old(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)
    mark = client.get(D02)["ETag"]
    world.store(with_results, with_results.force("northshire"), ("D02",), by="month")
    before = Entry.objects.filter(act=Act.EXPORT).count()

    again = client.get(D02, headers={"If-None-Match": mark})

    assert again.status_code == 200
    assert again["ETag"] != mark
    assert Entry.objects.filter(act=Act.EXPORT).count() == before + 1


def test_a_program_that_may_no_longer_read_is_not_told_that_it_holds_the_answer(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    mark = program(ben_analyst).get(D02)["ETag"]

    assert Client().get(D02, headers={"If-None-Match": mark}).status_code == 401


def test_a_long_answer_is_packed_for_programs_that_unpack_it(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)
    plain = client.get(f"{D02}.csv")

    packed = client.get(f"{D02}.csv", headers={"Accept-Encoding": "gzip"})

    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content)
    assert gzip.decompress(packed.content) == plain.content
    assert client.get(f"{D02}.csv", headers={"If-None-Match": packed["ETag"]}).status_code == 304


def test_a_refused_question_is_not_noted_as_taken(program: Program, ben_analyst: User, with_results: Workspace) -> None:
    before = Entry.objects.filter(act=Act.EXPORT).count()

    read(program(ben_analyst), f"{D02}?part=none", 400)

    assert Entry.objects.filter(act=Act.EXPORT).count() == before


def test_definitions_and_runs_leave_no_line(program: Program, ben_analyst: User, with_results: Workspace) -> None:
    client = program(ben_analyst)
    client.get("/api/v1/runs")  # notes the runs that a command has stored
    before = Entry.objects.count()

    read(client, "/api/v1/measures")
    read(client, "/api/v1/runs")

    assert Entry.objects.count() == before


def test_numbers_that_cannot_be_noted_are_not_given(
    program: Program, ben_analyst: User, with_results: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nvap.web.journal import actions

    client = program(ben_analyst)

    def broken(**_: Any) -> None:
        raise RuntimeError("the journal cannot be written")

    monkeypatch.setattr(actions, "write", broken)
    client.raise_request_exception = False
    response = client.get(f"{D02}.csv")

    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert response.json()["request"] == response["X-Request-Number"]
    assert b"numerator" not in response.content


def test_damaged_rows_are_a_problem_and_no_traceback(
    program: Program, ben_analyst: User, with_results: Workspace
) -> None:
    client = program(ben_analyst)
    run = read(client, f"{D02}?limit=1")["items"][0]["run"]
    (with_results.force("northshire").folder / "results" / run / "rows.parquet").write_bytes(b"nothing")

    assert "Have the measures computed again" in read(client, D02, 404)["detail"]


def test_an_analyst_reads_in_welsh_where_the_toolkit_has_it(program: Program, ben_analyst: User) -> None:
    client = program(ben_analyst)

    said = client.get("/api/v1/nothing", headers={"Accept-Language": "cy"})

    assert said.status_code == 404
    assert said["Content-Type"] == "application/problem+json"
