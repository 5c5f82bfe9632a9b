"""The hidden truth and what is found of it: equal wherever the files can show it, and the rest is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.made_up.test_demo import demo

from nvap.cli.made_up import fill
from nvap.engine.connection import connect
from nvap.measures.recovered import Line, alike, recovered
from nvap.records.current import open_tables
from nvap.records.made_up import FORCE_CODE, MadeUp
from nvap.records.workspace import Force, make_workspace

Filled = Any
_WHAT_MATTERS = (
    "by R1", "by R2", "by R3", "set aside", "each once", "place", "institutions", "person's third", "another strand",
    "30 days", "combinations of strands", "pairs of strands", "became another", "changes of an outcome type",
    "(T1)", "(T2)", "(T3)", "detentions", "outcomes", "in date",
)  # fmt: skip


@pytest.fixture(scope="module")
def lines(filled: Filled, made_up: MadeUp) -> list[Line]:
    return recovered(filled.workspace, filled.force, made_up)


def test_every_number_that_the_files_show_is_found(lines: list[Line]) -> None:
    assert [(each.what, each.shown, each.found) for each in lines if not each.is_recovered] == []


def test_the_truths_that_matter_are_among_them_and_none_is_empty(lines: list[Line]) -> None:
    said = " ".join(each.what for each in lines)

    for words in _WHAT_MATTERS:
        assert words in said
    assert all(each.found > 0 for each in lines)


def test_a_number_that_is_off_by_one_is_not_called_recovered() -> None:
    assert Line("incidents", "D01", 100, 100).is_recovered
    assert not Line("incidents", "D01", 100, 101).is_recovered


def test_a_pair_that_is_off_by_one_or_is_not_there_is_not_called_recovered() -> None:
    true = {"a": (3, 1.5), "b": (2, 0.5)}

    assert alike("pairs", "D18", true, dict(true)).is_recovered
    assert not alike("pairs", "D18", true, {**true, "b": (3, 0.5)}).is_recovered
    assert not alike("pairs", "D18", true, {**true, "b": (2, 0.500001)}).is_recovered
    assert not alike("pairs", "D18", true, {"a": (3, 1.5), "c": (2, 0.5)}).is_recovered
    assert not alike("pairs", "D18", true, {**true, "c": (1, 9.0)}).is_recovered


def test_lifts_in_the_truth_are_counts_that_anybody_can_multiply(made_up: MadeUp) -> None:
    true = made_up.truth["as_read"]["co_occurrence"]
    combinations = {tuple(each["strands"]): each["incidents"] for each in true["combinations"]}

    def carrying(*strands: str) -> int:
        return sum(many for held, many in combinations.items() if set(strands) <= set(held))

    assert sum(combinations.values()) == true["of"]
    for pair in true["pairs"]:
        one, other = pair["strands"]
        assert pair["both"] == carrying(one, other)
        assert pair["lift"] == pytest.approx(
            pair["both"] / true["of"] / (carrying(one) / true["of"] * carrying(other) / true["of"])
        )


@pytest.mark.parametrize("rule", ["R1", "R2", "R3"])
def test_what_the_flags_miss_is_in_the_truth_month_by_month(rule: str, made_up: MadeUp) -> None:
    counts = [each for each in made_up.truth["counts"] if each["as_at"] == "2026-11-09"]

    for each in counts:
        assert sum(each[rule].values()) == each["counted"], each["month"]
        assert each["truly_mental_health_and_flagged"] <= min(each["truly_mental_health"], each["R1"]["yes"])
    assert sum(each["truly_mental_health"] for each in counts) > 1.2 * sum(each["R1"]["yes"] for each in counts)


def test_the_true_officer_hours_lie_between_the_bounds(made_up: MadeUp) -> None:
    hours = made_up.truth["as_read"]["time_spent"]["t2"]

    assert hours["known_hours"] < hours["true_hours"] < hours["most_hours"]


def test_repeats_are_fewer_than_they_truly_are_because_links_are_missing(made_up: MadeUp) -> None:
    person = made_up.truth["as_read"]["repeats_by_person"]

    assert person["third_in_90_days"] < person["truly_third_in_90_days"]
    assert person["of"] + person["not_linked"] == made_up.truth["as_read"]["co_occurrence"]["of"]


def test_chains_and_loops_are_in_the_files_and_are_told_apart(made_up: MadeUp, force: Force) -> None:
    from nvap.packs.derived_columns import OWN_DERIVED

    with connect() as engine:
        open_tables(engine, force)
        sql = OWN_DERIVED["incidents"]["chain"].sql
        found = engine.query(f'SELECT {sql} AS chain, count(*) AS logs FROM "incidents" GROUP BY 1').to_pylist()

    logs = {row["chain"]: row["logs"] for row in found}
    assert logs["loop"] == sum(each["logs_in_a_loop"] for each in made_up.truth["as_read"]["events"])
    assert min(logs[name] for name in ("none", "duplicate", "leader_not_held", "loop")) > 0


def test_the_table_of_what_is_recovered_is_printed_in_the_window(
    filled: Filled, made_up: MadeUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NVAP_WORKSPACE", str(filled.workspace.path))
    monkeypatch.setenv("COLUMNS", "80")

    said = demo("truth", "--folder", str(made_up.folder))
    as_json = json.loads(demo("truth", "--folder", str(made_up.folder), "--json"))

    assert max(len(line) for line in said.splitlines()) <= 80
    assert "numbers are recovered" in said
    assert all(row["recovered"] for row in as_json)


@pytest.mark.gate
def test_a_whole_forces_truth_is_recovered_as_a_small_ones_is(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace", kind="practice")

    made = fill(workspace, size="force", progress=lambda _: None)

    lines = recovered(workspace, workspace.force(FORCE_CODE), made)
    assert [(each.what, each.shown, each.found) for each in lines if not each.is_recovered] == []
    assert max(each.found for each in lines) > 5_000_000
