"""The board pack of a force's plan: who may take it, what stands in it, and that no small count leaves with it."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from docx import Document
from tests.documents.test_board_pack import words_on
from tests.web.plans.conftest import person, write
from tests.web.results.conftest import computed, loaded, with_results  # noqa: F401 - a force with stored results

from nvap.web.journal.models import Act, Entry

PDF, DOCX = "/plan/files/board-pack.pdf", "/plan/files/board-pack.docx"

pytestmark = pytest.mark.django_db


def document(plan: Any) -> Any:
    from nvap.web.plans.document import document_of

    return document_of(plan)


def board_pack(plan: Any) -> Any:
    from nvap import packs
    from nvap.web.plans import board_pack as made

    return made.board_pack(packs.pack(), document(plan))


def observe(plan: Any, by: Any, counts: list[tuple[str, str]]) -> None:
    """A measure of the force's own, counted by hand in one month after another."""
    from nvap.web.plans.actions.saving import NewThing

    texts, new = {("own-m1", "title"): "Calls that a nurse took"}, [NewThing("own-m1", "measure", "O1")]
    for at, (counted, of) in enumerate(counts, start=1):
        new.append(NewThing(f"obs-{at}", "observation", "own-m1"))
        texts |= {
            (f"obs-{at}", "first"): f"2026-{at:02}-01",
            (f"obs-{at}", "last"): f"2026-{at:02}-28",
            (f"obs-{at}", "numerator"): counted,
            (f"obs-{at}", "denominator"): of,
        }
    write(plan, by, {place: text for place, text in texts.items() if text}, new=new)


def test_alice_takes_both_files_and_the_journal_says_so(browse: Any, plan: Any, alice_lead: Any) -> None:
    alice = browse(alice_lead)

    as_pdf, as_docx = alice.get(PDF), alice.get(DOCX)

    with pikepdf.open(io.BytesIO(as_pdf.content)) as opened:
        assert opened.docinfo["/Title"] == "Impact Realisation Plan, Northshire Police"
    assert Document(io.BytesIO(as_docx.content)).core_properties.author == "NVAP"
    assert as_pdf["Content-Disposition"].endswith('board-pack-version-1.pdf"')
    taken = [line.reason for line in Entry.objects.filter(act=Act.EXPORT.value).order_by("seq")]
    assert taken == ["board pack, pdf", "board pack, docx"]


@pytest.mark.usefixtures("plan")
def test_ines_the_inspector_may_not_take_it(browse: Any, ines_inspector: Any) -> None:
    ines = browse(ines_inspector)

    assert [ines.get(address).status_code for address in (PDF, DOCX)] == [403, 403]


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("role", ["partner_reader", "partner_contributor"])
def test_partners_may_not_take_it(browse: Any, northshire: Any, role: str) -> None:
    pat = browse(person(northshire, "Pat Partner", role))

    assert [pat.get(address).status_code for address in (PDF, DOCX)] == [403, 403]


def test_somebody_of_another_force_finds_no_pack(browse: Any, plan: Any, omar_of_another_force: Any) -> None:
    assert browse(omar_of_another_force).get(PDF).status_code == 404


def test_no_file_leaves_when_the_journal_cannot_be_written(
    browse: Any, plan: Any, alice_lead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nvap.web.journal import actions

    def broken(**_told: Any) -> None:
        raise RuntimeError("no journal")

    alice = browse(alice_lead)
    monkeypatch.setattr(actions, "write", broken)

    with pytest.raises(RuntimeError, match="no journal"):
        alice.get(PDF)


def test_an_empty_plan_gives_a_pack_that_is_a_draft_and_official(plan: Any) -> None:
    made = board_pack(plan)

    assert (made.standing, made.marking, made.is_draft) == ("DRAFT, version 1", "OFFICIAL", True)
    assert [len(each.activities) for each in made.objectives] == [0, 0, 0]
    assert (made.measures, made.consequences, made.impacts) == ((), (), ())


def test_the_pack_holds_what_was_written_last_about_each_activity(plan: Any, alice_lead: Any) -> None:
    write(
        plan,
        alice_lead,
        {
            ("about", "marking"): "official-sensitive",
            ("A1a", "decision"): "will-do",
            ("A1a", "output", "organisational"): "One definition in use.",
            ("A1a", "progress", "organisational", "2026-01-01"): "Begun.",
            ("A1a", "progress", "organisational", "2026-03-01"): "Half of the teams use it.",
            ("A1b", "decision"): "later",
        },
    )

    made = board_pack(plan)

    (activity,) = made.objectives[0].activities
    assert made.marking == "OFFICIAL-SENSITIVE"
    assert (activity.id, activity.owner) == ("A1a", "")
    assert [each.text for each in activity.said] == ["March 2026"]
    assert [row[1] for row in activity.rows] == ["One definition in use.", "Half of the teams use it."]


def test_the_drawing_shows_the_plan_but_none_of_the_inside_numbers(plan: Any, alice_lead: Any) -> None:
    from nvap.web.plans import overlay
    from nvap.web.plans.impacts import Latest

    write(plan, alice_lead, {("A1a", "decision"): "will-do", ("A1a", "owner"): str(alice_lead.pk)})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlay, "latest_of", lambda *asked: dict.fromkeys(asked[2], Latest("7", "March 2026")))
        drawn = board_pack(plan).objectives[0].drawing.svg

    assert "Alice Lead" in drawn
    assert "March 2026" not in drawn


