"""A token ends with what it stands on: the person's role in the force, and the person's account."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from nvap.web.accounts.models import Membership, User
from nvap.web.api import actions
from nvap.web.api.models import Token


@receiver(post_save, sender=Membership)
def role_was_set(instance: Membership, **_: Any) -> None:
    """Tokens of another role than the one that somebody has now end."""
    actions.end_tokens(user=instance.user, force=instance.force, why=Token.Why.ROLE, but_role=instance.role)


@receiver(post_delete, sender=Membership)
def was_removed(instance: Membership, **_: Any) -> None:
    """Somebody who has no role in a force has no token there."""
    actions.end_tokens(user=instance.user, force=instance.force, why=Token.Why.LEFT)


@receiver(post_save, sender=User)
def account_was_closed(instance: User, **_: Any) -> None:
    """A closed account has no token anywhere."""
    if not instance.is_active:
        actions.end_tokens(user=instance, force=None, why=Token.Why.LEFT)
