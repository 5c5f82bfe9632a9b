"""A measure's rows as the picture that fits their layout, for the web and the command line alike.

By period a control chart; by area a funnel; by period and area small multiples; a mix by period as shares over time.
Nothing is worked out here: the engine decides which chart, and `nvap.measures.areas` which areas lie outside.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from nvap.charts import control_chart, funnel, heat_map, mix, series, small_multiples, transitions, upset
from nvap.charts.options import ChartOptions, Event
from nvap.charts.scale import Grain, Language, reading_decimals
from nvap.charts.series import Reading, control_chart_table, every_period, first_places
from nvap.charts.sheet import Sheet
from nvap.charts.words import chart_sentence
from nvap.disclosure.table import Kind, Table
from nvap.errors import NotEnoughData
from nvap.measures.areas import funnel_of
from nvap.measures.charting import of_provenance
from nvap.measures.frame import NOT_RECORDED, as_read
from nvap.measures.judging import PERCENT, Improvement, counted, judge
from nvap.measures.together import Together
from nvap.measures.week import Week
from nvap.packs.measure import Measure, Part
from nvap.records.contract import contract
from nvap.wording import Translate, phrase

Row = Mapping[str, Any]
_SHARES: Final = ("proportion", "distribution", "share", "top_share", "pairs")
_PERIODS: Final = ("month", "quarter", "year")


@dataclass(frozen=True)
class Line:
    """What is drawn: one number of a measure (of one category and group), its rows, and where they come from."""

    measure: Measure
    part: Part
    rows: Sequence[Row]
    provenance: Mapping[str, Any]
    events: Sequence[Event] = ()
    translate: Translate = field(default=str)
    language: Language = "en"
    rule_words: str = ""

    @property
    def is_share(self) -> bool:
        """Whether it is shown in per cent."""
        return self.part.statistic in _SHARES

    @property
    def unit(self) -> str:
        """What follows a number."""
        return "%" if self.is_share else self.part.unit

    @property
    def decimals(self) -> int:
        """How many decimals tell its numbers apart."""
        values = [row["value"] for row in self.rows if row["value"] is not None]
        return 1 if self.is_share or not values else min(4, reading_decimals(values))

    @property
    def kind(self) -> Kind:
        """How its values are protected."""
        if self.is_share:
            return "share"
        return {"count": "count", "total": "count", "rate": "rate"}.get(self.part.statistic, "line")  # type: ignore[return-value]

    @property
    def improvement(self) -> Improvement:
        """Which direction is good, where one is."""
        return {"up": "increase", "down": "decrease"}.get(self.part.direction)  # type: ignore[return-value]

    @property
    def title(self) -> str:
        """The number, its kind where all rows are of one, and its group."""
        kinds, groups = ({row[name] for row in self.rows} for name in ("category", "group"))
        labels = {each.code: each.label for each in self.part.mix.categories} if self.part.mix else {}
        kind = next(iter(kinds)) if len(kinds) == 1 else None
        group = next(iter(groups)) if len(groups) == 1 else None
        return ", ".join(each for each in (self.part.title, labels.get(kind or "", kind), group) if each)

    def shown(self, value: float | None) -> float | None:
        """A stored value as it is shown."""
        return value * PERCENT if value is not None and self.is_share else value

    def sheet(self, id_: str, *, narrow: bool = False, standalone: bool = False) -> Sheet:
        """How its pictures are made."""
        return Sheet(
            id=id_,
            unit=self.unit,
            decimals=self.decimals,
            language=self.language,
            narrow=narrow,
            standalone=standalone,
            translate=self.translate,
        )

    def standing(self, title: str, sentence: str) -> dict[str, Any]:
        """What stands with every picture of it."""
        return {
            "title": title,
            "sentence": sentence,
            "counting_rule": self.rule_words,
            "as_at": datetime.date.fromisoformat(self.provenance["as_at"]),
            "pack": self.provenance["pack"],
            "made_up": "made-up" in self.provenance["origins"],
        }


@dataclass(frozen=True)
class Picture:
    """A picture to be drawn on any sheet, and the table that stands beside it; its own decimals, where it has any."""

    table: Table
    draw: Callable[[Sheet], str]
    describe: Callable[[Sheet], str]
    decimals: int | None = None

    def fit(self, sheet: Sheet) -> Sheet:
        """The sheet with the decimals that the picture's numbers are written with."""
        return sheet if self.decimals is None else replace(sheet, decimals=self.decimals)


