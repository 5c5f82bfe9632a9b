"""The made-up nation: the same rows however they are written, in parts of bounded size, ready to be measured."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from nvap.cli import app
from nvap.errors import Refused, UsageFault
from nvap.measures.held import Held
from nvap.measures.nation_folder import read_nation
from nvap.measures.readiness import ready
from nvap.packs.some_measures import some_measures
from nvap.records.contract import code_list, contract
from nvap.records.made_up import nation as nations
from nvap.records.made_up.nation import Nation, parts_of, write_nation
from nvap.records.made_up.nation_drawing import rows_of
from nvap.records.made_up.nation_tables import TABLES

SMALL = Nation(forces=2, rows=4_000, areas=8)


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation") / "nation"
    write_nation(folder, SMALL)
    return folder


def contents(folder: Path) -> dict[str, str]:
    """Each file of a folder with the hash of its bytes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def held(folder: Path, force: str = "made-up-001") -> dict[str, Held]:
    forces = {each.code: each for each in read_nation(folder).forces}
    return dict(forces[force].held)


def test_every_force_has_the_incidents_asked_for_and_the_other_tables_in_proportion(nation: Path) -> None:
    rows = {
        table: [parquet.read_table(nation / table / f"force={code}").num_rows for code in SMALL.codes()]
        for table in TABLES
    }

    assert rows["incidents"] == [4_000, 4_000]
    assert rows["deployments"] == [6_667, 6_667]  # five for every three incidents
    assert rows["crimes"] == [1_334, 1_334]  # one for every three
    assert rows["incident_events"] == [2_668, 2_668]  # two for every third incident
    assert rows["population"] == [48, 48]  # eight areas in six years
    assert all(found == [rows_of(table, SMALL.force(code)) for code in SMALL.codes()] for table, found in rows.items())


def test_two_workers_write_the_same_bytes_as_one(nation: Path, tmp_path: Path) -> None:
    write_nation(tmp_path / "again", SMALL, workers=2)

    assert contents(tmp_path / "again") == contents(nation)


def test_another_seed_gives_other_rows_and_so_does_another_force(nation: Path, tmp_path: Path) -> None:
    write_nation(tmp_path / "other", Nation(forces=1, rows=4_000, areas=8, seed=7))

    first, second = (contents(nation)[f"incidents/force={code}/0000.parquet"] for code in SMALL.codes())
    assert contents(tmp_path / "other")["incidents/force=made-up-001/0000.parquet"] not in (first, second)
    assert first != second


def test_no_key_stands_twice_within_a_force(nation: Path) -> None:
    for table in TABLES:
        key = contract(table).key
        rows = parquet.read_table(nation / table / "force=made-up-001", columns=list(key)).select(list(key))
        twice = [found for found, times in Counter(zip(*rows.to_pydict().values(), strict=True)).items() if times > 1]
        assert not twice, f"{table}: {twice[:3]}"


def test_every_reference_that_is_filled_leads_to_a_row(nation: Path) -> None:
    folder = "force=made-up-002"
    known = {
        name: set(parquet.read_table(nation / table / folder, columns=[name])[name].to_pylist())
        for table, name in (
            ("incidents", "incident_ref"), ("crimes", "crime_ref"), ("custody", "custody_ref"), ("va", "va_ref"),
        )
    }  # fmt: skip
    for table in TABLES:
        for name in known.keys() & {each.name for each in contract(table).columns}:
            found = set(parquet.read_table(nation / table / folder, columns=[name])[name].to_pylist()) - {None}
            assert found <= known[name], f"{table}.{name}"


def test_the_stored_columns_stand_in_the_contracts_order_and_types(nation: Path) -> None:
    kinds = {"string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN", "date32[day]": "DATE",
             "timestamp[us]": "TIMESTAMP"}  # fmt: skip
    for table in TABLES:
        schema = parquet.read_schema(nation / table / "force=made-up-001" / "0000.parquet")
        assert {each.name: kinds[str(each.type)] for each in schema} == contract(table).stored_types


def test_the_day_beside_an_instant_is_the_local_day(nation: Path) -> None:
    rows = parquet.read_table(nation / "incidents" / "force=made-up-001", columns=["created", "created_date"])
    zone, utc = ZoneInfo("Europe/London"), ZoneInfo("UTC")

    days = [each.replace(tzinfo=utc).astimezone(zone).date() for each in rows["created"].to_pylist()]

    assert rows["created_date"].to_pylist() == days
    assert days != [each.date() for each in rows["created"].to_pylist()]  # some fall between midnight and one
    assert (f"{min(days)}", f"{max(days)}") == ("2021-10-01", "2026-09-30")


