"""Values that are not what their column holds: set aside by rule, or the file refused where nothing is certain."""

from __future__ import annotations

import random

import pytest
from tests.records.conftest import INCIDENTS, Bench

from nvap.errors import InputFault
from nvap.records.report import Report

DMY = {**INCIDENTS, "created": {"expr": "created", "format": "%d/%m/%Y %H:%M"}}


def times(bench: Bench, *values: str, columns: dict[str, object] | None = None) -> Report:
    rows = "".join(f"A{at},{value}\n" for at, value in enumerate(values))
    return bench.check(f"id,created\n{rows}", columns)


def rules(report: Report) -> dict[str, int]:
    return {rule: count for (rule, _), count in report.set_aside_rules.items()}


# Dates


def test_day_and_month_mixed_refuse_the_whole_file(bench: Bench) -> None:
    with pytest.raises(InputFault) as told:
        times(bench, "03/04/2024 10:00", "04/13/2024 10:00", columns=DMY)

    assert "Mixed day/month order" in str(told.value)
    assert "created: 1 rows (the first is row 3) fit only with day and month the other way round" in str(told.value)


def test_iso_dates_with_day_and_month_exchanged_refuse_the_file_too(bench: Bench) -> None:
    with pytest.raises(InputFault, match="than year-month-day"):
        times(bench, "2024-04-03 10:00:00", "2024-13-04 10:00:00")


def test_a_day_that_no_month_has_is_set_aside(bench: Bench) -> None:
    report = times(bench, "31/02/2024 10:00", "01/02/2024 10:00", columns=DMY)

    assert rules(report) == {"not a date or time in the declared format": 1}


def test_a_year_of_two_digits_is_set_aside_where_four_are_declared(bench: Bench) -> None:
    report = times(bench, "03/04/24 10:00", "03/04/2024 10:00", columns=DMY)

    assert rules(report) == {"year of two digits": 1}


def test_a_year_of_two_digits_is_read_where_the_mapping_declares_it(bench: Bench) -> None:
    bench.load("id,created\nA1,03/04/24\n", {**INCIDENTS, "created": {"expr": "created", "format": "%d/%m/%y"}})

    assert str(bench.rows("incidents", "created_date")[0][0]) == "2024-04-03"


def test_times_in_the_future_and_before_1970_are_set_aside(bench: Bench) -> None:
    report = times(bench, "2026-11-25 13:00:00", "1969-12-31 23:00:00", "2026-11-23 23:00:00")

    assert rules(report) == {"in the future": 1, "before 1970": 1}


def test_fillers_are_taken_as_missing_and_counted(bench: Bench) -> None:
    report = bench.check(
        "id,created,closed\nA1,2026-01-05 10:00:00,1900-01-01 00:00:00\nA2,1900-01-01 00:00:00,\n",
        {**INCIDENTS, "closed": "closed"},
    )

    assert report.placeholders == {"created": 1, "closed": 1}
    assert report.set_aside_rules == {("missing", "created"): 1}


def test_dates_of_history_may_lie_before_1970_and_of_validity_after_today(bench: Bench) -> None:
    staff = bench.check(
        "s,m,r,j\nS1,2026-01-01,response,1968-05-01\n",
        {"staff_key": "s", "snapshot": "m", "role_group": "r", "joined": "j"},
        table="staff",
    )
    grades = bench.check(
        "g,f,t\nI,2026-01-01,2031-12-31\n",
        {
            "grade": "g",
            "label": "g",
            "attended": "'yes'",
            "clock_start": "'created'",
            "valid_from": "f",
            "valid_to": "t",
        },
        table="grade_config",
    )

    assert (staff.loaded, grades.loaded) == (1, 1)


def test_a_moment_without_its_time_of_day_is_set_aside(bench: Bench) -> None:
    assert rules(times(bench, "2026-01-05", "2026-01-05 10:00:00")) == {"no time of day": 1}


def test_a_day_is_enough_where_the_mapping_declares_days(bench: Bench) -> None:
    assert times(bench, "2026-01-05", columns={**INCIDENTS, "created": {"expr": "created", "precision": "day"}}).loaded


def test_an_excel_serial_number_is_not_a_date(bench: Bench) -> None:
    assert rules(times(bench, "45292", "2026-01-05 10:00:00")) == {"not a date or time in the declared format": 1}


@pytest.mark.parametrize("value", ["infinity", "now", "epoch", "2026-01-05T25:00:00", "2026-01-05 10:00 or so"])
def test_words_that_the_engine_would_read_as_times_are_not_times(bench: Bench, value: str) -> None:
    assert rules(times(bench, value, "2026-01-05 10:00:00")) == {"not a date or time in the declared format": 1}


# Order within a row

ORDER = {**INCIDENTS, "first_arrival": "arrived", "closed": "closed"}


