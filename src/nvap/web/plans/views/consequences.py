"""Risks and unintended consequences: each with an owner, what is read alongside, a threshold, and what was seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from nvap.packs.items import Consequence
from nvap.plan.document import Document, Place, Thing, Written, joined
from nvap.plan.form import WATCHING
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.plans import editing
from nvap.web.plans.actions.saving import NewThing
from nvap.web.plans.blanks import blanks_of
from nvap.web.plans.desk import Desk, opened
from nvap.web.plans.document import present
from nvap.web.plans.impacts import Latest, latest_of
from nvap.web.plans.measures import guard_choices, next_key, with_new
from nvap.web.plans.reading import answers, name_of
from nvap.web.plans.views.plan import plan_step
from nvap.web.toolkit.page import Step, show

CONSEQUENCES = gettext_lazy("Risks and unintended consequences")
_FIELDS = ("owner", "guards", "threshold", "mitigation", "status")


@needs(Permission.READ_PLAN)
@require_safe
def consequences(request: StandingRequest) -> HttpResponse:
    """Every risk with where it stands, who owns it, and the newest value of what is read alongside."""
    desk = opened(request)
    things = desk.document.of("consequence")
    latest = latest_of(request.force, desk.pack, [guard for each in things for guard in _guards(desk, each.key)])
    shown = {
        "plan": desk.plan,
        "rows": [_row(desk, each.key, latest) for each in things],
        "may_change": may(request, Permission.EDIT_PLAN),
    }
    return show(request, "plans/consequences.html", desk.pack, shown, trail=(plan_step(),))


@needs(Permission.READ_PLAN)
@require_safe
def consequence(request: StandingRequest, key: str) -> HttpResponse:
    """One risk: what may happen, its threshold and mitigation, and what was seen in each period."""
    desk = opened(request)
    thing = desk.thing(key, "consequence")
    latest = latest_of(request.force, desk.pack, _guards(desk, key))
    names = ["threshold", "mitigation"]
    watched = [
        (each, desk.document.written(key, "watched", "", each.key))
        for each in desk.document.periods
        if desk.document.text(key, "watched", "", each.key)
    ]
    shown = {
        "plan": desk.plan,
        "row": _row(desk, key, latest),
        "is_own": thing.is_own,
        "removed": desk.document.is_removed(key),
        "answers": answers(desk.pack, desk.document, key, names),
        "watched": watched,
        "may_change": may(request, Permission.EDIT_PLAN),
    }
    return show(request, "plans/consequence.html", desk.pack, shown, trail=(plan_step(), consequences_step()))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def change_consequence(request: StandingRequest, key: str) -> HttpResponseBase:
    """One risk to write: the toolkit's trigger, mitigation and guard-rails stand there until it is saved."""
    desk = opened(request)
    return _written(desk, desk.thing(key, "consequence"), name_of(desk.pack, desk.document, key))


@needs(Permission.EDIT_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def own_consequence(request: StandingRequest) -> HttpResponseBase:
    """A risk of the force's own."""
    desk = opened(request)
    thing = Thing(next_key(desk.document, "own-x"), "consequence")
    return _written(desk, thing, _("A risk of our own"), is_new=True)


def consequences_step() -> Step:
    """The risks as a step of the way back."""
    return (CONSEQUENCES, reverse("plan-consequences"))


def _written(desk: Desk, thing: Thing, title: str, *, is_new: bool = False) -> HttpResponseBase:
    document = with_new(desk.document, thing)
    named = list(_guards(desk, thing.key)) if not is_new else []
    guards = dict.fromkeys([*named, *(each.key for each in document.of("measure"))])
    known = dict(guard_choices(desk.pack, document, []))
    offered = {"guards": tuple((each, known.get(each) or f"{each} {desk.pack.label(each)}") for each in guards)}
    people = present(desk.plan.force)
    names = (*(("title", "text") if thing.is_own else ()), *_FIELDS)
    blanks = blanks_of(desk.pack, document, thing.key, names, people=people, offered=offered)
    period = document.period_on(timezone.localdate())
    if period is not None:
        blanks += blanks_of(desk.pack, document, thing.key, ("watched",), period=period.key)
    page = editing.Page(
        template="plans/change.html",
        title=title,
        done=reverse("plan-consequences") if is_new else reverse("plan-consequence", args=[thing.key]),
        trail=(plan_step(), consequences_step()),
        check=lambda typed: {"title": _("Write what it is called.")} if typed.get("title") == "" else {},
    )
    new = [NewThing(thing.key, "consequence")] if is_new else ()
    return editing.answer(replace(desk, document=prefilled(desk, document, thing.key)), blanks, page, new=new)


def prefilled(desk: Desk, document: Document, key: str) -> Document:
    """The document with the toolkit's words where nothing has been written; they count only once they are saved."""
    item = desk.pack.items.get(key)
    if not isinstance(item, Consequence):
        return document
    given = {"threshold": item.trigger, "mitigation": item.mitigation, "guards": joined(item.guard_rails)}
    texts = dict(document.texts)
    for name, text in given.items():
        texts.setdefault(Place(key, name), Written(text, 0, "", timezone.now(), 0))
    return replace(document, texts=texts)


def _guards(desk: Desk, key: str) -> tuple[str, ...]:
    """What is read alongside: what the force chose, else what the toolkit names."""
    item = desk.pack.items.get(key)
    if desk.document.written(key, "guards") is not None or not isinstance(item, Consequence):
        return desk.document.several(key, "guards")
    return item.guard_rails


def _row(desk: Desk, key: str, latest: dict[str, Latest]) -> dict[str, Any]:
    item = desk.pack.items.get(key)
    document = desk.document
    return {
        "key": key,
        "name": name_of(desk.pack, document, key),
        "text": document.text(key, "text") or (item.text if isinstance(item, Consequence) else ""),
        "status": _(dict(WATCHING).get(document.text(key, "status"), "")) if document.text(key, "status") else "",
        "owner": document.person(key, "owner"),
        "guards": [(guard, _label(desk, guard), latest.get(guard)) for guard in _guards(desk, key)],
    }


def _label(desk: Desk, key: str) -> str:
    return name_of(desk.pack, desk.document, key) if key in desk.document.things else desk.pack.label(key)
