"""Values and limits of shares, mixes, means and hours, against published figures and by hand."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import pytest

from .world import answer, incident


def detention(at: int, **columns: Any) -> dict[str, Any]:
    return {"s136_ref": f"S{at}", "detained": datetime.datetime(2024, 1, 5), **columns}  # noqa: DTZ001


def test_a_share_has_wilson_limits() -> None:
    # Newcombe's worked example: 81 of 263 is 0.2553 to 0.3662.
    incidents = [incident(at, "2024-01-05", flagged=at < 81) for at in range(263)]

    share = answer("D01", tables={"incidents": incidents})[1]

    assert share["method"] == "Wilson"
    assert share["value"] == pytest.approx(81 / 263)
    assert (share["lower"], share["upper"]) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))


def test_the_national_mix_of_places_adds_up_with_its_unknown_row() -> None:
    # Home Office 2024/25: 31,779 detentions, of which 2,194 (6.9%) with a place that is not known.
    places = {"a_and_e": 15_171, "hbpos": 14_000, "police_station": 354, "other": 60, "not_known": 2_194}
    codes = itertools.chain.from_iterable([code] * count for code, count in places.items())
    rows = [detention(at, first_place_of_safety=code) for at, code in enumerate(codes)]

    found = {row["category"]: row for row in answer("P13", tables={"s136": rows}) if row["part"] == "place"}

    assert sum(row["numerator"] for row in found.values()) == 31_779
    assert found["not known"]["value"] == pytest.approx(0.069, abs=5e-4)
    assert found["police_station"]["denominator"] == 29_585
    assert found["police_station"]["unknown"] == 2_194
    assert found["a_and_e"]["value"] == pytest.approx(0.5128, abs=5e-5)
    assert sum(row["value"] for name, row in found.items() if name != "not known") == pytest.approx(1.0)


def test_a_place_that_nobody_wrote_down_is_unknown_like_the_code_for_it() -> None:
    rows = [detention(1, first_place_of_safety=None), detention(2, first_place_of_safety="not_known")]

    found = answer("P13", tables={"s136": rows})

    assert [row["numerator"] for row in found if row["part"] == "place" and row["category"] == "not known"] == [2]


def hours_world(count: int, hours: float, *, flagged: bool = True, start: int = 0) -> dict[str, list[dict[str, Any]]]:
    """Incidents of one officer each, of 1 x, 2 x, 3 x, 1 x … the hours."""
    began = datetime.datetime(2024, 1, 5, 8)  # noqa: DTZ001
    incidents, deployments = [], []
    for at in range(start, start + count):
        end = began + datetime.timedelta(hours=hours * (at % 3 + 1))
        incidents.append(incident(at, "2024-01-05T08:00", flagged=flagged, first_arrival=began, closed=end))
        deployments.append(
            {"deployment_ref": f"D{at}", "incident_ref": f"I{at}", "officers": 1, "assigned": began, "arrived": began,
             "cleared": end}
        )  # fmt: skip
    return {"incidents": incidents, "deployments": deployments}


def by_part(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["part"]: row for row in rows}


def test_a_mean_of_hours_has_students_limits() -> None:
    # 150 values, 50 each of 1, 2 and 3: mean 2, variance 100/149, t(149) = 1.97601.
    found = by_part(answer("D12", tables=hours_world(150, 1.0)))["t2_hours_per_incident"]

    assert (found["value"], found["numerator"], found["denominator"], found["method"]) == (2.0, 300.0, 150.0, "t")
    assert found["upper"] - found["value"] == pytest.approx(1.976013 * (100 / 149 / 150) ** 0.5, rel=1e-6)


def test_limits_of_few_long_jobs_are_not_shown() -> None:
    found = by_part(answer("D12", tables=hours_world(30, 1.0)))["t2_hours_per_incident"]

    assert (found["value"], found["lower"], found["status"]) == (2.0, None, "ok")
    assert found["reason"] == "Fewer than 150: limits would look too sure."


def test_a_share_of_hours_has_limits_from_its_sums() -> None:
    flagged, others = hours_world(150, 1.0), hours_world(150, 2.0, flagged=False, start=150)
    tables = {name: flagged[name] + others[name] for name in flagged}

    found = by_part(answer("D12", tables=tables))["t2_share"]

    # r = 300 / 900. Residuals: x·2/3 for the flagged, -x/3 for the others; x is 1, 2, 3 and 2, 4, 6 fifty times each.
    squares = (4 / 9) * 50 * (1 + 4 + 9) + (1 / 9) * 50 * (4 + 16 + 36)
    reach = 1.959964 * (squares * 300 / 299) ** 0.5 / 900
    assert found["value"] == pytest.approx(1 / 3)
    assert (found["lower"], found["upper"]) == (
        pytest.approx(1 / 3 - reach, rel=1e-6),
        pytest.approx(1 / 3 + reach, rel=1e-6),
    )


def test_the_three_ways_of_measuring_time_stand_side_by_side() -> None:
    parts = [row["part"] for row in answer("D12", tables=hours_world(3, 1.0))]

    what_is_said = ("hours", "least", "most", "hours_per_incident", "share")
    assert parts == [f"{way}_{what}" for way in ("t1", "t2", "t3") for what in what_is_said]


def test_a_share_of_hours_is_refused_where_only_some_incidents_are_held_and_the_hours_stand() -> None:
    found = by_part(answer("D12", tables=hours_world(30, 1.0), changes={"incidents": {"only": "mhri"}}))

    assert found["t2_share"]["status"] == "refused"
    assert found["t2_hours"]["value"] == 60.0


def test_hours_outside_the_days_that_deployments_cover_are_absent_and_not_zero() -> None:
    day = datetime.date
    tables = hours_world(3, 1.0)

    rows = answer(
        "D12",
        tables=tables,
        days=(day(2024, 1, 1), day(2024, 2, 29)),
        changes={"deployments": {"ranges": ((day(2024, 1, 1), day(2024, 1, 31)),)}},
    )

    assert {str(row["period_start"]) for row in rows if row["part"] == "t2_hours"} == {"2024-01-01"}
