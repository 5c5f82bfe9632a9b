"""Who asks the API: a token, in the header or as the password of Basic; or somebody who is signed in to the pages.

A token acts as its person, in their role, in one force. It opens while its person has that role there, until its last
day, unless it was withdrawn. What it may do is what the role may; the API as a whole needs the right to read exact
numbers, since nothing is released through it yet.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nvap.web.access import Permission, Standing, StandingRequest, standing_of
from nvap.web.accounts import throttle
from nvap.web.accounts.models import Force, Membership
from nvap.web.api import actions
from nvap.web.api.models import Token
from nvap.web.api.problems import Problem
from nvap.web.api.secrets_of_tokens import LONGEST, digest

MOST_A_MINUTE = 120
NEEDED = Permission.READ_RESULTS


@dataclass(frozen=True)
class Asker:
    """Who asks: their standing and force, and the token that they show (None for a session of the pages)."""

    standing: Standing
    force: Force
    token: Token | None

    @property
    def how(self) -> str:
        """In a journal line: by which token, or from the pages."""
        return f"token {self.token.beginning}… {self.token.name}" if self.token else "a session"


def asker_of(request: HttpRequest) -> Asker:
    """Who asks; a token counts before a session. Raises Problem: 401, 403 or 429."""
    secret = _secret(request)
    found = _of_session(request) if secret is None else _of_token(request, secret)
    if not found.standing.may(NEEDED):
        raise Problem(HTTPStatus.FORBIDDEN, not_exact(found.standing))
    return found


def not_exact(standing: Standing) -> str:
    """The sentence for a role that may not see exact numbers."""
    words = _(
        "The role %(role)s may not see exact numbers, and this API gives no others yet: nothing has been through "
        "disclosure control. Your force's administrator can tell you who may."
    )
    return words % {"role": str(standing.role)}


def _secret(request: HttpRequest) -> str | None:
    """What the Authorization header shows; None where there is none. Raises Problem for one that cannot be read."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    kind, _space, shown = header.partition(" ")
    if kind.lower() == "bearer":
        return shown.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(shown.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    raise Problem(
        HTTPStatus.UNAUTHORIZED,
        _("The Authorization header must be “Bearer” and a token, or Basic with the token as the password."),
    )


def _of_session(request: HttpRequest) -> Asker:
    standing = standing_of(request)
    if standing is None:
        words = _(
            "Show a token: Authorization: Bearer …, or Basic with the token as the password. Make one at %(page)s."
        )
        raise Problem(HTTPStatus.UNAUTHORIZED, words % {"page": "/account/tokens/"})
    return Asker(standing, cast(StandingRequest, request).force, None)


def _of_token(request: HttpRequest, secret: str) -> Asker:
    token = _find(secret)
    why, membership = (_("This token is not known."), None) if token is None else _why_not(token)
    if token is None or membership is None:
        raise _wrong(request, token, why)
    wait = actions.count_use(token=token, most=MOST_A_MINUTE)
    if wait:
        words = _("This token asked %(most)s times within this minute. Wait %(wait)s seconds.")
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, words % {"most": MOST_A_MINUTE, "wait": wait}, wait=wait)
    standing = Standing(membership.force, membership.kind, str(token.user), token.user_id)
    return Asker(standing, membership.force, token)


def _find(secret: str) -> Token | None:
    if not secret or len(secret) > LONGEST:
        return None
    return Token.objects.filter(digest=digest(secret)).select_related("user", "force").first()


def _why_not(token: Token) -> tuple[str, Membership | None]:
    """Why a token of ours does not open, or the membership that it stands on. Only its holder is told."""
    today = timezone.localdate(timezone=ZoneInfo(token.force.time_zone))
    if token.withdrawn_at is not None:
        return _("This token was withdrawn."), None
    if token.has_ended(today):
        return _("This token ended on %(day)s.") % {"day": date_format(token.until, "j F Y")}, None
    current = Membership.objects.current(today).filter(user=token.user, force=token.force, role=token.role)
    membership = current.select_related("force", "user").first()
    return ("", membership) if membership else (_("The person who made this token no longer has that role."), None)


def _wrong(request: HttpRequest, token: Token | None, why: str) -> Problem:
    """401; from an address that showed too many wrong ones 429, and nothing is noted any more.

    A right token opens also then: a whole force sits behind one address, and 256 random bits are not found by trying.
    """
    address = get_adapter().get_client_ip(request)
    person = f"a token from {address}"
    if not throttle.is_open(person, address):
        words = _("Too many wrong tokens came from this address. Try again in 15 minutes, with another token.")
        wait = int(throttle.WINDOW.total_seconds())
        return Problem(HTTPStatus.TOO_MANY_REQUESTS, f"{why} {words}", wait=wait)
    actions.note_wrong_token(token=token, person=person, address=address)
    return Problem(HTTPStatus.UNAUTHORIZED, f"{why} {_('Make one at %(page)s.') % {'page': '/account/tokens/'}}")
