"""Made plans for the benchmark of the plan's pages: activities, owners and a report for each period."""

from __future__ import annotations

from datetime import date

PASSWORD = "four words for speed"  # noqa: S105 - of a made-up person in a workspace that is thrown away
START = date(2021, 1, 1)
LONG_TEXT = "What was done, what came of it and what is in the way, in some words. " * 4

PREPARE = """
from benchmarks.plans_world import make
make({forces}, {periods}, {activities})
"""


def email(number: int) -> str:
    """The lead of a force."""
    return f"lead@force{number}.example"


def make(forces: int, periods: int, activities: int) -> None:
    """A practice workspace with so many forces, each with a plan of so many periods and activities an objective."""
    from nvap.records.workspace import make_workspace

    workspace = make_workspace(kind="practice")
    for number in range(forces):
        workspace.add_force(f"force{number}", f"Force {number}")
    from nvap.web import start

    start.configure()
    from nvap.web import migration
    from nvap.web.accounts import actions as accounts

    migration.prepare(by="the benchmark", progress=lambda text: None)
    held = accounts.mirror_forces(
        forces=[workspace.force(f"force{number}") for number in range(forces)], by="the benchmark"
    )
    for number, force in enumerate(held):
        lead = accounts.add_person(
            force=force, email=email(number), name=f"Lead {number}", role_name="nvap_lead", until=None,
            by="the benchmark", password=PASSWORD,
        ).user  # fmt: skip
        _plan(force, lead, periods, activities)


def _plan(force: object, lead: object, periods: int, activities: int) -> None:
    from nvap import packs
    from nvap.plan.document import Place
    from nvap.plan.periods import regular
    from nvap.web.plans.actions import saving, starting

    pack = packs.pack()
    spans = regular("monthly", START, periods, 14)
    plan = starting.start(force=force, pack=pack, frequency="monthly", periods=spans, by=lead)  # type: ignore[arg-type]
    texts: list[tuple[Place, str]] = [(Place(each.id, "owner"), str(lead.pk)) for each in pack.objectives]  # type: ignore[attr-defined]
    new = []
    for objective in pack.objectives:
        suggested = [each.id for each in pack.activities if each.objective == objective.id][:activities]
        own = [f"own-a{objective.id}{number}" for number in range(activities - len(suggested))]
        new += [saving.NewThing(key, "activity", objective.id) for key in own]
        for key in (*suggested, *own):
            texts += [(Place(key, "decision"), "will-do"), (Place(key, "owner"), str(lead.pk))]  # type: ignore[attr-defined]
            texts += [(Place(key, "output", side), LONG_TEXT) for side in ("organisational", "external")]
    saving.save(plan=plan, typed=[saving.Typed(*each, 0) for each in texts], by=lead, new=new)  # type: ignore[arg-type]
    keys = [place.entry for place, text in texts if place.field == "decision"]
    for span in spans:
        told = [
            saving.Typed(Place(key, name, "organisational", span.key), f"{LONG_TEXT} {span.key}", 0)
            for key in keys
            for name in ("progress", "next_steps")
        ]
        saving.save(plan=plan, typed=told, by=lead)  # type: ignore[arg-type]
