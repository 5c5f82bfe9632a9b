"""Forces as the database knows them, people, and what each is in which force."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nvap.web.accounts.roles import ROLES, Role


class Force(models.Model):
    """A force of the workspace, mirrored so that rows can point at it. The workspace's own files are the truth."""

    code = models.CharField(max_length=31, primary_key=True)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=60)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds people by their e-mail address, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The person who signs in with this e-mail address."""
        return self.get(email=self.normalise(username or ""))

    def make(self, *, email: str, name: str, password: str | None = None) -> User:
        """A new person; without a password nobody can sign in as them yet."""
        user = self.model(email=self.normalise(email), name=name)
        user.set_password(password)
        user.save()
        return user

    @staticmethod
    def normalise(email: str) -> str:
        """An e-mail address as it is kept: without spaces around it, in small letters."""
        return email.strip().lower()


class User(AbstractBaseUser):
    """A person who signs in, by e-mail address. What they may do stands in their memberships."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.email})"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, and those that count today."""

    def current(self, today: date | None = None) -> MembershipQuerySet:
        """Those that have not ended and whose person may sign in."""
        today = today or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=today), user__is_active=True)


class Membership(models.Model):
    """What one person is in one force, and until when."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    force = models.ForeignKey(Force, on_delete=models.PROTECT, db_column="force", related_name="memberships")
    role = models.CharField(max_length=20, choices=[(name, role.title) for name, role in ROLES.items()])
    until = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["force", "user__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "force"], name="accounts_one_role_a_force"),
            models.CheckConstraint(
                condition=~Q(role="inspector") | Q(until__isnull=False), name="accounts_inspection_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} in {self.force_id}"

    @property
    def kind(self) -> Role:
        """The role, with its title and what it may."""
        return ROLES[self.role]


class FailedSignIn(models.Model):
    """A failed sign-in, as long as the throttle needs it. Keyed hashes: people type passwords into the wrong box."""

    person = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "at"], name="accounts_failed_by_person"),
            models.Index(fields=["address", "at"], name="accounts_failed_by_address"),
        ]

    def __str__(self) -> str:
        return f"failed sign-in at {self.at:%Y-%m-%d %H:%M}"
