"""Two versions of a plan differ place by place, and two texts word by word."""

from __future__ import annotations

from datetime import UTC, datetime

from nvap.plan.compare import Piece, differences, marked
from nvap.plan.document import Document, Place, Thing, Written

OUTPUT, RISKS = Place("A1a", "output", "external"), Place("A1a", "risks", "external")
STANDING = Place("A1a", "standing")


def plan(texts: dict[Place, str]) -> Document:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    held = {place: Written(text, 1, "Alice", at, 2, "why") for place, text in texts.items()}
    return Document("northshire", "Northshire", "pack", "1", 2, {"A1a": Thing("A1a", "activity", "O1")}, held)


def test_each_place_that_differs_is_named_once_with_what_became_of_it() -> None:
    before = plan({OUTPUT: "One rule", RISKS: "None seen"})

    found = differences(before, plan({OUTPUT: "Two rules", RISKS: "", STANDING: "removed"}))

    assert [(each.place.field, each.what, each.before, each.after) for each in found] == [
        ("output", "changed", "One rule", "Two rules"),
        ("risks", "emptied", "None seen", ""),
        ("standing", "removed", "", "removed"),
    ]
    assert found[0].written.by == "Alice"


def test_what_was_removed_and_stands_again_is_restored() -> None:
    found = differences(plan({STANDING: "removed"}), plan({STANDING: ""}))

    assert [each.what for each in found] == ["restored"]


def test_two_texts_are_marked_word_by_word() -> None:
    assert marked("One rule for flags", "One simple rule for markers") == (
        Piece("same", "One"),
        Piece("in", " simple"),
        Piece("same", " rule for "),
        Piece("out", "flags"),
        Piece("in", "markers"),
    )


def test_the_pieces_give_both_texts_back() -> None:
    before, after = "A  b,\nc d.", "a b, c\nd!"

    pieces = marked(before, after)

    assert "".join(each.text for each in pieces if each.kind != "in") == before
    assert "".join(each.text for each in pieces if each.kind != "out") == after
