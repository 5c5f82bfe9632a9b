"""Which problem profiles were asked for, and how far the worker is with them. The documents themselves are files."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from nvap.web.results.jobs import OPEN, Job
from nvap.web.results.words import Words, rule_in_words

NO_DAY = Value(date.min, output_field=models.DateField())


class ProfileRunQuerySet(models.QuerySet["ProfileRun"]):
    """Profiles, those that are not over, and those that are there."""

    def open(self) -> ProfileRunQuerySet:
        """Those that wait or run."""
        return self.filter(state__in=OPEN)

    def done(self) -> ProfileRunQuerySet:
        """Those whose documents are there, the newest first."""
        return self.filter(state=ProfileRun.State.DONE)


class ProfileRun(Job):
    """One profile that was asked for: under which counting rule, for which days, with which shifts.

    Without days it is of the newest twelve whole months. Asked for again it is another line; the one before stays.
    """

    kind_in_journal = "problem profile"

    rule = models.CharField(max_length=60)
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    shifts = models.CharField(max_length=200)
    as_at = models.DateField(null=True, blank=True)
    made_up = models.BooleanField(default=False)

    objects = ProfileRunQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["force", "-requested_at", "-pk"]
        constraints: ClassVar = [
            # Two people who ask for the same at once get it once. No day is given as no day of any calendar.
            models.UniqueConstraint(
                "force",
                "rule",
                "shifts",
                Coalesce("first", NO_DAY),
                Coalesce("last", NO_DAY),
                condition=Q(state="waiting"),
                name="profile_one_waits",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["force", "-requested_at"], name="profile_newest_first")]

    def __str__(self) -> str:
        return f"{self.force_id} profile {self.rule} {self.first or ''}–{self.last or ''}: {self.state}"

    @property
    def rule_words(self) -> Words:
        """Its counting rule by its name."""
        return rule_in_words(self.rule)

    def in_journal(self, what: str) -> str:
        """What happened to it, and under which counting rule it is."""
        return f"{self.rule}, {what}"
