"""The home page: what waits for the asker, what to do next, what changed, what is missing; nothing else.

Each app that knows something offers it in its own `home.py` as functions of a request:
    tasks(request) -> Iterable[Task]             what is overdue, due, or was returned to the asker
    next_steps(request) -> Iterable[NextStep]
    changes(request) -> Iterable[Change]
    missing(request) -> Iterable[str | Lack]
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
from django.utils.translation import gettext_lazy as _

from nvap.web.access import Permission, may

Words = str | Promise
LISTS: tuple[tuple[str, Words], ...] = (
    ("overdue", _("Overdue")),
    ("due", _("Due")),
    ("returned", _("Returned to you")),
)
MOST_TASKS = 10
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
class Task:
    """One thing that waits for the asker: in which list, by when (if there is a day), and one link that answers it."""

    list: str
    what: Words
    button: Words
    address: str
    by: date | None = None


@dataclass(frozen=True)
class TaskList:
    """The first tasks of one list, and how many more there are."""

    id: str
    title: Words
    tasks: tuple[Task, ...]
    more: int

    @property
    def count(self) -> int:
        """How many there are in all."""
        return len(self.tasks) + self.more


@dataclass(frozen=True)
class Lack:
    """What is missing, in a sentence, and the page that says more."""

    words: Words
    address: str

    def __str__(self) -> str:
        return str(self.words)


@dataclass(frozen=True)
class Change:
    """One sentence of what changed, and when."""

    sentence: Words
    at: datetime


def home(request: HttpRequest) -> HttpResponse:
    """The page that everybody lands on."""
    lists = task_lists(list(gather(request, "tasks")))
    steps = sorted(gather(request, "next_steps"), key=lambda step: (step.order, step.by or date.max))
    changes = sorted(gather(request, "changes"), key=lambda change: change.at, reverse=True)
    missing = list(gather(request, "missing"))
    shown = {
        "lists": lists,
        "steps": steps[:MOST_STEPS],
        "changes": changes[:MOST_SENTENCES],
        "missing": missing[:MOST_SENTENCES],
        # To somebody who sees released things only, what is not released yet neither changed nor is missing.
        "released_only": not (may(request, Permission.READ_RESULTS) or may(request, Permission.READ_PLAN)),
    }
    return render(request, "home.html", shown)


def task_lists(tasks: list[Task]) -> tuple[TaskList, ...]:
    """The tasks list by list, the earliest day first; a list without any is left out."""
    found = []
    for id_, title in LISTS:
        own = sorted((each for each in tasks if each.list == id_), key=lambda each: each.by or date.max)
        if own:
            found.append(TaskList(id_, title, tuple(own[:MOST_TASKS]), max(0, len(own) - MOST_TASKS)))
    return tuple(found)


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
