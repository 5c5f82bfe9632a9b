"""A measure beside the published figures that its definition names: what is like with like, and what is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nvap.charts.beside import Beside
from nvap.charts.scale import Grain, period_name, written
from nvap.documents.pictures import Line
from nvap.errors import NotEnoughData
from nvap.measures.asking import PERIODS
from nvap.measures.words import banner
from nvap.notebook.measured import Measured
from nvap.notebook.shown import Piece, Shown, said
from nvap.packs.measure import Benchmark, Measure, Part
from nvap.packs.some_measures import HasMeasures

Row = Mapping[str, Any]
_NO_VERDICT = (
    "No verdict follows from this alone: forces count under different rules, and a published figure is of another "
    "time and place."
)


@dataclass(frozen=True)
class Against:
    """One published figure, and the force's own row that it can be read beside (None: there is none like it)."""

    part: Part
    benchmark: Benchmark
    own: Row | None
    why_not: str = ""


@dataclass(frozen=True, repr=False)
class Published(Shown):
    """The published figures of a measure, each with its source, beside the force's own newest whole period."""

    measure: Measure
    found: tuple[Against, ...]
    provenance: Mapping[str, Any]

    def pieces(self) -> tuple[Piece, ...]:
        """A table for each number with published figures, their sources, and what cannot be said."""
        pieces: list[Piece] = [banner(self.provenance), f"{self.measure.id} {self.measure.title}"]
        for caption in dict.fromkeys(_caption(each) for each in self.found):
            about = [each for each in self.found if _caption(each) == caption]
            rows = [_published_row(self.measure, each, self.provenance) for each in about]
            rows += [row for each in about for row in _own_rows(self.measure, each, self.provenance)]
            headings = ("Where and when", "Value", "95% limits")
            pieces.append(Beside(caption, headings, (False, True, True), tuple(dict.fromkeys(rows))))
        sources = [said(f"Published by {each.benchmark.source}") for each in self.found]
        gaps = [each.why_not for each in self.found if each.own is None]
        pieces += [*dict.fromkeys(sources), *dict.fromkeys(gaps), _NO_VERDICT]
        return tuple(each for each in pieces if each)


def _caption(each: Against) -> str:
    labels = {kind.code: kind.label for kind in each.part.mix.categories} if each.part.mix else {}
    kind = each.benchmark.category
    unit = each.part.unit if each.part.unit and each.part.unit not in each.part.title else ""
    return f"{each.part.title}{f', {labels.get(kind, kind)}' if kind else ''}{f' ({unit})' if unit else ''}"


def published_beside(pack: HasMeasures, measured: Callable[[str], Measured]) -> Published:
    """The measure's published figures beside its own rows; `measured` gives the measure's rows in a layout.

    Raises NotEnoughData where the measure names no published figure.
    """
    measure = next(iter(pack.measures.values()))
    if not measure.benchmarks:
        raise NotEnoughData(f"{measure.id} names no published figure to hold it against.")
    layouts = {each.period if each.period in PERIODS else "whole" for each in measure.benchmarks}
    runs = {each: measured(each) for each in sorted(layouts)}
    found = tuple(_against(measure, each, runs) for each in measure.benchmarks)
    return Published(measure, found, next(iter(runs.values())).provenance)


def _against(measure: Measure, benchmark: Benchmark, runs: Mapping[str, Measured]) -> Against:
    part = measure.part(benchmark.part)
    if benchmark.period not in PERIODS:
        why = f"{benchmark.area} ({benchmark.year}) is of no month, quarter or year, so no own number is like it."
        return Against(part, benchmark, None, why)
    rows = [
        row for row in runs[benchmark.period]
        if row["part"] == part.id and row["category"] == benchmark.category and row["status"] == "ok"
        and row["value"] is not None
    ]  # fmt: skip
    if not rows:
        return Against(part, benchmark, None, f"The force holds no whole {benchmark.period} of this number.")
    return Against(part, benchmark, max(rows, key=lambda row: row["period_start"]))


def _published_row(measure: Measure, each: Against, provenance: Mapping[str, Any]) -> tuple[str, str, str]:
    number = _number(measure, each, provenance)
    return f"{each.benchmark.area}, {each.benchmark.year} (published)", number(each.benchmark.value), ""


def _own_rows(measure: Measure, each: Against, provenance: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    if each.own is None:
        return []
    number = _number(measure, each, provenance)
    grain: Grain = each.benchmark.period  # type: ignore[assignment]
    when = f"{provenance['force']}, {period_name(each.own['period_start'], grain)} (the force's own)"
    low, high = number(each.own["lower"]), number(each.own["upper"])
    return [(when, number(each.own["value"]), f"{low} to {high}" if low and high else "")]


def _number(measure: Measure, each: Against, provenance: Mapping[str, Any]) -> Callable[[float | None], str]:
    """How the numbers of a part are written beside each other."""
    line = Line(measure, each.part, [each.own] if each.own else [], provenance)

    def written_of(value: float | None) -> str:
        shown = line.shown(value)
        return "" if shown is None else written(shown, 1 if line.is_share else 2) + ("%" if line.is_share else "")

    return written_of
