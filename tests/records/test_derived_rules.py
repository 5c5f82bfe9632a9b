"""Counting rules as data: what each option counts, how a force writes its own, and what is said of a wrong one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from nvap.engine.connection import Engine, connect
from nvap.errors import InputFault
from nvap.measures.example import register
from nvap.records.counting_rule import FILE, CountingRule, counted_by, own_rules, rule_of, shipped_rules

DAYS = (datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))


@pytest.fixture
def engine() -> Iterator[Engine]:
    with connect(memory_limit="256MB", threads=1) as opened:
        yield opened


def rule(**options: Any) -> CountingRule:
    return CountingRule("R-own", "our own", "Ours.", **options)


def log(ref: str, hour: int = 12, **more: Any) -> dict[str, Any]:
    created = datetime.datetime(2024, 3, 1, hour)  # noqa: DTZ001 - moments are stored in UTC without a zone
    return {"incident_ref": ref, "created": created, "closure_kind": "counted", **more}


def answers(engine: Engine, sql: str, **tables: Sequence[Mapping[str, Any]]) -> list[bool | None]:
    for name, rows in tables.items():
        register(engine, name, rows, DAYS)
    found: list[bool | None] = engine.query(f'SELECT {sql} AS found FROM "incidents" ORDER BY "incident_ref"')[
        "found"
    ].to_pylist()
    return found


def test_codes_and_sub_types_of_the_forces_own_count_and_some_never_do(engine: Engine) -> None:
    codes = ["MH1", "MH2-CRISIS", "MH20", "ASB; MH1", "ASB", None, "MH1,DEM", "XMH1"]
    logs = [log(f"{at}", closing_code=code) for at, code in enumerate(codes)]
    made = rule(closing_codes=("MH1", "MH2*"), never_codes=("DEM",))

    found = answers(engine, made.mental_health('"incidents"'), incidents=logs)

    assert found == [True, True, True, True, False, None, False, False]


def test_a_role_in_the_code_map_counts_on_the_days_on_which_it_held(engine: Engine) -> None:
    day = datetime.date
    roles = [
        {"code": "Q7", "label": "x", "scheme": "own", "mh_role": "core", "valid_from": day(2020, 1, 1),
         "valid_to": day(2023, 12, 31)},
        {"code": "Q7", "label": "x", "scheme": "own", "mh_role": "none", "valid_from": day(2024, 1, 1)},
        {"code": "MH", "label": "x", "scheme": "own", "mh_role": "core", "valid_from": day(2020, 1, 1)},
    ]  # fmt: skip
    logs = [log("A", closing_code="Q7"), log("B", closing_code="MH"), log("C", closing_code="??")]

    found = answers(engine, rule(code_roles=("core",)).mental_health('"incidents"'), incidents=logs, code_map=roles)

    assert found == [False, True, None]


def test_linked_records_count_where_the_rule_names_them(engine: Engine) -> None:
    logs = [log(ref) for ref in "ABCD"]
    people = [
        {"incident_ref": "A", "person_key": "P", "role": "subject", "match_method": "rms_id"},
        {"incident_ref": "B", "person_key": "P", "role": "subject", "match_method": "probabilistic",
         "match_probability": 0.7},
    ]  # fmt: skip
    tables: dict[str, Any] = {
        "incidents": logs,
        "person_links": people,
        "persons": [{"person_key": "P", "mh_marker": True}],
        "vulnerability_flags": [{"incident_ref": "C", "strand": "mental_health"}],
    }

    def of(*records: str, **more: Any) -> list[bool | None]:
        made = rule(flag_at=(), linked_records=records, **more)
        return answers(engine, made.mental_health('"incidents"'), **tables)

    assert of("person_markers") == [True, True, False, False]
    assert of("person_markers", minimum_confidence=0.9) == [True, False, False, False]
    assert of("vulnerability_flags") == [False, False, True, False]
    assert of("person_markers", "vulnerability_flags") == [True, True, True, False]


LOGS = [
    log("A", mh_at_closure=True, place_key="X"),
    log("B", 13, mh_at_closure=True, closure_kind="duplicate", duplicate_of="A", place_key="X"),
    # Closed as an incident though it repeats another log, and one more that repeats this one.
    log("C", 14, mh_at_closure=True, duplicate_of="A", place_key="X"),
    log("D", 15, mh_at_closure=True, duplicate_of="C", place_key="X"),
    log("E", 16, mh_at_closure=True, place_key="X"),
    log("F", 17, mh_at_closure=True, closure_kind="cancelled", place_key="X"),
    log("G", 18, mh_at_closure=True, duplicate_of="G", place_key="X"),
]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("log", [True, False, True, True, True, False, True]),
        ("call", [True, True, True, True, True, False, True]),
        ("event", [True, False, False, False, True, False, None]),
        ("episode", [True, False, False, False, False, False, False]),
    ],
)
def test_a_unit_counts_calls_events_or_episodes(unit: str, expected: list[bool | None], engine: Engine) -> None:
    found = answers(engine, rule(unit=unit).counted('"incidents"'), incidents=LOGS, person_links=[{"person_key": "P"}])

    assert found == expected


def test_a_rule_can_count_cancelled_logs_too(engine: Engine) -> None:
    found = answers(engine, rule(leaves_out=("duplicate", "test")).counted('"incidents"'), incidents=LOGS)

    assert found == [True, False, True, True, True, True, True]


def written(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


GOOD = """\
rules:
  - id: R-own
    name: without dementia
    says: Ours.
    flag_at: [closure, at_30_days]
    closing_codes: [MH1]
    never_codes: [DEM]
    unit: event
    minimum_confidence: 0.9
