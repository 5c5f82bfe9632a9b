"""The drawings beside the control chart: named and described, with a table beside, and readable without colour."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from nvap.charts import funnel, heat_map, mix, small_multiples, transitions, upset
from nvap.charts.beside import Beside, beside
from nvap.charts.options import Event
from nvap.charts.series import Reading, control_chart_table, values_for_limits
from nvap.charts.sheet import Sheet
from nvap.disclosure.policy import HIDDEN
from nvap.disclosure.table import Table
from nvap.documents.drawing import png
from nvap.errors import NotEnoughData, UsageFault
from nvap.statistics.control_chart import xmr

SVG = "{http://www.w3.org/2000/svg}"
STANDING: dict[str, Any] = {
    "sentence": "Most areas are alike.",
    "counting_rule": "flagged at closure",
    "as_at": datetime.date(2026, 11, 1),
    "pack": "toolkit@1.0",
}
SHEET = Sheet(id="picture", unit="%", decimals=1)


def a_funnel(sheet: Sheet) -> tuple[Table, str]:
    """Three areas: one far above, one a little below, one in between."""
    units = [
        funnel.Unit("North", 120, 200, 60.0, "99.8", high=True),
        funnel.Unit("South", 60, 300, 20.0, "95"),
        funnel.Unit("West", 150, 500, 30.0),
    ]
    headings = {"name": "Area", "numerator": "Flagged", "denominator": "Incidents", "value": "Share flagged"}
    table = funnel.funnel_table(
        units, kind="share", unit="%", headings=headings, title="Share flagged by area", **STANDING
    )
    bounds = tuple(
        funnel.Bound(
            n, 33 - 196 / math.sqrt(n), 33 + 196 / math.sqrt(n), 33 - 309 / math.sqrt(n), 33 + 309 / math.sqrt(n)
        )
        for n in (50.0, 200.0, 500.0)
    )
    return table, funnel.draw(table, funnel.Shape(33.0, bounds), sheet)


def an_upset(sheet: Sheet) -> tuple[Table, str]:
    """Two facts and three combinations."""
    combinations = [
        upset.Combination(("At opening",), 30),
        upset.Combination(("At opening", "At closure"), 80),
        upset.Combination((), 400),
    ]
    headings = {"count": "Incidents"}
    table = upset.upset_table(
        ("At opening", "At closure"), combinations, headings=headings, title="Where the flag stands", **STANDING
    )
    return table, upset.draw(table, sheet)


def a_matrix(sheet: Sheet) -> tuple[Table, str]:
    """Two outcomes, then and now."""
    found = [
        transitions.Transition("Charged", "Charged", 90, 90.0),
        transitions.Transition("Charged", "No action", 10, 10.0),
        transitions.Transition("No action", "Charged", 5, 25.0),
        transitions.Transition("No action", "No action", 15, 75.0),
    ]
    headings = {"from": "Then", "to": "Now", "count": "Crimes", "share": "Share of the row"}
    table = transitions.transition_table(found, headings=headings, title="Outcomes then and now", **STANDING)
    return table, transitions.draw(table, sheet)


def a_heat_map(sheet: Sheet) -> tuple[Table, str]:
    """A week in which Saturday at 23 has the most."""
    hours = [
        heat_map.HourOfWeek(day, hour, 99.0 if (day, hour) == (5, 23) else float(day + 1))
        for day in range(7)
        for hour in range(24)
    ]
    headings = {"day": "Day", "hour": "Hour", "value": "Incidents"}
    table = heat_map.heat_map_table(
        hours, kind="count", unit="", headings=headings, title="When incidents begin", **STANDING
    )
    return table, heat_map.draw(table, replace(sheet, unit="", decimals=0))


def a_mix(sheet: Sheet) -> tuple[Table, str]:
    """Two outcomes that change places over two months."""
    shares = [
        mix.ShareOfMix(datetime.date(2026, month, 1), kind, count, float(count))
        for month, counts in ((1, (80, 20)), (2, (30, 70)))
        for kind, count in zip(("Charged", "No action"), counts, strict=True)
    ]
    headings = {"period": "Month", "kind": "Outcome", "count": "Crimes", "share": "Share"}
    table = mix.mix_table(shares, grain="month", headings=headings, title="The outcome mix", **STANDING)
    change = Event(datetime.date(2026, 2, 1), "New guidance", breaks=True)
    return table, mix.draw(table, sheet, events=[change])


def many(sheet: Sheet) -> tuple[Table, str]:
    """Two areas over fifteen months; East ends far above its limits."""
    panels = []
    for name, last in (("East", 90.0), ("West", 31.0)):
        values = [30.0, 32.0] * 7 + [last]
        readings = [Reading(datetime.date(2025 + at // 12, at % 12 + 1, 1), value) for at, value in enumerate(values)]
        chart = xmr(values_for_limits(readings), improvement="decrease")
        table = control_chart_table(
            readings, chart, grain="month", kind="share", headings={"value": "Share"}, unit="%", title=name, **STANDING
        )
        panels.append(small_multiples.Panel(name, table))
    whole = small_multiples.multiples_table(
        panels, heading_of_areas="Area", title="Month by month in each area", **STANDING
    )
    return whole, small_multiples.draw(whole, sheet)


Make = Callable[[Sheet], tuple[Table, str]]
ALL: list[Make] = [a_funnel, an_upset, a_matrix, a_heat_map, a_mix, many]


def parsed(svg: str) -> ElementTree.Element:
    """The drawing's elements."""
    return ElementTree.fromstring(svg)  # noqa: S314 - our own drawing


