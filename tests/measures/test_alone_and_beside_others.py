"""A measure gives the same numbers whether it is asked for alone or with all the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from nvap.measures.nation import nation_run
from nvap.measures.nation_folder import read_nation
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures
from nvap.records.made_up.nation import Nation, write_nation

pytestmark = pytest.mark.gate
NUMBERS = ("numerator", "denominator", "unknown", "value", "lower", "upper")


def test_every_measure_alone_says_what_it_says_beside_all_others(tmp_path: Path) -> None:
    write_nation(tmp_path, Nation(forces=1, rows=4000, areas=5), workers=1)
    nation = read_nation(tmp_path)

    together = nation_run(nation, pack=some_measures(DEFAULT), by="quarter,area").table()

    wrong = []
    for name in some_measures(DEFAULT).measures:
        beside = together.filter(pc.equal(together["measure"], name))
        if set(beside["status"].to_pylist()) == {"refused"}:
            continue
        alone = nation_run(nation, pack=some_measures(DEFAULT, [name]), by="quarter,area").table()
        if not equal(alone, beside):
            wrong.append(name)

    assert together.num_rows > 10_000
    assert wrong == []


def equal(one: pa.Table, other: pa.Table) -> bool:
    """Whether two tables hold the same rows, sums of hours to twelve digits."""
    words = [name for name in one.column_names if name not in NUMBERS]
    if not one.select(words).equals(other.select(words)):
        return False
    return all(np.allclose(one[name], other[name], rtol=1e-12, atol=1e-9, equal_nan=True) for name in NUMBERS)
