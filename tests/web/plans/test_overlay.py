"""The logic model shows the plan, to those who may read it."""

from __future__ import annotations

from typing import Any

from tests.web.plans.conftest import write

from nvap import packs
from nvap.web.plans.document import document_of
from nvap.web.plans.overlay import marks_of
from nvap.web.toolkit.drawing import drawing_svg


def _planned(plan: Any, lead: Any) -> None:
    texts = {("A1a", "decision"): "will-do", ("A1a", "owner"): str(lead.pk), ("X1", "status"): "watching"}
    write(plan, lead, texts)


def test_each_box_bears_its_stage_and_owner(plan: Any, alice_lead: Any, northshire: Any) -> None:
    _planned(plan, alice_lead)

    marks = marks_of(northshire, packs.pack(), document_of(plan))
    svg = drawing_svg(packs.pack(), "O1", marks)

    assert marks["A1a"].owner == "Owner: Alice Lead"
    assert marks["A1a"].status
    assert marks["X1"].status == "Being watched, below its threshold"
    assert "Owner: Alice Lead" in svg
    assert "lm-note" in svg


def test_another_force_and_an_inspector_see_nothing_of_the_plan_in_the_files(
    plan: Any, alice_lead: Any, omar_of_another_force: Any, ines_inspector: Any, browse: Any
) -> None:
    _planned(plan, alice_lead)
    from django.urls import reverse

    address = reverse("logic-model-file", args=["O1", "svg"])

    alices = browse(alice_lead).get(address).content.decode()
    others = [browse(each).get(address).content.decode() for each in (omar_of_another_force, ines_inspector)]

    assert "Alice Lead" in alices
    assert all("Alice Lead" not in each for each in others)
