"""The chart's markers: each meaning has a shape of its own, so that colour is never needed."""

from __future__ import annotations

from nvap.charts.svg import INK, PAPER, QUIET, element, number, text

BETTER = "#1d70b8"
WORSE = "#b8510d"


def mark(shape: str, x: float, y: float, size: float = 1.0) -> str:
    """A marker centred at x, y: plain (dot), part (ring), improvement (square), concern (diamond), high, low
    (triangles)."""
    if shape == "plain":
        return element("circle", class_="mark", cx=x, cy=y, r=3.5 * size, fill=QUIET)
    if shape == "part":
        return element("circle", class_="hollow", cx=x, cy=y, r=4.5 * size, fill=PAPER, stroke=QUIET, stroke_width=2)
    # The special ones keep their size in a crowded chart: they are what the reader looks for.
    half = 6.5 * max(size, 0.85)
    if shape == "improvement":
        half *= 0.85
        return element("rect", class_="mark", x=x - half, y=y - half, width=2 * half, height=2 * half, fill=BETTER)
    corners = {
        "concern": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
        "high": ((0, -1.1), (1.1, 0.9), (-1.1, 0.9)),
        "low": ((0, 1.1), (1.1, -0.9), (-1.1, -0.9)),
    }[shape]
    path = " ".join(f"{number(x + across * half)},{number(y + down * half)}" for across, down in corners)
    return element("polygon", class_="mark", points=path, fill=WORSE if shape == "concern" else QUIET)


def badge(x: float, y: float, count: int, font: float) -> str:
    """A ringed number centred at x, y."""
    ring = element("circle", class_="hollow", cx=x, cy=y, r=10, fill="none", stroke=INK, stroke_width=1.5)
    return ring + text(x, y + font * 0.34, str(count), text_anchor="middle", font_weight="bold", font_size=font - 1)
