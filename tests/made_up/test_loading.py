"""The made-up force, loaded: what the loading says of each file, and what can be counted, held against the truth."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nvap.cli.made_up import fill
from nvap.engine.connection import Engine, connect
from nvap.errors import Refused
from nvap.records import learned
from nvap.records.contract import contract
from nvap.records.current import open_tables
from nvap.records.derived import definition
from nvap.records.load import check, load
from nvap.records.made_up import FORCE_CODE, FORCE_NAME, TIME_ZONE, MadeUp
from nvap.records.store import Batch, all_batches
from nvap.records.suggest import draft
from nvap.records.workspace import Force, make_workspace

Filled = Any


@pytest.fixture
def engine() -> Iterator[Engine]:
    with connect() as opened:
        yield opened


def fate(batch: Batch) -> dict[str, Any]:
    report = batch.report
    return {
        "read": report["read"],
        "loaded": report["loaded"],
        "identical_duplicates": report["identical_duplicates"],
        "excluded": dict(report["excluded"]),
        "set_aside": sorted((each["rule"], each["column"] or "", each["rows"]) for each in report["set_aside_rules"]),
        "shown_twice_by_the_clock": dict(report["ambiguous"]),
    }


def expected(entry: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: entry[name] for name in ("read", "loaded", "identical_duplicates", "excluded")},
        "set_aside": sorted((each["rule"], each["column"], each["rows"]) for each in entry["set_aside"]),
        "shown_twice_by_the_clock": entry["shown_twice_by_the_clock"],
    }


def counts(engine: Engine, force: Force, as_at: datetime.date | None) -> dict[str, dict[str, dict[str, int]]]:
    """Counted incidents by month and rule: yes, no, unknown."""
    open_tables(engine, force, as_at=as_at)
    derived = definition("incidents")
    found: dict[str, dict[str, dict[str, int]]] = {}
    for rule in ("R1", "R2", "R3"):
        mhri = derived[f"mhri_{rule.lower()}"].sql
        rows = engine.query(
            "SELECT month, count(*) FILTER (WHERE mhri) AS yes, count(*) FILTER (WHERE NOT mhri) AS no,"
            f" count(*) - count(mhri) AS unknown FROM (SELECT strftime(created_date, '%Y-%m') AS month,"
            f" ({mhri}) AS mhri FROM incidents WHERE {derived['counted'].sql}) GROUP BY 1"
        )
        for row in rows.to_pylist():
            found.setdefault(row.pop("month"), {})[rule] = row
    return found


def true_counts(made: MadeUp, as_at: str) -> dict[str, dict[str, dict[str, int]]]:
    return {
        each["month"]: {rule: each[rule] for rule in ("R1", "R2", "R3")}
        for each in made.truth["counts"]
        if each["as_at"] == as_at
    }


def test_what_becomes_of_every_row_of_every_file_is_what_the_truth_says(made_up: MadeUp, force: Force) -> None:
    found = {batch.report["file"]: fate(batch) for batch in all_batches(force)}

    assert found == {entry["file"]: expected(entry) for entry in made_up.truth["files"]}


def test_a_check_says_what_the_load_then_does(made_up: MadeUp, force: Force) -> None:
    each = made_up.file("incidents-2022-23")

    report = check(each.path, each.mapping, table="incidents", force=force)

    entry = next(entry for entry in made_up.truth["files"] if entry["file"] == each.path.name)
    assert (report.read, report.loaded, report.set_aside) == (
        entry["read"], entry["loaded"], sum(aside["rows"] for aside in entry["set_aside"]),
    )  # fmt: skip
    assert report.unmapped == {"closure_kind": {"ZZ": 12}, "mh_at_closure": {"Q99": 12}}


def test_a_mapping_that_nobody_updated_fails_loudly_at_the_code_change(made_up: MadeUp, tmp_path: Path) -> None:
    each = made_up.file("incidents-2022-23")
    lines = each.mapping.read_text(encoding="utf-8").splitlines()
    old = [line.replace("{to: 2023-03-31, map:", "{map:") for line in lines if "{from: 2023-04-01" not in line]
    (tmp_path / "old.yaml").write_text("\n".join(old), encoding="utf-8")

    report = check(each.path, tmp_path / "old.yaml", table="incidents")

    # Q7 goes through unseen: only a value map with dates can tell a drone from mental health.
    assert set(report.unmapped["mh_at_closure"]) == {"MH1", "MH2", "Q99"}
    assert report.set_aside > 400


@pytest.mark.parametrize(
    "as_at",
    ["2022-10-10", "2023-10-10", "2024-10-10", "2025-01-08", "2025-10-10", "2026-10-10", "2026-10-24", "2026-11-09"],
)
def test_incidents_by_month_and_rule_are_the_true_counts_as_at_every_date(
    as_at: str, made_up: MadeUp, force: Force, engine: Engine
) -> None:
    found = counts(engine, force, datetime.date.fromisoformat(as_at))

    assert found == true_counts(made_up, as_at)


def test_the_day_before_an_extract_is_as_if_it_were_not_there(made_up: MadeUp, force: Force, engine: Engine) -> None:
    found = counts(engine, force, datetime.date(2026, 11, 8))

    assert found == true_counts(made_up, "2026-10-24")


def test_loading_in_the_wrong_order_gives_the_same_numbers(made_up: MadeUp, tmp_path: Path, engine: Engine) -> None:
    workspace = make_workspace(tmp_path / "backwards", kind="practice")
    force = workspace.add_force(FORCE_CODE, FORCE_NAME, TIME_ZONE)

    for name in ("incidents-changes-2", "incidents-quarter-again", "incidents-2025-26", "s136-2025-26"):
        each = made_up.file(name)
        load(workspace, force, each.path, each.mapping, as_at=each.as_at)

    found, true = counts(engine, force, None), true_counts(made_up, "2026-11-09")
    newest = [month for month in true if month >= "2025-10"]
    assert {month: found[month] for month in newest} == {month: true[month] for month in newest}


def test_filling_again_changes_nothing(filled: Filled, made_up: MadeUp) -> None:
    before = [(batch.id, batch.loaded_at) for batch in all_batches(filled.force)]

    again = fill(filled.workspace, size="small", seed=212, folder=made_up.folder, progress=lambda _: None)

    assert again == made_up
    assert [(batch.id, batch.loaded_at) for batch in all_batches(filled.force)] == before


def test_filling_says_what_it_loads_and_how_the_rows_add_up(filled: Filled, made_up: MadeUp) -> None:
    files = made_up.truth["files"]

    assert filled.said[0] == "Loaded  1 of 68: made-up-grade-config.csv, 5 of 5 rows"
    assert filled.said[-1].startswith(f"{sum(entry['read'] for entry in files):,} rows read = ")
    assert f"{sum(entry['loaded'] for entry in files):,} loaded" in filled.said[-1]


def test_the_next_mapping_learns_from_what_the_demonstration_loaded(filled: Filled, made_up: MadeUp) -> None:
    described = contract("deployments")
    newest = made_up.file("deployments-2025-26")

    text = draft(newest.path, described, learned.of_force(filled.force, described))

    assert "made-up-deployments-2025-26 v1" in text
    assert "that mapping may do as it stands" in text


def test_a_mapping_is_kept_though_its_file_was_loaded_before_it_was_kept(
    filled: Filled, made_up: MadeUp, tmp_path: Path
) -> None:
    calendar = made_up.file("calendar")
    kept = filled.force.folder / learned.FOLDER / learned.USED / learned.keep(filled.force, calendar.mapping).name
    kept.unlink()

    load(filled.workspace, filled.force, calendar.path, calendar.mapping, as_at=calendar.as_at)

    assert kept.read_bytes() == calendar.mapping.read_bytes()


def test_another_made_up_force_is_not_mixed_in(filled: Filled, tmp_path: Path) -> None:
    before = [batch.id for batch in all_batches(filled.force)]

    with pytest.raises(Refused, match="holds another made-up force already"):
        fill(filled.workspace, size="small", seed=7, folder=tmp_path / "seven", progress=lambda _: None)

    assert [batch.id for batch in all_batches(filled.force)] == before
    assert not (tmp_path / "seven").exists()


def test_a_real_workspace_takes_no_made_up_force(made_up: MadeUp, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "real", kind="real")
    force = workspace.add_force("north", "A real force")

    with pytest.raises(Refused, match="is a real workspace"):
        fill(workspace, progress=lambda _: None)
    with pytest.raises(Refused, match="made up"):
        load(workspace, force, made_up.files[0].path, made_up.files[0].mapping)

    assert all_batches(force) == []
    assert not (workspace.path / "made-up").exists()


def test_every_batch_says_that_it_is_made_up(force: Force) -> None:
    batches = all_batches(force)

    assert {batch.origin for batch in batches} == {"made-up"}
    assert all("not a real force" in batch.source["name"] for batch in batches)
    assert force.name == "Made-up Constabulary (not a real force)"


def test_no_key_of_the_made_up_systems_is_stored(made_up: MadeUp, force: Force, engine: Engine) -> None:
    open_tables(engine, force)

    for table, column in (("incidents", "place_key"), ("deployments", "resource_key"), ("s136", "person_key"),
                          ("staff", "staff_key"), ("training", "staff_key")):  # fmt: skip
        row = engine.query(
            f"SELECT count(*) FILTER (WHERE length({column}) <> 32) AS plain, count({column}) AS filled FROM {table}"
        ).to_pylist()[0]
        assert row["plain"] == 0, table
        assert row["filled"] > 0, table


def test_repeat_places_survive_the_pseudonyms(made_up: MadeUp, force: Force, engine: Engine) -> None:
    open_tables(engine, force)
    engine.parquet("truth", [made_up.folder / "truth" / "incidents.parquet"])

    ranked = "SELECT count(*) AS n FROM incidents JOIN truth ON incident_ref = incident_urn GROUP BY {} ORDER BY n DESC"
    stored = engine.query(ranked.format("place_key"))["n"].to_pylist()
    true = engine.query(ranked.format("place"))["n"].to_pylist()

    assert stored == true
    assert true[0] > 100


def test_detentions_and_their_places_of_safety_are_the_true_ones(made_up: MadeUp, force: Force, engine: Engine) -> None:
    open_tables(engine, force)
    codes = {
        "ED": "a_and_e", "HBPOS": "hbpos", "STN": "police_station", "HOME": "private_home", "OTH": "other",
        "NK": "not_known",
    }  # fmt: skip

    rows = engine.query("SELECT first_place_of_safety AS place, count(*) AS n FROM s136 GROUP BY 1").to_pylist()

    wanted: dict[str, int] = {}
    for each in made_up.truth["detentions"]:
        for code, count in each["first_place_of_safety"].items():
            wanted[codes[code]] = wanted.get(codes[code], 0) + count
    assert {row["place"]: row["n"] for row in rows} == {place: count for place, count in wanted.items() if count}


def test_outcomes_by_month_and_factor_are_the_true_ones(made_up: MadeUp, force: Force, engine: Engine) -> None:
    open_tables(engine, force)

    rows = engine.query(
        "SELECT strftime(outcome_date, '%Y-%m') AS month, mh_factor AS factor, outcome_type AS outcome, count(*) AS n"
        " FROM crimes WHERE outcome_type <> '0' GROUP BY ALL"
    ).to_pylist()

    found = {(row["month"], row["factor"], row["outcome"]): row["n"] for row in rows}
    assert found == {
        (each["month"], factor, outcome): count
        for each in made_up.truth["outcomes"]
        for factor in ("suspect", "victim", "both", "none", "unknown")
        for outcome, count in each.get(factor, {}).items()
    }


def test_areas_and_what_is_not_recorded_sum_to_the_whole(made_up: MadeUp, force: Force, engine: Engine) -> None:
    open_tables(engine, force)

    rows = engine.query(
        "SELECT coalesce(area, 'not recorded') AS area, count(*) AS counted,"
        " count(*) FILTER (WHERE mh_at_closure) AS flagged FROM incidents WHERE closure_kind = 'counted' GROUP BY 1"
    ).to_pylist()

    assert {row["area"]: {"counted": row["counted"], "R1": row["flagged"]} for row in rows} == (
        made_up.truth["areas_as_at_the_end"]
    )


def test_hours_by_the_stamps_are_the_ones_the_truth_foresees(made_up: MadeUp, force: Force, engine: Engine) -> None:
    open_tables(engine, force)

    found = engine.query(
        "SELECT sum(date_diff('second', arrived, cleared) / 3600.0 * officers) AS hours, count(*) AS n FROM deployments"
        " WHERE NOT stood_down"
    ).to_pylist()[0]

    truth = made_up.truth["deployments"]
    groups = [each[name] for each in truth for name in ("mental_health", "other")]
    assert found["n"] == sum(group["attended"] for group in groups)
    foreseen = sum(group["officer_hours_at_scene_by_the_stamps"] for group in groups)
    # Stamps in the hour that October repeats cannot be told apart: at most an hour for each such stamp and officer.
    twice = sum(sum(entry["shown_twice_by_the_clock"].values()) for entry in made_up.truth["files"])
    assert abs(found["hours"] - foreseen) <= 3 * twice
    assert foreseen > sum(group["true_officer_hours_at_scene"] for group in groups)
