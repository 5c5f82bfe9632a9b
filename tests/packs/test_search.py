"""Search over all of a pack's words."""

from __future__ import annotations

import pytest

from nvap.packs.model import Pack
from nvap.packs.search import search


def found(pack: Pack, text: str) -> list[str]:
    return [each.id for each in search(pack, text)]


def test_an_id_comes_before_everything_that_starts_with_it(tiny_pack: Pack) -> None:
    assert found(tiny_pack, "a1a")[:2] == ["A1a", "A1a.out1"]
    assert found(tiny_pack, "2.1.3/A1a")[0] == "A1a"


def test_titles_come_before_texts(tiny_pack: Pack) -> None:
    hits = found(tiny_pack, "directory")

    assert hits[:2] == ["A1a", "A1a.out1"]
    assert set(hits) == {"A1a", "A1a.out1", "G1", "E-A1a-1", "plan.ex.O1.organisational"}


def test_every_word_must_be_there_in_any_order_and_case(tiny_pack: Pack) -> None:
    assert found(tiny_pack, "SIGNPOSTED forces") == ["E-A1a-1"]
    assert found(tiny_pack, "signposted nowhere") == []


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_found_for_no_words(text: str, tiny_pack: Pack) -> None:
    assert search(tiny_pack, text) == ()


def test_authors_prompts_notes_and_measures_are_searched(tiny_pack: Pack) -> None:
    assert found(tiny_pack, "smith, j.") == ["smith-2020"]
    assert found(tiny_pack, "done so far") == ["plan.progress"]
    assert found(tiny_pack, "column is lost") == ["A1a.out1"]
    assert found(tiny_pack, "residents") == ["S01"]


def test_a_snippet_shows_the_words_around_the_match(tiny_pack: Pack) -> None:
    (hit,) = search(tiny_pack, "Twice")

    assert hit.snippet == "Three forces that kept a directory signposted twice as often."
    assert (hit.match, hit.after) == ("twice", " as often.")
    assert (hit.kind, hit.title) == ("evidence", "Three forces that kept a directory signposted twice as often.")
