"""What allauth and Django tell us, written into the journal."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from nvap.web.accounts import actions
from nvap.web.accounts.models import User


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """A session begins: note when, for its longest life, and leave the line."""
    request.session["began"] = request.session["seen"] = timezone.now().timestamp()
    actions.note_sign_in(user=user)


@receiver(user_logged_out)
def signed_out(user: User | None, **_: Any) -> None:
    """A session ends."""
    if user is not None:
        actions.note_sign_out(user=user)


@receiver([account.password_reset, account.password_changed, account.password_set])
def password_was_set(user: User, **_: Any) -> None:
    """Somebody set a new password."""
    actions.note_password(user=user)


@receiver(mfa.authenticator_added)
def second_step_added(user: User, **_: Any) -> None:
    """Somebody set up the second step."""
    actions.note_second_step(user=user, what="set up")


@receiver(mfa.authenticator_removed)
def second_step_removed(user: User, **_: Any) -> None:
    """Somebody took the second step off."""
    actions.note_second_step(user=user, what="taken off")


@receiver(mfa.authentication_failed)
def second_step_failed(user: User, **_: Any) -> None:
    """A wrong code."""
    actions.note_second_step(user=user, what="failed")
