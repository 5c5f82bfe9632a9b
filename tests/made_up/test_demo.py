"""`nvap demo`, as a person types and mistypes it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nvap.cli import app
from nvap.cli.made_up import fill
from nvap.errors import Refused, UsageFault
from nvap.measures.run import run
from nvap.records.made_up import FORCE_CODE, made_in
from nvap.records.store import all_batches
from nvap.records.workspace import make_workspace, open_workspace


def demo(*arguments: str) -> str:
    result = CliRunner().invoke(app(), ["demo", *arguments])
    if result.exception is not None:
        raise result.exception
    return result.output


def test_files_only_are_written_where_asked_and_no_workspace_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NVAP_WORKSPACE", str(tmp_path / "workspace"))

    said = demo("--no-load", "--out", str(tmp_path / "made-up"))

    made = made_in(tmp_path / "made-up")
    assert made is not None
    assert made.size == "small"
    assert "Nothing in" in said
    assert "is real" in said
    assert not (tmp_path / "workspace").exists()


def test_a_real_workspace_is_refused_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVAP_WORKSPACE", str(tmp_path / "workspace"))
    make_workspace(kind="real")

    with pytest.raises(Refused, match="is a real workspace; a made-up force goes into a practice one only"):
        demo("--out", str(tmp_path / "made-up"))

    assert not (tmp_path / "made-up").exists()
    assert open_workspace().forces() == []


def test_a_mistyped_size_is_answered_with_the_sizes_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="--size is small or force; found `smal`"):
        demo("--no-load", "--size", "smal", "--out", str(tmp_path / "out"))


@pytest.mark.gate
def test_the_demonstration_is_loaded_into_a_new_practice_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NVAP_WORKSPACE", str(tmp_path / "workspace"))

    said = demo("--seed", "7", "--end", "2025-03")

    assert "Made a practice workspace" in said
    assert "rows read = " in said
    assert [force.code for force in open_workspace().forces()] == ["madeup"]
    assert made_in(tmp_path / "workspace" / "made-up") is not None


_LARGE = r"""
import json, re, sys
from pathlib import Path
from nvap.records.made_up import make
made = make(Path(sys.argv[1]), size="force")
files = made.truth["files"]
rows = {}
for each in files:
    rows[each["table"]] = rows.get(each["table"], 0) + each["read"]
# Not getrusage: that counts the memory of the process that started this one too.
peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps({"rows": rows, "peak_mib": int(peak.group(1)) / 1024}))
"""


@pytest.mark.gate
def test_a_whole_force_is_made_in_little_memory(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _LARGE, str(tmp_path / "large")], capture_output=True, check=True)

    found = json.loads(done.stdout)
    assert found["rows"]["incidents"] > 1_500_000
    assert found["rows"]["deployments"] > 2_200_000
    assert found["peak_mib"] < 500


@pytest.mark.gate
def test_a_whole_force_loads_and_its_months_are_the_true_ones(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "workspace", kind="practice")

    made = fill(workspace, size="force", progress=lambda _: None)

    table = run(workspace, workspace.force(FORCE_CODE), ["D01"])
    counts = {f"{row['period_start']:%Y-%m}": row["numerator"] for row in table.to_pylist() if row["part"] == "count"}
    true = {each["month"]: each["R1"]["yes"] for each in made.truth["counts"] if each["as_at"] == "2026-11-09"}
    fates = {batch.report["file"]: batch.report["loaded"] for batch in all_batches(workspace.force(FORCE_CODE))}
    assert counts == true
    assert fates == {entry["file"]: entry["loaded"] for entry in made.truth["files"]}
