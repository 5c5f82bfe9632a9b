"""What a measure's numbers look like in a file."""

from __future__ import annotations

import pytest

from nvap.measures.export import spreadsheet_safe


@pytest.mark.parametrize("area", ["=1+1", "+44", "-5 yards", "@home", "\tTab", "\0"])
def test_an_area_that_a_spreadsheet_would_run_gets_an_apostrophe(area: str) -> None:
    assert spreadsheet_safe(area) == f"'{area}"


def test_numbers_and_plain_words_are_left_as_they_are() -> None:
    assert [spreadsheet_safe(each) for each in (-5, None, "Oak", "", 0.5)] == [-5, None, "Oak", "", 0.5]
