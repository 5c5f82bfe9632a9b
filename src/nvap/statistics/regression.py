"""The fitting under `before_after`: least squares, long-run errors, autocorrelation of order one, Poisson."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nvap.statistics.interval import BadNumber, Floats

_ROUNDS: Final = 100
_SETTLED: Final = 1e-12


def least_squares(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The estimates, and the inverse of x'x; by QR, since time and time since the change are nearly alike."""
    q, r = np.linalg.qr(x)
    upper = np.linalg.inv(r)
    return upper @ (q.T @ y), upper @ upper.T


def long_run(scores: Floats, lag: int) -> Floats:
    """Newey and West's sum of the scores' products up to `lag` periods apart, less weight the further apart."""
    total: Floats = scores.T @ scores
    for apart in range(1, lag + 1):
        products = scores[apart:].T @ scores[:-apart]
        total += (1 - apart / (lag + 1)) * (products + products.T)
    return total


def whitened(part: Floats, alike: float, apart: NDArray[np.int64]) -> Floats:
    """Each value less what the one before it says of it, in one scale."""
    weight = alike ** apart.astype(np.float64) if alike >= 0 else np.sign(alike) ** apart * abs(alike) ** apart
    scale = np.sqrt(1 - weight**2)
    if part.ndim > 1:
        weight, scale = weight[:, None], scale[:, None]
    whitened: Floats = np.concatenate([part[:1], (part[1:] - weight * part[:-1]) / scale])
    return whitened


def best_autocorrelation(x: Floats, y: Floats, apart: NDArray[np.int64]) -> float:
    """The autocorrelation of greatest likelihood."""
    # Loaded here: it takes longer to load than most commands take to run.
    from scipy.optimize import minimize_scalar  # noqa: PLC0415

    def against(alike: float) -> float:
        white_x, white_y = whitened(x, alike, apart), whitened(y, alike, apart)
        estimates, _ = least_squares(white_x, white_y)
        left = white_y - white_x @ estimates
        if not left @ left > 0:
            return -math.inf
        return float(len(y) * np.log(left @ left) + np.sum(np.log(1 - alike ** (2.0 * apart))))

    return float(minimize_scalar(against, bounds=(-0.999, 0.999), method="bounded", options={"xatol": 1e-9}).x)


def poisson(x: Floats, y: Floats, offset: Floats) -> tuple[Floats, Floats]:
    """Estimates by iteratively reweighted least squares, and the inverse of their information.

    Raises BadNumber where no finite line fits, as with no event on one side.
    """
    expected = y + 0.5
    estimates = np.zeros(x.shape[1])
    with np.errstate(all="ignore"):
        for _ in range(_ROUNDS):
            root = np.sqrt(expected)
            working = np.log(expected) - offset + (y - expected) / expected
            if not np.all(np.isfinite(working)):
                break
            better, bread = least_squares(x * root[:, None], working * root)
            expected = np.exp(x @ better + offset)
            if np.all(np.abs(better - estimates) <= _SETTLED * (1 + np.abs(better))):
                return better, bread
            estimates = better
    raise BadNumber("counts: found so few events on one side of the change that no finite line fits them.")
