"""`nvap plan`, as an operator types it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import typer
from tests.web.plans.conftest import write
from typer.testing import CliRunner

from nvap.cli import plans
from nvap.errors import NvapError
from nvap.web.journal.models import Entry
from nvap.web.plans.document import document_of

pytestmark = pytest.mark.django_db

Type = Callable[..., str]
BY = ("--by", "alice@northshire.example")


@pytest.fixture
def typed(plan: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Type:
    """Type a command in 60 columns; what it prints, or the fault that it ends with."""
    from nvap.web import migration

    monkeypatch.setattr(migration, "prepare", lambda **_: None)  # the tests' database stands already
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    plans.register(app)

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, [*words, "--force", "northshire"], env={"COLUMNS": "60"})
        if isinstance(result.exception, NvapError):
            return f"exit {result.exception.exit_code}: {result.exception}"
        assert result.exit_code == 0, result.output
        return result.output

    return run


def test_an_operator_reads_the_plan_in_a_narrow_window(typed: Type, plan: Any, alice_lead: Any) -> None:
    texts = {("about", "why"): "So that people are heard. " * 9, ("A1a", "decision"): "will-do"}
    write(plan, alice_lead, texts | {("A1a", "wording"): "An activity with a long name " * 3})

    told = typed("plan", "show")

    assert "Northshire Police" in told
    assert "What the force does with it: Will do" in told
    assert max(map(len, told.splitlines())) <= 60


def test_what_is_written_in_the_workbook_is_shown_and_saved_only_when_asked(typed: Type, plan: Any) -> None:
    typed("plan", "workbook", "--out", "plan.xlsx")
    book = openpyxl.load_workbook("plan.xlsx")
    row = next(row for row in book["About"].iter_rows() if row[3].value == "about.why")
    row[1].value = "So that people are heard."
    book.save("plan.xlsx")

    shown = typed("plan", "import", "plan.xlsx", *BY)
    before = document_of(plan).text("about", "why")
    saved = typed("plan", "import", "plan.xlsx", *BY, "--save")

    assert "1 place would change. Nothing was saved" in shown
    assert before == ""
    assert "Saved: 1 place changed, in version 2 of the plan." in saved
    assert document_of(plan).text("about", "why") == "So that people are heard."


def test_a_workbook_with_a_formula_ends_with_its_cell_and_exit_1(typed: Type, plan: Any) -> None:
    typed("plan", "workbook", "--out", "plan.xlsx")
    book = openpyxl.load_workbook("plan.xlsx")
    book["About"]["B4"].value = "=1+1"
    book.save("plan.xlsx")

    told = typed("plan", "import", "plan.xlsx", *BY, "--save")

    assert told.startswith(
        "exit 1: plan.xlsx needs mending; nothing was saved:\nAbout, Prepared by, B4: This is a formula."
    )
    assert document_of(plan).version == 1


def test_a_plan_in_word_comes_in_as_its_headings_say(typed: Type, plan: Any) -> None:
    document = docx.Document()
    for words in (
        "Why are we doing this?",
        "So that people are heard.",
        "Objective 1",
        "Activity: Audit",
        "Output: A list",
    ):
        document.add_paragraph(words)
    document.save("plan.docx")

    told = typed("plan", "import", "plan.docx", *BY, "--save")

    assert "line 2, Why are we doing this?" in told
    assert document_of(plan).text("about", "why") == "So that people are heard."
    assert document_of(plan).text("own-a1", "output", "organisational") == "A list"


def test_the_whole_plan_is_printed_as_json_and_the_journal_says_so(typed: Type, plan: Any) -> None:
    told = json.loads(typed("plan", "json"))

    assert told["version"] == document_of(plan).version
    line = Entry.objects.filter(force="northshire").order_by("-seq")[0]
    assert (line.act, line.reason) == ("export", "plan, json")


def test_somebody_who_may_not_change_the_plan_may_not_import_either(typed: Type, ben_analyst: Any) -> None:
    Path("plan.xlsx").write_bytes(b"")

    told = typed("plan", "import", "plan.xlsx", "--by", ben_analyst.email, "--save")

    assert told.startswith("exit 3: ben@northshire.example is analyst of Northshire Police, who may not change")


def test_a_wrong_address_and_a_missing_file_are_told(typed: Type) -> None:
    Path("plan.xlsx").write_bytes(b"")

    assert typed("plan", "import", "plan.xlsx", "--by", "alise@northshire.example").startswith("exit 2: Nobody with")
    assert typed("plan", "import", "none.xlsx", *BY).startswith("exit 2: There is no file none.xlsx")


def test_a_text_that_may_identify_somebody_is_not_saved_unseen(typed: Type, plan: Any) -> None:
    document = docx.Document()
    for words in ("Why are we doing this?", "For Mrs Jane Harker", "Prepared by: nobody", "Activity: Audit"):
        document.add_paragraph(words)
    document.save("plan.docx")

    refused = typed("plan", "import", "plan.docx", *BY, "--save")
    typed("plan", "import", "plan.docx", *BY, "--save", "--nobody-named")

    assert refused.startswith("exit 3: Nothing was saved.")
    assert "about why; --nobody-named" in refused
    assert document_of(plan).text("about", "why") == "For Mrs Jane Harker"
