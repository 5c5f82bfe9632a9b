"""What a nation's folder brings with its tables: each force's levels of areas, and counting rules for all forces."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.measures.test_area_levels import LOOKUP, keep
from tests.measures.test_own_rules import OWN

from nvap.errors import InputFault, UsageFault
from nvap.measures.nation import nation_run
from nvap.measures.nation_export import write_tables
from nvap.measures.nation_folder import Nation, read_nation
from nvap.measures.run import provenance_of, run
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures
from nvap.records.area_levels import FILE as AREAS
from nvap.records.counting_rule import FILE as RULES
from nvap.records.counting_rule import own_rules
from nvap.records.workspace import Force, Workspace

from .conftest import Load
from .nations import answers, nation_of
from .test_cli_measures import nvap
from .world import incident

PACK = some_measures(DEFAULT, ["D01"])
ROWS = "1,2024-01-05,Y,E1\n2,2024-01-06,Y,E2\n3,2024-01-07,Y,E3\n4,2024-01-08,Y,E9\n5,2024-01-09,Y,\n6,2024-01-10,N,E1"


@pytest.fixture
def exported(workspace: Workspace, kent: Force, load_incidents: Load, tmp_path: Path) -> Nation:
    """Kent's tables with its lookup of areas, and beside them those of Essex, which has none."""
    load_incidents(ROWS, "2024-03-01")
    keep(kent, tmp_path, LOOKUP)
    write_tables(workspace, [kent], tmp_path / "nation")
    essex = workspace.add_force("essex", "Essex", "Europe/Dublin")
    shutil.copytree(kent.folder / "batches", essex.folder / "batches")
    return write_tables(workspace, [essex], tmp_path / "nation")


def test_a_force_brings_its_lookup_and_its_time_zone(exported: Nation) -> None:
    again = read_nation(exported.folder)

    assert again == exported
    assert {each.code: (each.time_zone, list(each.areas.of)) for each in again.forces} == {
        "essex": ("Europe/Dublin", []), "kent": ("Europe/London", ["beat", "district"]),
    }  # fmt: skip


def test_a_level_of_areas_gives_each_force_what_it_gets_alone(
    workspace: Workspace, kent: Force, exported: Nation
) -> None:
    alone = run(workspace, kent, pack=PACK, by="month,area:district").to_pylist()

    found = nation_run(exported, pack=PACK, by="month,area:district").table().to_pylist()

    assert [row for row in found if row["force"] == "kent"] == alone
    assert {row["area"] for row in alone} >= {"North", "South"}
    of_essex = [(row["status"], row["reason"]) for row in found if row["force"] == "essex"]
    assert of_essex == [("not_enough_data", "No lookup of this force's areas tells the level district.")] * 2


def test_a_level_that_no_force_has_names_those_that_there_are(exported: Nation) -> None:
    with pytest.raises(UsageFault, match=r"no level of any force's areas: beat, district\. Did you mean `district`"):
        nation_run(exported, pack=PACK, by="area:distrct")
    with pytest.raises(UsageFault, match="none is held; `nvap export-tables` brings a force's lookup"):
        nation_run(exported.only(["essex"]), pack=PACK, by="area:district")


def test_a_faulty_lookup_is_told_with_its_line(exported: Nation) -> None:
    file = exported.folder / "areas" / "force=kent" / AREAS
    file.write_text("area,district\nE1,North\nE1,South\n", encoding="utf-8")

    with pytest.raises(InputFault, match=r"areas\.csv:3: this area stands twice"):
        read_nation(exported.folder)


def test_a_lookup_that_is_no_text_is_a_fault_too(exported: Nation) -> None:
    (exported.folder / "areas" / "force=kent" / AREAS).write_bytes(b"\xff\xfe")

    with pytest.raises(InputFault, match="is not UTF-8"):
        read_nation(exported.folder)


def test_a_rule_in_the_folder_counts_alike_in_every_force_and_as_a_forces_own_would(
    workspace: Workspace, kent: Force, exported: Nation
) -> None:
    for folder in (exported.folder, kent.folder):
        (folder / RULES).write_text(OWN, encoding="utf-8")

    found = nation_run(exported, pack=PACK, rule="with cancelled logs", whole=True).table()

    rows = found.to_pylist()
    assert [row for row in rows if row["force"] == "kent"] == run(workspace, kent, pack=PACK, rule="R-own").to_pylist()
    assert {row["rule"] for row in rows} == {own_rules(kent.folder)[0].id}
    assert provenance_of(found)["counting_rule"]["leaves_out"] == ["duplicate", "test", "administrative"]


