"""Drawing by lot."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Index = npt.NDArray[np.int64]


def pick(shares: npt.NDArray[np.float64], rng: np.random.Generator) -> Index:
    """One column for each row, by that row's shares (rows that sum to 1)."""
    luck = rng.random((len(shares), 1))
    passed = (luck > np.cumsum(shares, axis=1)).sum(axis=1)
    return np.asarray(np.minimum(passed, shares.shape[1] - 1), dtype=np.int64)
