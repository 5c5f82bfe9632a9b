"""What stands in the earlier form becomes a plan."""

import datetime

from django.db import migrations

ONE_LINE = ("plan.reporting-period", "plan.project-lead", "plan.prepared-by", "plan.date-prepared", "plan.impact-owner")
OF_ACTIVITIES = {
    "plan.activity": "wording",
    "plan.output": "output",
    "plan.impact-measurement": "measurement",
    "plan.progress": "progress",
    "plan.next-steps": "next_steps",
    "plan.risks": "risks",
    "plan.risk-mitigation": "mitigation",
    "plan.additional-comments": "comments",
}
REPORTED = ("progress", "next_steps", "comments")


def carry_over(apps, schema_editor):
    """The earlier form held one activity a side: what stands in it becomes a plan, and names become comments."""
    earlier = apps.get_model("plans", "PlanText")
    for force, pack in earlier.objects.values_list("force_id", "pack").distinct().order_by():
        rows = list(earlier.objects.filter(force_id=force, pack=pack).order_by("written_at", "pk"))
        carry_plan(apps, force, pack, rows)


def carry_plan(apps, force, pack, rows):
    of = lambda name: apps.get_model("plans", name)  # noqa: E731
    last = rows[-1]
    first = rows[0].written_at.date().replace(day=1)
    after = (first + datetime.timedelta(days=32)).replace(day=1)
    plan = of("Plan").objects.create(
        force_id=force, pack=pack, release=last.release, frequency="custom", saves=1, started_by=last.written_by
    )
    end = after - datetime.timedelta(days=1)
    of("Period").objects.create(plan=plan, first=first, last=end, due=end)
    made = of("Save").objects.create(plan=plan, number=1, by=last.written_by, at=last.written_at, how="carried")
    for key, kind, parent in things_of_pack(pack):
        of("Thing").objects.create(plan=plan, key=key, kind=kind, parent=parent, made_in=made)
    newest = {(row.field, row.objective, row.side): row for row in rows}
    carried = {}
    for (field, objective, side), row in newest.items():
        if not row.text:
            continue
        if field in ONE_LINE:
            of("Comment").objects.create(
                plan=plan, key=objective or "about", text=f"{field}: {row.text}", by=row.written_by, at=row.written_at
            )
            continue
        if field == "plan.impact-description":
            put(of, made, objective, "description", side, "", row.text)
            continue
        key = carried.get((objective, side))
        if key is None:
            key = carried[objective, side] = f"own-a{len(carried) + 1}"
            of("Thing").objects.create(plan=plan, key=key, kind="activity", parent=objective, made_in=made)
            put(of, made, key, "decision", "", "", "will-do")
            put(of, made, key, "sides", "", "", side)
        name = OF_ACTIVITIES[field]
        put(
            of,
            made,
            key,
            name,
            "" if name == "wording" else side,
            first.isoformat() if name in REPORTED else "",
            row.text,
        )


def put(of, made, key, field, side, period, text):
    of("Text").objects.create(
        plan=made.plan, key=key, field=field, side=side, period=period, version=1, text=text, save_made=made
    )


def things_of_pack(pack_id):
    from nvap import packs
    from nvap.web.plans.actions.starting import things

    return list(things(packs.pack(pack_id)))


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_whole_plans")]
    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