def test_a_file_of_rules_stands_in_place_of_those_in_the_folder(exported: Nation, tmp_path: Path) -> None:
    (exported.folder / RULES).write_text(OWN, encoding="utf-8")
    file = tmp_path / "national.yaml"
    file.write_text(OWN.replace("R-own", "R-nation").replace("with cancelled", "national, with cancelled"), "utf-8")

    given = nation_run(exported, pack=PACK, rule="R-nation", rules=file)

    assert given.ask.rule.startswith("R-nation@")
    with pytest.raises(UsageFault, match="Unknown counting rule `R-own`"):
        nation_run(exported, pack=PACK, rule="R-own", rules=file)


def test_a_faulty_or_missing_file_of_rules_is_told(exported: Nation, tmp_path: Path) -> None:
    file = tmp_path / "national.yaml"
    with pytest.raises(UsageFault, match="There is no file"):
        nation_run(exported, pack=PACK, rule="R-own", rules=file)
    file.write_text(OWN.replace("leaves_out", "leave_out"), encoding="utf-8")

    with pytest.raises(InputFault, match=r"national\.yaml:5: unknown field `leave_out`"):
        nation_run(exported, pack=PACK, rule="R-own", rules=file)


@pytest.mark.parametrize("rule", ["R1/event", "R1/episode", "R3/call"])
def test_every_unit_is_counted_within_a_force_alone(tmp_path: Path, rule: str) -> None:
    """Cumbria's log 2 is a duplicate of log 1, and both are of one place; Kent's are not."""
    where = {"place_key": "P", "place_kind": "private", "mh_at_opening": True, "mh_linked": False, "duplicate_of": None}
    first = incident(1, "2024-01-05 10:00", flagged=True, **where)
    one = [first, incident(2, "2024-01-05 11:00", flagged=True, **{**where, "duplicate_of": "I1"})]
    other = [first, incident(2, "2024-01-20 11:00", flagged=True, **{**where, "place_key": "Q"})]
    links = [{"incident_ref": "X", "person_key": "X", "role": "caller", "record_date": first["created"].date()}]
    nation = nation_of(tmp_path, {
        code: {"incidents": logs, "person_links": links, "s136": [{"incident_ref": None}]}
        for code, logs in (("cumbria", one), ("kent", other))
    })  # fmt: skip

    counts = {row["force"]: row["numerator"] for row in answers(nation, "D01", rule=rule) if row["part"] == "count"}

    assert counts == {"cumbria": 2 if rule == "R3/call" else 1, "kent": 2,
                      "all forces": 4 if rule == "R3/call" else 3}  # fmt: skip


def test_the_command_takes_a_file_of_rules_and_a_row_of_all_forces(exported: Nation, tmp_path: Path) -> None:
    file = tmp_path / "national.yaml"
    file.write_text(OWN, encoding="utf-8")

    result = nvap(
        "measure", "D01", "--tables", str(exported.folder), "--rules", str(file), "--rule", "R-own", "--nation"
    )

    assert result.exit_code == 0
    assert "All forces (2)\n==============\nMADE-UP FORCE" in result.output
    assert "Counting rule: with cancelled logs (R-own@" in " ".join(result.output.split())
    assert "Of all 2 forces." in result.output
    assert max(len(line) for line in result.output.splitlines()) <= 80


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--nation"], "--nation puts all forces of a folder together; it goes with --tables FOLDER."),
        (["--rules", "x.yaml"], "--rules is for a folder of tables (--tables FOLDER)"),
        (["--nation", "--engine", "spark"], "--nation puts all forces of a folder together; it goes with --tables"),
        (["--rules", "x.yaml", "--engine", "spark"], "--rules is for a folder of tables (--tables FOLDER)"),
        (["--nation", "--tables", "nation", "--force", "kent"], "it goes with --tables FOLDER, without --force."),
    ],
)
def test_options_for_many_forces_are_refused_without_them(kent: Force, words: list[str], said: str) -> None:
    result = nvap("measure", "D01", *words)

    assert result.exit_code == 2
    assert said in str(result.exception)
