"""A force's own counting rule, and units of counting, as an analyst asks for them."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.measures.test_cli_measures import nvap
from tests.measures.world import answer, incident
from tests.web.results import world

from nvap import packs
from nvap.documents.profile_sections import document
from nvap.errors import UsageFault
from nvap.measures.asking import read_rule
from nvap.measures.profile import Wish, profile
from nvap.measures.run import run
from nvap.measures.strands import strands_beside
from nvap.records import rule_book
from nvap.records.counting_rule import FILE, own_rules
from nvap.records.rule_book import Change
from nvap.records.workspace import Force, Workspace, make_workspace, open_workspace

from .conftest import Load

OWN = """\
rules:
  - id: R-own
    name: with cancelled logs
    says: Flagged at closure, and cancelled logs count too.
    leaves_out: [duplicate, test, administrative]
"""
ROWS = "\n".join(f"{at},2024-01-{at % 28 + 1:02},{'Y' if at % 4 == 0 else 'N'},East" for at in range(1, 101))


@pytest.fixture
def own_file(load_incidents: Load) -> Path:
    load_incidents(ROWS, "2024-03-01")
    file = open_workspace().force().folder / FILE
    file.write_text(OWN, encoding="utf-8")
    return file


def test_events_are_counted_once_and_loops_are_unknown() -> None:
    logs = [
        incident(1, "2024-01-03", flagged=True),
        incident(2, "2024-01-03", flagged=True, duplicate_of="I1"),
        incident(3, "2024-01-04", flagged=True, duplicate_of="I2"),
        incident(4, "2024-01-05", flagged=True, duplicate_of="I5"),
        incident(5, "2024-01-05", flagged=True, duplicate_of="I4"),
        incident(6, "2024-01-06", flagged=True),
    ]

    by_log = answer("D01", tables={"incidents": logs})[0]
    by_event = answer("D01", tables={"incidents": logs}, rule="R1/event")[0]

    assert (by_log["numerator"], by_log["unknown"], by_log["rule"]) == (6, 0, "R1")
    assert (by_event["numerator"], by_event["unknown"], by_event["rule"]) == (2, 2, "R1/event")


def test_a_part_that_no_rule_decides_is_counted_as_ever() -> None:
    logs = [incident(1, "2024-01-03"), incident(2, "2024-01-03", duplicate_of="I1")]

    rows = answer("D20", tables={"incidents": logs}, rule="R1/event", by="whole")

    assert rows == answer("D20", tables={"incidents": logs}, by="whole")


def test_a_measure_that_reads_history_by_one_rule_takes_no_other_wording(own_file: Path) -> None:
    own = read_rule("r-own", own_rules(own_file.parent))

    row = answer("D09", tables={"incidents": [incident(1, "2024-01-03")]}, rule="R2/event")[0]

    assert row["status"] == "refused"
    assert own.startswith("R-own@")


def test_the_forces_rule_is_asked_for_by_name_and_stands_in_the_provenance(own_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "d01.json"

    result = nvap("measure", "D01", "--rule", "with cancelled logs")
    kept = nvap("measure", "D01", "--rule", "R-own", "--format", "json", "--out", str(out))

    assert result.exit_code == kept.exit_code == 0
    assert "Counting rule: with cancelled logs (R-own@" in " ".join(result.output.split())
    assert {row["rule"] for row in json.loads(out.read_text(encoding="utf-8"))} == {own_rules(own_file.parent)[0].id}


def test_the_rules_of_a_force_are_listed_and_a_fault_is_told_with_its_line(own_file: Path) -> None:
    listed = nvap("rules")
    own_file.write_text(OWN.replace("leaves_out", "leave_out"), encoding="utf-8")

    wrong = nvap("measure", "D01", "--rule", "R-own")

    assert "with cancelled logs" in listed.output
    assert wrong.exit_code == 1
    assert "5: unknown field `leave_out`. Did you mean `leaves_out`?" in str(wrong.exception)


def test_every_version_of_an_own_rule_is_listed_with_who_when_and_why(own_file: Path) -> None:
    by_hand = own_rules(own_file.parent)[0]
    when = datetime.datetime(2024, 7, 1, 8, tzinfo=datetime.UTC)
    change = Change("Ben Analyst", when, "Agreed by the board", by_hand)
    rule_book.save(own_file.parent, replace(by_hand, unit="event"), change)

    said = " ".join(nvap("rules", "--history").output.split())

    assert f"{by_hand.id} with cancelled logs written into the file by hand" in said
    assert "changed by Ben Analyst on 2024-07-01 09:00: Agreed by the board" in said


def test_a_force_without_rules_of_its_own_says_so(load_incidents: Load) -> None:
    load_incidents(ROWS, "2024-03-01")

    assert "Kent has no counting rules of its own." in nvap("rules", "--history").output


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("R1/events", "counts by log, call, event, episode; found `events`. Did you mean `event`?"),
        ("RA/event", "has no unit of counting"),
        ("flaged at closure", "Did you mean `flagged at closure`?"),
    ],
)
def test_a_mistyped_rule_is_answered_with_the_nearest(asked: str, said: str) -> None:
    with pytest.raises(UsageFault) as caught:
        read_rule(asked)

    assert said in str(caught.value)


@pytest.fixture(scope="module")
def with_flags(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Force, str]:
    """Northshire, whose own rule counts two incidents more than R1: those with a vulnerability flag alone."""
    folder = tmp_path_factory.mktemp("own")
    workspace = make_workspace(folder / "workspace", kind="practice")
    force = workspace.add_force("northshire", "Northshire Police")
    world.load_all(workspace, force, folder)
    more = ("2025-01-35,mental_health,2025-01-20", "2025-02-35,mental_health,2025-02-20")
    world.load_flags(workspace, force, folder, more)
    rule = {"id": "R-own", "name": "or flagged by officers", "says": "R1, or a vulnerability flag."}
    (force.folder / FILE).write_text(
        json.dumps({"rules": [{**rule, "linked_records": ["vulnerability_flags"]}]}), encoding="utf-8"
    )
    return workspace, force, read_rule("R-own", own_rules(force.folder))


def test_a_profile_stands_under_the_forces_own_rule_beside_the_toolkits(
    with_flags: tuple[Workspace, Force, str],
) -> None:
    workspace, force, own = with_flags

    found = profile(workspace, force, Wish(rule=own))

    assert [each.rule for each in found.by_rule] == ["R1", "R2", "R3", own]
    assert found.chosen.count["value"] == sum(world.FLAGGED[8:]) + 2
    assert found.unknown[0].of == len(world.FLAGGED[8:]) * world.EVERY_MONTH
    said = document(found, audience="inside").in_short
    assert any(f"or flagged by officers ({own})" in each for each in said)


def test_other_strands_are_told_beside_what_the_own_rule_counts(with_flags: tuple[Workspace, Force, str]) -> None:
    workspace, force, own = with_flags
    rows = run(workspace, force, ["D18"], by="whole", rule=own).to_pylist()

    found = strands_beside(force, packs.pack().measure("D18"), rule=own)

    another = next(row for row in rows if row["part"] == "another")
    assert (found.related - found.combinations[()], found.related) == (another["numerator"], another["denominator"])
    assert found.related == sum(world.FLAGGED) + 2