def words(svg: str) -> str:
    """Every word that is drawn."""
    return " ".join("".join(each.itertext()) for each in parsed(svg).iter(f"{SVG}text"))


def described(svg: str) -> str:
    """What someone who cannot see the drawing is told."""
    return parsed(svg).findtext(f"{SVG}desc") or ""


@pytest.mark.parametrize("make", ALL)
@pytest.mark.parametrize("narrow", [False, True])
def test_every_drawing_is_named_described_and_says_where_it_stands(make: Make, narrow: bool) -> None:
    table, svg = make(replace(SHEET, narrow=narrow))
    root = parsed(svg)

    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == table.title
    assert described(svg).startswith("Most areas are alike.")
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    assert root.get("aria-labelledby", "").split() == ids[:2]
    drawn = words(svg)
    assert "Counting rule: flagged at closure." in drawn
    assert "Not for release" in drawn
    assert "style=" not in svg


@pytest.mark.parametrize("make", ALL)
def test_nothing_is_drawn_outside_the_paper(make: Make) -> None:
    for narrow in (False, True):
        root = parsed(make(replace(SHEET, narrow=narrow))[1])
        _, _, wide, tall = (float(each) for each in root.get("viewBox", "").split())

        for each in root.iter(f"{SVG}rect"):
            assert -20 <= float(each.get("x", "0")) <= wide
            assert float(each.get("y", "0")) + float(each.get("height", "0")) <= tall + 0.01


@pytest.mark.parametrize("make", ALL)
def test_every_drawing_becomes_a_picture_for_slides(make: Make) -> None:
    _, svg = make(replace(SHEET, standalone=True))

    assert png(svg, title="A picture", width_px=400).startswith(b"\x89PNG")


@pytest.mark.parametrize("make", ALL)
def test_the_same_table_is_the_same_drawing(make: Make) -> None:
    assert make(SHEET)[1] == make(SHEET)[1]


@pytest.mark.parametrize("make", ALL)
def test_the_table_beside_holds_what_is_drawn_and_nothing_that_only_steers_it(make: Make) -> None:
    table, _ = make(SHEET)

    found = beside(table, SHEET)

    assert found.caption == table.title
    assert len(found.rows) == len(table.rows)
    assert len(found.headings) == len(found.rows[0]) == len(found.numbers)
    assert not {"Outside", "High", "Signal"} & set(found.headings)


def test_the_table_beside_a_funnel_says_in_words_who_lies_outside() -> None:
    found = beside(a_funnel(SHEET)[0], SHEET)

    assert found == Beside(
        caption="Share flagged by area",
        headings=("Area", "Flagged", "Incidents", "Share flagged", "Against the limits"),
        numbers=(False, True, True, True, False),
        rows=(
            ("North", "120", "200", "60.0%", "above the 99.8% limits"),
            ("South", "60", "300", "20.0%", "below the 95% limits"),
            ("West", "150", "500", "30.0%", "within the limits"),
        ),
    )


def test_a_funnel_tells_areas_apart_by_shape_and_names_those_far_outside() -> None:
    _, svg = a_funnel(SHEET)

    assert "North: 60.0%" in words(svg)
    assert "Above the 99.8% limits: North." in described(svg)
    shapes = {(each.tag, each.get("class")) for each in parsed(svg).iter()}
    assert {(f"{SVG}polygon", "mark"), (f"{SVG}circle", "hollow"), (f"{SVG}circle", "mark")} <= shapes
    assert "A point outside is a question, not an answer." in words(svg)


def test_a_funnel_on_a_narrow_screen_names_them_below() -> None:
    assert "Outside the 99.8% limits: North." in words(a_funnel(replace(SHEET, narrow=True))[1])


def test_upset_shows_the_commonest_combination_first_and_adds_up_each_fact() -> None:
    table, svg = an_upset(SHEET)

    assert table.column("count") == (400, 80, 30)
    assert "Commonest together: none of them: 400; At opening, At closure: 80; At opening: 30." in described(svg)
    assert "In all: At opening 110; At closure 80." in described(svg)


