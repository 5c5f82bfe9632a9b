"""`nvap pack check`: every kind of fault is found, with its file and line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nvap.errors import UsageFault
from nvap.packs import read_pack
from nvap.packs.model import Pack

if TYPE_CHECKING:
    from tests.packs.conftest import Copy

O1 = "objectives/o1.yaml"

# What was changed in the tiny pack (file, old, new), and the fault it makes (file, text on its line, message).
FAULTS = {
    "an unknown key": (
        (O1, "effort_note:", "effort_nota:"),
        (O1, "effort_nota", "unknown field `effort_nota`. Did you mean `effort_note`?"),
    ),
    "a key that stands twice": (
        ("links.yaml", "    url:", "    title: Again\n    url:"),
        ("links.yaml", "Again", "duplicate key `title`; it stands on line 3 already"),
    ),
    "an id that leads nowhere": (
        (O1, "leads_to: [O1.imp2]", "leads_to: [O1.imp22]"),
        (
            O1,
            "O1.imp22",
            "`leads_to` names `O1.imp22`, but no impact or long-term impact has that id. Did you mean `O1.imp2`?",
        ),
    ),
    "an id of the wrong kind": (
        (O1, "tests: [O1.imp1]", "tests: [O1.imp1, A1a]"),
        (O1, "tests:", "`tests` names `A1a`, which is of kind activity, not impact or long-term impact"),
    ),
    "an id taken twice in one file": (
        (O1, "- id: O1.sm2", "- id: O1.sm1"),
        (O1, "kind: other", "id `O1.sm1` is taken already by the suggested measure at objectives/o1.yaml:60"),
    ),
    "an id taken in another file, with other capitals": (
        ("links.yaml", "id: L1", "id: a1A"),
        ("links.yaml", "a1A", "id `a1A` is taken already by the activity at objectives/o1.yaml:15"),
    ),
    "an id with a slash": (
        ("links.yaml", "id: L1", "id: 2.1.3/L1"),
        ("links.yaml", "2.1.3/L1", "id `2.1.3/L1` may hold letters, digits, dots and hyphens only"),
    ),
    "no text": (
        ("evidence.yaml", "    text: Three forces that kept a directory signposted twice as often.\n", ""),
        ("evidence.yaml", "- id:", "`E-A1a-1` has no `text`"),
    ),
    "no source": (
        ("links.yaml", "    source: {part: supporting-information, place: Useful links}\n", ""),
        ("links.yaml", "- id:", "`L1` has no `source`; give its part and place in the toolkit"),
    ),
    "another action without a source": (
        ("pack.yaml", "    source: {part: supporting-information, place: Links with other actions}\n", ""),
        ("pack.yaml", '- number: "2.1.2"', "`2.1.2` has no `source`; give its part and place in the toolkit"),
    ),
    "a source whose part the toolkit does not have": (
        ("links.yaml", "part: supporting-information", "part: supporting-informations"),
        (
            "links.yaml",
            "source",
            "`part` is `supporting-informations`; allowed: guidance, impact-statement, logic-model, "
            "supporting-information, references, plan, ours. Did you mean `supporting-information`?",
        ),
    ),
    "no status": (
        ("links.yaml", "    status: stated\n", ""),
        ("links.yaml", "- id:", "`L1` has no `status`; allowed: stated, reconstructed"),
    ),
    "a status that is not one": (
        ("links.yaml", "status: stated", "status: state"),
        ("links.yaml", "status:", "`status` is `state`; allowed: stated, reconstructed. Did you mean `stated`?"),
    ),
    "reconstructed without a note": (
        (O1, "    note: The column is lost.\n", ""),
        (
            O1,
            "status: reconstructed",
            "`A1a.out1` is reconstructed and needs a `note` that says how it was arrived at",
        ),
    ),
    "stated, though not in the toolkit": (
        ("links.yaml", "part: supporting-information", "part: ours"),
        ("links.yaml", "status", "`L1` is not in the toolkit, so its `status` is `reconstructed`"),
    ),
    "a title too long for a drawing": (
        (O1, "title: A directory", f"title: {'A directory ' * 6}"),
        (O1, "A directory A", "`title` has 71 characters; drawings hold 60"),
    ),
    "evidence about nothing": (
        ("evidence.yaml", "about: [A1a]", "about: []"),
        ("evidence.yaml", "- id:", "evidence `E-A1a-1` is about nothing"),
    ),
    "evidence that rests on nothing": (
        ("evidence.yaml", "    references: [smith-2020]\n", ""),
        ("evidence.yaml", "- id:", "`E-A1a-1` names no reference; a `note` must say what it rests on"),
    ),
    "a reference that nobody cites": (
        (
            "references.yaml",
            "references:\n",
            "references:\n  - id: jones-2021\n    authors: Jones\n    year: 2021\n    title: Never read\n"
            "    source: {part: references, place: Entry 2}\n    status: stated\n",
        ),
        ("references.yaml", "jones-2021", "reference `jones-2021` is cited by nothing"),
    ),
    "a listed reference without a year": (
        ("references.yaml", "    year: 2020\n", ""),
        ("references.yaml", "- id:", "`year` is missing"),
    ),
    "a challenge without issues": (
        (
            "challenges.yaml",
            "challenges:\n",
            "challenges:\n  - id: PC2\n    title: Another\n"
            "    source: {part: supporting-information, place: Perennial challenges}\n    status: stated\n",
        ),
        ("challenges.yaml", "PC2", "challenge `PC2` has no issue"),
    ),
    "a consequence of no objective": (
        ("consequences.yaml", "objectives: [O1]", "objectives: []"),
        ("consequences.yaml", "- id:", "consequence `X1` belongs to no objective"),
    ),
    "an impact that leads nowhere": (
        (O1, "leads_to: [LT-org, LT-ext]", "leads_to: []"),
        (O1, "- id: O1.imp2", "impact `O1.imp2` leads to no long-term impact"),
    ),
    "a question that tests nothing": (
        (O1, "tests: [O1.imp1]", "tests: []"),
        (O1, "- id: Q1.1", "question `Q1.1` tests no impact"),
    ),
    "impacts in a circle": (
        (O1, "leads_to: [LT-org, LT-ext]", "leads_to: [LT-org, LT-ext, O1.imp1]"),
        (O1, "leads_to: [O1.imp2]", "impacts lead in a circle: O1.imp1 → O1.imp2 → O1.imp1"),
    ),
    "an activity that leaves an impact of its output out": (
        (O1, "leads_to: [O1.imp1]", "leads_to: [O1.imp1, O1.imp2]"),
        (O1, "impacts: [", "`A1a` leaves out impact `O1.imp2`, to which one of its outputs leads"),
    ),
    "an activity that claims an impact none of its outputs has": (
        (O1, "impacts: [O1.imp1]", "impacts: [O1.imp1, O1.imp2]"),
        (O1, "impacts: [", "`A1a` names impact `O1.imp2`, to which none of its outputs leads"),
    ),
    "a measure to come that answers no question": (
        ("measures-to-come.yaml", "questions: [Q1.1]", "questions: []"),
        ("measures-to-come.yaml", "- id:", "measure `S02` answers no question"),
    ),
    "a measure whose question there is not": (
        ("measures/S01-incidents.yaml", "questions: [Q1.1]", "questions: [Q1.11]"),
        (
            "measures/S01-incidents.yaml",
            "questions:",
            "`questions` names `Q1.11`, but no question has that id. Did you mean `Q1.1`?",
        ),
    ),
    "a measure read alongside one there is not": (
        ("measures/S01-incidents.yaml", "measure: S02", "measure: S03"),
        (
            "measures/S01-incidents.yaml",
            "S03",
            "`read_alongside` names `S03`, but no measure has that id. Did you mean `S02`?",
        ),
    ),
    "a measure that is computed and still to come": (
        ("measures-to-come.yaml", "id: S02", "id: S01"),
        (
            "measures-to-come.yaml",
            "id: S01",
            "`S01` has its own file measures/S01-incidents.yaml; take it out of measures still to come",
        ),
    ),
    "a code its PEEL edition does not have": (
        (O1, 'code: "6.2.2"', 'code: "6.2.3"'),
        (O1, "6.2.3", "PEEL edition tiny edition has no code `6.2.3`. Did you mean `6.2.2`?"),
    ),
    "a code of a measure that its PEEL edition does not have": (
        ("measures/S01-incidents.yaml", 'codes: ["6.2.2"]', 'codes: ["9.9.9"]'),
        ("measures/S01-incidents.yaml", "peel:", "PEEL edition tiny edition has no code `9.9.9`."),
    ),
    "a peel measure without a code": (
        (O1, "kind: other", "kind: peel"),
        (O1, "- id: O1.sm2", "a suggested measure of kind `peel` needs `peel: {edition, code}`"),
    ),
    "a starting measure there is not": (
        ("pack.yaml", "starting_set: [S01]", "starting_set: [S09]"),
        ("pack.yaml", "starting_set", "`starting_set` names `S09`, but no measure has that id. Did you mean `S02`?"),
    ),
    "a review date that is no date": (
        ("pack.yaml", "review_date: 2027-01-31", "review_date: next year"),
        ("pack.yaml", "review_date", "`review_date` is `next year`; write it like 2026-11-23"),
    ),
    "a version that is none": (
        ("pack.yaml", "version: 0.1.0", "version: new"),
        ("pack.yaml", "version", "`version` is `new`; write it like 1.0.0"),
    ),
    "no aim": (
        ("pack.yaml", "  aim:", "  goal:"),
        ("pack.yaml", "goal", "unknown field `goal`."),
    ),
    "a side there is not": (
        ("plan.yaml", "sides: [organisational, external]", "sides: [organisational, outside]"),
        ("plan.yaml", "sides", "`sides` holds `outside`; allowed: organisational, external."),
    ),
    "an objective there is not": (
        ("impact-statement.yaml", "objective: O1", "objective: O2"),
        ("impact-statement.yaml", "objective: O2", "no objective `O2`; there are: O1."),
    ),
    "a translation of an item there is not": (
        ("overlay/cy.yaml", "  A1a:", "  A1x:"),
        ("overlay/cy.yaml", "A1x", "no item `A1x` to translate. Did you mean `A1a`?"),
    ),
    "a translation of a part that is not words": (
        ("overlay/cy.yaml", "{title:", "{titel:"),
        (
            "overlay/cy.yaml",
            "titel",
            "`A1a` has no words under `titel`; it has: title, text, note, effort_note. Did you mean `title`?",
        ),
    ),
    "an overlay named for another language": (
        ("overlay/cy.yaml", "language: cy", "language: fr"),
        ("overlay/cy.yaml", "language", "`language` is `fr`, but the file is named for `cy`"),
    ),
    "an id named twice in a list": (
        (O1, "measures: [S01]", "measures: [S01, S01]"),
        (O1, "measures: [S01, S01]", "`measures` names `S01` twice"),
    ),
    "a line of a framework under a heading there is not": (
        ("peel/tiny.yaml", 'heading: "6.2"', 'heading: "6.1"'),
        (
            "peel/tiny.yaml",
            "heading:",
            "heading `6.1` of `6.2.2` is not among the headings. Did you mean `6.2`?",
        ),
    ),
    "a fault inside a measure": (
        ("measures/S01-incidents.yaml", "statistic: rate", "statistic: ratio"),
        ("measures/S01-incidents.yaml", "statistic: ratio", "`statistic` is `ratio`; allowed: "),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_with_its_file_and_line(name: str, tiny: Copy) -> None:
    (file, old, new), (place, on_line, message) = FAULTS[name]
    tiny.change(file, old, new)
    line = tiny.line(place, on_line)
    if name == "an id taken twice in one file":
        line -= 1  # the id stands above

    faults = tiny.faults()

    assert any(each.startswith(f"{place}:{line}: {message}") for each in faults), "\n".join(faults)


def test_the_tiny_pack_has_no_fault_and_needed_no_code(tiny_pack: Pack) -> None:
    assert tiny_pack.action.number == "2.1.3"
    assert tiny_pack.release == "tiny-2.1.3-access@0.1.0"
    assert [each.id for each in tiny_pack.activities] == ["A1a"]
    assert list(tiny_pack.measures) == ["S01"]


def test_an_output_that_no_activity_has_stands_alone(tiny: Copy) -> None:
    tiny.change(O1, "    outputs: [A1a.out1]\n", "    outputs: []\n").change(O1, "    activity: A1a\n", "")

    assert f"{O1}:{tiny.line(O1, '- id: A1a.out1')}: output `A1a.out1` belongs to no activity" in tiny.faults()
    assert f"{O1}:{tiny.line(O1, '- id: A1a')}: activity `A1a` has no output" in tiny.faults()


def test_an_impact_that_nothing_leads_to_stands_alone_although_a_question_tests_it(tiny: Copy) -> None:
    tiny.change(O1, "leads_to: [O1.imp1]", "leads_to: [O1.imp2]").change(O1, "impacts: [O1.imp1]", "impacts: [O1.imp2]")

    assert tiny.faults() == [f"{O1}:{tiny.line(O1, '- id: O1.imp1')}: impact `O1.imp1` has nothing that leads to it"]


def test_a_measure_with_its_own_file_and_no_question_stands_alone(tiny: Copy) -> None:
    file = "measures/S01-incidents.yaml"
    tiny.change(file, "questions: [Q1.1]", "questions: []").change(O1, "    measures: [S01]\n    source", "    source")

    assert f"{file}:{tiny.line(file, 'questions')}: measure `S01` answers no question" in tiny.faults()


def test_two_ends_of_a_link_that_disagree_are_a_fault(tiny: Copy) -> None:
    tiny.change(O1, "    horizon: short\n", "    horizon: short\n    questions: []\n")

    line = tiny.line(O1, "tests:")
    assert tiny.faults() == [
        f"{O1}:{line}: `Q1.1` names `O1.imp1` under `tests`, but `O1.imp1` does not name it under `questions`"
    ]


def test_every_fault_is_told_at_once_file_by_file_and_line_by_line(tiny: Copy) -> None:
    tiny.change("links.yaml", "status: stated", "status: staded")
    tiny.change(O1, "effort_note", "effortnote")
    tiny.change(O1, "measures: [S01]", "measures: [S01, S77]")
    tiny.change("pack.yaml", "owner:", "owner: twice\nowner:")

    faults = tiny.faults()

    assert [each.split(": ")[0].rpartition(":")[0] for each in faults] == ["links.yaml", O1, O1, "pack.yaml"]
    assert faults == sorted(faults, key=lambda each: (each.split(":")[0], int(each.split(":")[1])))


def test_a_misspelt_file_name_is_a_fault_with_the_right_one(tiny: Copy) -> None:
    (tiny.folder / "links.yaml").rename(tiny.folder / "link.yaml")

    assert tiny.faults() == ["link.yaml:1: is not a file of a pack. Did you mean `links.yaml`?"]


def test_a_note_beside_the_yaml_is_nobodys_fault(tiny: Copy) -> None:
    tiny.add("README.md", "About this pack.")

    assert tiny.read().id == "tiny-2.1.3-access"


def test_a_folder_without_pack_yaml_is_no_pack_and_nothing_below_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "anything.yaml").write_text("not: [yaml\n", encoding="utf-8")

    with pytest.raises(UsageFault) as caught:
        read_pack(tmp_path)

    assert str(caught.value) == f"There is no pack.yaml in {tmp_path}; a pack is a folder with pack.yaml at its top."


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="There is no folder"):
        read_pack(tmp_path / "nowhere")


@pytest.mark.parametrize("content", ["", "- a\n- list\n", "just words\n"], ids=["empty", "a list", "words"])
def test_a_file_without_keys_and_values_is_a_fault(content: str, tiny: Copy) -> None:
    (tiny.folder / "links.yaml").write_text(content, encoding="utf-8")

    assert tiny.faults() == ["links.yaml:1: must hold keys and values"]


def test_a_file_in_another_encoding_is_a_fault(tiny: Copy) -> None:
    (tiny.folder / "links.yaml").write_bytes("links: []  # caf\xe9\n".encode("cp1252"))

    assert tiny.faults() == ["links.yaml:1: is not UTF-8 text"]
