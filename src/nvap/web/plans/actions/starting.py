"""Starting a plan: its periods, and everything of the toolkit that a plan is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction

from nvap.errors import UsageFault
from nvap.packs import Pack
from nvap.packs.items import Activity, Consequence, LongTermImpact, Question
from nvap.plan.document import Period as PlainPeriod
from nvap.plan.periods import faults
from nvap.web.accounts.models import Force, User
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.plans.models import Period, Plan, Save, Text, Thing


def start(*, force: Force, pack: Pack, frequency: str, periods: Sequence[PlainPeriod], by: User) -> Plan:
    """A new plan for the toolkit's action, with these reporting periods and every suggestion of the toolkit in it.

    Raises UsageFault where the force has a plan for it already, or the periods cannot stand.
    """
    wrong = faults(periods)
    if wrong or not periods:
        raise UsageFault(" ".join(wrong) or "A plan needs at least one reporting period.")
    with transaction.atomic():
        if Plan.objects.open().filter(force=force, pack=pack.id).exists():
            raise UsageFault(f"{force.name} has a plan for {pack.action.number} already.")
        plan = Plan.objects.create(
            force=force, pack=pack.id, release=pack.release, frequency=frequency, started_by=by, saves=1
        )
        made = Save.objects.create(plan=plan, number=1, by=by, how=Save.How.STARTED)
        Period.objects.bulk_create(
            Period(plan=plan, first=each.first, last=each.last, due=each.due) for each in periods
        )
        Thing.objects.bulk_create(
            Thing(plan=plan, key=key, kind=kind, parent=parent, made_in=made) for key, kind, parent in things(pack)
        )
        journal.write(
            force=force.code,
            by=by,
            act=Act.ALTER,
            object_type="plan",
            object_id=f"{pack.id} version 1",
            reason=f"started, with {len(periods)} reporting periods ({frequency})",
        )
    return plan


def set_periods(*, plan: Plan, frequency: str, periods: Sequence[PlainPeriod], by: User) -> None:
    """Other reporting periods. Those that hold a report already must stay. Raises UsageFault with what is wrong."""
    wrong = faults(periods)
    if wrong or not periods:
        raise UsageFault(" ".join(wrong) or "A plan needs at least one reporting period.")
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        kept = {each.first for each in periods}
        used = set(Text.objects.filter(plan=plan).exclude(period="").values_list("period", flat=True).distinct())
        lost = sorted(used - {each.isoformat() for each in kept})
        if lost:
            raise UsageFault(f"The periods from {', '.join(lost)} hold reports already, and must stay.")
        Period.objects.filter(plan=plan).delete()
        Period.objects.bulk_create(
            Period(plan=plan, first=each.first, last=each.last, due=each.due) for each in periods
        )
        Plan.objects.filter(pk=plan.pk).update(frequency=frequency)
        journal.write(
            force=plan.force_id,
            by=by,
            act=Act.ALTER,
            object_type="plan",
            object_id=plan.pack,
            reason=f"reporting periods: {len(periods)} ({frequency})",
        )


def things(pack: Pack) -> Iterator[tuple[str, str, str]]:
    """What a plan for a toolkit holds from its first day: (key, kind, parent)."""
    yield "about", "about", ""
    for objective in pack.objectives:
        yield objective.id, "objective", ""
        for activity in pack.of(Activity, objective.id):
            yield activity.id, "activity", objective.id
        for question in pack.of(Question, objective.id):
            yield question.id, "question", objective.id
    for consequence in pack.of(Consequence):
        yield consequence.id, "consequence", consequence.objectives[0] if consequence.objectives else ""
    for impact in pack.of(LongTermImpact):
        yield impact.id, "impact", ""
