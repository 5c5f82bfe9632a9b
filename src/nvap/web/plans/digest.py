"""The daily digest: what waits for one person, as an e-mail. It holds names of activities, days and links; no names of
people and nothing else that the plan says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nvap.web.accounts.models import Force, User
from nvap.web.home import LISTS
from nvap.web.plans.waiting import Waits

MOST_LINES = 20
_SALT = "nvap digest"


@dataclass(frozen=True)
class OfForce:
    """What waits for somebody in one force."""

    force: Force
    waits: tuple[Waits, ...]


@dataclass(frozen=True)
class Digest:
    """One person's message of one day, as it is sent and kept."""

    subject: str
    body: str


def digest_of(user: User, found: Sequence[OfForce]) -> Digest:
    """The message about everything that waits for somebody, force by force."""
    count = sum(len(each.waits) for each in found)
    subject = ngettext("NVAP: %(count)d thing waits for you", "NVAP: %(count)d things wait for you", count)
    lines = [*(line for each in found for line in _force(each)), *_end(user)]
    return Digest(_practice() + subject % {"count": count}, "\n".join(lines))


def message_of(user: User, subject: str, body: str) -> EmailMessage:
    """The message as the mail server takes it."""
    message = EmailMessage()
    message["From"] = settings.NVAP_MAIL_FROM
    message["To"] = user.email
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=urlsplit(settings.NVAP_ADDRESS).hostname or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{stop_address(user)}>"
    message.set_content(body)
    return message


def stop_address(user: User) -> str:
    """Where this person stops the messages without signing in."""
    return _at(reverse("plan-messages-stop", args=[signing.dumps(user.pk, salt=_SALT)]))


def who_stops(token: str) -> int | None:
    """Whose messages an address stops; None for one that we did not make."""
    try:
        found = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None


def _force(found: OfForce) -> Iterator[str]:
    yield found.force.name
    yield ""
    for id_, title in LISTS:
        own = [each for each in found.waits if each.list == id_]
        if not own:
            continue
        yield f"{title} ({len(own)})"
        for each in own[:MOST_LINES]:
            yield f"- {each.told}{_day(each)}"
            yield f"  {_at(each.address)}"
        if len(own) > MOST_LINES:
            yield "- " + _("And %(count)d more.") % {"count": len(own) - MOST_LINES}
        yield ""


def _day(waits: Waits) -> str:
    if waits.by is None:
        return ""
    words = _("Was due %(day)s.") if waits.list == "overdue" else _("Due %(day)s.")
    return " " + words % {"day": date_format(waits.by, "j F Y")}


def _end(user: User) -> Iterator[str]:
    yield _("Everything that waits for you: %(address)s") % {"address": _at("/")}
    yield ""
    yield _("You get one message a day at most, and only when something waits for you. Answers to it reach nobody.")
    yield _("To stop these messages: %(address)s") % {"address": stop_address(user)}


def _at(address: str) -> str:
    return settings.NVAP_ADDRESS.rstrip("/") + address


def _practice() -> str:
    return _("[Practice, made-up data] ") if settings.NVAP_PRACTICE else ""
