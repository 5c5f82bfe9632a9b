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

from nvap.charts import funnel, heat_map, mix, ratios, small_multiples, transitions, upset
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


def some_ratios(sheet: Sheet) -> tuple[Table, str]:
    """Four groups: one held against, one above whatever is not known, one that chance explains, one without a case."""
    estimates = [
        ratios.Estimate("White", 120, 1000, None, is_reference=True),
        ratios.Estimate("Black", 30, 100, 2.5, 1.7, 3.6, lowest=1.2, highest=4.4),
        ratios.Estimate("Asian", 8, 100, 0.67, 0.29, 1.32, lowest=0.2, highest=2.4),
        ratios.Estimate("Other", 0, 20, 0.0, 0.0, math.inf),
    ]
    headings = {"name": "Ethnicity", "counted": "Detained", "of": "People", "value": "Times the rate of White people"}
    table = ratios.ratios_table(estimates, headings=headings, title="Detentions by ethnicity", **STANDING)
    return table, ratios.draw(table, sheet, level="1: the same as White")


Make = Callable[[Sheet], tuple[Table, str]]
ALL: list[Make] = [a_funnel, an_upset, a_matrix, a_heat_map, a_mix, many, some_ratios]


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

    # In a funnel each area can be reached by itself.
    by_itself = make is a_funnel
    assert root.get("role") == ("group" if by_itself else "img")
    assert root.findtext(f"{SVG}title") == table.title
    assert described(svg).startswith("Most areas are alike.")
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    named = f"{root.get('aria-labelledby')} {root.get('aria-describedby') if by_itself else ''}"
    assert named.split() == ids[:2]
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


def test_a_period_stands_once_in_the_table_beside_by_its_name() -> None:
    found = beside(many(SHEET)[0], SHEET)

    assert found.headings[:2] == ("Area", "Period")
    assert found.rows[0][:2] == ("East", "January 2025")


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


def test_a_funnel_names_an_area_between_the_two_limits_too() -> None:
    assert "South: 20.0%" in words(a_funnel(SHEET)[1])


def test_a_funnel_on_a_narrow_screen_names_them_below() -> None:
    said = words(a_funnel(replace(SHEET, narrow=True))[1])

    assert "Outside the 99.8% limits: North." in said
    assert "Between the 95% and the 99.8% limits: South." in said


def test_upset_shows_the_commonest_combination_first_and_adds_up_each_fact() -> None:
    table, svg = an_upset(SHEET)

    assert table.column("count") == (400, 80, 30)
    assert "Commonest combinations: none of them: 400; At opening, At closure: 80; At opening: 30." in described(svg)
    assert "In all: At opening 110; At closure 80." in described(svg)


def test_a_long_name_of_a_fact_stands_whole_on_a_narrow_screen() -> None:
    facts = ("Substance misuse (local addition)", "Domestic abuse")
    combinations = [upset.Combination(facts, 5), upset.Combination(facts[1:], 3)]
    table = upset.upset_table(facts, combinations, headings={"count": "Incidents"}, title="Strands", **STANDING)

    said = " ".join(words(upset.draw(table, replace(SHEET, narrow=True))).split())

    assert "Substance misuse (local addition)" in said
    assert "…" not in said


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


OUTCOMES = (
    "10: Formal action not in the public interest (police)", "15: Named suspect; evidential difficulties",
    "16: Named suspect; victim does not support action", "18: Investigation complete; no suspect identified",
    "20: Another body has taken it over", "21: Further investigation not in the public interest", "Other types",
)  # fmt: skip


def a_wide_matrix(sheet: Sheet, names: tuple[str, ...] = OUTCOMES) -> str:
    """Two outcome types that became each of several others."""
    found = [transitions.Transition(was, became, 5, 100 / len(names)) for was in names[:2] for became in names]
    headings = {"from": "Then", "to": "Now", "count": "Crimes", "share": "Share of the row"}
    table = transitions.transition_table(found, headings=headings, title="Outcomes then and now", **STANDING)
    return transitions.draw(table, sheet)


def texts(svg: str) -> list[str]:
    """Each text of a drawing by itself."""
    return ["".join(each.itertext()).strip() for each in parsed(svg).iter(f"{SVG}text")]


