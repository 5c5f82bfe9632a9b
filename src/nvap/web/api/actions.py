"""Making and ending tokens, and noting those that do not open: one transaction each, its journal line inside."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from nvap.errors import Refused, UsageFault
from nvap.web.access import Permission
from nvap.web.accounts import throttle
from nvap.web.accounts.models import Force, Membership, User
from nvap.web.accounts.roles import ROLES
from nvap.web.api.models import Token
from nvap.web.api.secrets_of_tokens import SHOWN, digest, new_secret
from nvap.web.journal import actions as journal
from nvap.web.journal.models import NO_FORCE, Act

LONGEST_DAYS = 366
MOST_A_PERSON = 20
_WHAT_ENDED = {Token.Why.ROLE: "the change of role", Token.Why.LEFT: "the end of the person's role"}


@transaction.atomic
def make_token(*, membership: Membership, name: str, until: date, by: object) -> tuple[Token, str]:
    """A new token that acts as this person in their role, and its secret, which is nowhere else and never shown again.

    Raises UsageFault for a last day in the past or more than a year ahead, Refused for a role that may not see exact
    numbers or a person who holds too many.
    """
    refuse_unless_it_ends(until)
    if not membership.kind.may(Permission.READ_RESULTS):
        raise Refused(f"A token reads exact numbers, which {_title(membership.role)} may not.")
    held = Token.objects.standing().filter(
        user=membership.user, force=membership.force, until__gte=timezone.localdate()
    )
    if held.count() >= MOST_A_PERSON:
        raise Refused(f"Nobody needs more than {MOST_A_PERSON} tokens at once. Withdraw one that is no longer used.")
    secret = new_secret()
    token = Token.objects.create(
        user=membership.user,
        force=membership.force,
        role=membership.role,
        name=name.strip(),
        beginning=secret[:SHOWN],
        digest=digest(secret),
        until=until,
    )
    _note(token, by, f"made: acts as {membership.user.email}, {_title(token.role)}, until {until.isoformat()}")
    return token, secret


@transaction.atomic
def withdraw_token(*, token: Token, by: object, why: Token.Why = Token.Why.PERSON) -> None:
    """End a token at once; one that is withdrawn already stays as it is."""
    ended = Token.objects.standing().filter(pk=token.pk)
    if ended.update(withdrawn_at=timezone.now(), withdrawn_by=str(by)[:320], why=why):
        with translation.override("en"):
            _note(token, by, f"{why.label}; it acted as {token.user.email}, {_title(token.role)}")


@transaction.atomic
def end_tokens(*, user: User, force: Force | None, why: Token.Why, but_role: str = "") -> None:
    """End a person's tokens in a force (None: in every one), except those of the role that they have now."""
    tokens = Token.objects.standing().filter(user=user).exclude(role=but_role).select_related("user")
    if force is not None:
        tokens = tokens.filter(force=force)
    for token in tokens:
        withdraw_token(token=token, by=_WHAT_ENDED[why], why=why)


def count_use(*, token: Token, most: int) -> int:
    """Count a use; how many seconds to wait where this minute's are used up, else 0. No act, so no line.

    One statement counts, so that two requests at once are two.
    """
    now = timezone.now()
    minute = now.replace(second=0, microsecond=0)
    mine = Token.objects.filter(pk=token.pk)
    if mine.filter(minute=minute).update(used=F("used") + 1):
        used = mine.values_list("used", flat=True).get()
        return 60 - now.second if used > most else 0
    mine.update(minute=minute, used=1, last_used=timezone.localdate(now, ZoneInfo(token.force.time_zone)))
    return 0


@transaction.atomic
def note_wrong_token(*, token: Token | None, person: str, address: str) -> None:
    """Count a token that opens nothing, and leave its line: in its force's journal where it was one of ours."""
    throttle.failed(person, address)
    if token is not None:
        _note(token, token.user, "shown, but it has ended", act=Act.SIGN_IN_FAILED)
        return
    journal.write(force=NO_FORCE, by="somebody unknown", act=Act.SIGN_IN_FAILED, object_type="token")


def refuse_unless_it_ends(until: date) -> None:
    """A token's last day is today or later, and at most a year ahead. Raises UsageFault."""
    today = timezone.localdate()
    if not today <= until <= today + timedelta(days=LONGEST_DAYS):
        raise UsageFault(f"The last day must be today or later, and at most {LONGEST_DAYS} days ahead.")


def _note(token: Token, by: object, reason: str, act: Act = Act.ADMINISTER) -> None:
    words = f"{token.beginning}… {token.name}"
    journal.write(force=token.force_id, by=by, act=act, object_type="token", object_id=words, reason=reason)


def _title(role_name: str) -> str:
    """A role's title as the journal keeps it: in English."""
    with translation.override("en"):
        return str(ROLES[role_name].title)
