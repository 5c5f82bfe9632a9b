"""A measure's file is valid, or every fault in it is said at once with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from nvap.declarations import Faults
from nvap.packs.measure import Measure, read_measure

GOOD = """\
id: Z01
title: Counted incidents
short: Incidents
says: How many incidents were counted.
cannot_say: It cannot say why.
rise_means: More incidents were counted.
why: To show how a measure is written.
objective: O1
questions: [Q1.1]
horizon: short
unit: incident
status: reconstructed
note: Made for a test.
source: {part: ours, place: a test}
table: incidents
rules: [R1]
parts:
  - id: count
    title: Counted incidents
    statistic: count
    numerator: {where: counted and mhri}
direction: contextual
expected_course: Steady.
owner: Analyst
review_date: 2027-01-01
example:
  from: 2024-01-01
  to: 2024-01-31
  tables:
    incidents:
      - {incident_ref: I1, created: 2024-01-05, closure_kind: counted, mh_at_closure: true}
  expect:
    - {part: count, numerator: 1}
"""
BENCHMARK = "benchmarks: [{part: cont, value: 1, unit: x, period: year, area: y, year: 2020, source: z}]\n"


def read_text(folder: Path, text: str) -> tuple[Measure | None, list[str]]:
    file = folder / "Z01.yaml"
    file.write_text(text, encoding="utf-8")
    faults = Faults()
    return read_measure(file, faults, shown_as="Z01.yaml"), faults.found


def test_a_good_file_is_a_measure(tmp_path: Path) -> None:
    measure, faults = read_text(tmp_path, GOOD)

    assert faults == []
    assert measure is not None
    assert measure.part("count").uses_rule
    assert measure.needs(measure.part("count"), "R1") == {
        "incidents.closure_kind", "incidents.mh_at_closure", "incidents.created"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("numerator: {where", "numerater: {where", "Z01.yaml:21: unknown field `numerater`. Did you mean `numerator`?"),
        ("counted and mhri", "countd and mhri", "Z01.yaml:21: `where`: Unknown column `countd`. Did you mean"),
        ("counted and mhri", "closure_kind", "is text, and a condition must be true or false"),
        ("counted and mhri", "counted and place_kee = 'x'", "Unknown column `place_kee`. Did you mean `place_key`?"),
        ("table: incidents", "table: incident", "Z01.yaml:15: `table` is `incident`; allowed: incidents"),
        ("statistic: count", "statistic: median", "`statistic` is `median`; allowed: count, rate, proportion"),
        ("statistic: count", "statistic: rate", "a rate needs a `multiplier`: per how many"),
        ("statistic: count", "statistic: quantile", "a quantile needs `numerator: {sum: …}`"),
        ("statistic: count", "statistic: quantile", "a quantile needs `at`: the share of values below it"),
        ("statistic: count", "statistic: count\n    at: 0.5", "a count has no `at`; it belongs to a quantile"),
        ("statistic: count", "statistic: count\n    table: crime", "`table` is `crime`; allowed: incidents"),
        ("statistic: count", "statistic: total", "a total needs `numerator: {sum: …}`"),
        ("statistic: count", "statistic: distribution", "a distribution needs `category: {by: …}`"),
        ("    numerator", "    denominator: {where: counted}\n    numerator", "a count has no denominator"),
        ("    numerator", "    multiplier: 10\n    numerator", "`multiplier` is a number above 0 and belongs"),
        ("    numerator", "    period: closing_code\n    numerator", "columns of incidents with a day: created"),
        ("    numerator", "    groups: [{by: incident_ref, title: Log}]\n    numerator", "it tells single rows apart"),
        ("statistic: count", "statistic: count\n    reference: white", "a count has no `reference`; it belongs"),
        ("statistic: count", "statistic: group_ratio", "a group_ratio has one group; found 0"),
        (
            "statistic: count",
            "statistic: group_ratio\n    groups: [{by: sex, title: Sex}]\n    reference: f",
            "a group_ratio needs `reference`: one of F, M, X; found `f`.",
        ),
        (
            "statistic: count",
            "statistic: rate\n    multiplier: 9\n    denominator: {table: population_groups}",
            "`denominator: {table: population_groups}` needs `groups`: whose people",
        ),
        (
            "statistic: count",
            "statistic: rate\n    multiplier: 9\n    denominator: {table: population_groups}\n"
            "    groups: [{by: source, title: Source}]",
            "no people are held by `source`; say which they are with `people`, an expression over age_band, sex",
        ),
        ("statistic: count", "statistic: pairs", "a pairs needs `along`: what its rows are counted along"),
        (
            "statistic: count",
            "statistic: count\n    along: source",
            "a count has no `along`; it belongs to pairs, lift",
        ),
        ("statistic: count", "statistic: waiting", "a waiting needs `open_since`, when a wait that has not ended"),
        ("statistic: count", "statistic: change", "`change: {before, after, compared_before, compared_after}` belongs"),
        ("rules: [R1]", "rules: [R7]", "unknown counting rule `R7`"),
        ("rules: [R1]\n", "", "`rules` must say which may be used"),
        ("rules: [R1]", "rules: [R1]\nbreakdowns: [place_key]", "`place_key` cannot be a breakdown"),
        ("rules: [R1]", "rules: [R1]\nmay_be_missing: [incidents.closd]", "Did you mean `incidents.closed`?"),
        ("review_date: 2027-01-01", "review_date: soon", "`review_date` must be a day"),
        ("note: Made for a test.\n", "", "a reconstructed measure needs a `note`"),
        ("part: count, numerator", "part: coun, numerator", "the example expects the part `coun`; parts: count"),
        ("part: count, numerator", "part: count, numeratr", "unknown field `numeratr`. Did you mean `numerator`?"),
        ("created: 2024-01-05", "creatd: 2024-01-05", "`incidents` has no column `creatd`. Did you mean `created`?"),
        ("created: 2024-01-05", "created: five", "`created` is instant; found another kind of value"),
        ("closure_kind: counted, ", "", "a row of `incidents` needs `closure_kind`"),
        ("    incidents:", "    incidence:", "there is no table `incidence`. Did you mean `incidents`?"),
        ("direction: contextual", "direction: sideways", "`direction` is `sideways`; allowed: up, down, contextual"),
        ("id: Z01", "id: Z01\nid: Z02", "duplicate key"),
        (
            "says: How",
            BENCHMARK + "says: How",
            "a benchmark names the part `cont`; parts: count. Did you mean `count`?",
        ),
    ],
)
def test_a_fault_is_said_with_its_line_and_what_is_nearest(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert GOOD.count(old) >= 1

    measure, faults = read_text(tmp_path, GOOD.replace(old, new, 1))

    assert measure is None
    assert any(fault in each for each in faults), faults


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace("statistic: count", "statistic: cont")
        .replace("owner: Analyst\n", "")
        .replace("counted and", "x and")
    )

    _, faults = read_text(tmp_path, text)

    assert len(faults) == 3


def test_a_sum_over_many_rows_names_a_table_that_belongs_to_each(tmp_path: Path) -> None:
    hours = "statistic: total\n    numerator: {table: staff, sum: fte}"
    text = GOOD.replace("statistic: count\n    numerator: {where: counted and mhri}", hours).replace(
        "rules: [R1]\n", ""
    )

    _, faults = read_text(tmp_path, text)

    assert "`numerator` may be over incidents, deployments, s136, crimes, " in faults[0]
    assert "found `staff`." in faults[0]


def test_a_part_may_count_another_table_than_its_measure(tmp_path: Path) -> None:
    part = "  - {id: crimes, title: Crimes, statistic: count, table: crimes, numerator: {where: incidents.mhri}}\n"
    text = GOOD.replace("direction: contextual\nexpected", f"{part}direction: contextual\nexpected")
    text += "    - {part: crimes, numerator: 0}\n"

    measure, faults = read_text(tmp_path, text)

    assert faults == []
    assert measure is not None
    assert measure.tables == ("incidents", "crimes")
    assert measure.part("crimes").period == "recorded"
    assert measure.needs(measure.part("crimes"), "R2") == {
        "crimes.incident_ref", "incidents.incident_ref", "crimes.recorded", "incidents.mh_at_closure",
        "incidents.mh_at_opening",
    }  # fmt: skip


def test_a_breakdown_is_a_column_of_the_measures_own_table_and_parts_of_others_may_lack_it(tmp_path: Path) -> None:
    part = "  - {id: crimes, title: Crimes, statistic: count, table: crimes, numerator: {where: true}}\n"
    text = GOOD.replace("direction: contextual\nexpected", f"{part}direction: contextual\nexpected")
    text = text.replace("rules: [R1]", "rules: [R1]\nbreakdowns: [source]") + "    - {part: crimes, numerator: 0}\n"

    measure, faults = read_text(tmp_path, text)

    assert faults == []
    assert measure is not None
    assert measure.breakdowns == ("source",)
