"""`nvap picture` of other vulnerabilities, of groups against a reference group, and of rare events, as it is typed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.web.results import world
from typer.testing import CliRunner, Result

from nvap.cli import app
from nvap.errors import NvapError
from nvap.records.workspace import make_workspace


def nvap(*words: str) -> Result:
    """Run a command; a fault ends it with its exit code, as `nvap` itself does."""
    result = CliRunner().invoke(app(), list(words), env={"COLUMNS": "80"})
    if isinstance(result.exception, NvapError):
        result.exit_code = result.exception.exit_code
    return result


@pytest.fixture(scope="module")
def northshire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose force has flags of other strands, people and detentions by ethnicity."""
    folder = tmp_path_factory.mktemp("typed")
    workspace = make_workspace(folder / "workspace", kind="practice")
    force = workspace.add_force("northshire", "Northshire Police")
    world.load_all(workspace, force, folder)
    world.load_flags(workspace, force, folder)
    world.load_groups(workspace, force, folder)
    return folder / "workspace"


@pytest.fixture(autouse=True)
def _there(northshire: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVAP_WORKSPACE", str(northshire))


def test_strands_that_stand_together_are_drawn_and_told(tmp_path: Path) -> None:
    result = nvap("picture", "D18", str(tmp_path / "strands.svg"), "--by", "strands")

    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    assert "198 carry none and are not drawn" in said
    assert "Domestic abuse: 20; Domestic abuse, Suicide (local addition): 10" in said
    assert "Made-up force" in (tmp_path / "strands.svg").read_text(encoding="utf-8")


def test_lifts_have_a_table_with_two_decimals_beside_them(tmp_path: Path) -> None:
    table = tmp_path / "lift.csv"
    result = nvap("picture", "D18", str(tmp_path / "lift.png"), "--by", "lift", "--table", str(table))

    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert result.exit_code == 0, result.output
    assert (tmp_path / "lift.png").read_bytes().startswith(b"\x89PNG")
    # (30 × 800) / (228 × 50)
    assert [row[next(name for name in row if name.startswith("Lift"))] for row in rows] == ["2.11", "3.51"]


def test_each_group_stands_against_the_reference_group(tmp_path: Path) -> None:
    file = tmp_path / "ratios.svg"
    result = nvap("picture", "D19", str(file), "--part", "detained_ratio", "--by", "whole", "--from", "2024")

    said = " ".join(result.output.split())
    assert result.exit_code == 0, result.output
    assert "Ethnicity: of 4 of 34 it is not known (11.8%)." in said
    assert "Black: 4.50 (" in said
    assert "1: the same as White" in file.read_text(encoding="utf-8")


def test_a_measure_without_strands_is_told_which_one_has_them(tmp_path: Path) -> None:
    result = nvap("picture", "D01", str(tmp_path / "no.svg"), "--by", "strands")

    assert result.exit_code == 2
    assert "--by strands is a picture of D18; found D01." in str(result.exception)


def test_a_ratio_that_nothing_can_be_said_of_says_why(tmp_path: Path) -> None:
    result = nvap("picture", "D19", str(tmp_path / "no.svg"), "--part", "incidents_ratio", "--by", "year")

    assert result.exit_code != 0
    assert "D19, Rate of mental-health-related incidents of each ethnic group" in str(result.exception)
    assert not (tmp_path / "no.svg").exists()


def test_of_rare_events_the_picture_is_what_passed_between_them(northshire: Path, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace", kind="practice")
    force = workspace.add_force("northshire", "Northshire Police")
    world.load_all(workspace, force, tmp_path)
    world.load_rare(workspace, force, tmp_path)
    words = ["picture", "P12", str(tmp_path / "p12.svg")]

    result = CliRunner().invoke(app(), words, env={"COLUMNS": "80", "NVAP_WORKSPACE": str(tmp_path / "workspace")})

    assert result.exit_code == 0, result.output
    assert "Days since the one before" in (tmp_path / "p12.svg").read_text(encoding="utf-8")


def test_which_groups_differ_by_more_than_chance_is_said_and_whether_what_is_not_known_could_undo_it(
    tmp_path: Path,
) -> None:
    said = " ".join(
        nvap(
            "picture", "D19", str(tmp_path / "r.svg"), "--part", "detained_ratio", "--by", "whole", "--from", "2024"
        ).output.split()
    )

    # 4.5 among those known; 3.75 at the lowest, with 10 and 24 events: e^(ln 3.75 − 1.96 √(1/10 + 1/24)) = 1.79.
    assert "Different from White by more than chance, among those known: Black." in said
    assert "Different whatever group the unknown are in: Black." in said
