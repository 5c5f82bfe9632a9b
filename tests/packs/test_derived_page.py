"""Every derived column is documented and tested, in one place each."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from nvap.cli import app
from nvap.errors import UsageFault
from nvap.packs import DEFAULT
from nvap.packs.derived.page import page
from nvap.packs.measurable import measurable
from nvap.packs.some_measures import some_measures
from nvap.records.contract import TABLES, contract

ROOT = Path(__file__).resolve().parents[2]
EVERY = [
    (table, name) for table in TABLES for name in measurable(table).derived if ":" not in name
]  # fmt: skip


def test_the_page_is_the_one_that_the_command_writes() -> None:
    held = (ROOT / "docs" / "derived-columns.md").read_text(encoding="utf-8")

    assert held == page(), "nvap columns --markdown > docs/derived-columns.md"


@pytest.mark.parametrize(("table", "name"), EVERY)
def test_a_column_says_what_it_means_what_it_needs_and_when_it_is_unknown(table: str, name: str) -> None:
    each = measurable(table).derived[name]

    assert each.description.endswith(".")
    assert each.unknown_when.endswith("."), "say `unknown=`"
    assert each.needs
    for need in each.needs:
        owner, _, column = need.partition(".")
        assert column in {held.name for held in contract(owner).columns}, need


def test_every_column_is_tried_by_a_measures_example_or_by_rows_worked_by_hand() -> None:
    by_hand = "".join(
        (ROOT / "tests" / folder / file).read_text(encoding="utf-8")
        for folder, file in (("packs", "test_derived_columns.py"), ("records", "test_current_view.py"))
    )
    named = set()
    for measure in some_measures(DEFAULT).measures.values():
        named |= set(measure.breakdowns)
        for part in measure.parts:
            named |= {name.rpartition(".")[2] for each in part.expressions for name in each.columns}
            named |= {name for sums in part.many.values() for each in sums for name in each.columns}

    untried = [f"{table}.{name}" for table, name in EVERY if name not in named and f'"{name}"' not in by_hand]

    assert untried == []


def test_the_columns_of_a_table_can_be_looked_up() -> None:
    said = CliRunner().invoke(app(), ["columns", "deployments"]).output

    assert "deployments.t2_hours (number)" in said
    assert "36 hours" in said
    assert "incidents." not in said


def test_a_table_without_derived_columns_is_answered_with_those_that_have_some() -> None:
    with pytest.raises(UsageFault, match=r"`deployment` has no derived columns; .*Did you mean `deployments`\?"):
        CliRunner().invoke(app(), ["columns", "deployment"], catch_exceptions=False)
