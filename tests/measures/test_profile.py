"""What a problem profile gathers: kinds, repeat contact as distributions, strands, what is not on record, and when."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from tests.measures.conftest import Load
from tests.measures.world import incident

from nvap.engine.connection import Engine, connect
from nvap.errors import NotEnoughData, UsageFault
from nvap.measures import profile_counts as counts
from nvap.measures.example import register
from nvap.measures.held import Held
from nvap.measures.profile import Profile, Wish, days_of, months_before, profile
from nvap.measures.profile_counts import Asked, KindOf
from nvap.records.workspace import Force, Workspace

JANUARY = (datetime.date(2024, 1, 1), datetime.date(2024, 1, 31))
ASKED = Asked("R1", *JANUARY)
Rows = Sequence[Mapping[str, Any]]


@contextmanager
def tables(**rows: Rows) -> Iterator[tuple[Engine, dict[str, Held]]]:
    with connect(memory_limit="256MB", threads=1) as engine:
        yield engine, {name: register(engine, name, each, JANUARY) for name, each in rows.items()}


def kind(name: str) -> KindOf:
    return next(each for each in counts.KINDS if each.id == name)


def coded(ref: int, code: str | None, *, flagged: bool | None = True, day: str = "2024-01-03") -> dict[str, Any]:
    return incident(ref, day, flagged=flagged, closing_code=code)


def link(ref: int, person: str, role: str = "subject", method: str = "rms_id") -> dict[str, Any]:
    day = datetime.date(2024, 1, 3)
    return {"incident_ref": f"I{ref}", "record_date": day, "person_key": person, "role": role, "match_method": method}


def flag(ref: int, strand: str) -> dict[str, Any]:
    return {"incident_ref": f"I{ref}", "strand": strand, "set_at": datetime.datetime.fromisoformat("2024-01-03T12:00")}


def steps(found: counts.Repeats) -> list[tuple[int, int | None, int, int]]:
    return [(each.least, each.most, each.many, each.incidents) for each in found.steps]


def test_kinds_are_counted_of_related_incidents_only_the_commonest_first_in_the_forces_own_words() -> None:
    held = [coded(1, "CFW"), coded(2, "CFW"), coded(3, "MIS"), coded(4, None), coded(5, "MIS", flagged=False)]
    words = {"code": "CFW", "label": "Concern for welfare", "scheme": "own", "valid_from": JANUARY[0]}

    with tables(incidents=held, code_map=[words]) as (engine, loaded):
        found = counts.kinds(engine, loaded, ASKED, kind("closing"))

    assert [(each.label, each.count) for each in found.kinds] == [("Concern for welfare (CFW)", 2), ("MIS", 1)]
    assert (found.unknown, found.total) == (1, 4)
    assert found.kinds[0].share.value == pytest.approx(2 / 3)


def test_grades_stand_in_the_forces_own_words() -> None:
    held = [coded(at, None) | {"grade_final": "I"} for at in (1, 2)]
    words = {"grade": "I", "label": "Immediate", "valid_from": JANUARY[0]}

    with tables(incidents=held, grade_config=[words]) as (engine, loaded):
        found = counts.kinds(engine, loaded, ASKED, kind("grade"))

    assert [(each.label, each.count) for each in found.kinds] == [("Immediate (I)", 2)]


def test_an_incident_with_several_categories_stands_in_each_and_once_in_the_total() -> None:
    with tables(incidents=[coded(1, "CFW;MH1"), coded(2, "CFW | CFW")]) as (engine, loaded):
        found = counts.kinds(engine, loaded, ASKED, kind("closing"))

    assert [(each.label, each.count) for each in found.kinds] == [("CFW", 2), ("MH1", 1)]
    assert (found.unknown, found.total) == (0, 2)


def test_qualifiers_come_from_the_event_history_and_incidents_without_one_are_not_on_record() -> None:
    event = {"event_type": "qualifier_added", "about_mh": True, "happened": datetime.datetime(2024, 1, 3)}  # noqa: DTZ001
    events = [
        {"incident_ref": "I1", "new_value": "MH1", **event},
        {"incident_ref": "I1", "new_value": "MH2", **event},
        {"incident_ref": "I2", "new_value": "DRN", **event, "about_mh": False},
    ]

    with tables(incidents=[coded(1, "A"), coded(2, "B")], incident_events=events) as (engine, loaded):
        found = counts.kinds(engine, loaded, ASKED, kind("qualifier"))

    assert [(each.label, each.count) for each in found.kinds] == [("MH1", 1), ("MH2", 1)]
    assert (found.unknown, found.total) == (1, 2)


def test_a_column_that_no_mapping_fills_is_named_for_a_kind() -> None:
    with (
        tables(incidents=[incident(1, "2024-01-03", flagged=True)]) as (engine, loaded),
        pytest.raises(NotEnoughData, match=r"No mapping fills incidents\.opening_code"),
    ):
        counts.kinds(engine, loaded, ASKED, kind("opening"))


def test_people_are_counted_by_how_many_incidents_were_about_them() -> None:
    held = [coded(ref, "A") for ref in range(1, 14)]
    links = [
        *(link(ref, "often") for ref in range(1, 8)),
        *(link(ref, "three") for ref in (8, 9, 10)),
        *(link(ref, "twice") for ref in (10, 11)),
        link(12, "once"),
    ]

    with tables(incidents=held, person_links=links) as (engine, loaded):
        found = counts.people(engine, loaded, ASKED)

    assert steps(found) == [(1, 1, 1, 1), (2, 2, 1, 2), (3, 5, 1, 3), (6, None, 1, 7)]
    assert (found.many, found.incidents, found.unlinked) == (4, 13, 1)
    assert found.again.value == pytest.approx(3 / 4)


def test_callers_and_links_of_other_incidents_make_nobody_a_person_in_repeat_contact() -> None:
    held = [coded(1, "A"), coded(2, "A"), coded(3, "A", flagged=False)]
    links = [link(1, "p"), link(2, "p", role="caller"), link(3, "p"), link(1, "p", role="missing_person")]

    with tables(incidents=held, person_links=links) as (engine, loaded):
        found = counts.people(engine, loaded, ASKED)

    assert steps(found)[:2] == [(1, 1, 1, 1), (2, 2, 0, 0)]
    assert found.unlinked == 1


def test_links_made_by_likeness_can_be_left_out() -> None:
    held = [coded(1, "A"), coded(2, "A")]
    links = [link(1, "p"), link(2, "p", method="probabilistic")]

    with tables(incidents=held, person_links=links) as (engine, loaded):
        every, sure = counts.people(engine, loaded, ASKED), counts.people(engine, loaded, ASKED, sure=True)

    assert (steps(every)[1][2], steps(sure)[1][2]) == (1, 0)
    assert sure.unlinked == 1


def test_no_result_of_repeat_contact_holds_anybodys_key() -> None:
    with tables(incidents=[coded(1, "A")], person_links=[link(1, "secret-key")]) as (engine, loaded):
        assert "secret-key" not in repr(counts.people(engine, loaded, ASKED))


def test_places_are_counted_by_how_many_incidents_they_had() -> None:
    held = [coded(ref, "A") | {"place_key": "hospital"} for ref in range(40)]
    held += [coded(50, "A") | {"place_key": "home"}, coded(51, "A") | {"place_key": None}]

    with tables(incidents=held) as (engine, loaded):
        found = counts.places(engine, loaded, ASKED)

    assert steps(found) == [(1, 1, 1, 1), (2, 3, 0, 0), (4, 9, 0, 0), (10, 29, 0, 0), (30, None, 1, 40)]
    assert found.unlinked == 1


def test_institutions_stand_apart_and_a_place_of_unknown_kind_is_none() -> None:
    held = [coded(ref, "A") | {"place_key": "ward", "place_kind": "mental_health_unit"} for ref in range(5)]
    held += [coded(10, "A") | {"place_key": "home", "place_kind": "home"}]
    held += [coded(11, "A") | {"place_key": "somewhere", "place_kind": None}]

    with tables(incidents=held) as (engine, loaded):
        apart = counts.places(engine, loaded, ASKED, institutions=True)
        others = counts.places(engine, loaded, ASKED, institutions=False)
        every = counts.places(engine, loaded, ASKED)
        kinds = counts.kinds(engine, loaded, ASKED, counts.PLACE_KINDS)

    assert (apart.many, others.many, every.many) == (1, 2, 3)
    assert steps(apart)[2] == (4, 9, 1, 5)
    assert [(each.label, each.count) for each in kinds.kinds] == [("Mental health unit", 5), ("Private home", 1)]
    assert kinds.unknown == 1


def test_where_no_extract_tells_the_kind_of_place_institutions_cannot_be_told() -> None:
    with (
        tables(incidents=[coded(1, "A") | {"place_key": "x"}]) as (engine, loaded),
        pytest.raises(NotEnoughData, match=r"No mapping fills incidents\.place_kind"),
    ):
        counts.places(engine, loaded, ASKED, institutions=True)


def test_the_sub_type_is_the_category_that_means_mental_health_by_the_code_map_of_the_day() -> None:
    own = {"scheme": "own", "valid_from": JANUARY[0]}
    words = [
        {"code": "MHC", "label": "Crisis", "mh_role": "core", **own},
        {"code": "CFW", "label": "Welfare", "mh_role": "possible", **own},
        {"code": "THF", "label": "Theft", "mh_role": "none", **own},
    ]
    held = [coded(1, "CFW;MHC"), coded(2, "CFW"), coded(3, "THF")]

    with tables(incidents=held, code_map=words) as (engine, loaded):
        found = counts.kinds(engine, loaded, ASKED, kind("sub_type"))

    assert [(each.label, each.count) for each in found.kinds] == [("Crisis", 1), ("Welfare", 1)]
    assert found.unknown == 1


def test_strands_stand_beside_other_incidents_and_an_incident_flagged_twice_counts_once() -> None:
    held = [coded(ref, "A", flagged=ref < 20) for ref in range(60)]
    held.append(coded(99, "A", flagged=None))
    flags = [flag(ref, "suicide") for ref in (0, 0, 1, 2, 3, 4, 5, 30, 31, 32, 33, 34, 99)]
    flags += [flag(0, "mental_health"), flag(1, "missing"), flag(2, "missing")]

    with tables(incidents=held, vulnerability_flags=flags) as (engine, loaded):
        found = counts.strands(engine, loaded, ASKED)

    suicide, missing = found
    assert (suicide.both, suicide.related, suicide.others, suicide.of_others) == (6, 20, 5, 40)
    assert suicide.ratio is not None
    assert suicide.ratio.value == pytest.approx((6 / 20) / (5 / 40))
    assert (missing.label, missing.both, missing.ratio) == ("Missing people", 2, None)


def test_pairs_of_strands_stand_beside_what_chance_alone_would_bring() -> None:
    held = [coded(ref, "A") for ref in range(10)]
    flags = [*(flag(ref, "suicide") for ref in range(4)), *(flag(ref, "missing") for ref in (0, 1, 2, 5, 6))]

    with tables(incidents=held, vulnerability_flags=flags) as (engine, loaded):
        found = counts.pairs(engine, loaded, ASKED)

    (only,) = found.pairs
    assert only.together == 3
    # Four of ten and five of ten: two together by chance.
    assert only.by_chance == pytest.approx(2)
    assert only.lift == pytest.approx(1.5)


def test_what_is_not_on_record_is_counted_with_what_it_does() -> None:
    held = [
        coded(1, "A", flagged=None),
        coded(2, None) | {"area": None},
        coded(3, "A"),
        coded(4, "A", flagged=False) | {"area": None},
    ]

    with tables(incidents=held) as (engine, loaded):
        found = {each.what.partition(",")[0]: (each.unknown, each.of) for each in counts.unknown(engine, loaded, ASKED)}

    assert found["Mental health flag"] == (1, 4)
    assert found["Area"] == (1, 2)
    assert found["Category at closure"] == (1, 2)


def test_only_incidents_of_the_days_asked_for_and_those_that_count_are_in_any_number() -> None:
    held = [coded(1, "A"), coded(2, "A", day="2024-02-01"), coded(3, "A") | {"closure_kind": "duplicate"}]

    with tables(incidents=held) as (engine, loaded):
        assert counts.kinds(engine, loaded, ASKED, kind("closing")).total == 1


def test_without_days_the_newest_twelve_whole_months_are_taken() -> None:
    held = {
        "incidents": Held("incidents", frozenset(), ranges=((datetime.date(2023, 1, 1), datetime.date(2025, 3, 20)),))
    }

    assert days_of(held, Wish()) == (datetime.date(2024, 3, 1), datetime.date(2025, 2, 28))


def test_where_less_is_held_it_begins_with_the_first_month() -> None:
    held = {
        "incidents": Held("incidents", frozenset(), ranges=((datetime.date(2024, 9, 1), datetime.date(2025, 1, 31)),))
    }

    assert days_of(held, Wish()) == (datetime.date(2024, 9, 1), datetime.date(2025, 1, 31))


def test_days_that_no_extract_covers_are_refused_with_those_it_does() -> None:
    held = {
        "incidents": Held("incidents", frozenset(), ranges=((datetime.date(2024, 1, 1), datetime.date(2024, 1, 31)),))
    }
    wish = Wish(start=datetime.date(2019, 1, 1), end=datetime.date(2019, 12, 31))

    with pytest.raises(NotEnoughData, match="the extracts cover 2024-01-01 to 2024-01-31"):
        days_of(held, wish)


def test_without_incidents_there_is_no_profile_and_the_next_step_is_named() -> None:
    with pytest.raises(NotEnoughData, match="nvap load FILE --table incidents"):
        days_of({}, Wish())


def test_a_rule_that_records_cannot_answer_is_refused() -> None:
    allowed = "A profile is told under R1, R2, R3, or a rule of the force's own; found `RA`"

    with pytest.raises(UsageFault, match=allowed):
        Wish(rule="RA")


def test_days_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(UsageFault, match="the first day comes first"):
        Wish(start=datetime.date(2024, 2, 1), end=datetime.date(2024, 1, 1))


def test_a_stretch_of_months_begins_with_a_first_day() -> None:
    assert months_before(datetime.date(2024, 1, 31), 1) == datetime.date(2024, 1, 1)
    assert months_before(datetime.date(2024, 1, 31), 12) == datetime.date(2023, 2, 1)


@pytest.fixture
def little(workspace: Workspace, kent: Force, load_incidents: Load) -> Profile:
    """A profile of two months of days without hours, flags only."""
    load_incidents("a,2024-01-03,Y,East\nb,2024-01-04,N,East\nc,2024-02-03,Y,\nd,2024-02-05,,West", "2024-03-01")
    return profile(workspace, kent, Wish())


def test_what_little_is_held_is_told_and_each_other_part_says_what_it_lacks(little: Profile) -> None:
    assert (little.start, little.end) == (datetime.date(2024, 1, 1), datetime.date(2024, 2, 29))
    assert little.chosen.count["value"] == 2
    assert little.chosen.count["unknown"] == 1
    assert "deployments is not loaded" in little.hours.why
    assert "person_links is not loaded" in little.people.why
    assert "vulnerability_flags is not loaded" in little.strands.why
    assert "incidents.created is not held to the hour" in little.week.why
    assert little.is_made_up


def test_a_rule_that_lacks_a_column_says_so_and_the_others_stand(little: Profile) -> None:
    lacking = {each.rule: each.count["reason"] for each in little.by_rule if each.count["value"] is None}

    assert set(lacking) == {"R2", "R3"}
    assert "mh_at_opening" in lacking["R2"]


def test_measures_about_demand_that_cannot_be_computed_are_listed_with_what_they_lack(little: Profile) -> None:
    lacking = {each: missing for each, _, missing in little.not_ready}

    assert "the table deployments is not loaded" in lacking["D12"]
    assert "D01" not in lacking


def test_where_the_chosen_rule_has_no_number_there_is_no_profile(
    workspace: Workspace, kent: Force, load_incidents: Load
) -> None:
    load_incidents("a,2024-01-03,Y,East", "2024-03-01")

    with pytest.raises(NotEnoughData, match="D01 under R2"):
        profile(workspace, kent, Wish(rule="R2"))
