"""Measures in the plan: picked, guarded, numbered from stored results, and with targets only where one may stand."""

from __future__ import annotations

from typing import Any

from tests.web.plans.conftest import write
from tests.web.results.conftest import computed, loaded, with_results  # noqa: F401 - a force with stored results

from nvap import packs
from nvap.web.plans.actions.saving import NewThing
from nvap.web.plans.document import document_of
from nvap.web.plans.measured import chart_svg, measured


def test_a_measures_number_and_its_baseline_come_from_what_is_stored(
    plan: Any,
    alice_lead: Any,
    northshire: Any,
    with_results: Any,  # noqa: F811
) -> None:
    from nvap.web.results.stored import catch_up

    catch_up(northshire)
    texts = {("D01", "part"): "share", ("D01", "baseline_from"): "2024-01-01", ("D01", "baseline_to"): "2024-03-31"}
    write(plan, alice_lead, texts, new=[NewThing("D01", "measure", "O1"), NewThing("D03", "measure", "O1")])

    told = measured(northshire, packs.pack(), document_of(plan))

    first, second = told
    assert first["period"] == "August 2025"
    assert (first["numerator"], first["denominator"]) == (25, 40)
    assert first["value"] == "62.5%"
    assert "31 of 120" in first["baseline"]
    assert first["baseline"].startswith("25.8%")
    assert first["verdict"].startswith("Unusually high")
    assert second["value"] == ""
    assert second["verdict"] == "Not enough data to say: no number is stored for it."
    assert (chart_svg(northshire, packs.pack(), "D01") or "").startswith("<svg")
    assert chart_svg(northshire, packs.pack(), "D03") is None


def test_picking_a_measure_brings_what_is_read_alongside_it(plan: Any, alice_lead: Any, browse: Any) -> None:
    alice = browse(alice_lead)

    page = alice.post("/plan/measures/pick/", {"measure": ["D11"]}, follow=True).content.decode()

    assert [each.key for each in document_of(plan).of("measure")] == ["D11", "D12", "D15"]
    assert document_of(plan).several("D11", "guards") == ("D12", "D15")
    assert page.count("Added because it is read alongside D11") == 2


def test_no_target_may_be_set_where_it_would_change_what_is_counted(plan: Any, alice_lead: Any, browse: Any) -> None:
    alice = browse(alice_lead)
    alice.post("/plan/measures/pick/", {"measure": ["J15", "D12", "P12", "D11"]})

    refused = {}
    for key, part in (("J15", "closed"), ("D12", "t1_hours"), ("P12", "rate"), ("D11", "in_time")):
        typed = {"part": part, "target": "9", "target_date": "2026-12-31", "target_reason": "Agreed."}
        answer = alice.post(
            f"/plan/measures/{key}/change/", {f"{key}--{name}----": said for name, said in typed.items()}
        )
        refused[key] = answer.status_code == 200

    assert refused == {"J15": True, "D12": True, "P12": True, "D11": False}
    assert document_of(plan).text("D11", "target") == "9"
    assert document_of(plan).text("J15", "target") == ""


def test_a_target_needs_its_date_and_its_reason(plan: Any, alice_lead: Any, browse: Any) -> None:
    alice = browse(alice_lead)
    alice.post("/plan/measures/pick/", {"measure": ["D11"]})

    page = alice.post("/plan/measures/D11/change/", {"D11--part----": "in_time", "D11--target----": "90"})

    assert "A target needs its date and its reason." in page.content.decode()
    assert document_of(plan).text("D11", "target") == ""


def test_an_observation_gives_its_share_with_an_interval(
    plan: Any, alice_lead: Any, northshire: Any, browse: Any
) -> None:
    alice = browse(alice_lead)
    alice.post("/plan/measures/pick/", {"measure": ["D03"]})

    alice.post("/plan/measures/D03/observation/", _observed(numerator="15", denominator="40"))

    (told,) = measured(northshire, packs.pack(), document_of(plan))
    assert told["value"] == "37.5%"
    assert told["interval"] == "24.2% to 53.0%"
    assert told["counted"] == "15 of 40"
    assert told["unknown"] == 2
    assert "37.5%" in alice.get("/plan/measures/D03/").content.decode()


