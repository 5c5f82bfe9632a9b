"""Which problem profiles were asked for, and how far the worker is with them. The documents themselves are files."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nvap.web.accounts.models import Force

# The largest force's profile is made in a few minutes; one that has run for longer was cut off.
SILENT_TOO_LONG = timedelta(minutes=20)
WAITED_TOO_LONG = timedelta(minutes=2)


class ProfileRunQuerySet(models.QuerySet["ProfileRun"]):
    """Profiles, those that are not over, and those that are there."""

    def open(self) -> ProfileRunQuerySet:
        """Those that wait or run."""
        return self.filter(state__in=[ProfileRun.State.WAITING, ProfileRun.State.RUNNING])

    def done(self) -> ProfileRunQuerySet:
        """Those whose documents are there, the newest first."""
        return self.filter(state=ProfileRun.State.DONE)


class ProfileRun(models.Model):
    """One profile that was asked for: under which counting rule, for which days, with which shifts.

    Without days it is of the newest twelve whole months. Asked for again it is another line; the one before stays.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    force = models.ForeignKey(Force, on_delete=models.PROTECT, db_column="force", related_name="+")
    rule = models.CharField(max_length=60)
    first = models.DateField(null=True, blank=True)
    last = models.DateField(null=True, blank=True)
    shifts = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    requested_by = models.CharField(max_length=320)
    requested_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    message = models.TextField(blank=True)
    as_at = models.DateField(null=True, blank=True)
    made_up = models.BooleanField(default=False)

    objects = ProfileRunQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["force", "-requested_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["force", "-requested_at"], name="profile_newest_first")]

    def __str__(self) -> str:
        return f"{self.force_id} profile {self.rule} {self.first or ''}–{self.last or ''}: {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def has_waited_long(self) -> bool:
        """Whether it has waited for longer than a worker leaves anything waiting."""
        return self.state == self.State.WAITING and self.requested_at < timezone.now() - WAITED_TOO_LONG

    @property
    def was_cut_off(self) -> bool:
        """Whether it began long ago and has not ended: its worker is gone."""
        began = self.started_at or self.requested_at
        return self.state == self.State.RUNNING and began < timezone.now() - SILENT_TOO_LONG
