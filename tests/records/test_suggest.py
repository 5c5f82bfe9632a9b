"""A drafted mapping: valid as it stands, loud where it is unfinished, and silent about people."""

from __future__ import annotations

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
    path = bench.file(drafted(bench), "draft.yaml")
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
    assert 'created: {expr: "Created", format: "%d/%m/%Y %H:%M"}\n' in drafted(bench)

    ambiguous = drafted(bench, "Log No,Created\nA1,03/04/2026 10:00\nA2,05/06/2026 10:00\n")
    assert '"%d/%m/%Y %H:%M"}  # CHECK: every date also fits' in ambiguous


def test_a_draft_shows_codes_with_their_counts_and_leaves_unknown_ones_open(bench: Bench) -> None:
    text = drafted(bench)

    assert '"999": "999"  # 30 rows' in text
    assert '# "RADIO":   # OPEN: 30 rows' in text


def test_an_unfinished_draft_sets_rows_aside_rather_than_load_a_guess(bench: Bench) -> None:
    file, mapping = bench.file(LOGS), bench.file(drafted(bench), "draft.yaml")

    report = loading.check(file, mapping, now=NOW)

    assert report.set_aside_rules == {("unmapped code", "source"): 30}


def test_a_finished_draft_loads(bench: Bench) -> None:
    file = bench.file(LOGS)
    finished = drafted(bench).replace('# "RADIO":   # OPEN: 30 rows', '"RADIO": officer')

    report = loading.check(file, bench.file(finished, "draft.yaml"), now=NOW)

    assert report.loaded == 90


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
    assert said == open_ones or faults.found[0].endswith("`columns` is missing")
    assert len(faults.found) == max(len(said), 1 if open_ones else 0)


def test_a_draft_reads_a_workbook_and_parquet_alike(bench: Bench, tmp_path: Path) -> None:
    import pyarrow.csv as arrow_csv
    import pyarrow.parquet as pq

    path = bench.folder / "extract.parquet"
    pq.write_table(arrow_csv.read_csv(bench.file(LOGS)), path)

    assert 'incident_ref: "Log No"' in draft(path, contract("incidents"))


def test_a_file_without_rows_cannot_be_drafted_from(bench: Bench) -> None:
    with pytest.raises(InputFault, match="is empty"):
        drafted(bench, "")
