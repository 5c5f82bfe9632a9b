"""What somebody says about the plan, a comment, a note or a reason: kept when their session ends while they write.

It stands among their drafts, under the place it is about with a mark before it, which no thing of a plan bears.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from nvap.plan.document import Document, Place
from nvap.web.accounts.models import User
from nvap.web.plans import drafts
from nvap.web.plans.history import named
from nvap.web.plans.models import Plan

COMMENT = "comment--"
_MARK = "~"
_ONCE = ("note", "reason")


def place_of(document: Document, name: str, about: str) -> Place | None:
    """Where the text of a form's field is kept; None for a field of another kind.

    Args:
        document: the plan; a comment is about a thing of it.
        name: the field of the form: `note`, `reason`, `text`, or `comment--` with a place.
        about: the place that the whole form is about, as addresses name it; empty where it is about none.
    """
    if name in _ONCE:
        return Place(_MARK, name)
    if name.startswith(COMMENT) or (name == "text" and about):
        parts = (about if name == "text" else name.removeprefix(COMMENT)).split("--")
        place = Place(*parts) if len(parts) == 4 and parts[0] in document.things else None
        # Longer than any field's or side's name: not of this plan.
        return replace(place, entry=_MARK + place.entry) if place and max(map(len, parts[1:])) <= 40 else None
    return None


def kept(plan: Plan, user: User) -> Mapping[str, str]:
    """Somebody's kept texts: notes and reasons by name, comments by `comment--` with their place."""
    found = {}
    for place, row in drafts.kept(plan, user).items():
        if place.entry.startswith(_MARK):
            about = replace(place, entry=place.entry.removeprefix(_MARK))
            found[COMMENT + named(about) if about.entry else place.field] = row.text
    return found


def forget(plan: Plan, user: User, document: Document, names: Iterable[str]) -> None:
    """Throw kept texts away, since they were sent: notes and reasons by name, comments by `comment--` with place."""
    places = {place_of(document, name, "") for name in names}
    drafts.forget(plan=plan, user=user, places=filter(None, places))
