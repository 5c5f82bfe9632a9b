from datetime import date
from typing import Any

from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone


def leave_one_waiting(apps: Any, schema_editor: Any) -> None:
    """Of the same profile that waits several times only the one asked for last goes on waiting."""
    runs = apps.get_model("profile", "ProfileRun")
    kept = set[tuple[Any, ...]]()
    for run in runs.objects.filter(state="waiting").order_by("-requested_at", "-pk"):
        asked = (run.force_id, run.rule, run.shifts, run.first, run.last)
        if asked in kept:
            run.state, run.finished_at = "failed", timezone.now()
            run.message = "It was asked for once more, and made then."
            run.save(update_fields=["state", "finished_at", "message"])
        kept.add(asked)


class Migration(migrations.Migration):
    """The same profile can wait only once, however many ask for it at the same moment."""

    dependencies = [("profile", "0001_initial")]
    operations = [
        migrations.RunPython(leave_one_waiting, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="profilerun",
            constraint=models.UniqueConstraint(
                models.F("force"),
                models.F("rule"),
                models.F("shifts"),
                Coalesce("first", Value(date(1, 1, 1), output_field=models.DateField())),
                Coalesce("last", Value(date(1, 1, 1), output_field=models.DateField())),
                condition=models.Q(("state", "waiting")),
                name="profile_one_waits",
            ),
        ),
    ]
