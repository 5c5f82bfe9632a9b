"""Two stored runs compared: what changed and why, each cause with its own share."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.measures.test_cli_measures import nvap

from nvap.errors import UsageFault
from nvap.measures import results
from nvap.measures.comparing import Changed, Comparison, compare
from nvap.measures.comparing_words import as_json, changed_words, in_words
from nvap.measures.results import StoredRun
from nvap.measures.run import run, with_provenance
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures
from nvap.records.load import load
from nvap.records.workspace import Force, Workspace

from .conftest import Load

DAY = datetime.date.fromisoformat
FIRST = "\n".join(f"{at},2024-01-{at % 28 + 1:02},{'Y' if at <= 25 else 'N'},East" for at in range(1, 101))
MAPPING = {
    "mapping": "kent-incidents",
    "table": "incidents",
    "made_up": True,
    "time_zone": "Europe/London",
    "columns": {
        "incident_ref": "ref",
        "created": {"expr": "day", "format": "%Y-%m-%d", "precision": "day"},
        "closure_kind": {"expr": "'counted'"},
        "area": "area",
    },
}


@pytest.fixture
def kept(workspace: Workspace, kent: Force, tmp_path: Path) -> object:
    """Load rows under a mapping, and keep D01's result."""

    def load_and_keep(rows: str, as_at: str, *, version: int = 1, opening: bool = False, rule: str = "R1") -> StoredRun:
        flags = {
            "mh_at_closure": {"expr": "flag", "values": {"Y": True, "N": False, "M": version > 1}, "missing": [""]}
        }
        if opening:
            flags["mh_at_opening"] = {"expr": "opened", "values": {"Y": True, "N": False}, "missing": [""]}
        columns = {**MAPPING["columns"], **flags}
        mapping, file = tmp_path / f"m-{as_at}.yaml", tmp_path / f"f-{as_at}.csv"
        span = {"kind": "changes", "from": "2024-01-01", "to": "2024-01-31"}
        mapping.write_text(json.dumps({**MAPPING, "version": version, "extract": span, "columns": columns}))
        file.write_text(f"ref,day,flag,area{',opened' if opening else ''}\n{rows}\n", encoding="utf-8")
        load(workspace, kent, file, mapping, as_at=DAY(as_at))
        return results.store(kent, run(workspace, kent, ["D01"], rule=rule))

    return load_and_keep


def compared(kent: Force, one: StoredRun, other: StoredRun) -> Comparison:
    """Two runs compared, as the command does."""
    return compare(kent, one, other, some_measures(DEFAULT, ()).measures)


def share(found: Comparison) -> Changed:
    """What changed of D01's share: of all incidents, how many are flagged."""
    return next(each for each in found.changed if each.after["denominator"] is not None)


def test_ten_late_flags_are_told_as_late_records_and_both_figures_stay(kent: Force, kept: object) -> None:
    first = kept(FIRST, "2024-02-01")
    late = "\n".join(f"{at},2024-01-{at % 28 + 1:02},Y,East" for at in range(26, 36))

    second = kept(late, "2024-03-01")
    found = compared(kent, second, first)

    assert found.before.id == first.id
    changed = share(found)
    assert (changed.before["value"], changed.after["value"]) == (0.25, 0.35)
    assert [each.cause for each in changed.effects] == ["late records"]
    assert changed.effects[0].records.words == "10 changed"
    assert 0.25 in first.rows()["value"].to_pylist()


def test_a_record_that_came_in_late_is_counted_as_such(kent: Force, kept: object) -> None:
    first = kept(FIRST, "2024-02-01")

    found = compared(kent, first, kept("late-1,2024-01-30,Y,East", "2024-03-01"))

    assert found.changed[0].effects[0].records.new == 1
    assert share(found).after["denominator"] == 101


def test_a_new_mapping_is_told_apart_from_late_records(kent: Force, kept: object) -> None:
    rows = FIRST.replace("100,2024-01-17,N", "100,2024-01-17,M")
    first = kept(rows, "2024-02-01")

    found = compared(kent, first, kept(rows, "2024-03-01", version=2))

    assert [each.cause for each in found.steps["D01"]] == ["new mapping"]
    assert "kent-incidents version 2" in found.steps["D01"][0].words
    assert found.changed[0].effects[0].records.changed == 1


