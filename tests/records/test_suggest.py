"""A drafted mapping: valid as it stands, loud where it is unfinished, and silent about people."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.records.conftest import NOW, Bench

from nvap.declarations import Faults
from nvap.errors import InputFault
from nvap.records import load as loading
from nvap.records.contract import TABLES, contract
from nvap.records.mapping import read_mapping
from nvap.records.suggest import draft

LOGS = "Log No,Created,Closing Type,Source,Surname,Beat\n" + "".join(
    f"NYP-{at:04},{1 + at % 27:02}/05/2026 10:{at % 60:02},{'Counted' if at % 9 else 'Repeats another log'},"
    f"{('999', 'Officer', 'RADIO')[at % 3]},Jones{at},B{at % 4}\n"
    for at in range(90)
)


def drafted(bench: Bench, content: str = LOGS, table: str = "incidents") -> str:
    return draft(bench.file(content), contract(table))


def test_a_draft_is_a_mapping_that_the_reader_takes(bench: Bench) -> None:
    path = bench.file(drafted(bench).replace("OPEN  #", "officer  #"), "draft.yaml")
    faults = Faults()

    mapping = read_mapping(path, faults)

    assert faults.found == []
    assert mapping is not None
    assert {each.column.name: each.text for each in mapping.columns} == {
        "incident_ref": "Log No",
        "created": "Created",
        "source": "Source",
        "closing_code": "Closing Type",
        "closure_kind": "'counted'",
        "area": "Beat",
    }


def test_a_draft_finds_the_format_of_dates_and_says_where_it_may_be_wrong(bench: Bench) -> None:
    assert 'created: {expr: "Created", format: "%d/%m/%Y %H:%M"}  # by its name\n' in drafted(bench)

    ambiguous = drafted(bench, "Log No,Created\nA1,03/04/2026 10:00\nA2,05/06/2026 10:00\n")
    assert '"%d/%m/%Y %H:%M"}  # CHECK: by its name; every date also fits' in ambiguous


def test_a_draft_shows_codes_with_their_counts_and_leaves_unknown_ones_open(bench: Bench) -> None:
    text = drafted(bench)

    assert '"999": "999"  # 30 rows' in text
    assert '"RADIO": OPEN  # 30 rows' in text


def test_an_unfinished_draft_is_refused_with_the_line_of_each_value_that_is_open(bench: Bench) -> None:
    file, text = bench.file(LOGS), drafted(bench)
    line = next(at for at, each in enumerate(text.splitlines(), 1) if "OPEN  # 30" in each)

    with pytest.raises(
        InputFault, match=f"draft.yaml:{line}: `RADIO` of `source` is still OPEN; write what it becomes"
    ):
        loading.check(file, bench.file(text, "draft.yaml"), now=NOW)


def test_a_finished_draft_loads(bench: Bench) -> None:
    file = bench.file(LOGS)
    finished = drafted(bench).replace('"RADIO": OPEN', '"RADIO": officer')

    report = loading.check(file, bench.file(finished, "draft.yaml"), now=NOW)

    assert report.loaded == 90


def plain_columns(disp: Callable[[int], str], mh: tuple[str, ...] = ("Y", "N")) -> str:
    """Thirty logs under the short names that a plain extract has."""
    rows = "".join(
        f"R{at:03},{13 + at % 9}/05/2026 10:{at:02},{f'25/05/2026 11:{at:02}' if at % 3 else ''},26/05/2026 12:{at:02},"
        f"{disp(at)},{mh[at % len(mh)]},Area {at % 4}\n"
        for at in range(30)
    )
    return f"REF,CREATED,ARR,CLOSED,DISP,MH,AREA\n{rows}"


def test_plain_short_columns_are_drafted_and_each_guess_says_why(bench: Bench) -> None:
    text = drafted(bench, plain_columns(lambda at: "CNT" if at % 3 else "Cancelled by caller"))

    assert '  incident_ref: "REF"  # CHECK: by its name, read as `reference`; all 30 values read differ' in text
    assert '  created: {expr: "CREATED", format: "%d/%m/%Y %H:%M"}  # by its name\n' in text
    assert '  first_arrival: {expr: "ARR", format: "%d/%m/%Y %H:%M"}  # CHECK: by its name, read as `arriv' in text
    assert '  closed: {expr: "CLOSED", format' in text
    assert '  mh_at_closure: "MH"  # CHECK: by its name, read as `mental health`\n' in text
    assert '  area: "AREA"  # by its name\n' in text
    assert "  closure_kind:  # CHECK: by what it holds, its name read as `disposal`\n" in text
    assert '      "CNT": OPEN  # 20 rows\n      "Cancelled by caller": OPEN  # 10 rows\n' in text


def test_an_open_draft_is_valid_yaml_and_every_open_value_is_a_fault_with_its_line(bench: Bench) -> None:
    text = drafted(bench, plain_columns(lambda at: "CNT" if at % 3 else "CAN", mh=("MH1", "DOM")))
    open_lines = [at for at, each in enumerate(text.splitlines(), 1) if re.search("OPEN  # [0-9]+ rows", each)]
    faults = Faults()

    read_mapping(bench.file(text, "draft.yaml"), faults)

    told = [re.search(r"draft\.yaml:(\d+): `(\w+)` of `\w+` is still OPEN", fault) for fault in faults.found]
    assert [int(each[1]) for each in told if each] == sorted(open_lines)
    assert {each[2] for each in told if each} == {"MH1", "DOM", "CNT", "CAN"}


def test_a_short_name_that_stands_for_two_things_is_read_by_its_values(bench: Bench) -> None:
    text = drafted(bench, plain_columns(lambda at: f"25/05/2026 10:{at:02}"))

    assert (
        'first_dispatch: {expr: "DISP", format: "%d/%m/%Y %H:%M"}  # CHECK: by what it holds, its name read as `disp'
        in text
    )
    assert "closure_kind: {expr: \"'counted'\"}  # CHECK: no column says it" in text


def test_a_reference_is_found_by_its_values_where_no_name_says_it(bench: Bench) -> None:
    rows = "".join(f"{at % 5},X{at},2026-05-0{1 + at % 9} 10:00:00\n" for at in range(20))

    text = drafted(bench, f"SHIFT,THING,CREATED\n{rows}")

    assert 'incident_ref: "THING"  # CHECK: by what it holds: all 20 values read differ, none is missing' in text


def test_a_reference_that_repeats_is_said_to(bench: Bench) -> None:
    text = drafted(bench, "Log No,Created\nA1,2026-05-01 10:00:00\nA1,2026-05-02 10:00:00\n,2026-05-03 10:00:00\n")

    assert "of 3 rows read 1 have none, 1 repeat one" in text


def columns_of(text: str) -> dict[str, str]:
    """Which source column each drafted column reads."""
    found = re.findall(r'^  (\w+): *(?:#.*)?(?:\n    expr: )?(?:{expr: )?"(.*?)"[,}]?', text, re.MULTILINE)
    return {column: source for column, source in found if column != "name"}


PUBLISHED = {
    "toronto": (
        "incidents",
        "objectid,event_id,event_year,event_month,event_dow,event_hour,event_type,division,occurrence_created,"
        "apprehension_made,hood_158,neighbourhood_158,hood_140,neighbourhood_140",
        "{at},12{at:05},2014,January,Monday,9,Suicide-related,D51,No,No,168,Yonge East,75,Church-Yonge",
        {
            "incident_ref": "event_id", "created": "event_year || '-' || event_month", "opening_code": "event_type",
            "area": "division",
        },
    ),
    "san-antonio": (
        "incidents",
        "incident_number,received_utc,problem_type,block_address,substation",
        "SAPD-{at},2024-11-0{day} 06:30:00,Welfare Check,98{at} Airport Blvd,PRUE",
        {
            "incident_ref": "incident_number", "created": "received_utc", "opening_code": "problem_type",
            "place_key": "block_address", "area": "substation",
        },
    ),
    "columbia": (
        "incidents",
        "incident,datetime,service,agency,type,location_txt,lat,lon",
        "2026{at:06},2026-01-0{day} 11:14:49,PD,CPD,TRAFFIC HAZARD,{at} E BROADWAY,38.95,-92.34",
        {"incident_ref": "incident", "created": "datetime", "opening_code": "type", "place_key": "location_txt"},
    ),
    "police.uk": (
        "crimes",
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
        "Last outcome category,Context",
        "c{at},2017-07,West Yorkshire,West Yorkshire,-1.5,53.8,On or near Road,E01007426,Bradford 1A,Burglary,"
        "Local resolution,",
        {
            "crime_ref": "Crime ID", "recorded": "Month", "offence_group": "Crime type", "area": "LSOA code",
            "outcome_type": "Last outcome category",
        },
    ),
    "residents": (
        "population",
        "lsoa11_code,police_force,usual_residents",
        "E010{at:05},West Yorkshire,15{at:02}",
        {"area": "lsoa11_code", "people": "usual_residents"},
    ),
    "neighbourhoods": (
        "population", "neighbourhood_key,hood_140,population_2016", "N{at},{at},31{at:03}",
        {"area": "hood_140", "people": "population_2016"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_columns_of_each_published_data_set_are_found(bench: Bench, name: str) -> None:
    table, header, row, expected = PUBLISHED[name]
    rows = "\n".join(row.format(at=at, day=1 + at % 9) for at in range(30))

    text = drafted(bench, f"{header}\n{rows}\n", table)

    found = columns_of(text)
    found.pop("closure_kind", None)
    assert found == expected


def test_a_draft_shows_no_value_of_a_column_that_identifies_people(bench: Bench) -> None:
    text = drafted(bench, "Log No,Created,Name\n" + "A1,2026-01-05 10:00:00,Jones\n" * 20)

    assert "Jones" not in text
    assert "# Identifies people, so it cannot be loaded (but in a key): Name" in text


def test_rare_values_are_not_shown(bench: Bench) -> None:
    rows = "".join(f"A{at},2026-01-05 10:00:00,{'999' if at else 'Mrs Jones of 4 High Street'}\n" for at in range(30))

    text = drafted(bench, f"Log No,Created,Source\n{rows}")

    assert "Jones" not in text
    assert "# 1 rarer values are not shown" in text


@pytest.mark.parametrize("table", TABLES)
def test_a_draft_for_any_table_says_what_is_still_open(bench: Bench, table: str) -> None:
    text = drafted(bench, table=table)
    faults = Faults()

    read_mapping(bench.file(text, "draft.yaml"), faults)

    required = [each.name for each in contract(table).columns if each.required]
    open_ones = [name for name in required if f"# {name}:   # OPEN: required" in text]
    said = [name for name in required for fault in faults.found if f"`{name}` is required" in fault]
    open_values = [fault for fault in faults.found if "is still OPEN" in fault]
    assert said == open_ones or faults.found[0].endswith("`columns` is missing")
    assert len(faults.found) - len(open_values) == max(len(said), 1 if open_ones else 0)


def test_a_draft_reads_a_workbook_and_parquet_alike(bench: Bench, tmp_path: Path) -> None:
    import pyarrow.csv as arrow_csv
    import pyarrow.parquet as pq

    path = bench.folder / "extract.parquet"
    pq.write_table(arrow_csv.read_csv(bench.file(LOGS)), path)

    assert 'incident_ref: "Log No"' in draft(path, contract("incidents"))


def test_a_file_without_rows_cannot_be_drafted_from(bench: Bench) -> None:
    with pytest.raises(InputFault, match="is empty"):
        drafted(bench, "")
