"""The made-up force is believable: levels near published ones; every planned change is in the data and its truth."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import compute as pc
from pyarrow import csv, parquet

from nvap.records.made_up import MadeUp

LAST = "2026-11-09"


def counts_at_the_end(made: MadeUp) -> dict[str, dict[str, Any]]:
    return {each["month"]: each for each in made.truth["counts"] if each["as_at"] == LAST}


def total(counts: dict[str, dict[str, Any]], first: str, last: str, rule: str) -> int:
    return sum(each[rule]["yes"] for month, each in counts.items() if first <= month <= last)


def read(made: MadeUp, name: str, delimiter: str = ",") -> pa.Table:
    options = csv.ConvertOptions(column_types={}, strings_can_be_null=True)
    parse = csv.ParseOptions(delimiter=delimiter)
    table = csv.read_csv(made.file(name).path, parse_options=parse, convert_options=options)
    return table.cast(pa.schema([(column, pa.string()) for column in table.column_names]))


def test_levels_are_near_published_ones(made_up: MadeUp) -> None:
    counts = counts_at_the_end(made_up)
    people = 110_000

    recorded = total(counts, "2021-10", "2026-09", "R1")
    counted = sum(each["counted"] for each in counts.values())
    detentions = sum(each["detentions"] for each in made_up.truth["detentions"])

    # England and Wales: 9.1 recorded incidents per 1,000 people (2020/21), 5.1% of contacts, 53 detentions per 100,000.
    assert 8.0 < recorded / 5 / people * 1000 < 10.5
    assert 0.045 < recorded / counted < 0.065
    assert 35 < detentions / 5 / people * 100_000 < 65
    assert len(counts) == 60


def test_recorded_demand_rises_after_training_while_true_demand_is_flat(made_up: MadeUp) -> None:
    counts = counts_at_the_end(made_up)
    events = {each["month"]: each["mental_health_events"] for each in made_up.truth["months"]}
    before, after = ("2022-06", "2024-05"), ("2024-09", "2025-01")

    def a_month(found: dict[str, int], first: str, last: str) -> float:
        chosen = [value for month, value in found.items() if first <= month <= last]
        return sum(chosen) / len(chosen)

    recorded = {month: each["R1"]["yes"] for month, each in counts.items()}
    assert a_month(recorded, *after) > 1.15 * a_month(recorded, *before)
    assert abs(a_month(events, *after) / a_month(events, *before) - 1) < 0.08


def test_recall_is_known_and_rises_with_training(made_up: MadeUp) -> None:
    counts = counts_at_the_end(made_up)

    def recall(first: str, last: str) -> float:
        chosen = [each for month, each in counts.items() if first <= month <= last]
        flagged = sum(each["truly_mental_health_and_flagged"] for each in chosen)
        return float(flagged / sum(each["truly_mental_health"] for each in chosen))

    assert 0.52 < recall("2021-10", "2024-05") < 0.66
    assert 0.72 < recall("2024-09", "2026-09") < 0.86


def test_late_flags_are_seen_only_by_later_extracts(made_up: MadeUp) -> None:
    found = {each["as_at"]: each["R1"]["yes"] for each in made_up.truth["counts"] if each["month"] == "2024-09"}

    assert list(found) == ["2024-10-10", "2025-01-08", "2025-10-10", "2026-10-10", "2026-10-24", LAST]
    assert found["2024-10-10"] < found["2025-01-08"] == found[LAST]


def test_the_quarter_taken_again_withdraws_logs_and_mends_what_was_set_aside(made_up: MadeUp) -> None:
    year, again = read(made_up, "incidents-2025-26"), read(made_up, "incidents-quarter-again")

    before = {urn for urn in year["INCIDENT_URN"].to_pylist() if urn and "20260101" <= urn[3:11] <= "20260331"}
    after = set(again["INCIDENT_URN"].to_pylist())

    truth = parquet.read_table(made_up.folder / "truth" / "incidents.parquet")
    gone = truth.filter(truth["withdrawn_from_the_quarter_again"])["incident_urn"].to_pylist()
    assert before - after == set(gone) & before
    assert len(before - after) >= 5
    assert len(after - before) >= 3  # the rows that had no reference, or a broken one, the first time


def test_outcomes_are_displaced_from_a_known_month(made_up: MadeUp) -> None:
    months = {each["month"]: each for each in made_up.truth["outcomes"]}

    def share(codes: tuple[str, ...], first: str, last: str) -> float:
        found: Counter[str] = Counter()
        for month, each in months.items():
            if first <= month <= last:
                found.update(each.get("suspect", {}))
                found.update(each.get("both", {}))
        return sum(found[code] for code in codes) / found.total()

    assert share(("10", "12"), "2021-10", "2024-09") > 2 * share(("10", "12"), "2024-10", "2026-09")
    assert share(("14", "15", "16"), "2024-10", "2026-09") > share(("14", "15", "16"), "2021-10", "2024-09")
    assert sum(each["displaced"] for month, each in months.items() if month < "2024-10") == 0
    assert sum(each["displaced"] for each in months.values()) > 20


def test_antisocial_behaviour_peaks_in_summer_and_logs_come_by_the_hour_of_day(made_up: MadeUp) -> None:
    table = read(made_up, "incidents-2022-23")
    table = table.filter(pc.equal(table["OPEN_TYPE"], "ASB"))

    months = Counter(text[3:5] for text in table["CREATED"].to_pylist())
    hours = Counter(text[11:13] for text in table["CREATED"].to_pylist())

    assert sum(months[m] for m in ("06", "07", "08")) > 1.5 * sum(months[m] for m in ("12", "01", "02"))
    assert sum(hours[h] for h in ("17", "18", "19", "20")) > 3 * sum(hours[h] for h in ("02", "03", "04", "05"))


def test_the_outage_month_has_lost_logs_but_not_their_deployments(made_up: MadeUp) -> None:
    months = {each["month"]: each["logs_lost_in_the_outage"] for each in made_up.truth["months"]}
    logs = set(read(made_up, "incidents-2024-25")["INCIDENT_URN"].to_pylist())
    sent = read(made_up, "deployments-2024-25")["INCIDENT_URN"].to_pylist()

    assert [month for month, lost in months.items() if lost] == ["2025-02"]
    assert months["2025-02"] > 200
    orphans = Counter(urn[3:9] for urn in sent if urn and urn not in logs)
    assert orphans.most_common(1)[0][0] == "202502"


def test_the_qualifier_q7_changes_its_meaning_on_a_known_day(made_up: MadeUp) -> None:
    table = read(made_up, "incidents-2022-23")
    texts = table["CREATED"].to_pylist()
    april = [text[6:10] + text[3:5] >= "202304" for text in texts]
    codes = table["FINAL_QUAL"].to_pylist()

    before = Counter(code for code, later in zip(codes, april, strict=True) if not later)
    after = Counter(code for code, later in zip(codes, april, strict=True) if later)

    assert before["Q7"] > 300
    assert before["MH1"] == before["MH2"] == 0
    assert after["MH1"] > after["MH2"] > 50
    assert 50 < after["Q7"] < 300  # drones: somebody who maps Q7 as before counts them as mental health


def test_october_holds_times_in_the_hour_that_comes_twice(made_up: MadeUp) -> None:
    years = ("2021-22", "2022-23", "2023-24", "2024-25", "2025-26")
    sundays = ("31/10/2021", "30/10/2022", "29/10/2023", "27/10/2024", "26/10/2025")

    written = [text for year in years for text in read(made_up, f"incidents-{year}")["CREATED"].to_pylist()]

    assert [text for text in written if text[:10] in sundays and text[11:13] == "01"]
    assert sum(sum(entry["shown_twice_by_the_clock"].values()) for entry in made_up.truth["files"]) >= 20


def test_one_role_is_too_small_to_show_and_the_others_are_not(made_up: MadeUp) -> None:
    last = [each for each in made_up.truth["training"] if each["day"] == "2026-09-01"]

    small = [each["role"] for each in last if each["in_post"] < 10]

    assert small == ["mental health triage"]
    assert sum(each.get("out of date", 0) for each in last) > 10
    assert sum(each.get("joiner in grace", 0) for each in last) > 0


def test_a_few_people_and_places_stand_behind_many_events(made_up: MadeUp) -> None:
    repeats = made_up.truth["repeat_contact"]

    people, places = repeats["people"], repeats["places"]
    assert people["events"] == places["events"] == sum(m["mental_health_events"] for m in made_up.truth["months"])
    assert 0.08 < people["events_of_the_top_hundredth"] / people["events"] < 0.25
    assert places["events_of_the_top_five"] > people["events_of_the_top_five"]
    assert repeats["people_with_three_in_90_days"] > 20


@pytest.mark.parametrize("delimiter", [",", ";", "|"])
def test_files_come_with_the_delimiters_of_their_systems(made_up: MadeUp, delimiter: str) -> None:
    name = {",": "incidents-2021-22", ";": "staff", "|": "crimes"}[delimiter]
    header = made_up.file(name).path.read_text(encoding="utf-8").splitlines()[0]

    assert header.count(delimiter) >= 7


def test_incidents_carry_one_strand_two_or_three_and_the_same_one_twice_counts_once(made_up: MadeUp) -> None:
    flags = read(made_up, "vulnerability-flags")
    other = flags.filter(pc.not_equal(flags["STRAND"], "mental_health"))
    each = Counter(zip(other["INCIDENT_REF"].to_pylist(), other["STRAND"].to_pylist(), strict=True))

    strands = Counter(Counter(ref for ref, _ in each).values())

    assert strands[1] > 3 * strands[2] > 9 * strands[3] > 0
    assert max(each.values()) > 1


def test_some_strands_go_together_and_others_do_not(made_up: MadeUp) -> None:
    lifts = {tuple(each["strands"]): each["lift"] for each in made_up.truth["as_read"]["co_occurrence"]["pairs"]}

    assert lifts["adults_at_risk", "self_neglect"] > 2
    assert lifts["missing", "suicide"] > 2
    assert lifts["domestic_abuse", "suicide"] < 1


def test_other_strands_are_flagged_beside_mental_health_more_often_than_by_chance(made_up: MadeUp) -> None:
    strands = {each["strand"]: each for each in made_up.truth["as_read"]["co_occurrence"]["strands"]}

    assert all(1.2 < each["lift"] < 8 for each in strands.values())
    assert strands["domestic_abuse"]["lift"] < strands["suicide"]["lift"]
    assert all(each["both"] < each["all_of_them"] for each in strands.values())


def test_an_outcome_type_is_changed_to_another_and_displaced_ones_leave_a_trace(made_up: MadeUp) -> None:
    changes = {(each["was"], each["became"]): each["times"] for each in made_up.truth["as_read"]["outcomes_in_turn"]}

    assert all(was != became for was, became in changes)
    assert sum(changes.values()) > 150
    displaced = sum(
        times for (was, became), times in changes.items() if was in ("10", "12") and became in ("14", "15", "16")
    )
    assert displaced > 10
