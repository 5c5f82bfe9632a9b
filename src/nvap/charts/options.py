"""What a control chart is told beside its table: unit, direction, events, benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from nvap.charts.scale import Grain, Language
from nvap.charts.svg import checked_id
from nvap.errors import UsageFault


@dataclass(frozen=True)
class Event:
    """A change on the calendar that the reader must know of; `breaks` says that numbers before it do not compare.

    `anew` says that somebody decided to begin new limits there.
    """

    on: date
    words: str
    breaks: bool = False
    anew: bool = False


@dataclass(frozen=True)
class Benchmark:
    """A published figure. Only one that is like with like gets a line; otherwise its words say why there is none."""

    words: str
    value: float | None = None
    like_with_like: bool = False

    def __post_init__(self) -> None:
        if self.like_with_like and self.value is None:
            raise UsageFault(f"benchmark {self.words}: like with like needs a value to draw.")


@dataclass(frozen=True)
class ChartOptions:
    """How a control chart is drawn and said.

    `id` is unique on the page. `unit` follows a number (`%` without a space). `decimals` None takes as many as the
    axis needs. `improvement` None colours nothing. `centre` is what the middle line is.
    """

    id: str
    unit: str = ""
    grain: Grain = "month"
    improvement: Literal["increase", "decrease"] | None = None
    target: float | None = None
    benchmark: Benchmark | None = None
    events: tuple[Event, ...] = ()
    decimals: int | None = None
    language: Language = "en"
    centre: Literal["average", "median"] = "average"

    def __post_init__(self) -> None:
        checked_id(self.id)
        for name, found, allowed in (
            ("grain", self.grain, ("month", "quarter", "year", "event")),
            ("improvement", self.improvement, ("increase", "decrease", None)),
            ("language", self.language, ("en", "cy")),
        ):
            if found not in allowed:
                raise UsageFault(f"chart {self.id}: {name}: found {found!r}, allowed are {allowed}.")
