"""Counting rules on pages: what each counts and found, and how the force's own are made, changed and retired."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.web.results import world
from tests.web.results.test_pages import text_of

from nvap import packs
from nvap.errors import Refused
from nvap.records.counting_rule import FILE, CountingRule, own_rules
from nvap.records.rule_book import HISTORY, history
from nvap.records.workspace import Workspace
from nvap.web.accounts.models import Force, User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Entry
from nvap.web.profile import work as profile_work
from nvap.web.profile.models import ProfileRun
from nvap.web.results import computing, layouts
from nvap.web.results.breakdowns import work
from nvap.web.results.breakdowns.again import ask_again
from nvap.web.results.models import Breakdown, Computation, StoredResult
from nvap.web.results.rules import actions
from nvap.web.results.rules.page import token_of

Browse = Callable[..., Client]
MADE: dict[str, Any] = {
    "id": "R-own",
    "name": "or flagged by officers",
    "says": "R1, or a vulnerability flag of mental health.",
    "flag_at": ["closure"],
    "linked_records": ["vulnerability_flags"],
    "leaves_out": ["duplicate", "cancelled", "test", "administrative"],
    "unit": "log",
    "why": "Agreed by the crime data board",
}
FLAGGED_BY_OFFICERS = ("2025-01-35,mental_health,2025-01-20", "2025-02-35,mental_health,2025-02-20")


@pytest.fixture(autouse=True)
def _jobs_wait(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def folder(with_results: Workspace) -> Path:
    """Northshire's folder, with stored results."""
    return with_results.force("northshire").folder


def changed(client: Client, seen: CountingRule, **more: Any) -> Any:
    """Send the form that changes a rule, as it was opened when `seen` stood."""
    given = {name: value for name, value in MADE.items() if name != "id"} | {"seen": token_of(seen)} | more
    return client.post("/counting-rules/R-own/change/", given)


def made(client: Client, folder: Path, **more: Any) -> CountingRule:
    """Make the rule in the form, and read it from its file."""
    answer = client.post("/counting-rules/new/", MADE | more)
    assert answer.status_code == 302, text_of_answer(answer)
    return own_rules(folder)[-1]