def test_an_observation_of_few_has_no_percentage(plan: Any, alice_lead: Any, northshire: Any, browse: Any) -> None:
    alice = browse(alice_lead)
    alice.post("/plan/measures/pick/", {"measure": ["D03"]})

    alice.post("/plan/measures/D03/observation/", _observed(numerator="5", denominator="19"))

    (told,) = measured(northshire, packs.pack(), document_of(plan))
    assert told["value"] == "5 of 19"
    assert told["interval"] == ""


def test_an_observation_shows_where_its_evidence_is_kept(plan: Any, alice_lead: Any, browse: Any) -> None:
    alice = browse(alice_lead)
    alice.post("/plan/measures/pick/", {"measure": ["D03"]})
    kept = "https://store.example/samples/7"

    undated = alice.post("/plan/measures/D03/observation/", _observed(link=kept))
    alice.post("/plan/measures/D03/observation/", _observed(link=kept, dated="2025-02-03"))

    page = alice.get("/plan/measures/D03/").content.decode()
    assert "Give the date of the evidence." in undated.content.decode()
    assert f'href="{kept}"' in page
    assert "3 February 2025" in page


def test_an_observation_that_cannot_be_is_refused(plan: Any, alice_lead: Any, browse: Any) -> None:
    alice = browse(alice_lead)
    alice.post("/plan/measures/pick/", {"measure": ["D03", "D01"]})

    more = alice.post("/plan/measures/D03/observation/", _observed(numerator="41", denominator="40"))
    later = alice.post("/plan/measures/D03/observation/", _observed(last="2098-01-31"))
    turned = alice.post("/plan/measures/D03/observation/", _observed(first="2025-02-01", last="2025-01-31"))

    assert "cannot be more than what it is out of" in more.content.decode()
    assert "still to come" in later.content.decode()
    assert "before the first" in turned.content.decode()
    assert alice.get("/plan/measures/D01/observation/").status_code == 404
    assert document_of(plan).of("observation") == ()


def test_alice_defines_a_measure_of_her_own_and_takes_it_out_with_a_reason(
    plan: Any, alice_lead: Any, browse: Any
) -> None:
    alice = browse(alice_lead)
    named = {"title": "Plans seen by the ward", "numerator": "Plans that the ward has seen", "denominator": "Plans"}
    alice.post("/plan/measures/own/O1/", {f"own-m1--{name}----": said for name, said in named.items()})

    assert document_of(plan).of("measure", "O1")[0].key == "own-m1"
    assert "Say why it is taken out." in alice.post("/plan/measures/own-m1/remove/", {}).content.decode()

    alice.post("/plan/measures/own-m1/remove/", {"reason": "The ward is closed"})

    assert document_of(plan).of("measure") == ()


def test_the_pages_of_measures_ask_few_questions(
    plan: Any,
    alice_lead: Any,
    browse: Any,
    with_results: Any,  # noqa: F811
    django_assert_max_num_queries: Any,
) -> None:
    alice = browse(alice_lead)
    everything = [*packs.pack().measures, "D03", "D04", "P08"]
    alice.post("/plan/measures/pick/", {"measure": everything})

    for address in ("/plan/measures/", "/plan/measures/D01/"):
        with django_assert_max_num_queries(15):
            assert alice.get(address).status_code == 200


def _observed(**changed: str) -> dict[str, str]:
    said = {"first": "2025-01-01", "last": "2025-01-31", "numerator": "15", "denominator": "40", "unknown": "2"}
    said |= {"source": "A dip sample", "link": "", "dated": ""}
    return {f"obs-1--{name}----": text for name, text in (said | changed).items()}
