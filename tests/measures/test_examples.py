"""Each measure's own example comes out as it says, whatever the order of the rows."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from nvap.engine.connection import connect
from nvap.measures.example import differences, run_example
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures

MEASURES = some_measures(DEFAULT).measures


@pytest.mark.parametrize("measure_id", MEASURES)
def test_a_measures_example_gives_what_it_says(measure_id: str) -> None:
    with connect(threads=1) as engine:
        found = run_example(MEASURES[measure_id], engine)

    assert differences(MEASURES[measure_id], found) == []


@pytest.mark.parametrize("measure_id", MEASURES)
def test_the_order_of_rows_is_nothing(measure_id: str) -> None:
    measure = MEASURES[measure_id]
    mixed = {name: tuple(random.Random(7).sample(rows, len(rows))) for name, rows in measure.example.tables.items()}
    shuffled = replace(measure, example=replace(measure.example, tables=mixed))

    with connect(threads=1) as engine:
        assert differences(measure, run_example(shuffled, engine)) == []


def test_the_measures_that_records_and_registers_can_answer_are_there() -> None:
    assert " ".join(MEASURES) == (
        "D01 D02 D06 D07 D08 D09 D11 D12 D13 D14 D15 D18 D19 D20 J01 J02 J03 J04 J05 J06 J07 J08 J09 J10 J11 J12 J14 "
        "J15 J17 J18 P01 P04 P05 P07 P08 P11 P12 P13 P14 P15 P16 P19 P20 P21"
    )


def test_an_example_that_is_wrong_is_told_apart() -> None:
    measure = MEASURES["D01"]
    wrong = {"part": "count", "period_start": measure.example.start, "numerator": 4}
    nowhere = {"part": "count", "area": "Atlantis", "numerator": 4}
    spoiled = replace(measure, example=replace(measure.example, expect=(wrong, nowhere)))

    with connect(threads=1) as engine:
        said = differences(spoiled, run_example(spoiled, engine))

    assert said == [
        "part count, period_start 2024-01-01: numerator is 3.0, 4 was expected",
        "part count, area Atlantis: 0 rows found, 1 expected",
    ]
