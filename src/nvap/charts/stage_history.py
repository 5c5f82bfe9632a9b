"""How far an activity was embedded over time, as a step line; each step also carries its stage in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW, _BOTTOM = 640, 120, 24, 24, 40, 36
_INK: Final = "#0b0c0c"
_PALE: Final = "#b1b4b6"


@dataclass(frozen=True)
class Step:
    """A stage from a moment on; `level` counts from 0, the lowest."""

    at: datetime
    level: int


def draw(steps: Sequence[Step], levels: Sequence[str], until: datetime, title: str, description: str) -> str:
    """The steps as an SVG with its title and description; levels from the lowest to the highest."""
    bottom = _TOP + _ROW * (len(levels) - 1)
    first = min(each.at for each in steps)
    whole = max((until - first).total_seconds(), 1.0)

    def across(at: datetime) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * (at - first).total_seconds() / whole, 1)

    points = [(across(each.at), bottom - _ROW * each.level) for each in steps]
    path = f"M{points[0][0]} {points[0][1]}" + "".join(f"H{x}V{y}" for x, y in points[1:]) + f"H{across(until)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="stages-title stages-desc" '
        f'viewBox="0 0 {_WIDTH} {bottom + _BOTTOM}" width="{_WIDTH}" height="{bottom + _BOTTOM}" font-size="14" '
        f'font-family="arial, sans-serif" fill="{_INK}">',
        f'<title id="stages-title">{escape(title)}</title><desc id="stages-desc">{escape(description)}</desc>',
        *(_level(words, bottom - _ROW * at) for at, words in enumerate(levels)),
        f'<path d="{path}" fill="none" stroke="{_INK}" stroke-width="3"/>',
        *(f'<circle cx="{x}" cy="{y}" r="5"/>' for x, y in points),
        f'<text x="{_LEFT}" y="{bottom + 28}">{first:%d/%m/%Y}</text>',
        f'<text x="{_WIDTH - _RIGHT}" y="{bottom + 28}" text-anchor="end">{until:%d/%m/%Y}</text>',
        "</svg>",
    ]
    return "".join(parts)


def _level(words: str, y: int) -> str:
    return (
        f'<text x="0" y="{y + 5}">{escape(words)}</text>'
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="{_PALE}"/>'
    )
