"""The toolkit for 2.1.2 against the project's measure catalogue: nothing of it is left out, nothing stands alone."""

from __future__ import annotations

import re

import pytest

from nvap.packs import DEFAULT, folders, pack, read_pack
from nvap.packs.items import Reference, SuggestedMeasure
from nvap.packs.model import Pack

# The measures of each PEEL line of the toolkit and of each question, as the measure catalogue sets them out.
PEEL = {
    "1.1.2": "D01 D06 D08 D09 P07",
    "1.1.3": "D10",
    "1.2.2": "D11-14 D17",
    "1.3.1": "D07",
    "1.3.2": "D03-05 D07 D20",
    "2.1.1": "D16 D19 J19",
    "4.1.4": "D02 D03 D06 D09 D15 D16 D18",
    "3.1.1": "P04 P05 P19 D20",
    "3.1.2": "P01 P02 P08-10 P12 P20",
    "3.1.3": "P19 P20",
    "3.2.1": "P06 P10 P20",
    "3.2.2": "P16 P20",
    "4.2.1": "P07 P09 P13-17",
    "6.2.2": "P11 P18 P21 J09-11 J14",
    "6.2.3": "P01 P03",
    "1.4.1": "J01-04 J06-09 J12",
    "1.5.1": "J15-17",
    "5.1.2": "J02 J11 J13 J14",
    "5.2.1": "J05 J18 J19",
}
QUESTIONS = {
    "Q1.1": "D01 D02 D05 D11-14 D20",
    "Q1.2": "D03-09",
    "Q1.3": "D10 D15-17",
    "Q1.4": "D18-20",
    "Q2.1": "P01 P03 P15",
    "Q2.2": "P02",
    "Q2.3": "P04-06",
    "Q2.4": "P07-09",
    "Q2.5": "P08 P10 P12 P19 P20",
    "Q2.6": "P11 P18 P21",
    "Q2.7": "P09 P11-18",
    "Q3.1": "J01-03 J08 J11 J19",
    "Q3.2": "J06 J09 J10 J12",
    "Q3.3": "J04 J05",
    "Q3.4": "J14",
    "Q3.5": "J06 J07 J11 J13 J18",
    "Q3.6": "J15-18",
}


@pytest.fixture(scope="module")
def toolkit() -> Pack:
    return pack(DEFAULT)


def ids(written: str) -> set[str]:
    """`D03-05 D07` as ids."""
    found = set()
    for letter, first, last in re.findall(r"([A-Z])(\d\d)(?:-(\d\d))?", written):
        found |= {f"{letter}{number:02d}" for number in range(int(first), int(last or first) + 1)}
    return found


def test_the_pack_that_is_shipped_has_no_fault() -> None:
    assert read_pack(folders()[DEFAULT]).id == DEFAULT


@pytest.mark.parametrize("code", PEEL)
def test_every_peel_line_of_the_toolkit_leads_to_its_measures(code: str, toolkit: Pack) -> None:
    (suggested,) = (each for each in toolkit.of(SuggestedMeasure) if each.peel and each.peel.codes == (code,))

    assert set(suggested.measures) == ids(PEEL[code])
    assert toolkit.peel_references(suggested.id)[0].title


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_answered_by_its_measures(question: str, toolkit: Pack) -> None:
    answered_by = {each.other for each in toolkit.linked_to(question) if each.words == "Answered by"}

    assert ids(QUESTIONS[question]) <= answered_by


def test_every_activity_has_output_impact_question_measure_and_evidence(toolkit: Pack) -> None:
    for each in toolkit.activities:
        assert each.outputs, each.id
        assert each.impacts, each.id
        assert each.questions, each.id
        assert each.measures, each.id
        assert toolkit.evidence_for(each.id), each.id
        assert any(evidence.references for evidence in toolkit.evidence_for(each.id)), each.id


def test_every_reference_is_cited_and_leads_back_to_what_cites_it(toolkit: Pack) -> None:
    for reference in toolkit.of(Reference):
        citing = toolkit.citing(reference.id)
        assert citing, reference.id
        for each in citing:
            assert any(tie.other == reference.id for tie in toolkit.linked_to(each.id))


def test_every_arrow_of_every_logic_model_ends_at_a_long_term_impact(toolkit: Pack) -> None:
    for objective in toolkit.objectives:
        drawn = toolkit.logic_model(objective.id)
        ends = {each.id for each in drawn.long_term}
        for _ in range(len(drawn.arrows)):
            ends |= {start for start, end in drawn.arrows if end in ends}
        assert {each.id for each in drawn.activities} <= ends


def test_the_eight_measures_shown_first_can_be_computed(toolkit: Pack) -> None:
    assert len(toolkit.starting_set) == 8
    assert set(toolkit.starting_set) <= set(toolkit.measures)
