"""`nvap measure` and `nvap readiness` as an analyst types them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from nvap.cli import app
from nvap.errors import NvapError
from nvap.measures.run import PROVENANCE
from nvap.records.workspace import Force, Workspace

from .conftest import Load

ROWS = "\n".join(f"{at},2024-01-{at % 28 + 1:02},{'Y' if at % 4 == 0 else 'N'},East" for at in range(1, 201))


def nvap(*words: str, width: int = 80) -> Result:
    """Run a command; a fault ends it with its exit code, as `nvap` itself does."""
    result = CliRunner().invoke(app(), list(words), env={"COLUMNS": str(width)})
    if isinstance(result.exception, NvapError):
        result.exit_code = result.exception.exit_code
    return result


@pytest.fixture
def loaded(load_incidents: Load) -> None:
    """Two hundred incidents in January, a quarter of them flagged."""
    load_incidents(ROWS, "2024-03-01")


@pytest.mark.usefixtures("loaded")
def test_a_table_first_says_that_it_is_made_up_and_what_can_be_said() -> None:
    result = nvap("measure", "D01")

    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert lines[0] == "MADE-UP FORCE: none of these numbers is real."
    assert lines[2].startswith("How many incidents were recorded as mental-health-related")
    assert "Counting rule: flagged at closure (R1). As at 2024-03-01. kent" in result.output
    assert "2024-01     50  200        0  25.0%  19.5% to 31.4%" in result.output
    assert "Read alongside flag recall (D03)" in result.output


def test_areas_stand_in_one_table_whose_period_is_said_once(load_incidents: Load) -> None:
    load_incidents(ROWS.replace("3,N,East", "3,N,West"), "2024-03-01")

    lines = nvap("measure", "D01", "--by", "area").output.splitlines()

    heading = next(at for at, line in enumerate(lines) if line.startswith("area "))
    assert lines[heading - 1] == "2024-01-01 to 2024-02-29:"
    assert "2024" not in "".join(lines[heading : heading + 3])
    assert lines[heading + 1].startswith("East ")


@pytest.mark.usefixtures("loaded")
def test_below_the_table_it_says_which_chart_each_number_gets_and_why() -> None:
    result = nvap("measure", "D01")

    assert "Charts\nD01, " in result.output
    assert "A plain line, with no limits and no signals" in " ".join(result.output.split())


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_line_is_wider_than_the_window(width: int) -> None:
    for words in (["measure"], ["readiness"], ["measure", "D01", "--by", "month,area"]):
        lines = nvap(*words, width=width).output.splitlines()

        assert max(len(line) for line in lines) <= width


@pytest.mark.usefixtures("loaded")
def test_csv_and_json_hold_the_same_rows() -> None:
    as_csv = list(csv.DictReader(io.StringIO(nvap("measure", "D01", "--format", "csv").output)))
    as_json = json.loads(nvap("measure", "D01", "--format", "json").output)

    assert [row["numerator"] for row in as_csv] == ["50", "0", "50", "0"]
    assert [row["numerator"] for row in as_json] == [50, 0, 50, 0]
    assert as_json[0]["period_start"] == as_csv[0]["period_start"] == "2024-01-01"
    assert as_json[0]["lower"] is None
    assert as_csv[0]["lower"] == ""
    assert as_csv[0]["reason"] == as_json[0]["reason"] == "MADE-UP FORCE: none of these numbers is real."


@pytest.mark.usefixtures("loaded")
def test_parquet_holds_its_provenance(tmp_path: Path) -> None:
    out = tmp_path / "d01.parquet"

    result = nvap("measure", "D01", "--format", "parquet", "--out", str(out))

    assert result.exit_code == 0
    assert PROVENANCE in pq.read_schema(out).metadata
    assert pq.read_table(out).num_rows == 4


@pytest.mark.usefixtures("loaded")
def test_the_query_can_be_read_instead_of_the_numbers() -> None:
    result = nvap("measure", "D01", "--sql")

    assert result.output.startswith("SELECT")
    assert "\"closure_kind\" = 'counted'" in result.output
    assert "19.5%" not in result.output


@pytest.mark.usefixtures("loaded")
def test_stored_results_can_be_found_again(kent: Force) -> None:
    result = nvap("measure", "D01", "--store")

    assert "Stored as " in result.output
    assert len(list((kent.folder / "results").iterdir())) == 1


@pytest.mark.usefixtures("loaded")
def test_nothing_but_refusals_ends_with_three() -> None:
    result = nvap("measure", "P12")

    assert result.exit_code == 3
    assert "Not enough data to say. The table population is not loaded" in result.output


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["D1"], 2, "Did you mean `D01`?"),
        (["D01", "--force", "knet"], 2, "Did you mean `kent`?"),
        (["D01", "--from", "2025", "--to", "2024"], 2, "--from 2025-01-01 lies after --to 2024-12-31"),
        (["D01", "--by", "mounth"], 2, "Did you mean `month`?"),
        (["D01", "--rule", "R9"], 2, "Unknown counting rule `R9`; known: R1 (flagged at closure)"),
        (["D01", "--format", "jsn"], 2, "Did you mean `json`?"),
        (["D01", "--format", "parquet"], 2, "--format parquet needs --out FILE."),
        (["D01", "--engine", "duckbd"], 2, "Did you mean `duckdb`?"),
        (["D01", "--as-at", "2024-01-01"], 3, "holds no extract as at 2024-01-01"),
        (["D01", "--as-at", "yesterday"], 2, "--as-at is a day, a month or a year"),
        (["D01", "--pack", "nvap-2.1.2"], 2, "No pack `nvap-2.1.2` is installed"),
        (["D01", "--format", "csv", "--out", "/nowhere/d01.csv"], 1, "/nowhere/d01.csv cannot be written"),
    ],
)
def test_a_wrong_question_gets_a_clear_answer(words: list[str], code: int, message: str) -> None:
    result = nvap("measure", *words)

    assert result.exit_code == code
    assert message in str(result.exception)


def test_a_workspace_that_is_not_there_says_how_to_make_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NVAP_WORKSPACE", str(tmp_path / "none"))

    assert "Make one with `nvap workspace make" in str(nvap("measure", "D01").exception)


def test_a_workspace_without_a_force_says_how_to_add_one(workspace: Workspace) -> None:
    assert "Add one with `nvap force add`" in str(nvap("readiness").exception)


@pytest.mark.usefixtures("loaded")
def test_readiness_as_json_names_each_parts_obstacle() -> None:
    found = {row["measure"]: row for row in json.loads(nvap("readiness", "--json").output)}

    assert found["D01"]["state"] == "computable"
    assert found["D12"]["state"] == "not"
    assert "area" in found["D01"]["by"]
    assert "area" not in found["P04"]["by"]
    assert found["D12"]["parts"]["t2_hours"] == "The table deployments is not loaded."


@pytest.mark.usefixtures("loaded")
def test_a_picture_is_written_with_its_table_and_said_in_words(tmp_path: Path) -> None:
    out, table = tmp_path / "d01.svg", tmp_path / "d01.csv"

    result = nvap("picture", "D01", str(out), "--part", "share", "--table", str(table))

    assert result.exit_code == 0
    assert "January 2024: 25.0%" in result.output
    assert "Made-up force" in out.read_text(encoding="utf-8")
    assert table.read_text(encoding="utf-8").splitlines()[1].startswith("January 2024,25.0%,25.0%")


@pytest.mark.usefixtures("loaded")
def test_a_picture_for_slides_is_a_png_and_other_files_are_refused(tmp_path: Path) -> None:
    assert nvap("picture", "D01", str(tmp_path / "d01.png")).exit_code == 0
    assert (tmp_path / "d01.png").read_bytes().startswith(b"\x89PNG")
    assert nvap("picture", "D01", str(tmp_path / "d01.gif")).exit_code == 2
    assert nvap("picture", "D01", str(tmp_path / "d01.svg"), "--part", "shair").exit_code == 2
