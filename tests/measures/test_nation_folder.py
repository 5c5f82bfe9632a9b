"""A folder of many forces' tables: what it must hold, how it is written, and that each force gets its own numbers."""

from __future__ import annotations

import datetime
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nvap.errors import InputFault, NotEnoughData, Refused, UsageFault
from nvap.measures.nation import nation_run
from nvap.measures.nation_export import write_results, write_tables
from nvap.measures.nation_folder import HEADER, Nation, read_nation, to_json
from nvap.measures.rows import SCHEMA
from nvap.measures.run import provenance_of, run
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures
from nvap.records.load import load
from nvap.records.workspace import Force, Workspace, make_workspace, write_json

from .conftest import MAPPING, Load
from .nations import answers, nation_of
from .world import incident

DAY = datetime.datetime.fromisoformat("2024-01-05 10:00")
PACK = some_measures(DEFAULT, ["D01"])


@pytest.fixture
def two_forces(workspace: Workspace, kent: Force, load_incidents: Load, tmp_path: Path) -> list[Force]:
    """Kent and Cumbria, whose logs have the same numbers; Cumbria's stand on other days."""
    load_incidents("1,2024-01-05,Y,East\n2,2024-02-07,N,West\n3,2024-02-09,Y,West", "2024-03-01")
    cumbria = workspace.add_force("cumbria", "Cumbria")
    file, mapping = tmp_path / "cumbria.csv", tmp_path / "cumbria.yaml"
    file.write_text("ref,day,flag,area\n1,2024-02-01,Y,North\n2,2024-02-02,Y,\n", encoding="utf-8")
    mapping.write_text(MAPPING.replace("from: 2024-01-01", "from: 2024-02-01"), encoding="utf-8")
    load(workspace, cumbria, file, mapping, as_at=datetime.date(2024, 3, 1))
    return [kent, cumbria]


@pytest.mark.parametrize("by", ["month", "month,area", "whole"])
def test_each_force_gets_from_the_folder_what_it_gets_alone(
    workspace: Workspace, two_forces: list[Force], tmp_path: Path, by: str
) -> None:
    write_tables(workspace, two_forces, tmp_path / "nation")

    found = nation_run(read_nation(tmp_path / "nation"), pack=PACK, by=by).table()

    alone = [run(workspace, force, pack=PACK, by=by).to_pylist() for force in sorted(two_forces, key=lambda f: f.code)]
    assert found.to_pylist() == [row for rows in alone for row in rows]
    provenance = provenance_of(found)
    assert (provenance["force"], provenance["practice"]) == ("cumbria, kent", True)
    assert set(provenance["extracts"]) == {"cumbria", "kent"}


def test_results_come_as_one_parquet_file_with_their_provenance(
    workspace: Workspace, two_forces: list[Force], tmp_path: Path
) -> None:
    nation = write_tables(workspace, two_forces, tmp_path / "nation")

    rows, numbers = write_results(tmp_path / "rows.parquet", nation_run(nation, pack=PACK))

    held = pq.read_table(tmp_path / "rows.parquet")
    assert (rows, numbers, held.schema.types) == (held.num_rows, True, SCHEMA.types)
    assert provenance_of(held)["engine"].startswith("duckdb")
    assert sorted(each.name for each in tmp_path.glob("*rows*")) == ["rows.parquet"]


def test_a_force_exported_again_replaces_its_own_tables_and_leaves_the_others(
    workspace: Workspace, two_forces: list[Force], load_incidents: Load, tmp_path: Path
) -> None:
    write_tables(workspace, two_forces, tmp_path / "nation")
    load_incidents("9,2024-01-20,Y,East", "2024-04-01")

    nation = write_tables(workspace, [two_forces[0]], tmp_path / "nation")

    rows = {each.code: pq.read_table(nation.only([each.code]).files("incidents")[0]).num_rows for each in nation.forces}
    assert rows == {"cumbria": 2, "kent": 1}
    assert nation == read_nation(tmp_path / "nation")


