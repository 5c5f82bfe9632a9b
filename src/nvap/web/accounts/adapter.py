"""Where allauth asks us: nobody signs up by themselves, and guesses are slowed down by person."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nvap.web.accounts import actions, throttle
from nvap.web.accounts.models import User


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Sign-in by people whom a force administrator added."""

    # One sentence for a wrong password, an unknown address and an account that is closed.
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("Too many tries for this e-mail address. Try again in 15 minutes."),
        "account_inactive": _("The e-mail address or the password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse the try when this person has failed too often from this address, before the password is looked at."""
        if not throttle.is_open(credentials.get("email", ""), self.get_client_ip(request)):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Check the password; a closed account answers like a wrong password."""
        user = super().authenticate(request, **credentials)
        if isinstance(user, User) and user.is_active:
            throttle.succeeded(user.email, self.get_client_ip(request))
            return user
        if user is not None:
            self.authentication_failed(request, **credentials)
        return None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the failure and leave its line."""
        actions.note_failed_sign_in(email=credentials.get("email", ""), address=self.get_client_ip(request))

    def _rollback_login_failed_rl_usage(self) -> None:
        """Our own throttle has nothing to roll back."""

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check the password of somebody who is signed in already; their address is the one they sign in with."""
        return self.authenticate(context.request, email=user.email, password=password) == user


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]
    """The second step of signing in: codes from an app."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """In a real workspace the second step cannot be taken off again."""
        return bool(settings.NVAP_PRACTICE)