def test_an_end_before_its_start_is_set_aside(bench: Bench) -> None:
    report = bench.check(
        "id,created,arrived,closed\n"
        "A1,2026-01-05 10:00:00,2026-01-05 10:20:00,2026-01-05 10:10:00\n"
        "A2,2026-01-05 10:00:00,2026-01-05 09:59:00,2026-01-05 11:00:00\n"
        "A3,2026-01-05 10:00:00,,2026-01-05 10:00:00\n",
        ORDER,
    )

    assert report.set_aside_rules == {("end before start", "first_arrival"): 1, ("end before start", "closed"): 1}
    assert report.loaded == 1


def test_an_end_known_to_the_day_is_not_before_a_start_on_that_day(bench: Bench) -> None:
    report = bench.check(
        "id,created,closed\nA1,2026-01-05 10:00:00,05/01/2026\nA2,2026-01-05 10:00:00,04/01/2026\n",
        {**INCIDENTS, "closed": {"expr": "closed", "format": "%d/%m/%Y"}},
    )

    assert report.set_aside_rules == {("end before start", "closed"): 1}


# Numbers, yes and no


def population(bench: Bench, *values: str, **column: str) -> Report:
    rows = "".join(f'N{at};2024;"{value}"\n' for at, value in enumerate(values))
    people = {"expr": "n", **column}
    return bench.check(f"a;y;n\n{rows}", {"area": "a", "year": "y", "people": people}, table="population")


@pytest.mark.parametrize(
    "value", ["1_000", "１２", "7\u00a0", "1e5", "NaN", "inf", "3,5", "1,234", "12.0", "+5", "0x10", "--5"]
)
def test_what_only_looks_like_a_whole_number_is_set_aside(bench: Bench, value: str) -> None:
    assert rules(population(bench, value, "12")) == {"not a whole number": 1}


def test_thousands_are_read_with_the_sign_that_the_mapping_declares_and_no_other(bench: Bench) -> None:
    report = population(bench, "1,234", "12", "1,23", "1.234", thousands=",")

    assert rules(report) == {"not a whole number": 2}
    assert report.loaded == 2


def test_a_decimal_comma_is_read_where_the_mapping_declares_it(bench: Bench) -> None:
    columns = {"staff_key": "s", "course_code": "c", "completed": "d", "hours": {"expr": "h", "decimal": ","}}

    report = bench.check("s;c;d;h\nS1;MH1;2026-01-05;3,5\nS2;MH1;2026-01-05;3.5\n", columns, table="training")

    assert report.set_aside_rules == {("not a number", "hours"): 1}


def test_a_population_of_0_is_set_aside(bench: Bench) -> None:
    assert rules(population(bench, "0", "-5", "12")) == {"number out of range": 2}


def test_yes_and_no_are_read_from_a_short_list_alone(bench: Bench) -> None:
    values = ["Y", "no", "1", "TRUE", "f", "maybe", "2", "oui"]
    rows = "".join(f"A{at},2026-01-05 10:00:00,{value}\n" for at, value in enumerate(values))

    report = bench.check(f"id,created,mh\n{rows}", {**INCIDENTS, "mh_at_closure": "mh"})

    assert rules(report) == {"not yes or no": 3}


# Codes


def test_a_code_that_its_list_does_not_hold_is_set_aside_and_counted(bench: Bench) -> None:
    report = bench.check(
        "id,created,k\nA1,2026-01-05 10:00:00,counted\nA2,2026-01-05 10:00:00,Counted\nA3,2026-01-05 10:00:00,dup\n",
        {**INCIDENTS, "closure_kind": "k"},
    )

    assert report.set_aside_rules == {("unknown code", "closure_kind"): 2}
    assert report.unmapped == {"closure_kind": {"Counted": 1, "dup": 1}}


def test_a_code_is_not_taken_before_the_day_from_which_it_may_be_used(bench: Bench) -> None:
    columns = {
        "crime_ref": "c",
        "recorded": {"expr": "r", "precision": "day"},
        "outcome_type": "o",
        "outcome_date": "d",
    }

    report = bench.check(
        "c,r,o,d\nC1,2018-01-05,22,2018-06-01\nC2,2018-01-05,22,2019-06-01\nC3,2018-01-05,22,\n",
        columns,
        table="crimes",
    )

    assert report.set_aside_rules == {("code not in use on that day", "outcome_type"): 1}


def test_free_text_in_a_code_column_is_set_aside(bench: Bench) -> None:
    report = bench.check(
        f"id,created,c\nA1,2026-01-05 10:00:00,MH1\nA2,2026-01-05 10:00:00,{'caller says that ' * 10}\n",
        {**INCIDENTS, "closing_code": "c"},
    )

    assert report.set_aside_rules == {("longer than the column allows", "closing_code"): 1}


# Ids and people


