"""Where the reference cases stand: a small own set always, the large set beside the checkout where it is."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

LARGE = Path(__file__).resolve().parents[3] / "shared" / "statistics" / "reference"
OWN = Path(__file__).resolve().parent / "cases"


def rows(name: str, folder: Path = LARGE) -> list[dict[str, str]]:
    """The rows of a reference file; the test is skipped, with the reason, where the large set is not there."""
    path = folder / name
    if not path.exists():
        pytest.skip(f"the large reference set is not beside this checkout: no {name} in ../shared/statistics/reference")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
