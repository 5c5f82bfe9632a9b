"""One slip in a file does not hide the faults of the links: `nvap pack check` tells all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nvap.errors import InputFault

if TYPE_CHECKING:
    from tests.packs.conftest import Copy

O1 = "objectives/o1.yaml"
S01 = "measures/S01-incidents.yaml"
LOST_OUTPUT = "`outputs` names `A1a.out9`, but no output has that id. Did you mean `A1a.out1`?"


def dangle(tiny: Copy) -> str:
    """Let activity A1a name one output more, which there is not; the fault this makes."""
    tiny.change(O1, "    outputs: [A1a.out1]", "    outputs: [A1a.out1, A1a.out9]")
    return f"{O1}:{tiny.line(O1, 'A1a.out9')}: {LOST_OUTPUT}"


def headline(tiny: Copy) -> str:
    with pytest.raises(InputFault) as caught:
        tiny.read()
    return str(caught.value).splitlines()[0]


def test_a_bad_condition_hides_neither_the_measures_own_links_nor_those_of_the_pack(tiny: Copy) -> None:
    tiny.change(S01, "mhri", "mhrj").change(S01, "objective: O1", "objective: O9")
    tiny.change("links.yaml", "    url:", "    urll:")
    lost = dangle(tiny)

    faults = tiny.faults()

    assert len(faults) == 4
    assert faults[0] == f"links.yaml:{tiny.line('links.yaml', 'urll')}: unknown field `urll`. Did you mean `url`?"
    assert any(each.startswith(f"{S01}:{tiny.line(S01, 'mhrj')}: `where`: ") for each in faults)
    line = tiny.line(S01, "objective:")
    assert f"{S01}:{line}: `objective` names `O9`, but no objective has that id." in faults
    assert lost in faults
    assert headline(tiny).endswith("has 4 faults.")


@pytest.mark.parametrize(
    ("old", "new", "word", "message"),
    [
        ("questions: [Q1.1]", "questions: [Q9.9]", "questions:", "`questions` names `Q9.9`"),
        ("measure: S02", "measure: S99", "S99", "`read_alongside` names `S99`"),
        ('codes: ["6.2.2"]', 'codes: ["9.9.9"]', "peel:", "PEEL edition tiny edition has no code `9.9.9`"),
        ("questions: [Q1.1]", "questions: Q9.9", "questions:", "`questions` names `Q9.9`"),
    ],
)
def test_every_link_of_a_faulty_measure_is_checked(tiny: Copy, old: str, new: str, word: str, message: str) -> None:
    tiny.change(S01, "statistic: rate", "statistic: ratio").change(S01, old, new)

    faults = tiny.faults()

    assert any(each.startswith(f"{S01}:{tiny.line(S01, word)}: {message}") for each in faults), faults
    assert any("`statistic` is `ratio`" in each for each in faults)


def test_a_faulty_measure_still_counts_as_there(tiny: Copy) -> None:
    tiny.change(S01, "statistic: rate", "statistic: ratio")

    assert all(each.startswith(f"{S01}:") and "names" not in each for each in tiny.faults())


@pytest.mark.parametrize("id_line", ["id: S01", "ident: S01"], ids=["by its id line", "by its file's name"])
def test_a_measure_that_is_not_yaml_still_counts_as_there(tiny: Copy, id_line: str) -> None:
    tiny.change(S01, "id: S01", id_line).add(S01, "note: [unclosed\n")

    faults = tiny.faults()

    assert len(faults) == 1
    assert faults[0].startswith(f"{S01}:")
    assert headline(tiny).endswith(f" Not read whole, so that links into it were not checked: {S01}.")


def test_a_file_that_is_not_yaml_silences_only_the_links_into_it(tiny: Copy) -> None:
    tiny.add("references.yaml", "  - id: [unclosed\n")
    lost = dangle(tiny)
    tiny.change("evidence.yaml", "references: [smith-2020]", "references: [smith-2020, smyth-2020]")

    faults = tiny.faults()

    assert lost in faults
    line = tiny.line("evidence.yaml", "smyth-2020")
    assert f"evidence.yaml:{line}: `references` names `smyth-2020`, but no reference has that id." in faults
    assert len(faults) == 3
    assert headline(tiny).endswith("links into it were not checked: references.yaml.")


def test_an_objective_that_is_not_yaml_leaves_only_the_faults_elsewhere(tiny: Copy) -> None:
    tiny.add(O1, "oops: [unclosed\n").change("links.yaml", "    url:", "    urll:")

    faults = tiny.faults()

    assert [each.partition(":")[0] for each in faults] == ["links.yaml", O1]


def test_an_empty_file_may_have_held_what_others_name(tiny: Copy) -> None:
    (tiny.folder / O1).write_text("", encoding="utf-8")
    tiny.change("pack.yaml", "starting_set: [S01]", "starting_set: [S77]")

    faults = tiny.faults()

    assert f"{O1}:1: must hold keys and values" in faults
    assert any("`starting_set` names `S77`" in each for each in faults)
    assert len(faults) == 2


def test_a_publication_cited_only_in_a_file_that_is_not_yaml_is_not_said_to_stand_alone(tiny: Copy) -> None:
    tiny.add("evidence.yaml", "  - id: [unclosed\n")

    assert [each.partition(":")[0] for each in tiny.faults()] == ["evidence.yaml"]


def test_a_misspelt_list_is_one_fault_and_not_one_for_every_item_in_it(tiny: Copy) -> None:
    tiny.change(O1, "\noutputs:", "\noutputz:")

    assert tiny.faults() == [f"{O1}:{tiny.line(O1, 'outputz')}: unknown field `outputz`. Did you mean `outputs`?"]


def test_a_list_written_as_text_is_one_fault(tiny: Copy) -> None:
    tiny.change(O1, "    outputs: [A1a.out1]", "    outputs: A1a.out1")

    assert tiny.faults() == [f"{O1}:{tiny.line(O1, 'outputs: A1a.out1')}: `outputs` must be a list of texts"]


def test_the_links_of_an_item_whose_id_is_taken_are_checked(tiny: Copy) -> None:
    tiny.change("links.yaml", "id: L1", "id: A1a\n    references: [nobody-1999]")

    assert any("`references` names `nobody-1999`" in each for each in tiny.faults())
    assert any("id `A1a` is taken already" in each for each in tiny.faults())


def test_an_edition_that_is_not_yaml_silences_only_the_codes(tiny: Copy) -> None:
    tiny.add("peel/tiny.yaml", "oops: [unclosed\n")
    lost = dangle(tiny)

    faults = tiny.faults()

    assert len(faults) == 2
    assert lost in faults
