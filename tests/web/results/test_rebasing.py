"""Limits begin anew by the calendar or by a recorded decision, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.web.results.test_pages import text_of

from nvap.errors import Refused
from nvap.measures.charting import of_provenance
from nvap.measures.run import provenance_of, run
from nvap.records.workspace import Workspace
from nvap.web.accounts.models import Force, User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Entry
from nvap.web.results import actions
from nvap.web.results.models import Rebase
from nvap.web.results.rebasing import decisions

Browse = Callable[..., Client]
REASON = "Street triage began on this day; the order is in the change log"


@pytest.fixture(autouse=True)
def _jobs_wait(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def test_the_page_says_which_chart_it_shows_and_why(browse: Browse, alice_lead: User, with_results: Workspace) -> None:
    said = text_of(browse(alice_lead), "/measures/D02/")

    assert "Which chart, and why: Laney's U' chart, for big denominators" in said


def test_ben_decides_that_limits_begin_anew_and_every_chart_says_so_with_his_name(
    browse: Browse, ben_analyst: User, alice_lead: User, with_results: Workspace
) -> None:
    answer = browse(ben_analyst).post("/measures/D02/lines/", {"on": "1/1/2025", "reason": REASON})

    assert answer.status_code == 302
    decided = Rebase.objects.get()
    assert (decided.on, decided.decided_by) == (date(2025, 1, 1), str(ben_analyst))
    said = text_of(browse(alice_lead), "/measures/D02/?by=month")
    assert f"1 January 2025: {REASON} (decided by {ben_analyst.name} on " in said
    assert "Average and limits begin anew here, by a recorded decision." in said
    assert "2 of 2 periods between breaks hold fewer than 13 values" in said or "plain line" in said


def test_the_journal_notes_the_decision_and_not_its_words(
    browse: Browse, ben_analyst: User, with_results: Workspace
) -> None:
    browse(ben_analyst).post("/measures/D02/lines/", {"on": "1/1/2025", "reason": REASON})

    line = Entry.objects.get(object_type="re-basing")
    assert line.reason == "D02 re-based from 2025-01-01"
    assert line.actor == str(ben_analyst)


def test_ben_takes_a_decision_back_and_it_stays_on_record(
    browse: Browse, ben_analyst: User, alice_lead: User, northshire: Force, with_results: Workspace
) -> None:
    decided = actions.rebase(
        force=northshire, measure="D02", part="", on=date(2025, 1, 1), reason=REASON, by=ben_analyst
    )

    browse(ben_analyst).post(
        f"/measures/D02/lines/{decided.pk}/take-back/", {"reason": "The order was not carried out"}
    )

    said = text_of(browse(alice_lead), "/measures/D02/lines/")
    assert "Taken back" in said
    assert "The order was not carried out" in said
    assert "by a recorded decision" not in text_of(browse(alice_lead), "/measures/D02/")
    assert decisions(northshire) == []


def test_what_was_decided_in_the_web_splits_the_series_of_the_command_line_too(
    northshire: Force, ben_analyst: User, with_results: Workspace, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        actions.rebase(force=northshire, measure="D02", part="", on=date(2025, 1, 1), reason=REASON, by=ben_analyst)

    found = run(with_results, with_results.force("northshire"), ["D02"])

    said = next(of_provenance(provenance_of(found)))
    assert said.rebased == (("2025-01-01", REASON),)


def test_alice_reads_the_decisions_and_cannot_make_one(
    browse: Browse, alice_lead: User, northshire: Force, with_results: Workspace
) -> None:
    said = text_of(browse(alice_lead), "/measures/D02/lines/")
    browse(alice_lead).post("/measures/D02/lines/", {"on": "1/1/2025", "reason": REASON})

    assert "Nobody has decided so." in said
    assert "Record the decision" not in said
    assert not Rebase.objects.exists()


def test_a_decision_needs_a_reason_and_a_day(browse: Browse, ben_analyst: User, with_results: Workspace) -> None:
    said = text_of_post(browse(ben_analyst), {"on": "", "reason": ""})

    assert "Write the first day under the new conditions" in said
    assert "Say what changed, and how that is known" in said
    assert not Rebase.objects.exists()


def test_the_same_day_is_decided_once(northshire: Force, ben_analyst: User) -> None:
    what = {"force": northshire, "measure": "D02", "part": "", "on": date(2025, 1, 1), "by": ben_analyst}
    actions.rebase(**what, reason=REASON)

    with pytest.raises(Refused, match="decided already"):
        actions.rebase(**what, reason=REASON)


def test_a_decision_that_the_journal_cannot_note_is_not_made(
    northshire: Force, ben_analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: object) -> None:
        raise RuntimeError("the journal is full")

    monkeypatch.setattr(journal, "write", fails)

    with pytest.raises(RuntimeError):
        actions.rebase(force=northshire, measure="D02", part="", on=date(2025, 1, 1), reason=REASON, by=ben_analyst)
    assert not Rebase.objects.exists()


def text_of_post(client: Client, given: dict[str, str]) -> str:
    """What a page answers to a form."""
    return client.post("/measures/D02/lines/", given).content.decode()
