"""What people wrote in the plan: every save of a field is a row of its own, so that no text is ever lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from nvap.web.accounts.models import Force, User

PLACE = ("force", "pack", "field", "objective", "side")


class PlanTextQuerySet(models.QuerySet["PlanText"]):
    """Texts of the plan, and those that stand now."""

    def current(self) -> PlanTextQuerySet:
        """The newest version of each field."""
        later = PlanText.objects.filter(version__gt=OuterRef("version"), **{name: OuterRef(name) for name in PLACE})
        return self.filter(~Exists(later))


class PlanText(models.Model):
    """What one field of the plan said from one save to the next.

    `objective` and `side` are empty for a field that has none. `pack` is the toolkit's id, so that a newer edition of
    it still finds the text; `release` is the edition that stood on screen when it was written.
    """

    force = models.ForeignKey(Force, on_delete=models.PROTECT, db_column="force", related_name="+")
    pack = models.CharField(max_length=100)
    release = models.CharField(max_length=120)
    field = models.CharField(max_length=60)
    objective = models.CharField(max_length=30, blank=True)
    side = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    objects = PlanTextQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["force", "pack", "objective", "field", "side", "-version"]
        # Two saves on the same version cannot both stand: the second finds the number taken.
        constraints: ClassVar = [
            models.UniqueConstraint(fields=[*PLACE, "version"], name="plans_one_text_a_version"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="plans_versions_start_at_one"),
        ]
        indexes: ClassVar = [models.Index(fields=["force", "-written_at"], name="plans_by_time")]

    def __str__(self) -> str:
        return f"{self.force_id} {self.objective} {self.field} {self.side} version {self.version}"