def test_a_code_is_one_of_its_list_and_what_is_required_is_filled(nation: Path) -> None:
    for table in TABLES:
        rows = parquet.read_table(nation / table / "force=made-up-001")
        for column in contract(table).columns:
            values = rows[column.name]
            assert not (column.required and values.null_count), f"{table}.{column.name} is required"
            if column.code_list:
                found = set(pc.unique(values).to_pylist()) - {None}
                assert found <= set(code_list(column.code_list).labels), f"{table}.{column.name}"


def test_a_part_holds_at_most_so_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nation: Path) -> None:
    monkeypatch.setattr(nations, "ROWS_IN_A_PART", 1_500)

    write_nation(tmp_path / "parts", SMALL)

    files = sorted((tmp_path / "parts").glob("*/force=*/*.parquet"))
    assert max(parquet.read_metadata(path).num_rows for path in files) == 1_500
    whole, parts = (
        parquet.read_table(folder / "incidents" / "force=made-up-002") for folder in (nation, tmp_path / "parts")
    )
    assert parts.num_rows == 4_000
    assert parts.equals(whole)  # the parts do not change the rows


def test_the_largest_table_of_a_large_nation_is_cut_into_parts_too(tmp_path: Path) -> None:
    parts = list(parts_of(tmp_path, Nation(forces=1, rows=2_400_000)))

    assert max(each.last - each.first for each in parts) == 250_000
    assert sum(each.last - each.first for each in parts if each.table == "deployments") == 4_000_000


def test_a_run_that_was_ended_goes_on_and_leaves_no_half_file(nation: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ended"
    write_nation(folder, SMALL)
    (folder / "nation.json").unlink()
    gone = folder / "crimes" / "force=made-up-002" / "0000.parquet"
    gone.rename(gone.with_name("0000.parquet.making"))
    gone.with_name("0000.parquet.making").write_bytes(b"half a file")
    kept = (folder / "incidents" / "force=made-up-001" / "0000.parquet").stat().st_mtime_ns
    said: list[str] = []

    write_nation(folder, SMALL, progress=said.append)

    parquets = len([name for name in contents(folder) if name.endswith(".parquet")])
    assert said[0] == f"{parquets - 1} of {parquets} files are there already."
    assert (folder / "incidents" / "force=made-up-001" / "0000.parquet").stat().st_mtime_ns == kept
    assert contents(folder) == contents(nation)


def test_every_part_of_every_measure_has_the_tables_and_columns_it_reads(nation: Path) -> None:
    for measure in some_measures("nvap-2.1.2-mental-health").measures.values():
        found = ready(measure, held(nation), "R1")
        assert found.state == "computable", f"{measure.id}: {found.missing}"


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(Refused, match="not a made-up nation"):
        write_nation(tmp_path, SMALL)

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_another_nation_is_not_mixed_in(nation: Path) -> None:
    with pytest.raises(Refused, match="another made-up nation"):
        write_nation(nation, Nation(forces=3, rows=4_000, areas=8))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--forces", "0"], "--forces is a whole number from 1 to 999; found 0."),
        (["--rows", "10"], "--rows is a whole number from 2,000"),
        (["--workers", "0"], "--workers is a whole number from 1 to"),
        (["--end", "soon"], "--end is a month such as 2026-09; found `soon`."),
    ],
)
def test_a_nation_that_cannot_be_is_refused_in_words(tmp_path: Path, words: list[str], said: str) -> None:
    result = CliRunner().invoke(app(), ["demo", "nation", "--out", str(tmp_path / "n"), *words])

    assert isinstance(result.exception, UsageFault)
    assert said in str(result.exception)
    assert not (tmp_path / "n").exists()


def test_the_command_says_what_it_made_and_that_it_is_not_real(tmp_path: Path) -> None:
    words = ["demo", "nation", "--out", str(tmp_path / "n"), "--forces", "1", "--rows", "2000", "--workers", "1"]

    said = CliRunner().invoke(app(), words).output

    assert "rows of 1 force are in" in said
    assert "Nothing in it is real." in said
    assert json.loads((tmp_path / "n" / "nation.json").read_text(encoding="utf-8"))["practice"] is True
