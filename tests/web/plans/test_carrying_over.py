"""What stood in the earlier form of the plan, one activity a side, becomes a plan."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.utils import timezone

from nvap.web.plans.document import document_of
from nvap.web.plans.models import Comment, Plan

PACK = "nvap-2.1.2-mental-health"


def test_texts_become_activities_and_names_become_comments(alice_lead: Any, northshire: Any) -> None:
    carry = import_module("nvap.web.plans.migrations.0003_carry_over").carry_plan

    def row(field: str, objective: str, side: str, text: str) -> Any:
        facts = {"field": field, "objective": objective, "side": side, "text": text, "written_by": alice_lead}
        return SimpleNamespace(**facts, release=f"{PACK}@1.0.0", written_at=timezone.now())

    rows = [
        row("plan.project-lead", "", "", "Supt Ada Grey"),
        row("plan.impact-owner", "O1", "", "Ch Insp Grey"),
        row("plan.activity", "O1", "external", "An older text"),
        row("plan.activity", "O1", "external", "One rule for flags"),
        row("plan.progress", "O1", "external", "Half done"),
        row("plan.impact-description", "O2", "organisational", "Forces know"),
        row("plan.risks", "O3", "external", ""),
    ]

    carry(apps, northshire.pk, PACK, rows)

    plan = Plan.objects.get(force=northshire)
    document = document_of(plan)
    assert [(each.key, each.parent) for each in document.pursued()] == [("own-a1", "O1")]
    assert document.text("own-a1", "wording") == "One rule for flags"
    assert document.sides_of("own-a1") == ("external",)
    assert document.text("own-a1", "progress", "external", document.periods[0].key) == "Half done"
    assert document.text("O2", "description", "organisational") == "Forces know"
    assert {comment.text for comment in Comment.objects.filter(plan=plan)} == {
        "plan.project-lead: Supt Ada Grey",
        "plan.impact-owner: Ch Insp Grey",
    }
