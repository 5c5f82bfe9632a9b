"""The rows of a nation as a whole: what a force that had all the rows would get, and where there is none and why."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nvap.measures.nation_folder import Nation
from nvap.measures.nation_whole import ALL_FORCES

from .nations import Tables, answers, nation_of
from .world import answer, incident, people

AT, DAY = datetime.datetime.fromisoformat, datetime.date.fromisoformat
TO_FEBRUARY = (DAY("2024-01-01"), DAY("2024-02-29"))


def logs(first: int, number: int, *, flagged: int, month: str = "01", **more: Any) -> list[dict[str, Any]]:
    """So many logs, the first of them flagged."""
    refs = range(first, first + number)
    return [incident(ref, f"2024-{month}-{ref % 28 + 1:02}", flagged=ref < first + flagged, **more) for ref in refs]


def arrivals(first: int, minutes: Sequence[int]) -> list[dict[str, Any]]:
    """Logs that an officer arrived at so many minutes after they were made."""
    made = AT("2024-01-05 10:00")
    more = [{"first_arrival": made + datetime.timedelta(minutes=each), "grade_final": "P"} for each in minutes]
    return [incident(first + at, "2024-01-05 10:00", flagged=True, **each) for at, each in enumerate(more)]


def whole(rows: Sequence[dict[str, Any]], part: str | None = None) -> list[dict[str, Any]]:
    return [row for row in rows if row["force"] == ALL_FORCES and part in (None, row["part"])]


def without(nation: Nation, code: str, table: str) -> Nation:
    """The same nation where one force does not hold a table."""
    forces = [
        replace(each, held={name: held for name, held in each.held.items() if name != table})
        if each.code == code else each for each in nation.forces
    ]  # fmt: skip
    return Nation(nation.folder, nation.practice, tuple(forces))


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A row without whose it is, and without the sentence that says of how many forces it is."""
    reason = (row["reason"] or "").removeprefix("No force can tell it. ").removesuffix("Of all 2 forces.").strip()
    kept = {name: value for name, value in row.items() if name not in ("force", "pack", "as_at")}
    return {**kept, "reason": reason or None}


KENT: Tables = {
    "incidents": [*logs(1, 30, flagged=10), *arrivals(100, range(5, 45))],
    "population": [people("East", 30_000), people("West", 10_000)],
}
ESSEX: Tables = {
    "incidents": [*logs(201, 60, flagged=3, area="West"), *arrivals(300, range(30, 90, 2))],
    "population": [people(None, 60_000), people("West", 55_000)],
}


@pytest.mark.parametrize("measure_id", ["D01", "D02"])
def test_all_forces_together_get_what_one_force_with_all_the_rows_would_get(tmp_path: Path, measure_id: str) -> None:
    nation = nation_of(tmp_path, {"kent": KENT, "essex": ESSEX})
    everyone = [people("East", 30_000), people("West", 70_000)]
    one = answer(measure_id, tables={"incidents": [*KENT["incidents"], *ESSEX["incidents"]], "population": everyone})

    found = whole(answers(nation, measure_id, by="month"))

    assert [told(row) for row in found] == [told(row) for row in one]
    assert any(row["status"] == "ok" for row in found)


def test_a_count_and_a_share_are_of_both_forces_rows(tmp_path: Path) -> None:
    nation = nation_of(tmp_path, {"kent": {"incidents": logs(1, 50, flagged=10)},
                                  "essex": {"incidents": logs(1, 150, flagged=50)}})  # fmt: skip

    count, share = whole(answers(nation, "D01", by="month"))

    assert (count["value"], count["reason"]) == (60, "Of all 2 forces.")
    assert (share["numerator"], share["denominator"], share["value"]) == (60, 200, 0.3)
    assert (round(share["lower"], 4), round(share["upper"], 4)) == (0.2407, 0.3668)  # Wilson, of 60 in 200


def test_each_forces_rows_are_the_same_with_and_without_those_of_all(tmp_path: Path) -> None:
    nation = without(nation_of(tmp_path, {"kent": KENT, "essex": ESSEX}), "kent", "population")

    rows = answers(nation, "D01", "D02", "D12", by="month,area")

    alone = answers(nation, "D01", "D02", "D12", by="month,area", whole=False)
    assert [row for row in rows if row["force"] != ALL_FORCES] == alone


def test_by_area_all_forces_stand_with_all_of_their_areas(tmp_path: Path) -> None:
    nation = nation_of(tmp_path, {"kent": KENT, "essex": ESSEX})

    assert whole(answers(nation, "D02", by="month,area")) == whole(answers(nation, "D02", by="month"))


