"""The mark of a measure's definition changes with what it counts, and with nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.measures.world import measure

from nvap.measures.definition import definition
from nvap.packs.measurable import measurable


@pytest.mark.parametrize(
    ("table", "column", "measure_id"),
    [
        ("incidents", "earlier_of_person", "D09"),
        ("incidents", "repeat_checked", "D09"),
        ("incidents", "mhri_r1", "D01"),
        ("incidents", "counted", "D01"),
        ("deployments", "t2_hours", "D12"),
        ("incidents", "mhri_r2", "D09"),
    ],
)
def test_a_changed_derived_column_changes_the_mark_of_the_measures_that_name_it(
    table: str, column: str, measure_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = definition(measure(measure_id))
    derived = measurable(table).derived

    monkeypatch.setitem(derived, column, replace(derived[column], sql=f"{derived[column].sql} AND TRUE"))

    # D09 reads history by R1 alone, so another rule is nothing to it.
    assert (definition(measure(measure_id)) != before) == (column != "mhri_r2")


def test_words_do_not_change_the_mark() -> None:
    reworded = replace(measure("D09"), title="Another title", says="Other words.")

    assert definition(reworded) == definition(measure("D09"))