def text_of_answer(answer: Any) -> str:
    """The words of an answer."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())


def test_the_list_says_what_each_rule_found_in_the_last_twelve_whole_months(
    browse: Browse, alice_lead: User, folder: Path
) -> None:
    said = text_of(browse(alice_lead), "/counting-rules/")

    assert "What each rule found, September 2024 to August 2025" in said
    assert f"Flagged at closure R1 {sum(world.FLAGGED[8:])} " in said
    assert "At opening or closure R2 Not counted yet" in said
    assert "Logs left out: closed as duplicate, cancelled, test, administrative" in said
    assert "Make a rule" not in said


def test_ben_makes_a_rule_and_every_place_where_a_rule_is_chosen_offers_it(
    browse: Browse, ben_analyst: User, folder: Path
) -> None:
    ben = browse(ben_analyst)

    rule = made(ben, folder)

    assert (rule.name, rule.linked_records) == ("or flagged by officers", ("vulnerability_flags",))
    assert Computation.objects.get().because == "the counting rule R-own has changed"
    for address in ("/measures/D02/", "/measures/D01/pictures/week/", "/measures/D18/pictures/strands/", "/profile/"):
        assert "or flagged by officers" in text_of(ben, address).lower(), address
    assert 'aria-current="true"' in ben.get("/measures/D02/", {"rule": rule.id}).content.decode()
    assert "Not computed yet" in text_of(ben, f"/measures/D02/?rule={rule.id}")
    assert [(each.rule.id, each.did, each.by) for each in history(folder)] == [(rule.id, "made", str(ben_analyst))]
    line = Entry.objects.get(object_type="counting rule")
    assert (line.act, line.object_id, line.reason) == ("alter", "R-own", f"{rule.id} made")


def test_measures_are_computed_under_the_own_rule_and_their_pages_name_it_with_a_link(
    browse: Browse, ben_analyst: User, with_results: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = with_results.force("northshire")
    world.load_flags(with_results, here, tmp_path, FLAGGED_BY_OFFICERS)
    ben = browse(ben_analyst)
    rule = made(ben, here.folder)
    monkeypatch.setattr(computing, "steps", lambda pack, own: [layouts.Step("month", own[0], (pack.measures["D01"],))])

    computing.compute("northshire", Computation.objects.get().pk)

    assert StoredResult.objects.filter(rule=rule.id, by="month").count() == 1
    page = ben.get("/measures/D01/", {"rule": rule.id})
    assert f'href="/counting-rules/{rule.id}/">or flagged by officers</a>' in page.content.decode()
    said = text_of(ben, "/counting-rules/")
    assert f"Or flagged by officers R-own, the force's own {sum(world.FLAGGED[8:]) + 2} " in said
    told = text_of(ben, f"/counting-rules/{rule.id}/")
    assert "Measures with results under it: D01" in told
    assert "Linked records that count: a vulnerability flag of mental health" in told


def test_a_changed_rule_is_a_new_version_and_results_of_the_one_before_stay_told(
    browse: Browse, ben_analyst: User, northshire: Force, with_results: Workspace, folder: Path
) -> None:
    ben = browse(ben_analyst)
    first = made(ben, folder, linked_records=[])
    world.store(with_results, with_results.force("northshire"), ("D01",), by="month", rule=first.id)

    answer = changed(ben, first, linked_records=[], unit="event", why="Events since April")

    (second,) = own_rules(folder)
    assert (answer.status_code, second.unit) == (302, "event")
    assert first.id != second.id
    said = text_of(ben, f"/counting-rules/{second.id}/")
    assert "Events since April" in said
    assert "What is counted: each log that counts became each event once" in said
    assert "Results under it: D01" in said
    earlier = text_of(ben, f"/counting-rules/{first.id}/")
    assert "This is an earlier version." in earlier
    page = text_of(ben, f"/measures/D01/?rule={first.id}")
    assert "or flagged by officers, an earlier version" in page
    assert Entry.objects.filter(reason=f"{second.id} in place of {first.id}").count() == 1


def test_other_words_alone_have_nothing_computed_again(browse: Browse, ben_analyst: User, folder: Path) -> None:
    ben = browse(ben_analyst)
    first = made(ben, folder)
    Computation.objects.all().delete()

    changed(ben, first, says="Flagged by the control room or by officers.")

    assert own_rules(folder)[0].id == first.id
    assert own_rules(folder)[0].says == "Flagged by the control room or by officers."
    assert not Computation.objects.exists()


def test_who_saves_second_sees_what_stands_now_and_loses_nothing(
    browse: Browse, ben_analyst: User, folder: Path
) -> None:
    ben = browse(ben_analyst)
    seen = made(ben, folder)
    changed(ben, seen, never_codes="DEM", why="Dementia is no mental illness")

    answer = changed(ben, seen, unit="event", why="Events since April")

    said = text_of_answer(answer)
    assert answer.status_code == 409
    assert "while you had it open. Nothing of yours is saved yet. Why: Dementia is no mental illness" in said
    assert "Codes that never count DEM –" in said
    assert "Events since April" in answer.content.decode()
    (stands,) = own_rules(folder)
    assert (stands.never_codes, stands.unit) == (("DEM",), "log")
    assert f'value="{token_of(stands)}"' in answer.content.decode()

    again = changed(ben, stands, unit="event", why="Events since April", never_codes="DEM")

    assert again.status_code == 302
    assert (own_rules(folder)[0].never_codes, own_rules(folder)[0].unit) == (("DEM",), "event")


def test_a_rule_retired_while_it_was_open_comes_back_as_a_new_one_to_save(
    browse: Browse, ben_analyst: User, northshire: Force, folder: Path
) -> None:
    ben = browse(ben_analyst)
    seen = made(ben, folder)
    actions.retire(force=northshire, seen=seen, why="Not agreed", by="Cy Analyst")

    answer = changed(ben, seen, unit="event")

    assert answer.status_code == 409
    assert "Cy Analyst retired this rule" in text_of_answer(answer)
    assert 'action="/counting-rules/new/"' in answer.content.decode()
    assert 'value="R-own"' in answer.content.decode()
    assert own_rules(folder) == ()


def test_a_retired_rule_can_be_chosen_no_more_and_its_versions_stay(
    browse: Browse, ben_analyst: User, folder: Path
) -> None:
    ben = browse(ben_analyst)
    seen = made(ben, folder)

    answer = ben.post("/counting-rules/R-own/retire/", {"why": "Not agreed", "seen": token_of(seen)})

    assert answer.status_code == 302
    assert "or flagged by officers" not in text_of(ben, "/measures/D02/")
    assert "Retired Or flagged by officers (R-own), by" in text_of(ben, "/counting-rules/")
    assert "This rule is retired" in text_of(ben, f"/counting-rules/{seen.id}/")
    assert Entry.objects.filter(reason=f"{seen.id} retired").count() == 1
    assert ben.get("/counting-rules/R-own/change/").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"id": "R1"}, "The rule R1 has it already; choose another"),
        ({"name": "plus linked records"}, "The rule R3 has it already; choose another"),
        ({"id": "my rule"}, "Write 2 to 20 letters, digits and hyphens"),
        ({"flag_at": [], "linked_records": []}, "Nothing would count: choose a time here, or a linked record"),
        ({"opening_codes": "MH1"}, "These codes have no effect unless a flag counts at opening"),
        ({"never_codes": "DEM, M+H"}, "“M+H” cannot be a code"),
        ({"minimum_confidence": "1.5"}, "Write a number from 0 to 1"),
        ({"minimum_confidence": "much"}, "Write a number from 0 to 1"),
        ({"unit": "year"}, "Choose what is counted"),
        ({"why": " "}, "Say why"),
    ],
)
def test_what_cannot_be_a_rule_is_told_at_its_option_and_nothing_is_kept(
    browse: Browse, ben_analyst: User, folder: Path, wrong: dict[str, Any], said: str
) -> None:
    answer = browse(ben_analyst).post("/counting-rules/new/", MADE | wrong)

    assert answer.status_code == 200
    assert said in text_of_answer(answer)
    assert not (folder / FILE).exists()
    assert not Entry.objects.filter(object_type="counting rule").exists()


def test_signs_that_no_document_can_hold_are_left_out_of_names(browse: Browse, ben_analyst: User, folder: Path) -> None:
    rule = made(browse(ben_analyst), folder, name="without\x07\u202e dementia", says="Ours,\r\nnot theirs.")

    assert (rule.name, rule.says) == ("without dementia", "Ours, not theirs.")


def test_without_a_line_in_the_journal_no_rule_is_made(
    northshire: Force, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_line: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(journal, "write", broken)

    with pytest.raises(OSError, match="no space"):
        actions.save(force=northshire, rule=CountingRule("R-own", "ours", "As R1."), seen=None, why="So", by="ben")

    assert not (folder / FILE).exists()
    assert not (folder / HISTORY).exists()


def test_a_refused_rule_leaves_no_line_and_asks_for_no_computation(northshire: Force, folder: Path) -> None:
    rule = actions.save(force=northshire, rule=CountingRule("R-own", "ours", "As R1."), seen=None, why="So", by="ben")
    Computation.objects.all().delete()

    with pytest.raises(Refused, match="Nothing was changed"):
        actions.save(force=northshire, rule=rule, seen=rule, why="So", by="ben")

    assert Entry.objects.filter(object_type="counting rule").count() == 1
    assert not Computation.objects.exists()


def test_a_file_with_faults_is_told_on_the_page_and_other_pages_stand(
    browse: Browse, ben_analyst: User, folder: Path
) -> None:
    (folder / FILE).write_text("rules:\n  - id: R-own\n    name: ours\n    leave_out: [test]\n", encoding="utf-8")
    ben = browse(ben_analyst)

    said = text_of(ben, "/counting-rules/")

    assert "unknown field `leave_out`. Did you mean `leaves_out`?" in said
    assert ben.get("/measures/D02/").status_code == 200
    assert ben.get("/counting-rules/new/").status_code == 302


def test_a_rule_of_another_force_is_not_there(
    browse: Browse, omar_of_another_force: User, ben_analyst: User, folder: Path
) -> None:
    rule = made(browse(ben_analyst), folder)

    assert browse(omar_of_another_force).get(f"/counting-rules/{rule.id}/").status_code == 404
    assert browse(omar_of_another_force).get("/counting-rules/R1/").status_code == 200


def test_a_rule_that_was_written_by_hand_is_told_so(browse: Browse, alice_lead: User, folder: Path) -> None:
    rule = {"id": "R-hand", "name": "by hand", "says": "As R1.", "minimum_confidence": 0.95, "flag_at": ["opening"]}
    (folder / FILE).write_text(json.dumps({"rules": [rule]}), encoding="utf-8")

    said = text_of(browse(alice_lead), "/counting-rules/R-hand/")

    assert "Written into the file by hand" in said
    assert "A link to a person made by likeness counts: only where it is at least 95% likely" in said


def test_a_picture_under_a_rule_that_is_not_there_is_refused_and_not_drawn_under_another(
    browse: Browse, ben_analyst: User, folder: Path
) -> None:
    ben = browse(ben_analyst)

    answer = ben.get("/measures/D02/picture.svg", {"rule": "R-own"})

    assert answer.status_code == 400
    assert "The address says rule “R-own”. For D02 it may be: R1, R2, R3." in answer.content.decode()
    assert ben.get("/measures/D02/picture.svg", {"rule": "R1"}).status_code == 200


def test_codes_that_the_loaded_table_of_codes_does_not_hold_are_told_with_the_nearest(
    browse: Browse, ben_analyst: User, with_results: Workspace, folder: Path, tmp_path: Path
) -> None:
    world.load_codes(with_results, with_results.force("northshire"), tmp_path)
    ben = browse(ben_analyst)

    rule = made(ben, folder, closing_codes="MH1, MH2*, MH3", never_codes="DEMENTA")

    said = text_of(ben, f"/counting-rules/{rule.id}/")
    assert "A code that no log carries finds nothing. MH3. Did you mean MH1?" in said
    assert "DEMENTA. Did you mean DEMENTIA?" in said
    assert "MH2. Did" not in said


def test_a_picture_is_worked_out_under_the_own_rule_and_not_again_once_that_is_retired(
    browse: Browse, ben_analyst: User, northshire: Force, with_results: Workspace, tmp_path: Path
) -> None:
    here = with_results.force("northshire")
    world.load_flags(with_results, here, tmp_path, FLAGGED_BY_OFFICERS)
    ben = browse(ben_analyst)
    rule = made(ben, here.folder)
    address = f"/measures/D18/pictures/strands/?rule={rule.id}"

    ben.post(address.replace("/?", "/work-out/?"))
    work.work_out("northshire", Breakdown.objects.get().pk)

    assert f"30 of {sum(world.FLAGGED) + 2} mental-health-related incidents" in text_of(ben, address)
    actions.retire(force=northshire, seen=rule, why="Not agreed", by="ben")
    world.load_flags(with_results, here, tmp_path, ("2024-02-1,missing,2024-02-02",))
    assert ask_again(force=northshire, here=here, pack=packs.pack(), by="the worker") == 0


def test_a_profile_is_made_under_the_own_rule_and_says_its_name(
    browse: Browse, ben_analyst: User, folder: Path
) -> None:
    ben = browse(ben_analyst)
    rule = made(ben, folder, linked_records=[])

    answer = ben.post("/profile/", {"rule": rule.id, "first": "", "last": "", "shifts": "early=07:00, late=19:00"})

    assert answer.status_code == 302
    asked = ProfileRun.objects.get()
    assert (asked.rule, str(asked.rule_words)) == (rule.id, "or flagged by officers")
    assert 'href="/counting-rules/"' in ben.get("/profile/").content.decode()
    profile_work.make("northshire", asked.pk)
    assert f"or flagged by officers ({rule.id})" in text_of(ben, "/profile/")