def test_a_force_that_cannot_tell_a_number_is_left_out_and_named_with_the_reason(tmp_path: Path) -> None:
    nation = without(nation_of(tmp_path, {"kent": KENT, "essex": ESSEX}), "kent", "population")

    rate = whole(answers(nation, "D02", by="month"), "rate")[0]

    assert (rate["status"], rate["denominator"]) == ("part_period", 60_000)
    assert rate["reason"].endswith("Of 1 of 2 forces. Without kent: The table population is not loaded.")


def test_a_period_that_one_force_does_not_hold_is_of_the_other_alone(tmp_path: Path) -> None:
    february = {"incidents": [*logs(1, 50, flagged=10), *logs(60, 30, flagged=4, month="02")]}
    nation = nation_of(tmp_path, {"kent": {"incidents": logs(1, 50, flagged=10)}, "essex": february},
                       days={"essex": TO_FEBRUARY})  # fmt: skip

    january, later = whole(answers(nation, "D01", by="month"), "count")
    quarter = whole(answers(nation, "D01", by="quarter"), "count")[0]

    assert (january["value"], january["status"]) == (20, "ok")
    assert (later["value"], later["status"]) == (4, "part_period")
    assert later["reason"] == "Of 1 of 2 forces. Without kent: Not all of the period is held."
    assert (quarter["value"], quarter["status"]) == (None, "not_enough_data")
    assert quarter["reason"] == "No force holds all of this period, so there is no number of them together."


def test_a_part_of_a_period_that_all_forces_hold_alike_stands_as_such(tmp_path: Path) -> None:
    nation = nation_of(tmp_path, {"kent": {"incidents": logs(1, 50, flagged=10)},
                                  "essex": {"incidents": logs(1, 50, flagged=5)}})  # fmt: skip

    quarter = whole(answers(nation, "D01", by="quarter"), "count")[0]

    assert (quarter["value"], quarter["status"]) == (15, "part_period")
    assert "the extracts cover 2024-01-01 to 2024-01-31" in quarter["reason"]


def test_the_whole_time_of_forces_that_hold_other_days_is_refused_with_the_days_that_all_hold(tmp_path: Path) -> None:
    nation = nation_of(tmp_path, {"kent": {"incidents": logs(1, 50, flagged=10)},
                                  "essex": {"incidents": logs(1, 50, flagged=5)}},
                       days={"essex": TO_FEBRUARY})  # fmt: skip

    refused = whole(answers(nation, "D01", by="whole"), "count")[0]
    given = whole(answers(nation, "D01", by="whole", start=DAY("2024-01-01"), end=DAY("2024-01-31")), "count")[0]

    assert (refused["status"], refused["value"]) == ("refused", None)
    assert refused["reason"].endswith("Name days with --from and --to: all hold 2024-01-01 to 2024-01-31.")
    assert (given["value"], given["status"]) == (15, "ok")


def test_areas_of_two_forces_with_one_name_are_two_areas_of_people(tmp_path: Path) -> None:
    nation = nation_of(tmp_path, {
        "kent": {"incidents": logs(1, 30, flagged=10), "population": [people("East", 1_000)]},
        "essex": {"incidents": logs(1, 30, flagged=10), "population": [people("East", 4_000)]},
    })  # fmt: skip

    rate = whole(answers(nation, "D02", by="month"), "rate")[0]

    assert (rate["numerator"], rate["denominator"]) == (20, 5_000)


def test_areas_with_logs_and_without_people_are_told_for_all_forces(tmp_path: Path) -> None:
    nation = nation_of(tmp_path, {
        "kent": {"incidents": logs(1, 97, flagged=20), "population": [people("East", 1_000)]},
        "essex": {"incidents": logs(1, 3, flagged=1, area="West"), "population": [people("East", 4_000)]},
    })  # fmt: skip

    rate = whole(answers(nation, "D02", by="month"), "rate")[0]

    assert "1 area has 3 rows (3.0% of those with an area) but no population" in rate["reason"]
    assert rate["denominator"] == 5_000


def test_a_force_whose_people_of_the_year_are_not_held_is_not_in_the_rate(tmp_path: Path) -> None:
    nation = nation_of(tmp_path, {
        "kent": {"incidents": logs(1, 30, flagged=10), "population": [people("East", 1_000)]},
        "essex": {"incidents": logs(1, 30, flagged=20), "population": [people("East", 4_000, year=2023)]},
    })  # fmt: skip

    rate = whole(answers(nation, "D02", by="month"), "rate")[0]

    assert (rate["numerator"], rate["denominator"], rate["status"]) == (10, 1_000, "part_period")
    assert rate["reason"] == "Of 1 of 2 forces. Without essex: Not all of the period is held, or no people for it."


