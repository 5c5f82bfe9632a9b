"""The control chart's drawing and sentence: what is shown, what is held back, and how it is read out."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any

import pytest

from nvap.charts.control_chart import describe, draw
from nvap.charts.options import Benchmark, ChartOptions, Event
from nvap.charts.scale import MONTHS, period_name, period_ticks, value_scale, with_unit, written
from nvap.charts.series import Reading, control_chart_table, every_period, first_places, values_for_limits
from nvap.charts.text import width, wrap
from nvap.charts.words import chart_sentence
from nvap.disclosure.sharing import share
from nvap.disclosure.table import Table
from nvap.errors import NotEnoughData, UsageFault
from nvap.statistics.control_chart import xmr

SVG = "{http://www.w3.org/2000/svg}"
STEADY = [12, 14] * 10
# So wide apart that one odd month does not pull the average off the others.
WIDE = [95, 105] * 10


def chart(
    values: Sequence[float | None], *, parts: Sequence[int] = (), breaks: Sequence[date] = (), **changed: Any
) -> tuple[Table, ChartOptions]:
    """A table and options for months from January 2014."""
    readings = every_period(
        [
            Reading(date(2014 + n // 12, n % 12 + 1, 1), value, numerator=100, denominator=1000, part=n in parts)
            for n, value in enumerate(values)
            if value is not None
        ],
        "month",
    )
    options = ChartOptions(**({"id": "D02", "unit": "per 1,000 people"} | changed))
    judged = xmr(
        values_for_limits(readings),
        improvement=options.improvement,
        target=options.target,
        rebase=first_places(readings, breaks),
    )
    table = control_chart_table(
        readings,
        judged,
        grain="month",
        headings={"numerator": "Incidents", "value": "Incidents per 1,000 people"},
        title="Mental health related incidents",
        sentence="",
        counting_rule="flagged at closure",
        as_at=date(2026, 11, 1),
        pack="nvap-2.1.2-mental-health 1.0.0",
    )
    return table, options


def root_of(table: Table, options: ChartOptions, **how: Any) -> ET.Element:
    return ET.fromstring(draw(table, options, **how))  # noqa: S314 - our own drawing


def words_of(root: ET.Element) -> str:
    return " ".join("".join(text.itertext()).strip() for text in root.iter(f"{SVG}text"))


def dashed(root: ET.Element, dashes: str) -> list[ET.Element]:
    return [line for line in root.iter(f"{SVG}line") if line.get("stroke-dasharray") == dashes]


def test_a_steady_series_shows_average_limits_and_latest_by_name() -> None:
    root = root_of(*chart(STEADY))

    words = words_of(root)
    # Mean 13, every range 2: limits 13 ± 5.32.
    assert "Average 13.0" in words
    assert "Upper limit 18.3" in words
    assert "Lower limit 7.7" in words
    assert "August 2015: 14" in words
    assert len(dashed(root, "7 5")) == 2


def test_it_is_an_image_with_a_name_and_a_description() -> None:
    table, options = chart(STEADY)

    root = root_of(table, options)

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "D02-title D02-desc"
    assert root.findtext(f"{SVG}title") == "Mental health related incidents"
    assert "August 2015: 14 per 1,000 people, within the usual variation." in (root.findtext(f"{SVG}desc") or "")
    assert "Not for release" in (root.findtext(f"{SVG}desc") or "")


def test_no_limits_and_no_signals_under_thirteen_months() -> None:
    table, options = chart([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])

    root = root_of(table, options)

    assert dashed(root, "7 5") == []
    assert list(root.iter(f"{SVG}polygon")) == []
    assert "No limits are drawn where there are fewer than 13 months." in words_of(root)
    assert chart_sentence(table, options) == (
        "December 2014: 12 per 1,000 people. Limits that say what is usual need 13 months under the same conditions; "
        "there are 12."
    )


def test_a_number_that_never_moves_has_no_limits() -> None:
    table, options = chart([7] * 15)

    assert dashed(root_of(table, options), "7 5") == []
    assert chart_sentence(table, options).startswith(
        "March 2015: 7 per 1,000 people. The number has not moved, so there are no limits."
    )


def test_a_part_month_is_a_ring_outside_limits_and_judgement() -> None:
    table, options = chart([*STEADY, 2], parts=[20])

    root = root_of(table, options)

    rings = [c for c in root.iter(f"{SVG}circle") if c.get("class") == "hollow"]
    assert len(rings) == 2  # in the chart and in the key
    assert "Part month, not judged" in words_of(root)
    assert "Average 13.0" in words_of(root)
    assert "August 2015: 14 per 1,000 people" in chart_sentence(table, options)
    assert "September 2015 is a part month, shown but not judged." in chart_sentence(table, options)


def test_a_part_month_beyond_the_axis_is_said() -> None:
    table, options = chart([*[112.0, 114.0] * 8, 2], parts=[16])

    root = root_of(table, options)

    assert "May 2015 (2.0) lies beyond the axis." in words_of(root) or "May 2015 (2) lies beyond the axis." in words_of(
        root
    )
    assert "The axis does not begin at nought." in words_of(root)


def test_a_part_period_stretches_the_axis_where_no_limits_are_drawn() -> None:
    table, options = chart([112.0, 114.0, 113.0, 2], parts=[3])

    root = root_of(table, options)

    assert "beyond the axis" not in words_of(root)
    assert "The axis does not begin at nought." not in words_of(root)


def test_a_missing_month_is_shaded_and_the_line_is_broken() -> None:
    values: list[float | None] = [*STEADY[:5], None, None, *STEADY[:10]]
    table, options = chart(values)

    root = root_of(table, options)

    shaded = [r for r in root.iter(f"{SVG}rect") if r.get("class") == "shade"]
    assert len(shaded) == 2  # one stretch of two months, and its key
    assert len(list(root.iter(f"{SVG}polyline"))) == 2
    assert "There is no number for 2 months." in chart_sentence(table, options)


def test_signals_differ_by_shape_and_are_named_in_words() -> None:
    high = chart([*WIDE, 150])
    worse = chart([*WIDE, 150], improvement="decrease")
    better = chart([*WIDE, 150], improvement="increase")

    assert "Unusually high" in words_of(root_of(*high))
    assert "Unusual, in the worse direction" in words_of(root_of(*worse))
    assert "Unusual, in the better direction" in words_of(root_of(*better))
    corners = {
        name: [len((p.get("points") or "").split()) for p in root_of(*made).iter(f"{SVG}polygon")]
        for name, made in (("high", high), ("worse", worse), ("better", better))
    }
    assert corners == {"high": [3, 3], "worse": [4, 4], "better": []}
    squares = [r for r in root_of(*better).iter(f"{SVG}rect") if r.get("class") == "mark"]
    assert len(squares) == 2


def test_the_sentence_says_how_unusual_and_in_which_direction() -> None:
    assert chart_sentence(*chart([*WIDE, 150])).startswith(
        "September 2015: 150 per 1,000 people, unusually high: above the upper limit. 1 of the 21 months judged stood"
    )
    assert "unusual, in the worse direction: above the upper limit" in chart_sentence(
        *chart([*WIDE, 150], improvement="decrease")
    )
    assert "None of the 20 months judged stood out." in chart_sentence(*chart(STEADY))


def test_the_description_names_each_unusual_month() -> None:
    table, options = chart([*WIDE[:8], 150, *WIDE[:8]])

    assert "Unusual: September 2014 (above the upper limit)." in describe(table, options)


def test_months_with_the_same_signal_are_named_together() -> None:
    table, options = chart([5, 15] * 6 + [20] * 8 + [1, 19] * 6)

    assert "December 2014 to August 2015 (one of seven or more in a row above the average)" in describe(table, options)


def test_changes_on_the_calendar_are_numbered_and_named() -> None:
    events = (
        Event(date(2014, 6, 17), "New command and control system", breaks=True),
        Event(date(2014, 6, 20), "Right Care Right Person begins"),
        Event(date(2013, 6, 1), "Before the chart"),
    )
    table, options = chart(STEADY, events=events)

    root = root_of(table, options)

    words = words_of(root)
    assert "17 June 2014: New command and control system. Numbers before and after do not compare." in words
    assert "20 June 2014: Right Care Right Person begins. Numbers" not in words
    assert "Before the chart" not in words
    assert len([p for p in root.iter(f"{SVG}path") if p.get("stroke-dasharray") == "2 4"]) == 2
    assert "20 June 2014: Right Care Right Person begins" in describe(table, options)


def test_a_break_starts_lines_and_average_afresh() -> None:
    table, options = chart([12, 14] * 7 + [32, 34] * 7, breaks=[date(2015, 3, 1)])

    root = root_of(table, options)

    assert len(dashed(root, "7 5")) == 4
    assert len(list(root.iter(f"{SVG}polyline"))) == 2
    assert "Average 33.0" in words_of(root)


def test_a_benchmark_gets_a_line_only_when_like_with_like() -> None:
    like = chart(STEADY, benchmark=Benchmark("England, monthly:", 15, like_with_like=True))
    unlike = chart(STEADY, benchmark=Benchmark("34,685 a year in England; a year is not a month", 34685))

    assert len(dashed(root_of(*like), "1 5")) == 1
    assert "England, monthly: 15.0" in words_of(root_of(*like))
    assert dashed(root_of(*unlike), "1 5") == []
    assert "34,685 a year in England" in words_of(root_of(*unlike))
    with pytest.raises(UsageFault, match="like with like needs a value"):
        Benchmark("England", like_with_like=True)


def test_a_target_and_the_direction_are_named() -> None:
    root = root_of(*chart(STEADY, improvement="decrease", target=10.0))

    assert "lower is better" in words_of(root)
    assert "Target 10.0" in words_of(root)


def test_a_share_never_has_an_axis_past_all() -> None:
    table, options = chart([96, 99] * 8, unit="%")

    root = root_of(table, options)

    assert "The upper limit is above 100% and not drawn." in words_of(root)
    assert "110" not in words_of(root)


def test_a_count_never_has_an_axis_below_none() -> None:
    root = root_of(*chart([0, 4] * 8, unit=""))

    assert "The lower limit is below nought and not drawn." in words_of(root)
    assert "−" not in words_of(root)


def test_hidden_numbers_are_shown_as_too_small_and_nothing_rests_on_them() -> None:
    table, options = chart(STEADY)
    few = table.with_rows(tuple((*row[:2], 3 if at == 4 else row[2], *row[3:]) for at, row in enumerate(table.rows)))

    shared = share(few, sentence="One month is too small to show.")
    root = root_of(shared, options)

    assert "Too small to show" in words_of(root)
    assert "Average" not in words_of(root)
    assert "Not for release" not in words_of(root)
    assert root.findtext(f"{SVG}desc") == "One month is too small to show."


def test_the_standing_is_printed_on_every_chart() -> None:
    words = words_of(root_of(*chart(STEADY)))

    assert "Counting rule: flagged at closure. As at 1 November 2026." in words
    assert "Not for release" in words


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("months", [1, 2, 13, 40, 90, 240])
def test_labels_never_touch_and_stay_on_the_paper(narrow: bool, months: int) -> None:
    table, options = chart(
        [float(12 + (n * 7) % 5) for n in range(months)],
        improvement="decrease",
        target=13.0,
        benchmark=Benchmark("England and Wales average, all forces, 2023/24:", 13.2, like_with_like=True),
        events=(Event(date(2014, 1, 2), "One"), Event(date(2014, 1, 3), "Two " * 30), Event(date(2014, 1, 4), "Three")),
    )

    root = root_of(table, options, narrow=narrow)

    _, _, across, down = (float(n) for n in root.get("viewBox", "").split())
    assert across == (320 if narrow else 760)
    boxes = [_box(text) for text in root.iter(f"{SVG}text")]
    for left, top, right, bottom, words in boxes:
        assert left >= 0, words
        assert right <= across, words
        assert top >= 0, words
        assert bottom <= down, words
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one[4], other[4])


def _box(text: ET.Element) -> tuple[float, float, float, float, str]:
    words = (text.text or "").strip()
    size = float(text.get("font-size", 14))
    long = width(words, size, bold=text.get("font-weight") == "bold") / 1.02
    shift = {"end": long, "middle": long / 2}.get(text.get("text-anchor") or "", 0.0)
    x, y = float(text.get("x", 0)) - shift, float(text.get("y", 0))
    return x, y - size * 0.74, x + long, y + size * 0.22, words


def test_a_chart_in_a_page_has_no_styles_and_its_own_ids() -> None:
    table, options = chart(STEADY)

    wide, narrow = draw(table, options), draw(table, options, narrow=True)

    assert "<style" not in wide
    assert " style=" not in wide
    assert set(re.findall(r' id="([^"]+)"', wide)).isdisjoint(re.findall(r' id="([^"]+)"', narrow))


def test_a_file_of_its_own_carries_its_title_paper_and_style() -> None:
    root = root_of(*chart(STEADY), standalone=True)

    assert "Mental health related incidents" in words_of(root)
    assert root.find(f"{SVG}style") is not None
    assert root.get("width") == "760"


def test_every_word_passes_through_the_translation() -> None:
    table, options = chart([*STEADY, 40, 3], parts=[21], language="cy")

    said = chart_sentence(table, options, translate=lambda english: f"«{english}»")
    root = root_of(table, options, translate=lambda english: f"«{english}»")

    assert said.startswith("«")
    assert "«Average»" in words_of(root)
    assert root.get("lang") == "cy"
    assert "Ion" in words_of(root)


def test_a_table_without_numbers_is_not_enough_data() -> None:
    table, options = chart(STEADY)
    empty = table.with_rows(tuple((*row[:3], None, *row[4:]) for row in table.rows))

    with pytest.raises(NotEnoughData, match="no number to draw yet"):
        draw(empty, options)


def test_a_table_made_for_something_else_is_refused() -> None:
    table, options = chart(STEADY)
    other = Table(table.columns[:2], (), "Other", "", "", None, "")

    with pytest.raises(UsageFault, match="has no column value, mean"):
        draw(other, options)


def test_options_are_checked() -> None:
    with pytest.raises(UsageFault, match="grain: found 'week'"):
        ChartOptions("D02", grain="week")  # type: ignore[arg-type]
    with pytest.raises(UsageFault, match="found id '2 D'"):
        ChartOptions("2 D")


def test_months_without_a_reading_are_filled_with_their_reason() -> None:
    filled = every_period([Reading(date(2014, 11, 1), 1.0), Reading(date(2015, 2, 1), 2.0)], "month")

    assert [(reading.start, reading.value, reading.reason) for reading in filled] == [
        (date(2014, 11, 1), 1.0, ""),
        (date(2014, 12, 1), None, "No data held"),
        (date(2015, 1, 1), None, "No data held"),
        (date(2015, 2, 1), 2.0, ""),
    ]
    with pytest.raises(UsageFault, match="stands twice"):
        every_period([Reading(date(2014, 11, 1), 1.0)] * 2, "month")
    with pytest.raises(UsageFault, match="not the start of a quarter"):
        every_period([Reading(date(2014, 1, 1), 1.0), Reading(date(2014, 5, 1), 1.0)], "quarter")
    assert every_period([], "month") == []


def test_a_new_stretch_begins_with_the_first_month_on_or_after_the_break() -> None:
    readings = [Reading(date(2014, month, 1), 1.0) for month in range(1, 7)]

    assert first_places(readings, [date(2014, 3, 15), date(2013, 1, 1), date(2015, 1, 1)]) == (3,)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.53, 0.68], (0.5, 0.55, 0.6, 0.65, 0.7)),
        ([3, 47], (0, 10, 20, 30, 40, 50)),
        ([0, 0], (-1, -0.5, 0, 0.5, 1)),
        ([-3, 4], (-4, -2, 0, 2, 4)),
    ],
)
def test_ticks_are_round_and_hold_all_values(values: list[float], ticks: tuple[float, ...]) -> None:
    assert value_scale(values, 0, 100).ticks == ticks


def test_numbers_and_periods_are_written_as_people_read_them() -> None:
    assert written(-1234.5, 1) == "−1,234.5"
    assert with_unit(12.5, 1, "%") == "12.5%"
    assert with_unit(0.6147, 2, "per 1,000 people") == "0.61 per 1,000 people"
    assert period_name(date(2015, 10, 1), "quarter") == "October to December 2015"
    assert period_name(date(2015, 11, 1), "quarter") == "November to January 2016"
    assert period_name(date(2015, 4, 1), "year") == "2015/16"
    assert period_name(date(2015, 1, 1), "year", "cy") == "2015"
    assert len(MONTHS["cy"]) == 12


def test_a_crowded_axis_names_januaries_only() -> None:
    starts = [date(2014 + n // 12, n % 12 + 1, 1) for n in range(60)]

    named = period_ticks(starts, "month", 5.0, 14)

    assert [label for _, label, _ in named] == ["Jan"] * 5
    assert [year for _, _, year in named] == ["2014", "2015", "2016", "2017", "2018"]
    assert period_ticks([], "month", 5.0, 14) == []


def test_long_words_break_and_short_ones_stay_whole() -> None:
    assert wrap("one two three", width("one two", 14) + 0.1, 14) == ["one two", "three"]
    assert "".join(wrap("Llanfairpwllgwyngyll", 40, 14)) == "Llanfairpwllgwyngyll"
    assert wrap("", 40, 14) == []
    assert width("ŵŷ", 14) == width("wy", 14)
    assert width("W", 14, bold=True) >= width("W", 14)