def picture_of(line: Line, *, one_kind: bool = False) -> Picture:
    """The picture that fits the rows' layout. Raises NotEnoughData where they have none.

    `one_kind` says that the rows are of one kind of a mix, which has a control chart of its own.
    """
    by = set(str(line.provenance["by"]).split(","))
    period = next((each for each in _PERIODS if each in by), None)
    if "area" in by:
        found = small_multiples_of(line, cast(Grain, period)) if period else funnel_picture(line)
    elif period and line.part.mix is not None and not one_kind:
        found = mix_over_time(line, cast(Grain, period))
    else:
        found = control_chart_of(line, cast(Grain, period)) if period else None
    if found is None:
        raise NotEnoughData(
            f"{line.measure.id}, {line.part.title}: there is no picture of these rows. Those by month, by area or by "
            "month,area have one where there are enough numbers."
        )
    return found


def funnel_picture(line: Line) -> Picture | None:
    """The areas as a funnel; None for a number that has none, or too few areas."""
    found, say = funnel_of(line.part, line.rows), line.translate
    if found is None:
        return None
    outside = sum(each.outside == "99.8" for each in found.areas)
    words = phrase("{outside} of {many} areas lie outside the 99.8% limits.")
    if outside < 2:
        words = (
            phrase("1 of {many} areas lies outside the 99.8% limits.")
            if outside
            else phrase("None of {many} areas lies outside the 99.8% limits.")
        )
    units = [
        funnel.Unit(
            each.name,
            each.numerator,
            each.denominator,
            each.value,
            cast(funnel.Outside, each.outside),
            each.high,
        )
        for each in found.areas
    ]
    headings = {
        "name": say("Area"),
        "numerator": say("Counted"),
        "denominator": say("People") if line.part.uses_population else say("Of how many"),
        "value": line.part.title,
        "judged": say("Against the limits"),
    }
    sentence = say(words).format(outside=outside, many=len(units))
    table = funnel.funnel_table(
        units, kind=line.kind, unit=line.unit, headings=headings, **line.standing(line.title, sentence)
    )
    bounds = tuple(funnel.Bound(*each) for each in found.curve)
    shape = funnel.Shape(found.centre, bounds, found.widened)
    return Picture(
        table, lambda sheet: funnel.draw(table, shape, sheet), lambda sheet: funnel.describe(table, shape, sheet)
    )


