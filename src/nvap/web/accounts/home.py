"""What the home page says about people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nvap.web.access import Permission, Standing, may, standing_of
from nvap.web.accounts.models import Membership
from nvap.web.accounts.roles import ROLES
from nvap.web.home import NextStep

NEEDED = ("nvap_lead", "analyst")
SOON = timedelta(days=14)


def next_steps(request: HttpRequest) -> Iterator[NextStep]:
    """For everybody, that their own time ends soon; for administrators, who else's, and roles that nobody fills."""
    standing = standing_of(request)
    if standing is None:
        return
    yield from _own_end(request, standing)
    if not may(request, Permission.MANAGE_PEOPLE):
        return
    administrators = str(ROLES["force_admin"].title)
    for role in _unfilled(standing.force.code):
        words = _("Add somebody as %(role)s") % {"role": ROLES[role].title}
        yield NextStep(words, administrators, _("Add a person"), reverse("add-person"), order=20)
    ends = timezone.localdate() + SOON
    for each in Membership.objects.current().filter(force=standing.force.code, until__lte=ends).select_related("user"):
        words = _("Decide whether %(name)s stays") % {"name": each.user.name}
        address = reverse("person", args=[each.pk])
        yield NextStep(words, administrators, _("Change the last day"), address, order=30, by=each.until)


def _own_end(request: HttpRequest, standing: Standing) -> Iterator[NextStep]:
    """For whoever's time ends soon: until when, and whom to ask."""
    own = [each for each in getattr(request, "memberships", ()) if each.force_id == standing.force.code]
    for each in own:
        if each.until and each.until <= timezone.localdate() + SOON:
            what = _("Your access ends with %(day)s. If you need it longer, ask %(force)s's administrator.")
            words = what % {"day": date_format(each.until, "j F Y"), "force": standing.force.name}
            address = reverse("my-account")
            yield NextStep(words, each.kind.title, _("See your account"), address, order=30, by=each.until)


def missing(request: HttpRequest) -> Iterator[str]:
    """Roles that nobody fills; everybody may know."""
    standing = standing_of(request)
    for role in _unfilled(standing.force.code) if standing else ():
        yield _("Nobody is %(role)s of this force.") % {"role": ROLES[role].title}


def _unfilled(force: str) -> list[str]:
    filled = set(Membership.objects.current().filter(force=force).values_list("role", flat=True))
    return [role for role in NEEDED if role not in filled]
