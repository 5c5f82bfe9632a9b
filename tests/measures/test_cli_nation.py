"""`nvap export-tables`, and `nvap measure --tables`, as a national body types them."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from nvap.measures.run import provenance_of

from .conftest import Load
from .test_cli_measures import ROWS, nvap


@pytest.fixture
def exported(load_incidents: Load, tmp_path: Path) -> str:
    """A folder with Kent's tables."""
    load_incidents(ROWS, "2024-03-01")
    folder = tmp_path / "nation"
    assert nvap("export-tables", "--out", str(folder)).exit_code == 0
    return str(folder)


def test_exporting_says_whose_tables_there_are_and_that_they_are_about_people(
    load_incidents: Load, tmp_path: Path
) -> None:
    load_incidents(ROWS, "2024-03-01")

    said = nvap("export-tables", "--out", str(tmp_path / "nation")).output

    assert "holds 1 tables of 1 forces: kent." not in said
    assert "holds 1 table of 1 force: kent." in said
    assert "pass them on only as personal data may be" in said


def test_each_forces_rows_stand_under_its_name(exported: str) -> None:
    result = nvap("measure", "D01", "--tables", exported)

    assert result.exit_code == 0
    assert result.output.startswith("Kent (kent)\n===========\nMADE-UP FORCE: none of these numbers is real.")
    assert "2024-01     50  200        0  25.0%  19.5% to 31.4%" in result.output
    assert max(len(line) for line in result.output.splitlines()) <= 80


def test_a_file_that_ends_with_parquet_is_parquet(exported: str, tmp_path: Path) -> None:
    result = nvap("measure", "D01", "--tables", exported, "--out", str(tmp_path / "rows.parquet"))

    held = pq.read_table(tmp_path / "rows.parquet")
    assert result.exit_code == 0
    assert f"{held.num_rows:,} rows of 1 force (duckdb" in result.output
    assert provenance_of(held)["force"] == "kent"


def test_the_sql_is_shown_on_request(exported: str) -> None:
    assert nvap("measure", "D01", "--tables", exported, "--sql").output.startswith("SELECT\n")


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["--store"], "--store keeps a force's own results", 2),
        (["--as-at", "2024-01"], "--as-at is for the workspace", 2),
        (["--engine", "sprak"], "--engine is duckdb or spark; found `sprak`. Did you mean `spark`?", 2),
        (["--force", "knet"], "No force `knet`", 2),
        (["--from", "2030-01"], "", 3),
    ],
)
def test_what_a_folder_cannot_be_asked_is_told(exported: str, words: list[str], said: str, code: int) -> None:
    result = nvap("measure", "D01", "--tables", exported, *words)

    assert result.exit_code == code
    assert said in str(result.exception)


def test_a_workspace_asked_for_an_unknown_engine_names_those_that_there_are(load_incidents: Load) -> None:
    load_incidents(ROWS, "2024-03-01")

    assert "--engine is duckdb or spark; found `sprak`" in str(nvap("measure", "D01", "--engine", "sprak").exception)
