"""What a measure learns from other rows: a linked table, any of many rows, other tables, and quantiles."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from tests.measures.test_reading_a_measure import GOOD, read_text
from tests.measures.world import answer, incident

from nvap.packs.measure import Measure

PARTS = GOOD[GOOD.index("  - id: count") : GOOD.index("direction: contextual")]


def made(folder: Path, parts: str) -> Measure:
    """The test's measure with other parts; each part is expected to be there."""
    ids = [line.split(":")[1].strip(" ,") for line in parts.splitlines() if line.startswith("  - id:")]
    expected = "".join(f"    - {{part: {each}}}\n" for each in ids)
    text = GOOD.replace(PARTS, parts).replace("    - {part: count, numerator: 1}\n", expected)
    measure, faults = read_text(folder, text)
    assert measure is not None, faults
    return measure


def crime(ref: int, log: str | None) -> dict[str, Any]:
    return {"crime_ref": f"C{ref}", "recorded": datetime.datetime.fromisoformat("2024-01-09"), "incident_ref": log}


def test_a_crime_asks_the_incident_it_came_from_under_the_rule_asked_for(tmp_path: Path) -> None:
    measure = made(
        tmp_path,
        "  - id: from_mh\n    title: From such an incident\n    statistic: count\n    table: crimes\n"
        "    numerator: {where: incidents.counted and incidents.mhri}\n",
    )
    logs = [incident(1, "2024-01-03", flagged=True), incident(2, "2024-01-04"), incident(3, "2024-01-05", flagged=None)]
    crimes = [crime(1, "I1"), crime(2, "I2"), crime(3, "I3"), crime(4, None)]

    (row,) = answer(measure, tables={"incidents": logs, "crimes": crimes})

    assert (row["numerator"], row["unknown"]) == (1, 2)


def test_any_of_many_rows_is_no_where_there_is_none_and_missing_where_none_can_tell(tmp_path: Path) -> None:
    measure = made(
        tmp_path,
        "  - id: checked\n    title: Checked\n    statistic: proportion\n"
        "    numerator: {where: repeat_checked}\n    denominator: {where: counted}\n",
    )
    when = datetime.datetime.fromisoformat("2024-01-03 01:00")
    checks = [("I1", True), ("I1", None), ("I2", False), ("I2", None), ("I3", False)]
    rows = [
        {"incident_ref": ref, "assessed": when + datetime.timedelta(minutes=at), "tool": "other", "repeat_check": said}
        for at, (ref, said) in enumerate(checks)
    ]
    logs = [incident(number, "2024-01-03") for number in (1, 2, 3, 4)]

    (row,) = answer(measure, tables={"incidents": logs, "incident_assessments": rows})

    # 1: one row says yes. 2: one cannot tell. 3: no. 4: no assessment at all, so none was made.
    assert (row["numerator"], row["denominator"], row["unknown"]) == (1, 3, 1)


def waiting(tmp_path: Path, at: float) -> Measure:
    return made(
        tmp_path,
        f"  - id: wait\n    title: Minutes\n    statistic: quantile\n    at: {at}\n    unit: minutes\n"
        '    numerator: {sum: "minutes_between(created, first_arrival)"}\n    denominator: {where: counted}\n',
    )


def waits(minutes: list[int | None]) -> list[dict[str, Any]]:
    start = datetime.datetime.fromisoformat("2024-01-03 10:00")
    return [
        incident(
            at, "2024-01-03 10:00", first_arrival=None if each is None else start + datetime.timedelta(minutes=each)
        )
        for at, each in enumerate(minutes)
    ]


def test_a_median_has_limits_by_order_statistics_and_counts_what_is_missing(tmp_path: Path) -> None:
    (row,) = answer(waiting(tmp_path, 0.5), tables={"incidents": waits([*range(1, 26), None])})

    # Of 25 values the eighth and the eighteenth hold the median with 95% confidence (Conover 1999, 3.2).
    assert (row["value"], row["lower"], row["upper"]) == (13, 8, 18)
    assert (row["numerator"], row["denominator"], row["unknown"]) == (None, 25, 1)
    assert (row["method"], row["status"]) == ("order", "ok")


def test_a_median_of_fewer_than_twenty_is_not_shown(tmp_path: Path) -> None:
    (row,) = answer(waiting(tmp_path, 0.5), tables={"incidents": waits(list(range(1, 20)))})

    assert (row["value"], row["denominator"], row["status"]) == (None, 19, "not_enough_data")


def test_a_long_wait_is_the_value_below_which_nine_in_ten_lie_in_each_area(tmp_path: Path) -> None:
    east, west = waits(list(range(41))), waits(list(range(100, 141)))
    for at, row in enumerate(west):
        row |= {"area": "West", "incident_ref": f"W{at}"}

    found = {
        row["area"]: row["value"]
        for row in answer(waiting(tmp_path, 0.9), tables={"incidents": east + west}, by="area")
    }

    assert found == {"East": 36, "West": 136}
