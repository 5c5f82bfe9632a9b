"""The home page: what to do next, what changed, what is missing; nothing else.

Each app that knows something offers it in its own `home.py` as functions of a request:
    next_steps(request) -> Iterable[NextStep]
    changes(request) -> Iterable[Change]
    missing(request) -> Iterable[str]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from nvap.web.access import Permission, may

Words = str | Promise
MOST_STEPS = 5
MOST_SENTENCES = 3


@dataclass(frozen=True)
class NextStep:
    """One line of "do this next": what, for whom, by when (if there is a day), and one button.

    `order` says what comes first: 10 nothing works without it, 20 others wait for it, 30 it is due, 40 it would help.
    """

    what: Words
    whom: Words
    button: Words
    address: str
    order: int
    by: date | None = None


@dataclass(frozen=True)
class Change:
    """One sentence of what changed, and when."""

    sentence: Words
    at: datetime


def home(request: HttpRequest) -> HttpResponse:
    """The page that everybody lands on."""
    steps = sorted(gather(request, "next_steps"), key=lambda step: (step.order, step.by or date.max))
    changes = sorted(gather(request, "changes"), key=lambda change: change.at, reverse=True)
    missing = list(gather(request, "missing"))
    shown = {
        "steps": steps[:MOST_STEPS],
        "changes": changes[:MOST_SENTENCES],
        "missing": missing[:MOST_SENTENCES],
        # To somebody who sees released things only, what is not released yet neither changed nor is missing.
        "released_only": not (may(request, Permission.READ_RESULTS) or may(request, Permission.READ_PLAN)),
    }
    return render(request, "home.html", shown)


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "accessibility.html")


def gather(request: HttpRequest, what: str) -> Iterator[Any]:
    """What every app offers under this name, one after the other."""
    for name in _offering():
        offer = getattr(import_module(name), what, None)
        offered: Iterable[Any] = offer(request) if offer else ()
        yield from offered


def _offering() -> Iterator[str]:
    yield "nvap.web.loading"
    for app in apps.get_app_configs():
        if app.name.startswith("nvap.web.") and module_has_submodule(app.module, "home"):
            yield f"{app.name}.home"
