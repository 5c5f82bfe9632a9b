"""A line of the journal."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

# The chain of what belongs to no force, such as a failed sign-in of somebody unknown. No force can have this code.
NO_FORCE = "-"


class Act(models.TextChoices):
    """What was done: the six words of section 62 of the Data Protection Act 2018, and what a server adds."""

    COLLECT = "collect", _("Loaded")
    ALTER = "alter", _("Changed")
    CONSULT = "consult", _("Looked at")
    DISCLOSE = "disclose", _("Disclosed")
    COMBINE = "combine", _("Combined")
    ERASE = "erase", _("Erased")
    SIGN_IN = "sign-in", _("Signed in")
    SIGN_OUT = "sign-out", _("Signed out")
    SIGN_IN_FAILED = "sign-in-failed", _("Sign-in failed")
    EXPORT = "export", _("Downloaded")
    SIGN_OFF = "sign-off", _("Signed off")
    COMPUTE = "compute", _("Computed")
    ADMINISTER = "administer", _("Administered")


class Entry(models.Model):
    """One line. Plain text without foreign keys, so that it outlives what it speaks of and never blocks a deletion.

    `mac` is a keyed hash over the line and `prev`, the `mac` of the line before it in the same force's chain.
    """

    force = models.CharField(max_length=31)
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=320)
    act = models.CharField(max_length=20, choices=Act)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    prev = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["force", "-seq"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["force", "seq"], name="journal_one_line_a_number")]
        indexes: ClassVar = [models.Index(fields=["force", "at"], name="journal_by_time")]

    def __str__(self) -> str:
        return f"{self.force} {self.seq}: {self.act} {self.object_type} {self.object_id}".rstrip()
