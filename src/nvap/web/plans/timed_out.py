"""What somebody saves after their session has ended: kept as their draft, and in the form when they have signed in.

Each form carries a signed word of who writes in which plan, so that a text sent without a session still finds its
writer, and nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core import signing
from django.http import QueryDict

from nvap.plan.document import SEPARATOR, Document, Place
from nvap.web.accounts.models import Membership, User
from nvap.web.plans import asides, drafts, progress
from nvap.web.plans.actions.saving import Typed
from nvap.web.plans.document import document_of
from nvap.web.plans.forms import VERSION, VersionField
from nvap.web.plans.models import Plan

_SALT = "nvap.plans.writer"
# A page that was left open over a long weekend still brings its text back.
_LONGEST_SECONDS = 7 * 24 * 60 * 60


@dataclass(frozen=True)
class Writer:
    """Who wrote in which plan."""

    user: User
    plan: Plan


def writer(plan: Plan, user: User) -> str:
    """The signed word that a form carries."""
    return signing.dumps([plan.pk, user.pk], salt=_SALT)


def writer_of(word: str) -> Writer | None:
    """Whose form it was; None for a word that is not ours or too old, and for somebody who has left."""
    try:
        plan_number, user_number = signing.loads(word, salt=_SALT, max_age=_LONGEST_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    plan = Plan.objects.open().select_related("force").filter(pk=plan_number).first()
    user = User.objects.filter(pk=user_number, is_active=True).first()
    if plan is None or user is None:
        return None
    belongs = Membership.objects.current().filter(user=user, force=plan.force_id).exists()
    return Writer(user, plan) if belongs else None


def keep(posted: QueryDict, writer: Writer) -> str:
    """Keep what was posted as its writer's draft; returns the id of the first field that they had changed."""
    document = document_of(writer.plan)
    names = {typed.place: name for name, typed in _typed(posted, document)}
    changed = drafts.keep_changed(
        plan=writer.plan,
        user=writer.user,
        typed=[typed for _name, typed in _typed(posted, document)],
        opened_with=lambda place: _opened_with(document, place),
    )
    if not changed:
        return ""
    name = names[changed[0].place]
    return f"id_{name}" if drafts.place_named(document, name) else name


def _typed(posted: QueryDict, document: Document) -> Iterator[tuple[str, Typed]]:
    places = {name: drafts.place_named(document, name) for name in posted}
    if not any(places.values()):
        about = str(posted.get("place", ""))
        places = {name: asides.place_of(document, name, about) for name in posted}
    for name, values in posted.lists():
        place = places[name]
        if place is not None:
            text = SEPARATOR.join(str(each) for each in values).replace("\x00", "")
            yield name, Typed(place, text, VersionField().clean(posted.get(name + VERSION, "")))


def _opened_with(document: Document, place: Place) -> str:
    """What stands in a place, or the earlier period's words that a report is opened with."""
    period, thing = document.period(place.period), document.things.get(place.entry)
    if period is None or thing is None or thing.kind != "activity" or place in document.texts:
        return document.text(place.entry, place.field, place.side, place.period)
    said = progress.carried(document, place.entry, period).get(place)
    return said.text if said else ""
