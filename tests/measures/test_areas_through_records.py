"""Areas of rows that have none of their own: found through the record that they lead to, or not offered."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from nvap.errors import UsageFault
from nvap.measures.asking import choices, read_by
from nvap.packs.measurable import measurable

from .world import answer, incident, measure

AT = datetime.datetime.fromisoformat("2024-01-05 10:00")
LATER = AT + datetime.timedelta(minutes=5)


def contact(ref: str, incident_ref: str | None) -> dict[str, Any]:
    return {"contact_ref": ref, "incident_ref": incident_ref, "requested": AT, "answered": LATER, "advice": "stay",
            "decision_before": "s136", "decision_after": "left_at_home", "mode": "phone",
            "known_to_services": True, "in_service_hours": True}  # fmt: skip


def test_a_contact_with_triage_stands_in_the_area_of_its_incident() -> None:
    held = {
        "incidents": [incident(1, "2024-01-05", flagged=True, area="East"), incident(2, "2024-01-06", area="West")],
        "triage_contacts": [contact("A", "I1"), contact("B", "I1"), contact("C", "I2"), contact("D", "I9")],
    }
    part = next(part for part in measure("P16").parts if part.table == "triage_contacts")

    rows = [row for row in answer("P16", tables=held, by="month,area") if row["part"] == part.id]

    counted: dict[str, float] = {}
    for row in rows:
        counted[row["area"]] = counted.get(row["area"], 0) + (row["denominator"] or row["numerator"] or 0)
    assert set(counted) == {"East", "West", "not recorded"}
    assert counted["East"] == 2 * counted["West"] == 2 * counted["not recorded"]


def test_without_the_incidents_areas_the_reason_names_what_is_missing() -> None:
    incidents = [{**incident(1, "2024-01-05", flagged=True)}]
    held = {"incidents": incidents, "triage_contacts": [contact("A", "I1")]}
    incidents[0].pop("area")

    rows = answer("P16", tables=held, by="month,area")

    assert "No mapping fills incidents.area, so areas cannot be told." in {row["reason"] for row in rows}
    assert {row["value"] for row in rows} == {None}


@pytest.mark.parametrize("measure_id", ["D14", "D15", "P01", "P04", "P05"])
def test_a_measure_without_any_area_does_not_offer_it_and_says_what_it_offers(measure_id: str) -> None:
    assert "area" not in choices(measure(measure_id))

    with pytest.raises(UsageFault, match=f"{measure_id} cannot be laid out by area: .* --by may hold month, quarter"):
        read_by("month,area", [measure(measure_id)])


@pytest.mark.parametrize("measure_id", ["D02", "D12", "J05", "J12", "P16", "P12"])
def test_a_measure_with_an_area_offers_it(measure_id: str) -> None:
    assert "area" in choices(measure(measure_id))
    assert read_by("month,area", [measure(measure_id)]).area


def test_what_is_offered_can_be_asked() -> None:
    assert choices(measure("P12")) == (
        "month", "quarter", "year", "whole", "area", "age_band", "sex", "ethnicity", "weekday", "hour", "standardised",
    )  # fmt: skip
    for word in choices(measure("D01")):
        assert read_by(word, [measure("D01")])


def test_the_link_to_an_area_is_told() -> None:
    assert measurable("incidents").area_from == ()
    assert measurable("deployments").area_from == ("incidents",)
    assert measurable("ld_contacts").area_from == ("custody", "va")
    assert measurable("staff").area_from is None
