"""The contracts as an analyst reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from nvap.errors import UsageFault
from nvap.records import contract_text
from nvap.records.contract import TABLES, code_list, contract, contracts


def test_every_table_is_there_with_its_key_regime_and_purpose() -> None:
    found = contracts()

    assert tuple(found) == TABLES
    assert found["incidents"].key == ("incident_ref",)
    assert found["training"].regime == "part2_ukgdpr"
    assert found["s136"].regime == "part3_le"
    assert all(each.purpose and each.description for each in found.values())


def test_every_column_says_what_it_holds_and_in_which_unit() -> None:
    columns = [column for each in contracts().values() for column in each.columns]

    assert all(column.description.endswith(".") and column.unit for column in columns)


def test_an_instant_is_stored_with_its_local_day_beside_it() -> None:
    types = contract("incidents").stored_types

    assert types["created"] == "TIMESTAMP"
    assert types["created_date"] == "DATE"
    assert types["mh_at_closure"] == "BOOLEAN"


def test_an_unknown_table_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UsageFault, match=r"There is no table `incident`.*Did you mean `incidents`\?"):
        contract("incident")


def test_the_outcome_types_are_the_home_offices_and_ambiguous() -> None:
    assert list(code_list("outcome_type").labels) == [*map(str, range(23)), "ambiguous"]


def test_the_contract_fits_a_terminal_of_80_columns() -> None:
    lines = [line for each in contracts().values() for line in contract_text.table_text(each).splitlines()]

    assert max(map(len, [*lines, *contract_text.overview().splitlines()])) < 80


def test_the_documentation_page_holds_every_column() -> None:
    page = contract_text.markdown()

    assert all(f"| `{column.name}`" in page for each in contracts().values() for column in each.columns)


def test_the_documentation_page_is_the_one_that_the_command_writes() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "contracts.md"

    assert page.read_text(encoding="utf-8") == contract_text.markdown(), "nvap contract --markdown > docs/contracts.md"
