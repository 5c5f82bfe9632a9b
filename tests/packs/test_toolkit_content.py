"""The toolkit for 2.1.2 Mental Health holds all of the toolkit, and says which of its words are rebuilt."""

from __future__ import annotations

import pytest

from nvap.packs import pack
from nvap.packs.items import (
    Challenge,
    Consequence,
    Evidence,
    Impact,
    Issue,
    Output,
    PlanExample,
    PlanField,
    PlanningQuestion,
    Question,
    Reference,
    Statement,
    SuggestedMeasure,
)
from nvap.packs.model import Pack


@pytest.fixture(scope="module")
def toolkit() -> Pack:
    return pack("nvap-2.1.2-mental-health")


def test_every_part_of_the_toolkit_is_held(toolkit: Pack) -> None:
    counted = {
        kind.__name__: len(toolkit.of(kind))
        for kind in (Output, Impact, Question, Challenge, Issue, PlanningQuestion, PlanExample, Consequence)
    }

    assert [each.id for each in toolkit.objectives] == ["O1", "O2", "O3"]
    assert " ".join(each.id for each in toolkit.activities) == "A1a A1b A1c A1d A2a A2b A2c A3a A3b A3c"
    assert counted == {
        "Output": 26,
        "Impact": 25,
        "Question": 17,
        "Challenge": 3,
        "Issue": 20,
        "PlanningQuestion": 5,
        "PlanExample": 6,
        "Consequence": 8,
    }


def test_all_nineteen_peel_lines_of_the_toolkit_are_suggested_measures(toolkit: Pack) -> None:
    named = [each.peel for each in toolkit.of(SuggestedMeasure) if each.peel is not None]

    assert {each.edition for each in named} == {"2021/22"}
    assert " ".join(sorted(code for each in named for code in each.codes)) == (
        "1.1.2 1.1.3 1.2.2 1.3.1 1.3.2 1.4.1 1.5.1 2.1.1 3.1.1 3.1.2 3.1.3 3.2.1 3.2.2 4.1.4 4.2.1 5.1.2 5.2.1 "
        "6.2.2 6.2.3"
    )


def test_the_impact_statement_names_all_thirteen_peel_headings(toolkit: Pack) -> None:
    named = sorted(code for each in toolkit.of(Statement) if each.peel for code in each.peel.codes)

    assert " ".join(named) == "1.1 1.2 1.3 1.4 1.5 2.1 3.1 3.2 4.1 4.2 5.1 5.2 6.2"


def test_every_measure_that_the_toolkit_suggests_in_words_leads_to_a_measure(toolkit: Pack) -> None:
    assert [each.id for each in toolkit.of(SuggestedMeasure) if not each.measures] == []


def test_every_output_is_marked_as_rebuilt_because_the_column_is_lost(toolkit: Pack) -> None:
    assert {each.status for each in toolkit.of(Output)} == {"reconstructed"}


def test_every_impact_has_a_question_and_a_measure_and_leads_to_the_long_term(toolkit: Pack) -> None:
    bare = [each.id for each in toolkit.of(Impact) if not (each.questions and each.measures and each.leads_to)]

    assert bare == []


def test_every_activity_has_evidence_and_every_question_a_measure(toolkit: Pack) -> None:
    assert [each.id for each in toolkit.activities if not toolkit.evidence_for(each.id)] == []
    assert [each.id for each in toolkit.of(Question) if not each.measures] == []


def test_all_seventeen_listed_references_and_seven_unlisted_ones_are_cited(toolkit: Pack) -> None:
    references = toolkit.of(Reference)

    assert len([each for each in references if each.status == "stated"]) == 17
    assert len([each for each in references if each.status == "reconstructed"]) == 7
    assert [each.id for each in references if not toolkit.citing(each.id)] == []


def test_the_evidence_keeps_the_figures_of_the_toolkit(toolkit: Pack) -> None:
    said = " ".join(each.text for each in toolkit.of(Evidence))

    for figure in ("9.1 mental health incidents for every 1,000 people", "2020/21", "two days", "one offence in ten"):
        assert figure in said


def test_the_plan_has_the_toolkits_fourteen_fields(toolkit: Pack) -> None:
    labels = {each.label for each in toolkit.of(PlanField)}

    assert labels == {
        "Reporting period",
        "Project lead",
        "Prepared by",
        "Date prepared",
        "Impact owner",
        "Impact description",
        "Activity",
        "Output",
        "Impact measurement",
        "Progress",
        "Next steps",
        "Risks",
        "Risk mitigation strategy",
        "Additional comments",
    }


def test_no_code_of_the_toolkits_peel_edition_is_mapped_to_a_later_one_unasked(toolkit: Pack) -> None:
    assert {name: edition.mapping for name, edition in toolkit.peel.items()} == {
        "2021/22": (),
        "2023-25": (),
        "2025-27": (),
    }


def test_sixty_measures_are_known_by_name(toolkit: Pack) -> None:
    known = {each for each in toolkit.ids() if toolkit.kind(each) == "measure"}

    wanted = [("D", 20), ("P", 21), ("J", 19)]
    assert known == {f"{letter}{number:02}" for letter, last in wanted for number in range(1, last + 1)}
