"""Two packs compared in words."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nvap.packs.compare import compare
from nvap.packs.model import Pack

if TYPE_CHECKING:
    from tests.packs.conftest import Copy

O1 = "objectives/o1.yaml"

# One change each (file, old, new), and the sentences that tell of it.
CHANGES = {
    "reworded": (
        (O1, "Keep one list of services that every officer can open.", "Keep one list of services."),
        [
            "Activity A1a: the text was reworded from “Keep one list of services that every officer can open.” to "
            "“Keep one list of services.”."
        ],
    ),
    "retitled": (
        (O1, "title: Keep a directory", "title: Keep a list"),
        ["Activity A1a: the title was reworded from “Keep a directory” to “Keep a list”."],
    ),
    "a title taken away": (
        (O1, "    title: Keep a directory\n", ""),
        ["Activity A1a no longer has a title; it was “Keep a directory”."],
    ),
    "a note added": (
        ("links.yaml", "    status: stated\n", "    status: stated\n    note: Read it first.\n"),
        ["Useful link L1 now has a note: “Read it first.”."],
    ),
    "another source": (
        ("links.yaml", "place: Useful links", "place: Links"),
        [
            "Useful link L1: the source changed from “Toolkit, part 3, supporting information: Useful links” to "
            "“Toolkit, part 3, supporting information: Links”."
        ],
    ),
    "another status": (
        (
            O1,
            "    status: reconstructed\n    note: The column is lost.",
            "    status: stated\n    note: The column is lost.",
        ),
        ["Output A1a.out1: the status changed from “reconstructed” to “stated”."],
    ),
    "another fact": (
        ("evidence.yaml", "year: 2020", "year: 2021"),
        ["Evidence E-A1a-1: the year changed from “2020” to “2021”."],
    ),
    "another PEEL code": (
        (O1, 'code: "6.2.2"', 'code: "6.2"'),
        ["Suggested measure O1.sm1: the PEEL reference changed from “tiny edition 6.2.2” to “tiny edition 6.2”."],
    ),
    "a link added": (
        ("impact-statement.yaml", "refers: [A1a]", "refers: [A1a, O1.imp1]"),
        [
            "Statement IS.O1.mean “People are sent to the right service.” is now linked to impact O1.imp1 “Better "
            "signposting” (speaks of)."
        ],
    ),
    "another condition of a measure": (
        ("measures/S01-incidents.yaml", "where: counted and mhri", "where: mhri"),
        ["Measure S01: the part rate, numerator, where changed from “counted and mhri” to “mhri”."],
    ),
    "another release": (
        ("pack.yaml", "version: 0.1.0", "version: 0.2.0"),
        ["The pack: the version changed from “0.1.0” to “0.2.0”."],
    ),
    "an item added": (
        (
            "pack.yaml",
            "  - id: PQ1\n    text: Why do this?\n    source: {part: guidance, place: Part 4}\n    status: stated\n",
            "  - id: PQ2\n    text: Who gains?\n    source: {part: guidance, place: Part 4}\n    status: stated\n"
            "  - id: PQ1\n    text: Why do this?\n    source: {part: guidance, place: Part 4}\n    status: stated\n",
        ),
        ["Planning question PQ2 was added: “Who gains?”."],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_one_change_is_told_in_one_sentence(name: str, tiny: Copy, tiny_pack: Pack) -> None:
    change, sentences = CHANGES[name]

    found = compare(tiny_pack, tiny.change(*change).read())

    assert [each.sentence for each in found.differences] == sentences


def test_the_same_pack_shows_no_difference(tiny_pack: Pack) -> None:
    found = compare(tiny_pack, tiny_pack)

    assert found.differences == ()
    assert found.in_words() == "tiny-2.1.3-access@0.1.0 and tiny-2.1.3-access@0.1.0: no difference."


def test_an_item_that_comes_is_told_with_its_links_and_not_link_by_link(tiny: Copy, tiny_pack: Pack) -> None:
    tiny.change(O1, "outputs: [A1a.out1]", "outputs: [A1a.out1, A1a.out2]")
    tiny.change(
        O1,
        "impacts:\n  - id",
        "  - id: A1a.out2\n    activity: A1a\n    text: An app.\n    leads_to: [O1.imp1]\n"
        "    source: {part: logic-model, place: Outputs}\n    status: stated\nimpacts:\n  - id",
    )

    found = compare(tiny_pack, tiny.read())

    assert [each.sentence for each in found.differences] == [
        "Output A1a.out2 was added: “An app. (comes from activity A1a, leads to O1.imp1)”."
    ]


def test_a_link_that_goes_names_both_ends(tiny: Copy, tiny_pack: Pack) -> None:
    tiny.change(O1, "    measures: [S02]\n    other_action", "    other_action")

    found = compare(tiny_pack, tiny.read())

    assert found.in_words().splitlines() == [
        "From tiny-2.1.3-access@0.1.0 to tiny-2.1.3-access@0.1.0: 1 difference.",
        "",
        "No longer linked (1)",
        "- Suggested measure O1.sm2 “Ask the people who were signposted.” is no longer linked to measure S02 “People "
        "who took up a service” (met by).",
    ]


def test_a_measure_that_can_now_be_computed_is_said_so(tiny: Copy, another: Callable[[str], Copy]) -> None:
    before = tiny.add("measures-to-come.yaml", "").read()
    later = another("later")
    later.change("measures-to-come.yaml", "id: S02", "id: S03")
    text = (later.folder / "measures/S01-incidents.yaml").read_text(encoding="utf-8")
    text = text.replace("id: S01", "id: S02").replace("measure: S02", "measure: S01")
    (later.folder / "measures/S02-people.yaml").write_text(text, encoding="utf-8")

    found = compare(before, later.read())

    assert any(
        each.sentence == "Measure S02: the state changed from “still to come” to “can be computed”."
        for each in found.differences
    )


def test_a_line_of_the_framework_that_changed_is_told(tiny: Copy, tiny_pack: Pack) -> None:
    tiny.change("peel/tiny.yaml", "title: Risk is reduced", "title: Risk is lower")

    (difference,) = compare(tiny_pack, tiny.read()).differences

    assert difference.sentence.startswith("The pack: the PEEL edition tiny edition changed from “")
    assert "Risk is lower" in difference.after


def test_another_order_is_a_difference(tiny: Copy, another: Callable[[str], Copy]) -> None:
    first = "  - id: PQ1\n    text: Why do this?\n    source: {part: guidance, place: Part 4}\n    status: stated\n"
    second = first.replace("PQ1", "PQ2").replace("Why do this?", "Who gains?")
    old = tiny.change("pack.yaml", first, first + second).read()
    new = another("new").change("pack.yaml", first, second + first).read()

    found = compare(old, new)

    assert [each.sentence for each in found.differences] == [
        "The pack: the order of planning questions changed from “PQ1, PQ2” to “PQ2, PQ1”."
    ]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(picked=st.lists(st.sampled_from(sorted(set(CHANGES) - {"a title taken away"})), unique=True))
def test_comparing_the_other_way_round_gives_the_mirror(
    picked: list[str], another: Callable[[str], Copy], tiny_pack: Pack
) -> None:
    changed = another(str(uuid.uuid4()))
    for name in picked:
        changed.change(*CHANGES[name][0])
    new = changed.read()

    there, back = compare(tiny_pack, new), compare(new, tiny_pack)

    assert {each.mirrored() for each in there.differences} == set(back.differences)
    assert len(there.differences) == len(back.differences)
    assert bool(there.differences) == bool(picked)