def test_upset_refuses_a_fact_that_is_not_listed_and_a_combination_that_stands_twice() -> None:
    with pytest.raises(UsageFault, match="found Elsewhere, allowed are A, B"):
        upset.upset_table("AB", [upset.Combination(("Elsewhere",), 1)], headings={"count": "n"}, title="t", **STANDING)
    twice = [upset.Combination(("A",), 1), upset.Combination(("A",), 2)]
    with pytest.raises(UsageFault, match="stands twice"):
        upset.upset_table("AB", twice, headings={"count": "n"}, title="t", **STANDING)


def test_a_file_of_its_own_leads_with_title_and_sentence_and_prints_the_notes() -> None:
    table, _ = an_upset(SHEET)
    noted = table.with_rows(table.rows, notes=("7 rows are left out.",))

    drawn = words(upset.draw(noted, replace(SHEET, standalone=True)))

    assert drawn.startswith("Where the flag stands  Most areas are alike.")
    assert "7 rows are left out." in drawn
    assert "7 rows are left out." in described(upset.draw(noted, SHEET))


def test_a_hidden_count_is_drawn_as_hidden_and_in_no_total() -> None:
    table, _ = an_upset(SHEET)
    rows = tuple((*row[:-1], HIDDEN if row[-1] == 30 else row[-1]) for row in table.rows)

    svg = upset.draw(table.with_rows(rows), SHEET)

    assert HIDDEN in words(svg)
    assert "At opening 110" not in described(svg)


def test_every_cell_of_a_matrix_has_its_count_and_share_in_it_and_what_stayed_is_framed() -> None:
    _, svg = a_matrix(SHEET)

    for number in ("90", "10", "5", "15", "90%", "10%", "25%", "75%"):
        assert re.search(rf"(^| ){number} ", words(svg))
    framed = [each for each in parsed(svg).iter(f"{SVG}rect") if each.get("stroke-width") == "2"]
    assert len(framed) == 2
    assert "10 went from Charged to No action." in described(svg)
    assert "Stayed the same: Charged 90%; No action 75%." in described(svg)


def test_every_hour_of_the_week_has_its_number_in_it() -> None:
    table, svg = a_heat_map(SHEET)

    assert len(table.rows) == 168
    assert words(svg).count("99 ") >= 1
    assert "Most: Saturday 23:00–23:59 (99)" in described(svg)
    assert table.rows[0][:3] == ("Monday", "00:00–00:59", 1.0)


def test_an_hour_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageFault, match="allowed are 0 to 6 and 0 to 23"):
        heat_map.HourOfWeek(0, 24, 1.0)


def test_a_mix_says_what_changed_most_and_names_the_change_of_the_calendar() -> None:
    _, svg = a_mix(SHEET)

    assert "Most changed since January 2026: Charged, from 80.0% to 30.0%." in described(svg)
    assert "1. 1 February 2026: New guidance." in words(svg)
    assert "No action 70%" in words(svg)


def test_each_kind_of_a_mix_has_a_fill_of_its_own_also_without_colour() -> None:
    looks = {(tint if not lines else "", lines) for tint, lines in zip(mix._TINTS, mix._PATTERNS, strict=True)}

    assert len(looks) == mix.MOST
    assert sum(not lines for _, lines in looks) == 2


def test_a_mix_of_too_many_kinds_is_refused() -> None:
    shares = [mix.ShareOfMix(datetime.date(2026, 1, 1), f"kind {at}", 1, 10.0) for at in range(9)]
    headings = {"period": "Month", "kind": "Outcome", "count": "Crimes", "share": "Share"}

    with pytest.raises(UsageFault, match="found 9 kinds, allowed are up to 8"):
        mix.mix_table(shares, grain="month", headings=headings, title="t", **STANDING)


def test_small_multiples_mark_what_is_unusual_by_shape_and_warn_of_chance() -> None:
    _, svg = many(SHEET)

    assert "East: 90.0%, unusual, in the worse direction; West: 31.0%." in described(svg)
    assert "Unusual, in the worse direction" in words(svg)
    assert "Among 2 areas some stand out by chance alone. This is no league table." in words(svg)


def test_areas_of_other_periods_are_not_drawn_on_one_axis() -> None:
    table, _ = many(SHEET)

    with pytest.raises(UsageFault, match="every area needs the same periods"):
        small_multiples.draw(table.with_rows(table.rows[1:]), SHEET)


def test_without_a_number_nothing_is_drawn() -> None:
    table, _ = a_heat_map(SHEET)
    empty = table.with_rows(tuple((*row[:2], None, *row[3:]) for row in table.rows))

    with pytest.raises(NotEnoughData, match="no number to draw"):
        heat_map.draw(empty, SHEET)