def test_names_that_do_not_fit_above_a_matrix_are_not_broken_but_marked_by_their_own_code() -> None:
    found = texts(a_wide_matrix(SHEET))

    assert found.count("10") == found.count("A") == 1
    assert {"15", "16", "18", "20", "21"} <= set(found)
    assert {"20: Another body has taken it over.", "A. Other types."} <= set(found)
    assert "10: Formal action not in the public interest (police)." not in found


def test_on_a_narrow_screen_the_marks_stand_beside_the_rows_too_and_every_name_below() -> None:
    found = texts(a_wide_matrix(replace(SHEET, narrow=True)))

    assert found.count("10") == found.count("15") == 2
    assert "10: Formal action not in the public interest" in " ".join(found)
    sizes = {float(each.get("font-size", 14)) for each in parsed(a_wide_matrix(SHEET)).iter(f"{SVG}text")}
    assert min(sizes) >= 10


def test_short_names_stand_above_the_columns_on_a_narrow_screen_too() -> None:
    found = texts(a_wide_matrix(replace(SHEET, narrow=True), ("I", "P", "R", "S")))

    assert found.count("I") == found.count("P") == 2
    assert found.count("R") == found.count("S") == 1


def test_names_without_a_code_are_numbered_where_they_do_not_fit() -> None:
    names = tuple(name.partition(": ")[2] or name for name in OUTCOMES)

    found = texts(a_wide_matrix(SHEET, names))

    assert {"1", "2", "3", "6", "7"} <= set(found)
    assert "3. Named suspect; victim does not support action." in found
    assert "1. Formal action not in the public interest" in " ".join(found)


def test_every_hour_of_the_week_has_its_number_in_it() -> None:
    table, svg = a_heat_map(SHEET)

    assert len(table.rows) == 168
    assert words(svg).count("99 ") >= 1
    assert "Most: Saturday 23:00–23:59 (99)" in described(svg)
    assert table.rows[0][:3] == ("Monday", "00:00–00:59", 1.0)


def test_no_count_stands_in_two_shades_of_the_week() -> None:
    # 99 is the most, so the shades end at 20, 40, 60, 80 and 99.
    said = " ".join(words(a_heat_map(SHEET)[1]).split())

    assert "0–20 21–40 41–60 61–80 81–99" in said


def test_a_week_of_few_counts_has_a_shade_for_each() -> None:
    hours = [heat_map.HourOfWeek(0, 0, 2.0), heat_map.HourOfWeek(0, 1, 1.0)]
    headings = {"day": "Day", "hour": "Hour", "value": "Incidents"}
    table = heat_map.heat_map_table(hours, kind="count", unit="", headings=headings, title="Few", **STANDING)

    said = words(heat_map.draw(table, replace(SHEET, unit="", decimals=0)))

    assert re.findall(r"\d+–\d+", said) == ["0–1"]


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


def test_the_limits_of_a_small_panel_are_one_line_whose_dashes_do_not_begin_anew() -> None:
    dashed = [each for each in parsed(many(SHEET)[1]).iter(f"{SVG}path") if each.get("stroke-dasharray")]

    # An upper and a lower limit in each of two areas.
    assert len(dashed) == 4
    assert all(each.get("d", "").count("M") == 1 for each in dashed)


def test_areas_of_other_periods_are_not_drawn_on_one_axis() -> None:
    table, _ = many(SHEET)

    with pytest.raises(UsageFault, match="every area needs the same periods"):
        small_multiples.draw(table.with_rows(table.rows[1:]), SHEET)


def test_without_a_number_nothing_is_drawn() -> None:
    table, _ = a_heat_map(SHEET)
    empty = table.with_rows(tuple((*row[:2], None, *row[3:]) for row in table.rows))

    with pytest.raises(NotEnoughData, match="no number to draw"):
        heat_map.draw(empty, SHEET)


def test_each_area_of_a_funnel_tells_its_name_and_value_to_whoever_reaches_it() -> None:
    _, svg = a_funnel(SHEET)
    points = [each for each in parsed(svg).iter(f"{SVG}g") if each.get("class") == "nvap-point"]

    assert {each.get("aria-label") for each in points} == {"North: 60.0%", "South: 20.0%", "West: 30.0%"}
    assert all(each.get("tabindex") == "0" for each in points)


