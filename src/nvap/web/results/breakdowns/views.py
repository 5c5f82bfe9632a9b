"""A measure's further pictures: each kind's page, its files, and the button that has it worked out."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from nvap.packs.measure import Measure
from nvap.packs.model import Pack
from nvap.web.access import Permission, StandingRequest, may, needs
from nvap.web.journal import actions as journal
from nvap.web.journal.models import Act
from nvap.web.results import stored
from nvap.web.results.breakdowns import actions
from nvap.web.results.breakdowns.asked import asked_for, standing
from nvap.web.results.breakdowns.content import Content
from nvap.web.results.breakdowns.page import FORMS, Looked, content_for, kind_of, links, look, page_of
from nvap.web.results.measure_page import to_come
from nvap.web.results.overview import ready
from nvap.web.results.pictures import as_file
from nvap.web.results.tables import picture_csv
from nvap.web.results.views import MEASURES, measure_of, own_id
from nvap.web.toolkit.page import Step, show
from nvap.web.toolkit.reading import pack_in_use


@needs(Permission.READ_RESULTS)
@require_safe
def breakdown(request: StandingRequest, measure: str, kind: str) -> HttpResponse:
    """One kind of picture of a measure: what is there of it, or how it can be had."""
    pack = pack_in_use()
    if to_come(pack, own_id(pack, measure)) is not None:
        return redirect("item", own_id(pack, measure))
    asked = measure_of(pack, own_id(pack, measure))
    stored.catch_up(request.force)
    looked = _look(request, asked, kind)
    if looked.wrong:
        return _asked_wrongly(request, pack, looked)
    readiness = next(each for each in ready(pack, request.force) if each.measure.id == asked.id)
    part = readiness.parts.get(looked.choice.part.id)
    page = page_of(request.force, looked, (part.reason,) if part else ())
    shown = {
        "measure": asked,
        "page": page,
        "kind": looked.kind,
        "choice": looked.choice,
        "current": page.open,
        "may_compute": may(request, Permission.COMPUTE_RESULTS),
        "here": looked.address(),
        "work": looked.address("measure-breakdown-work"),
    }
    return show(request, "results/breakdown.html", pack, shown, trail=_trail(asked))


@needs(Permission.READ_RESULTS)
@require_safe
def breakdown_file(request: StandingRequest, measure: str, kind: str, picture: str, form: str) -> HttpResponse:
    """A picture as SVG or PNG, or its table as CSV; a line in the journal says who took it."""
    pack = pack_in_use()
    asked = measure_of(pack, own_id(pack, measure))
    looked = _look(request, asked, kind)
    if form not in FORMS or looked.wrong:
        raise Http404
    done = None if looked.kind.is_stored else standing(request.force, asked_for(looked.kind, looked.choice)).done
    content = content_for(looked, done)
    answer = _file(content, picture, form, asked)
    with transaction.atomic():
        journal.write(
            force=request.force.code,
            by=request.user,
            act=Act.EXPORT,
            object_type="measure",
            object_id=pack.qualified(asked.id),
            reason=f"{form.upper()}, {looked.kind.id}, {picture}, {looked.query()}; not for release",
        )
    name = f"{request.force.code}-{asked.id}-{looked.kind.id}-{picture}-not-for-release.{form}"
    made_up = "made-up-" if _is_made_up(content) else ""
    answer["Content-Disposition"] = f'attachment; filename="{made_up}{name}"'
    return answer


@needs(Permission.COMPUTE_RESULTS)
@require_POST
def work_out(request: StandingRequest, measure: str, kind: str) -> HttpResponse:
    """Ask the worker to work a picture out."""
    pack = pack_in_use()
    asked = measure_of(pack, own_id(pack, measure))
    looked = _look(request, asked, kind)
    if looked.wrong or looked.kind.is_stored:
        return _asked_wrongly(request, pack, looked)
    actions.request_breakdown(force=request.force, asked=asked_for(looked.kind, looked.choice), by=request.user)
    messages.success(request, _("It will be worked out. This page says when it is there."))
    return redirect(looked.address())


def _look(request: StandingRequest, measure: Measure, kind: str) -> Looked:
    found = kind_of(kind)
    if found is None:
        raise Http404
    return look(request.force, measure, found, request.GET.dict())


def _asked_wrongly(request: StandingRequest, pack: Pack, looked: Looked) -> HttpResponse:
    """400: what the address asks for and cannot have, and the nearest that can be had."""
    measure, possible = looked.choice.measure, links(looked.choice.measure)
    is_kind = any(each.name == "kind" for each in looked.wrong)
    instead = reverse("measure", args=[measure.id]) if is_kind else looked.address()
    lines = [
        {"text": each.sentence, "href": looked.address(**{each.name: each.nearest}) if each.nearest else instead}
        for each in looked.wrong
    ]
    shown = {"wrong": lines, "instead": instead, "measure": measure, "page": None, "pictures": possible}
    return show(request, "results/asked_wrongly.html", pack, shown, trail=_trail(measure), status=400)


def _file(content: Content, picture: str, form: str, measure: Measure) -> HttpResponse:
    drawn = content.picture(picture)
    table = drawn.picture.table if drawn else content.table if picture == "table" else None
    if table is None or (drawn is None and form != "csv"):
        raise Http404
    if form == "csv":
        # With a byte-order mark, without which spreadsheets misread letters beyond English.
        return HttpResponse(picture_csv(table, measure.id).encode("utf-8-sig"), content_type=FORMS[form])
    assert drawn is not None  # noqa: S101 - only a table has no drawing, and it is a CSV
    return HttpResponse(as_file(drawn, f"file-{measure.id.lower()}", form), content_type=FORMS[form])


def _is_made_up(content: Content) -> bool:
    tables = [*(each.picture.table for each in content.pictures), *([content.table] if content.table else [])]
    return any(each.made_up for each in tables)


def _trail(measure: Measure) -> tuple[Step, ...]:
    return (MEASURES, (measure.id, reverse("measure", args=[measure.id])))