def mix_over_time(line: Line, grain: Grain) -> Picture | None:
    """A distribution's categories as shares of what is known, period by period; None without any share.

    More kinds than can be told apart are put together, the rarest first.
    """
    own = line.part.mix
    if own is None:
        return None
    beside = own.apart | own.unknown
    labels = {each.code: each.label for each in own.categories if each.code not in beside}
    rows = [row for row in line.rows if row["category"] in labels and row["value"] is not None]
    if not rows:
        return None
    totals: dict[str, float] = {}
    for row in rows:
        totals[row["category"]] = totals.get(row["category"], 0.0) + row["numerator"]
    ordered = sorted((code for code in totals if totals[code]), key=lambda code: -totals[code])
    apart = ordered if len(ordered) <= mix.MOST else ordered[: mix.MOST - 1]
    other = line.translate("All other kinds")
    named = {code: labels[code] if code in apart else other for code in ordered}
    sums: dict[tuple[datetime.date, str], list[float]] = {}
    for row in rows:
        if row["category"] in named:
            pair = sums.setdefault((row["period_start"], named[row["category"]]), [0.0, 0.0])
            pair[0] += row["numerator"]
            pair[1] += row["value"] * PERCENT
    kinds = [*(labels[code] for code in apart), *([other] if len(apart) < len(ordered) else [])]
    shares = [
        mix.ShareOfMix(start, kind, *sums[start, kind])
        for start in sorted({start for start, _ in sums})
        for kind in kinds
        if (start, kind) in sums
    ]
    say = line.translate
    headings = {"period": say("Period"), "kind": say("Kind"), "count": say("Counted"), "share": say("Share")}
    title = f"{line.title}, {say('over time')}"
    unknown = sum({row["period_start"]: row["unknown"] or 0 for row in rows}.values())
    words = phrase("Shares are of those whose kind is known; of {unknown} it is not.")
    sentence = say(words if unknown else phrase("Shares are of those whose kind is known.")).format(
        unknown=f"{unknown:,}"
    )
    table = mix.mix_table(
        shares, grain=grain, headings=headings, language=line.language, **line.standing(title, sentence)
    )
    return Picture(
        table,
        lambda sheet: mix.draw(table, sheet, grain=grain, events=line.events),
        lambda sheet: mix.describe(table, sheet),
    )


def small_multiples_of(line: Line, grain: Grain) -> Picture | None:
    """Every area's own control chart, small, on one scale; None without any area that has a number."""
    areas = sorted({row["area"] for row in line.rows if row["area"] not in (None, NOT_RECORDED)}, key=as_read)
    starts = sorted({row["period_start"] for row in line.rows if row["period_start"] is not None})
    panels = []
    for area in areas:
        held = {row["period_start"]: row for row in line.rows if row["area"] == area}
        readings = every_period(
            [reading_of(line, held[start]) if start in held else Reading(start, None) for start in starts], grain
        )
        if any(reading.value is not None for reading in readings):
            panels.append(small_multiples.Panel(area, _chart_table(line, readings, grain, area, "")))
    if not panels:
        return None
    title = f"{line.title}, {line.translate('each area')}"
    sentence = line.translate("Each area has its own average and limits.")
    table = small_multiples.multiples_table(
        panels, heading_of_areas=line.translate("Area"), **line.standing(title, sentence)
    )
    return Picture(
        table,
        lambda sheet: small_multiples.draw(table, sheet),
        lambda sheet: small_multiples.describe(table, sheet),
    )


def control_chart_of(line: Line, grain: Grain) -> Picture | None:
    """The control chart of rows that stand by period; None without a number."""
    readings = every_period([reading_of(line, row) for row in line.rows if row["period_start"] is not None], grain)
    if not any(reading.value is not None for reading in readings):
        return None
    bare = _chart_table(line, readings, grain, line.title, "")

    def options(sheet: Sheet) -> ChartOptions:
        return ChartOptions(
            id=sheet.id,
            unit=line.unit,
            grain=grain,
            improvement=line.improvement,
            events=tuple(line.events),
            decimals=line.decimals,
            language=line.language,
        )

    table = bare.with_rows(bare.rows, sentence=chart_sentence(bare, options(line.sheet("chart")), line.translate))
    return Picture(
        table,
        lambda sheet: control_chart.draw(
            table, options(sheet), narrow=sheet.narrow, standalone=sheet.standalone, translate=line.translate
        ),
        lambda sheet: control_chart.describe(table, options(sheet), line.translate),
    )


def week_of(line: Line, found: Week) -> Picture:
    """The hours of the week as a heat map."""
    hours = [heat_map.HourOfWeek(day, hour, float(many)) for (day, hour), many in found.counts.items()]
    say = line.translate
    table = heat_map.heat_map_table(
        hours,
        kind="count",
        unit="",
        headings={"day": say("Day"), "hour": say("Hour"), "value": say("Counted in each hour of the week")},
        language=line.language,
        **line.standing(
            say("{number}: what is counted, by hour of the week").format(number=line.part.title),
            say("Each cell is how many were counted in one hour of one weekday; the hours stand by their beginning."),
        ),
    )

    def drawn(sheet: Sheet) -> Sheet:
        return replace(sheet, unit="", decimals=0)

    return Picture(
        table,
        lambda sheet: heat_map.draw(table, drawn(sheet)),
        lambda sheet: heat_map.describe(table, drawn(sheet)),
    )