def test_a_force_without_an_extract_is_not_exported(workspace: Workspace, kent: Force, tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData, match="Kent \\(kent\\) holds no extract"):
        write_tables(workspace, [kent], tmp_path / "nation")


def test_real_and_practice_forces_stay_apart(workspace: Workspace, two_forces: list[Force], tmp_path: Path) -> None:
    write_tables(workspace, two_forces, tmp_path / "nation")
    real = make_workspace(tmp_path / "real", kind="real")

    with pytest.raises(Refused, match="they must stay apart"):
        write_tables(real, two_forces, tmp_path / "nation")


def test_a_folder_with_other_files_is_left_alone(workspace: Workspace, kent: Force, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("Dear …", encoding="utf-8")

    with pytest.raises(InputFault, match="not empty"):
        write_tables(workspace, [kent], tmp_path / "letters")


def test_a_folder_without_a_description_says_how_one_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="nvap export-tables"):
        read_nation(tmp_path)


@pytest.fixture
def described(tmp_path: Path) -> dict[str, Any]:
    """What nation.json says of a nation of one force, whose table's one file lies in `tmp_path`."""
    (tmp_path / "incidents" / "force=kent").mkdir(parents=True)
    pq.write_table(pa.table({"incident_ref": ["1"]}), tmp_path / "incidents" / "force=kent" / "rows.parquet")
    incidents = {"columns": ["incident_ref"], "covers": [["2024-01-01", "2024-01-31"]], "as_at": "2024-02-01"}
    return {"format": 1, "practice": True, "forces": {"kent": {"name": "Kent", "tables": {"incidents": incidents}}}}


TABLES = "forces.kent.tables"
OF_KENT = f"{TABLES}.incidents"


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ("format", 2, "format: found 2; allowed: 1"),
        ("practice", None, "practice: found None; allowed: true (not real), false"),
        ("force", {}, "force: unknown. Did you mean `forces`?"),
        ("forces", {}, 'forces: an object with each force\'s code is needed, as {"forces": {"kent": …}}'),
        ("forces", {"Kent": {"tables": {}}}, "forces.Kent: a force's code is 2 to 31 of a-z, 0-9 and `-`"),
        ("forces", {"kant": {"tables": {}}}, "incidents/force=kent: no such force is named in forces. Did you mean"),
        (f"{OF_KENT}.covers", [["2024-02-01", "2024-01-01"]], "the first day comes first"),
        (f"{OF_KENT}.covers", ["2024"], f"{OF_KENT}.covers: pairs of a first and a last day are needed; found '2024'"),
        (f"{OF_KENT}.as_at", "1 May", f"{OF_KENT}.as_at: a day is written 2024-01-31; found '1 May'"),
        (f"{OF_KENT}.columns", ["creatd"], "`creatd` is not a column of incidents. Did you mean `created`?"),
        (f"{OF_KENT}.columns", None, f"{OF_KENT}.columns: a list of the columns that are filled is needed"),
        (f"{OF_KENT}.precision", {"created": "year"}, "found 'year'; allowed: instant, hour, day, month"),
        (f"{OF_KENT}.population_years", ["x"], "years by year are needed"),
        (f"{OF_KENT}.own_codes", {"vulnerability_strands": {}}, "Did you mean `vulnerability_strand`?"),
        (f"{OF_KENT}.own_codes", ["x"], f"{OF_KENT}.own_codes: words by code and list are needed"),
        (f"{TABLES}.incident", {}, f"{TABLES}.incident: unknown table. Did you mean `incidents`?"),
        (f"{TABLES}.crimes", {}, "there is no Parquet file in crimes/force=kent"),
        (f"{TABLES}.crimes", 3, f"{TABLES}.crimes: an object with columns, covers and as_at is needed"),
        ("forces.kent.tables", {}, "incidents/force=kent: the table is not named in forces.kent.tables"),
        ("forces.kent.tables", 3, "forces.kent.tables: an object with each table"),
        ("forces.kent.time_zone", "Kent", "forces.kent.time_zone: found 'Kent'; allowed: an IANA time zone"),
        ("forces.kent.time_zone", ["UTC"], "forces.kent.time_zone: found ['UTC']; allowed: an IANA time zone"),
    ],
)
def test_a_fault_of_the_description_is_told_with_its_place(
    tmp_path: Path, described: dict[str, Any], where: str, value: object, said: str
) -> None:
    *path, last = where.split(".")
    inner = described
    for name in path:
        inner = inner[name]
    inner[last] = value
    (tmp_path / HEADER).write_text(json.dumps(described), encoding="utf-8")

    with pytest.raises(InputFault) as fault:
        read_nation(tmp_path)

    assert any(said in line for line in fault.value.faults), fault.value.faults


