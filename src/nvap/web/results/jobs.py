"""What everything that the worker is asked for has in common: how far it is, and when it counts as lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nvap.web.accounts.models import Force

# Even the largest force's slowest step is done sooner; what has said nothing for longer was cut off.
SILENT_TOO_LONG = timedelta(minutes=20)
WAITED_TOO_LONG = timedelta(minutes=2)


class State(models.TextChoices):
    """How far it is."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


OPEN = (State.WAITING, State.RUNNING)


class Job(models.Model):
    """Something that somebody asked the worker for. Asked for again it is another line, and the one before stays.

    `kind_in_journal` is what the journal calls such a job.
    """

    State: ClassVar = State
    kind_in_journal: ClassVar[str]

    force = models.ForeignKey(Force, on_delete=models.PROTECT, db_column="force", related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    requested_by = models.CharField(max_length=320)
    requested_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        abstract = True

    def in_journal(self, what: str) -> str:
        """What happened to it, in the words of the journal."""
        return what

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN

    @property
    def last_heard(self) -> datetime:
        """When the worker last said anything of it, or when it was asked for."""
        return self.started_at or self.requested_at

    @property
    def has_waited_long(self) -> bool:
        """Whether it has waited for longer than a worker leaves anything waiting."""
        return self.state == State.WAITING and self.requested_at < timezone.now() - WAITED_TOO_LONG

    @property
    def was_cut_off(self) -> bool:
        """Whether it says that it runs and yet has not been heard of for long: its worker is gone."""
        return self.state == State.RUNNING and self.last_heard < timezone.now() - SILENT_TOO_LONG