def test_late_records_and_another_rule_each_get_their_share(kent: Force, kept: object) -> None:
    opened = "\n".join(f"{line},{'Y' if at <= 30 else 'N'}" for at, line in enumerate(FIRST.splitlines(), start=1))
    first = kept(opened, "2024-02-01", opening=True)
    late = "\n".join(f"{at},2024-01-{at % 28 + 1:02},Y,East,N" for at in range(41, 51))

    second = kept(late, "2024-03-01", opening=True, rule="R2")
    changed = share(compared(kent, first, second))

    # 25 of 100 flagged at closure; ten more came late; five more are flagged at opening only.
    told = [(each.cause, each.before, each.after) for each in changed.effects]
    assert told == [("late records", 0.25, 0.35), ("new rule", 0.35, 0.4)]


def test_a_new_edition_that_counts_otherwise_is_the_cause(kent: Force, kept: object) -> None:
    first = kept(FIRST, "2024-02-01")
    origin = {**first.provenance, "pack": "older@0.9", "definitions": {"D01": "another"}, "when": "2024-01-01T00:00:00"}
    rows = first.rows()
    rows = rows.set_column(rows.column_names.index("value"), "value", [[0.5] * rows.num_rows])
    older = results.store(kent, with_provenance(rows, origin))

    found = compared(kent, older, first)

    assert [each.cause for each in found.changed[0].effects] == ["new pack"]
    assert "older@0.9 to " in found.steps["D01"][0].words


def test_a_new_edition_with_the_same_definition_is_no_cause(kent: Force, kept: object) -> None:
    first = kept(FIRST, "2024-02-01")
    later = {**first.provenance, "pack": "newer@9", "when": "2030-01-01T00:00:00"}

    found = compared(kent, first, results.store(kent, with_provenance(first.rows(), later)))

    assert found.steps == {}
    assert found.changed == ()
    assert found.same == first.rows().num_rows


def test_what_nothing_explains_is_said_to_be_so(kent: Force, kept: object) -> None:
    first = kept(FIRST, "2024-02-01")
    rows = first.rows()
    rows = rows.set_column(rows.column_names.index("value"), "value", [[0.5] * rows.num_rows])
    other = results.store(kent, with_provenance(rows, {**first.provenance, "when": "2030-01-01T00:00:00"}))

    found = compared(kent, first, other)

    assert "Nothing that the runs record tells why" in "\n".join(changed_words(found.changed[0], {}))


def test_runs_of_other_layouts_are_refused(workspace: Workspace, kent: Force, kept: object) -> None:
    first = kept(FIRST, "2024-02-01")
    yearly = results.store(kent, run(workspace, kent, ["D01"], by="year"))

    with pytest.raises(UsageFault, match="compare runs of one layout"):
        compared(kent, first, yearly)


def test_an_analyst_compares_two_runs_by_the_first_letters_of_their_ids(kent: Force, kept: object) -> None:
    first, second = kept(FIRST, "2024-02-01"), kept("late-1,2024-01-30,Y,East", "2024-03-01")

    listed = nvap("results", "list", "D01").output
    told = " ".join(nvap("results", "compare", first.id, second.id).output.split())

    assert first.id in listed
    assert second.id in listed
    assert "D01: late records (newer extracts: incidents as at 2024-03-01)." in told
    assert "25.0% then, 25.7% now." in told
    assert "Late records: 25.0% to 25.7% (records of the period: 1 came in)." in told
    assert nvap("results", "compare", first.id, "nothing").exit_code == 2


def test_the_comparison_as_json_holds_every_change(kent: Force, kept: object) -> None:
    first, second = kept(FIRST, "2024-02-01"), kept("late-1,2024-01-30,Y,East", "2024-03-01")

    content = json.loads(as_json(compared(kent, first, second)))

    assert content["changed"][0]["effects"][0]["records"] == {"new": 1, "changed": 0, "withdrawn": 0}
    assert content["before"]["id"] == first.id


def test_the_query_behind_a_number_runs_and_gives_its_counts(load_incidents: Load, tmp_path: Path) -> None:
    load_incidents(FIRST, "2024-02-01")
    file = tmp_path / "d01.sql"
    file.write_text(nvap("measure", "D01", "--query").output, encoding="utf-8")

    answer = nvap("query", str(file))

    assert answer.exit_code == 0
    assert "25" in answer.output.splitlines()[1].split(",")


def test_in_words_no_line_is_wider_than_the_window(kent: Force, kept: object) -> None:
    found = compared(kent, kept(FIRST, "2024-02-01"), kept("late-1,2024-01-30,Y,East", "2024-03-01"))

    lines = in_words(replace(found), some_measures(DEFAULT, ()).measures, 60).splitlines()

    assert max(len(line) for line in lines) <= 60
