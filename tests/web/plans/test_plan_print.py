"""`nvap plan print`: extracts to a printed board pack, as an operator types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
import typer
from tests.web.plans.conftest import write
from typer.testing import CliRunner

from nvap.cli import plans
from nvap.errors import NvapError
from nvap.records.store import all_batches
from nvap.records.workspace import open_workspace
from nvap.web.journal.models import Entry
from nvap.web.plans.actions.saving import NewThing

pytestmark = pytest.mark.django_db

Type = Callable[..., str]
MAPPING = """\
mapping: logs
version: 1
source: {name: Logs of a test, note: none}
file: {format: csv, encoding: utf-8, delimiter: ","}
table: incidents
made_up: true
time_zone: Europe/London
extract: {kind: full, from: 2026-01-01, to: 2026-03-31}
columns:
  incident_ref: log
  created: {expr: created, format: "%Y-%m-%d %H:%M", precision: instant}
  closure_kind: {expr: kind, values: {N: counted}}
  mh_at_closure: {expr: mh, values: {Y: true, N: false}}
"""


@pytest.fixture
def typed(plan: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Type:
    """Type a command; what it prints, or the fault that it ends with."""
    from nvap.web import migration

    monkeypatch.setattr(migration, "prepare", lambda **_: None)  # the tests' database stands already
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    plans.register(app)

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["plan", "print", *words, "--force", "northshire"], env={"COLUMNS": "80"})
        if isinstance(result.exception, NvapError):
            return f"exit {result.exception.exit_code}: {result.exception}"
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return run


def extracts(**changes: str) -> None:
    """Three months of logs, 40 about mental health each month, their mapping, and the list of what to load."""
    rows = [
        f"L{month}-{number},2026-0{month}-{1 + number % 28:02} 12:00,N,{'Y' if number < 40 else 'N'}"
        for month in (1, 2, 3)
        for number in range(400)
    ]
    Path("logs.csv").write_text("\n".join(["log,created,kind,mh", *rows]), encoding="utf-8")
    Path("logs.yaml").write_text(MAPPING, encoding="utf-8")
    row = {"file": "logs.csv", "mapping": "logs.yaml", "as_at": "2026-04-10"} | changes
    Path("list.json").write_text(json.dumps({"files": [row]}), encoding="utf-8")


def test_extracts_become_a_pack_with_their_numbers_and_the_journal_says_that_it_went_out(
    typed: Type, plan: Any, alice_lead: Any
) -> None:
    write(plan, alice_lead, {}, new=[NewThing("D01", "measure", "O1")])
    extracts()

    said = typed("pack.docx", "--load", "list.json")

    assert "Wrote pack.docx." in said, said
    tables = docx.Document("pack.docx").tables
    cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert "Loading 1 of 1: logs.csv" in said
    assert "40" in cells
    assert Entry.objects.filter(reason="plan, board pack, docx").count() == 1


def test_a_pack_is_printed_again_without_loading_or_measuring(typed: Type, plan: Any, alice_lead: Any) -> None:
    write(plan, alice_lead, {}, new=[NewThing("D01", "measure", "O1")])

    said = typed("pack.pdf", "--no-measure")

    assert "Computed" not in said
    assert Path("pack.pdf").read_bytes().startswith(b"%PDF")


def test_a_list_with_faults_loads_nothing_and_names_them_all(typed: Type, plan: Any) -> None:
    extracts(file="log.csv", as_at="April")

    said = typed("pack.pdf", "--load", "list.json")

    assert said.startswith("exit 1: list.json has faults; nothing was loaded")
    assert "files[1].file: there is no file log.csv" in said
    assert all_batches(open_workspace().force("northshire")) == []
    assert not Path("pack.pdf").exists()


def test_a_day_that_is_none_is_a_fault_of_the_list(typed: Type, plan: Any) -> None:
    extracts(as_at="April")

    said = typed("pack.pdf", "--load", "list.json")

    assert "files[1].as_at: a day is written 2024-01-31; found `April`" in said


def test_a_pack_in_no_known_form_is_refused_before_anything_is_read(typed: Type, plan: Any) -> None:
    assert "ends with .pdf or .docx; found `pack.odt`" in typed("pack.odt", "--load", "nowhere.json")
