"""Tokens: what a program shows so that it may read as the person who made it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nvap.web.accounts.models import Force, User
from nvap.web.accounts.roles import ROLES, Role


class TokenQuerySet(models.QuerySet["Token"]):
    """Tokens, and those that nobody has ended."""

    def standing(self) -> TokenQuerySet:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def in_order(self) -> TokenQuerySet:
        """Those that nobody withdrew first, by person, the newest first."""
        return self.order_by(F("withdrawn_at").desc(nulls_first=True), "user__name", "-made_at", "pk")


class Token(models.Model):
    """A token of one person in one force, in the role they had when they made it. Only its hash is kept.

    `beginning` are its first letters, by which people tell one from another. `minute` and `used` count how often it was
    used in the minute that it was last used in.
    """

    class Why(models.TextChoices):
        """Why a token was withdrawn."""

        PERSON = "person", _("withdrawn")
        ROLE = "role", _("withdrawn: the role changed")
        LEFT = "left", _("withdrawn: the person left")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, db_column="force", related_name="+")
    role = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    beginning = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    until = models.DateField()
    made_at = models.DateTimeField(default=timezone.now)
    last_used = models.DateField(null=True, blank=True)
    minute = models.DateTimeField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=320, blank=True)
    why = models.CharField(max_length=10, blank=True, choices=Why)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["force", "user__name", "-made_at"]
        indexes: ClassVar = [models.Index(fields=["force", "user"], name="api_tokens_of_a_person")]

    def __str__(self) -> str:
        return f"{self.beginning}… of {self.user} in {self.force_id}"

    @property
    def kind(self) -> Role:
        """The role that it acts in."""
        return ROLES[self.role]

    def has_ended(self, today: date | None = None) -> bool:
        """Whether its last day has gone by; `today` is the day where its force is (default: the thread's)."""
        return self.until < (today or timezone.localdate())

    @property
    def works(self) -> bool:
        """Whether it is neither withdrawn nor past its last day."""
        return self.withdrawn_at is None and not self.has_ended()
