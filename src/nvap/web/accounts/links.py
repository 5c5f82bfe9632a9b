"""One-time links with which somebody sets their password; handed over by an administrator, since no mail is sent."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from nvap.web.accounts.models import Force, Membership, User


def one_time_path(user: User) -> str:
    """The address, without its host. It works once, for three days (PASSWORD_RESET_TIMEOUT)."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


def may_be_made(member: Membership, *, force: Force) -> bool:
    """Whether this force's administrator may make a link for this person: not for somebody of another force too.

    Otherwise an administrator of one force could take over an account that reads another force.
    """
    return not Membership.objects.filter(user=member.user).exclude(force=force).exists()