"""


def test_a_forces_rule_is_known_by_its_id_and_a_mark_of_its_content(tmp_path: Path) -> None:
    (first,) = own_rules(written(tmp_path, GOOD))
    (renamed,) = own_rules(written(tmp_path, GOOD.replace("without dementia", "ours")))
    (changed,) = own_rules(written(tmp_path, GOOD.replace("0.9", "0.8")))

    assert first.id.startswith("R-own@")
    assert first.id == renamed.id != changed.id
    assert (first.flag_at, first.unit, first.never_codes) == (("closure", "at_30_days"), "event", ("DEM",))


def test_without_a_file_a_force_has_no_rules_of_its_own(tmp_path: Path) -> None:
    assert own_rules(tmp_path) == ()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("at_30_days", "at_30_day", "5: `flag_at` holds `at_30_day`; allowed: closure, opening, at_30_days."
         " Did you mean `at_30_days`?"),
        ("unit: event", "unit: events", "8: `unit` is `events`; allowed: log, call, event, episode."
         " Did you mean `event`?"),
        ("never_codes", "never_code", "7: unknown field `never_code`. Did you mean `never_codes`?"),
        ("0.9", "9", "9: `minimum_confidence` is a probability from 0 to 1; found 9"),
        ("[MH1]", "['MH_%']", "6: `closing_codes` holds `MH_%`; a code is letters"),
        ("unit: event", "text_search: always", "8: `text_search` is `always`; allowed: never."),
        ("[closure, at_30_days]", "[]", "5: nothing would count"),
        ("[closure, at_30_days]", "[opening]", "6: `closing_codes` has no effect unless `flag_at` names closure"),
        ("id: R-own", "id: r1", "2: `r1` is taken by the rule R1; choose another id"),
        ("name: without dementia", "name: On review", "3: `On review` is taken by the rule RA; choose another name"),
        ("id: R-own", "id: our rule!", "2: `id` is 2 to 20 letters"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_named_with_its_line_and_the_nearest_right_one(
    right: str, wrong: str, said: str, tmp_path: Path
) -> None:
    folder = written(tmp_path, GOOD.replace(right, wrong))

    with pytest.raises(InputFault) as caught:
        own_rules(folder)

    assert any(each.startswith(f"{folder / FILE}:{said}") for each in caught.value.faults), caught.value.faults


def test_a_shipped_rule_can_be_counted_by_another_unit() -> None:
    found = rule_of("R2/event")

    assert found is not None
    assert (found.base, found.unit, found.name) == ("R2", "event", "at opening or closure, by event")
    assert counted_by(found, "event") is found
    assert rule_of("R2/person") is None
    assert rule_of("R2") is shipped_rules()["R2"]
