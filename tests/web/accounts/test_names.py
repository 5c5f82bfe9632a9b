"""What a page or a picture names somebody by."""

from __future__ import annotations

import pytest

from nvap.web.accounts.names import name_alone


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("Ben Analyst (ben@northshire.example)", "Ben Analyst"),
        ("nvap run", "nvap run"),
        ("Ann Lee (acting)", "Ann Lee (acting)"),
        ("Ann Lee (acting) (ann@northshire.example)", "Ann Lee (acting)"),
    ],
)
def test_somebody_is_named_without_the_address_that_they_sign_in_with(written: str, named: str) -> None:
    assert name_alone(written) == named
