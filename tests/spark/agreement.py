"""Whether two engines gave the same result rows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def unlike(expected: pa.Table, found: pa.Table) -> list[str]:
    """Where two tables of result rows differ, at most ten places: in anything but a fraction, or in one by over 1e-12.

    Rows stand in the same order. Whole numbers, texts, days and what is missing must be equal.
    """
    if found.num_rows != expected.num_rows:
        return [f"{expected.num_rows} rows expected, {found.num_rows} found"]
    said = []
    for name in expected.column_names:
        one, other = expected[name].combine_chunks(), found[name].combine_chunks()
        equal = pc.fill_null(pc.equal(one, other), False)
        same = pc.or_(equal, pc.and_(pc.is_null(one), pc.is_null(other)))
        for at in np.flatnonzero(~np.asarray(same.to_pylist(), dtype=bool)):
            wanted, given = one[int(at)].as_py(), other[int(at)].as_py()
            if not is_near(wanted, given):
                said.append(f"row {at}, {name}: {wanted} expected, {given} found")
    return said[:10]


def is_near(one: object, other: object) -> bool:
    """Whether two fractions agree to 1e-12 of their size."""
    if not isinstance(one, float) or not isinstance(other, float) or (one.is_integer() and other.is_integer()):
        return False
    return abs(one - other) <= 1e-12 * abs(one)
