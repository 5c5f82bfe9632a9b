"""A measure's rows become the picture that fits their layout, with the engine's judgement and a table beside."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from tests.measures.world import measure

from nvap.charts.beside import beside
from nvap.documents.pictures import Line, events_of, picture_of, week_of
from nvap.errors import NotEnoughData
from nvap.measures.areas import funnel_of
from nvap.measures.week import Week

ORIGIN = {"as_at": "2026-11-01", "pack": "toolkit@1.0", "origins": ["made-up"], "by": "month", "rule": "R1"}


def row(numerator: float, denominator: float | None, **more: Any) -> dict[str, Any]:
    """A result row with a number."""
    value = numerator / denominator if denominator else numerator
    plain = {"category": None, "group": None, "area": None, "period_start": None, "period_end": None, "unknown": 0}
    return {
        **plain,
        "numerator": numerator,
        "denominator": denominator,
        "value": value,
        "status": "ok",
        "reason": None,
    } | more


def month(at: int) -> datetime.date:
    """The first day of a month, counted from January 2025."""
    return datetime.date(2025 + at // 12, at % 12 + 1, 1)


def share_of(rows: list[dict[str, Any]], by: str) -> Line:
    """Rows of D01's share, laid out by something."""
    part = next(each for each in measure("D01").parts if each.statistic == "proportion")
    return Line(measure("D01"), part, rows, {**ORIGIN, "by": by})


def test_rows_by_month_are_a_control_chart_with_the_limits_that_the_engine_chose() -> None:
    line = share_of([row(20 + at % 3, 100 + 50 * (at % 2), period_start=month(at)) for at in range(15)], "month")

    made = picture_of(line)

    assert made.table.column("upper")[0] != made.table.column("upper")[1]
    assert "March 2026" in made.table.sentence
    assert made.draw(line.sheet("chart")).startswith("<svg")


def test_rows_by_area_are_a_funnel_and_the_area_far_above_is_named() -> None:
    rows = [row(60 + at, 200, area=f"Area {at}") for at in range(7)] + [row(190, 200, area="Elsewhere")]

    made = picture_of(share_of(rows, "area"))

    assert made.table.sentence.startswith("1 of 8 areas lies outside the 99.8% limits.")
    assert "Above the 99.8% limits: Elsewhere." in made.describe(share_of(rows, "area").sheet("funnel"))


def test_a_rate_by_area_is_judged_against_the_events_that_as_many_people_would_have() -> None:
    part = measure("D02").parts[0]
    rows = [row(10 * size, 10_000 * size, area=f"Area {size}") for size in range(1, 7)]

    found = funnel_of(part, rows)

    assert found is not None
    assert found.centre == pytest.approx(1.0)
    assert [each.outside for each in found.areas] == [""] * 6
    small, big = found.curve[5], found.curve[-1]
    assert small[2] - small[1] > big[2] - big[1]


def test_four_areas_have_no_funnel_and_it_is_said_what_would_have_one() -> None:
    with pytest.raises(NotEnoughData, match="by month, by area or by month,area"):
        picture_of(share_of([row(50, 200, area=f"Area {at}") for at in range(4)], "area"))


def test_rows_without_an_area_are_no_area_of_the_funnel() -> None:
    rows = [row(60, 200, area=f"Area {at}") for at in range(5)] + [row(9, 10, area="not recorded")]
    part = share_of(rows, "area").part

    found = funnel_of(part, rows)

    assert found is not None
    assert "not recorded" not in [each.name for each in found.areas]


def test_rows_by_month_and_area_are_small_multiples_with_a_gap_where_an_area_has_no_number() -> None:
    rows = [row(20, 100, area=area, period_start=month(at)) for area in ("East", "West") for at in range(14)]
    rows = [each for each in rows if (each["area"], each["period_start"]) != ("West", month(5))]

    made = picture_of(share_of(rows, "month,area"))

    table = beside(made.table, share_of(rows, "month,area").sheet("many"))
    assert len(table.rows) == 28
    assert [each for each in table.rows if each[0] == "West"][5][3] == ""


def test_a_mix_by_month_puts_the_rarest_kinds_together() -> None:
    asked = measure("J15")
    part = next(each for each in asked.parts if each.mix is not None)
    kinds = [each.code for each in part.mix.categories if each.code not in part.mix.apart | part.mix.unknown][:10]
    rows = [
        row(10.0 * (10 - at), 550.0, category=code, period_start=month(when))
        for when in range(2)
        for at, code in enumerate(kinds)
    ]
    line = Line(asked, part, rows, ORIGIN)

    made = picture_of(line)

    assert len(set(made.table.column("kind"))) == 8
    assert "All other kinds" in made.table.column("kind")
    first = [each for each in made.table.records() if each["start"] == month(0)]
    assert sum(each["share"] for each in first) == pytest.approx(100)


def test_where_a_run_was_split_the_picture_marks_it() -> None:
    said = {
        "measure": "D01", "part": "share", "category": None, "group": None, "chart": "p", "reason": "shares", "why": "",
        "breaks": [["2025-06-01", "New system"]], "rebased": [["2025-09-01", "Triage began"]], "events": [],
    }  # fmt: skip

    found = events_of({"charts": [said]}, "D01", "share")

    assert [(each.on.month, each.breaks, each.anew) for each in found] == [(6, True, False), (9, False, True)]


def test_the_title_names_the_group_and_the_kind_that_are_drawn() -> None:
    asked = measure("J15")
    part = next(each for each in asked.parts if each.mix is not None)
    kind = part.mix.categories[0]
    rows = [
        row(3 + at % 2, 60.0, category=kind.code, group="with a factor", period_start=month(at)) for at in range(14)
    ]

    made = picture_of(Line(asked, part, rows, ORIGIN), one_kind=True)

    assert made.table.title == f"{part.title}, {kind.label}, with a factor"


def test_no_area_outside_the_limits_is_said_in_words() -> None:
    rows = [row(60 + at, 200, area=f"Area {at}") for at in range(8)]

    assert picture_of(share_of(rows, "area")).table.sentence.startswith("None of 8 areas lies outside")


def test_hours_of_the_week_are_titled_as_counts_whatever_the_number_is() -> None:
    rate = measure("D02").parts[0]
    line = Line(measure("D02"), rate, (), {**ORIGIN, "by": ""})

    table = week_of(line, Week({(0, 9): 3}, datetime.date(2026, 11, 1), frozenset())).table

    assert table.title.endswith(": what is counted, by hour of the week")
    assert "one hour of one weekday" in table.sentence
