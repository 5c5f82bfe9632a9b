"""Other strands of vulnerability beside mental health: the numbers that the measure gives, and which stand together."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.web.results import world

from nvap import packs
from nvap.errors import NotEnoughData
from nvap.measures.run import run
from nvap.measures.strands import strands_beside
from nvap.records.workspace import Force, Workspace, make_workspace


@pytest.fixture(scope="module")
def flagged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Force]:
    """A force whose incidents carry flags of other strands."""
    folder = tmp_path_factory.mktemp("strands")
    workspace = make_workspace(folder / "workspace", kind="practice")
    force = workspace.add_force("northshire", "Northshire Police")
    world.load_all(workspace, force, folder)
    world.load_flags(workspace, force, folder)
    return workspace, force


def test_shares_and_lifts_are_those_that_the_measure_gives(flagged: tuple[Workspace, Force]) -> None:
    workspace, force = flagged
    rows = run(workspace, force, ["D18"], by="whole").to_pylist()

    found = strands_beside(force, packs.pack().measure("D18"), rule="R1")

    another = next(row for row in rows if row["part"] == "another")
    carrying = found.related - found.combinations[()]
    assert (carrying, found.related, found.unknown_flag) == (
        another["numerator"], another["denominator"], another["unknown"],
    )  # fmt: skip
    beside = {row["category"]: row for row in rows if row["part"] == "beside"}
    assert {each.label for each in found.strands if each.both} == set(beside)
    for each in found.strands:
        row = beside[each.label]
        assert each.lift is not None
        assert (each.both, found.incidents) == (row["numerator"], row["denominator"])
        assert (each.lift.value, each.lift.lower, each.lift.upper) == pytest.approx(
            (row["value"], row["lower"], row["upper"])
        )


def test_pairs_of_strands_are_those_that_the_measure_gives(flagged: tuple[Workspace, Force]) -> None:
    workspace, force = flagged
    rows = [row for row in run(workspace, force, ["D18"], by="whole").to_pylist() if row["part"] == "pairs_lift"]

    (pair,) = strands_beside(force, packs.pack().measure("D18"), rule="R1").pairs

    assert (" and ".join(pair.labels), pair.both) == (rows[0]["category"], rows[0]["numerator"])
    assert (pair.lift.value, pair.lift.lower) == pytest.approx((rows[0]["value"], rows[0]["lower"]))


def test_only_the_days_that_both_tables_cover_are_counted(flagged: tuple[Workspace, Force], tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace", kind="practice")
    force = workspace.add_force("northshire", "Northshire Police")
    world.load_all(workspace, force, tmp_path)
    world.load_flags(workspace, force, tmp_path, covered=("2024-01", "2024-10"))

    found = strands_beside(force, packs.pack().measure("D18"), rule="R1")

    assert (found.first.isoformat(), found.last.isoformat()) == ("2024-01-01", "2024-10-31")
    assert found.incidents == 10 * world.EVERY_MONTH
    assert found.related == sum(world.FLAGGED[:10])


def test_without_flags_it_says_what_is_missing(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace", kind="practice")
    force = workspace.add_force("northshire", "Northshire Police")
    world.load_all(workspace, force, tmp_path)

    with pytest.raises(NotEnoughData, match="vulnerability_flags is not loaded"):
        strands_beside(force, packs.pack().measure("D18"), rule="R1")