@pytest.mark.parametrize("nobody", ["UNKNOWN", "N/K", "0", "000", "9999999", "test", "n/a"])
def test_a_placeholder_is_nobody(bench: Bench, nobody: str) -> None:
    columns = {"s136_ref": "r", "detained": "t", "person_key": "p"}
    batch = bench.load(f"r,t,p\nS1,2026-01-05 10:00:00,{nobody}\nS2,2026-01-05 10:00:00,N77\n", columns, table="s136")

    assert [key is None for (_, key) in bench.rows("s136", "s136_ref, person_key")] == [True, False]
    assert batch.report["placeholders"] == {"person_key": 1}


def test_a_placeholder_where_a_reference_must_stand_is_missing(bench: Bench) -> None:
    report = bench.check("id,created\nUNKNOWN,2026-01-05 10:00:00\nA1,2026-01-05 10:00:00\n")

    assert report.set_aside_rules == {("missing", "incident_ref"): 1}


def test_a_person_who_stands_in_more_than_one_row_in_a_hundred_is_warned_of(bench: Bench) -> None:
    rows = "".join(f"S{at},2026-01-05 10:00:00,{'NOBODY' if at % 50 == 0 else f'N{at}'}\n" for at in range(600))

    report = bench.check(f"r,t,p\n{rows}", {"s136_ref": "r", "detained": "t", "person_key": "p"}, table="s136")

    assert report.loaded == 600
    assert "person_key: one value stands in 12 of 600 rows; is it a placeholder?" in report.warnings[0]


def nhs_number(seed: int) -> str:
    """A ten-digit number that passes the modulus 11 check: 9434765919 is the published example."""
    digits = random.Random(seed).choices("0123456789", k=9)
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
    return "".join(digits) + str(check % 11) if check != 10 else nhs_number(seed + 1000)


@pytest.mark.parametrize("shape", ["{}", "{:.3} {:.3} {}"])
def test_a_column_of_nhs_numbers_is_refused_whatever_it_fills(bench: Bench, shape: str) -> None:
    numbers = ["9434765919", *(nhs_number(seed) for seed in range(20))]
    if shape != "{}":
        numbers = [f"{each[:3]} {each[3:6]} {each[6:]}" for each in numbers]
    rows = "".join(f"S{at},2026-01-05 10:00:00,{each}\n" for at, each in enumerate(numbers))

    for column in ("person_key", "incident_ref"):
        with pytest.raises(InputFault, match="the values of `ref` look like NHS numbers") as told:
            bench.check(f"r,t,ref\n{rows}", {"s136_ref": "r", "detained": "t", column: "ref"}, table="s136")
        assert "9434765919" not in str(told.value)


def test_ten_digit_references_of_which_one_in_eleven_passes_by_chance_are_taken(bench: Bench) -> None:
    numbers = sorted({str(random.Random(at).randrange(10**9, 10**10)) for at in range(200)})
    rows = "".join(f"{each},2026-01-05 10:00:00\n" for each in numbers)

    assert bench.check(f"id,created\n{rows}").loaded == len(numbers)


@pytest.mark.parametrize(
    "name",
    ["Surname", "Name", "caller_name", "DOB", "Date of Birth", "Post Code", "homePostcode", "Phone No", "NHS Number"],
)
def test_a_column_that_identifies_people_is_refused_where_it_is_used(bench: Bench, name: str) -> None:
    content = f"id,created,{name}\nA1,2026-01-05 10:00:00,x\n"

    assert bench.check(content).loaded == 1
    with pytest.raises(InputFault, match="a column that identifies people; drop it"):
        bench.check(content, {**INCIDENTS, "area": f'"{name}"'})


@pytest.mark.parametrize("name", ["LSOA name", "Ward Name", "mobile unit", "addressed", "Neighbourhood", "numbers"])
def test_columns_that_only_sound_alike_are_taken(bench: Bench, name: str) -> None:
    content = f"id,created,{name}\nA1,2026-01-05 10:00:00,x\n"

    assert bench.check(content, {**INCIDENTS, "area": f'"{name}"'}).loaded == 1


def test_an_identifying_column_may_make_a_pseudonym(bench: Bench) -> None:
    bench.load(
        "r,t,surname,dob\nS1,2026-01-05 10:00:00,Jones,1980-01-01\n",
        {"s136_ref": "r", "detained": "t", "person_key": "surname || dob"},
        table="s136",
    )

    assert len(str(bench.rows("s136", "person_key")[0][0])) == 32


def test_no_message_of_a_bad_row_holds_its_values(bench: Bench) -> None:
    with pytest.raises(InputFault, match="Write TRY_CAST") as told:
        bench.check("id,created\nJONES1980,SECRET\n", {**INCIDENTS, "created": "cast(created as timestamp)"})

    assert "SECRET" not in str(told.value)
