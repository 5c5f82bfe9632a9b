"""Every kind of counting rule, by every unit, gives each force of a nation on Spark what it gets on DuckDB."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from tests.measures.nations import nation_of
from tests.spark.agreement import unlike

from nvap.measures.nation import nation_run
from nvap.measures.nation_folder import Nation
from nvap.packs import DEFAULT
from nvap.packs.some_measures import some_measures
from nvap.records.counting_rule import FILE

pytestmark = [pytest.mark.gate, pytest.mark.spark, pytest.mark.usefixtures("engine")]
AT, DAY = datetime.datetime.fromisoformat, datetime.date.fromisoformat
OWN = """\
rules:
  - {id: O-30, name: after thirty days, says: As it was after thirty days., flag_at: [at_30_days], unit: episode}
  - {id: O-codes, name: by codes, says: By codes., flag_at: [closure, opening], closing_codes: ["MH*"],
     opening_codes: [MH1], never_codes: [T1], unit: episode, leaves_out: [test]}
  - {id: O-roles, name: by roles, says: By the roles of codes., code_roles: [core], unit: episode}
  - {id: O-linked, name: by linked records, says: By linked records., flag_at: [], unit: episode,
     linked_records: [notices_and_markers, section_136, person_markers, vulnerability_flags], minimum_confidence: 0.8}
  - {id: O-sure, name: sure links, says: By sure links., flag_at: [closure], unit: episode, minimum_confidence: 0.9}
"""


def log(ref: int, at: str, mh: bool | None, **more: Any) -> dict[str, Any]:
    row = {
        "incident_ref": f"I{ref}", "created": AT(f"2024-01-{at}"), "closure_kind": "counted", "mh_at_closure": mh,
        "mh_at_opening": mh, "mh_linked": False, "duplicate_of": None, "place_key": None, "place_kind": "private",
        "closing_code": "MH2" if mh else "X", "opening_code": "X",
    }  # fmt: skip
    return row | more


def link(ref: int, key: str, likely: float | None = None) -> dict[str, Any]:
    return {"incident_ref": f"I{ref}", "record_date": DAY("2024-01-05"), "person_key": key, "role": "subject",
            "match_method": "deterministic" if likely is None else "probabilistic",
            "match_probability": likely}  # fmt: skip


def event(ref: int, kind: str, about: bool) -> dict[str, Any]:
    return {"incident_ref": f"I{ref}", "happened": AT(f"2024-01-{8 + ref:02} 12:00"), "event_type": kind,
            "about_mh": about}  # fmt: skip


LOGS = [
    log(1, "05 10:00", True),
    log(2, "05 10:00", True),  # the same moment, the same person: one of them came first
    log(3, "05 22:00", None),
    log(4, "06 09:59", True, mh_linked=True),
    log(5, "06 10:01", False),
    log(6, "08 09:00", True, place_key="P"),
    log(7, "08 20:00", True, place_key="P", closure_kind="cancelled"),
    log(8, "09 08:00", True, place_key="P", closing_code="MH2; T1"),
    log(9, "10 08:00", True, place_key="H", place_kind="hospital"),
    log(10, "10 09:00", True, place_key="H", place_kind="hospital"),
    log(11, "11 09:00", True, duplicate_of="I12", closure_kind="duplicate"),
    log(12, "11 09:01", True, duplicate_of="I11", place_key="Q"),
    log(13, "12 09:00", True, duplicate_of="I4", place_key="Q"),
    log(14, "12 10:00", False, place_key="Q"),
]
CODES = [("MH2", "core"), ("X", "possible")]
KENT: dict[str, list[dict[str, Any]]] = {
    "incidents": LOGS,
    "person_links": [*(link(ref, "A") for ref in (1, 2, 3, 4, 5)), link(6, "B", 0.85), link(8, "B", 0.85)],
    "persons": [{"person_key": "A", "mh_marker": True, "mh_marker_set": AT("2024-01-05 20:00")},
                {"person_key": "B", "mh_marker": True}],
    "s136": [{"incident_ref": "I5", "detained": AT("2024-01-06 10:30")}],
    "vulnerability_flags": [{"incident_ref": "I14", "strand": "mental_health", "set_at": AT("2024-01-12 10:00")}],
    "code_map": [{"code": code, "label": code, "scheme": "own", "mh_role": role, "valid_from": DAY("2020-01-01"),
                  "valid_to": None} for code, role in CODES],
    "incident_events": [event(1, "code_set", True), event(2, "qualifier_added", True),
                        event(2, "qualifier_removed", True), event(3, "code_set", False),
                        event(14, "code_set", True) | {"happened": AT("2024-03-01 12:00")}],
}  # fmt: skip


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    """Two forces whose references and pseudonyms have the same names and mean others; rules stand in the folder."""
    folder = tmp_path_factory.mktemp("nation")
    essex = {
        **KENT,
        "incidents": [each | {"created": each["created"] + datetime.timedelta(hours=14 * at)}
                      for at, each in enumerate(LOGS)],
        "s136": [{"incident_ref": "I3", "detained": AT("2024-01-08 10:30")}],
    }  # fmt: skip
    made = nation_of(folder, {"kent": KENT, "essex": essex})
    (folder / FILE).write_text(OWN, encoding="utf-8")
    return made


@pytest.mark.parametrize(
    "rule",
    ["R1/event", "R1/episode", "R2/call", "R3/episode", "O-30", "O-codes", "O-roles", "O-linked", "O-linked/event",
     "O-sure"],
)  # fmt: skip
def test_a_rule_counts_on_spark_what_it_counts_on_duckdb(nation: Nation, rule: str) -> None:
    pack = some_measures(DEFAULT, ["D01"])

    expected = nation_run(nation, pack=pack, rule=rule, whole=True).table()
    found = nation_run(nation, pack=pack, rule=rule, whole=True, engine="spark").table()

    assert unlike(expected, found) == []
    assert any(row["value"] for row in expected.to_pylist())
    assert set(expected["status"].to_pylist()) <= {"ok", "not_enough_data"}
