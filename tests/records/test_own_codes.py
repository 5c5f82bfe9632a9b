"""A force's own strands of vulnerability: added in its mapping, with days, kept with the batch, told in its numbers."""

from __future__ import annotations

from typing import Any

import pytest

from nvap.errors import InputFault
from nvap.measures.run import run
from nvap.records.report import Report
from nvap.records.report_text import report_lines
from nvap.records.store import read_batch

from .conftest import Bench

FLAGS = {"incident_ref": "id", "strand": "strand", "set_at": "set"}
OWN = {
    "vulnerability_strand": {
        "version": "2026-04",
        "codes": [
            {"code": "rural_isolation", "label": "Rural isolation", "valid_from": "2026-04-01"},
            {"code": "bogus_trades", "label": "Bogus tradesmen", "valid_to": "2026-03-31"},
        ],
    }
}
ROWS = """id,strand,set
1,missing,2026-05-01 10:00
1,rural_isolation,2026-05-01 10:00
2,rural_isolation,2026-05-02 10:00
"""


def told(report: Report) -> str:
    return "\n".join(report_lines(report.counts()))


def flags(bench: Bench, content: str = ROWS, **more: Any) -> Any:
    return bench.check(content, FLAGS, table="vulnerability_flags", **{"own_codes": OWN, **more})


def test_a_code_that_the_force_added_is_taken_and_one_that_nobody_knows_is_named(bench: Bench) -> None:
    report = flags(bench, ROWS + "3,lonliness,2026-05-02 10:00\n")

    assert report.loaded == 3
    said = told(report)
    assert "lonliness" in said
    assert "rural_isolation" not in said


def test_without_the_mappings_own_codes_they_are_unknown(bench: Bench) -> None:
    assert flags(bench, own_codes=None).loaded == 1


def test_a_code_counts_only_between_its_days(bench: Bench) -> None:
    last_of_march = "".join(
        f"{at},{code},2026-03-31 10:00\n" for at, code in enumerate(("rural_isolation", "bogus_trades"))
    )

    report = flags(
        bench, f"id,strand,set\n{last_of_march}3,missing,2026-03-31 10:00\n4,bogus_trades,2026-04-01 10:00\n"
    )

    assert report.loaded == 2
    assert "not in use on that day (rows 2, 5)" in " ".join(told(report).split())


@pytest.mark.parametrize(
    ("own", "fault"),
    [
        (
            {"closure_kind": {"version": "1", "codes": []}},
            "`closure_kind` takes no codes of a force's own; allowed: vuln",
        ),
        ({"vulnerability_strnd": {"version": "1", "codes": []}}, "Did you mean `vulnerability_strand`?"),
        (
            {"vulnerability_strand": {"version": "1", "codes": [{"code": "missing", "label": "M"}]}},
            "`missing` is in the",
        ),
        (
            {"vulnerability_strand": {"version": "1", "codes": [{"code": "Rural", "label": "R"}]}},
            "must be small letters",
        ),
        (
            {
                "vulnerability_strand": {
                    "version": "1",
                    "codes": [{"code": "a", "label": "A"}, {"code": "a", "label": "B"}],
                }
            },
            "`a` stands twice",
        ),
        (
            {
                "vulnerability_strand": {
                    "version": "1",
                    "codes": [{"code": "a", "label": "A", "valid_from": "2026-02-01", "valid_to": "2026-01-01"}],
                }
            },
            "lies after `valid_to`",
        ),
    ],
)
def test_faults_in_the_list_are_told_with_what_is_allowed(bench: Bench, own: Any, fault: str) -> None:
    with pytest.raises(InputFault) as raised:
        flags(bench, own_codes=own)

    assert fault in str(raised.value)


def test_own_codes_of_a_list_that_the_table_does_not_use_are_a_fault(bench: Bench) -> None:
    with pytest.raises(InputFault, match="no column of incidents uses the list `vulnerability_strand`"):
        bench.check("id,created\n1,2026-05-01 10:00\n", own_codes=OWN)


def test_the_batch_keeps_the_list_with_its_version_and_days(bench: Bench) -> None:
    batch = bench.load(ROWS, FLAGS, table="vulnerability_flags", own_codes=OWN)

    kept = read_batch(batch.folder).own_codes["vulnerability_strand"]
    assert kept.version == "2026-04"
    assert [(each.code, each.label, str(each.valid_from)) for each in kept.codes] == [
        ("rural_isolation", "Rural isolation", "2026-04-01"),
        ("bogus_trades", "Bogus tradesmen", "None"),
    ]


def test_the_numbers_tell_the_forces_own_strands_in_its_words(bench: Bench) -> None:
    incidents = {"incident_ref": "id", "created": "created", "closure_kind": "'counted'", "mh_at_closure": "true"}
    bench.load("id,created\n1,2026-05-01 09:00\n2,2026-05-02 09:00\n3,2026-05-03 09:00\n", incidents)
    bench.load(ROWS, FLAGS, table="vulnerability_flags", own_codes=OWN)

    rows = run(bench.workspace, bench.force, ["D18"], by="whole").to_pylist()
    by_strand = run(bench.workspace, bench.force, ["D01"], by="whole,strand").to_pylist()

    mix = {row["category"]: row for row in rows if row["part"] == "strands"}
    assert (mix["rural_isolation"]["numerator"], mix["rural_isolation"]["unknown"]) == (2, 0)
    pairs = {row["category"]: row["numerator"] for row in rows if row["part"] == "pairs"}
    assert pairs == {"Missing people and Rural isolation": 1}
    counts = {row["group"]: row["numerator"] for row in by_strand if row["part"] == "count"}
    assert counts == {"Rural isolation": 1, "Several other strands": 1, "No other strand": 1}