def facts_of(line: Line, facts: Sequence[str], found: Together) -> Picture:
    """Which yes-or-no columns hold together, as an UpSet drawing."""
    say, named = line.translate, {fact: _in_words(fact) for fact in facts}
    combinations = [
        upset.Combination(tuple(named[fact] for fact in holding), float(many)) for holding, many in found.counts.items()
    ]
    headings = {"count": say("Rows"), "together": say("Holding together")}
    title = say("{table}: what holds together").format(table=contract(line.measure.table).title)
    table = upset.upset_table(
        list(named.values()), combinations, headings=headings, **line.standing(title, ""), notes=_left_out(line, found)
    )
    return Picture(table, lambda sheet: upset.draw(table, sheet), lambda sheet: upset.describe(table, sheet))


def matrix_of(line: Line, pair: tuple[str, str], found: Together) -> Picture:
    """What one code became in another, as a transition matrix."""
    say = line.translate
    totals: dict[str, int] = {}
    for (was, _), many in found.counts.items():
        totals[was] = totals.get(was, 0) + many
    rows = [
        transitions.Transition(was, became, float(many), many / totals[was] * PERCENT)
        for (was, became), many in sorted(found.counts.items(), key=lambda each: [as_read(name) for name in each[0]])
    ]
    headings = {
        "from": _in_words(pair[0]),
        "to": _in_words(pair[1]),
        "count": say("Rows"),
        "share": say("Share of the row"),
    }
    title = say("{table}: from {was} to {became}").format(
        table=contract(line.measure.table).title, was=headings["from"].lower(), became=headings["to"].lower()
    )
    table = transitions.transition_table(
        rows, headings=headings, **line.standing(title, ""), notes=_left_out(line, found)
    )
    return Picture(
        table, lambda sheet: transitions.draw(table, sheet), lambda sheet: transitions.describe(table, sheet)
    )


def _left_out(line: Line, found: Together) -> tuple[str, ...]:
    if not found.unknown:
        return ()
    words = phrase("{unknown} rows are left out, because something of this is not known of them.")
    return (line.translate(words).format(unknown=f"{found.unknown:,}"),)


def _in_words(column: str) -> str:
    return column.replace("_", " ").capitalize()


def events_of(provenance: Mapping[str, Any], measure: str, part: str) -> list[Event]:
    """Where a run's series of a number are split, as a chart marks it."""
    found: dict[tuple[str, str, bool], Event] = {}
    for each in of_provenance(provenance):
        if (each.measure, each.part) == (measure, part):
            for days, anew in ((each.breaks, False), (each.rebased, True)):
                for day, words in days:
                    on = datetime.date.fromisoformat(day)
                    found[day, words, anew] = Event(on, words, breaks=not anew, anew=anew)
    return sorted(found.values(), key=lambda event: event.on)


def _chart_table(line: Line, readings: Sequence[Reading], grain: Grain, title: str, sentence: str) -> Table:
    numbers = [
        (reading.numerator, reading.denominator, None if reading.part else reading.value) for reading in readings
    ]
    splits = first_places(readings, [event.on for event in line.events if event.breaks or event.anew])
    judged = judge(counted(line.part, numbers), improvement=line.improvement, rebase=splits)
    return control_chart_table(
        readings,
        judged.chart,
        grain=grain,
        kind=line.kind,
        headings={"value": line.part.title, "period": line.translate("Period")},
        unit=line.unit,
        language=line.language,
        **line.standing(title, sentence),
    )


def reading_of(line: Line, row: Row) -> Reading:
    """A row as charts take it."""
    return series.reading_of(row, line.shown(row["value"]))
