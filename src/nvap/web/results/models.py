"""Which stored results there are, and how far the worker is with new ones. The numbers themselves stand in files."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nvap.web.accounts.models import Force
from nvap.web.results.jobs import OPEN, Job


class StoredResultQuerySet(models.QuerySet["StoredResult"]):
    """Stored results, and those that stand now."""

    def current(self) -> StoredResultQuerySet:
        """The newest of each measure, layout and counting rule, leaving out what was asked as at an earlier day."""
        same = {name: OuterRef(name) for name in ("force", "measure", "by", "rule")}
        later = StoredResult.objects.filter(
            Q(computed_at__gt=OuterRef("computed_at")) | Q(computed_at=OuterRef("computed_at"), pk__gt=OuterRef("pk")),
            as_at_asked=None,
            **same,
        )
        return self.filter(as_at_asked=None).filter(~Exists(later))


class StoredResult(models.Model):
    """One measure in one stored run: how it is laid out, under which counting rule, as at when, from which toolkit.

    `rule` is empty for a measure that no counting rule decides. `first` and `last` are the days asked for; empty for
    all that is held. `run` names the folder under the force's results.
    """

    class Status(models.TextChoices):
        """Whether the run found numbers."""

        NUMBERS = "numbers", _("numbers")
        PARTLY = "partly", _("some numbers")
        NONE = "none", _("not enough data to say")

    force = models.ForeignKey(Force, on_delete=models.PROTECT, db_column="force", related_name="+")
    run = models.CharField(max_length=60)
    measure = models.CharField(max_length=40)
    by = models.CharField(max_length=200)
    rule = models.CharField(max_length=60, blank=True)
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    as_at = models.DateField()
    as_at_asked = models.DateField(null=True, blank=True)
    pack = models.CharField(max_length=120)
    status = models.CharField(max_length=10, choices=Status)
    computed_at = models.DateTimeField()
    computed_by = models.CharField(max_length=320)

    objects = StoredResultQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["force", "measure", "by", "rule", "-computed_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["force", "run", "measure"], name="results_one_line_a_run_and_measure")
        ]
        indexes: ClassVar = [
            models.Index(fields=["force", "measure", "by", "rule", "-computed_at"], name="results_newest_first")
        ]

    def __str__(self) -> str:
        return f"{self.force_id} {self.measure} by {self.by} {self.rule} as at {self.as_at}"


class ComputationQuerySet(models.QuerySet["Computation"]):
    """Computations, and those that are not over."""

    def open(self) -> ComputationQuerySet:
        """Those that wait or run."""
        return self.filter(state__in=OPEN)


class Computation(Job):
    """One time that the worker computes a force's measures; several loads in a row share one."""

    kind_in_journal = "computation"

    because = models.CharField(max_length=200, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)

    objects = ComputationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["force", "-requested_at", "-pk"]
        constraints: ClassVar = [
            # Two loads at once cannot both ask: the second finds the first one's place taken, and shares it.
            models.UniqueConstraint(fields=["force"], condition=Q(state="waiting"), name="results_one_waits"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="results_no_more_than_all"),
        ]
        indexes: ClassVar = [models.Index(fields=["force", "-requested_at"], name="results_computations")]

    def __str__(self) -> str:
        return f"{self.force_id}: {self.state}, {self.done} of {self.total}"

    @property
    def last_heard(self) -> datetime:
        """When the worker last said how far it is."""
        return self.heard_at or super().last_heard


class BreakdownQuerySet(models.QuerySet["Breakdown"]):
    """Breakdowns, and those that are not over."""

    def open(self) -> BreakdownQuerySet:
        """Those that wait or run."""
        return self.filter(state__in=OPEN)


def day_wanted(wanted: str) -> date | None:
    """The day that a breakdown's `wanted` names; None where it names none, or two runs."""
    try:
        return date.fromisoformat(wanted)
    except ValueError:
        return None


class Breakdown(Job):
    """Something of a measure that the worker works out when asked, since a page may not read whole tables.

    `kind` says what, `part` and `rule` of which number under which counting rule; `wanted` is what else was asked for
    (a day as at which, or two runs to compare). `found` holds what came of it, counts and no records; `as_at`, `pack`,
    `made_up` and `extracts` say what it rests on. Asked for again it is another line, and the one before stays.
    """

    kind_in_journal = "breakdown"

    measure = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    part = models.CharField(max_length=60, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    wanted = models.CharField(max_length=200, blank=True)
    as_at = models.DateField(null=True, blank=True)
    pack = models.CharField(max_length=120, blank=True)
    made_up = models.BooleanField(default=False)
    extracts = models.JSONField(default=list, blank=True)
    found = models.JSONField(null=True, blank=True)

    objects = BreakdownQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["force", "measure", "kind", "-requested_at", "-pk"]
        constraints: ClassVar = [
            # Asked for twice at once, it is worked out once.
            models.UniqueConstraint(
                fields=["force", "measure", "kind", "part", "rule", "wanted"],
                condition=Q(state="waiting"),
                name="results_one_breakdown_waits",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["force", "measure", "kind", "-requested_at"], name="results_breakdowns")
        ]

    def __str__(self) -> str:
        return f"{self.force_id} {self.measure} {self.kind} {self.part} {self.rule}: {self.state}"

    def in_journal(self, what: str) -> str:
        """What happened to it, and of which measure it is."""
        day = f"as at {self.wanted}," if self.wanted_day else ""
        return " ".join(filter(None, (self.measure, self.kind, self.part, self.rule, day, what)))

    @property
    def wanted_day(self) -> date | None:
        """The day as at which it was asked for; None for what stands now."""
        return day_wanted(self.wanted)


class RebaseQuerySet(models.QuerySet["Rebase"]):
    """Decisions to begin new limits."""

    def standing(self) -> RebaseQuerySet:
        """Those that nobody has taken back."""
        return self.filter(withdrawn_at=None)


class Rebase(models.Model):
    """A decision that a measure's average and limits begin anew on a day: by whom, when, and why. Only this re-bases.

    `part` is empty for every number of the measure. One that was taken back stays, with who did so and why.
    """

    force = models.ForeignKey(Force, on_delete=models.PROTECT, db_column="force", related_name="+")
    measure = models.CharField(max_length=40)
    part = models.CharField(max_length=60, blank=True)
    on = models.DateField()
    reason = models.CharField(max_length=500)
    decided_by = models.CharField(max_length=320)
    decided_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.CharField(max_length=320, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=500, blank=True)

    objects = RebaseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["force", "measure", "on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["force", "measure", "part", "on"],
                condition=Q(withdrawn_at=None),
                name="results_one_rebase_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.force_id} {self.measure} {self.part} from {self.on}".replace("  ", " ")
