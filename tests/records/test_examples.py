"""The mappings of the published data sets, on rows written here in their shape."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.records.conftest import NOW, Bench

from nvap.declarations import Faults
from nvap.engine.connection import connect
from nvap.records import load as loading
from nvap.records.current import open_tables
from nvap.records.mapping import read_mapping
from nvap.records.store import Batch

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MAPPINGS = sorted(EXAMPLES.glob("*/*.yaml"))


def load(bench: Bench, name: str, file: Path) -> Batch:
    return loading.load(bench.workspace, bench.force, file, EXAMPLES / name, by="asha", now=NOW)


@pytest.mark.parametrize("path", MAPPINGS, ids=[f"{path.parent.name}/{path.name}" for path in MAPPINGS])
def test_every_example_is_a_mapping_without_faults_and_says_where_its_data_is_from(path: Path) -> None:
    faults = Faults()

    mapping = read_mapping(path, faults)

    assert faults.found == []
    assert mapping is not None
    assert mapping.origin == "published"
    assert mapping.source["name"]


def test_every_script_loads_mappings_that_are_there_and_names_documents_that_are_there() -> None:
    scripts = sorted(EXAMPLES.glob("**/*.sh"))

    named = [path for script in scripts for path in re.findall(r"\bdocs/[\w-]+\.md", script.read_text("utf-8"))]
    mappings = {
        script.parent / name for script in scripts for name in re.findall(r"[\w-]+\.yaml", script.read_text("utf-8"))
    }
    assert named
    assert [path for path in named if not (EXAMPLES.parent / path).is_file()] == []
    assert mappings == set(MAPPINGS)


TORONTO = """objectid,event_id,event_year,event_month,event_dow,event_hour,event_type,division,occurrence_created,\
apprehension_made,hood_158,neighbourhood_158,hood_140,neighbourhood_140
1,1254908,2014,January,Wednesday,9,Suicide-related,D51,No,No,168,Downtown Yonge East,75,Church-Yonge Corridor (75)
2,1253798,2014,January,Wednesday,2,Person in Crisis,D41,No,No,124,Kennedy Park,124,Kennedy Park (124)
3,1256454,2015,June,Wednesday,16,Suicide-related,D41,Yes,No,NSA,NSA,NSA,NSA
"""


def test_toronto_holds_months_of_mental_health_calls_alone(bench: Bench) -> None:
    batch = load(bench, "toronto/incidents.yaml", bench.file(TORONTO))
    load(
        bench,
        "toronto/population.yaml",
        bench.file("neighbourhood_key,hood_140,population_2016\nA,75,31340\nB,124,17123\n", "population.csv"),
    )

    with connect() as engine:
        held = open_tables(engine, bench.force).held
    assert held["incidents"].coverage.only == "mhri"
    assert held["incidents"].partial_periods == {"2015-06"}
    assert held["incidents"].precision["created"] == "month"
    assert held["population"].population_years == {2014: 2016, 2015: 2016}
    assert batch.report["missing"] == {"area": 1}
    assert bench.rows("incidents", "created_date, mh_at_closure, area") == [
        (datetime.date(2014, 1, 1), True, "124"),
        (datetime.date(2014, 1, 1), True, "75"),
        (datetime.date(2015, 6, 1), True, None),
    ]


def test_columbia_sets_aside_rows_without_a_number_and_both_rows_of_an_incident_that_stands_twice(bench: Bench) -> None:
    content = (
        "incident,datetime,service,agency,type,location_txt,lat,lon\n"
        "2025308648,2025-11-05 00:07:50,,,LAW ALARM,1400 BLOCK RANGE LINE ST,38.96,-92.32\n"
        ",2026-01-07 11:14:49,PD,CPD,TRAFFIC HAZARD,E BROADWAY,38.95,-92.34\n"
        "2026000002,2026-01-01 00:00:44,PD,CPD,SHOTS FIRED,1000 BLOCK CLAUDELL LN,38.96,-92.36\n"
        "2026000002,2026-01-01 00:00:44,PD,CPD,SHOTS FIRED,900 BLOCK CLAUDELL LN,38.96,-92.36\n"
    )

    report = load(bench, "columbia/incidents.yaml", bench.file(content)).report

    assert (report["read"], report["loaded"], report["set_aside"]) == (4, 1, 3)
    assert {each["rule"]: each["rows"] for each in report["set_aside_rules"]} == {
        "missing": 1,
        "same key, other content": 2,
    }


def test_san_antonio_gives_the_one_call_without_a_number_a_reference_of_its_own(bench: Bench) -> None:
    path = bench.folder / "calls.parquet"
    moment = datetime.datetime(2024, 11, 3, 6, 30)  # noqa: DTZ001 - the hour that the clock repeats in Chicago
    table = pa.table(
        {
            "incident_number": pa.array(["SAPD-1", None]),
            "received": pa.array([moment, moment]),
            "received_utc": pa.array([moment, moment]),
            "problem_type": ["Welfare Check", "Property Found"],
            "block_address": ["9800 Airport Blvd", "9800 Airport Blvd"],
            "substation": ["PRUE", None],
        }
    )
    pq.write_table(table, path)

    batch = load(bench, "san-antonio/incidents.yaml", path)

    assert (batch.report["loaded"], batch.report["set_aside"]) == (2, 0)
    assert bench.rows("incidents", "created, created_date, _ambiguous") == [
        (moment, datetime.date(2024, 11, 3), None),
        (moment, datetime.date(2024, 11, 3), None),
    ]
    assert len(set(bench.rows("incidents", "place_key"))) == 1


POLICE_UK = "Crime ID,Month,LSOA code,Crime type,Last outcome category\n"


def test_police_uk_leaves_out_antisocial_behaviour_by_name_and_calls_vague_outcomes_ambiguous(bench: Bench) -> None:
    batch = load(
        bench,
        "police-uk/crimes.yaml",
        bench.file(
            POLICE_UK + "c1,2017-07,E01007426,Burglary,Unable to prosecute suspect\n"
            ",2017-07,E01010646,Anti-social behaviour,\n"
            "c2,2017-07,E01007426,Drugs,Offender sent to prison\n"
            "c3,2017-07,,Burglary,Status update unavailable\n"
        ),
    )

    assert batch.report["excluded"] == {"anti-social behaviour has no crime ID": 1}
    assert bench.rows("crimes", "crime_ref, outcome_type") == [("c1", "ambiguous"), ("c2", "1"), ("c3", None)]


def test_an_outcome_text_that_the_mapping_does_not_know_is_not_guessed(bench: Bench) -> None:
    report = load(
        bench,
        "police-uk/crimes.yaml",
        bench.file(POLICE_UK + "c1,2017-07,E01,Burglary,Something new\nc2,2017-07,E01,Burglary,Local resolution\n"),
    ).report

    assert report["unmapped"] == {"outcome_type": {"Something new": 1}}
    assert report["loaded"] == 1
