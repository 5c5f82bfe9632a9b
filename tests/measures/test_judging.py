"""Which chart a measure's numbers get, and what its lines say."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pytest
from tests.measures.world import measure

from nvap.measures.judging import Counted, Event, between, counted, judge
from nvap.statistics.control_chart import p, p_prime
from nvap.statistics.control_chart.choice import Kind

MONTHS = 20


def series(kind: Kind, numerator: list[float], denominator: list[float], multiply: float = 100.0) -> Counted:
    """A series whose values follow from its counts."""
    top, under = np.array(numerator, dtype=float), np.array(denominator, dtype=float)
    value = top if kind == "count" else top / under * multiply
    return Counted(kind, top, under, value, multiply)


def test_an_analyst_sees_limits_that_follow_how_many_a_share_is_of() -> None:
    given = series("proportion", [30.0, 34.0] * 10, [100.0, 400.0] * 10)

    found = judge(given, improvement="increase")

    assert found.choice.chart == "p"
    expected = p(given.numerator, given.denominator, multiply=100).points
    assert np.allclose(found.chart.points.upper, expected.upper)
    assert found.chart.points.upper[0] > found.chart.points.upper[1]


def test_big_denominators_get_laneys_chart_which_flags_fewer_months() -> None:
    rng = np.random.default_rng(3)
    denominator = np.full(MONTHS, 50_000.0)
    numerator = np.round(denominator * (0.3 + rng.normal(0, 0.01, MONTHS)))
    given = Counted("proportion", numerator, denominator, numerator / denominator * 100, 100.0)

    found = judge(given)

    assert found.choice.chart == "p_prime"
    assert np.allclose(found.chart.points.upper, p_prime(numerator, denominator, multiply=100).points.upper)
    beyond = (found.chart.points.signal == "Above UCL").sum() + (found.chart.points.signal == "Below LCL").sum()
    assert beyond < p(numerator, denominator).points.outside.sum()


def test_counts_get_a_c_chart_and_a_month_far_above_is_a_concern_where_fewer_is_better() -> None:
    given = series("count", [20.0, 22.0] * 9 + [21.0, 60.0], [math.nan] * MONTHS)

    found = judge(given, improvement="decrease")

    assert found.choice.chart == "c"
    assert found.chart.points[-1].signal == "Above UCL"
    assert found.chart.variation == "special_cause_concern"


def test_twelve_months_are_a_plain_line_whose_limits_are_hidden() -> None:
    found = judge(series("count", [20.0, 22.0] * 6, [math.nan] * 12))

    assert found.choice.chart == "line"
    assert found.chart.short
    assert "12 values" in found.choice.why


def test_a_break_in_the_calendar_gives_each_side_lines_of_its_own() -> None:
    given = series("count", [20.0, 22.0] * 8 + [50.0, 54.0] * 8, [math.nan] * 32)

    found = judge(given, rebase=(16,))

    assert found.chart.points.mean[0] == pytest.approx(21)
    assert found.chart.points.mean[-1] == pytest.approx(52)
    assert not (found.chart.points.signal == "7 Points Above CL").any()


def test_rare_events_have_no_limits_by_month_and_are_judged_by_the_days_between_them() -> None:
    monthly = series("rate", [0, 0, 1, 0, 1, 0, 0, 1, 0, 2] * 4, [90_000.0] * 40, multiply=1000.0)

    found = judge(monthly, improvement="decrease")

    assert found.choice.chart == "t"
    assert found.needs_events
    assert np.isnan(found.chart.points.upper).all()
    assert "Common Cause" in set(found.chart.points.signal)


def test_on_a_t_chart_longer_waits_between_events_are_better_where_fewer_events_are_better() -> None:
    days = [20.0, 35.0, 28.0, 31.0, 22.0, 30.0, 27.0, 33.0, 25.0, 29.0, 31.0, 26.0, 30.0, 28.0, 900.0]
    start = datetime.date(2020, 1, 1)
    events = [Event(start + datetime.timedelta(days=30 * at), each) for at, each in enumerate(days)]
    choice = judge(series("rate", [0, 0, 1, 0, 1, 0, 0, 1, 0, 2] * 4, [90_000.0] * 40)).choice

    found = between(events, choice, improvement="decrease")

    assert found.chart.points[-1].signal == "Above UCL"
    assert found.chart.variation == "special_cause_improvement"


def test_a_mean_gets_an_xmr_chart_and_a_withheld_month_is_a_gap() -> None:
    part = next(each for each in measure("D12").parts if each.statistic == "mean")
    numbers = [(100.0 + at, 50.0, 2.0 + at % 3) for at in range(MONTHS)]
    numbers[4] = (3.0, 5.0, None)

    found = judge(counted(part, numbers))

    assert found.choice.chart == "xmr"
    assert math.isnan(found.chart.points.value[4])


def test_a_category_that_stands_beside_its_mix_is_charted_as_a_count() -> None:
    part = next(each for each in measure("J15").parts if each.mix is not None)

    found = counted(part, [(float(20 + at % 4), None, float(20 + at % 4)) for at in range(MONTHS)])

    assert found.kind == "count"
