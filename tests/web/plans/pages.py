"""The plan's pages, and who may open them. What an address shows is always the asker's own force's."""

from __future__ import annotations

from typing import Any

from tests.web.pages import EVERYBODY_SIGNED_IN, INES, LEADS, Page, World

FORCE_READERS = EVERYBODY_SIGNED_IN - {INES}


def of_plan(*arguments: Any) -> Any:
    """The arguments of an address in Northshire's plan; makes the plan where there is none yet."""

    def made(world: World) -> tuple[Any, ...]:
        from datetime import date

        from nvap import packs
        from nvap.plan.periods import regular
        from nvap.web.plans.actions import starting
        from nvap.web.plans.models import Plan

        if not Plan.objects.filter(force=world.northshire).exists():
            periods = regular("monthly", date(2026, 1, 1), 12, 14)
            lead = world.people["alice_lead"]
            starting.start(force=world.northshire, pack=packs.pack(), frequency="monthly", periods=periods, by=lead)
        return arguments

    return made


PAGES = [
    Page("plan", EVERYBODY_SIGNED_IN),
    Page("plan-start", LEADS, methods=("get", "post")),
    Page("plan-section", FORCE_READERS, of_plan("O1"), of_northshire=True),
    Page("plan-change", LEADS, of_plan("O1"), of_northshire=True, methods=("get", "post")),
    Page("plan-activity", FORCE_READERS, of_plan("A1a"), of_northshire=True),
    Page("plan-activity-change", LEADS, of_plan("A1a"), of_northshire=True, methods=("get", "post")),
    Page("plan-pack-pdf", FORCE_READERS, of_plan(), of_northshire=True),
    Page("plan-pack-docx", FORCE_READERS, of_plan(), of_northshire=True),
]
