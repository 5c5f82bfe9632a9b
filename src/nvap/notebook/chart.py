"""A chart in a notebook: the picture, what it says, which chart was chosen and why, and the table beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from nvap.charts.beside import Beside, beside
from nvap.charts.options import Event
from nvap.documents import pictures
from nvap.documents.drawing import png
from nvap.documents.pictures import Line, Picture
from nvap.errors import NotEnoughData, UsageFault, nearest
from nvap.measures.asking import PERIODS
from nvap.measures.breaks import places
from nvap.measures.charting import Charted, of_provenance
from nvap.measures.judging import counted, judge
from nvap.measures.week import Week
from nvap.notebook.measured import Measured
from nvap.notebook.shown import Piece, Shown
from nvap.packs.measure import Measure, Part
from nvap.records.counting_rule import rule_name

Row = Mapping[str, Any]
_OTHERWISE: Final = {
    "funnel": "A funnel: areas of different size side by side, with limits that are wider where fewer are counted.",
    "small multiples": "Small multiples: each area's own control chart on one scale. It is no league table.",
    "heat map": "A heat map: how many rows lie in each hour of the week, on the force's own clock.",
    "mix": "Shares over time: each kind's share of those whose kind is known.",
}
_RARE: Final = (
    " By month it is shown as a plain line; what passes from one event to the next is judged on the measure's page."
)


@dataclass(frozen=True)
class Asked:
    """What is to be drawn: a measure, and which of its numbers, areas, kinds and groups."""

    measure: str
    part: str | None
    area: str | None
    by: str
    category: str | None
    group: str | None


@dataclass(frozen=True, repr=False)
class Chart(Shown):
    """One chart. A notebook shows it; `save` writes it as a file.

    `kind` names the chart that the engine chose (`xmr`, `p_prime`, `u_prime`, `c`, `line`, …, or `funnel`,
    `small multiples`, `heat map`, `mix`), `why` says why in words, `splits` where limits begin anew.
    """

    line: Line
    picture: Picture
    kind: str
    why: str
    splits: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it shows."""
        return self.picture.table.title

    @property
    def says(self) -> str:
        """What it says, in a sentence or two."""
        return self.picture.table.sentence

    @property
    def description(self) -> str:
        """What somebody who cannot see it is told."""
        return self.picture.describe(self.line.sheet(self._id))

    @property
    def svg(self) -> str:
        """The drawing with its heading and standing, as a whole SVG file."""
        return self.picture.draw(self.line.sheet(self._id, standalone=True))

    @property
    def table(self) -> Beside:
        """The table that stands beside it: `.headings`, and `.rows` of words."""
        return beside(self.picture.table, self.line.sheet(self._id))

    def save(self, file: str | Path, *, width_px: int = 2400) -> Path:
        """Write the chart to a file.

        Args:
            file: its name ends with .svg, or .png for slides.
            width_px: how many pixels wide a .png is, from 100 to 10,000.

        Returns:
            The file's path.

        Raises:
            UsageFault: for another ending, a width outside those bounds, or a file that cannot be written.
        """
        path = Path(file)
        kind = path.suffix.lower()
        if kind not in (".svg", ".png"):
            raise UsageFault(f"A chart's file ends with .svg or .png; found `{path.name}`.")
        content = self.svg.encode() if kind == ".svg" else png(self.svg, title=self.title, width_px=width_px)
        try:
            path.write_bytes(content)
        except OSError as error:
            raise UsageFault(f"{path} cannot be written: {error.strerror}.") from None
        return path

    def pieces(self) -> tuple[Piece, ...]:
        """Title, what it says, why this chart, where it is split, and what must stand with it."""
        standing = ". ".join(self.picture.table.standing)
        said = [f"{self.title}. {self.says}".strip(), f"Which chart: {self.why}", *self.splits, f"{standing}."]
        return tuple(each for each in said if each != ".")

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        why = escape(f"Which chart: {self.why}")
        return f'<figure style="margin:0;max-width:760px">{self.svg}<figcaption>{why}</figcaption></figure>'

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "image/svg+xml": self.svg, "text/plain": self.as_text()}

    @property
    def _id(self) -> str:
        """Unique on the page for what is drawn, and the same each time."""
        asked = [self.line.provenance.get(name) for name in ("by", "from", "to", "rule", "as_at")]
        words = "|".join(str(each) for each in (self.title, self.kind, *asked))
        return f"chart-{self.line.measure.id.lower()}-{hashlib.sha256(words.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class OfArea(Line):
    """One area's line of a number."""

    area: str = ""

    @property
    def title(self) -> str:
        """The number and the area."""
        return f"{super().title}, {self.area}"


