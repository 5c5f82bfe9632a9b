"""A force's own counting rules, made, changed and retired: what stands, what stood, and whose change comes second."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nvap.errors import InputFault, Refused, UsageFault
from nvap.records import rule_book
from nvap.records.counting_rule import (
    CLOSURE_KINDS,
    CODE_ROLES,
    FILE,
    FLAG_TIMES,
    LINKED_RECORDS,
    UNITS,
    CountingRule,
    faults_of,
    names_taken,
    own_rules,
)
from nvap.records.rule_book import HISTORY, Change

WHEN = datetime.datetime(2026, 4, 1, 9, 30, tzinfo=datetime.UTC)
OWN = CountingRule("R-own", "without dementia", "By our codes, dementia left out.", never_codes=("DEM",))
BY_HAND = """\
# Agreed in March.
rules:
  - id: R-hand
    name: with cancelled logs
    says: Cancelled logs count too.
    leaves_out: [duplicate, test, administrative]
  # The second one.
  - id: R-more
    name: by event
    says: Each event once.
    unit: event
"""
codes = st.lists(
    st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9 _./-]{0,8}[A-Za-z0-9])?\*?", fullmatch=True), max_size=3, unique=True
).map(tuple)
words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).map(
    lambda each: each.strip() or "x"
)


def change(seen: CountingRule | None = None, by: str = "Ben Analyst") -> Change:
    return Change(by, WHEN, "Agreed by the board.", seen)


def chosen(allowed: tuple[str, ...], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(allowed), unique=True, min_size=least).map(tuple)


rules = st.builds(
    CountingRule,
    id=st.just("R-own"),
    name=words,
    says=words,
    flag_at=chosen(FLAG_TIMES, 1),
    linked_records=chosen(LINKED_RECORDS),
    opening_codes=st.just(()),
    closing_codes=st.just(()),
    never_codes=codes,
    code_roles=chosen(CODE_ROLES),
    leaves_out=chosen(CLOSURE_KINDS),
    unit=st.sampled_from(UNITS),
    minimum_confidence=st.none() | st.floats(0, 1),
    base=st.just(""),
)


@given(rules)
def test_whatever_is_kept_is_read_again_as_it_was(tmp_path_factory: pytest.TempPathFactory, rule: CountingRule) -> None:
    folder = tmp_path_factory.mktemp("force")
    assume(not list(faults_of(rule, names_taken())))

    made = rule_book.save(folder, rule, change())

    assert own_rules(folder) == (made,)
    assert rule_book.history(folder)[0].rule == made


def test_a_changed_rule_has_another_mark_and_the_version_before_stays_told(tmp_path: Path) -> None:
    first = rule_book.save(tmp_path, OWN, change())

    second = rule_book.save(tmp_path, replace(first, never_codes=("DEM", "ABI")), change(first, by="Cy Analyst"))

    assert first.id != second.id
    assert own_rules(tmp_path) == (second,)
    told = [(each.rule.id, each.did, each.by, each.when) for each in rule_book.versions(tmp_path, "R-own")]
    assert told == [(first.id, "made", "Ben Analyst", WHEN), (second.id, "changed", "Cy Analyst", WHEN)]
    assert rule_book.find(tmp_path, first.id) == first
    assert rule_book.find(tmp_path, "R-own") == second


def test_other_words_for_the_same_rule_leave_its_mark_and_its_results(tmp_path: Path) -> None:
    first = rule_book.save(tmp_path, OWN, change())

    second = rule_book.save(tmp_path, replace(first, says="Dementia is left out."), change(first))

    assert first.id == second.id
    assert own_rules(tmp_path)[0].says == "Dementia is left out."


def test_who_saves_second_is_told_and_changes_nothing(tmp_path: Path) -> None:
    seen = rule_book.save(tmp_path, OWN, change())
    theirs = rule_book.save(tmp_path, replace(seen, unit="event"), change(seen))

    with pytest.raises(Refused, match="Somebody has changed the rule R-own meanwhile"):
        rule_book.save(tmp_path, replace(seen, unit="call"), change(seen))
    with pytest.raises(Refused, match="Somebody has changed the rule R-own meanwhile"):
        rule_book.retire(tmp_path, change(seen))
    with pytest.raises(Refused, match="A rule R-own stands already"):
        rule_book.save(tmp_path, replace(OWN, id="r-own", name="ours too"), change())

    assert own_rules(tmp_path) == (theirs,)


def test_a_retired_rule_cannot_be_asked_for_and_stays_told(tmp_path: Path) -> None:
    seen = rule_book.save(tmp_path, OWN, change())

    rule_book.retire(tmp_path, change(seen))

    assert own_rules(tmp_path) == ()
    assert [each.did for each in rule_book.versions(tmp_path, "R-own")] == ["made", "retired"]
    assert rule_book.find(tmp_path, seen.id) == seen
    with pytest.raises(Refused, match="Somebody has retired the rule R-own meanwhile"):
        rule_book.save(tmp_path, replace(seen, unit="event"), change(seen))


def test_rules_written_by_hand_keep_their_comments_and_their_wording_before_a_change(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(BY_HAND, encoding="utf-8")
    by_hand = own_rules(tmp_path)[0]

    rule_book.save(tmp_path, replace(by_hand, leaves_out=("test",)), change(by_hand))

    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert text.startswith("# Agreed in March.\n")
    assert "unit: event" in text
    assert [each.did for each in rule_book.versions(tmp_path, "R-hand")] == ["found", "changed"]
    assert rule_book.find(tmp_path, by_hand.id) == by_hand
    assert [each.did for each in rule_book.versions(tmp_path, "R-more")] == ["found"]


def test_a_rule_with_faults_is_not_kept_and_every_fault_is_told(tmp_path: Path) -> None:
    wrong = CountingRule("R1", "without dementia", "Ours.", flag_at=(), closing_codes=("a+b",))

    with pytest.raises(UsageFault) as caught:
        rule_book.save(tmp_path, wrong, change())

    said = str(caught.value)
    assert "`R1` is taken by the rule R1" in said
    assert "nothing would count" in said
    assert "`closing_codes` has no effect unless `flag_at` names closure" in said
    assert "`closing_codes` holds `a+b`" in said
    assert not (tmp_path / FILE).exists()


def test_nothing_changed_is_no_new_version_and_too_many_are_refused(tmp_path: Path) -> None:
    seen = rule_book.save(tmp_path, OWN, change())
    for at in range(rule_book.MOST - 1):
        rule_book.save(tmp_path, replace(OWN, id=f"R-own-{at}", name=f"rule {at}"), change())

    with pytest.raises(Refused, match="Nothing was changed"):
        rule_book.save(tmp_path, seen, change(seen))
    with pytest.raises(Refused, match="12 rules stand already, and 12 may; retire one first"):
        rule_book.save(tmp_path, replace(OWN, id="R-last", name="the last"), change())


def test_a_damaged_history_is_told_with_its_file(tmp_path: Path) -> None:
    (tmp_path / HISTORY).write_text("[{]", encoding="utf-8")

    with pytest.raises(InputFault, match=f"{HISTORY} is damaged"):
        rule_book.history(tmp_path)


def test_an_unknown_rule_is_answered_with_the_nearest(tmp_path: Path) -> None:
    rule_book.save(tmp_path, OWN, change())

    with pytest.raises(UsageFault, match=r"No counting rule `R-onw`\. Did you mean `R-own`"):
        rule_book.find(tmp_path, "R-onw")
