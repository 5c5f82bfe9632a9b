"""What other apps add to the toolkit's pages. The toolkit imports none of them: each offers in its own `for_toolkit.py`

    latest_values(request, measures: Sequence[str]) -> Mapping[str, LatestValue]      the results app
    plan_entries(request, pack: Pack, item_id: str) -> Iterable[PlanEntry]            the plans app
    plan_marks(request, pack: Pack) -> Mapping[str, Mark]                             the plans app

and leaves out what the asker may not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from nvap.packs import Pack

OFFERS = "for_toolkit"


@dataclass(frozen=True)
class LatestValue:
    """A measure's newest result in words: the value with its unit, its period, and the page that explains it."""

    said: str | Promise
    period: str | Promise
    address: str


@dataclass(frozen=True)
class PlanEntry:
    """What the force's plan says in one field: the field and side in words, the text, and where it stands."""

    label: str | Promise
    text: str
    address: str


@dataclass(frozen=True)
class Mark:
    """What the force's plan says about a box of the logic model, in words: where it stands, who owns it, the newest
    measure. What is not said is empty.
    """

    status: str = ""
    owner: str = ""
    latest: str = ""

    @property
    def words(self) -> str:
        """All of it on one line."""
        return " · ".join(filter(None, (self.status, self.owner, self.latest)))


def latest_values(request: HttpRequest, measures: Sequence[str]) -> dict[str, LatestValue]:
    """The newest result of each measure that has one the asker may read."""
    found: dict[str, LatestValue] = {}
    for offer in _offers("latest_values"):
        offered: Mapping[str, LatestValue] = offer(request, measures)
        found.update(offered)
    return found


def plan_entries(request: HttpRequest, pack: Pack, item_id: str) -> tuple[PlanEntry, ...]:
    """What the force's plan says about an item, as far as the asker may read it."""
    return tuple(entry for offer in _offers("plan_entries") for entry in offer(request, pack, item_id))


def plan_marks(request: HttpRequest, pack: Pack) -> dict[str, Mark]:
    """What the force's plan says about the boxes of the logic model, as far as the asker may read it."""
    found: dict[str, Mark] = {}
    for offer in _offers("plan_marks"):
        offered: Mapping[str, Mark] = offer(request, pack)
        found.update(offered)
    return found


def _offers(name: str) -> Iterator[Callable[..., Any]]:
    for app in apps.get_app_configs():
        if app.name.startswith("nvap.web.") and module_has_submodule(app.module, OFFERS):
            offer = getattr(import_module(f"{app.name}.{OFFERS}"), name, None)
            if offer is not None:
                yield offer