def chart_of(asked: Asked, measured: Callable[[str], Measured]) -> Chart:
    """The chart of what is asked; `measured` gives the measure's rows in a layout, such as `month,area`."""
    if asked.area is not None:
        return _of_area(asked, asked.area, measured)
    found = measured(asked.by)
    measure = next(iter(found.measures.values()))
    part, origin = part_of(measure, asked.part), found.provenance
    rows = _rows(found, part, asked)
    events = pictures.events_of(origin, measure.id, part.id)
    line = Line(measure, part, rows, origin, events=events, rule_words=_rule_words(origin, part))
    one_kind = asked.category is not None
    picture = pictures.picture_of(line, one_kind=one_kind)
    by = str(origin["by"]).split(",")
    if "area" in by:
        kind = "small multiples" if len(by) > 1 else "funnel"
        return Chart(line, picture, kind, _OTHERWISE[kind])
    if part.mix is not None and not one_kind:
        return Chart(line, picture, "mix", _OTHERWISE["mix"], _splits(events))
    chosen = _chosen(origin, measure, part, rows[0])
    return Chart(line, picture, chosen.chart, _why(chosen.chart, chosen.why), _splits(events))


def _of_area(asked: Asked, area: str, measured: Callable[[str], Measured]) -> Chart:
    """One area's own control chart, split where the whole force's is."""
    if asked.by not in PERIODS:
        raise UsageFault(f"An area's own chart is by {', '.join(PERIODS)}; found by `{asked.by}`.")
    found, whole = measured(f"{asked.by},area"), measured(asked.by).provenance
    measure = next(iter(found.measures.values()))
    part = part_of(measure, asked.part)
    if part.mix is not None and asked.category is None:
        kinds = ", ".join(each.code for each in part.mix.categories)
        raise UsageFault(f"{part.title} is a mix, so an area's own chart is of one kind: category is one of {kinds}.")
    events = tuple(pictures.events_of(whole, measure.id, part.id))
    origin = {**found.provenance, "by": asked.by}
    rows = _rows(found, part, asked)
    line = OfArea(measure, part, rows, origin, events=events, rule_words=_rule_words(origin, part), area=area)
    numbers = [
        (row["numerator"], row["denominator"], None if row["status"] == "part_period" else row["value"]) for row in rows
    ]
    starts = [row["period_start"] for row in rows]
    choice = judge(counted(part, numbers), rebase=places(starts, [each.on for each in events])).choice
    picture = pictures.picture_of(line, one_kind=True)
    return Chart(line, picture, choice.chart, _why(choice.chart, choice.why), _splits(events))


def week_chart(line: Line, found: Week) -> Chart:
    """The hours of the week in which a number's rows lie, as a heat map."""
    return Chart(line, pictures.week_of(line, found), "heat map", _OTHERWISE["heat map"])


def part_of(measure: Measure, wanted: str | None) -> Part:
    """The number of a measure with this id; the first where none is named. Raises UsageFault with the nearest."""
    ids = [each.id for each in measure.parts]
    return measure.part(_one_of(wanted, ids, "part", measure.id)) if wanted is not None else measure.parts[0]


def _rows(found: Measured, part: Part, asked: Asked) -> list[Row]:
    """The rows of one line: of the area, group and kind asked for; else of the first, where they are not one picture.

    Raises NotEnoughData where there is no number, UsageFault for an area, group or kind that no row has.
    """
    own = [row for row in found if row["part"] == part.id]
    rows: list[Row] = [row for row in own if row["numerator"] is not None]
    if not rows:
        why = next((row["reason"] for row in own if row["reason"]), "there is no number")
        raise NotEnoughData(f"{asked.measure}, {part.title}: {why}")
    for name, wanted in (("area", asked.area), ("group", asked.group), ("category", asked.category)):
        held = list(dict.fromkeys(row[name] for row in rows))
        if wanted is not None:
            _one_of(wanted, held, name, asked.measure)
        takes_first = name == "group" or (name == "category" and part.mix is None)
        if wanted is not None or takes_first:
            rows = [row for row in rows if row[name] == (held[0] if wanted is None else wanted)]
    return rows


def _one_of(wanted: str, held: Sequence[str | None], argument: str, measure: str) -> str:
    known = [each for each in held if each]
    if wanted not in known:
        there = ", ".join(known[:40]) or "not for this number"
        raise UsageFault(f"{measure}: {argument} is {there}; found `{wanted}`.{nearest(wanted, known)}")
    return wanted


def _chosen(origin: Mapping[str, Any], measure: Measure, part: Part, row: Row) -> Charted:
    """What the run says of this line's chart."""
    wanted = (measure.id, part.id, row["category"], row["group"])
    for each in of_provenance(origin):
        if (each.measure, each.part, each.category, each.group) == wanted:
            return each
    raise NotEnoughData(
        f"{measure.id}, {part.title}: there is no chart of these rows. Those by month, quarter or year have one."
    )


def _why(chart: str, why: str) -> str:
    return why + (_RARE if chart in ("g", "t") else "")


def _splits(events: Sequence[Event]) -> tuple[str, ...]:
    return tuple(
        f"Split at {each.on}, {'by decision' if each.anew else 'by the calendar'}: {each.words}." for each in events
    )


def _rule_words(origin: Mapping[str, Any], part: Part) -> str:
    return rule_name(origin["rule"]) if part.uses_rule else ""