def test_in_a_file_of_its_own_a_funnels_areas_have_tooltips_and_nothing_takes_the_focus() -> None:
    _, svg = a_funnel(replace(SHEET, standalone=True))

    assert "<title>North: 60.0%</title>" in svg
    assert "tabindex" not in svg


def test_among_many_areas_the_keyboard_reaches_only_those_outside_the_limits() -> None:
    units = [funnel.Unit(f"Area {at}", 30, 100 + at, 30.0) for at in range(40)]
    units.append(funnel.Unit("Far", 90, 120, 75.0, "99.8", high=True))
    headings = {"name": "Area", "numerator": "Flagged", "denominator": "Incidents", "value": "Share"}
    table = funnel.funnel_table(units, kind="share", unit="%", headings=headings, title="Many areas", **STANDING)
    bounds = (funnel.Bound(90, 20, 40, 10, 50), funnel.Bound(150, 25, 35, 20, 40))

    svg = funnel.draw(table, funnel.Shape(30.0, bounds), SHEET)

    assert svg.count('nvap-point"') == 41
    assert [each.get("aria-label") for each in parsed(svg).iter(f"{SVG}g") if each.get("tabindex")] == ["Far: 75.0%"]


def test_ratios_say_interval_bounds_and_reference_in_words_and_by_shape() -> None:
    _, svg = some_ratios(replace(SHEET, unit="", decimals=2))
    drawn, said = words(svg), described(svg)

    assert "2.50 (1.70 to 3.60); 1.20 to" in drawn
    assert "Black: 2.50 (1.70 to 3.60); 1.20 to 4.40 whatever is not known." in said
    assert "White: the reference group." in said
    assert "Other: 0.00 (0.00 to ∞)." in said
    assert "1: the same as White" in drawn
    # A ring for the group held against, in the row and in the key; dashed lines for the bounds of two groups.
    assert sum(each.get("class") == "hollow" for each in parsed(svg).iter(f"{SVG}circle")) == 2
    assert sum(each.get("stroke-dasharray") == "2 4" for each in parsed(svg).iter(f"{SVG}line")) == 3


def test_half_and_double_lie_equally_far_from_one() -> None:
    estimates = [
        ratios.Estimate("None of either", 1, 1, None, is_reference=True),
        ratios.Estimate("Half", 1, 2, 0.5),
        ratios.Estimate("Double", 2, 1, 2.0),
    ]
    headings = {"name": "Group", "counted": "Counted", "of": "Of", "value": "Ratio"}
    table = ratios.ratios_table(estimates, headings=headings, title="Halves and doubles", **STANDING)

    svg = parsed(ratios.draw(table, SHEET))

    one = next(float(each.get("cx", "")) for each in svg.iter(f"{SVG}circle"))
    squares = [float(each.get("x", "")) + 5.5 for each in svg.iter(f"{SVG}rect") if each.get("width") == "11"]
    assert one - squares[0] == pytest.approx(squares[1] - one, abs=0.02)


def test_a_table_without_any_ratio_is_not_drawn() -> None:
    headings = {"name": "Group", "counted": "Counted", "of": "Of", "value": "Ratio"}
    only = [ratios.Estimate("White", 3, 9, None, is_reference=True)]
    table = ratios.ratios_table(only, headings=headings, title="One group", **STANDING)

    with pytest.raises(NotEnoughData, match="One group: there is no number to draw yet"):
        ratios.draw(table, SHEET)


def test_bounds_and_notes_that_no_group_has_stand_in_no_column() -> None:
    headings = {"name": "Group", "counted": "Counted", "of": "Of", "value": "Ratio"}
    table = ratios.ratios_table(
        [ratios.Estimate("A", 1, 2, 0.5, 0.1, 2.5)], headings=headings, title="No bounds", **STANDING
    )

    kept = beside(ratios.without_empty(table), SHEET).headings

    assert kept == ("Group", "Counted", "Of", "Ratio", "95% interval")
