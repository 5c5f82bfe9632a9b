"""The made-up force's further tables: all are there and load whole, and their measures are the true ones."""

from __future__ import annotations

from typing import Any

import pytest

from nvap.measures.readiness import readiness
from nvap.measures.run import run
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures
from nvap.records.contract import TABLES
from nvap.records.made_up import MadeUp
from nvap.records.store import all_batches

Filled = Any
CORE = {"incidents", "deployments", "s136", "crimes", "staff", "training"}
# Over incidents some rows are set aside, and a record made after the last day lies outside the extract.
OF_INCIDENTS = {"P07", "J14"}
PARTS = {
    "P07": ("recorded",),
    "P12": ("escorts",),
    "P16": ("answered", "changed", "detention_avoided", "out_of_hours"),
    "J14": ("sent", "from_custody"),
    "J01": ("complete", "again", "refused"),
    "J02": ("said", "before_interview", "adapted"),
    "J03": ("seen_in_an_hour",),
    "J04": ("on_duty", "va_offered", "offered", "accepted"),
    "J06": ("custody",),
    "J07": ("va_before_interview",),
    "J08": ("assessed",),
    "J09": ("done", "acted_on"),
    "J10": ("harm", "near_misses", "suicides"),
    "P01": ("held", "actions", "protocols"),
    "P04": ("in_force",),
    "P05": ("in_time",),
    "P20": ("opened", "with_partners", "learnt_from"),
    "D14": ("short_shifts",),
}


@pytest.fixture(scope="module")
def answers(filled: Filled) -> dict[tuple[str, str], dict[str, Any]]:
    rows = run(filled.workspace, filled.force, list(PARTS), by="whole").to_pylist()
    return {(row["measure"], row["part"]): row for row in rows if row["group"] is None and row["category"] is None}


def test_every_table_of_the_contracts_is_written_and_loaded(filled: Filled) -> None:
    assert {batch.table for batch in all_batches(filled.force)} == set(TABLES)


def test_the_further_extracts_load_whole(made_up: MadeUp) -> None:
    further = [each for each in made_up.truth["files"] if each["table"] not in CORE]

    assert [each["file"] for each in further if each["read"] != each["loaded"] or not each["read"]] == []


def test_every_measure_is_computable_in_every_part(filled: Filled) -> None:
    found = readiness(filled.workspace, filled.force, some_measures(DEFAULT))

    assert {each.measure.id: each.missing for each in found if each.state != "computable"} == {}


@pytest.mark.parametrize(("measure", "part"), [(measure, part) for measure, parts in PARTS.items() for part in parts])
def test_a_part_is_what_truly_happened(
    measure: str, part: str, made_up: MadeUp, answers: dict[tuple[str, str], Any]
) -> None:
    counted, among = made_up.truth["measures"][measure][part]

    row = answers[measure, part]

    slack = 0.02 * counted if measure in OF_INCIDENTS else 0
    assert abs(row["numerator"] - counted) <= slack
    if among is not None:
        assert abs(row["denominator"] - among) <= 0.02 * among * (measure in OF_INCIDENTS)


def test_every_part_that_is_noted_in_the_truth_is_held_against_it(made_up: MadeUp) -> None:
    noted = {measure: set(parts) for measure, parts in made_up.truth["measures"].items()}

    assert noted == {measure: set(parts) for measure, parts in PARTS.items()}
