"""What a force's earlier mappings teach the draft of the next one, and what stays within the force."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.records.conftest import Bench
from tests.records.test_records_commands import Typed, nvap, typed  # noqa: F401 - a fixture

from nvap.declarations import Faults
from nvap.records import learned as learning
from nvap.records import load as loading
from nvap.records.contract import contract
from nvap.records.mapping import read_mapping
from nvap.records.suggest import draft

DISPOSALS = ("CNT", "DUPL", "CAN")
OLD: dict[str, Any] = {
    "incident_ref": "URN",
    "created": {"expr": "OPENED", "format": "%d/%m/%Y %H:%M"},
    "closure_kind": {"expr": "RESULT", "values": {"CNT": "counted", "DUPL": "duplicate", "CAN": "cancelled"}},
    "area": {"expr": "SECTOR", "missing": ["NSA"]},
}


def rows(header: str = "URN,OPENED,RESULT,SECTOR", disposals: tuple[str, ...] = DISPOSALS) -> str:
    lines = [f"Z{at:03},{13 + at % 9}/05/2026 10:{at % 60:02},{disposals[at % len(disposals)]},S{at % 4}"
             for at in range(60)]  # fmt: skip
    return "\n".join([header, *lines, ""])


def load(bench: Bench, columns: dict[str, Any], *, content: str | None = None, **more: Any) -> Path:
    """Load an extract under a mapping, and give the copy that is kept of the mapping."""
    batch = bench.load(content or rows(), columns, **more)
    assert batch.report["loaded"]
    (kept,) = [path for path in _kept(bench) if path.stem == batch.mapping_hash]
    return kept


def _kept(bench: Bench) -> list[Path]:
    return sorted((bench.force.folder / learning.FOLDER / learning.USED).glob("*.yaml"))


def drafted(bench: Bench, content: str) -> str:
    described = contract("incidents")
    return draft(bench.file(content, "new.csv"), described, learning.of_force(bench.force, described))


def test_a_column_is_filled_as_in_the_mapping_that_was_used_before(bench: Bench) -> None:
    load(bench, OLD, mapping="icad", version=2)

    text = drafted(bench, rows())

    said = "# as in your mapping icad v2, used on 2026-11-23\n"
    assert f'  incident_ref: "URN"  {said}' in text
    assert f'  created: {{expr: "OPENED", format: "%d/%m/%Y %H:%M"}}  {said}' in text
    assert f'  area: {{expr: "SECTOR", missing: ["NSA"]}}  {said}' in text
    assert f"  closure_kind:  {said}" in text
    assert '      "DUPL": "duplicate"  # 20 rows\n' in text
    assert "# This file has every column that icad v2 reads: that mapping may do as it stands.\n" in text
    assert 'mapping: "icad"\nversion: 3\n' in text


def test_what_was_learned_loads_as_it_stands(bench: Bench) -> None:
    load(bench, OLD, mapping="icad", version=2)

    report = loading.check(bench.file(rows(), "new.csv"), bench.file(drafted(bench, rows()), "draft.yaml"))

    assert (report.loaded, report.set_aside) == (60, 0)


def test_without_an_earlier_mapping_the_same_file_is_guessed_at(bench: Bench) -> None:
    text = drafted(bench, rows())

    assert "as in your mapping" not in text
    assert "Not used: RESULT" in text
    assert 'incident_ref: "URN"  # ' in text


def test_a_renamed_column_is_found_and_must_be_checked(bench: Bench) -> None:
    load(bench, OLD, mapping="icad", version=2)

    text = drafted(bench, rows("URN,OPENED,RESULTS,SECTOR"))

    assert (
        "  closure_kind:  # CHECK: as `RESULT` in your mapping icad v2, used on 2026-11-23; its name has changed\n"
        '    expr: "RESULTS"\n'
    ) in text
    assert '      "DUPL": "duplicate"  # 20 rows\n' in text
    assert "may do as it stands" not in text


def test_a_column_that_filled_two_is_learned_for_both(bench: Bench) -> None:
    load(bench, {**OLD, "opening_code": "RESULT"}, mapping="icad", version=2)

    text = drafted(bench, rows())

    assert '  opening_code: "RESULT"  # as in your mapping icad v2' in text
    assert '  closure_kind:  # as in your mapping icad v2, used on 2026-11-23\n    expr: "RESULT"\n' in text


def test_a_column_with_another_word_for_its_time_is_found(bench: Bench) -> None:
    load(bench, OLD, mapping="icad", version=2)

    assert 'created: {expr: "OPENED_AT", format: "%d/%m/%Y %H:%M"}  # CHECK: as `OPENED` in your mapping' in drafted(
        bench, rows("URN,OPENED_AT,RESULT,SECTOR")
    )


def test_columns_that_differ_in_a_number_are_not_taken_for_one_another(bench: Bench) -> None:
    load(bench, {**OLD, "area": "SECTOR_1"}, content=rows("URN,OPENED,RESULT,SECTOR_1"))

    text = drafted(bench, rows("URN,OPENED,RESULT,SECTOR_2"))

    assert "SECTOR_1" not in text


def test_a_code_that_no_mapping_knew_stays_open(bench: Bench) -> None:
    load(bench, OLD, mapping="icad", version=2)

    text = drafted(bench, rows(disposals=("CNT", "NEW")))

    assert '      "NEW": OPEN  # 30 rows; not in your earlier mappings\n' in text
    assert '      "CAN": "cancelled"  # in no row read\n' in text


def test_of_two_mappings_the_newest_used_counts_and_the_clash_is_told(bench: Bench) -> None:
    older = {
        **OLD,
        "closure_kind": {"expr": "RESULT", "values": {"CNT": "counted", "DUPL": "cancelled", "CAN": "test"}},
    }
    load(bench, older, mapping="icad", version=1, as_at="2026-10-01", name="one.yaml")
    load(bench, OLD, mapping="icad", version=2, as_at="2026-11-01", later=86_400, name="two.yaml")

    text = drafted(bench, rows())

    assert '"DUPL": "duplicate"  # 20 rows; CHECK: icad v1, used on 2026-11-23 has cancelled\n' in text
    assert text.splitlines()[1:4] == [
        "# Earlier mappings of this table, the newest used first:",
        "#   icad v2, used on 2026-11-24",
        "#   icad v1, used on 2026-11-23",
    ]


def test_what_several_older_mappings_say_alike_is_told_once(bench: Bench) -> None:
    older = {
        **OLD,
        "closure_kind": {"expr": "RESULT", "values": {"CNT": "counted", "DUPL": "test", "CAN": "cancelled"}},
    }
    for version in (1, 2):
        load(bench, older, mapping="icad", version=version, later=version, as_at=f"2026-10-0{version}", name="old.yaml")
    load(bench, OLD, mapping="icad", version=3, later=9, name="new.yaml")

    line = next(each for each in drafted(bench, rows()).splitlines() if '"DUPL"' in each)

    assert line.endswith('"DUPL": "duplicate"  # 20 rows; CHECK: icad v2, used on 2026-11-23 has test')


def test_a_column_that_two_mappings_filled_from_different_columns_is_a_clash(bench: Bench) -> None:
    both = "URN,OPENED,RESULT,SECTOR,BEAT"
    content = "\n".join(f"{line},{'BEAT' if not at else 'B1'}" for at, line in enumerate(rows().splitlines()))
    load(bench, {**OLD, "area": "BEAT"}, content=content, mapping="icad", version=1, name="one.yaml")
    load(bench, OLD, content=content, mapping="icad", version=2, later=86_400, as_at="2026-11-02", name="two.yaml")

    text = drafted(bench, content)

    assert both in content
    assert 'area: {expr: "SECTOR", missing: ["NSA"]}  # CHECK: as in your mapping icad v2, used on 2026-11-24;' in text
    assert "but icad v1, used on 2026-11-23 has `BEAT`\n" in text


def test_a_mapping_whose_loads_were_withdrawn_counts_less(bench: Bench) -> None:
    wrong = {**OLD, "closure_kind": {"expr": "RESULT", "values": {"CNT": "test", "DUPL": "test", "CAN": "test"}}}
    full = {"extract": {"kind": "full", "from": "2026-05", "to": "2026-05"}}
    load(bench, wrong, mapping="wrong", version=1, later=86_400, as_at="2026-10-01", name="one.yaml", **full)
    load(bench, OLD, mapping="icad", version=2, as_at="2026-11-01", name="two.yaml", **full)

    found = learning.of_force(bench.force, contract("incidents")).earlier

    assert [(each.name, each.standing) for each in found] == [("icad v2", "used"), ("wrong v1", "withdrawn")]
    assert '"CNT": "counted"  # 20 rows; CHECK: wrong v1, used on 2026-11-24 and withdrawn since has test' in drafted(
        bench, rows()
    )


def test_a_mapping_whose_load_was_taken_away_counts_least(bench: Bench) -> None:
    load(bench, OLD, mapping="icad", version=2)
    shutil.rmtree(bench.force.folder / "batches")

    assert '"URN"  # as in your mapping icad v2, which no load stands for\n' in drafted(bench, rows())


def test_a_mapping_in_the_forces_folder_teaches_before_any_load(bench: Bench) -> None:
    folder = bench.force.folder / "mappings"
    folder.mkdir()
    shutil.copy(bench.mapping(OLD, mapping="kept", version="a"), folder / "kept.yaml")

    text = drafted(bench, rows())

    assert 'incident_ref: "URN"  # as in your mapping kept va, which no load stands for\n' in text
    assert 'version: "a-next"\n' in text


def test_a_file_that_is_no_mapping_is_named_and_does_no_harm(bench: Bench) -> None:
    folder = bench.force.folder / "mappings"
    folder.mkdir()
    (folder / "notes.yaml").write_text("mapping: notes\n", "utf-8")

    assert "# Not learned from, since they have faults: notes.yaml.\n" in drafted(bench, rows())


def test_another_forces_mapping_is_never_used(bench: Bench) -> None:
    other = replace(bench, force=bench.workspace.add_force("othershire", "Othershire"))
    load(other, OLD, mapping="theirs", version=9)

    assert "theirs" in drafted(other, rows())
    assert drafted(bench, rows()) == drafted(replace(bench, force=bench.workspace.add_force("none", "None")), rows())
    assert "theirs" not in drafted(bench, rows())


def test_what_is_kept_lies_in_the_forces_folder_and_nowhere_else(bench: Bench) -> None:
    before = set(bench.workspace.path.parent.rglob("*.yaml"))

    kept = load(bench, OLD)

    assert set(bench.workspace.path.parent.rglob("*.yaml")) - before == {kept, bench.folder / "map.yaml"}
    assert kept.parent == bench.force.folder / "mappings" / "used"
    assert kept.read_bytes() == (bench.folder / "map.yaml").read_bytes()


def test_an_expression_and_a_constant_are_learned_where_the_file_has_their_columns(bench: Bench) -> None:
    columns = {**OLD, "incident_ref": "URN || '-' || SECTOR", "closure_kind": "'counted'", "place_key": "SECTOR"}
    columns.pop("area")
    load(bench, columns, mapping="icad", version=1)

    text = drafted(bench, rows())

    assert "incident_ref: \"URN || '-' || SECTOR\"  # as in your mapping icad v1, used on 2026-11-23\n" in text
    assert '"SECTOR"  # as in your mapping icad v1, used on 2026-11-23; replaced by a pseudonym while loading' in text
    assert "closure_kind: {expr: \"'counted'\"}  # CHECK" in text, "a constant needs the key by its plain name"


def test_a_constant_is_learned_beside_the_same_key(bench: Bench) -> None:
    load(bench, {**OLD, "closure_kind": "'counted'"}, mapping="icad", version=1)

    assert "closure_kind: \"'counted'\"  # as in your mapping icad v1, used on 2026-11-23\n" in drafted(bench, rows())


def test_times_that_are_written_otherwise_now_are_told(bench: Bench) -> None:
    load(bench, OLD, mapping="icad", version=1)
    iso = "URN,OPENED,RESULT,SECTOR\n" + "".join(f"Z{at},2026-05-{10 + at} 10:00:00,CNT,S1\n" for at in range(9))

    text = drafted(bench, iso)

    assert (
        'created: "OPENED"  # CHECK: as in your mapping icad v1, used on 2026-11-23; its times are not written as'
        " %d/%m/%Y %H:%M any more\n"
    ) in text


def test_a_few_spoiled_times_are_no_other_way_of_writing_them(bench: Bench) -> None:
    load(bench, OLD, mapping="icad", version=1)

    text = drafted(bench, rows() + "Z998,31/02/2026 10:00,CNT,S1\n")

    assert 'created: {expr: "OPENED", format: "%d/%m/%Y %H:%M"}  # ' in text
    assert "any more" not in text


def test_codes_with_the_days_on_which_they_held_are_learned_with_their_days(bench: Bench) -> None:
    dated = [{"to": "2026-05-15", "map": {"CNT": "counted", "DUPL": "duplicate", "CAN": "cancelled"}},
             {"from": "2026-05-16", "map": {"CNT": "counted", "DUPL": "test", "CAN": None}}]  # fmt: skip
    columns = {**OLD, "closure_kind": {"expr": "RESULT", "values": dated, "missing": ["CAN"]}}
    path = bench.mapping(columns, mapping="icad")
    folder = bench.force.folder / "mappings"
    folder.mkdir()
    shutil.copy(path, folder)

    text = drafted(bench, rows(disposals=(*DISPOSALS, "NEW")))

    assert '      - {to: 2026-05-15, map: {"CNT": "counted", "DUPL": "duplicate", "CAN": "cancelled"}}\n' in text
    assert '      - {from: 2026-05-16, map: {"CNT": "counted", "DUPL": "test", "CAN": null, "NEW": OPEN}}\n' in text
    faults = Faults()
    read_mapping(bench.file(text, "draft.yaml"), faults)
    assert [fault.partition(": ")[2] for fault in faults.found] == [
        "`NEW` of `closure_kind` is still OPEN; write what it becomes: counted, duplicate, cancelled, test,"
        " administrative, null"
    ]


def test_codes_that_the_force_added_to_a_list_are_learned_with_what_became_of_them(bench: Bench) -> None:
    values = {"RUR": "rural_isolation", "DA": "domestic_abuse"}
    columns = {"incident_ref": "REF", "set_at": "STAMP", "strand": {"expr": "KIND", "values": values}}
    code = {"code": "rural_isolation", "label": "Rural isolation", "valid_from": "2024-04-01"}
    own = {"vulnerability_strand": {"version": "2024-04", "codes": [code]}}
    folder = bench.force.folder / "mappings"
    folder.mkdir()
    shutil.copy(bench.mapping(columns, table="vulnerability_flags", mapping="flags", own_codes=own), folder)
    lines = [f"F{at},2026-05-{10 + at % 9} 10:00:00,{('RUR', 'DA')[at % 2]}" for at in range(20)]
    new = bench.file("\n".join(["REF,STAMP,KIND", *lines, ""]), "new.csv")
    described = contract("vulnerability_flags")

    text = draft(new, described, learning.of_force(bench.force, described))

    assert '      - {code: rural_isolation, label: "Rural isolation", valid_from: 2024-04-01}\n' in text
    assert '      "RUR": "rural_isolation"  # 10 rows\n' in text
    assert loading.check(new, bench.file(text, "draft.yaml")).loaded == 20


def test_the_rules_that_left_rows_out_are_learned(bench: Bench) -> None:
    rule = {"name": "another force's", "where": "SECTOR = 'S9'"}
    load(bench, OLD, mapping="icad", version=1, exclude=[rule])

    text = drafted(bench, rows())

    assert '  - {name: "another force\'s", where: "SECTOR = \'S9\'"}  # as in your mapping icad v1' in text
    assert "exclude" not in drafted(bench, rows("URN,OPENED,RESULT,DIVISION"))


def test_a_column_that_identifies_people_is_not_learned_outside_a_key(bench: Bench) -> None:
    folder = bench.force.folder / "mappings"
    folder.mkdir()
    columns = {"incident_ref": "URN", "created": "OPENED", "closure_kind": "'counted'", "area": "POSTCODE"}
    old = {"mapping": "old", "version": 1, "table": "incidents", "columns": columns}
    (folder / "old.yaml").write_text(json.dumps(old), "utf-8")

    text = drafted(bench, rows("URN,OPENED,RESULT,POSTCODE"))

    assert "area: " not in [line.strip()[:6] for line in text.splitlines()]
    assert "# Identifies people, so it cannot be loaded (but in a key): POSTCODE" in text


@pytest.mark.parametrize("again", [1, 2])
def test_keeping_a_mapping_again_changes_nothing(bench: Bench, again: int) -> None:
    path = bench.mapping(OLD)

    kept = {learning.keep(bench.force, path) for _ in range(again)}

    assert sorted(kept.pop().parent.iterdir()) == [learning.keep(bench.force, path)]


def test_the_commands_learn_and_say_where_each_column_comes_from(bench: Bench, typed: Typed) -> None:  # noqa: F811
    mapping = bench.mapping({**OLD, "area": {"expr": "SECTOR", "missing": ["NSA"]}}, mapping="icad", version=2)
    loaded = nvap(bench, "load", bench.file(rows(), "old.csv"), "--mapping", mapping, "--as-at", "2026-11-01")
    new = bench.file(rows("URN,OPENED_AT,RESULT,BEAT"), "new.csv")

    code, draft, told = typed("map", "suggest", new, "--table", "incidents")

    assert (loaded.returncode, code) == (0, 0)
    assert 'incident_ref: "URN"  # as in your mapping icad v2, used on ' in draft
    assert told == "Columns: 3 as in earlier mappings, 1 by name. Left to do: 1 to check, 1 open.\n"


def test_with_two_forces_nothing_is_learned_until_one_is_named(bench: Bench, typed: Typed) -> None:  # noqa: F811
    load(bench, OLD, mapping="icad", version=2)
    bench.workspace.add_force("othershire", "Othershire")
    new = bench.file(rows(), "new.csv")

    _, unnamed, _ = typed("map", "suggest", new, "--table", "incidents")
    _, named, _ = typed("map", "suggest", new, "--table", "incidents", "--force", "anyshire")
    code, _, told = typed("map", "suggest", new, "--table", "incidents", "--force", "anyshir")

    assert unnamed.startswith("# Nothing was learned from earlier mappings: say whose with --force.\n")
    assert "icad" not in unnamed
    assert "as in your mapping icad v2" in named
    assert (code, "Did you mean `anyshire`?" in told) == (2, True)
