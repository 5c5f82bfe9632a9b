"""What partners read of a plan: the activities shared with them, or those that they report on. No numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nvap.packs import Pack
from nvap.plan.document import Document, Thing
from nvap.web.plans import reading, work
from nvap.web.plans.work import Report, period_words


@dataclass(frozen=True)
class SharedActivity:
    """One activity as a partner reads it."""

    key: str
    name: str
    partner: str
    stage: str
    start: date | None
    due: date | None
    is_own: bool


def reports_of(pack: Pack, document: Document, user: int, today: date) -> tuple[tuple[Report, str], ...]:
    """The reports that one person still has to write, the earliest first, each with its period in words."""
    found = sorted(work.reports_to_write(pack, document, today, str(user)), key=lambda each: each.period.first)
    return tuple((each, period_words(each.period)) for each in found)


def shared_with_partners(pack: Pack, document: Document) -> tuple[SharedActivity, ...]:
    """The activities that the force shares with partners."""
    return _rows(pack, document, (each for each in document.pursued() if document.is_shared(each.key)), own=False)


def of_owner(pack: Pack, document: Document, user: int) -> tuple[SharedActivity, ...]:
    """The activities that one person owns."""
    owned = (each for each in document.pursued() if document.text(each.key, "owner") == str(user))
    return _rows(pack, document, owned, own=True)


def _rows(pack: Pack, document: Document, things: Iterable[Thing], *, own: bool) -> tuple[SharedActivity, ...]:
    return tuple(_row(pack, document, each.key, own) for each in things)


def _row(pack: Pack, document: Document, key: str, own: bool) -> SharedActivity:
    page = reading.activity_page(pack, document, key)
    return SharedActivity(
        key,
        page.name,
        document.text(key, "partner"),
        page.stage,
        document.day(key, "start"),
        document.day(key, "due"),
        own,
    )
