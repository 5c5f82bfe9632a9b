"""What other rooms ask of a pack: items by id, links both ways, the logic model, words in another language."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from nvap.packs.item import ItemFault
from nvap.packs.items import Activity, CountingRule, Link, OtherAction, Source
from nvap.packs.model import Pack, Tie, UnknownItem

if TYPE_CHECKING:
    from tests.packs.conftest import Copy


@pytest.mark.parametrize("asked", ["A1a", "a1a", " A1a ", "2.1.3/A1a", "tiny-2.1.3-access/A1a"])
def test_an_item_is_found_by_any_form_of_its_id(asked: str, tiny_pack: Pack) -> None:
    assert tiny_pack.item(asked).title == "Keep a directory"


def test_an_unknown_id_names_the_nearest(tiny_pack: Pack) -> None:
    with pytest.raises(UnknownItem, match=r"Did you mean `A1a\.out1`"):
        tiny_pack.item("A1a.out2")


def test_another_actions_id_is_not_mistaken_for_ones_own(tiny_pack: Pack) -> None:
    with pytest.raises(UnknownItem):
        tiny_pack.item("2.1.2/A1a")


def test_a_measure_is_asked_for_as_a_measure(tiny_pack: Pack) -> None:
    assert tiny_pack.measure("S01").title == "Incidents flagged, per 1,000 people"
    with pytest.raises(UnknownItem, match="is a measure"):
        tiny_pack.item("S01")
    with pytest.raises(UnknownItem, match="is not a measure that"):
        tiny_pack.measure("S02")


def test_links_are_read_from_both_ends_in_fitting_words(tiny_pack: Pack) -> None:
    assert Tie("Leads to output", "A1a.out1") in tiny_pack.linked_to("A1a")
    assert Tie("Comes from activity", "A1a") in tiny_pack.linked_to("A1a.out1")
    assert Tie("Tests impact", "O1.imp1") in tiny_pack.linked_to("Q1.1")
    assert Tie("Tested by question", "Q1.1") in tiny_pack.linked_to("O1.imp1")


def test_every_link_is_seen_from_both_of_its_ends(tiny_pack: Pack) -> None:
    for each in tiny_pack.relations():
        assert Tie(each.ahead, each.end) in tiny_pack.linked_to(each.start)
        assert Tie(each.back, each.start) in tiny_pack.linked_to(each.end)
        assert each in tiny_pack.links_from(each.start)


def test_a_link_that_only_one_end_names_is_filled_in_at_the_other(tiny_pack: Pack) -> None:
    assert tiny_pack.of(Activity)[0].evidence == ("E-A1a-1",)
    assert [each.id for each in tiny_pack.evidence_for("A1a")] == ["E-A1a-1"]
    assert tiny_pack.objectives[0].consequences == ("X1",)
    assert [each.id for each in tiny_pack.questions_testing("O1.imp1")] == ["Q1.1"]
    assert {"Q1.1", "X1"} <= {tie.other for tie in tiny_pack.linked_to("S02")}


def test_a_reference_is_linked_both_ways(tiny_pack: Pack) -> None:
    assert "smith-2020" in {tie.other for tie in tiny_pack.linked_to("E-A1a-1")}
    assert "smith-2020" in {tie.other for tie in tiny_pack.linked_to("O1.sit")}
    assert [each.id for each in tiny_pack.citing("smith-2020")] == ["O1.sit", "E-A1a-1", "PC1"]


def test_the_logic_models_arrows_run_from_activity_to_long_term_impact(tiny_pack: Pack) -> None:
    drawn = tiny_pack.logic_model("O1")

    assert drawn.arrows == (
        ("A1a", "A1a.out1"),
        ("A1a.out1", "O1.imp1"),
        ("O1.imp1", "O1.imp2"),
        ("O1.imp2", "LT-org"),
        ("O1.imp2", "LT-ext"),
    )
    assert [each.id for each in drawn.consequences] == ["X1"]
    assert drawn.situation is not None
    assert drawn.situation.id == "O1.sit"


def test_only_an_objective_has_a_logic_model(tiny_pack: Pack) -> None:
    with pytest.raises(UnknownItem, match="not an objective; these are: O1"):
        tiny_pack.logic_model("A1a")


def test_a_peel_reference_carries_its_edition_and_short_title(tiny_pack: Pack) -> None:
    (reference,) = tiny_pack.peel_references("O1.sm1")

    assert reference.in_words == "PEEL tiny edition, 6.2.2: Risk is reduced"
    assert [each.code for each in tiny_pack.peel_references("IS.know")] == ["6.2"]
    assert [each.code for each in tiny_pack.peel_references("S01")] == ["6.2.2"]
    assert tiny_pack.peel_references("A1a") == ()


def test_welsh_words_stand_where_there_are_some_and_english_elsewhere(tiny_pack: Pack) -> None:
    welsh = tiny_pack.in_language("cy")

    assert welsh.item("A1a").title == "Cadw cyfeiriadur"
    assert welsh.item("A1a").text == tiny_pack.item("A1a").text
    assert welsh.item("plan.reporting-period").text == "Cyfnod adrodd"  # its label is all the text it has
    assert welsh.item("plan.progress") == tiny_pack.item("plan.progress")
    assert tiny_pack.languages == ("en", "cy")


def test_a_language_without_words_is_english(tiny_pack: Pack) -> None:
    assert tiny_pack.in_language("fr") is tiny_pack


def test_the_content_hash_changes_with_a_word(tiny: Copy, tiny_pack: Pack) -> None:
    assert tiny.read().content_hash == tiny_pack.content_hash
    assert tiny.change("links.yaml", "A page", "One page").read().content_hash != tiny_pack.content_hash


def test_an_item_that_could_not_be_is_refused_at_birth() -> None:
    source = Source("logic-model", "row 1")

    with pytest.raises(ItemFault) as caught:
        Activity(id="A1/a", text="", source=source, status="reconstructed")

    assert [key for key, _ in caught.value.problems] == ["id", "text", "status"]


def test_a_source_of_no_part_of_the_toolkit_is_refused_at_birth() -> None:
    with pytest.raises(ItemFault, match="allowed: guidance"):
        Source("cover", "row 1")


def test_an_item_cannot_be_changed(tiny_pack: Pack) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        tiny_pack.item("A1a").text = "Another"  # type: ignore[misc]
    with pytest.raises(TypeError):
        tiny_pack.items["A1b"] = tiny_pack.item("A1a")  # type: ignore[index]


def test_a_pack_with_a_link_to_nowhere_cannot_be_made(tiny_pack: Pack) -> None:
    items = {key: each for key, each in tiny_pack.items.items() if key != "A1a.out1"}

    with pytest.raises(ValueError, match=r"linked to `A1a\.out1`"):
        dataclasses.replace(tiny_pack, items=items)


def test_what_stands_beside_the_toolkit_says_so(tiny_pack: Pack) -> None:
    assert tiny_pack.of(CountingRule)[0].status_in_words == "Stands beside the toolkit's text"
    assert tiny_pack.of(OtherAction)[0].status_in_words == "Stated in the toolkit"
    assert tiny_pack.of(Link)[0].status_in_words == "Stated in the toolkit"
    assert tiny_pack.item("A1a.out1").status_in_words == "Reconstructed: The column is lost."
