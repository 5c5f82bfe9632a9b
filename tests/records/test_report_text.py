"""What a load says of rows that stand in other batches too."""

from __future__ import annotations

import datetime

import pytest

from nvap.records.report_text import overlap_lines


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ("2026-10-01-abc", "the later as-at date shows: this one, as at 2026-11-01."),
        ("2026-12-01-abc", "the later as-at date shows: that batch, as at 2026-12-01."),
        ("2026-11-01-abc", "both are as at 2026-11-01, so the later load shows: this one."),
    ],
)
def test_the_rows_that_show_are_named_by_as_at_date_and_then_by_loading(held: str, said: str) -> None:
    lines = overlap_lines(datetime.date(2026, 11, 1), {held: 1234})

    assert " ".join(line.strip() for line in lines) == f"1,234 rows stand in batch {held} too; {said}"
    assert max(map(len, lines)) < 80
