"""Placing things beside each other as near as can be to where they belong, without any touching."""

from __future__ import annotations

from collections.abc import Sequence


def spread(
    wanted: Sequence[float], sizes: Sequence[float], gap: float, low: float = float("-inf"), high: float = float("inf")
) -> list[float]:
    """Centres in the given order, `gap` apart, least squares from the wanted centres, within `low` and `high`.

    Where they do not fit between the bounds, they start at `low` and run past `high`.

    Source: isotonic regression by pool adjacent violators (Barlow et al. 1972), on centres less what stands before.
    """
    offsets, total = [], 0.0
    for place, size in enumerate(sizes):
        total += size / 2 + (sizes[place - 1] / 2 + gap if place else 0.0)
        offsets.append(total)
    blocks: list[tuple[float, int]] = []
    for centre, offset in zip(wanted, offsets, strict=True):
        mean, count = centre - offset, 1
        while blocks and blocks[-1][0] > mean:
            before, many = blocks.pop()
            mean, count = (before * many + mean * count) / (many + count), many + count
        blocks.append((mean, count))
    length = total + sizes[-1] / 2 if sizes else 0.0
    starts = [max(low, min(mean, high - length)) for mean, count in blocks for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]
