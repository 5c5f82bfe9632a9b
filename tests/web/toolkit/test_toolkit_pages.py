"""The toolkit's parts 1 to 3 as each reader finds them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from nvap import packs
from nvap.packs.items import Evidence, Item, PlanField, Reference
from nvap.web.toolkit import offers
from nvap.web.toolkit.offers import LatestValue
from nvap.web.toolkit.words import CHOICES, KINDS, PARTS, STATUSES, TIES

Browse = Callable[..., Client]
PAGES = (
    "/impact-statement/",
    "/logic-model/O1/",
    "/logic-model/O2/drawing/",
    "/supporting-information/",
    "/supporting-information/O3/",
    "/supporting-information/challenges/",
    "/supporting-information/references/",
    "/supporting-information/about/",
    "/item/A1a/",
    "/item/D02/",
    "/item/D03/",
    "/reference/hac-2018/",
    "/search/?q=flag",
)


@pytest.fixture
def reader(browse: Browse, ines_inspector: Any) -> Client:
    return browse(ines_inspector)


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_one_heading_a_title_and_a_way_back(reader: Client, address: str) -> None:
    page = text_of(reader, address)

    assert page.count("<h1") == 1
    assert 'class="govuk-breadcrumbs' in page
    assert re.search(r"<title>\s*\S+.* – NVAP, Northshire Police</title>", page)
    assert '<html lang="en"' in page


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asks_the_database_few_questions(
    browse: Browse, alice_lead: Any, address: str, django_assert_max_num_queries: Any
) -> None:
    client = browse(alice_lead)
    client.get(address)

    with django_assert_max_num_queries(12):
        client.get(address)


def test_the_small_words_of_the_pack_all_have_words_for_a_reader() -> None:
    pack = packs.pack()
    ties = {tie.words for each in pack.ids() for tie in pack.linked_to(each)}

    assert {pack.kind(each) for each in pack.ids()} <= set(KINDS)
    assert ties <= set(TIES)
    assert {each.source.part for each in pack.items.values()} <= set(PARTS)
    assert {each.status for each in pack.items.values()} <= set(STATUSES)
    for name, words in CHOICES.items():
        assert {getattr(each, name, "") for each in pack.items.values()} - {""} <= set(words), name


def test_every_item_and_measure_has_a_page_with_its_words_status_and_source(reader: Client) -> None:
    pack = packs.pack()

    for each in pack.ids():
        page = text_of(reader, f"/{'reference' if isinstance(pack.items.get(each), Reference) else 'item'}/{each}/")
        thing: Any = pack.measures[each] if each in pack.measures else pack.items[each]
        assert escape(pack.label(each)) in page, each
        assert str(STATUSES[thing.status]) in page, each
        if thing.status != "beside":
            assert escape(thing.source.place) in page, each
        if thing.status == "reconstructed":
            assert escape(thing.note) in page, each


# -- part 1 -------------------------------------------------------------------------------------------------------


def test_the_impact_statement_answers_three_questions_for_each_objective(reader: Client) -> None:
    pack = packs.pack()

    page = text_of(reader, "/impact-statement/")

    assert escape(pack.aim.text) in page
    for question in ("What do we mean?", "What do we need?", "How do we know?"):
        assert page.count(question) == len(pack.objectives)
    for side in pack.logic_model("O1").long_term:
        assert escape(side.text) in page
    assert "PEEL 2021/22:" in page


def test_the_impact_statement_says_what_came_after_the_toolkit_and_when(reader: Client) -> None:
    page = text_of(reader, "/impact-statement/")

    assert "What has come after this toolkit" in page
    assert "replaced by the National Vulnerability and Public Protection Strategy" in page
    assert "11 April 2025" in page


def test_a_measure_on_the_impact_statement_shows_its_newest_result_or_that_there_is_none(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"D02": LatestValue("0.61 per 1,000 people", "May 2015", "/measures/D02/")}
    monkeypatch.setattr(offers, "latest_values", lambda request, measures: held)

    page = text_of(reader, "/impact-statement/")

    assert "<strong>0.61 per 1,000 people</strong> (May 2015)" in page
    assert "no result yet" in page


# -- part 2 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("objective", ["O1", "O2", "O3"])
def test_the_list_holds_everything_that_the_logic_model_holds(reader: Client, objective: str) -> None:
    model = packs.pack().logic_model(objective)

    page = text_of(reader, f"/logic-model/{objective}/")

    shown = (*model.activities, *model.outputs, *model.impacts, *model.long_term, *model.consequences)
    for each in shown:
        assert page.count(f'id="{each.id}"') == 1, each.id
    for question in model.questions:
        assert escape(question.text) in page
    assert model.situation is not None
    assert escape(model.situation.text) in page


def test_an_output_stands_inside_the_activity_that_leaves_it_behind(reader: Client) -> None:
    page = text_of(reader, "/logic-model/O1/")

    start, end = page.index('id="A1a"'), page.index('id="A1b"')

    assert start < page.index('id="A1a.out1"') < page.index('id="A1a.out3"') < end
    assert page.index('id="A1b.out1"') > end


def test_a_measure_hangs_on_the_impact_that_its_question_tests(reader: Client) -> None:
    page = text_of(reader, "/logic-model/O1/")

    about_impact_3 = page[page.index('id="O1.imp3"') : page.index('id="O1.imp4"')]

    assert '/item/Q1.2/"' in about_impact_3
    assert '/item/D03/"' in about_impact_3
    assert "Not installed yet" in about_impact_3


def test_a_question_of_two_impacts_stands_whole_once_and_is_a_link_to_there_under_the_other(reader: Client) -> None:
    page = text_of(reader, "/logic-model/O1/")

    about_impact_2 = page[page.index('id="O1.imp2"') : page.index('id="O1.imp3"')]

    assert page.count('id="Q1.1"') == 1
    assert page.index('id="O1.imp1"') < page.index('id="Q1.1"') < page.index('id="O1.imp2"')
    assert "questions above:" in about_impact_2 or "a question above:" in about_impact_2
    assert '<a class="govuk-link" href="#Q1.1"><span class="nvap-id">Q1.1</span> <span' in about_impact_2
    assert page.count('href="/item/Q1.1/"') == 1


@pytest.mark.parametrize("objective", ["O1", "O2", "O3"])
def test_every_box_of_the_drawing_is_a_link_to_its_item(reader: Client, objective: str) -> None:
    model = packs.pack().logic_model(objective)

    page = text_of(reader, f"/logic-model/{objective}/drawing/")

    drawing = page[page.index("<svg") : page.index("</svg>")]
    for each in (*model.activities, *model.outputs, *model.impacts, *model.long_term, *model.consequences):
        assert f'href="/item/{each.id}/"' in drawing, each.id
    assert "Reconstructed" in drawing
    assert "style=" not in drawing
    assert f'href="/logic-model/{objective}/"' in page


@pytest.mark.parametrize(
    ("kind", "mime", "start"),
    [
        ("svg", "image/svg+xml", b"<svg"),
        ("png", "image/png", b"\x89PNG"),
        ("pdf", "application/pdf", b"%PDF"),
    ],
)
def test_the_drawing_can_be_kept_under_a_name_that_says_what_it_is(
    reader: Client, kind: str, mime: str, start: bytes
) -> None:
    response = reader.get(f"/logic-model/O3/drawing.{kind}")

    assert response.status_code == 200
    assert response["Content-Type"] == mime
    assert response["Content-Disposition"] == f'attachment; filename="nvap-2.1.2-O3-logic-model.{kind}"'
    assert start in response.content[:200]


@pytest.mark.parametrize(
    "address", ["/logic-model/O9/", "/logic-model/A1a/", "/logic-model/D02/", "/logic-model/O1/drawing.doc"]
)
def test_what_has_no_logic_model_is_not_found(reader: Client, address: str) -> None:
    assert reader.get(address).status_code == 404


def test_an_objective_in_small_letters_leads_to_its_page(reader: Client) -> None:
    assert reader.get("/logic-model/o2/")["Location"] == "/logic-model/O2/"
    assert reader.get("/logic-model/")["Location"] == "/logic-model/O1/"


# -- items --------------------------------------------------------------------------------------------------------


def test_an_activity_shows_where_it_leads_its_questions_and_its_evidence_with_year_and_reference(
    reader: Client,
) -> None:
    page = text_of(reader, "/item/A1a/")

    for words in ("Leads to outputs", "Leads to impacts", "Questions to ask", "Evidence", "Measures (8)"):
        assert words in page
    assert "Home Affairs Committee (2018)" in page
    assert 'href="/reference/hac-2018/"' in page


def test_an_impact_shows_what_brings_it_about_and_where_it_leads(reader: Client) -> None:
    page = text_of(reader, "/item/O1.imp3/")

    assert "Brought about by" in page
    assert 'href="/item/A1a.out1/"' in page
    assert 'href="/item/LT-ext/"' in page


def test_a_measure_that_is_installed_can_be_opened_and_another_says_that_it_is_not(reader: Client) -> None:
    assert 'href="/measures/D02/"' in text_of(reader, "/item/D02/")
    assert "This measure stands in the catalogue. Nothing computes it yet." in text_of(reader, "/item/D03/")


def test_another_action_is_shown_as_not_installed(reader: Client) -> None:
    assert "Not installed" in text_of(reader, "/item/2.1.3/")
    assert text_of(reader, "/supporting-information/").count("Not installed") == 4


@pytest.mark.parametrize("number", ["2.1.3", "2.2.1", "2.3.2", "2.3.3"])
def test_another_action_shows_its_source_and_status(reader: Client, number: str) -> None:
    page = text_of(reader, f"/item/{number}/")

    assert "Stated in the toolkit" in page
    assert "Part 3, supporting information: <span" in page


def test_small_letters_lead_to_the_items_own_address(reader: Client) -> None:
    assert reader.get("/item/a1A.OUT2/")["Location"] == "/item/A1a.out2/"
    assert reader.get("/item/hac-2018/")["Location"] == "/reference/hac-2018/"
    assert reader.get("/reference/A1a/")["Location"] == "/item/A1a/"


def test_an_id_that_does_not_exist_leads_to_the_nearest_ones(reader: Client) -> None:
    page = text_of(reader, "/item/A1z/", status=404)

    assert "No such item" in page
    assert 'href="/item/A1a/"' in page


def test_what_was_asked_for_is_escaped_on_the_page_that_finds_nothing(reader: Client) -> None:
    page = text_of(reader, "/item/%3Cscript%3Ealert(1)%3C%2Fscript%3E", status=404)
    searched = text_of(reader, "/search/?q=%3Cscript%3Ealert(1)%3C/script%3E")

    assert "<script>alert" not in page
    assert "<script>alert" not in searched
    assert "&lt;script&gt;alert(1)" in searched


# -- part 3 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("objective", ["O1", "O2", "O3"])
def test_the_supporting_information_holds_every_activitys_evidence(reader: Client, objective: str) -> None:
    pack = packs.pack()

    page = text_of(reader, f"/supporting-information/{objective}/")

    for activity in pack.logic_model(objective).activities:
        assert escape(activity.label) in page
        for evidence in pack.evidence_for(activity.id):
            assert escape(evidence.text) in page, evidence.id


def test_a_peel_reference_names_its_edition_and_is_not_mapped_to_newer_ones(reader: Client) -> None:
    page = text_of(reader, "/supporting-information/O1/")

    assert "PEEL 2021/22, 1.1.2" in page
    assert "In 2023-25: not mapped. In 2025-27: not mapped." in page


def test_each_reference_is_linked_both_ways(reader: Client) -> None:
    pack = packs.pack()

    for each in pack.of(Evidence):
        for reference in each.references:
            assert f'href="/item/{each.id}/"' in text_of(reader, f"/reference/{reference}/")
            assert f'href="/reference/{reference}/"' in text_of(reader, f"/item/{each.id}/")


def test_the_challenges_stand_with_all_their_issues(reader: Client) -> None:
    pack = packs.pack()

    page = text_of(reader, "/supporting-information/challenges/")

    issues: list[Item] = [each for each in pack.items.values() if each.kind == "issue"]
    assert len(issues) == 20
    assert all(escape(each.text) in page for each in issues)


# -- search -------------------------------------------------------------------------------------------------------


def test_search_finds_words_and_groups_them_by_kind(reader: Client) -> None:
    page = text_of(reader, "/search/?q=place+of+safety")

    assert "hold every word of “place of safety”" in page
    assert "Measures</h2>" in page
    assert "<mark>" in page


def test_search_finds_an_id_first(reader: Client) -> None:
    page = text_of(reader, "/search/?q=a1b")

    assert page.index('href="/item/A1b/"') < page.index('href="/item/A1b.out1/"')


@pytest.mark.parametrize("asked", ["", "   ", "%09%0A"])
def test_nothing_typed_is_said_to_be_nothing(reader: Client, asked: str) -> None:
    page = text_of(reader, f"/search/?q={asked}")

    assert "Write what to look for." in page
    assert "<title>Error: Search" in page


def test_too_long_a_search_says_so_and_keeps_what_was_typed(reader: Client) -> None:
    page = text_of(reader, "/search/?q=" + "x" * 101)

    assert "100 characters at most, and these are 101" in page
    assert "x" * 101 in page


@pytest.mark.parametrize("asked", ["%25", "%27%3B--", "%5C", "(", "%22quoted%22", "%E2%80%99", "%F0%9F%98%80", "%00"])
def test_odd_characters_find_nothing_rather_than_break(reader: Client, asked: str) -> None:
    assert reader.get(f"/search/?q={asked}").status_code == 200


def test_nothing_found_comes_with_help(reader: Client) -> None:
    page = text_of(reader, "/search/?q=zebra")

    assert "Nothing holds every word of “zebra”." in page
    assert "Try fewer words" in page


def test_search_spaces_around_and_between_words_do_not_matter(reader: Client) -> None:
    tidy = text_of(reader, "/search/?q=mental+health+flag")
    untidy = text_of(reader, "/search/?q=++mental+++health%09flag+")

    assert re.findall(r'href="/item/[^"]+"', tidy) == re.findall(r'href="/item/[^"]+"', untidy)


# -- languages ----------------------------------------------------------------------------------------------------


def test_english_words_on_a_welsh_page_are_marked_as_english(reader: Client) -> None:
    reader.cookies["django_language"] = "cy"

    page = text_of(reader, "/item/A1a/")

    assert '<html lang="cy"' in page
    assert re.search(r'<h1[^>]* lang="en">Use the NPCC definition', page)


def test_the_pack_holds_a_field_of_the_plan_for_every_line_of_the_form() -> None:
    assert len(packs.pack().of(PlanField)) == 14
