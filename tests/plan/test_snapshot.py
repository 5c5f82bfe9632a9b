"""A plan frozen and thawed is the same plan; the same plan gives the same bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from nvap.errors import InputFault
from nvap.plan.document import Document, Period, Place, Thing, Written
from nvap.plan.snapshot import content_hash, frozen, thawed, without

OUTPUT = Place("A1a", "output", "external")


def plan(text: str) -> Document:
    at = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    return Document(
        force="northshire",
        force_name="Northshire Police",
        pack="pack",
        release="1",
        version=2,
        things={"A1a": Thing("A1a", "activity", "O1")},
        texts={OUTPUT: Written(text, 1, "Alice", at, 2, f"because {text}")},
        periods=(Period(date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 14)),),
        people={"7": "Olga"},
    )


def test_a_plan_frozen_and_thawed_is_the_same_plan() -> None:
    document, measured = thawed(frozen(plan("Café"), [{"measure": "D02", "value": 0.25}]))

    assert document == plan("Café")
    assert measured == ({"measure": "D02", "value": 0.25},)


def test_the_hash_is_the_same_for_the_same_plan_and_another_for_another() -> None:
    assert content_hash(frozen(plan("a"))) == content_hash(frozen(plan("a")))
    assert content_hash(frozen(plan("a"))) != content_hash(frozen(plan("b")))


def test_words_taken_out_are_gone_from_text_reason_and_measures_and_the_text_is_marked() -> None:
    text = frozen(plan("by Ann"), [{"note": "Ann"}])

    left = without(text, lambda _place, words: words.replace("Ann", "[redacted]"))

    document, measured = thawed(left)
    assert "Ann" not in left
    assert document.texts[OUTPUT].redacted
    assert document.texts[OUTPUT].reason == "because by [redacted]"
    assert measured == ({"note": "[redacted]"},)
    assert without(left, lambda _place, words: words.replace("Ann", "[redacted]")) == left


def test_what_is_no_snapshot_is_refused() -> None:
    for text in ("", "{}", '{"schema": 99}'):
        with pytest.raises(InputFault, match="snapshot"):
            thawed(text)