def test_the_busiest_places_of_two_forces_are_not_ranked_together(tmp_path: Path) -> None:
    tables = {"incidents": logs(1, 30, flagged=30, place_key="P1")}
    nation = nation_of(tmp_path, {"kent": tables, "essex": tables})

    rows = [row for row in whole(answers(nation, "P21", by="whole")) if "busiest" in (row["reason"] or "")]

    assert [(row["status"], row["value"]) for row in rows] == [("refused", None)]


def test_hours_on_the_clocks_of_two_time_zones_are_not_put_together(tmp_path: Path) -> None:
    tables = {"incidents": logs(1, 30, flagged=30)}
    nation = nation_of(tmp_path, {"kent": tables, "essex": tables})
    kent, essex = nation.forces
    apart = Nation(nation.folder, nation.practice, (kent, replace(essex, time_zone="Europe/Dublin")))

    row = whole(answers(apart, "D01", by="whole,hour"), "count")[0]

    assert (row["status"], row["reason"]) == (
        "refused", "The forces' hours stand on the clocks of different time zones.",
    )  # fmt: skip


def test_each_forces_hours_stand_on_its_own_clock(tmp_path: Path) -> None:
    summer = [incident(1, "2024-07-01 22:30", flagged=True)]
    nation = nation_of(tmp_path, {"kent": {"incidents": summer}}, days={"kent": (DAY("2024-07-01"), DAY("2024-07-31"))})
    abroad = Nation(nation.folder, True, (replace(nation.forces[0], time_zone="UTC"),))

    hours = [
        [row["group"] for row in answers(each, "D01", by="whole,hour", whole=False) if row["numerator"]]
        for each in (nation, abroad)
    ]

    assert [each[0] for each in hours] == ["23:00 to 23:59", "22:00 to 22:59"]


def test_a_measure_that_no_force_can_tell_has_one_row_that_says_why(tmp_path: Path) -> None:
    nation = nation_of(tmp_path, {"kent": {"incidents": logs(1, 30, flagged=1)},
                                  "essex": {"incidents": logs(1, 30, flagged=1)}})  # fmt: skip

    row = whole(answers(nation, "D02", by="month"), "rate")

    assert [(each["status"], each["value"]) for each in row] == [("not_enough_data", None)]
    assert row[0]["reason"] == "No force can tell it. The table population is not loaded."


def test_a_period_without_any_is_left_out_where_the_other_forces_periods_have_some(tmp_path: Path) -> None:
    """Pairs of strands are found in Essex's 2023 alone; in 2024, of both forces, there is none."""
    years = {"2023": (DAY("2023-01-01"), DAY("2024-12-31")), "2024": (DAY("2024-01-01"), DAY("2024-12-31"))}
    tables = [
        {
            "incidents": [incident(ref, f"{year}-01-05", flagged=True) for ref in range(1, 31)],
            "vulnerability_flags": [
                {"incident_ref": "I1", "strand": strand, "set_at": AT(f"{year}-01-05 10:00")} for strand in strands
            ],
        }
        for year, strands in (("2023", ("missing", "suicide")), ("2024", ("missing",)))
    ]
    nation = nation_of(tmp_path, {"essex": tables[0], "kent": tables[1]},
                       days={"essex": years["2023"], "kent": years["2024"]})  # fmt: skip

    rows = whole(answers(nation, "D18", by="year"), "pairs")
    alone = whole(answers(nation.only(["kent"]), "D18", by="year"), "pairs")

    assert [(row["period_start"].year, row["numerator"], row["status"]) for row in rows] == [(2023, 1, "part_period")]
    assert [(row["numerator"], row["reason"]) for row in alone] == [
        (None, "There was none to count in the days asked for. Of 1 force."),
    ]  # fmt: skip


def test_where_no_force_holds_people_of_the_year_the_rate_says_so(tmp_path: Path) -> None:
    tables = {"incidents": logs(1, 30, flagged=10), "population": [people("East", 1_000, year=2023)]}
    nation = nation_of(tmp_path, {"kent": tables, "essex": tables})

    rate = whole(answers(nation, "D02", by="month"), "rate")

    assert [(row["value"], row["status"]) for row in rate] == [(None, "not_enough_data")]
    assert rate[0]["reason"].startswith("No force holds all of this period and people for it, so")


def test_forces_that_are_left_out_for_other_reasons_stand_in_one_sentence(tmp_path: Path) -> None:
    three = {code: {"incidents": logs(1, 30, flagged=10), "population": [people("East", 1_000)]}
             for code in ("cumbria", "essex", "kent")}  # fmt: skip
    february = (DAY("2024-02-01"), DAY("2024-02-29"))
    nation = without(nation_of(tmp_path, three, days={"kent": february}), "essex", "population")

    rate = whole(answers(nation, "D02", by="month"), "rate")[0]

    assert rate["reason"] == (
        "Of 1 of 3 forces. Without essex: The table population is not loaded; kent: Not all of the period is held, or"
        " no people for it."
    )