def test_a_signed_version_says_who_signed_it(plan: Any, alice_lead: Any, chris_chief: Any) -> None:
    from nvap import packs
    from nvap.web.plans.actions import reviewing

    write(plan, alice_lead, {("about", "approver"): str(chris_chief.pk)})
    plan.refresh_from_db()
    reviewing.send(plan=plan, by=alice_lead)
    reviewing.sign_off(plan=plan, by=chris_chief, pack=packs.pack(), version=plan.saves)

    made = board_pack(plan)

    assert made.standing.startswith("Signed off by Chris Chief on ")
    assert not made.is_draft
    assert {each.kind for each in plan.snapshots.get().files.all()} >= {"pdf", "docx"}


def test_a_small_count_made_by_hand_is_hidden_with_what_gives_it_away(plan: Any, alice_lead: Any) -> None:
    observe(plan, alice_lead, [("30", "60"), ("7", "60"), ("55", "60"), ("20", "40"), ("0", "60")])

    (measure,) = board_pack(plan).measures

    assert [row[1:5] for row in measure.rows] == [
        ("30", "60", "", "50"),
        ("[c]", "60", "", "[c]"),
        ("[c]", "60", "", "[c]"),
        ("20", "40", "", "[c]"),
        ("0", "60", "", "0"),
    ]


@pytest.mark.usefixtures("with_results")
def test_a_measure_whose_every_number_may_be_shown_has_a_chart(plan: Any, alice_lead: Any, northshire: Any) -> None:
    measure = measure_of(plan, alice_lead, northshire, "D02")

    assert measure.sentence.startswith("August 2025: 2.50 per 1,000 people, unusually high")
    assert measure.table.profile == "shared"
    assert measure.chart is not None
    assert "Not for release" not in measure.chart.svg
    assert len(measure.rows) == 12


@pytest.mark.usefixtures("with_results")
def test_a_measure_with_hidden_numbers_has_no_chart_and_says_why(
    plan: Any, alice_lead: Any, northshire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nvap.disclosure import policy

    # Of the months' counts of 10 to 25 those under 12 become small ones, and the years' of over 100 do too.
    monkeypatch.setattr(policy, "SHARED_COUNT_FROM", 1000)

    measure = measure_of(plan, alice_lead, northshire, "D01")

    assert measure.chart is None
    assert "There is no chart, because" in measure.notes[-1]
    assert measure.sentence == "The newest number may not be shown to others."
    assert {row[-1] for row in measure.rows} == {"[c]"}


@pytest.mark.parametrize(
    ("note", "is_shown"),
    [
        ("1 area has 3 rows (0.4% of those with an area) but no population, so the rate is too high.", False),
        ("Part of the period: the extracts cover 2024-01-01 to 2024-03-31.", True),
        ("The population of mid-2024 is used for 2025.", True),
        ("Fewer than 20: no percentage is shown.", True),
    ],
)
def test_a_note_that_tells_a_count_does_not_leave(note: str, is_shown: bool) -> None:
    from nvap.web.plans.board_pack_measures import note_to_share

    assert (note_to_share(note) == note) is is_shown


def measure_of(plan: Any, by: Any, force: Any, key: str) -> Any:
    """The pack's measure of a plan that follows it, with stored results."""
    from nvap.web.plans.actions.saving import NewThing
    from nvap.web.results import stored

    stored.catch_up(force)
    write(plan, by, {}, new=[NewThing(key, "measure", "O1")])
    (measure,) = board_pack(plan).measures
    return measure


def test_a_full_plan_gives_one_pack_with_a_page_for_each_objective_and_loses_nothing(
    plan: Any, alice_lead: Any
) -> None:
    """Three objectives of six activities, each reported on in twelve periods."""
    from nvap import packs
    from nvap.web.plans import board_pack as made

    activities = fill(plan, alice_lead)

    pack = board_pack(plan)
    with pikepdf.open(io.BytesIO(made.pdf(packs.pack(), document(plan)))) as opened:
        pages = [words_on(page) for page in opened.pages]
    text = "\n".join(each.text for each in Document(io.BytesIO(made.docx(packs.pack(), document(plan)))).paragraphs)

    assert [len(each.activities) for each in pack.objectives] == [6, 6, 6]
    begins = [at for at, page in enumerate(pages) if "Activitiesintheplan" in page]
    assert len(set(begins)) >= 3
    assert all(f"Reportof{key}in2026-12-01" in "".join(pages) for key in activities)
    assert all(key in text for key in activities)


def fill(plan: Any, by: Any) -> list[str]:
    """Six activities in each objective, with an output, risks and twelve reports each; their keys."""
    from nvap.web.plans.actions.saving import NewThing

    stands = document(plan)
    texts: dict[tuple[str, ...], str] = {}
    new, keys = [], []
    for number, objective in enumerate(("O1", "O2", "O3")):
        own = [each.key for each in stands.of("activity", objective)]
        made = [f"own-a{number * 10 + at}" for at in range(1, 7 - len(own))]
        new += [NewThing(key, "activity", objective) for key in made]
        texts |= {(key, "wording"): f"Activity {key}" for key in made}
        keys += own + made
    for key in keys:
        texts |= {(key, "decision"): "will-do", (key, "owner"): str(by.pk), (key, "due"): "2026-09-01"}
        for side in ("organisational", "external"):
            texts |= {(key, name, side): f"The {name} of {key}, at some length. " * 3 for name in ("output", "risks")}
            texts |= {(key, "progress", side, each.key): f"Report of {key} in {each.key}." for each in stands.periods}
    write(plan, by, texts, new=new)
    return keys
