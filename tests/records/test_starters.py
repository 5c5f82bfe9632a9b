"""Starter mappings load the public files that they are for, and each says where its columns are printed.

`NVAP_TEST_PUBLISHED` names a folder that holds the published files themselves; without it, rows written here in their
shape stand in for them.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pyarrow.csv as arrow_csv
import pytest
from tests.records.conftest import NOW, Bench
from tests.records.test_records_commands import Typed, typed  # noqa: F401 - a fixture

from nvap.declarations import Faults
from nvap.errors import UsageFault
from nvap.records import load as loading
from nvap.records.mapping import read_mapping
from nvap.records.mapping_columns import MappedColumn
from nvap.records.starters import starter, starters

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "police-uk" / "crimes.yaml"
HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)
ROWS = f"""{HEADER}
a1,2017-07,Anyshire,Anyshire,-1.7,53.5,On or near Road,E01000001,Any 001A,Burglary,Under investigation,
a2,2017-07,Anyshire,Anyshire,-1.7,53.5,On or near Road,E01000001,Any 001A,Drugs,Local resolution,
a3,2017-07,Anyshire,Anyshire,-1.7,53.5,On or near Road,,,Robbery,Unable to prosecute suspect,
a4,2017-07,Anyshire,Anyshire,-1.7,53.5,On or near Road,E01000002,Any 002A,Theft,Status update unavailable,
,2017-07,Anyshire,Anyshire,-1.7,53.5,On or near Road,E01000002,Any 002A,Anti-social behaviour,,
a5,2017-07,Anyshire,Anyshire,-1.7,53.5,On or near Road,E01000002,Any 002A,Drugs,A text of another year,
"""


def mapped(path: Path) -> dict[str, MappedColumn]:
    faults = Faults()
    mapping = read_mapping(path, faults)
    assert faults.found == []
    assert mapping is not None
    return {each.column.name: each for each in mapping.columns}


@pytest.mark.parametrize("found", starters(), ids=lambda each: each.name)
def test_every_starter_names_the_public_page_that_prints_its_columns(found: object) -> None:
    assert found.cited.startswith("https://")  # type: ignore[attr-defined]
    assert found.cited.partition("#")[0] in found.text.partition("mapping:")[0]  # type: ignore[attr-defined]


def test_rows_in_the_shape_of_police_uk_load_by_its_starter(bench: Bench) -> None:
    path = bench.file(ROWS)

    batch = loading.load(bench.workspace, bench.force, path, starter("police-uk-street").path, by="asha", now=NOW)

    report = batch.report
    assert (report["read"], report["loaded"], report["set_aside"]) == (6, 4, 1)
    assert report["excluded"] == {"anti-social behaviour has no crime ID": 1}
    assert report["unmapped"] == {"outcome_type": {"A text of another year": 1}}
    assert bench.rows("crimes", "crime_ref, recorded_date::VARCHAR, area, outcome_type") == [
        ("a1", "2017-07-01", "E01000001", "0"),
        ("a2", "2017-07-01", "E01000001", "8"),
        ("a3", "2017-07-01", None, "ambiguous"),
        ("a4", "2017-07-01", "E01000002", None),
    ]


def test_the_starter_and_the_example_translate_outcomes_alike() -> None:
    own, example = (mapped(path)["outcome_type"].maps for path in (starter("police-uk-street").path, EXAMPLE))

    assert own == example


def test_the_published_file_of_west_yorkshire_loads_by_the_starter(bench: Bench) -> None:
    folder = os.environ.get("NVAP_TEST_PUBLISHED")
    found = sorted(Path(folder).rglob("2017-07-west-yorkshire-street.csv")) if folder else []
    if not found:
        pytest.skip("NVAP_TEST_PUBLISHED names no folder with 2017-07-west-yorkshire-street.csv")
    rows = arrow_csv.read_csv(found[0])
    held = Counter(rows["Last outcome category"].to_pylist())

    report = loading.check(found[0], starter("police-uk-street").path, force=bench.force, now=NOW)

    assert ",".join(rows.column_names) == HEADER
    assert (report.read, report.loaded, report.set_aside) == (28_537, 22_582, 0)
    assert report.excluded == {"anti-social behaviour has no crime ID": 5_955}
    assert report.missing["outcome_type"] == held["Status update unavailable"] == 1_643


def test_the_command_lists_the_starters_with_their_source_and_prints_one(typed: Typed) -> None:  # noqa: F811
    code, listed, _ = typed("map", "starters")
    _, printed, _ = typed("map", "starters", "police-uk-street")

    assert code == 0
    assert "police-uk-street: data.police.uk, street-level crimes\n  fills crimes; its columns are printed at" in listed
    assert printed == starter("police-uk-street").text


def test_a_starter_that_there_is_not_is_told_with_the_nearest(typed: Typed) -> None:  # noqa: F811
    code, _, told = typed("map", "starters", "police-uk-streets")

    assert code == 2
    assert "Did you mean `police-uk-street`?" in told
    with pytest.raises(UsageFault, match="there is police-uk-street"):
        starter("storm")