def test_a_description_that_is_no_json_says_where_it_breaks_off(tmp_path: Path) -> None:
    (tmp_path / HEADER).write_text('{"format": 1', encoding="utf-8")

    with pytest.raises(InputFault, match="line 1 column 13"):
        read_nation(tmp_path)


def test_one_force_of_a_nation_can_be_asked_for_by_its_code(
    workspace: Workspace, two_forces: list[Force], tmp_path: Path
) -> None:
    nation = write_tables(workspace, two_forces, tmp_path / "nation")

    assert [each.code for each in nation.only(["kent"]).forces] == ["kent"]
    with pytest.raises(UsageFault, match="Did you mean `kent`"):
        nation.only(["knet"])


def test_an_unknown_engine_names_those_that_there_are(
    workspace: Workspace, two_forces: list[Force], tmp_path: Path
) -> None:
    nation = write_tables(workspace, two_forces, tmp_path / "nation")

    with pytest.raises(UsageFault, match="--engine is duckdb or spark; found `sparks`\\. Did you mean `spark`"):
        nation_run(nation, pack=PACK, engine="sparks")


def test_each_force_gets_its_own_strands_in_its_own_words_beside_others_too(tmp_path: Path) -> None:
    logs = [incident(ref, "2024-01-05", flagged=True) for ref in range(1, 31)]
    forces = []
    for code, strand, words in (("kent", "rural", "Far from others"), ("essex", "coastal", "By the sea")):
        strands = [{"incident_ref": "I1", "strand": each, "set_at": DAY} for each in ("missing", strand)]
        tables = {"incidents": logs, "vulnerability_flags": strands}
        force = nation_of(tmp_path / code, {code: tables}).forces[0]
        shutil.copytree(tmp_path / code, tmp_path / "nation", dirs_exist_ok=True)
        flags = replace(force.held["vulnerability_flags"], own_codes={"vulnerability_strand": {strand: words}})
        forces.append(replace(force, held={**force.held, "vulnerability_flags": flags}))
    write_json(tmp_path / "nation" / HEADER, to_json(Nation(tmp_path / "nation", True, tuple(forces))))

    rows = answers(read_nation(tmp_path / "nation"), "D18", by="year")

    mixes: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["part"] == "strands" and row["numerator"]:
            mixes.setdefault(row["force"], {})[row["category"]] = row["numerator"]
    assert mixes == {"essex": {"missing": 1, "coastal": 1}, "kent": {"missing": 1, "rural": 1},
                     "all forces": {"missing": 2, "coastal": 1, "rural": 1}}  # fmt: skip
    pairs = {row["force"]: row["category"] for row in rows if row["part"] == "pairs" and row["force"] != "all forces"}
    assert pairs == {"essex": "By the sea and Missing people", "kent": "Far from others and Missing people"}
    assert [row for row in rows if row["force"] == "kent"] == answers(
        read_nation(tmp_path / "nation").only(["kent"]), "D18", by="year", whole=False
    )
