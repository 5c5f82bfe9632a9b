"""Slowing down guesses without locking a force out: nothing is ever counted by address alone.

A whole force sits behind one address, so an address by itself never locks anybody. Failures count by (person, address);
by person from everywhere, far later; and an address from which many different people failed (one password tried on
everybody) only makes the first limit smaller for that address. Every limit opens by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from nvap.web.accounts.models import FailedSignIn

WINDOW = timedelta(minutes=15)
FROM_ONE_ADDRESS = 5
FROM_ANYWHERE = 25
SPRAY_WINDOW = timedelta(minutes=10)
SPRAYED_PEOPLE = 20
WHILE_SPRAYED = 2


@dataclass(frozen=True)
class Failure:
    """What a failure led to: whether it is the one at which an address is taken to try one password on everybody."""

    spray_begins: bool


def is_open(email: str, address: str, *, now: datetime | None = None) -> bool:
    """Whether this person may try again from this address; the answer is the same for people we do not know."""
    now = now or timezone.now()
    recent = FailedSignIn.objects.filter(person=_hidden(email.strip().lower()), at__gt=now - WINDOW)
    if recent.count() >= FROM_ANYWHERE:
        return False
    allowed = WHILE_SPRAYED if _people_failed_from(address, now) >= SPRAYED_PEOPLE else FROM_ONE_ADDRESS
    return recent.filter(address=_hidden(address)).count() < allowed


def failed(email: str, address: str, *, now: datetime | None = None) -> Failure:
    """Note a failure, forget those that no limit counts any more, and say whether a spray begins with it."""
    now = now or timezone.now()
    FailedSignIn.objects.filter(at__lt=now - WINDOW).delete()
    before = _people_failed_from(address, now)
    FailedSignIn.objects.create(person=_hidden(email.strip().lower()), address=_hidden(address), at=now)
    return Failure(spray_begins=before < SPRAYED_PEOPLE <= _people_failed_from(address, now))


def succeeded(email: str, address: str) -> None:
    """A right password clears this person's failures from this address, and no others."""
    FailedSignIn.objects.filter(person=_hidden(email.strip().lower()), address=_hidden(address)).delete()


def _people_failed_from(address: str, now: datetime) -> int:
    recent = FailedSignIn.objects.filter(address=_hidden(address), at__gt=now - SPRAY_WINDOW)
    return recent.values("person").distinct().count()


def _hidden(text: str) -> str:
    return salted_hmac("nvap.accounts.throttle", text, algorithm="sha256").hexdigest()
